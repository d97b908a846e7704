"""The units: those that an administrator answers for, and one's name."""

from __future__ import annotations

from collections.abc import Iterable

from grader.domain.account import Account, AccountId, AccountSummary, Role, UnitId
from grader.domain.errors import NotAllowed, UnknownLearner
from grader.domain.unit import UnitSummary, in_order, units_below
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


def administrators(store: Store, units: Iterable[UnitId]) -> list[tuple[AccountId, AccountSummary]]:
    """Who administers these units, in the units' order."""
    place = {id: number for number, id in enumerate(units)}
    found = [(AccountId(row.id), row.summary) for row in store.list(ACCOUNT, role=Role.UNIT)]
    within = [(id, summary) for id, summary in found if summary.unit in place]
    return sorted(within, key=lambda pair: (place[pair[1].unit], pair[1].number))
