"""The administrator's account of a clerk linked to the same person's learner account: made, found, ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from grader.accounts.signin import (
    Door,
    account_by_id,
    change_account,
    first_sign_in,
    is_common_password,
    sign_in,
)
from grader.domain.audit.acts import append_act, facts_of_change
from grader.domain.errors import NotNow, SlipExpired
from grader.domain.people.account import Account, AccountId, Role
from grader.domain.people.link import holds, linked_to
from grader.sealing import act_key
from grader.store.base import Name, NameTaken, Store
from grader.store.kinds import ACCOUNT, LINKED


class NotALearner(NotNow):
    """The account that was proved is no learner's."""

    code = "not-a-learner"
    sentence = "“{number}”是管理账号，没有关联。请填写您本人的学员账号。"


class LinkedElsewhere(NotNow):
    """The learner's account is linked to another administrator's account."""

    code = "linked-elsewhere"
    sentence = "学员账号“{number}”已经与另一个管理账号关联，没有办理。请先用那个管理账号或这个学员账号解除关联。"


class NotLinked(NotNow):
    """The two accounts are not, or not any more, linked."""

    code = "not-linked"
    sentence = "管理账号和学员账号没有关联，或者关联已经结束（账号重置过密码、失效或移交过）。请用管理账号重新关联。"


def learner_of_office(store: Store, office: Account) -> Account | None:
    """The learner's account that an administrator's is linked to; None where no link holds."""
    learner = account_by_id(store, office.linked.account) if office.linked else None
    return learner if learner and holds(office, learner) else None


def office_of_learner(store: Store, learner: Account) -> Account | None:
    """The administrator's account that is linked to a learner's; None where no link holds."""
    office = _holder(store, learner)
    return office if office and holds(office, learner) else None


def _holder(store: Store, learner: Account) -> Account | None:
    id = store.find(ACCOUNT, Name(LINKED, learner.id))
    return account_by_id(store, AccountId(id)) if id else None


def other_account(store: Store, account: Account, now: datetime) -> Account:
    """The same person's account in the other role. Raises NotLinked, or SlipExpired where its slip opens it no more."""
    find = office_of_learner if account.role is Role.LEARNER else learner_of_office
    other = find(store, account)
    if other is None:
        raise NotLinked
    if other.credential.is_past(now):
        raise SlipExpired
    return other


def link(door: Door, office: Account, name: str, password: str, *, tail: str = "") -> Account:
    """Link the administrator's account to the learner's that name and password open; gives the learner's.

    Whoever still has the published first password gives the telephone's last digits too. The telephone stands on the
    learner's account alone from now on. Raises what `sign_in` and `first_sign_in` do, NotALearner or LinkedElsewhere.
    """
    is_first = is_common_password(password)
    learner = first_sign_in(door, name, tail) if is_first else sign_in(door, name, password)
    if learner.role is not Role.LEARNER:
        raise NotALearner(number=learner.number)
    _free(door.store, learner, office, now=door.now)
    telephone = _linked(door, office, learner)
    _told(door, learner, office, telephone="" if learner.telephone else telephone)
    return learner


def _free(store: Store, learner: Account, office: Account, *, now: datetime) -> None:
    """Let go of a link of before that holds no more. Raises LinkedElsewhere where it does."""
    held = _holder(store, learner)
    if held is None or held.id == office.id:
        return
    if holds(held, learner):
        raise LinkedElsewhere(number=learner.number)
    _end(store, held.id, learner.id, number=learner.number, by=office.id, now=now)


def _linked(door: Door, office: Account, learner: Account) -> str:
    """Make the link; gives the telephone that stood on the administrator's account. Raises LinkedElsewhere."""
    key = act_key(door.store)
    given = ""

    def linked(before: Account) -> Account:
        nonlocal given
        given = before.telephone
        facts = {"number": learner.number}
        facts |= facts_of_change({"telephone": before.telephone}, {"telephone": ""}, key=key)
        acts = append_act(before.acts, "link-account", by=before.id, at=door.now, facts=facts)
        return replace(linked_to(before, learner, door.now), acts=acts)

    try:
        change_account(door.store, office.id, linked)
    except NameTaken:
        raise LinkedElsewhere(number=learner.number) from None
    return given


def _told(door: Door, learner: Account, office: Account, *, telephone: str) -> None:
    """Tell the learner's owner, and take the telephone over where the account had none."""
    key = act_key(door.store)

    def told(before: Account) -> Account:
        after = replace(before, telephone=before.telephone or telephone)
        facts = {"number": office.number}
        facts |= facts_of_change({"telephone": before.telephone}, {"telephone": after.telephone}, key=key)
        return replace(after, acts=append_act(before.acts, "link-account", by=office.id, at=door.now, facts=facts))

    change_account(door.store, learner.id, told)


def unlink(store: Store, account: Account, *, now: datetime) -> None:
    """End the link of either of the two accounts, one that holds no more too. Raises NotLinked where there is none."""
    is_learner = account.role is Role.LEARNER
    office = _holder(store, account) if is_learner else account
    if office is None or office.linked is None:
        raise NotLinked
    learner = account if is_learner else account_by_id(store, office.linked.account)
    _end(store, office.id, office.linked.account, number=learner.number if learner else "", by=account.id, now=now)


def _end(store: Store, office: AccountId, learner: AccountId, *, number: str, by: str, now: datetime) -> None:
    def ended(before: Account) -> Account:
        if before.linked is None or before.linked.account != learner:
            return before
        acts = append_act(before.acts, "unlink-account", by=by, at=now, facts={"number": number})
        return replace(before, linked=None, acts=acts)

    change_account(store, office, ended)
