"""Sign-in and passwords: use cases over the store. `now` comes in as an argument."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from grader.accounts.password_rule import check_password, password_form
from grader.accounts.passwords import hash_password, is_password, needs_rehash
from grader.accounts.slips import RENEWED, Slip, issue_slip, slip_of
from grader.accounts.sources import DEAR, Origin, Sources
from grader.domain.audit.acts import append_act
from grader.domain.errors import (
    AccountInactive,
    SamePassword,
    SlipExpired,
    UnknownLearner,
    WrongCredentials,
    WrongFirstSignIn,
    WrongOldPassword,
)
from grader.domain.people.account import (
    INITIAL_PASSWORD,
    Account,
    AccountId,
    Credential,
    Role,
    change_credential,
    clear_failures,
    end_sign_in,
    fail_sign_in,
    login_form,
)
from grader.domain.people.sign_ins import with_sign_in
from grader.store.base import Name, Store
from grader.store.kinds import ACCOUNT, LOGIN
from grader.store.update import update

TAIL = 4
"""Digits of the telephone on the roster that a first sign-in asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What every sign-in goes through: the accounts, what limits it, where it comes from and when."""

    store: Store
    limits: Sources
    origin: Origin
    now: datetime


def account_by_id(store: Store, id: AccountId) -> Account | None:
    """The account, or None."""
    stored = store.load(ACCOUNT, id)
    return stored.value if stored else None


def account_named(store: Store, name: str) -> Account | None:
    """The account with this login name, however it is typed, or None.

    The ü of a pinyin name is kept as v; whoever writes ü or, as passports do, yu after l and n means the same.
    """
    form = login_form(name)
    written = form.replace("ü", "v").replace("lyu", "lv").replace("nyu", "nv")
    ids = (store.find(ACCOUNT, Name(LOGIN, text)) for text in dict.fromkeys((form, written)))
    id = next(filter(None, ids), None)
    return account_by_id(store, AccountId(id)) if id else None


def is_common_password(password: str) -> bool:
    """Whether it is the published first password, which opens nothing by itself."""
    return password_form(password) == INITIAL_PASSWORD


def sign_in(door: Door, name: str, password: str) -> Account:
    """The account that this login name and password open.

    Raises WrongCredentials (a failure is counted), TooManyFromHere or TooManyFailures (the password is not even tried),
    AccountInactive or SlipExpired (told only to somebody who knows the password). The published first password opens
    nothing here, see `first_sign_in`.
    """
    account = account_named(door.store, name)
    door.limits.check(door.origin, name, account, door.now)
    right = _is_right(account, password)
    if account is None or not right or is_common_password(password):
        _count_failure(door, name, account)
        raise WrongCredentials
    if account.credential.is_past(door.now):
        raise SlipExpired
    return _let_in(door, account, password)


def first_sign_in(door: Door, name: str, tail: str) -> Account:
    """The learner's account that still has the published first password and a telephone that ends so.

    Raises WrongFirstSignIn whichever of these is wrong (a failure is counted), otherwise as `sign_in`.
    """
    account = account_named(door.store, name)
    door.limits.check(door.origin, name, account, door.now)
    right = _is_right(account, INITIAL_PASSWORD)
    if account is None or not right or not _ends_so(account, login_form(tail)):
        _count_failure(door, name, account, cost=DEAR)
        raise WrongFirstSignIn
    return _let_in(door, account, INITIAL_PASSWORD)


def _ends_so(account: Account, tail: str) -> bool:
    """Whether the published password may open the account at all, and these are its telephone's last digits."""
    takes_common = account.role is Role.LEARNER and account.credential.initial
    return takes_common and len(tail) == TAIL and login_form(account.telephone).endswith(tail)


def _let_in(door: Door, account: Account, password: str) -> Account:
    if not account.is_active:
        raise AccountInactive
    welcomed = update(
        door.store, ACCOUNT, account.id, lambda before: _welcome(door, _unchanged(before, account), password)
    )
    door.limits.succeeded(door.origin, account, door.now)
    return welcomed


