from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher

from grader.accounts.passwords import hash_password, is_password, needs_rehash
from grader.accounts.signin import account_by_id, change_password, reset_password, sign_in
from grader.domain.account import Account, AccountId, Credential, Switch, change_credential
from grader.domain.acts import append_act
from grader.domain.errors import (
    AccountInactive,
    Refusal,
    SamePassword,
    TooManyFailures,
    UnknownLearner,
    WeakPassword,
    WrongCredentials,
    WrongOldPassword,
)
from grader.store.base import Store
from grader.store.kinds import ACCOUNT
from tests.grader_factories import NOON, WatchedStore, account

PASSWORD = "xuefa2026"
OWN = Credential(hash=hash_password(PASSWORD), initial=False)
OFFICE = AccountId("office")
A1 = AccountId("a1")


def person(**changes: Any) -> Account:
    return account(telephone="19900000001", pinyin="zhaoxuefa", credential=OWN, **changes)


def having(*people: Account) -> WatchedStore:
    store = WatchedStore()
    for one in people:
        store.save(ACCOUNT, one.id, one, expected=0)
    return store


def kept(store: Store) -> Account:
    found = account_by_id(store, A1)
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["900001001a1", "900001001A1 ", "１９９００００ ０００１", "ZhaoXueFa"])
def test_every_login_name_opens_the_account_however_it_is_typed(name: str) -> None:
    assert sign_in(having(person()), name, PASSWORD, now=NOON) == person()


@pytest.mark.parametrize("name", ["", "nobody", "赵学法"])
def test_unknown_login_name_is_refused_like_a_wrong_password(name: str) -> None:
    with pytest.raises(WrongCredentials):
        sign_in(having(person()), name, PASSWORD, now=NOON)


def test_wrong_password_is_counted_in_the_account() -> None:
    store = having(person())

    with pytest.raises(WrongCredentials):
        sign_in(store, "zhaoxuefa", "wrong", now=NOON)

    assert kept(store) == person(failures=1, failed_at=NOON)


def test_fifth_failure_makes_even_the_right_password_wait() -> None:
    store = having(person(failures=4, failed_at=NOON))
    with pytest.raises(WrongCredentials):
        sign_in(store, "zhaoxuefa", "wrong", now=NOON)

    with pytest.raises(TooManyFailures, match="请 1 分钟后再试"):
        sign_in(store, "zhaoxuefa", PASSWORD, now=NOON + timedelta(seconds=59.5))

    assert sign_in(store, "zhaoxuefa", PASSWORD, now=NOON + timedelta(minutes=1)) == person()
    assert kept(store) == person()


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 15), (0.5, 15), (60, 14), (839.5, 2), (840, 1), (899.9, 1)])
def test_refusal_says_how_many_minutes_to_wait_rounded_up(seconds: float, minutes: int) -> None:
    store = having(person(failures=20, failed_at=NOON))

    with pytest.raises(TooManyFailures) as refused:
        sign_in(store, "zhaoxuefa", PASSWORD, now=NOON + timedelta(seconds=seconds))

    assert refused.value.fields == {"minutes": minutes}


def test_waiting_account_counts_no_further_failures() -> None:
    waiting = person(failures=5, failed_at=NOON)
    store = having(waiting)

    with pytest.raises(TooManyFailures):
        sign_in(store, "zhaoxuefa", "wrong", now=NOON)

    assert kept(store) == waiting


def test_switched_off_account_is_told_so_only_with_its_password() -> None:
    store = having(person(switches=(Switch(at=NOON, active=False),)))

    with pytest.raises(WrongCredentials):
        sign_in(store, "zhaoxuefa", "wrong", now=NOON)
    with pytest.raises(AccountInactive):
        sign_in(store, "zhaoxuefa", PASSWORD, now=NOON)


