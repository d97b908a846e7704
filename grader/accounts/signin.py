"""Sign-in and passwords: use cases over the store. `now` comes in as an argument."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from grader.accounts.passwords import hash_password, is_password, needs_rehash
from grader.domain.account import (
    INITIAL_PASSWORD,
    Account,
    AccountId,
    Credential,
    change_credential,
    check_password,
    clear_failures,
    end_sign_in,
    fail_sign_in,
    login_form,
    wait_until,
)
from grader.domain.acts import append_act
from grader.domain.errors import (
    AccountInactive,
    SamePassword,
    TooManyFailures,
    UnknownLearner,
    WrongCredentials,
    WrongOldPassword,
)
from grader.store.base import Name, Store
from grader.store.kinds import ACCOUNT, LOGIN
from grader.store.update import update


def account_by_id(store: Store, id: AccountId) -> Account | None:
    """The account, or None."""
    stored = store.load(ACCOUNT, id)
    return stored.value if stored else None


def account_named(store: Store, name: str) -> Account | None:
    """The account with this login name, however it is typed, or None."""
    id = store.find(ACCOUNT, Name(LOGIN, login_form(name)))
    return account_by_id(store, AccountId(id)) if id else None


def sign_in(store: Store, name: str, password: str, *, now: datetime) -> Account:
    """The account that this login name and password open.

    Raises WrongCredentials (a failure is counted in the account), TooManyFailures (the password is not even tried)
    or AccountInactive (told only to somebody who knows the password).
    """
    account = account_named(store, name)
    if account is None:
        is_password(None, password)
        raise WrongCredentials
    _refuse_waiting(account, now)
    if not is_password(account.credential.hash, password):
        _count_failure(store, account, now)
        raise WrongCredentials
    if not account.is_active:
        raise AccountInactive
    return update(store, ACCOUNT, account.id, lambda before: _welcome(_unchanged(before, account), password))


def sign_out(store: Store, id: AccountId, nonce: str, *, now: datetime, stays: bool = False) -> None:
    """End the sign-in with this nonce for good: a copy of its cookie opens nothing any more."""

    def end(before: Account | None) -> Account:
        if before is None:
            raise WrongCredentials
        return end_sign_in(before, nonce, now, stays=stays)

    update(store, ACCOUNT, id, end)


def change_password(store: Store, id: AccountId, old: str, *, new: str, now: datetime) -> Account:
    """The person's own new password; all other sign-ins end.

    Raises WrongOldPassword (counted as a failure), TooManyFailures, WeakPassword or SamePassword, and WrongCredentials
    where the account is gone or its password was changed or reset meanwhile.
    """
    account = account_by_id(store, id)
    if account is None:
        raise WrongCredentials
    _refuse_waiting(account, now)
    if not is_password(account.credential.hash, old):
        _count_failure(store, account, now)
        raise WrongOldPassword
    if new == old:
        raise SamePassword
    check_password(new, account)
    hash = hash_password(new)
    return update(
        store, ACCOUNT, id, lambda before: change_credential(_unchanged(before, account), hash, initial=False)
    )


def reset_password(store: Store, id: AccountId, *, by: str, now: datetime, password: str = INITIAL_PASSWORD) -> Account:
    """Back to the initial password, or to `password`, by an administrator; it must be changed at the next sign-in."""
    hash = hash_password(password)

    def reset(before: Account | None) -> Account:
        if before is None:
            raise UnknownLearner
        acts = append_act(before.acts, "reset-password", by=by, at=now)
        return replace(change_credential(before, hash, initial=True), acts=acts)

    return update(store, ACCOUNT, id, reset)


def _refuse_waiting(account: Account, now: datetime) -> None:
    until = wait_until(account)
    if until is not None and now < until:
        raise TooManyFailures(minutes=-((now - until) // timedelta(minutes=1)))


def _count_failure(store: Store, account: Account, now: datetime) -> None:
    def change(before: Account | None) -> Account:
        if before is None:
            raise WrongCredentials
        return fail_sign_in(before, now)

    update(store, ACCOUNT, account.id, change)


def _unchanged(before: Account | None, tried: Account) -> Account:
    """The account now, if the password that was tried is still its own. Raises WrongCredentials."""
    if before is None or before.epoch != tried.epoch:
        raise WrongCredentials
    return before


def _welcome(account: Account, password: str) -> Account:
    account = clear_failures(account)
    if needs_rehash(account.credential.hash):
        credential = Credential(hash=hash_password(password), initial=account.credential.initial)
        account = replace(account, credential=credential)
    return account
