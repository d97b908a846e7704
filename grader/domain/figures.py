"""Figures of a unit or a county at a cut-off: counts and rates with their parts.

"At date D" means facts recorded by D. Eligible = enrolled, active, not exempt; `MEASURES` are what reports show.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache

from grader.domain.account import AccountId, AccountSummary, Placement, Role, UnitId
from grader.domain.dossier import DossierSummary, Milestone

_NO_NUMBER = 1 << 30
"""Sorts whoever has no order number behind those who have one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share that shows what it was made of."""

    part: int
    whole: int

    @property
    def percent(self) -> str:
        """Such as 66.7%, rounded half up to a tenth; “—” where nobody is eligible."""
        if not self.whole:
            return "—"
        tenths = (self.part * 2000 + self.whole) // (self.whole * 2)
        return f"{tenths // 10}.{tenths % 10}%"

    def __str__(self) -> str:
        return f"{self.percent}（{self.part}/{self.whole}）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How many learners are where; every count but `enrolled`, `inactive` and `exempt` is of the eligible."""

    enrolled: int = 0
    inactive: int = 0
    exempt: int = 0
    eligible: int = 0
    started: int = 0
    hours_met: int = 0
    examined: int = 0
    passed: int = 0
    qualified: int = 0

    def __add__(self, other: Figures) -> Figures:
        return total([self, other])


_NAMES = tuple(field.name for field in fields(Figures))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A column of the report: the count that it shows, or that count's share of another one.

    `counted` says of whom a share counts how many, as in 3 人已合格.
    """

    label: str
    count: str
    of: str = ""
    counted: str = ""

    def value(self, figures: Figures) -> int | Rate:
        """What the column says of these figures; its text is what a table shows."""
        part: int = getattr(figures, self.count)
        return Rate(part=part, whole=getattr(figures, self.of)) if self.of else part


MEASURES = (
    Measure(label="名单人数", count="enrolled"),
    Measure(label="应参加", count="eligible"),
    Measure(label="参学率", count="started", of="eligible", counted="已开始学习"),
    Measure(label="参考率", count="examined", of="eligible", counted="已参加考试"),
    Measure(label="合格率", count="qualified", of="eligible", counted="已合格"),
)
"""The columns of reports, live and frozen, in their order. Every count of an eligible learner is a `Milestone`."""
RATES = tuple(measure for measure in MEASURES if measure.of)
"""Those that the administrators' page shows large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerEntry:
    """One learner in a list or report: the account's summary and, once there is one, the dossier's."""

    id: AccountId
    account: AccountSummary
    dossier: DossierSummary | None = None

    @property
    def place(self) -> tuple[int, str]:
        """What a unit's learners are sorted by: the order number, if there is one, then the account number."""
        return self.account.order_number or _NO_NUMBER, self.account.number

    @property
    def settled(self) -> datetime:
        """The time of the latest dated fact: whoever asks for that time or a later one gets the same figures."""
        account = self.account
        moments = [change.at for change in account.placements]
        moments += [change.at for change in account.switches]
        for exemption in account.exemptions:
            moments += [exemption.at, exemption.ends or exemption.at]
        if self.dossier:
            moments += self.dossier.milestones.values()
        return max(moments)


def placement_at(account: AccountSummary, at: datetime) -> Placement | None:
    """Where the learner belonged at that time; None before the first placement."""
    return next((p for p in reversed(account.placements) if p.at <= at), None)


def is_active_at(account: AccountSummary, at: datetime) -> bool:
    """Whether the account was 有效 at that time; one that was never switched is."""
    return next((switch.active for switch in reversed(account.switches) if switch.at <= at), True)


def figures_of(entry: LearnerEntry, programme: str, *, at: datetime) -> Figures:
    """One learner's contribution: enrolled, and either inactive, exempt or eligible with what was reached by then."""
    account = entry.account
    if account.role is not Role.LEARNER or placement_at(account, at) is None:
        return Figures()
    if not is_active_at(account, at):
        return _INACTIVE
    if account.exemptions and account.exemption(programme, at):
        return _EXEMPT
    reached = entry.dossier.milestones if entry.dossier else {}
    return _eligible(frozenset(name for name, when in reached.items() if when <= at))


_INACTIVE, _EXEMPT = Figures(enrolled=1, inactive=1), Figures(enrolled=1, exempt=1)


@cache
def _eligible(reached: frozenset[Milestone]) -> Figures:
    return Figures(enrolled=1, eligible=1, **{name.value: int(name in reached) for name in Milestone})


def figures_by_unit(entries: Iterable[LearnerEntry], programme: str, *, at: datetime) -> dict[UnitId, Figures]:
    """The figures of each unit that had learners at that time."""
    counts: defaultdict[UnitId, Counter[Figures]] = defaultdict(Counter)
    for entry in entries:
        placement = placement_at(entry.account, at)
        figures = figures_of(entry, programme, at=at)
        if placement is not None and figures.enrolled:
            counts[placement.unit][figures] += 1
    return {unit: counted(learners) for unit, learners in counts.items()}


def counted(learners: Mapping[Figures, int]) -> Figures:
    """The sum of so many learners of each kind."""
    return Figures(**{name: sum(getattr(one, name) * n for one, n in learners.items()) for name in _NAMES})


def total(units: Iterable[Figures]) -> Figures:
    """The sum of several units' figures."""
    listed = list(units)
    return Figures(**{name: sum(getattr(figures, name) for figures in listed) for name in _NAMES})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFigures:
    """One row of a frozen report."""

    unit: UnitId
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A year's end, frozen: what every unit came to at the cut-off, and who froze it."""

    programme: str
    title: str
    cut_off: datetime
    made: datetime
    by: str
    rows: tuple[UnitFigures, ...]

    @property
    def total(self) -> Figures:
        """All units together."""
        return total(row.figures for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotSummary:
    """Which year's end it is."""

    programme: str
    title: str
    cut_off: datetime


def summarise_snapshot(snapshot: Snapshot) -> SnapshotSummary:
    """The summary kept beside the snapshot."""
    return SnapshotSummary(programme=snapshot.programme, title=snapshot.title, cut_off=snapshot.cut_off)
