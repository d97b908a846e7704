from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from grader.passwords import hash_password, is_password, needs_rehash


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
