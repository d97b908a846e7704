"""Lessons: what study is credited for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from quizgen.diagnostics import Span
from quizgen.model import ItemId, LessonId, ModuleId

SECTIONS = 3
"""A lesson that is credited by sections has this many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonSection:
    """A third of a lesson (小节), done when each of its `items`, at least one, was answered right."""

    items: tuple[ItemId, ...]
    where: Span = field(default=Span(path=""), compare=False, repr=False)
    places: tuple[Span, ...] = field(default=(), compare=False, repr=False)
    """Where each of the items is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A lesson's front matter and what its page refers to.

    `hours` are the credit hours that it earns once its sections are done, above 0. `minutes` is the editors' estimate
    of its length, None where they gave none.
    """

    id: LessonId
    title: str
    module: ModuleId
    hours: float
    minutes: int | None = None
    reviewed: date
    path: str
    """Address of the page below the site's root, such as `lessons/xianfa-01/`."""
    sections: tuple[LessonSection, ...] = ()
    """In their order; none in a lesson that is credited by time only."""
    where: Span = field(default=Span(path=""), compare=False, repr=False)
    practice: tuple[tuple[ItemId, Span], ...] = field(default=(), compare=False, repr=False)
    """Items named in its practice blocks, those of sections too, with the place of each."""
