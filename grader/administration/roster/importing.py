"""The roster import: what a file of units and people would change, and doing it. Use cases over the store.

`now` and new ids come in as arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from grader.administration.roster.file import Fault, has_errors, read_roster
from grader.administration.roster.people import plan_people
from grader.administration.roster.reading import roster_sheets
from grader.administration.roster.rows import UNITS_SHEET, ImportResult, Plan, Roster
from grader.administration.roster.save import Making, save_people
from grader.administration.roster.units import plan_units, save_units
from grader.domain.account import UnitId
from grader.store.base import Store
from grader.store.kinds import UNIT
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


def check_roster(
    store: Store,
    source: Path | BinaryIO,
    *,
    programme: Programme,
    now: datetime,
    scope: frozenset[UnitId] | None = None,
) -> CheckedRoster:
    """Read the workbook and plan its import, so that faulty cells and refused rows are told in one round.

    `scope` is as for `plan_import`. Raises BadFile for what is no readable .xlsx workbook of a sane size, and
    ReadersBusy.
    """
    tiers, codes = {id: tier.title for id, tier in programme.tiers.items()}, unit_codes(store)
    roster, faults = read_roster(roster_sheets(source), tiers=tiers, exemptions=programme.exemptions, known_units=codes)
    if _has_unit_errors(faults):
        # What hangs below a unit that could not be read would be refused for that alone.
        roster = Roster(people=tuple(person for person in roster.people if person.unit in codes))
    titles = {str(id): title for id, title in tiers.items()} | dict(programme.exemptions)
    plan = plan_import(store, roster, programme=programme.id, now=now, scope=scope, titles=titles)
    return CheckedRoster(faults=tuple(faults), plan=plan)


def _has_unit_errors(faults: Sequence[Fault]) -> bool:
    return has_errors([fault for fault in faults if fault.sheet == UNITS_SHEET])


def unit_codes(store: Store) -> frozenset[str]:
    """The codes of all units, for `file.read_roster`."""
    return frozenset(row.summary.code for row in store.list(UNIT))


def plan_import(
    store: Store,
    roster: Roster,
    *,
    programme: str,
    now: datetime,
    scope: frozenset[UnitId] | None = None,
    titles: Mapping[str, str] | None = None,
) -> Plan:
    """What importing the roster would create, change, leave and refuse; nothing is saved.

    `scope` holds the units the caller answers for (None: all). `titles` are the programme's titles of tiers and
    exemptions by id, for the field changes shown.
    """
    units = plan_units(store, roster.units, scope=scope)
    people = plan_people(
        store,
        roster.people,
        new_units=frozenset(change.row.code for change in units.changes if change.id is None),
        programme=programme,
        now=now,
        scope=scope,
        titles=titles or {},
    )
    return Plan(
        roster=roster,
        programme=programme,
        scope=scope,
        units=units.changes,
        people=people.changes,
        refused=units.refused + people.refused,
        unchanged=people.unchanged,
    )


def apply_import(
    store: Store,
    plan: Plan,
    *,
    by: str,
    now: datetime,
    new_id: Callable[[], str],
    first_password: FirstPassword = FirstPassword.COMMON,
) -> ImportResult:
    """Import the plan's roster, one document at a time; after a crash, importing again does the rest.

    The rows are planned anew, so that a plan shown long ago or applied twice creates nobody a second time.
    `by` is the administrator's account id or the name of the command; `new_id` gives ids never used before.
    `first_password` is the programme's.
    """
    # Two imports of one file at the same time would make people twice who have neither telephone nor QQ number.
    with store.turn("roster-import"):
        return _apply(store, plan, by=by, now=now, new_id=new_id, first_password=first_password)


def _apply(
    store: Store, plan: Plan, *, by: str, now: datetime, new_id: Callable[[], str], first_password: FirstPassword
) -> ImportResult:
    plan = plan_import(store, plan.roster, programme=plan.programme, now=now, scope=plan.scope)
    units_refused = save_units(store, plan.units, by=by, now=now, new_id=new_id)
    made_by = Making(programme=plan.programme, by=by, now=now, new_id=new_id, first_password=first_password)
    new, people_refused = save_people(store, plan.people, made_by)
    lost_units = {refused.row for refused in units_refused}
    lost_people = {refused.row for refused in people_refused}
    units = [change for change in plan.units if change.row.row not in lost_units]
    people = [change for change in plan.people if change.row.row not in lost_people]
    return ImportResult(
        new=tuple(new),
        changed=sum(change.id is not None for change in people),
        unchanged=plan.unchanged,
        units_created=sum(change.id is None for change in units),
        units_changed=sum(change.id is not None for change in units),
        refused=(*plan.refused, *units_refused, *people_refused),
    )
