"""Units: the tree of organisations whose people learn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from grader.domain.audit.acts import Act
from grader.domain.people.account import UnitId
from grader.domain.people.former import Former, text_at, with_former


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """The unit said at this time that its roster under a programme is right; so many `people` were on it."""

    programme: str
    at: datetime
    by: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One organisation; the county office itself is the unit without a parent.

    `former_names` and `former_kinds` are those of before, oldest first. A unit is `closed` when nobody is in it any
    more: it stays in reports of before; `successor` is the unit it was merged into, `origin` the one it was split from.
    `telephone` is that of the administrator's office.
    """

    id: UnitId
    code: str
    name: str
    created: datetime
    parent: UnitId | None = None
    kind: str = ""
    order_number: int = 0
    acts: tuple[Act, ...] = ()
    former_names: tuple[Former, ...] = ()
    former_kinds: tuple[Former, ...] = ()
    closed: datetime | None = None
    successor: UnitId | None = None
    origin: UnitId | None = None
    telephone: str = ""
    confirmations: tuple[Confirmation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSummary:
    """What lists and scopes need of a unit."""

    code: str
    name: str
    parent: UnitId | None
    kind: str
    order_number: int
    former_names: tuple[Former, ...] = ()
    former_kinds: tuple[Former, ...] = ()
    closed: datetime | None = None
    successor: UnitId | None = None
    origin: UnitId | None = None
    telephone: str = ""
    confirmations: tuple[Confirmation, ...] = ()
    created: datetime | None = None
    """None in a summary that was kept before this stood in it."""

    def was_open(self, at: datetime) -> bool:
        """Whether a report as of that time lists it though nobody is in it: not yet split off is not, closed no more.

        Units that were made for themselves are listed at any time: those of a new county came in when it was set up.
        """
        is_made = self.origin is None or self.created is None or self.created <= at
        return is_made and (self.closed is None or at < self.closed)

    def confirmation(self, programme: str) -> Confirmation | None:
        """The latest one of the programme, or None where the roster was not confirmed yet."""
        return next((one for one in reversed(self.confirmations) if one.programme == programme), None)


def summarise_unit(unit: Unit) -> UnitSummary:
    """The summary kept beside the unit."""
    return UnitSummary(
        code=unit.code,
        name=unit.name,
        parent=unit.parent,
        kind=unit.kind,
        order_number=unit.order_number,
        former_names=unit.former_names,
        former_kinds=unit.former_kinds,
        closed=unit.closed,
        successor=unit.successor,
        origin=unit.origin,
        telephone=unit.telephone,
        confirmations=unit.confirmations,
        created=unit.created,
    )


def unit_name_at(unit: UnitSummary, at: datetime) -> str:
    """What the unit was called at that time, so that a report of before keeps the name of its day."""
    return text_at(unit.former_names, unit.name, at)


def unit_kind_at(unit: UnitSummary, at: datetime) -> str:
    """What kind of unit it was at that time; "" for none."""
    return text_at(unit.former_kinds, unit.kind, at)


def renamed(unit: Unit, name: str, *, at: datetime) -> Unit:
    """The unit under another name from that time on."""
    return replace(unit, name=name, former_names=with_former(unit.former_names, unit.name, name, at=at))


def of_kind(unit: Unit, kind: str, *, at: datetime) -> Unit:
    """The unit of another kind from that time on."""
    return replace(unit, kind=kind, former_kinds=with_former(unit.former_kinds, unit.kind, kind, at=at))


def units_below(top: UnitId, units: Mapping[UnitId, UnitSummary]) -> frozenset[UnitId]:
    """`top` and every unit below it, whatever the depth; a loop in the tree ends the walk."""
    children: dict[UnitId, list[UnitId]] = {}
    for unit_id, unit in units.items():
        if unit.parent is not None:
            children.setdefault(unit.parent, []).append(unit_id)
    found: set[UnitId] = set()
    waiting: list[UnitId] = [top]
    while waiting:
        reached = waiting.pop()
        if reached not in found:
            found.add(reached)
            waiting.extend(children.get(reached, ()))
    return frozenset(found)


def in_order(units: Iterable[tuple[UnitId, UnitSummary]]) -> list[tuple[UnitId, UnitSummary]]:
    """Units by order number, then code."""
    return sorted(units, key=lambda unit: (unit[1].order_number, unit[1].code))
