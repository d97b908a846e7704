"""调入调出: what is under way between units, and each step of it. Use cases over the store.

A step is the unit's own: the old unit releases or refuses a request, the new one asks, receives or refuses; who opened
it may withdraw. Whoever answers for both may do all. Somebody outside the caller's units is not found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum

from grader.domain.audit.acts import Act, append_act
from grader.domain.errors import Malformed, UnknownLearner
from grader.domain.people.account import (
    Account,
    AccountId,
    AccountSummary,
    Role,
    Transfer,
    TransferEnd,
    UnitId,
    login_form,
)
from grader.domain.people.transfer import TransferNotNow, ask_for, end_transfer, is_overdue, receive, release
from grader.domain.people.unit import UnitSummary
from grader.store.base import Name, Store
from grader.store.kinds import ACCOUNT, LOGIN, UNIT
from grader.store.update import update

Units = Mapping[UnitId, UnitSummary]


class Step(StrEnum):
    """What may be done with a transfer that is under way; `label` is the button."""

    RELEASE = "release"
    RECEIVE = "receive"
    WITHDRAW = "withdraw"
    REFUSE = "refuse"

    @property
    def label(self) -> str:
        """As the button says it."""
        return {"release": "同意调出", "receive": "接收", "withdraw": "撤回", "refuse": "不同意"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """A transfer that somebody still has to act on; `steps` are those that the caller may take.

    `number` is the 学法账号; "" for whoever only asks for the person, until the old unit has released them.
    """

    id: AccountId
    account: AccountSummary
    number: str
    transfer: Transfer
    steps: tuple[Step, ...]
    is_overdue: bool

    @property
    def state(self) -> str:
        """Whose turn it is, in the words of the manual."""
        return "待调入（等新单位接收）" if self.transfer.released else "申请调入（等原单位调出）"


class NobodySo(UnknownLearner):
    """No learner has both this number and this name."""

    code = "nobody-so"
    sentence = "没有账号（或手机号码、QQ号）和姓名都相符的学员，请核对后再填。"


class NoUnitCalled(Malformed):
    """No unit is called so; `hint` names the nearest."""

    code = "no-unit-called"
    sentence = "没有名称或代码为“{text}”的单位。{hint}"


def under_way(store: Store, units: Units, *, now: datetime) -> list[UnderWay]:
    """The transfers out of these units or into them, those that wait longest first."""
    found = []
    for row in store.list(ACCOUNT, role=Role.LEARNER):
        transfer = row.summary.transfer
        if transfer and (transfer.origin in units or transfer.to in units):
            found.append(
                UnderWay(
                    id=AccountId(row.id),
                    account=row.summary,
                    number=row.summary.number if transfer.origin in units or transfer.released else "",
                    transfer=transfer,
                    steps=steps(transfer, units),
                    is_overdue=is_overdue(transfer, now),
                )
            )
    return sorted(found, key=lambda one: one.transfer.at)


def steps(transfer: Transfer, units: Units) -> tuple[Step, ...]:
    """What whoever answers for these units may do now."""
    is_old, is_new = transfer.origin in units, transfer.to in units
    if transfer.released:
        own = ([Step.RECEIVE, Step.REFUSE] if is_new else []) + ([Step.WITHDRAW] if is_old else [])
    else:
        own = ([Step.RELEASE, Step.REFUSE] if is_old else []) + ([Step.WITHDRAW] if is_new else [])
    return tuple(own)


def unit_called(store: Store, text: str) -> UnitId:
    """The open unit of this name or code. Raises NoUnitCalled."""
    wanted = login_form(text)
    units = {UnitId(row.id): row.summary for row in store.list(UNIT) if not row.summary.closed}
    by_code = [id for id, unit in units.items() if login_form(unit.code) == wanted]
    found = by_code or [id for id, unit in units.items() if login_form(unit.name) == wanted]
    if len(found) > 1:
        codes = "、".join(units[id].code for id in found[:4])
        raise NoUnitCalled(text=text, hint=f"叫这个名称的有 {len(found)} 个，请改填代码（{codes}）。")
    if not found:
        near = get_close_matches(text, [unit.name for unit in units.values()], n=1, cutoff=0.4)
        raise NoUnitCalled(text=text, hint=f"是不是“{near[0]}”？" if near else "请核对。")
    return found[0]


def learner_called(store: Store, number: str, name: str) -> AccountId:
    """The learner who has both. Raises NobodySo, whichever is wrong."""
    id = store.find(ACCOUNT, Name(LOGIN, login_form(number))) if number else None
    stored = store.load(ACCOUNT, id) if id else None
    if stored is None or stored.value.role is not Role.LEARNER or login_form(stored.value.name) != login_form(name):
        raise NobodySo
    return stored.value.id


def ask(store: Store, id: AccountId, to: UnitId, units: Units, *, by: str, now: datetime) -> Account:
    """申请调入 for one of the caller's units. Raises UnknownLearner and TransferNotNow."""
    if to not in units:
        raise UnknownLearner
    return _step(store, id, lambda account: ask_for(account, to, by=by, at=now), by=by, now=now)


