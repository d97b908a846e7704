"""Practice blocks of lesson pages: items that a reader may try, with key and rationale behind a fold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from markupsafe import Markup

from quizgen.interaction import interaction
from quizgen.law.register import Register
from quizgen.model import Cite, Item, ItemId, ItemType, Letter
from quizgen.render.cites import OFFICIAL_DATABASE, cite_title
from quizgen.render.markdown import render_inline, render_markdown, render_stem
from quizgen.render.templates import ENVIRONMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class _Exercise:
    """What the template shows of one item.

    `options` are letter, label (none for a judgement) and text; `cites` title and address, empty where there is none.
    """

    id: ItemId
    type: ItemType
    control: str
    stem: Markup
    options: tuple[tuple[Letter, str, Markup], ...]
    key: str
    key_title: str
    rationale: Markup
    cites: tuple[tuple[str, str], ...]
    names_database: bool
    """Whether a statute is cited that has no page on the site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatuteLinks:
    """How a page leads to statutes on the site: the address of a citation, a rationale's HTML with links in it."""

    address: Callable[[Cite], str | None]
    linked: Callable[[Item, str], str]


_NO_LINKS = StatuteLinks(address=lambda _: None, linked=lambda _, html: html)


def render_practice(
    items: Iterable[Item], *, register: Register, links: StatuteLinks = _NO_LINKS, section: int | None = None
) -> str:
    """The block's HTML; it works without JavaScript, and holds the keys because practice is public.

    One that closes a `section` says which.
    """
    exercises = [_exercise(item, register, links) for item in items]
    template = ENVIRONMENT.get_template("practice.html")
    return template.render(exercises=exercises, database=OFFICIAL_DATABASE, section=section)


def _exercise(item: Item, register: Register, links: StatuteLinks) -> _Exercise:
    rationale = links.linked(item, render_markdown(item.rationale))
    letters = [letter for letter in item.options if letter in item.key]
    return _Exercise(
        id=item.id,
        type=item.type,
        control=interaction(item.type).control,
        stem=Markup(render_stem(item.stem)),  # noqa: S704 - sanitised by render_markdown
        options=tuple(_options(item)),
        key="".join(letters),
        key_title=interaction(item.type).as_edited(item.key, item.options),
        rationale=Markup(rationale),  # noqa: S704 - sanitised by render_markdown, links added
        cites=tuple((cite_title(cite, register), links.address(cite) or "") for cite in item.cites),
        names_database=any(cite.article and not links.address(cite) for cite in item.cites),
    )


def _options(item: Item) -> Iterable[tuple[Letter, str, Markup]]:
    for letter, text in item.options.items():
        label = "" if interaction(item.type).fixed else f"{letter}．"
        yield letter, label, Markup(render_inline(text))  # noqa: S704 - sanitised by render_markdown
