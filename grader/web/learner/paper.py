"""The paper as its form shows it, and what the form says; nothing of the keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from flask import get_template_attribute, request
from markupsafe import Markup

from grader.domain import errors
from grader.domain.exam.attempt import Attempt, Given, Sheet
from quizgen.interaction import Interaction, interaction
from quizgen.model import Item, ItemId, ItemType, Letter
from quizgen.paper import Paper, PaperItem
from quizgen.render.markdown import render_inline, render_stem
from quizgen.render.paper import shown_labels, shown_option

_ITEM = "item-"
"""Before an item's id this names its inputs in the form."""
_MARK = "mark-"
"""Before an item's id this names the box that marks it."""
_NOTHING: Mapping[ItemId, Given] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """One item of the form; nothing of the key. `inputs` are its options, `sequence` that of what is kept (0: none)."""

    number: int
    id: ItemId
    stem: Markup
    inputs: Markup
    answered: bool
    marked: bool
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """The items of one type, and how they are asked."""

    type: ItemType
    asked: Interaction
    points: float
    items: list[ItemView]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItems:
    """Numbers of the items that one may want to come back to before handing in."""

    unanswered: tuple[int, ...]
    marked: tuple[int, ...]


def sections_of(
    paper: Paper, items: Mapping[ItemId, Item], responses: Mapping[ItemId, Given] = _NOTHING
) -> list[SectionView]:
    """The paper by its sections, with what has been answered."""
    sections: list[SectionView] = []
    for number, place in enumerate(paper.items, 1):
        if not sections or sections[-1].type is not place.type:
            asked = interaction(place.type)
            sections.append(SectionView(type=place.type, asked=asked, points=place.points, items=[]))
        view = item_view(number, place, items[place.item], given=responses.get(place.item))
        sections[-1].items.append(view)
    return sections


def as_practice(item: Item) -> PaperItem:
    """The item as one practises it, with its options in the editor's order."""
    return PaperItem(item=item.id, type=item.type, options=tuple(item.options), points=1)


def open_items(attempt: Attempt) -> OpenItems:
    """What is not answered and what is marked, by number."""
    given = [(number, attempt.responses.get(place.item)) for number, place in enumerate(attempt.paper.items, 1)]
    return OpenItems(
        unanswered=tuple(number for number, one in given if one is None or not one.options),
        marked=tuple(number for number, one in given if one is not None and one.marked),
    )


def ticked_letters() -> dict[ItemId, frozenset[Letter]]:
    """What is ticked in the form; whether its items and letters exist is for the use case to judge."""
    return {
        ItemId(name.removeprefix(_ITEM)): frozenset(map(Letter, letters))
        for name, letters in request.form.lists()
        if name.startswith(_ITEM)
    }


def sent_sheet() -> Sheet:
    """What the paper's form says."""
    marked = frozenset(ItemId(name.removeprefix(_MARK)) for name in request.form if name.startswith(_MARK))
    shown = frozenset(map(ItemId, request.form.get("shown", "").split()))
    return Sheet(ticked=ticked_letters(), shown=shown, sequence=_sequence(), marked=marked)


def _sequence() -> int:
    text = request.form.get("sequence", "")
    if not (text.isascii() and text.isdecimal()) or not 0 < len(text) < 10:
        raise errors.Malformed(why="缺少页面序号，请刷新页面。")
    return int(text)


def item_view(number: int, place: PaperItem, item: Item, *, given: Given | None = None) -> ItemView:
    """One item of a form."""
    asked, labels = interaction(place.type), shown_labels(place)
    chosen = given.options if given else frozenset()
    inputs: list[str] = []
    for letter in place.options:
        inputs += (
            _opening(asked.control, place.item, letter),
            " checked" if letter in chosen else "",
            _ending("" if asked.fixed else f"{labels[letter]}. ", shown_option(item, letter, labels)),
        )
    return ItemView(
        number=number,
        id=place.item,
        stem=Markup(render_stem(item.stem)),  # noqa: S704 - sanitised by nh3
        inputs=Markup("".join(inputs)),  # noqa: S704 - from templates that escape
        answered=bool(chosen),
        marked=given is not None and given.marked,
        sequence=given.sequence if given else 0,
    )


@lru_cache(maxsize=16_384)
def _opening(control: str, item: ItemId, letter: Letter) -> str:
    """An option up to the word that ticks it."""
    return str(get_template_attribute("option.html", "opening")(control, item, letter))


@lru_cache(maxsize=65_536)
def _ending(label: str, text: str) -> str:
    """The rest of an option; the same texts stand on thousands of papers."""
    markup = Markup(render_inline(text))  # noqa: S704 - sanitised by nh3
    return str(get_template_attribute("option.html", "ending")(label, markup))
