"""The learners of one programme, kept ready for lists and reports in a store of one process.

The store notes which documents have changed; a question then costs what has changed since the last one, not what there
is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from threading import Lock
from typing import Protocol, overload

from grader.domain.figures import (
    Cell,
    Figures,
    LearnerEntry,
    counted,
    figures_by_cell,
    figures_of,
    placement_at,
    rank_at,
    total,
)
from grader.domain.learning.dossier import DossierSummary
from grader.domain.people.account import AccountId, AccountSummary, Role, UnitId
from grader.domain.reports.past import make_room
from grader.store.base import Kind, Row, Rows, S, T
from grader.store.kinds import ACCOUNT, DOSSIER, dossier_id


class Source(Protocol):
    """Where a roll reads: the rows of a store as they are at that moment."""

    def rows(self, kind: Kind[T, S]) -> Rows[S]:
        """All of a kind, in any order."""

    def row(self, kind: Kind[T, S], id: str) -> Row[S] | None:
        """One of them."""


@dataclass(slots=True)
class _Member:
    """A learner on the roll; `figures` are the contribution since the learner's last dated fact."""

    entry: LearnerEntry
    figures: Figures


@dataclass(slots=True)
class _Past:
    """What was worked out of a past date: who was in which unit, in order, and the figures; None for not yet."""

    units: Mapping[UnitId, Sequence[_Member]] | None = None
    cells: Mapping[Cell, Figures] | None = None


class Listed(Sequence[LearnerEntry]):
    """The learners of some units in order; nothing is copied until it is asked for."""

    def __init__(self, units: Sequence[Sequence[_Member]]) -> None:
        self._units = units

    def __len__(self) -> int:
        return sum(map(len, self._units))

    def __iter__(self) -> Iterator[LearnerEntry]:
        return (member.entry for unit in self._units for member in unit)

    @overload
    def __getitem__(self, place: int) -> LearnerEntry: ...
    @overload
    def __getitem__(self, place: slice) -> list[LearnerEntry]: ...
    def __getitem__(self, place: int | slice) -> LearnerEntry | list[LearnerEntry]:
        if isinstance(place, int):
            return list(self)[place]
        return list(islice(self, *place.indices(len(self))))


