from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher

from grader.accounts.passwords import hash_password, is_password, needs_rehash
from grader.accounts.signin import account_by_id, change_password, first_sign_in, reset_password, sign_in
from grader.accounts.sources import Sources
from grader.domain.audit.acts import append_act
from grader.domain.errors import (
    AccountInactive,
    KnownPassword,
    Refusal,
    SamePassword,
    SignInRefusal,
    SlipExpired,
    TooManyFailures,
    UnknownLearner,
    WeakPassword,
    WrongCredentials,
    WrongFirstSignIn,
    WrongOldPassword,
)
from grader.domain.people.account import Account, AccountId, Credential, Role, Switch, change_credential
from grader.domain.people.sign_ins import SignIn
from grader.store.base import Store
from grader.store.kinds import ACCOUNT
from tests.grader_factories import NOON, WatchedStore, account, door

PASSWORD = "xuefa2026"
OWN = Credential(hash=hash_password(PASSWORD), initial=False)
OFFICE = AccountId("office")
A1 = AccountId("a1")


def person(**changes: Any) -> Account:
    return account(telephone="19900000001", pinyin="zhaoxuefa", credential=OWN, **changes)


def seen(before: Account, at: datetime = NOON) -> Account:
    """The account after a sign-in at that time from a place that has no mark."""
    return replace(before, sign_ins=(SignIn(at=at, device=""),))


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
    assert sign_in(door(having(person())), name, PASSWORD) == seen(person())


@pytest.mark.parametrize("name", ["", "nobody", "赵学法"])
def test_unknown_login_name_is_refused_like_a_wrong_password(name: str) -> None:
    with pytest.raises(WrongCredentials):
        sign_in(door(having(person())), name, PASSWORD)


def test_wrong_password_is_counted_in_the_account() -> None:
    store = having(person())

    with pytest.raises(WrongCredentials):
        sign_in(door(store), "zhaoxuefa", "wrong")

    assert kept(store) == person(failures=1, failed_at=NOON)


def test_fifth_failure_makes_even_the_right_password_wait_there() -> None:
    store, limits = having(person()), Sources()
    for _ in range(5):
        with pytest.raises(WrongCredentials):
            sign_in(door(store, limits=limits), "zhaoxuefa", "wrong")

    with pytest.raises(TooManyFailures, match="请 1 分钟后再试"):
        sign_in(door(store, limits=limits, now=NOON + timedelta(seconds=59.5)), "zhaoxuefa", PASSWORD)

    assert kept(store) == person(failures=5, failed_at=NOON)
    later = door(store, limits=limits, now=NOON + timedelta(minutes=1))
    assert sign_in(later, "zhaoxuefa", PASSWORD) == seen(person(), later.now) == kept(store)


def test_owner_elsewhere_is_not_kept_out_by_a_stranger() -> None:
    store, limits = having(person()), Sources()
    for _ in range(5):
        with pytest.raises(WrongCredentials):
            sign_in(door(store, limits=limits, address="203.0.113.9"), "zhaoxuefa", "wrong")

    assert sign_in(door(store, limits=limits), "zhaoxuefa", PASSWORD) == seen(person())


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 15), (0.5, 15), (60, 14), (839.5, 2), (840, 1), (899.9, 1)])
def test_refusal_says_how_many_minutes_to_wait_rounded_up(seconds: float, minutes: int) -> None:
    store = having(person(failures=40, failed_at=NOON))

    with pytest.raises(TooManyFailures) as refused:
        sign_in(door(store, now=NOON + timedelta(seconds=seconds)), "zhaoxuefa", PASSWORD)

    assert refused.value.fields == {"minutes": minutes}


def test_waiting_account_counts_no_further_failures() -> None:
    waiting = person(failures=20, failed_at=NOON)
    store = having(waiting)

    with pytest.raises(TooManyFailures):
        sign_in(door(store), "zhaoxuefa", "wrong")

    assert kept(store) == waiting


