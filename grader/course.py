"""The published content that is in force: which programme is current, what it holds, ready for drawing papers.

Processes follow a newly published content within `FOLLOW`.
"""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from grader.domain.content import ActiveSummary, PublishedContent, in_force
from grader.domain.errors import NoProgramme
from grader.domain.figures import Figures, LearnerEntry
from grader.domain.learning.standing import State
from grader.domain.people.account import AccountId
from grader.domain.reports.past import make_room
from grader.domain.year_change import Laid
from grader.store.base import Store, Unusable
from grader.store.kinds import ACTIVE, ATTEMPT, CONTENT
from quizgen.draw.eligible import Eligible, eligible
from quizgen.model import Item, ItemId, Letter, TierId

R = TypeVar("R")
FOLLOW = timedelta(seconds=5)
"""How long a process may go on with a content after another one was published."""
SEED_FROM = 1000
"""The use counts start from this many of the latest papers, damaged ones left out; advisory, so a sample does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """A learner's state, hours and share in the figures, with the very entry, exempt or not, that they are of."""

    entry: LearnerEntry
    exempt: bool
    state: State
    hours: float
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """A learner's state and share in the figures as of a past date, with the very entry that they are of."""

    entry: LearnerEntry
    state: State
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A stored content with what is computed from it once per process.

    `uses` counts how often each exam item was drawn: advisory, this process's own. `states` remembers where each
    learner was found to be, `past` and `past_hours` the same of the dates that were last asked for.
    """

    digest: str
    content: PublishedContent
    items: dict[ItemId, Item]
    keys: dict[ItemId, frozenset[Letter]]
    pools: dict[TierId, Eligible]
    """What each tier's papers are drawn from."""
    uses: Counter[ItemId] = field(default_factory=Counter)
    states: dict[AccountId, Glance] = field(default_factory=dict)
    past: dict[datetime, dict[AccountId, Then]] = field(default_factory=dict)
    past_hours: dict[datetime, dict[AccountId, tuple[LearnerEntry, float]]] = field(default_factory=dict)

    def then(self, at: datetime) -> dict[AccountId, Then]:
        """What is remembered of that date, to be added to; the date that was asked for first is forgotten."""
        return _of_date(self.past, at)

    def hours_then(self, at: datetime) -> dict[AccountId, tuple[LearnerEntry, float]]:
        """The same of hours alone, each with the very entry that they are of."""
        return _of_date(self.past_hours, at)


def _of_date(remembered: dict[datetime, dict[AccountId, R]], at: datetime) -> dict[AccountId, R]:
    found = remembered.get(at)
    if found is None:
        make_room(remembered)
        found = remembered.setdefault(at, {})
    return found


def content_in_force(store: Store, pointer: ActiveSummary) -> PublishedContent | None:
    """The content that an active pointer names, with what lies over its programme; None where the store lost it.

    `Courses` gives the same at hand; this is for whoever has the store only.
    """
    kept = store.load(CONTENT, pointer.digest)
    return in_force(kept.value, pointer.laid) if kept else None


class Courses:
    """Reads contents by digest (they never change) and follows the active pointers."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._courses: dict[str, Course] = {}
        self._laid: dict[str, tuple[Laid, Course]] = {}
        self._active: dict[str, ActiveSummary] = {}
        self._read_at: datetime | None = None

    def current(self, now: datetime) -> Course:
        """The course whose programme runs now, or the one that ran last. Raises NoProgramme before any publishing.

        Of several that run, the one that closes first is current: a make-up can be sat although the next year's study
        has begun, and that year follows when the make-up is over.
        """
        courses = [self._in_force(pointer) for pointer in self._pointers(now).values()]
        if not courses:
            raise NoProgramme
        if len(courses) == 1:
            return courses[0]
        return max(courses, key=lambda course: _precedence(course, now))

    def of_programme(self, programme: str, now: datetime) -> Course:
        """The active course of one programme. Raises NoProgramme."""
        pointer = self._pointers(now).get(programme)
        if pointer is None:
            raise NoProgramme
        return self._in_force(pointer)

    def _in_force(self, pointer: ActiveSummary) -> Course:
        """The active course with what the county laid over its programme; the same one until that changes."""
        published = self.by_digest(pointer.digest)
        if not pointer.laid.rules:
            return published
        laid, course = self._laid.get(pointer.digest, (None, published))
        if laid != pointer.laid:
            content = in_force(published.content, pointer.laid)
            course = replace(published, content=content, states={}, past={}, past_hours={})
            self._laid[pointer.digest] = pointer.laid, course
        return course

    def by_digest(self, digest: str) -> Course:
        """A course as it was published, with nothing laid over it: papers are scored by it. Raises NoProgramme."""
        course = self._courses.get(digest)
        if course is None:
            stored = self._store.load(CONTENT, digest)
            if stored is None:
                raise NoProgramme
            course = self._prepare(digest, stored.value)
            with self._lock:
                course = self._courses.setdefault(digest, course)
        return course

    def _prepare(self, digest: str, content: PublishedContent) -> Course:
        items = content.exam_items()
        course = Course(
            digest=digest,
            content=content,
            items=items,
            keys={id: item.key for id, item in items.items()},
            pools={
                tier: eligible(content.items, tier=tier, modules=content.modules) for tier in content.programme.tiers
            },
        )
        for row in self._store.newest(ATTEMPT, most=SEED_FROM, programme=content.programme.id):
            with suppress(Unusable):
                attempt = self._store.load(ATTEMPT, row.id)
                course.uses.update(place.item for place in (attempt.value.paper.items if attempt else ()))
        return course

    def programmes(self, now: datetime) -> list[Course]:
        """Every active course, newest study window first."""
        courses = [self._in_force(pointer) for pointer in self._pointers(now).values()]
        return sorted(courses, key=lambda course: course.content.programme.study.opens, reverse=True)

    def forget_pointers(self) -> None:
        """Read the active pointers again at the next question (after publishing in this process)."""
        self._read_at = None

    def _pointers(self, now: datetime) -> dict[str, ActiveSummary]:
        if self._read_at is None or not timedelta() <= now - self._read_at < FOLLOW:
            self._active = {row.id: row.summary for row in self._store.list(ACTIVE)}
            self._read_at = now
        return self._active


def _precedence(course: Course, now: datetime) -> tuple[int, float]:
    opens, closes = course.content.programme.study.opens, course.content.programme.closes
    if now < opens:
        return 0, -opens.timestamp()
    return (2, -closes.timestamp()) if now < closes else (1, closes.timestamp())
