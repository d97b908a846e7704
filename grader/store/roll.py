"""The learners of one programme, kept ready for lists and reports in a store of one process. Domain and `base` only.

What a store has saved since the last question is found by comparing its rows with those seen then: summaries are never
changed, so another object is another version. A question then costs what has changed, not what there is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock

from grader.domain.account import AccountId, AccountSummary, Role, UnitId
from grader.domain.dossier import DossierSummary
from grader.domain.figures import Entry, Figures, counted, figures_by_unit, figures_of
from grader.store.base import Row


@dataclass(frozen=True, slots=True)
class Seen:
    """A store's rows at one moment: all accounts, and the programme's dossiers."""

    accounts: list[Row[AccountSummary]]
    dossiers: list[Row[DossierSummary]]


@dataclass(slots=True)
class _Member:
    """A learner on the roll; `figures` are the contribution since the learner's last dated fact."""

    entry: Entry
    figures: Figures


class Roll:
    """Ordered lists and figures of one programme's learners; may be used from several threads."""

    def __init__(self, programme: str) -> None:
        self._programme = programme
        self._lock = Lock()
        self._members: dict[str, _Member] = {}
        self._with_dossier = 0
        self._units: defaultdict[UnitId, dict[AccountId, _Member]] = defaultdict(dict)
        self._sorted: dict[UnitId, list[_Member]] = {}
        self._counts: defaultdict[UnitId, Counter[Figures]] = defaultdict(Counter)
        self._settled = datetime.min.replace(tzinfo=UTC)
        """No fact is dated later."""

    def learners(self, seen: Seen, units: Iterable[UnitId]) -> list[Entry]:
        """The learners of these units, unit by unit in the order given, each unit's in the order of lists."""
        with self._lock:
            self._follow(seen)
            return [member.entry for unit in units for member in self._in_order(unit)]

    def figures(self, seen: Seen, units: Collection[UnitId] | None, *, at: datetime) -> dict[UnitId, Figures]:
        """What `domain.figures_by_unit` says of these rows, for these units or all."""
        with self._lock:
            self._follow(seen)
            if at >= self._settled:
                found = {unit: counted(counts) for unit, counts in self._counts.items() if counts}
            else:
                entries = (member.entry for member in self._members.values())
                found = figures_by_unit(entries, self._programme, at=at)
        return {unit: figures for unit, figures in found.items() if units is None or unit in units}

    def _in_order(self, unit: UnitId) -> list[_Member]:
        if unit not in self._sorted:
            self._sorted[unit] = sorted(self._units.get(unit, {}).values(), key=lambda member: member.entry.place)
        return self._sorted[unit]

    def _follow(self, seen: Seen) -> None:
        """Take in what has changed since the last question."""
        members = self._members
        learners = [row for row in seen.accounts if row.summary.role is Role.LEARNER]
        for row in learners:
            member = members.get(row.id)
            if member is None or member.entry.account is not row.summary:
                dossier = member.entry.dossier if member else None
                self._put(Entry(id=AccountId(row.id), account=row.summary, dossier=dossier))
        if len(members) > len(learners):
            for id in members.keys() - {row.id for row in learners}:
                self._drop(members[id])
        theirs = [(members[owner], row.summary) for row in seen.dossiers if (owner := row.summary.account) in members]
        for member, summary in theirs:
            if member.entry.dossier is not summary:
                self._put(replace(member.entry, dossier=summary))
        if len(theirs) < self._with_dossier:
            had = {id for id, member in members.items() if member.entry.dossier}
            for id in had - {summary.account for _, summary in theirs}:
                self._put(replace(members[id].entry, dossier=None))

    def _put(self, entry: Entry) -> None:
        """A learner as he or she stands now; only who is new or has another place makes a unit be sorted again."""
        member = self._members.get(entry.id)
        settled = entry.settled
        self._settled = max(self._settled, settled)
        figures = figures_of(entry, self._programme, at=settled)
        if member and (member.entry.account.unit, member.entry.place) == (entry.account.unit, entry.place):
            self._count(member, -1)
            member.entry, member.figures = entry, figures
            self._count(member, 1)
            return
        if member:
            self._drop(member)
        member = self._members[entry.id] = self._units[entry.account.unit][entry.id] = _Member(entry, figures)
        self._sorted.pop(entry.account.unit, None)
        self._count(member, 1)

    def _drop(self, member: _Member) -> None:
        entry = member.entry
        del self._members[entry.id], self._units[entry.account.unit][entry.id]
        self._sorted.pop(entry.account.unit, None)
        self._count(member, -1)

    def _count(self, member: _Member, step: int) -> None:
        counts = self._counts[member.entry.account.unit]
        counts[member.figures] += step
        if not counts[member.figures]:
            del counts[member.figures]
        self._with_dossier += step if member.entry.dossier else 0