def test_name_of_nobody_is_refused_and_written_for_like_a_known_one() -> None:
    store, limits = having(person()), Sources()
    told: list[list[str]] = []

    for name in ("zhaoxuefa", "nobody"):
        sentences = []
        for _ in range(7):
            with pytest.raises(SignInRefusal) as refused:
                sign_in(door(store, limits=limits, address=name), name, "wrong")
            sentences.append(str(refused.value))
        told.append(sentences)

    assert told[0] == told[1]
    assert store.probes == 5


def test_switched_off_account_is_told_so_only_with_its_password() -> None:
    store = having(person(switches=(Switch(at=NOON, active=False),)))

    with pytest.raises(WrongCredentials):
        sign_in(door(store), "zhaoxuefa", "wrong")
    with pytest.raises(AccountInactive):
        sign_in(door(store), "zhaoxuefa", PASSWORD)


def test_hash_of_older_parameters_is_renewed_at_sign_in_and_stays_initial() -> None:
    old = PasswordHasher(memory_cost=8_192, time_cost=1, parallelism=1).hash(PASSWORD)
    store = having(replace(person(), credential=Credential(hash=old, initial=True)))

    signed_in = sign_in(door(store), "zhaoxuefa", PASSWORD)

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
        sign_in(door(store), "zhaoxuefa", PASSWORD)

    assert kept(store).credential.initial


def test_change_made_with_the_old_password_does_not_undo_a_reset() -> None:
    store = forestalled_by_a_reset(person())

    with pytest.raises(WrongCredentials):
        change_password(door(store), A1, PASSWORD, new="another2026")

    assert kept(store).credential.initial


def test_failure_does_not_bring_back_an_erased_account() -> None:
    store = having(person())

    def erase_first(_kind: str) -> None:
        store.before_save = lambda _: None
        store.delete(ACCOUNT, "a1", expected=1)

    store.before_save = erase_first

    with pytest.raises(WrongCredentials):
        sign_in(door(store), "zhaoxuefa", "wrong")
    assert account_by_id(store, A1) is None


def test_chosen_password_replaces_the_old_one_and_ends_other_sign_ins() -> None:
    store = having(person(failures=2, failed_at=NOON))

    changed = change_password(door(store), A1, PASSWORD, new="another2026")

    assert changed == change_credential(person(), Credential(hash=changed.credential.hash, initial=False))
    assert is_password(changed.credential.hash, "another2026")
    assert kept(store) == changed


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        (PASSWORD, PASSWORD, SamePassword),
        (PASSWORD, "888888", SamePassword),
        (PASSWORD, "short1", WeakPassword),
        (PASSWORD, "zhaoxuefa1", KnownPassword),
        ("wrong", "another2026", WrongOldPassword),
    ],
)
def test_password_is_not_changed_against_the_rules(old: str, new: str, refusal: type[Refusal]) -> None:
    store = having(person())

    with pytest.raises(refusal):
        change_password(door(store), A1, old, new=new)

    assert kept(store).credential == OWN


def test_wrong_old_passwords_count_as_failures_and_make_wait() -> None:
    store, limits = having(person()), Sources()
    for _ in range(5):
        with pytest.raises(WrongOldPassword):
            change_password(door(store, limits=limits), A1, "wrong", new="another2026")

    with pytest.raises(TooManyFailures):
        change_password(door(store, limits=limits), A1, PASSWORD, new="another2026")


def test_password_of_nobody_cannot_be_changed() -> None:
    with pytest.raises(WrongCredentials):
        change_password(door(having()), A1, PASSWORD, new="another2026")


def test_reset_gives_a_slip_that_opens_once_and_is_recorded() -> None:
    store = having(person(failures=9, failed_at=NOON))

    slip = reset_password(store, A1, by=OFFICE, now=NOON)

    acts = append_act((), "reset-password", by=OFFICE, at=NOON)
    reset = kept(store)
    assert reset == replace(change_credential(person(), reset.credential), acts=acts)
    assert (slip.number, slip.expires) == (person().number, NOON + timedelta(days=3))
    assert sign_in(door(store), "zhaoxuefa", slip.password) == seen(reset)
    with pytest.raises(WrongCredentials):
        sign_in(door(store), "zhaoxuefa", PASSWORD)


