"""Who still owes what: four lists by the states that reports show; nobody is on two of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from grader.administration.reports.asked import ANYBODY, Asked
from grader.administration.reports.learners import LearnerRow, View, find_learners
from grader.administration.reports.table import Column
from grader.course import Course, Glance
from grader.domain.learning.standing import State
from grader.domain.people.account import UnitId
from grader.domain.people.unit import UnitSummary
from grader.store.base import Store


class Lack(StrEnum):
    """A list of those whom supervision is about; exempt people and accounts out of use are on none."""

    NOT_STARTED = "not_started"
    HOURS_SHORT = "hours_short"
    NOT_EXAMINED = "not_examined"
    NOT_PASSED = "not_passed"

    @property
    def label(self) -> str:
        """The name on the screen and in letters."""
        return {
            "not_started": "未开始",
            "hours_short": "学时不足",
            "not_examined": "未考试",
            "not_passed": "未合格",
        }[self.value]


LACKS: Mapping[State, Lack] = {
    State.NOT_STARTED: Lack.NOT_STARTED,
    State.STUDYING: Lack.HOURS_SHORT,
    State.HOURS_DUE: Lack.HOURS_SHORT,
    State.EXAM_DUE: Lack.NOT_EXAMINED,
    State.FAILED: Lack.NOT_PASSED,
}
"""Whom each state of the reports puts on which list; 学时不足 are also those who passed before they met the hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Straggler:
    """Somebody on a list."""

    row: LearnerRow
    lack: Lack


COLUMNS: tuple[Column[Straggler], ...] = (
    Column(label="姓名", width=5, value=lambda one: one.row.account.name),
    Column(label="单位", width=14, value=lambda one: one.row.unit),
    Column(label="人员层次", width=9, value=lambda one: one.row.tier),
    Column(label="清单", width=5, value=lambda one: one.lack.label),
    Column(label="还差什么", width=16, value=lambda one: one.row.missing or None),
)
"""What the page shows of them."""
CALLS: tuple[Column[Straggler], ...] = (
    *COLUMNS,
    Column(label="手机号", width=8, value=lambda one: one.row.account.telephone or None),
    Column(label="联系时间", width=8, value=lambda _: None),
    Column(label="联系情况", width=14, value=lambda _: None),
    Column(label="联系人", width=6, value=lambda _: None),
)
"""The columns of 电话督促表; the last three are filled in by hand."""


@dataclass(frozen=True, kw_only=True)
class Stragglers:
    """Those found, in the order of lists."""

    view: View
    units: Mapping[UnitId, UnitSummary]
    entries: Sequence[Glance]

    def of(self, lack: Lack) -> Stragglers:
        """Those of one list."""
        return replace(self, entries=[one for one in self.entries if LACKS[one.state] is lack])

    @cached_property
    def counts(self) -> dict[UnitId, Counter[Lack]]:
        """How many of each unit are on each list."""
        found: dict[UnitId, Counter[Lack]] = {unit: Counter() for unit in self.units}
        for (unit, state), count in Counter((one.entry.account.unit, one.state) for one in self.entries).items():
            found[unit][LACKS[state]] += count
        return found

    @property
    def total(self) -> Counter[Lack]:
        """How many are on each list in all."""
        return sum(self.counts.values(), Counter())

    def rows(self, part: slice = slice(None)) -> Iterator[Straggler]:
        """Some of them with what they owe."""
        view, units = self.view, self.units
        return (Straggler(row=view.row(one.entry, units), lack=LACKS[one.state]) for one in self.entries[part])


def stragglers(
    store: Store,
    course: Course,
    units: Mapping[UnitId, UnitSummary],
    *,
    now: datetime,
    asked: Asked = ANYBODY,
    lack: Lack | None = None,
) -> Stragglers:
    """Everybody of the units asked for who is on a list, or on this one."""
    found = find_learners(store, course, units, now=now, asked=asked)
    wanted = frozenset(state for state, one in LACKS.items() if lack is None or one is lack)
    looks = found.view.glances(found.entries)
    entries = [one for one in looks if one.state in wanted and one.entry.account.active]
    return Stragglers(view=found.view, units=asked.units(units), entries=entries)
