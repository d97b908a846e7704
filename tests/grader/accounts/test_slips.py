from __future__ import annotations

import re
from datetime import timedelta

import pytest

from grader.accounts.passwords import is_password
from grader.accounts.slips import BITS, FIRST, Slip, issue_slip, slip_of
from grader.domain.people.account import Credential
from tests.grader_factories import HASH, NOON, account


def test_slips_are_drawn_from_enough_by_chance_and_cannot_be_misread() -> None:
    drawn = {issue_slip(now=NOON)[0] for _ in range(200)}

    assert len(drawn) == 200
    assert BITS > 59
    assert all(re.fullmatch("[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){2}", slip) for slip in drawn)


def test_slip_opens_its_credential_however_it_is_typed() -> None:
    slip, credential = issue_slip(now=NOON)

    typed = [
        slip,
        slip.replace("-", ""),
        slip.upper(),
        f" {slip.replace('-', ' ')}",
        slip[:-1],
        "",
        issue_slip(now=NOON)[0],
    ]
    assert [is_password(credential.hash, text) for text in typed] == [True] * 4 + [False] * 3


def test_credential_tells_nothing_of_the_slip_and_expires() -> None:
    slip, credential = issue_slip(now=NOON)

    assert (credential.initial, credential.expires) == (True, NOON + FIRST)
    assert credential.hash.startswith("$slip-sha256$")
    assert slip not in credential.hash
    assert slip.replace("-", "") not in credential.hash


def test_slip_says_whose_it_is_and_until_when() -> None:
    slip, credential = issue_slip(now=NOON, valid=timedelta(days=3))
    person = account(credential=credential)

    assert slip_of(person, slip) == Slip(
        name="赵学法", number="900001001a1", password=slip, expires=NOON + timedelta(days=3)
    )


def test_account_without_a_slip_has_none_to_hand_out() -> None:
    with pytest.raises(ValueError, match="has no slip"):
        slip_of(account(credential=Credential(hash=HASH, initial=True)), "x")
