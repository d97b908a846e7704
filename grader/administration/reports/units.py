"""单位统计报表: the figures of each unit, tier, rank or kind of unit at a cut-off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from grader.administration.reports.asked import ANYBODY, NO_RANK, Asked
from grader.administration.reports.learners import by_pinyin
from grader.administration.reports.table import Column, Form, Table, table_of
from grader.course import Course
from grader.domain.figures import MEASURES, Cell, Figures, Measure, total
from grader.domain.people.account import UnitId
from grader.domain.people.unit import UnitSummary, unit_name_at
from grader.store.base import Store
from quizgen.model import TierId


class By(StrEnum):
    """What the rows of the report are."""

    UNIT = "unit"
    TIER = "tier"
    RANK = "rank"
    KIND = "kind"

    @property
    def label(self) -> str:
        """The name on the screen, and the heading of the first column."""
        return {"unit": "单位", "tier": "人员层次", "rank": "职务级别", "kind": "单位性质"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFigures:
    """One row: `key` is the unit's id, the tier's id, the rank or the kind of unit."""

    key: str
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReport:
    """The figures of every group of a scope, and all of them together, as of `at`."""

    at: datetime
    rows: tuple[GroupFigures, ...]
    by: By = By.UNIT

    @property
    def total(self) -> Figures:
        """All rows together."""
        return total(row.figures for row in self.rows)


def columns_of(by: By) -> tuple[Column[GroupFigures], ...]:
    """The columns of 单位统计报表, on the screen and in every file."""
    name: Column[GroupFigures] = Column(label=by.label, width=14, value=lambda row: row.name)
    return (name, *map(_column, MEASURES))


def _column(measure: Measure) -> Column[GroupFigures]:
    form = Form.RATE if measure.of else Form.NUMBER
    width = 7 if measure.of else 5
    return Column(label=measure.label, width=width, form=form, value=lambda row: measure.value(row.figures))


def unit_report(
    store: Store,
    course: Course,
    units: Mapping[UnitId, UnitSummary],
    *,
    at: datetime,
    by: By = By.UNIT,
    asked: Asked = ANYBODY,
) -> UnitReport:
    """The figures at `at` of the units, tiers and ranks that are asked for; a unit without learners has zeros."""
    asked = replace(asked, at=at)
    chosen = asked.units(units)
    cells = _cells(store, course, chosen, at=at, by=by, asked=asked)
    groups: defaultdict[str, list[Figures]] = defaultdict(list)
    for cell, figures in cells.items():
        if (not asked.tier or cell.tier == asked.tier) and asked.takes_rank(cell.rank):
            groups[_key(cell, by, chosen, asked)].append(figures)
    names = _names(course, by, chosen, groups, asked, at=at)
    rows = (GroupFigures(key=key, name=name, figures=total(groups.get(key, ()))) for key, name in names.items())
    return UnitReport(at=at, rows=tuple(rows), by=by)


NOTES = (
    "参学总人数＝名单人数－失效－可不参加；已完成学习任务，指学时达到规定要求。",
    "参学率＝已开始学习÷参学总人数；参考率＝已参加考试÷参学总人数；合格率＝已合格（学时、考试均达到要求）÷参学总人数。",
    "可不参加人员参加并合格的，单独列出，不计入各项比率。",
)
"""How the figures are made, at the foot of every report."""


def unit_table(report: UnitReport, *, facts: tuple[str, ...], unit: str) -> Table:
    """单位统计报表 for a file."""
    total = GroupFigures(key="", name="合计", figures=report.total)
    return table_of(
        columns_of(report.by),
        report.rows,
        title="单位统计报表",
        facts=facts,
        unit=unit,
        total=total if len(report.rows) > 1 else None,
        notes=NOTES,
    )


def _cells(
    store: Store, course: Course, units: Mapping[UnitId, UnitSummary], *, at: datetime, by: By, asked: Asked
) -> dict[Cell, Figures]:
    """By unit alone where tiers and ranks do not matter, which a database counts by itself."""
    programme = course.content.programme.id
    if by in {By.TIER, By.RANK} or asked.tier or asked.rank:
        return store.cells(programme, at=at, units=units)
    by_unit = store.figures(programme, at=at, units=units)
    return {Cell(unit, TierId(""), ""): figures for unit, figures in by_unit.items()}


def _key(cell: Cell, by: By, units: Mapping[UnitId, UnitSummary], asked: Asked) -> str:
    if by is By.KIND:
        return asked.kind_of(units[cell.unit])
    return {By.UNIT: cell.unit, By.TIER: cell.tier, By.RANK: cell.rank or NO_RANK}[by]


def _names(
    course: Course, by: By, units: Mapping[UnitId, UnitSummary], found: Collection[str], asked: Asked, *, at: datetime
) -> dict[str, str]:
    """What the rows are called, in their order: units by their names of then, tiers as the programme lists them.

    A unit that was closed by then is listed only where somebody was still in it.
    """
    open_then = {id: unit for id, unit in units.items() if unit.was_open(at)}
    if by is By.UNIT:
        return {id: unit_name_at(unit, at) for id, unit in units.items() if id in found or id in open_then}
    if by is By.TIER:
        tiers = course.content.programme.tiers
        return {id: tier.title for id, tier in tiers.items()} | {id: id for id in found if id not in tiers}
    if by is By.KIND:
        return {kind: kind for kind in [*map(asked.kind_of, open_then.values()), *found]}
    return {rank: rank for rank in sorted(found, key=by_pinyin)}
