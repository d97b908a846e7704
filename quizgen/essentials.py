"""The list of laws and Party rules that officials of a place must know (应知应会), with the lessons that teach them.

Standard library, `model` and `diagnostics` only. The list is a county's own; the kit's is a sample.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from quizgen.diagnostics import Span
from quizgen.model import LessonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Essential:
    """One law or rule: `source` names it in the register (`xianfa`, `doc:…`), or `title` and `since` say what it is.

    No `lessons`: the course has none on it yet.
    """

    source: str = ""
    title: str = ""
    since: date | None = None
    """From when it is in force, where the register does not know it."""
    lessons: tuple[LessonId, ...] = ()
    where: Span = field(default=Span(path=""), compare=False, repr=False)
    places: tuple[Span, ...] = field(default=(), compare=False, repr=False)
    """Where each of the lessons is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EssentialGroup:
    """A part of the list, such as 党内法规."""

    title: str
    entries: tuple[Essential, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Essentials:
    """The whole list in its order."""

    title: str
    note: str = ""
    groups: tuple[EssentialGroup, ...] = ()

    @property
    def entries(self) -> tuple[Essential, ...]:
        """The entries of all groups."""
        return tuple(entry for group in self.groups for entry in group.entries)

    @property
    def gaps(self) -> tuple[Essential, ...]:
        """Those that no lesson teaches."""
        return tuple(entry for entry in self.entries if not entry.lessons)
