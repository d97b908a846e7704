"""The units: those that an administrator answers for, and one's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from grader.domain.errors import NotAllowed, UnknownLearner
from grader.domain.people.account import Account, AccountId, AccountSummary, Role, UnitId
from grader.domain.people.unit import UnitSummary, in_order, units_below
from grader.store.base import Store
from grader.store.kinds import ACCOUNT, UNIT


def units_of(store: Store, administrator: Account) -> dict[UnitId, UnitSummary]:
    """The units an administrator answers for or a reader sees: the own one and all below.

    Raises NotAllowed for a learner and an editor.
    """
    if administrator.role in {Role.LEARNER, Role.EDITOR}:
        raise NotAllowed
    units = {UnitId(row.id): row.summary for row in store.list(UNIT)}
    scope = units_below(administrator.unit, units)
    return dict(in_order((id, unit) for id, unit in units.items() if id in scope))


def learner_of(store: Store, administrator: Account, id: AccountId) -> Account:
    """A learner of the administrator's units. Raises UnknownLearner for anybody else, NotAllowed as `units_of` does."""
    units = units_of(store, administrator)
    stored = store.load(ACCOUNT, id)
    if stored is None or stored.value.role is not Role.LEARNER or stored.value.unit not in units:
        raise UnknownLearner
    return stored.value


def unit_name(store: Store, unit: UnitId) -> str:
    """The unit's name; "" where there is none."""
    stored = store.load(UNIT, unit)
    return stored.value.name if stored else ""


_FEW = 10
_SHORTEST = 2


def offices(store: Store, text: str) -> list[tuple[str, str]]:
    """Name and office telephone of the units whose name contains the text; few, and none for less than two letters.

    Where a unit has no telephone, it is that of the nearest unit above which has one; "" for none.
    """
    if len(text) < _SHORTEST:
        return []
    units = {UnitId(row.id): row.summary for row in store.list(UNIT)}
    named = [unit for unit in units.values() if text in unit.name and unit.closed is None]
    return [(unit.name, _telephone(unit, units)) for unit in sorted(named, key=lambda unit: unit.code)[:_FEW]]


def _telephone(unit: UnitSummary, units: Mapping[UnitId, UnitSummary]) -> str:
    above: UnitSummary | None = unit
    for _ in units:  # a loop in the tree ends the walk
        if above is None or above.telephone:
            break
        above = units.get(above.parent) if above.parent else None
    return above.telephone if above else ""


def unit_names(store: Store) -> dict[UnitId, str]:
    """What all units are called now."""
    return {UnitId(row.id): row.summary.name for row in store.list(UNIT)}


def learners_of_unit(store: Store, unit: UnitId) -> list[tuple[AccountId, AccountSummary]]:
    """The learners of one unit whose accounts are 有效, by order number, then account number."""
    found = store.list(ACCOUNT, unit=unit, role=Role.LEARNER)
    active = [(AccountId(row.id), row.summary) for row in found if row.summary.active]
    return sorted(active, key=lambda pair: (pair[1].order_number or 1 << 30, pair[1].number))


def administrators(store: Store, units: Iterable[UnitId]) -> list[tuple[AccountId, AccountSummary]]:
    """Who administers these units, in the units' order."""
    place = {id: number for number, id in enumerate(units)}
    found = [(AccountId(row.id), row.summary) for row in store.list(ACCOUNT, role=Role.UNIT)]
    within = [(id, summary) for id, summary in found if summary.unit in place]
    return sorted(within, key=lambda pair: (place[pair[1].unit], pair[1].number))


def administrator_of(store: Store, unit: UnitId) -> tuple[AccountId, AccountSummary] | None:
    """Who administers the unit now."""
    found = [row for row in store.list(ACCOUNT, unit=unit, role=Role.UNIT) if row.summary.active]
    return (AccountId(found[0].id), found[0].summary) if found else None