def test_hash_of_older_parameters_is_renewed_at_sign_in_and_stays_initial() -> None:
    old = PasswordHasher(memory_cost=8_192, time_cost=1, parallelism=1).hash(PASSWORD)
    store = having(replace(person(), credential=Credential(hash=old, initial=True)))

    signed_in = sign_in(store, "zhaoxuefa", PASSWORD, now=NOON)

    assert signed_in == kept(store)
    assert (signed_in.epoch, signed_in.credential.initial) == (0, True)
    assert (needs_rehash(signed_in.credential.hash), is_password(signed_in.credential.hash, PASSWORD)) == (False, True)


def forestalled_by_a_reset(person: Account) -> WatchedStore:
    """A store in which an administrator resets the password just before the person's next change is saved."""
    store = having(person)

    def reset_first(_kind: str) -> None:
        store.before_save = lambda _: None
        reset_password(store, person.id, by=OFFICE, now=NOON)

    store.before_save = reset_first
    return store


def test_old_password_does_not_outlive_a_reset_made_while_it_was_tried() -> None:
    store = forestalled_by_a_reset(person(failures=1, failed_at=NOON))

    with pytest.raises(WrongCredentials):
        sign_in(store, "zhaoxuefa", PASSWORD, now=NOON)

    assert kept(store).credential.initial


def test_change_made_with_the_old_password_does_not_undo_a_reset() -> None:
    store = forestalled_by_a_reset(person())

    with pytest.raises(WrongCredentials):
        change_password(store, A1, PASSWORD, new="another2026", now=NOON)

    assert is_password(kept(store).credential.hash, "888888")


def test_failure_does_not_bring_back_an_erased_account() -> None:
    store = having(person())

    def erase_first(_kind: str) -> None:
        store.before_save = lambda _: None
        store.delete(ACCOUNT, "a1", expected=1)

    store.before_save = erase_first

    with pytest.raises(WrongCredentials):
        sign_in(store, "zhaoxuefa", "wrong", now=NOON)
    assert account_by_id(store, A1) is None


def test_chosen_password_replaces_the_old_one_and_ends_other_sign_ins() -> None:
    store = having(person(failures=2, failed_at=NOON))

    changed = change_password(store, A1, PASSWORD, new="another2026", now=NOON)

    assert changed == change_credential(person(), changed.credential.hash, initial=False)
    assert is_password(changed.credential.hash, "another2026")
    assert kept(store) == changed


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        (PASSWORD, PASSWORD, SamePassword),
        (PASSWORD, "888888", SamePassword),
        (PASSWORD, "short1", WeakPassword),
        (PASSWORD, "zhaoxuefa1", WeakPassword),
        ("wrong", "another2026", WrongOldPassword),
    ],
)
def test_password_is_not_changed_against_the_rules(old: str, new: str, refusal: type[Refusal]) -> None:
    store = having(person())

    with pytest.raises(refusal):
        change_password(store, A1, old, new=new, now=NOON)

    assert kept(store).credential == OWN


def test_wrong_old_passwords_count_as_failures_and_make_wait() -> None:
    store = having(person(failures=4, failed_at=NOON))
    with pytest.raises(WrongOldPassword):
        change_password(store, A1, "wrong", new="another2026", now=NOON)

    with pytest.raises(TooManyFailures):
        change_password(store, A1, PASSWORD, new="another2026", now=NOON)


def test_password_of_nobody_cannot_be_changed() -> None:
    with pytest.raises(WrongCredentials):
        change_password(having(), A1, PASSWORD, new="another2026", now=NOON)


def test_reset_gives_the_initial_password_and_is_recorded() -> None:
    store = having(person(failures=9, failed_at=NOON))

    reset = reset_password(store, A1, by=OFFICE, now=NOON)

    acts = append_act((), "reset-password", by=OFFICE, at=NOON)
    assert reset == replace(change_credential(person(), reset.credential.hash, initial=True), acts=acts)
    assert sign_in(store, "zhaoxuefa", "888888", now=NOON) == reset


def test_password_of_nobody_cannot_be_reset() -> None:
    with pytest.raises(UnknownLearner):
        reset_password(having(), A1, by=OFFICE, now=NOON)
