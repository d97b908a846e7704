"""A paper as a printable page, without or with its keys."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from quizgen.interaction import interaction
from quizgen.model import Item, ItemId, Letter
from quizgen.paper import Paper, PaperItem
from quizgen.render.markdown import BLANK, render_inline, render_markdown, render_stem
from quizgen.render.templates import ENVIRONMENT
from quizgen.words.option_names import lists_options, renamed

_ORDINALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """One numbered item as printed; `columns` is how many of its options fit side by side."""

    number: int
    stem: Markup
    options: tuple[tuple[str, Markup], ...]
    columns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Solution:
    """One line of the answer key: the labels as they stand on the paper."""

    number: int
    key: str
    rationale: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A section of the page; `solutions` is empty on a paper without keys."""

    title: str
    instruction: str
    questions: tuple[_Question, ...]
    solutions: tuple[_Solution, ...]


def render_paper(paper: Paper, items: Mapping[ItemId, Item], *, title: str, with_keys: bool) -> str:
    """A whole HTML page for A4; without keys it holds no key and no rationale in any form.

    `items` must hold every item of the paper (otherwise KeyError).
    """
    return ENVIRONMENT.get_template("paper.html").render(
        title=title,
        code=_code(paper),
        count=len(paper.items),
        points=f"{paper.points:g}",
        parts=list(_parts(paper, items, with_keys=with_keys)),
        with_keys=with_keys,
    )


def shown_labels(place: PaperItem) -> dict[Letter, str]:
    """How the options are named on the paper: A, B, C … in the order shown; 正确 and 错误 for a judgement."""
    return interaction(place.type).labels(place.options)


def shown_option(item: Item, letter: Letter, labels: Mapping[Letter, str]) -> str:
    """An option's Markdown; one that lists others (A和B都对) names them as the paper does."""
    text = item.options[letter]
    if not lists_options(text):
        return text
    return renamed(text, {str(letter): label for letter, label in labels.items()})


def shown_rationale(item: Item, labels: Mapping[Letter, str]) -> Markup:
    """The rationale with its names of options (A项, 故选A) as the paper had them."""
    names = {} if interaction(item.type).fixed else {str(letter): label for letter, label in labels.items()}
    text = renamed(item.rationale, names, parties=item.parties)
    return Markup(render_markdown(text))  # noqa: S704 - sanitised by render_markdown


def _code(paper: Paper) -> str:
    """Eight characters that pair a printed paper with its answer key; they follow from what is printed."""
    order = "\n".join(f"{place.item} {''.join(place.options)} {place.points:g}" for place in paper.items)
    digest = hashlib.sha256(order.encode()).hexdigest()[:8].upper()
    return f"{digest[:4]}-{digest[4:]}"


def _parts(paper: Paper, items: Mapping[ItemId, Item], *, with_keys: bool) -> Iterator[_Part]:
    numbered = enumerate(paper.items, start=1)
    for index, (_, group) in enumerate(groupby(numbered, key=lambda n: (n[1].type, n[1].points))):
        places = list(group)
        first = places[0][1]
        asked = interaction(first.type)
        ordinal = _ORDINALS[index] if index < len(_ORDINALS) else str(index + 1)
        solved = places if with_keys else []
        yield _Part(
            title=f"{ordinal}、{first.type.label}（每题{first.points:g}分，共{first.points * len(places):g}分）",
            instruction=f"{asked.instruction}，{asked.printed}",
            questions=tuple(_question(number, place, item=items[place.item]) for number, place in places),
            solutions=tuple(_solution(number, place, item=items[place.item]) for number, place in solved),
        )


def _question(number: int, place: PaperItem, *, item: Item) -> _Question:
    stem = item.stem if BLANK in item.stem else f"{item.stem}{BLANK}"
    labels = {} if interaction(place.type).fixed else shown_labels(place)
    return _Question(
        number=number,
        stem=Markup(render_stem(stem)),  # noqa: S704 - sanitised by render_markdown
        options=tuple(
            (label, Markup(render_inline(shown_option(item, letter, labels))))  # noqa: S704 - sanitised there
            for letter, label in labels.items()
        ),
        columns=_columns(max((len(item.options[letter]) for letter in labels), default=0)),
    )


def _columns(longest: int) -> int:
    """Options side by side on an A4 line of about 40 characters, for the longest one's number of characters."""
    return 4 if longest <= 7 else 2 if longest <= 17 else 1


def _solution(number: int, place: PaperItem, *, item: Item) -> _Solution:
    labels = shown_labels(place)
    return _Solution(
        number=number,
        key=interaction(place.type).title(item.key, labels),
        rationale=shown_rationale(item, labels),
    )