def release_to(store: Store, id: AccountId, to: UnitId, units: Units, *, by: str, now: datetime) -> Account:
    """调出 of somebody of the caller's units. Raises UnknownLearner and TransferNotNow."""

    def change(account: Account) -> Account:
        if account.unit not in units:
            raise UnknownLearner
        return release(account, to, by=by, at=now)

    return _step(store, id, change, by=by, now=now)


def take_step(
    store: Store, id: AccountId, step: Step, units: Units, *, opened: datetime, by: str, now: datetime
) -> Account:
    """Take a step of the transfer that was opened then.

    Raises UnknownLearner where it is none of the caller's units', TransferNotNow where somebody was quicker.
    """

    def change(account: Account) -> Account:
        transfer = account.transfer
        if account.unit not in units and not (transfer and transfer.to in units):
            raise UnknownLearner
        if transfer is None or transfer.at != opened or step not in steps(transfer, units):
            raise TransferNotNow(why=f"{account.name}的调动已由他人办理。")
        if step is Step.RELEASE:
            return release(account, transfer.to, by=by, at=now)
        if step is Step.RECEIVE:
            return receive(account, at=now)
        end = TransferEnd.WITHDRAWN if step is Step.WITHDRAW else TransferEnd.REFUSED
        return end_transfer(account, end, at=now)

    return _step(store, id, change, by=by, now=now)


def _step(store: Store, id: AccountId, change: Callable[[Account], Account], *, by: str, now: datetime) -> Account:
    """Change the account with an act that names the two units."""

    def stepped(before: Account | None) -> Account:
        if before is None:
            raise UnknownLearner
        after = change(before)
        return replace(after, acts=_acts(before, after, by=by, now=now))

    return update(store, ACCOUNT, id, stepped)


def _acts(before: Account, after: Account, *, by: str, now: datetime) -> tuple[Act, ...]:
    """The acts with the one by which the transfer came to stand as it does."""
    last = after.transfers[-1]
    facts = {"unit:before": last.origin, "unit:after": last.to}
    if last.end is TransferEnd.RECEIVED:
        return append_act(before.acts, "transfer-receive", by=by, at=now, facts=facts)
    if last.end is TransferEnd.WITHDRAWN:
        return append_act(before.acts, "transfer-withdraw", by=by, at=now, facts=facts)
    if last.end is TransferEnd.REFUSED:
        return append_act(before.acts, "transfer-refuse", by=by, at=now, facts=facts)
    if last.released:
        return append_act(before.acts, "transfer-release", by=by, at=now, facts=facts)
    return append_act(before.acts, "transfer-ask", by=by, at=now, facts=facts)


def overdue(found: Sequence[UnderWay]) -> list[UnderWay]:
    """Those for whom nothing has been done for more than seven days."""
    return [one for one in found if one.is_overdue]
