"""Units as they change: closed, merged into another, handed over to another administrator. Use cases over the store.

What was before stays as dated facts: people have further placements, names and closings their day.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from grader.accounts.signin import reset_password
from grader.accounts.slips import Slip
from grader.administration.accounts.person import Doing, set_active
from grader.administration.lists import lines_of, person_of
from grader.administration.roster.importing import PlanChanged, apply_import, plan_roster
from grader.administration.roster.rows import Roster, Terms, UnitRow
from grader.domain.audit.acts import append_act
from grader.domain.errors import NotNow, UnknownUnit
from grader.domain.people.account import Account, AccountId, AccountSummary, Placement, Role, Switch, UnitId
from grader.domain.people.unit import Unit, UnitSummary
from grader.store.base import Name, NameTaken, Row, Store
from grader.store.kinds import ACCOUNT, CODE, UNIT
from grader.store.update import update, update_with

Units = Mapping[UnitId, UnitSummary]


class UnitNotNow(NotNow):
    """The unit can't be closed, merged or handed over as it stands."""

    code = "unit-not-now"
    sentence = "{why}没有办理。"


def open_unit(units: Units, id: str) -> UnitSummary:
    """A unit of the caller's that is not closed. Raises UnknownUnit and UnitNotNow."""
    unit = units.get(UnitId(id))
    if unit is None:
        raise UnknownUnit
    if unit.closed:
        raise UnitNotNow(why=f"“{unit.name}”已经撤销。")
    return unit


def close_unit(store: Store, id: UnitId, units: Units, *, by: str, now: datetime) -> None:
    """撤销 a unit in which nobody is any more; its administrator's account ends with it.

    Raises UnknownUnit and UnitNotNow.
    """
    unit = open_unit(units, id)
    people = _settled_people(store, id, unit, units)
    left = [row for row in people if row.summary.role is Role.LEARNER and row.summary.active]
    if left:
        raise UnitNotNow(why=f"“{unit.name}”还有 {len(left)} 人，请先办理调出、设为失效，或改用合并。")
    _end_administrators(store, people, reason="other", by=by, now=now)

    def closed(before: Unit | None) -> Unit:
        if before is None:
            raise UnknownUnit
        return replace(before, closed=now, acts=append_act(before.acts, "close-unit", by=by, at=now))

    update(store, UNIT, id, closed)


def merge_unit(store: Store, id: UnitId, into: UnitId, units: Units, *, by: str, now: datetime) -> int:
    """Merge a unit into another: its people belong there from now on, it is closed. Gives how many people moved.

    After a crash the same again does the rest. Raises UnknownUnit and UnitNotNow.
    """
    unit, other = open_unit(units, id), open_unit(units, into)
    if id == into:
        raise UnitNotNow(why="不能并入自己。")
    people = _settled_people(store, id, unit, units)
    facts = {"unit:before": id, "unit:after": into}

    def moved(before: Account | None) -> Account:
        if before is None:
            raise UnknownUnit
        if before.unit != id:
            return before
        place = Placement(at=now, unit=into, tier=before.tier)
        acts = append_act(before.acts, "merge-unit", by=by, at=now, facts=facts)
        return replace(before, placements=(*before.placements, place), acts=acts)

    learners = [row for row in people if row.summary.role is Role.LEARNER]
    for row in learners:
        update(store, ACCOUNT, row.id, moved)
    _end_administrators(store, people, reason="other", by=by, now=now)

    def closed(before: Unit | None) -> Unit:
        if before is None:
            raise UnknownUnit
        acts = append_act(before.acts, "merge-unit", by=by, at=now, facts={"successor": other.code})
        return replace(before, closed=now, successor=into, acts=acts)

    update(store, UNIT, id, closed)
    return len(learners)


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitPerson:
    """A line of those who go to the new unit: who it is, or the sentence why that cannot be."""

    line: int
    number: str
    name: str
    id: AccountId | None = None
    why: str = ""


def check_split(store: Store, id: UnitId, text: str, units: Units) -> list[SplitPerson]:
    """The people of the list `学法账号 姓名` as far as they belong to the unit and are not on the way elsewhere.

    Raises BadFile for too many lines.
    """
    listed, seen = [], set[AccountId]()
    for line in lines_of(text):
        person = SplitPerson(line=line.number, number=line.cell(0)[:40], name=line.cell(1)[:40])
        found = person_of(store, units, line)
        if isinstance(found, str):
            listed.append(replace(person, why=found))
        elif why := _stays(found, id, seen):
            listed.append(replace(person, why=why))
        else:
            seen.add(found.id)
            listed.append(replace(person, id=found.id))
    return listed


def _stays(account: Account, id: UnitId, seen: Collection[AccountId]) -> str:
    if account.id in seen:
        return "名单里已经有这个人。"
    if account.unit != id:
        return "此人不在这个单位。"
    return "此人的调动没有办完，请先办完或撤回。" if account.transfer else ""


def split_unit(
    store: Store,
    id: UnitId,
    new: UnitRow,
    people: Collection[AccountId],
    units: Units,
    *,
    by: str,
    now: datetime,
    made: UnitId,
) -> int:
    """分设: a unit of its own, with the id `made`, for some of the people of another; gives how many moved.

    From now on they belong there; reports of before still count them in the old one. After a crash the same again does
    the rest. Raises UnknownUnit, and UnitNotNow where the code is another unit's.
    """
    unit = open_unit(units, id)
    split = _split_off(store, id, new, unit, units, by=by, now=now, made=made)
    facts = {"unit:before": id, "unit:after": split}

    def moved(before: Account | None) -> tuple[Account, bool]:
        if before is None:
            raise UnknownUnit
        if before.unit != id or before.transfer:
            return before, False
        place = Placement(at=now, unit=split, tier=before.tier)
        acts = append_act(before.acts, "split-unit", by=by, at=now, facts=facts)
        return replace(before, placements=(*before.placements, place), acts=acts), True

    count = sum(update_with(store, ACCOUNT, person, moved)[1] for person in people)

    def noted(before: Unit | None) -> Unit:
        if before is None:
            raise UnknownUnit
        acts = append_act(before.acts, "split-unit", by=by, at=now, facts={"code": new.code, "people": str(count)})
        return replace(before, acts=acts)

    update(store, UNIT, id, noted)
    return count


