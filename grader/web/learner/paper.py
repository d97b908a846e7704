"""The paper as its form shows it, and what the form says; nothing of the keys."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from flask import get_template_attribute, request
from markupsafe import Markup

from grader.course import Course
from grader.domain import errors
from grader.domain.attempt import Attempt, Given, Sheet
from quizgen.interaction import Interaction, interaction
from quizgen.model import Item, ItemId, ItemType, Letter
from quizgen.paper import PaperItem
from quizgen.render.markdown import render_inline, render_stem
from quizgen.render.paper import shown_labels, shown_option

_ITEM = "item-"
"""Before an item's id this names its inputs in the form."""
_MARK = "mark-"
"""Before an item's id this names the box that marks it."""


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


def sections_of(course: Course, attempt: Attempt) -> list[SectionView]:
    """The paper by its sections, with what has been answered."""
    sections: list[SectionView] = []
    for number, place in enumerate(attempt.paper.items, 1):
        if not sections or sections[-1].type is not place.type:
            asked = interaction(place.type)
            sections.append(SectionView(type=place.type, asked=asked, points=place.points, items=[]))
        view = _item_view(number, place, course.items[place.item], given=attempt.responses.get(place.item))
        sections[-1].items.append(view)
    return sections


def open_items(attempt: Attempt) -> OpenItems:
    """What is not answered and what is marked, by number."""
    given = [(number, attempt.responses.get(place.item)) for number, place in enumerate(attempt.paper.items, 1)]
    return OpenItems(
        unanswered=tuple(number for number, one in given if one is None or not one.options),
        marked=tuple(number for number, one in given if one is not None and one.marked),
    )


def sent_sheet() -> Sheet:
    """What the form says; whether its items and letters are the paper's is for the attempt to judge."""
    ticked = {
        ItemId(name.removeprefix(_ITEM)): frozenset(map(Letter, letters))
        for name, letters in request.form.lists()
        if name.startswith(_ITEM)
    }
    marked = frozenset(ItemId(name.removeprefix(_MARK)) for name in request.form if name.startswith(_MARK))
    shown = frozenset(map(ItemId, request.form.get("shown", "").split()))
    return Sheet(ticked=ticked, shown=shown, sequence=_sequence(), marked=marked)


def _sequence() -> int:
    text = request.form.get("sequence", "")
    if not (text.isascii() and text.isdecimal()) or not 0 < len(text) < 10:
        raise errors.Malformed(why="缺少页面序号，请刷新页面。")
    return int(text)


def _item_view(number: int, place: PaperItem, item: Item, *, given: Given | None) -> ItemView:
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
