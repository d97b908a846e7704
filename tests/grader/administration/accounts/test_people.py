from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from grader.administration.accounts.people import Condition, Wanted, happenings, people
from grader.domain.audit.acts import append_act
from grader.domain.people.account import Account, Credential, Placement, Role, Switch, UnitId
from grader.domain.people.unit import UnitSummary, summarise_unit
from grader.store.kinds import ACCOUNT
from grader.store.memory import MemoryStore
from tests.grader_factories import AGENCY, HASH, NOON, account, unit

UNITS: dict[UnitId, UnitSummary] = {UnitId(id): summarise_unit(unit(id)) for id in ("u2", "u1")}
"""In this order."""
INITIAL = Credential(hash=HASH, initial=True)


def at(id: str, place: str, **changes: Any) -> Account:
    return account(id, placements=(Placement(at=NOON, unit=UnitId(place), tier=AGENCY),), **changes)


def having(*accounts: Account) -> MemoryStore:
    store = MemoryStore()
    for one in accounts:
        store.save(ACCOUNT, one.id, one, expected=0)
    return store


def ids(store: MemoryStore, wanted: Wanted, page: int = 1) -> list[str]:
    return [row.id for row in people(store, UNITS, wanted, now=NOON, page=page).rows]


def test_people_come_unit_by_unit_in_order_and_others_not_at_all() -> None:
    store = having(
        at("a", "u1"), at("b", "u1", order_number=2), at("c", "u1", order_number=1), at("d", "u2"), at("e", "u9")
    )

    assert ids(store, Wanted()) == ["d", "c", "b", "a"]


CONDITIONS = (
    at("active", "u1"),
    at("unclaimed", "u1", credential=INITIAL, created=NOON - timedelta(days=40)),
    at("locked", "u1", failures=5, failed_at=NOON - timedelta(seconds=30)),
    at("calm", "u1", failures=5, failed_at=NOON - timedelta(minutes=2)),
    at("inactive", "u1", credential=INITIAL, switches=(Switch(at=NOON, active=False),)),
    at("head", "u1", role=Role.UNIT),
)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(condition=Condition.ACTIVE), ["active", "calm", "head"]),
        (Wanted(condition=Condition.UNCLAIMED), ["unclaimed"]),
        (Wanted(condition=Condition.LOCKED), ["locked"]),
        (Wanted(condition=Condition.INACTIVE), ["inactive"]),
        (Wanted(role=Role.UNIT), ["head"]),
    ],
)
def test_people_are_filtered_by_how_the_account_stands(wanted: Wanted, found: list[str]) -> None:
    assert ids(having(*CONDITIONS), wanted) == found


def test_unclaimed_account_is_listed_with_how_long() -> None:
    [row] = people(having(*CONDITIONS), UNITS, Wanted(condition=Condition.UNCLAIMED), now=NOON, page=1).rows

    assert (row.days, row.condition.label, row.unit) == (40, "未启用", "示例单位u1")


@pytest.mark.parametrize("text", ["守法", "孙 守", "900001001X", "ｘ7", "0042", "19900000042"])
def test_people_are_found_by_name_number_and_the_end_of_the_telephone(text: str) -> None:
    store = having(at("x7", "u1", name="孙守法", telephone="19900000042"), at("y8", "u1", name="李用法"))

    assert ids(store, Wanted(text=text)) == ["x7"]


def test_list_is_cut_into_pages_across_units() -> None:
    store = having(*(at(f"a{number:02d}", "u1" if number % 2 else "u2") for number in range(70)))

    pages = [ids(store, Wanted(), page) for page in (1, 2, 3, 4, 0)]

    assert [len(page) for page in pages] == [30, 30, 10, 10, 30]
    assert pages[0] + pages[1] + pages[2] == [f"a{n:02d}" for n in (*range(0, 70, 2), *range(1, 70, 2))]
    assert (pages[3], pages[4]) == (pages[2], pages[0])


def test_happenings_tell_the_last_of_each_account_the_latest_first() -> None:
    day = timedelta(days=1)
    early = append_act((), "reset-password", by="office", at=NOON - day)
    late = append_act(early, "claim", by="b", at=NOON)
    store = having(at("a", "u1", acts=early), at("b", "u1", acts=late), at("c", "u1"), at("d", "u9", acts=late))

    shown = happenings(store, UNITS, now=NOON, page=1)

    assert [(row.id, row.person.latest and row.person.latest.action) for row in shown.rows] == [
        ("b", "claim"),
        ("a", "reset-password"),
    ]
    assert shown.found == 2


def test_empty_county_has_one_empty_page() -> None:
    shown = people(having(), UNITS, Wanted(), now=NOON, page=3)

    assert (shown.rows, shown.number, shown.pages) == ([], 1, 1)
    assert replace(shown, rows=()).found == 0
