from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from grader.accounts import sources as limits
from grader.accounts.sources import DEAR, FREE_FAILURES, GIVEN_BACK, Origin, Sources
from grader.domain.errors import TooManyFailures, TooManyFromHere
from grader.domain.people.account import FREE_ANYWHERE, Account, AccountId
from grader.domain.people.account import FREE_FAILURES as FREE_HERE
from tests.grader_factories import NOON, account

OFFICE, ELSEWHERE = "198.51.100.7", "203.0.113.9"
NOBODY = "nobody"


def seconds_to_wait(sources: Sources, address: str = OFFICE, now: datetime = NOON) -> int:
    """0 where a password may be tried."""
    try:
        sources.check(Origin(address=address), NOBODY, None, now)
    except TooManyFromHere as refusal:
        return int(str(refusal.fields["seconds"]))
    return 0


def failing(sources: Sources, times: int, address: str = OFFICE, now: datetime = NOON) -> None:
    for number in range(times):
        sources.failed(Origin(address=address), f"{NOBODY}{number}", None, now)


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
            sources.failed(Origin(address=OFFICE), "", account(str(number)), NOON)
        sources.succeeded(Origin(address=OFFICE), account(str(number)), NOON)


def test_account_gives_back_once_however_often_it_signs_in() -> None:
    sources = Sources()
    failing(sources, FREE_FAILURES)

    for _ in range(100):
        sources.succeeded(Origin(address=OFFICE), account("own"), NOON)
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


def minutes_to_wait(
    sources: Sources, person: Account | None, origin: Origin, name: str = NOBODY, now: datetime = NOON
) -> int:
    """0 where a password may be tried."""
    try:
        sources.check(origin, name, person, now)
    except TooManyFailures as refusal:
        return int(str(refusal.fields["minutes"]))
    return 0


def at(number: int) -> Origin:
    return Origin(address=f"203.0.113.{number}")


def attacked(sources: Sources, person: Account, times: int, origins: list[Origin]) -> Account:
    """The account after so many wrong passwords, from these places in turn."""
    for number in range(times):
        sources.failed(origins[number % len(origins)], "", person, NOON)
        person = replace(person, failures=person.failures + 1, failed_at=NOON)
    return person


def test_stranger_who_guesses_makes_nobody_else_wait() -> None:
    sources = Sources()

    person = attacked(sources, account(), FREE_HERE, [at(1)])

    assert [minutes_to_wait(sources, person, origin) for origin in (at(1), at(2))] == [1, 0]


def test_strangers_in_many_places_are_stopped_and_known_devices_and_places_are_not() -> None:
    sources, device = Sources(), Origin(address="203.0.113.1", device="d1", known=frozenset({AccountId("a1")}))
    sources.succeeded(at(9), account(), NOON)

    person = attacked(sources, account(), FREE_ANYWHERE, [at(number) for number in range(1, 6)])

    assert [minutes_to_wait(sources, person, origin) for origin in (at(1), at(8), at(9), device)] == [1, 1, 0, 0]


def test_device_that_knows_another_account_is_a_stranger() -> None:
    sources, other = Sources(), Origin(address="203.0.113.1", device="d1", known=frozenset({AccountId("a2")}))

    person = attacked(sources, account(), FREE_HERE, [other])

    assert [minutes_to_wait(sources, person, origin) for origin in (other, at(1))] == [1, 1]


def test_guesses_on_a_known_device_make_it_wait_and_not_its_office() -> None:
    sources, device = Sources(), Origin(address=OFFICE, device="d1", known=frozenset({AccountId("a1")}))

    person = attacked(sources, account(), FREE_HERE, [device])
    failing(sources, FREE_FAILURES - 1)

    assert [minutes_to_wait(sources, person, origin) for origin in (device, Origin(address=OFFICE))] == [1, 0]
    assert seconds_to_wait(sources) == 0


def test_known_device_gets_in_from_an_office_that_is_stopped() -> None:
    sources, device = Sources(), Origin(address=OFFICE, device="d1", known=frozenset({AccountId("a1")}))
    failing(sources, FREE_FAILURES)

    sources.check(device, "", account(), NOON)

    assert seconds_to_wait(sources) == 10


def test_name_of_nobody_waits_exactly_like_that_of_an_account() -> None:
    sources, person, waits = Sources(), account(), []

    for number in range(FREE_ANYWHERE + 2):
        origin = at(number % 5)
        waits.append((minutes_to_wait(sources, person, origin), minutes_to_wait(sources, None, origin)))
        sources.failed(origin, NOBODY, None, NOON)
        person = attacked(sources, person, 1, [origin])

    assert all(known == unknown for known, unknown in waits)
    assert {known for known, _ in waits} == {0, 1, 2}


def test_account_that_was_unlocked_waits_nowhere_and_counts_from_the_start() -> None:
    sources = Sources()
    attacked(sources, account(), FREE_HERE, [at(1)])

    unlocked = account()
    again = attacked(sources, unlocked, FREE_HERE - 1, [at(1)])

    assert [minutes_to_wait(sources, person, at(1)) for person in (unlocked, again)] == [0, 0]
    assert minutes_to_wait(sources, attacked(sources, again, 1, [at(1)]), at(1)) == 1


def test_guess_at_last_digits_is_dear() -> None:
    sources = Sources()

    for number in range(FREE_FAILURES // DEAR):
        sources.failed(Origin(address=OFFICE), f"{NOBODY}{number}", None, NOON, cost=DEAR)

    assert seconds_to_wait(sources) == 10


def test_places_kept_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_PLACES", 4)
    sources = Sources()

    failing(sources, 50)

    assert len(sources._places) == 4
