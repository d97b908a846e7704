"""What a report is asked for: whom, as of when, in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from grader.domain.figures import MEASURES, Measure
from grader.domain.learning.standing import State
from grader.domain.people.account import UnitId
from grader.domain.people.unit import UnitSummary, unit_kind_at, unit_name_at
from quizgen.programme import Programme

NO_RANK = "未填写"
"""Asks for those of whom no rank is known, and is what a report calls them."""
NO_KIND = "未分类"
"""The same of units without a kind."""

OF_A_PAST_DAY = "单位、人员层次、职务级别和单位性质按当时的记录"
"""Stands in the head of a report as of a past day."""


class Order(StrEnum):
    """What a list is sorted by: the order numbers unless something else is asked for; never by scores."""

    ROSTER = "roster"
    NAME = "name"
    NUMBER = "number"
    HOURS = "hours"
    STATE = "state"

    @property
    def label(self) -> str:
        """The name on the screen."""
        return {
            "roster": "单位和顺序号",
            "name": "姓名（拼音）",
            "number": "学法账号",
            "hours": "学时（少的在前）",
            "state": "完成情况",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which learners a report is to list. Empty texts leave nobody out; `at` None is now.

    `unit` is a unit's id, or part of a name or code; `name` part of a person's name or account number; `measure` the
    count of `Figures` whose people are wanted.
    """

    unit: str = ""
    tier: str = ""
    rank: str = ""
    kind: str = ""
    state: State | None = None
    measure: str = ""
    name: str = ""
    at: datetime | None = None
    order: Order = Order.ROSTER

    def units(self, units: Mapping[UnitId, UnitSummary]) -> dict[UnitId, UnitSummary]:
        """Those of the units that are asked for; a kind is that of the cut-off, a name that of then or now."""
        wanted = units
        if self.unit in units:
            wanted = {UnitId(self.unit): units[UnitId(self.unit)]}
        elif self.unit:
            wanted = {id: unit for id, unit in units.items() if self._is_named(unit)}
        return {id: unit for id, unit in wanted.items() if not self.kind or self.kind_of(unit) == self.kind}

    def _is_named(self, unit: UnitSummary) -> bool:
        names = (unit.name, unit.code, unit_name_at(unit, self.at) if self.at else "")
        return any(self.unit in name for name in names)

    def kind_of(self, unit: UnitSummary) -> str:
        """What kind of unit it is at the cut-off, as reports call it."""
        return (unit_kind_at(unit, self.at) if self.at else unit.kind) or NO_KIND

    def takes_rank(self, rank: str) -> bool:
        """Whether people of this rank are asked for."""
        return not self.rank or self.rank == (rank or NO_RANK)


ANYBODY = Asked()


def measure_of(count: str) -> Measure | None:
    """The column that shows this count, or None for what no column does."""
    return next((measure for measure in MEASURES if measure.count == count), None)


def cut_off(programme: Programme, day: str, *, now: datetime) -> datetime | None:
    """The end of a day such as 2026-11-20 in the programme's zone; None, which is now, for nonsense and later days."""
    try:
        following = date.fromisoformat(day) + timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    end = datetime.combine(following, time(), tzinfo=programme.zone)
    return end if end < now else None


def last_day(programme: Programme, at: datetime) -> date:
    """The last day of which a report of that time knows something: a cut-off at midnight belongs to the day before."""
    return programme.local_day(at - timedelta(microseconds=1))
