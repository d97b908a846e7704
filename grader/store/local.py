"""What the stores of a single process share: questions answered from their lists, and turns between their threads.

Imports the domain, `base` and `kinds` only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from heapq import nlargest
from threading import Lock

from grader.domain.account import AccountId, Role, UnitId
from grader.domain.figures import Entry, Figures, figures_by_unit
from grader.store.base import Kind, Row, Rows, S, T
from grader.store.kinds import ACCOUNT, DOSSIER


class LocalStore:
    """A base for stores that one process owns; they give `list`."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._turns: dict[str, Lock] = {}

    def list(self, kind: Kind[T, S], **equal: object) -> Rows[S]:
        """As the contract says."""
        raise NotImplementedError

    def newest(self, kind: Kind[T, S], *, most: int, **equal: object) -> Rows[S]:
        """Summaries with the latest `started`, at most so many, latest first."""
        return nlargest(most, self.list(kind, **equal), key=_started)

    def claim_due(self, kind: Kind[T, S], *, before: datetime) -> Rows[S]:
        """Summaries with a `due` before that time."""
        return [row for row in self.list(kind, sitting=True) if _due(row) < before]

    def figures(
        self, programme: str, *, at: datetime, units: Collection[UnitId] | None = None
    ) -> dict[UnitId, Figures]:
        """The figures of each unit that had learners at that time."""
        dossiers = {row.summary.account: row.summary for row in self.list(DOSSIER, programme=programme)}
        entries = (
            Entry(account=row.summary, dossier=dossiers.get(AccountId(row.id)))
            for row in self.list(ACCOUNT, role=Role.LEARNER)
            if units is None or any(placement.unit in units for placement in row.summary.placements)
        )
        by_unit = figures_by_unit(entries, programme, at=at)
        return {unit: figures for unit, figures in by_unit.items() if units is None or unit in units}

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
