"""Lessons: what study is credited for. Standard library, `model` and `diagnostics` only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from quizgen.diagnostics import Span
from quizgen.model import ItemId, LessonId, ModuleId


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A lesson's front matter and what its page refers to; `minutes` is the length at which credit ends."""

    id: LessonId
    title: str
    module: ModuleId
    minutes: int
    reviewed: date
    path: str
    """Address of the page below the site's root, such as `lessons/xianfa-01/`."""
    where: Span = field(default=Span(path=""), compare=False, repr=False)
    practice: tuple[tuple[ItemId, Span], ...] = field(default=(), compare=False, repr=False)
    """Items named in its practice blocks, with the place of each."""

    @property
    def seconds(self) -> int:
        """The lesson's length in seconds."""
        return self.minutes * 60
