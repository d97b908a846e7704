"""What the stores of a single process share: questions answered from their lists, and turns between their threads."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from heapq import nlargest
from operator import attrgetter
from threading import Lock

from grader.domain.figures import Cell, Figures, LearnerEntry
from grader.domain.people.account import UnitId
from grader.store.base import Kind, Row, Rows, S, Stored, T, is_wanted
from grader.store.kinds import ACCOUNT
from grader.store.roll import Roll


class LocalStore:
    """A base for stores that one process owns; they give `rows` and `row`, and call `note`."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._turns: dict[str, Lock] = {}
        self._rolls: dict[str, Roll] = {}

    def rows(self, kind: Kind[T, S]) -> Rows[S]:
        """All rows of a kind, in any order; a new list."""
        raise NotImplementedError

    def row(self, kind: Kind[T, S], id: str) -> Row[S] | None:
        """The row of one document."""
        raise NotImplementedError

    def recent(self, kind: Kind[T, S], id: str) -> Stored[T] | None:  # noqa: ARG002 - the contract's
        """Nothing: what is there now costs no more."""
        return None

    def note(self, kind: str, id: str) -> None:
        """To be called after each change of a document's row."""
        for roll in self._rolls.values():
            roll.note(kind, id)

    def list(self, kind: Kind[T, S], **equal: object) -> Rows[S]:
        """Summaries whose fields equal the given values, sorted by id."""
        return sorted((row for row in self.rows(kind) if is_wanted(row.summary, equal)), key=_id)

    def newest(self, kind: Kind[T, S], *, most: int, **equal: object) -> Rows[S]:
        """Summaries with the latest `started`, at most so many, latest first."""
        return nlargest(most, self.list(kind, **equal), key=_started)

    def claim_due(self, kind: Kind[T, S], *, before: datetime) -> Rows[S]:
        """Summaries with a `due` before that time."""
        return [row for row in self.list(kind, sitting=True) if _due(row) < before]

    def learners(
        self, programme: str, units: Sequence[UnitId], *, at: datetime | None = None
    ) -> Sequence[LearnerEntry]:
        """The learners of these units with their dossiers of the programme, in the order of lists."""
        return self._roll(programme).learners(units, at=at)

    def figures(
        self, programme: str, *, at: datetime, units: Collection[UnitId] | None = None
    ) -> dict[UnitId, Figures]:
        """The figures of each unit that had learners at that time."""
        return self._roll(programme).figures(units, at=at)

    def cells(self, programme: str, *, at: datetime, units: Collection[UnitId] | None = None) -> dict[Cell, Figures]:
        """The same figures by unit, tier and rank."""
        return self._roll(programme).cells(units, at=at)

    def accounts_of(self, units: Collection[UnitId] | None) -> frozenset[str]:
        """Who belongs to these units now; nobody where none are given."""
        if units is None:
            return frozenset()
        return frozenset(row.id for row in self.rows(ACCOUNT) if row.summary.unit in units)

    def _roll(self, programme: str) -> Roll:
        with self._guard:
            if programme not in self._rolls:
                # Another dictionary, because `note` may be walking through this one.
                self._rolls = {**self._rolls, programme: Roll(programme, self)}
            return self._rolls[programme]

    def try_saving(self) -> None:
        """Nothing can fail in memory."""

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """One thread at a time."""
        with self._guard:
            lock = self._turns.setdefault(name, Lock())
        with lock:
            yield


def _started(row: Row[S]) -> datetime:
    started: datetime = getattr(row.summary, "started")  # noqa: B009 - only kinds that have one are asked
    return started


def _due(row: Row[S]) -> datetime:
    due: datetime = getattr(row.summary, "due")  # noqa: B009 - only kinds that have one are asked
    return due


_id = attrgetter("id")