class Roll:
    """Ordered lists and figures of one programme's learners; may be used from several threads."""

    def __init__(self, programme: str, source: Source) -> None:
        self._programme = programme
        self._source = source
        self._lock = Lock()
        self._noting = Lock()
        self._noted: set[tuple[str, str]] = set()
        self._is_new = True
        self._members: dict[AccountId, _Member] = {}
        self._units: defaultdict[UnitId, dict[AccountId, _Member]] = defaultdict(dict)
        self._sorted: dict[UnitId, list[_Member]] = {}
        self._counts: defaultdict[Cell, Counter[Figures]] = defaultdict(Counter)
        self._settled = datetime.min.replace(tzinfo=UTC)
        """No fact is dated later."""
        self._past: dict[datetime, _Past] = {}
        """The dates that were last asked for; one is forgotten when a change is about it."""

    def note(self, kind: str, id: str) -> None:
        """A document has another row than before, or none."""
        with self._noting:
            self._noted.add((kind, id))

    def learners(self, units: Iterable[UnitId], *, at: datetime | None = None) -> Sequence[LearnerEntry]:
        """The learners of these units, now or at that time, unit by unit in the order given, each in that of lists."""
        with self._lock:
            self._follow()
            if at is None or at >= self._settled:
                return Listed([self._in_order(unit) for unit in units])
            placed = self._past_of(at).units = self._past_of(at).units or self._placed(at)
            return Listed([placed.get(unit, ()) for unit in units])

    def _past_of(self, at: datetime) -> _Past:
        if at not in self._past:
            make_room(self._past)
            self._past[at] = _Past()
        return self._past[at]

    def _placed(self, at: datetime) -> dict[UnitId, list[_Member]]:
        """Everybody by the unit of that time, in order."""
        found: defaultdict[UnitId, list[_Member]] = defaultdict(list)
        for unit in list(self._units):
            for member in self._in_order(unit):  # nearly everybody is in order then, too
                placement = placement_at(member.entry.account, at)
                if placement is not None:
                    found[placement.unit].append(member)
        return {unit: sorted(members, key=_place) for unit, members in found.items()}

    def _cells_of(self, at: datetime) -> Mapping[Cell, Figures]:
        """The figures of everybody, now or at that time."""
        if at >= self._settled:
            return {cell: counted(counts) for cell, counts in self._counts.items() if counts}
        past = self._past_of(at)
        if past.cells is None:
            past.cells = figures_by_cell((member.entry for member in self._members.values()), self._programme, at=at)
        return past.cells

    def figures(self, units: Collection[UnitId] | None, *, at: datetime) -> dict[UnitId, Figures]:
        """What `domain.figures_by_unit` says of these learners, for these units or all."""
        with self._lock:
            self._follow()
            cells = self._cells_of(at)
        found: defaultdict[UnitId, list[Figures]] = defaultdict(list)
        for cell, figures in cells.items():
            if units is None or cell.unit in units:
                found[cell.unit].append(figures)
        return {unit: total(several) for unit, several in found.items()}

    def cells(self, units: Collection[UnitId] | None, *, at: datetime) -> dict[Cell, Figures]:
        """What `domain.figures_by_cell` says of these learners, for these units or all."""
        with self._lock:
            self._follow()
            found = self._cells_of(at)
        return {cell: figures for cell, figures in found.items() if units is None or cell.unit in units}

    def _in_order(self, unit: UnitId) -> list[_Member]:
        if unit not in self._sorted:
            self._sorted[unit] = sorted(self._units.get(unit, {}).values(), key=_place)
        return self._sorted[unit]

    def _follow(self) -> None:
        """Take in what has changed since the last question; all there is at the first one."""
        with self._noting:
            noted, self._noted = self._noted, set()
        if self._is_new:
            self._begin()
            self._is_new = False
        for kind, id in noted:
            if kind == ACCOUNT.name:
                self._take_account(AccountId(id), self._source.row(ACCOUNT, id))
            elif kind == DOSSIER.name and id.startswith(f"{self._programme}."):
                self._take_dossier(AccountId(id.removeprefix(f"{self._programme}.")), self._source.row(DOSSIER, id))

    def _begin(self) -> None:
        programme, rows = self._programme, self._source.rows(DOSSIER)
        dossiers = {row.summary.account: row.summary for row in rows if row.summary.programme == programme}
        for row in self._source.rows(ACCOUNT):
            if row.summary.role is Role.LEARNER:
                id = AccountId(row.id)
                self._put(LearnerEntry(id=id, account=row.summary, dossier=dossiers.get(id)))

    def _take_account(self, id: AccountId, row: Row[AccountSummary] | None) -> None:
        member = self._members.get(id)
        if row and row.summary.role is Role.LEARNER:
            dossier = self._source.row(DOSSIER, dossier_id(self._programme, id))
            self._put(LearnerEntry(id=id, account=row.summary, dossier=dossier.summary if dossier else None))
        elif member:
            self._drop(member)

    def _take_dossier(self, owner: AccountId, row: Row[DossierSummary] | None) -> None:
        if member := self._members.get(owner):
            self._put(replace(member.entry, dossier=row.summary if row else None))

    def _put(self, entry: LearnerEntry) -> None:
        """A learner as he or she stands now; only who is new or has another place makes a unit be sorted again."""
        member = self._members.get(entry.id)
        settled = entry.settled
        self._settled = max(self._settled, settled)
        figures = figures_of(entry, self._programme, at=settled)
        if member and (member.entry.account.unit, member.entry.place) == (entry.account.unit, entry.place):
            self._forget_where_differing(member.entry, entry)
            self._count(member, -1)
            member.entry, member.figures = entry, figures
            self._count(member, 1)
            return
        if member:
            self._drop(member)
        self._past.clear()
        member = self._members[entry.id] = self._units[entry.account.unit][entry.id] = _Member(entry, figures)
        self._sorted.pop(entry.account.unit, None)
        self._count(member, 1)

    def _forget_where_differing(self, before: LearnerEntry, after: LearnerEntry) -> None:
        for at in [at for at in self._past if self._then(before, at) != self._then(after, at)]:
            del self._past[at]

    def _then(self, entry: LearnerEntry, at: datetime) -> tuple[object, ...]:
        """All that what is remembered of that time takes from the learner."""
        return placement_at(entry.account, at), rank_at(entry.account, at), figures_of(entry, self._programme, at=at)

    def _drop(self, member: _Member) -> None:
        entry = member.entry
        self._past.clear()
        del self._members[entry.id], self._units[entry.account.unit][entry.id]
        self._sorted.pop(entry.account.unit, None)
        self._count(member, -1)

    def _count(self, member: _Member, step: int) -> None:
        account = member.entry.account
        counts = self._counts[Cell(account.unit, account.tier, account.rank)]
        counts[member.figures] += step
        if not counts[member.figures]:
            del counts[member.figures]


def _place(member: _Member) -> tuple[int, str]:
    return member.entry.place
