from __future__ import annotations

import sys

import pytest

from grader.operation.letting_in import SOONER_SECONDS, letting_in


def test_others_are_let_in_sooner_until_the_last_has_computed() -> None:
    usual, met = sys.getswitchinterval(), []

    with letting_in():
        with letting_in():
            met.append(sys.getswitchinterval())
        met.append(sys.getswitchinterval())

    assert met == [pytest.approx(SOONER_SECONDS)] * 2
    assert sys.getswitchinterval() == usual > SOONER_SECONDS


def test_usual_turns_come_back_after_a_fault() -> None:
    usual = sys.getswitchinterval()

    with pytest.raises(ZeroDivisionError), letting_in():
        raise ZeroDivisionError

    assert sys.getswitchinterval() == usual
