"""The roster import: what a file of units and people would change, and doing it. Use cases over the store.

The rows come from `file`; `now` and new ids come in as arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock

from grader.domain.account import UnitId
from grader.roster.people import plan_people
from grader.roster.rows import ImportResult, Plan, Roster
from grader.roster.save import save_people
from grader.roster.units import plan_units, save_units
from grader.store.base import Store
from grader.store.kinds import UNIT

# Two imports of one file at the same time would make people twice who have neither telephone nor QQ number.
_ONE_AT_A_TIME = Lock()


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


def apply_import(store: Store, plan: Plan, *, by: str, now: datetime, new_id: Callable[[], str]) -> ImportResult:
    """Import the plan's roster, one document at a time; after a crash, importing again does the rest.

    The rows are planned anew, so that a plan shown long ago or applied twice creates nobody a second time.
    `by` is the administrator's account id or the name of the command; `new_id` gives ids never used before.
    """
    with _ONE_AT_A_TIME:
        return _apply(store, plan, by=by, now=now, new_id=new_id)


def _apply(store: Store, plan: Plan, *, by: str, now: datetime, new_id: Callable[[], str]) -> ImportResult:
    plan = plan_import(store, plan.roster, programme=plan.programme, now=now, scope=plan.scope)
    units_refused = save_units(store, plan.units, by=by, now=now, new_id=new_id)
    people_refused = save_people(store, plan.people, programme=plan.programme, by=by, now=now, new_id=new_id)
    lost_units = {refused.row for refused in units_refused}
    lost_people = {refused.row for refused in people_refused}
    units = [change for change in plan.units if change.row.row not in lost_units]
    people = [change for change in plan.people if change.row.row not in lost_people]
    return ImportResult(
        created=sum(change.id is None for change in people),
        changed=sum(change.id is not None for change in people),
        unchanged=plan.unchanged,
        units_created=sum(change.id is None for change in units),
        units_changed=sum(change.id is not None for change in units),
        refused=(*plan.refused, *units_refused, *people_refused),
    )
