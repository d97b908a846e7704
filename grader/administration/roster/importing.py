"""The roster import: what a file of units and people would change, and doing it. Use cases over the store.

`now` and new ids come in as arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from grader.administration.roster.book.file import Rules, read_roster
from grader.administration.roster.book.reading import roster_sheets
from grader.administration.roster.book.records import Fault, has_errors
from grader.administration.roster.people import plan_people
from grader.administration.roster.rows import UNITS_SHEET, ImportResult, PersonRow, Plan, Roster, Terms, UnitRow
from grader.administration.roster.save import Making, save_people
from grader.administration.roster.units import plan_units, save_units
from grader.domain.people.account import Role, UnitId
from grader.store.base import Store
from grader.store.kinds import UNIT
from quizgen.model import TierId
from quizgen.office.sheets_in import Sheets
from quizgen.programme import FirstPassword, Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRoster:
    """A filled workbook: everything that is wrong with it, and what importing its sound rows would do."""

    faults: tuple[Fault, ...]
    plan: Plan

    @property
    def is_sound(self) -> bool:
        """Whether it may be imported."""
        return not (has_errors(self.faults) or self.plan.refused)


class PlanChanged(Exception):
    """Since the plan was shown, others changed something that it is about: `plan` is what importing would do now.

    Nothing was imported. `rows` are those whose outcome is another one, by sheet and number.
    """

    def __init__(self, plan: Plan, rows: frozenset[tuple[str, int]]) -> None:
        super().__init__(f"{len(rows)} rows would come out differently")
        self.plan, self.rows = plan, rows


def terms_of(programme: Programme, scope: frozenset[UnitId] | None = None) -> Terms:
    """What the rows are judged by under the programme, for a caller who answers for these units (None: all)."""
    titles = {str(id): tier.title for id, tier in programme.tiers.items()} | dict(programme.exemptions)
    return Terms(programme=programme.id, scope=scope, ranks=programme.ranks, titles=titles)


def check_roster(
    store: Store,
    source: Path | BinaryIO,
    *,
    programme: Programme,
    now: datetime,
    scope: frozenset[UnitId] | None = None,
    missing: Callable[[str], Sequence[str]] = lambda _: (),
) -> CheckedRoster:
    """Read the workbook and plan its import, as `check_sheets` does.

    Raises BadFile for what is no readable workbook or CSV of a sane size, and ReadersBusy.
    """
    sheets = roster_sheets(source)
    return check_sheets(store, sheets, programme=programme, now=now, scope=scope, missing=missing)


def check_sheets(
    store: Store,
    sheets: Sheets,
    *,
    programme: Programme,
    now: datetime,
    scope: frozenset[UnitId] | None = None,
    missing: Callable[[str], Sequence[str]] = lambda _: (),
) -> CheckedRoster:
    """Judge the rows and plan their import, so that faulty cells and refused rows are told in one round.

    `scope` is as for `Terms`, `missing` as for `Rules`.
    """
    units = {row.summary.code: row.summary.name for row in store.list(UNIT) if not row.summary.closed}
    own = [row.summary.code for row in store.list(UNIT) if scope is not None and row.id in scope]
    rules = Rules(
        tiers={id: tier.title for id, tier in programme.tiers.items()},
        exemptions=programme.exemptions,
        ranks=tuple(programme.ranks),
        units=units,
        own=own[0] if len(own) == 1 else "",
        missing=missing,
    )
    roster, faults = read_roster(sheets, rules)
    if has_errors([fault for fault in faults if roster.units and fault.sheet == roster.units[0].sheet]):
        # What hangs below a unit that could not be read would be refused for that alone.
        roster = Roster(people=tuple(person for person in roster.people if person.unit in units))
    return CheckedRoster(
        faults=tuple(faults), plan=plan_roster(store, roster, terms=terms_of(programme, scope), now=now)
    )


def plan_import(
    store: Store,
    roster: Roster,
    *,
    programme: str,
    now: datetime,
    scope: frozenset[UnitId] | None = None,
    titles: Mapping[str, str] | None = None,
    ranks: Mapping[str, TierId] | None = None,
) -> Plan:
    """As `plan_roster`, on the terms that are given one by one."""
    terms = Terms(programme=programme, scope=scope, titles=titles or {}, ranks=ranks or {})
    return plan_roster(store, roster, terms=terms, now=now)


def plan_roster(store: Store, roster: Roster, *, terms: Terms, now: datetime) -> Plan:
    """What importing the roster would create, change, leave and refuse; nothing is saved."""
    units = plan_units(store, roster.units, scope=terms.scope)
    lost = {refused.row for refused in units.refused}
    heads = [_administrator(row) for row in roster.units if row.administrator and row.row not in lost]
    people = plan_people(
        store,
        [*heads, *roster.people],
        new_units=frozenset(change.row.code for change in units.changes if change.id is None),
        terms=terms,
        now=now,
    )
    return Plan(
        roster=roster,
        terms=terms,
        units=units.changes,
        people=people.changes,
        refused=units.refused + people.refused,
        unchanged=people.unchanged,
    )


def _administrator(row: UnitRow) -> PersonRow:
    return PersonRow(
        row=row.row,
        sheet=row.sheet or UNITS_SHEET,
        unit=row.code,
        name=row.administrator,
        role=Role.UNIT,
        rank=row.post,
        telephone=row.telephone,
    )


def apply_import(
    store: Store,
    plan: Plan,
    *,
    by: str,
    now: datetime,
    new_id: Callable[[], str],
    first_password: FirstPassword = FirstPassword.COMMON,
    shown: Mapping[str, str] | None = None,
) -> ImportResult:
    """Import exactly what the plan shows, one document at a time; after a crash, importing again does the rest.

    The rows are planned anew. Raises PlanChanged where that comes to something else than `shown`, the `lines` of what
    somebody agreed to (those of the plan, unless told): a plan applied twice creates nobody a second time.
    `by` is the administrator's account id or the name of the command; `new_id` gives ids never used before.
    `first_password` is the programme's.
    """
    agreed = plan.lines if shown is None else shown
    # Two imports of one file at the same time would make people twice who have neither telephone nor QQ number.
    with store.turn("roster-import"):
        plan = plan_roster(store, plan.roster, terms=plan.terms, now=now)
        if differing := _differing(agreed, plan.lines):
            raise PlanChanged(plan, differing)
        making = Making(programme=plan.terms.programme, by=by, now=now, new_id=new_id, first_password=first_password)
        return _apply(store, plan, making)


def _differing(agreed: Mapping[str, str], found: Mapping[str, str]) -> frozenset[tuple[str, int]]:
    names = {name for name in (*agreed, *found) if agreed.get(name) != found.get(name)}
    places = [name.rsplit(" ", 2) for name in names]
    return frozenset((sheet, int(row)) for sheet, row, _ in places)


def _apply(store: Store, plan: Plan, making: Making) -> ImportResult:
    units_refused = save_units(store, plan.units, by=making.by, now=making.now, new_id=making.new_id)
    new, people_refused = save_people(store, plan.people, making)
    lost_units = {refused.row for refused in units_refused}
    lost_people = {(refused.sheet, refused.row) for refused in people_refused}
    units = [change for change in plan.units if change.row.row not in lost_units]
    people = [change for change in plan.people if (change.row.sheet, change.row.row) not in lost_people]
    return ImportResult(
        new=tuple(new),
        changed=sum(change.id is not None and not change.is_request for change in people),
        requested=sum(change.is_request for change in people),
        unchanged=plan.unchanged,
        units_created=sum(change.id is None for change in units),
        units_changed=sum(change.id is not None for change in units),
        refused=(*plan.refused, *units_refused, *people_refused),
    )
