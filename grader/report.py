"""Reports: a unit's learners and every unit's figures, from summaries alone; a year's end, frozen."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from grader.course import Course
from grader.domain.account import Account, AccountId, AccountSummary, Role, UnitId
from grader.domain.content import Content
from grader.domain.dossier import DossierSummary
from grader.domain.errors import AttemptsOpen, NotAllowed, ProgrammeOpen
from grader.domain.figures import (
    Entry,
    Figures,
    Snapshot,
    UnitFigures,
    total,
)
from grader.domain.standing import Standing, standing
from grader.domain.unit import UnitSummary, in_order, units_below
from grader.store.base import Store
from grader.store.kinds import ACCOUNT, DOSSIER, SNAPSHOT, UNIT
from grader.store.update import update

_NO_NUMBER = 1 << 30
"""Sorts whoever has no order number behind those who have one."""
_FEW = 5_000
"""The dossiers of so many learners are asked for one by one; of more, the whole programme's are read."""


@dataclass(frozen=True, kw_only=True)
class LearnerRow:
    """One learner in a unit's list, as of `at`; a county's list is long and shown in part, so it has no slots."""

    id: AccountId
    account: AccountSummary
    unit: str
    dossier: DossierSummary
    content: Content = field(repr=False)
    at: datetime

    @cached_property
    def standing(self) -> Standing:
        """The learner's standing, worked out when somebody asks for it."""
        programme = self.content.programme.id
        exempt = any(e.programme == programme and e.holds(self.at) for e in self.account.exemptions)
        return standing(self.content, self.account.tier, self.dossier, exempt=exempt, now=self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReport:
    """Every unit of a scope with its figures, and all of them together, as of `at`."""

    at: datetime
    rows: tuple[UnitFigures, ...]

    @property
    def total(self) -> Figures:
        """All units together."""
        return total(row.figures for row in self.rows)


def units_of(store: Store, administrator: Account) -> dict[UnitId, UnitSummary]:
    """The units an administrator answers for: the own one and all below. Raises NotAllowed for a learner."""
    if administrator.role is Role.LEARNER:
        raise NotAllowed
    units = {UnitId(row.id): row.summary for row in store.list(UNIT)}
    scope = units_below(administrator.unit, units)
    return dict(in_order((id, unit) for id, unit in units.items() if id in scope))


def learners(store: Store, course: Course, units: dict[UnitId, UnitSummary], *, now: datetime) -> list[LearnerRow]:
    """The learners of these units with their standing, by unit, then order number, then account number."""
    programme = course.content.programme.id
    rows = [
        LearnerRow(
            id=id,
            account=entry.account,
            unit=units[entry.account.unit].name,
            dossier=entry.dossier or DossierSummary(programme=programme, account=id),
            content=course.content,
            at=now,
        )
        for id, entry in _entries(store, course, units)
    ]
    place = {id: number for number, id in enumerate(units)}
    return sorted(rows, key=lambda row: (place[row.account.unit], _order(row.account)))


def _order(account: AccountSummary) -> tuple[int, str]:
    return account.order_number or _NO_NUMBER, account.number


def unit_report(store: Store, course: Course, units: dict[UnitId, UnitSummary], *, at: datetime) -> UnitReport:
    """The figures of each of these units at `at`; a unit without learners is listed with zeros."""
    by_unit = store.figures(course.content.programme.id, at=at, units=units)
    rows = tuple(UnitFigures(unit=id, name=unit.name, figures=by_unit.get(id, Figures())) for id, unit in units.items())
    return UnitReport(at=at, rows=rows)


def freeze_year(store: Store, course: Course, administrator: Account, *, now: datetime) -> Snapshot:
    """The year's figures at the moment its last window shut, kept for good; the first one stays.

    Raises ProgrammeOpen before that moment, AttemptsOpen while an attempt has no outcome yet, and NotAllowed for
    anybody but the county office.
    """
    if administrator.role is not Role.COUNTY:
        raise NotAllowed
    programme = course.content.programme
    if now < programme.closes:
        raise ProgrammeOpen(title=programme.title, closes=programme.clock_text(programme.closes))
    sitting = store.list(DOSSIER, programme=programme.id, sitting=True)
    if sitting:
        raise AttemptsOpen(title=programme.title, count=len(sitting))
    report = unit_report(store, course, units_of(store, administrator), at=programme.closes)
    snapshot = Snapshot(
        programme=programme.id,
        title=programme.title,
        cut_off=programme.closes,
        made=now,
        by=administrator.id,
        rows=report.rows,
    )
    return update(store, SNAPSHOT, programme.id, lambda before: before or snapshot)


def _entries(store: Store, course: Course, units: Collection[UnitId]) -> list[tuple[AccountId, Entry]]:
    accounts = store.list(ACCOUNT, role=Role.LEARNER, unit=frozenset(units))
    theirs = {"account": frozenset(row.id for row in accounts)} if len(accounts) <= _FEW else {}
    rows = store.list(DOSSIER, programme=course.content.programme.id, **theirs)
    dossiers = {row.summary.account: row.summary for row in rows}
    entries = ((AccountId(row.id), row.summary) for row in accounts)
    return [(id, Entry(account=account, dossier=dossiers.get(id))) for id, account in entries]
