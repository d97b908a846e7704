"""Figures of a unit or a county at a cut-off: counts and rates with their parts.

"At date D" means facts recorded by D. Eligible = enrolled, active, not exempt; `MEASURES` are what reports show.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import NamedTuple

from grader.domain.learning.dossier import DossierSummary, Milestone
from grader.domain.people.account import AccountId, AccountSummary, Placement, Role, UnitId
from grader.domain.people.former import text_at
from quizgen.model import TierId

_NO_NUMBER = 1 << 30
"""Sorts whoever has no order number behind those who have one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share that shows what it was made of."""

    part: int
    whole: int

    @property
    def tenths(self) -> int | None:
        """Tenths of a percent, rounded half up; None where nobody is eligible."""
        return (self.part * 2000 + self.whole) // (self.whole * 2) if self.whole else None

    @property
    def percent(self) -> str:
        """Such as 66.7%; “—” where nobody is eligible."""
        tenths = self.tenths
        return "—" if tenths is None else f"{tenths // 10}.{tenths % 10}%"

    def __str__(self) -> str:
        return f"{self.percent}（{self.part}/{self.whole}）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How many learners are where; `eligible` and those after it but the last are counts of the eligible.

    `exempt_qualified` are those of the exempt who took part all the same and qualified: shown apart, in no rate.
    """

    enrolled: int = 0
    inactive: int = 0
    exempt: int = 0
    eligible: int = 0
    started: int = 0
    hours_met: int = 0
    examined: int = 0
    passed: int = 0
    qualified: int = 0
    exempt_qualified: int = 0

    @property
    def hours_due(self) -> int:
        """The eligible who have not met the hours."""
        return self.eligible - self.hours_met

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

    def part(self, figures: Figures) -> int:
        """How many the column counts: the numerator of a share."""
        part: int = getattr(figures, self.count)
        return part

    def value(self, figures: Figures) -> int | Rate:
        """What the column says of these figures; its text is what a table shows."""
        part = self.part(figures)
        return Rate(part=part, whole=getattr(figures, self.of)) if self.of else part


MEASURES = (
    Measure(label="名单人数", count="enrolled"),
    Measure(label="参学总人数", count="eligible"),
    Measure(label="已完成学习任务人数", count="hours_met"),
    Measure(label="未完成学习任务人数", count="hours_due"),
    Measure(label="参学率", count="started", of="eligible", counted="已开始学习"),
    Measure(label="参考率", count="examined", of="eligible", counted="已参加考试"),
    Measure(label="合格率", count="qualified", of="eligible", counted="已合格"),
    Measure(label="可不参加", count="exempt"),
    Measure(label="可不参加而合格", count="exempt_qualified"),
    Measure(label="失效", count="inactive"),
)
"""The columns of reports, live and frozen, in their order, on the screen and in every file.

参学总人数 are the eligible: on the list, 有效, not exempt. 已完成学习任务 means that the hours are met. Every count of
an eligible learner is a `Milestone`.
"""
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
        moments += [former.until for former in account.former_ranks]
        for exemption in account.exemptions:
            moments += [exemption.at, exemption.ends or exemption.at]
        if self.dossier:
            moments += self.dossier.milestones.values()
        return max(moments)


def placement_at(account: AccountSummary, at: datetime) -> Placement | None:
    """Where the learner belonged at that time; None before the first placement."""
    last = account.placements[-1]  # most people's only one: reports of a past date ask this of everybody
    return last if last.at <= at else next((p for p in reversed(account.placements) if p.at <= at), None)


def is_active_at(account: AccountSummary, at: datetime) -> bool:
    """Whether the account was 有效 at that time; one that was never switched is."""
    if not account.switches:
        return True
    return next((switch.active for switch in reversed(account.switches) if switch.at <= at), True)


def rank_at(account: AccountSummary, at: datetime) -> str:
    """The learner's rank at that time; "" for none."""
    return text_at(account.former_ranks, account.rank, at) if account.former_ranks else account.rank