def test_slip_past_its_time_is_told_only_to_whoever_has_it() -> None:
    store = having(person())
    slip = reset_password(store, A1, by=OFFICE, now=NOON)
    later = door(store, now=slip.expires)

    with pytest.raises(SlipExpired):
        sign_in(later, "zhaoxuefa", slip.password)
    with pytest.raises(WrongCredentials):
        sign_in(later, "zhaoxuefa", "wrong")


def test_whoever_has_a_slip_chooses_a_password_without_it_and_the_account_is_claimed() -> None:
    store = having(person())
    reset_password(store, A1, by=OFFICE, now=NOON)

    changed = change_password(door(store), A1, "", new="another2026")

    assert (changed.credential.initial, changed.credential.expires) == (False, None)
    assert [(act.action, act.by) for act in changed.acts] == [("reset-password", OFFICE), ("claim", A1)]


COMMON = Credential(hash=hash_password("888888"), initial=True)


def fresh(**changes: Any) -> Account:
    return replace(person(**changes), credential=COMMON)


@pytest.mark.parametrize("tail", ["0001", "０００１", " 0001 "])
def test_published_password_and_last_digits_open_a_learners_account(tail: str) -> None:
    store = having(fresh())

    assert first_sign_in(door(store), "zhaoxuefa", tail) == seen(fresh()) == kept(store)


def test_published_password_alone_opens_nothing() -> None:
    store = having(fresh())

    with pytest.raises(WrongCredentials):
        sign_in(door(store), "zhaoxuefa", "888888")


@pytest.mark.parametrize(
    ("account", "name", "tail"),
    [
        (fresh(), "zhaoxuefa", "0002"),
        (fresh(), "zhaoxuefa", ""),
        (fresh(), "zhaoxuefa", "1"),
        (fresh(), "zhaoxuefa", "19900000001"),
        (fresh(), "nobody", "0001"),
        (replace(fresh(), telephone=""), "900001001a1", ""),
        (replace(fresh(), role=Role.UNIT), "zhaoxuefa", "0001"),
        (replace(fresh(), role=Role.COUNTY), "zhaoxuefa", "0001"),
        (replace(fresh(), credential=replace(COMMON, initial=False)), "zhaoxuefa", "0001"),
        (person(), "zhaoxuefa", "0001"),
    ],
)
def test_first_sign_in_says_the_same_whatever_is_wrong(account: Account, name: str, tail: str) -> None:
    store = having(account)

    with pytest.raises(WrongFirstSignIn):
        first_sign_in(door(store), name, tail)

    assert kept(store).failures == (name != "nobody")


def test_last_digits_cannot_be_tried_one_after_the_other() -> None:
    store, limits = having(fresh()), Sources()
    for number in range(5):
        with pytest.raises(WrongFirstSignIn):
            first_sign_in(door(store, limits=limits), "zhaoxuefa", f"100{number}")

    with pytest.raises(TooManyFailures):
        first_sign_in(door(store, limits=limits), "zhaoxuefa", "0001")


@pytest.mark.parametrize("typed", [" xuefa2026 ", "ｘｕｅｆａ２０２６", "xuefa 2026"])
def test_password_is_right_however_an_input_method_writes_it(typed: str) -> None:
    assert sign_in(door(having(person())), "zhaoxuefa", typed) == seen(person())


def test_password_of_before_in_full_width_still_opens_the_account() -> None:
    old = replace(person(), credential=Credential(hash=hash_password("ａbc12345x"), initial=False))

    assert sign_in(door(having(old)), "zhaoxuefa", "ａbc12345x") == seen(old)


def test_password_of_nobody_cannot_be_reset() -> None:
    with pytest.raises(UnknownLearner):
        reset_password(having(), A1, by=OFFICE, now=NOON)
