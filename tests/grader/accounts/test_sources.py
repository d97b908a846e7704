from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from grader.accounts import sources as limits
from grader.accounts.sources import FREE_FAILURES, GIVEN_BACK, Sources
from grader.domain.account import AccountId
from grader.domain.errors import TooManyFromHere
from tests.grader_factories import NOON

OFFICE, ELSEWHERE = "198.51.100.7", "203.0.113.9"


def seconds_to_wait(sources: Sources, address: str = OFFICE, now: datetime = NOON) -> int:
    """0 where a password may be tried."""
    try:
        sources.check(address, now)
    except TooManyFromHere as refusal:
        return int(str(refusal.fields["seconds"]))
    return 0


def failing(sources: Sources, times: int, address: str = OFFICE, now: datetime = NOON) -> None:
    for _ in range(times):
        sources.failed(address, now)


def test_list_of_names_is_stopped_and_its_neighbours_are_not() -> None:
    sources = Sources()

    failing(sources, FREE_FAILURES - 1)
    assert seconds_to_wait(sources) == 0
    failing(sources, 1)

    assert (seconds_to_wait(sources), seconds_to_wait(sources, ELSEWHERE)) == (10, 0)


def test_one_more_is_free_every_ten_seconds_and_never_more_than_at_first() -> None:
    sources = Sources()
    failing(sources, FREE_FAILURES)

    waits = [seconds_to_wait(sources, now=NOON + timedelta(seconds=passed)) for passed in (0, 4, 9, 10)]
    tomorrow = NOON + timedelta(days=1)
    failing(sources, FREE_FAILURES, now=tomorrow)

    assert waits == [10, 6, 1, 0]
    assert seconds_to_wait(sources, now=tomorrow) == 10


def test_county_behind_one_address_gets_in_though_one_in_three_mistypes() -> None:
    sources = Sources()

    for number in range(900):
        assert seconds_to_wait(sources) == 0
        if number % 3 == 0:
            sources.failed(OFFICE, NOON)
        sources.succeeded(OFFICE, AccountId(str(number)), NOON)


def test_account_gives_back_once_however_often_it_signs_in() -> None:
    sources = Sources()
    failing(sources, FREE_FAILURES)

    for _ in range(100):
        sources.succeeded(OFFICE, AccountId("own"), NOON)
    failing(sources, GIVEN_BACK)

    assert seconds_to_wait(sources) == 10


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:198.51.100.7", "198.51.100.7", True),
        ("198.51.100.7", "198.51.100.8", False),
        ("", "unknown", False),
    ],
)
def test_source_is_an_address_or_the_network_of_one_connection(one: str, other: str, is_same: bool) -> None:
    sources = Sources()

    failing(sources, FREE_FAILURES, one)

    assert (seconds_to_wait(sources, other) > 0) == is_same


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "::1"])
def test_proxy_that_nobody_told_of_stops_nobody(address: str) -> None:
    sources = Sources()

    failing(sources, FREE_FAILURES * 2, address)

    assert seconds_to_wait(sources, address) == 0


def test_sources_kept_are_bounded_and_the_latest_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_SOURCES", 3)
    sources = Sources()
    for number in range(4):
        failing(sources, FREE_FAILURES, f"198.51.100.{number}")

    assert [seconds_to_wait(sources, f"198.51.100.{number}") for number in (3, 2, 1)] == [10, 10, 10]
    assert seconds_to_wait(sources, "198.51.100.0") == 0


def test_clock_set_back_gives_nothing_away() -> None:
    sources = Sources()
    failing(sources, FREE_FAILURES)

    assert seconds_to_wait(sources, now=NOON - timedelta(hours=1)) == 10