def figures_of(entry: LearnerEntry, programme: str, *, at: datetime) -> Figures:
    """One learner's contribution: enrolled, and either inactive, exempt or eligible with what was reached by then."""
    account = entry.account
    if account.role is not Role.LEARNER or placement_at(account, at) is None:
        return Figures()
    if not is_active_at(account, at):
        return _INACTIVE
    if account.exemptions and account.exemption(programme, at):
        return _EXEMPT_QUALIFIED if Milestone.QUALIFIED in _reached(entry, at) else _EXEMPT
    return _eligible(_reached(entry, at))


def _reached(entry: LearnerEntry, at: datetime) -> frozenset[Milestone]:
    milestones = entry.dossier.milestones if entry.dossier else {}
    return frozenset(name for name, when in milestones.items() if when <= at)


_INACTIVE, _EXEMPT = Figures(enrolled=1, inactive=1), Figures(enrolled=1, exempt=1)
_EXEMPT_QUALIFIED = Figures(enrolled=1, exempt=1, exempt_qualified=1)


@cache
def _eligible(reached: frozenset[Milestone]) -> Figures:
    return Figures(enrolled=1, eligible=1, **{name.value: int(name in reached) for name in Milestone})


class Cell(NamedTuple):
    """What reports group by: unit, tier and rank at the cut-off."""

    unit: UnitId
    tier: TierId
    rank: str


def figures_by_cell(entries: Iterable[LearnerEntry], programme: str, *, at: datetime) -> dict[Cell, Figures]:
    """The figures of the learners of each unit, tier and rank at that time."""
    counts: defaultdict[Cell, Counter[Figures]] = defaultdict(Counter)
    for entry in entries:
        placement = placement_at(entry.account, at)
        figures = figures_of(entry, programme, at=at)
        if placement is not None and figures.enrolled:
            counts[Cell(placement.unit, placement.tier, rank_at(entry.account, at))][figures] += 1
    return {cell: counted(learners) for cell, learners in counts.items()}


def figures_by_unit(entries: Iterable[LearnerEntry], programme: str, *, at: datetime) -> dict[UnitId, Figures]:
    """The figures of each unit that had learners at that time."""
    units: defaultdict[UnitId, list[Figures]] = defaultdict(list)
    for cell, figures in figures_by_cell(entries, programme, at=at).items():
        units[cell.unit].append(figures)
    return {unit: total(several) for unit, several in units.items()}


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
    """A year's end, frozen: what every unit came to at the cut-off, and who froze it.

    `number` 0 is the first one; a repair after it makes a numbered correction with its reason, and the first stays.
    """

    programme: str
    title: str
    cut_off: datetime
    made: datetime
    by: str
    rows: tuple[UnitFigures, ...]
    number: int = 0
    reason: str = ""

    @property
    def total(self) -> Figures:
        """All units together."""
        return total(row.figures for row in self.rows)

    @property
    def label(self) -> str:
        """What it is called: 年终存档报表, or 更正报表第 1 号."""
        return f"更正报表第 {self.number} 号" if self.number else "年终存档报表"

    @property
    def digest(self) -> str:
        """SHA-256 over cut-off and every row's figures: two copies with the same digest say the same."""
        lines = [f"{self.programme} {self.number} {self.cut_off.isoformat()} {self.reason}"]
        for row in self.rows:
            counts = " ".join(f"{name}={getattr(row.figures, name)}" for name in _NAMES)
            lines.append(f"{row.unit} {row.name} {counts}")
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotSummary:
    """Which year's end it is."""

    programme: str
    title: str
    cut_off: datetime
    number: int = 0


def summarise_snapshot(snapshot: Snapshot) -> SnapshotSummary:
    """The summary kept beside the snapshot."""
    return SnapshotSummary(
        programme=snapshot.programme, title=snapshot.title, cut_off=snapshot.cut_off, number=snapshot.number
    )