def _split_off(
    store: Store, id: UnitId, new: UnitRow, unit: UnitSummary, units: Units, *, by: str, now: datetime, made: UnitId
) -> UnitId:
    """The new unit, or the one that was begun before. Raises UnitNotNow where the code is another unit's."""
    known = store.find(UNIT, Name(CODE, new.code))
    begun = units.get(UnitId(known)) if known else None
    if known and (begun is None or begun.origin != id or begun.closed):
        raise UnitNotNow(why=f"已有代码为“{new.code}”的单位，请改用其他代码。")
    if known:
        return UnitId(known)
    parent = next((above for above, one in units.items() if one.code == new.parent), unit.parent or id)
    open_unit(units, parent)
    acts = append_act((), "split-unit", by=by, at=now, facts={"origin": unit.code})
    split = Unit(
        id=made,
        code=new.code,
        name=new.name,
        created=now,
        parent=parent,
        kind=new.kind or unit.kind,
        order_number=new.order_number or 0,
        origin=id,
        acts=acts,
    )
    try:
        store.save(UNIT, made, split, expected=0)
    except NameTaken:
        raise UnitNotNow(why=f"代码“{new.code}”刚刚由他人使用，请再办一次。") from None
    return made


def _settled_people(store: Store, id: UnitId, unit: UnitSummary, units: Units) -> list[Row[AccountSummary]]:
    """The accounts of a unit below which no other is and to or from which nobody is on the way. Raises UnitNotNow."""
    below = [other.name for other in units.values() if other.parent == id and not other.closed]
    if below:
        raise UnitNotNow(why=f"“{unit.name}”还有下属单位（{'、'.join(below[:3])}），请先改它们的上级单位。")
    transfers = [row.summary.transfer for row in store.list(ACCOUNT, role=Role.LEARNER) if row.summary.transfer]
    if waiting := sum(id in {transfer.origin, transfer.to} for transfer in transfers):
        raise UnitNotNow(why=f"“{unit.name}”还有 {waiting} 人的调动没有办完，请先办完或撤回。")
    return store.list(ACCOUNT, unit=id)


def _end_administrators(
    store: Store, people: list[Row[AccountSummary]], *, reason: str, by: str, now: datetime
) -> None:
    """失效 for the administrators among them: their sign-ins end."""

    def ended(before: Account | None) -> Account:
        if before is None:
            raise UnknownUnit
        switches = (*before.switches, Switch(at=now, active=False, reason=reason))
        acts = append_act(before.acts, "hand-over", by=by, at=now, facts={"active": "否"})
        return replace(before, switches=switches, epoch=before.epoch + 1, acts=acts)

    for row in people:
        if row.summary.role is Role.UNIT and row.summary.active:
            update(store, ACCOUNT, row.id, ended)


def hand_over(
    store: Store,
    id: UnitId,
    successor: UnitRow,
    units: Units,
    *,
    terms: Terms,
    by: str,
    now: datetime,
    new_id: Callable[[], str],
) -> Slip:
    """移交: the unit's administrator is now who `successor` names; the account of before is 失效 and signed out.

    Somebody who administered the unit before gets the account of then back. Raises UnknownUnit, and UnitNotNow where
    the successor is the present one or the telephone is somebody else's.
    """
    unit = open_unit(units, id)
    if former := _former(store, id, successor):
        _end_administrators(store, _heads(store, id), reason="moved", by=by, now=now)
        set_active(store, former, Doing(by=by, now=now), active=True)
        return reset_password(store, former, by=by, now=now)
    roster = Roster(units=(replace(successor, code=unit.code, name=unit.name),))
    plan = plan_roster(store, roster, terms=terms, now=now)
    others = [refused for refused in plan.refused if refused.label != "管理员姓名"]
    if others:
        raise UnitNotNow(why=others[0].why)
    if not plan.refused and not plan.created:
        raise UnitNotNow(why=f"“{successor.administrator}”就是现在的管理员，不需要移交。")
    _end_administrators(store, _heads(store, id), reason="moved", by=by, now=now)
    plan = plan_roster(store, roster, terms=terms, now=now)
    try:
        result = apply_import(store, plan, by=by, now=now, new_id=new_id)
    except PlanChanged:
        raise UnitNotNow(why=f"“{unit.name}”的管理员刚刚由他人变更，请核对后再办理。") from None
    [made] = result.new
    if made.expires is None:
        raise AssertionError
    return Slip(name=made.name, number=made.number, password=made.password, expires=made.expires)


def _heads(store: Store, unit: UnitId) -> list[Row[AccountSummary]]:
    return store.list(ACCOUNT, unit=unit, role=Role.UNIT)


def _former(store: Store, unit: UnitId, successor: UnitRow) -> AccountId | None:
    """The account by which the successor administered the unit before, if any."""
    for row in _heads(store, unit):
        known = row.summary
        if not known.active and known.name == successor.administrator and successor.telephone in {"", known.telephone}:
            return AccountId(row.id)
    return None
