"""What administrators do to one account: edit, 有效 and 失效, role, sign-ins, bound numbers; each an act of it.

`shown` is the digest of what the administrator saw: where the account changed since, nothing is done.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from grader.accounts.signin import account_by_id, change_account
from grader.accounts.slips import Slip, issue_slip, slip_of
from grader.domain.audit.acts import append_act, facts_of_change
from grader.domain.errors import Malformed, NotNow, UnknownLearner
from grader.domain.people.account import (
    LEAVING,
    Account,
    AccountId,
    Placement,
    Role,
    Switch,
    UnitId,
    clear_failures,
    of_rank,
    summarise_account,
)
from grader.milestones import date_moved
from grader.sealing import act_key
from grader.store.base import NameTaken, Store
from grader.store.kinds import ACCOUNT, UNIT
from grader.units import administrator_of, units_of
from quizgen.model import TierId

OFFICE_ROLES = (Role.UNIT, Role.READER, Role.EDITOR, Role.COUNTY)
"""Roles of accounts that administer and do not study; one may be changed into another."""


class AccountChanged(NotNow):
    """The account is no longer what the administrator saw."""

    code = "account-changed"
    sentence = "此人的资料刚刚有变动，没有保存。请核对现在的内容后再办理。"


class NumberHeld(NotNow):
    """Another account signs in with this telephone, QQ number or number."""

    code = "number-held"
    sentence = "“{text}”已由其他账号使用，没有保存。请核对；确属本人的，请先在原来的账号上解绑。"


class RoleFixed(NotNow):
    """A learner's account stays one, and no other becomes one: its dossier would be lost or false."""

    code = "role-fixed"
    sentence = "学员账号不能改为管理账号，管理账号也不能改为学员账号。需要的请另建账号。"


class HasAdministrator(NotNow):
    """The unit would come to have two administrators."""

    code = "has-administrator"
    sentence = (
        "该单位已有管理员“{name}”（账号 {number}），一个单位只设一名，没有办理。更换的，请在单位管理页面移交，"
        "或先把现在的管理账号设为失效。"
    )


class NotAtTheTop(NotNow):
    """An account for the whole county would stand in a unit below the county office."""

    code = "not-at-the-top"
    sentence = "{role}只能设在最上级单位。请改选单位，或者在最上级单位新建账号。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What may be edited of a person."""

    name: str
    rank: str
    tier: TierId
    order_number: int
    telephone: str
    qq: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """Who does something, when, and what they saw ("": not asked, as from the command line)."""

    by: str
    now: datetime
    shown: str = ""


def details_of(account: Account) -> Details:
    """What may be edited, as it is."""
    return Details(
        name=account.name,
        rank=account.rank,
        tier=account.tier,
        order_number=account.order_number,
        telephone=account.telephone,
        qq=account.qq,
    )


def shown_digest(account: Account) -> str:
    """What an administrator sees of the account, as a digest."""
    seen = [asdict(details_of(account)), account.role, account.unit, account.is_active, account.number]
    return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()[:16]


def is_waiting(account: Account, now: datetime) -> bool:
    """Whether wrong passwords make somebody wait, so that there is something to unlock."""
    return summarise_account(account).is_locked(now)


def person_in_scope(store: Store, administrator: Account, id: AccountId) -> Account:
    """Somebody whom the administrator may look at. Raises UnknownLearner for everybody else, as for nobody.

    The county sees all accounts but its own, which has its own pages; a unit's administrator learners and
    administrators of the units in scope.
    """
    person = account_by_id(store, id)
    if person is None or person.id == administrator.id or person.unit not in units_of(store, administrator):
        raise UnknownLearner
    if administrator.role is not Role.COUNTY and person.role not in {Role.LEARNER, Role.UNIT}:
        raise UnknownLearner
    return person


def edit_person(store: Store, id: AccountId, details: Details, doing: Doing) -> Account:
    """Keep the details. Raises AccountChanged, NumberHeld or UnknownLearner."""

    def edited(before: Account) -> Account:
        moves = details.tier != before.tier
        placement = Placement(at=doing.now, unit=before.unit, tier=details.tier)
        return replace(
            of_rank(before, details.rank, at=doing.now),
            name=details.name,
            order_number=details.order_number,
            telephone=details.telephone,
            qq=details.qq,
            placements=(*before.placements, placement) if moves else before.placements,
        )

    done = _do(store, id, "edit-person", doing, edited)
    date_moved(store, now=doing.now)
    return done


def set_active(store: Store, id: AccountId, doing: Doing, *, active: bool, reason: str = "") -> Account:
    """有效 or 失效; who becomes 失效 is signed out everywhere.

    Raises Malformed for a reason that there is not, and HasAdministrator.
    """
    if not active and reason not in LEAVING:
        raise Malformed(why="请选择失效的原因。")

    def switched(before: Account) -> Account:
        if before.is_active is active:
            return before
        if active:
            check_vacant(store, before.role, before.unit)
        switch = Switch(at=doing.now, active=active, reason="" if active else reason)
        return replace(before, switches=(*before.switches, switch), epoch=before.epoch + 1, ended=())

    facts = {} if active else {"reason": LEAVING[reason]}
    with one_administrator(store):
        return _do(store, id, "enable" if active else "disable", doing, switched, facts=facts)