def _is_right(account: Account | None, password: str) -> bool:
    """Whether the password is the account's; before full width was forgiven some had such letters in their own."""
    hash, form = account.credential.hash if account else None, password_form(password)
    if is_password(hash, form):
        return True
    return form != "".join(password.split()) and is_password(hash, password)


def sign_out(store: Store, id: AccountId, nonce: str, *, now: datetime, stays: bool = False) -> None:
    """End the sign-in with this nonce for good: a copy of its cookie opens nothing any more."""
    change_account(store, id, lambda before: end_sign_in(before, nonce, now, stays=stays))


def change_password(door: Door, id: AccountId, old: str, *, new: str) -> Account:
    """The person's own new password; all other sign-ins end. Whoever has an initial one is not asked for it again.

    Raises WrongOldPassword (counted as a failure), TooManyFailures, WeakPassword, KnownPassword, CommonPassword or
    SamePassword, and WrongCredentials where the account is gone or its password was changed or reset meanwhile.
    """
    account, new = account_by_id(door.store, id), password_form(new)
    if account is None:
        raise WrongCredentials
    if not account.credential.initial:
        door.limits.check(door.origin, "", account, door.now)
        if not _is_right(account, old):
            _count_failure(door, "", account)
            raise WrongOldPassword
        if new == password_form(old):
            raise SamePassword
    check_password(new, account)
    own = Credential(hash=hash_password(new), initial=False)
    return update(door.store, ACCOUNT, id, lambda before: _chosen(_unchanged(before, account), own, now=door.now))


def _chosen(account: Account, own: Credential, *, now: datetime) -> Account:
    """With the first password of one's own the account is claimed, which its owner and the unit are told."""
    if not account.credential.initial:
        return change_credential(account, own)
    return replace(change_credential(account, own), acts=append_act(account.acts, "claim", by=account.id, at=now))


def reset_password(store: Store, id: AccountId, *, by: str, now: datetime) -> Slip:
    """A one-time slip instead of the password, by an administrator; every sign-in ends. Raises UnknownLearner."""
    password, credential = issue_slip(now=now, valid=RENEWED)

    def reset(before: Account) -> Account:
        acts = append_act(before.acts, "reset-password", by=by, at=now)
        return replace(change_credential(before, credential), acts=acts)

    return slip_of(change_account(store, id, reset), password)


def change_account(store: Store, id: AccountId, change: Callable[[Account], Account]) -> Account:
    """Change the account as it is now. Raises UnknownLearner where it is gone."""

    def changed(before: Account | None) -> Account:
        if before is None:
            raise UnknownLearner
        return change(before)

    return update(store, ACCOUNT, id, changed)


def _count_failure(door: Door, name: str, account: Account | None, *, cost: int = 1) -> None:
    """Count it in the account too; for a name of nobody as much is written, so that it takes as long."""
    door.limits.failed(door.origin, name, account, door.now, cost=cost)
    if account is None:
        door.store.try_saving()
        return
    try:
        change_account(door.store, account.id, lambda before: fail_sign_in(before, door.now))
    except UnknownLearner:
        raise WrongCredentials from None


def _unchanged(before: Account | None, tried: Account) -> Account:
    """The account now, if the password that was tried is still its own. Raises WrongCredentials."""
    if before is None or before.epoch != tried.epoch:
        raise WrongCredentials
    return before


def _welcome(door: Door, account: Account, password: str) -> Account:
    sign_ins = with_sign_in(account.sign_ins, door.now, door.origin.mark)
    account = replace(clear_failures(account), sign_ins=sign_ins)
    if needs_rehash(account.credential.hash):
        renewed = hash_password(password_form(password))
        account = replace(account, credential=replace(account.credential, hash=renewed))
    return account
