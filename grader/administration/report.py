"""Reports: a unit's learners and every unit's figures, from summaries alone; a year's end, frozen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from grader.course import Course
from grader.domain.account import Account, AccountId, AccountSummary, Role, UnitId
from grader.domain.dossier import DossierSummary
from grader.domain.errors import AttemptsOpen, NotAllowed, ProgrammeOpen
from grader.domain.figures import (
    Figures,
    LearnerEntry,
    Snapshot,
    UnitFigures,
    total,
)
from grader.domain.standing import Standing, State, standing, state_of
from grader.domain.unit import UnitSummary
from grader.store.base import Store
from grader.store.kinds import ACCOUNT, DOSSIER, SNAPSHOT
from grader.store.update import update
from grader.units import units_of

T = TypeVar("T")

PAGE = 30
"""Rows of a list on one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerRow:
    """One learner in a list, with the name of the unit."""

    id: AccountId
    account: AccountSummary
    unit: str
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which learners a list is to show: whose name or account number contains `name`, and who are in this state."""

    name: str = ""
    state: State | None = None


ANYBODY = Wanted()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list: its rows, its number from 1, how many pages and rows there are."""

    rows: Sequence[T]
    number: int
    pages: int
    found: int


def page_of(rows: Sequence[T], number: int) -> Page[T]:
    """The page of this number; the nearest one there is."""
    pages = max(-(-len(rows) // PAGE), 1)
    number = min(max(number, 1), pages)
    return Page(rows=rows[(number - 1) * PAGE : number * PAGE], number=number, pages=pages, found=len(rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReport:
    """Every unit of a scope with its figures, and all of them together, as of `at`."""

    at: datetime
    rows: tuple[UnitFigures, ...]

    @property
    def total(self) -> Figures:
        """All units together."""
        return total(row.figures for row in self.rows)


def administrators(store: Store, units: Iterable[UnitId]) -> list[tuple[AccountId, AccountSummary]]:
    """Who administers these units, in the units' order."""
    place = {id: number for number, id in enumerate(units)}
    found = [(AccountId(row.id), row.summary) for row in store.list(ACCOUNT, role=Role.UNIT)]
    within = [(id, summary) for id, summary in found if summary.unit in place]
    return sorted(within, key=lambda pair: (place[pair[1].unit], pair[1].number))


def learners(
    store: Store,
    course: Course,
    units: Mapping[UnitId, UnitSummary],
    *,
    now: datetime,
    wanted: Wanted = ANYBODY,
    page: int = 1,
) -> Page[LearnerRow]:
    """One page of these units' learners, by unit, then order number, then account number.

    Only what the page shows is worked out; which state somebody is in is remembered while content and dossier stay.
    """
    found = store.learners(course.content.programme.id, list(units))
    if wanted.name:
        found = [entry for entry in found if _is_called(entry.account, wanted.name)]
    if wanted.state:
        states = _states(course, found, now=now)
        found = [entry for entry, state in zip(found, states, strict=True) if state is wanted.state]
    shown = page_of(found, page)
    rows = [_row(course, entry, units, now=now) for entry in shown.rows]
    return Page(rows=rows, number=shown.number, pages=shown.pages, found=shown.found)


def _row(course: Course, entry: LearnerEntry, units: Mapping[UnitId, UnitSummary], *, now: datetime) -> LearnerRow:
    dossier = entry.dossier or _nothing(course)
    exempt = _is_exempt(course, entry, now)
    return LearnerRow(
        id=entry.id,
        account=entry.account,
        unit=units[entry.account.unit].name,
        standing=standing(course.content, entry.account.tier, dossier, exempt=exempt, now=now),
    )


def _is_called(account: AccountSummary, wanted: str) -> bool:
    return wanted in account.name or wanted.casefold() in account.number.casefold()


def _is_exempt(course: Course, entry: LearnerEntry, now: datetime) -> bool:
    exemptions = entry.account.exemptions
    return bool(exemptions) and entry.account.exemption(course.content.programme.id, now) is not None


def _nothing(course: Course) -> DossierSummary:
    """What stands for everybody of whom nothing was recorded."""
    return DossierSummary(programme=course.content.programme.id, account=AccountId(""))


def _states(course: Course, entries: Iterable[LearnerEntry], *, now: datetime) -> Iterator[State]:
    nothing = _nothing(course)
    for entry in entries:
        exempt = _is_exempt(course, entry, now)
        known = course.states.get(entry.id)
        if known is None or known[0] is not entry or known[1] != exempt:
            state = state_of(course.content, entry.account.tier, entry.dossier or nothing, exempt=exempt)
            known = course.states[entry.id] = (entry, exempt, state)
        yield known[2]


def unit_report(store: Store, course: Course, units: dict[UnitId, UnitSummary], *, at: datetime) -> UnitReport:
    """The figures of each of these units at `at`; a unit without learners is listed with zeros."""
    by_unit = store.figures(course.content.programme.id, at=at, units=units)
    rows = tuple(UnitFigures(unit=id, name=unit.name, figures=by_unit.get(id, Figures())) for id, unit in units.items())
    return UnitReport(at=at, rows=rows)


def snapshot_of(store: Store, programme: str) -> Snapshot | None:
    """The programme's frozen report, if the year was frozen."""
    stored = store.load(SNAPSHOT, programme)
    return stored.value if stored else None


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
