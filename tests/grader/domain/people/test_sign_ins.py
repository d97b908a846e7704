from __future__ import annotations

from datetime import timedelta

from grader.domain.people.sign_ins import SignIn, latest_other, with_sign_in
from tests.grader_factories import NOON

HOUR = timedelta(hours=1)


def test_only_the_newest_sign_ins_are_kept() -> None:
    known: tuple[SignIn, ...] = ()
    for number in range(4):
        known = with_sign_in(known, NOON + number * HOUR, f"d{number}")

    assert [one.device for one in known] == ["d2", "d3"]


def test_latest_other_sign_in_is_told_whichever_looks() -> None:
    known = with_sign_in(with_sign_in((), NOON, "own"), NOON + HOUR, "stranger")

    began = [int(one.at.timestamp()) for one in known]

    assert [latest_other(known, began=at) for at in (*began, 0)] == [known[1], known[0], known[1]]
    assert latest_other(known[:1], began=began[0]) is None
