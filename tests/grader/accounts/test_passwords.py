from __future__ import annotations

import os
import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import pytest
from argon2 import PasswordHasher

from grader.accounts import passwords
from grader.accounts.passwords import AT_ONCE, WAITING, PasswordsBusy, hash_password, is_password, needs_rehash


def test_password_belongs_to_its_own_hash_only() -> None:
    hash = hash_password("xuefa2026")

    assert [is_password(hash, tried) for tried in ("xuefa2026", "xuefa2027", "")] == [True, False, False]


def test_same_password_has_another_hash_each_time() -> None:
    assert hash_password("xuefa2026") != hash_password("xuefa2026")


def test_hash_is_argon2id_as_owasp_asks() -> None:
    assert hash_password("xuefa2026").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("hash", [None, ""])
@pytest.mark.parametrize("password", ["", "xuefa2026", "nobody has this password"])
def test_nothing_opens_an_account_without_a_hash(hash: str | None, password: str) -> None:
    assert not is_password(hash, password)


@pytest.mark.parametrize("hash", ["plain", "$argon2id$v=19$m=19456,t=2,p=1$broken", "$2b$12$abcdefghijklmnopqrstuv"])
def test_damaged_hash_opens_nothing(hash: str) -> None:
    assert not is_password(hash, "xuefa2026")


def test_hash_of_other_parameters_is_to_be_renewed() -> None:
    weak = PasswordHasher(memory_cost=8_192, time_cost=1, parallelism=1).hash("xuefa2026")

    assert (is_password(weak, "xuefa2026"), needs_rehash(weak), needs_rehash(hash_password("x"))) == (True, True, False)


class SlowHasher:
    """A hasher that is ready when the test says so."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.at_once = self.most_at_once = 0
        self.threads: set[int] = set()

    def verify(self, _hash: str, _password: str) -> bool:
        self.threads.add(threading.get_ident())
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        went_on = self.go_on.wait(10)
        self.at_once -= 1
        return went_on


def test_caller_beyond_a_short_queue_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = SlowHasher()
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    with ThreadPoolExecutor(AT_ONCE + WAITING + 1) as pool:
        calls = [pool.submit(is_password, "hash", "xuefa2026") for _ in range(AT_ONCE + WAITING + 1)]
        refused, queued = wait(calls, timeout=10, return_when=FIRST_COMPLETED)
        hasher.go_on.set()

    assert [type(call.exception()) for call in refused] == [PasswordsBusy]
    assert [call.result() for call in queued] == [True] * (AT_ONCE + WAITING)
    assert hasher.most_at_once <= AT_ONCE
    assert len(hasher.threads) <= AT_ONCE  # each thread's memory is another 19 MiB


def test_places_are_given_back_whatever_comes_of_the_password() -> None:
    tried = [is_password("damaged", "xuefa2026") for _ in range(AT_ONCE + WAITING + 1)]

    assert not any(tried)


def test_a_core_is_left_to_everything_else() -> None:
    assert 1 <= AT_ONCE <= max(passwords._cores() - 1, 1)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system lets nobody choose cores")
def test_hashing_keeps_all_cores_whoever_asked_first(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = os.sched_getaffinity(0)
    with ThreadPoolExecutor(AT_ONCE, initializer=passwords._leave_the_askers_core) as hashing:
        monkeypatch.setattr(passwords, "_HASHING", hashing)

        def ask() -> None:
            os.sched_setaffinity(0, {min(allowed)})  # of this thread
            hash_password("xuefa2026")

        asking = threading.Thread(target=ask)
        asking.start()
        asking.join()
        found = hashing.submit(os.sched_getaffinity, 0).result()

    assert found == allowed
