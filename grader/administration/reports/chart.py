"""How the year went, week by week: the figures, and the lines of a chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from grader.administration.reports.asked import last_day
from grader.course import Course
from grader.domain.figures import Figures
from grader.domain.people.account import UnitId
from grader.domain.people.unit import UnitSummary
from grader.domain.reports.weeks import figures_over, week_ends
from grader.store.base import Store
from grader.store.kinds import UNIT

WIDTH, HEIGHT = 640, 260
"""Of the drawing, in its own units."""
_TICK = 8
"""Weeks between two days that are told."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 14, 34


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line of the chart: a count of `Figures` and how it is drawn."""

    label: str
    count: str
    colour: str
    dashes: str = ""

    def of(self, figures: Figures) -> int:
        """The count."""
        count: int = getattr(figures, self.count)
        return count


SERIES = (
    Series(label="参学总人数", count="eligible", colour="#5b5147", dashes="2 4"),
    Series(label="已开始学习", count="started", colour="#1f4e79", dashes="8 4"),
    Series(label="已完成学习任务", count="hours_met", colour="#8a5a00"),
    Series(label="已参加考试", count="examined", colour="#6b2a6b", dashes="10 3 2 3"),
    Series(label="已合格", count="qualified", colour="#1d6b3a"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What had been reached by the end of a week; `day` is its last day."""

    day: str
    at: datetime
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The weeks so far, and where the lines of the chart run."""

    weeks: tuple[Week, ...]

    @property
    def top(self) -> int:
        """What the upper edge of the chart stands for: the most there was, or 1."""
        return max([week.figures.eligible for week in self.weeks] + [1])

    def x(self, place: int) -> float:
        """Where a week stands."""
        steps = max(len(self.weeks) - 1, 1)
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * place / steps, 1)

    def y(self, count: float) -> float:
        """Where a number stands."""
        return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * count / self.top, 1)

    def points(self, series: Series) -> str:
        """The line as the points of a polyline."""
        counts = (series.of(week.figures) for week in self.weeks)
        return " ".join(f"{self.x(place)},{self.y(count)}" for place, count in enumerate(counts))

    @property
    def ticks(self) -> list[tuple[int, str, str]]:
        """The days told below the chart: place, month and day, and how the text stands to it."""
        last = len(self.weeks) - 1
        places = [place for place in range(0, last, _TICK) if last - place > _TICK // 2]
        ends = {0: "start", last: "end"}
        return [(place, self.weeks[place].day[5:], ends.get(place, "middle")) for place in [*places, last]]

    @property
    def told(self) -> str:
        """What the chart shows, for whoever does not see it."""
        last = self.weeks[-1]
        counts = "，".join(f"{series.label} {series.of(last.figures)} 人" for series in SERIES)
        return f"从学习开始到 {last.day} 各周末的累计人数。最后一周：{counts}。各周数字见下表。"


def progress(store: Store, course: Course, units: Mapping[UnitId, UnitSummary], *, now: datetime) -> Progress:
    """The figures of these units at the end of each week, those of everybody who belonged to them then."""
    programme = course.content.programme
    moments = week_ends(programme, now=now)
    everywhere = [UnitId(row.id) for row in store.list(UNIT)]
    entries = store.learners(programme.id, everywhere)
    found = figures_over(entries, programme.id, moments=moments, units=frozenset(units))
    weeks = (
        Week(day=last_day(programme, at).isoformat(), at=at, figures=figures)
        for at, figures in zip(moments, found, strict=True)
    )
    return Progress(weeks=tuple(weeks))
