from __future__ import annotations

import pytest

from grader.accounts.password_rule import check_password, is_common, password_form
from grader.domain.errors import CommonPassword, KnownPassword, SamePassword, WeakPassword
from tests.grader_factories import account


@pytest.mark.parametrize("typed", ["shanhe2027x", "ｓｈａｎｈｅ２０２７x", " shanhe 2027x\u3000"])
def test_password_is_the_same_however_an_input_method_writes_it(typed: str) -> None:
    assert password_form(typed) == "shanhe2027x"


@pytest.mark.parametrize("password", ["shanhe2027x", "x7kq2mzp", "学法kq7m2w", "!Aa1" + "kqz" * 20, "Jian7gua-lvse"])
def test_password_with_letters_and_digits_is_accepted(password: str) -> None:
    check_password(password, account())


@pytest.mark.parametrize("password", ["", "shan27x", "shanheshanhe", "20262026", "shanhe2027x\n", "kq1" * 22])
def test_password_is_refused_for_its_form(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_password(password, account())


@pytest.mark.parametrize("password", ["19900000001x", "xZhaoXueFa1", "900001001A1", "my90000100108"])
def test_password_that_holds_a_login_name_or_the_unit_code_is_refused(password: str) -> None:
    person = account(number="9000010010001", telephone="19900000001", pinyin="zhaoxuefa", qq="900001001a1")

    with pytest.raises(KnownPassword):
        check_password(password, person)


def test_password_may_hold_a_login_name_too_short_to_avoid() -> None:
    check_password("shanhe2027a1", account(number="a1"))


def test_initial_password_cannot_be_chosen() -> None:
    with pytest.raises(SamePassword):
        check_password("888888", account())


COMMON = [
    "qwer1234",
    "1qaz2wsx",
    "1q2w3e4r",
    "q1w2e3r4",
    "asdf1234",
    "abcd1234",
    "abc12345",
    "a1234567",
    "1234567a",
    "aaaa1111",
    "a1a1a1a1",
    "Aa123456",
    "password1",
    "Passw0rd1",
    "admin888",
    "woaini1314",
    "5201314a",
    "xuefa2026",
    "pufa2026",
    "zw19800101",
    "Zhang19800101",
    "li790203x",
    "abc123abc123",
    "1qaz@WSX",
]


@pytest.mark.parametrize("password", COMMON)
def test_password_that_everybody_tries_first_is_refused(password: str) -> None:
    with pytest.raises(CommonPassword):
        check_password(password, account(number="x1"))


@pytest.mark.parametrize("password", ["zhuozi7deng", "lvdou45mianbao", "k19x80q01z", "shan19801332he"])
def test_password_with_much_of_its_own_is_not_common(password: str) -> None:
    assert not is_common(password)
