"""Transfers: asked for, released, received; who acts too late is told, and nobody is in two units."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from grader.domain.figures import placement_at
from grader.domain.people.account import Account, TransferEnd, UnitId, summarise_account
from grader.domain.people.transfer import TransferNotNow, ask_for, end_transfer, is_overdue, receive, release
from tests.grader_factories import NOON, account

U2, U3 = UnitId("u2"), UnitId("u3")
DAY = timedelta(days=1)


def asked(at: int = 0) -> Account:
    return ask_for(account(order_number=7), U2, by="c2", at=NOON + at * DAY)


def released() -> Account:
    return release(account(order_number=7), U2, by="c1", at=NOON)


def test_person_belongs_to_the_old_unit_until_received() -> None:
    moved = receive(released(), at=NOON + 3 * DAY)

    before = placement_at(summarise_account(moved), NOON + 2 * DAY)
    assert (released().unit, before and before.unit, moved.unit) == ("u1", "u1", "u2")
    assert (moved.tier, moved.order_number, moved.transfer) == ("agency", 0, None)
    assert moved.transfers[-1].end is TransferEnd.RECEIVED


def test_request_is_answered_by_release_and_then_received() -> None:
    answered = release(asked(), U2, by="c1", at=NOON + DAY)

    assert [transfer.released for transfer in (*asked().transfers, *answered.transfers)] == [None, NOON + DAY]
    assert receive(answered, at=NOON + 2 * DAY).unit == U2


@pytest.mark.parametrize("end", [TransferEnd.WITHDRAWN, TransferEnd.REFUSED])
def test_person_stays_when_it_is_withdrawn_or_refused_and_may_be_asked_for_again(end: TransferEnd) -> None:
    stays = end_transfer(released(), end, at=NOON + DAY)

    assert (stays.unit, stays.order_number, stays.transfer) == ("u1", 7, None)
    again = ask_for(stays, U3, by="c3", at=NOON + 2 * DAY)
    assert [(one.to, one.end) for one in again.transfers] == [("u2", end), ("u3", None)]


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (lambda: receive(asked(), at=NOON), "赵学法的原单位还没有办理调出。"),
        (lambda: receive(account(), at=NOON), "赵学法没有正在办理的调动，可能已由他人办完或撤回。"),
        (lambda: end_transfer(account(), TransferEnd.REFUSED, at=NOON), "赵学法没有正在办理的调动"),
        (lambda: ask_for(asked(), U3, by="c3", at=NOON), "赵学法的另一次调动还没有办完。"),
        (lambda: release(asked(), U3, by="c1", at=NOON), "赵学法的另一次调动还没有办完。"),
        (lambda: release(released(), U2, by="c1", at=NOON), "赵学法的另一次调动还没有办完。"),
        (lambda: ask_for(account(), UnitId("u1"), by="c1", at=NOON), "赵学法已经在这个单位。"),
    ],
)
def test_what_does_not_fit_is_refused(act: Callable[[], Account], why: str) -> None:
    with pytest.raises(TransferNotNow, match=why):
        act()


def test_county_looks_at_what_is_older_than_seven_days_since_the_last_step() -> None:
    waiting = asked().transfer
    answered = release(asked(), U2, by="c1", at=NOON + 6 * DAY).transfer
    assert waiting is not None
    assert answered is not None

    assert [is_overdue(waiting, NOON + age * DAY) for age in (7, 8)] == [False, True]
    assert [is_overdue(answered, NOON + age * DAY) for age in (8, 13, 14)] == [False, False, True]


def test_summary_shows_only_what_is_under_way() -> None:
    assert summarise_account(released()).transfer == released().transfer
    assert summarise_account(receive(released(), at=NOON)).transfer is None