def change_role(store: Store, id: AccountId, role: Role, doing: Doing) -> Account:
    """Another role among those of the office; every sign-in ends. Raises RoleFixed, NotAtTheTop, HasAdministrator."""

    def changed(before: Account) -> Account:
        if role not in OFFICE_ROLES or before.role not in OFFICE_ROLES:
            raise RoleFixed
        if role is before.role:
            return before
        _check_place(store, role, before.unit)
        if before.is_active:
            check_vacant(store, role, before.unit)
        return replace(before, role=role, epoch=before.epoch + 1, ended=())

    with one_administrator(store):
        return _do(store, id, "change-role", doing, changed)


@contextmanager
def one_administrator(store: Store) -> Iterator[None]:
    """While it is held nobody else, nor an import, gives a unit its administrator."""
    with store.turn("roster-import"):
        yield


def check_vacant(store: Store, role: Role, unit: UnitId) -> None:
    """A unit has one administrator. Raises HasAdministrator where there is one and the role would make a second."""
    held = administrator_of(store, unit) if role is Role.UNIT else None
    if held:
        raise HasAdministrator(name=held[1].name, number=held[1].number)


def _check_place(store: Store, role: Role, unit: UnitId) -> None:
    """Whoever acts on the whole county stands at its top: then there is one answer to how far the account reaches."""
    stored = store.load(UNIT, unit)
    if role in {Role.COUNTY, Role.READER} and stored is not None and stored.value.parent is not None:
        raise NotAtTheTop(role=role.label)


def end_sign_ins(store: Store, id: AccountId, doing: Doing) -> Account:
    """Sign the person out on every device."""
    return _do(store, id, "end-sign-ins", doing, lambda before: replace(before, epoch=before.epoch + 1, ended=()))


def unlock(store: Store, id: AccountId, doing: Doing) -> Account:
    """Forget the wrong passwords, so that nobody waits any more."""
    return _do(store, id, "unlock", doing, clear_failures)


def unbind_telephone(store: Store, id: AccountId, doing: Doing) -> Account:
    """解绑: the telephone is no login name of the account any more, and free for another."""
    return _do(store, id, "unbind-telephone", doing, lambda before: replace(before, telephone=""))


def unbind_qq(store: Store, id: AccountId, doing: Doing) -> Account:
    """The same for the QQ number."""
    return _do(store, id, "unbind-qq", doing, lambda before: replace(before, qq=""))


def create_administrator(
    store: Store, *, name: str, role: Role, unit: UnitId, code: str, by: str, now: datetime, id: AccountId
) -> Slip:
    """An account of the office with a number of its own and a slip. Raises RoleFixed, NotAtTheTop, HasAdministrator."""
    from grader.administration.roster.login_names import LoginNames  # noqa: PLC0415 - pypinyin takes its time

    if role not in OFFICE_ROLES:
        raise RoleFixed
    _check_place(store, role, unit)
    password, credential = issue_slip(now=now)
    names = LoginNames(store)
    with one_administrator(store):
        check_vacant(store, role, unit)
        while True:
            made = Account(
                id=id,
                role=role,
                name=name,
                number=names.number(code, role),
                credential=credential,
                placements=(Placement(at=now, unit=unit, tier=TierId("")),),
                created=now,
                acts=append_act((), "create-account", by=by, at=now, facts={"role": role.label}),
            )
            try:
                store.save(ACCOUNT, id, made, expected=0)
            except NameTaken:
                continue
            return slip_of(made, password)


def _do(
    store: Store,
    id: AccountId,
    action: str,
    doing: Doing,
    change: Callable[[Account], Account],
    *,
    facts: Mapping[str, str] | None = None,
) -> Account:
    """Change the account and append the act, in one save; nothing where nothing changes."""
    key = act_key(store)

    def done(before: Account) -> Account:
        if doing.shown and doing.shown != shown_digest(before):
            raise AccountChanged
        after = change(before)
        if after == before:
            return before
        told = {**facts_of_change(_facts(before), _facts(after), key=key), **(facts or {})}
        return replace(after, acts=append_act(before.acts, action, by=doing.by, at=doing.now, facts=told))

    try:
        return change_account(store, id, done)
    except NameTaken as taken:
        raise NumberHeld(text=taken.name.text) from None


def _facts(account: Account) -> dict[str, str]:
    """What acts tell of an account, before and after."""
    return {
        "name": account.name,
        "rank": account.rank,
        "tier": account.tier,
        "order_number": str(account.order_number),
        "telephone": account.telephone,
        "qq": account.qq,
        "role": account.role.label,
        "active": "有效" if account.is_active else "失效",
    }
