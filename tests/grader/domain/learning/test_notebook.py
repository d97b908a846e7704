from __future__ import annotations

from datetime import date, timedelta

import pytest

from grader.domain.learning.notebook import (
    MOST_FAVOURITES,
    Notebook,
    NotebookSummary,
    Practised,
    favour,
    record_practice,
    summarise_notebook,
)
from grader.domain.people.account import AccountId
from quizgen.model import ItemId
from tests.grader_factories import NOON

ITEM, OTHER = ItemId("xianfa-01-001"), ItemId("xianfa-01-002")
DAY = date(2026, 10, 9)


def practised(tries: str, item: ItemId = ITEM) -> Notebook:
    """A notebook after tries such as "rw|r": right and wrong on one day, right on the next."""
    notebook, day = Notebook(account=AccountId("a1")), 0
    for minute, letter in enumerate(tries):
        if letter == "|":
            day += 1
        else:
            now = NOON + timedelta(minutes=minute)
            notebook = record_practice(notebook, item, right=letter == "r", now=now, day=DAY + timedelta(days=day))
    return notebook


def test_try_is_counted_with_its_time_and_day() -> None:
    assert practised("rwr").items == {
        ITEM: Practised(tries=3, right_days=1, ever_wrong=True, last=NOON + timedelta(minutes=2), last_right=DAY)
    }


@pytest.mark.parametrize(
    ("tries", "is_listed"),
    [
        ("", False),
        ("r", False),
        ("r|r", False),
        ("w", True),
        ("wr", True),
        ("wrr", True),
        ("wr|r", False),
        ("wr|rw", True),
        ("wr|w|r", True),
        ("wr|w|r|r", False),
        ("wr|r|w", True),
    ],
)
def test_wrong_item_is_listed_until_it_was_right_on_two_different_days(tries: str, is_listed: bool) -> None:
    assert practised(tries).wrong == ((ITEM,) if is_listed else ())


def test_wrong_items_are_in_the_order_of_their_ids() -> None:
    notebook = record_practice(practised("w", OTHER), ITEM, right=False, now=NOON, day=DAY)

    assert notebook.wrong == (ITEM, OTHER)


def test_summary_counts_items_not_tries() -> None:
    notebook = record_practice(practised("wwr"), OTHER, right=True, now=NOON, day=DAY)

    assert summarise_notebook(notebook) == NotebookSummary(practised=2, wrong=1)


def test_favourites_are_put_and_taken_away_and_bounded() -> None:
    empty = Notebook(account=AccountId("a1"))
    one = favour(empty, ITEM, wanted=True)
    full = Notebook(account=AccountId("a1"), favourites=frozenset(ItemId(f"x-{n}") for n in range(MOST_FAVOURITES)))

    assert one.favourites == {ITEM}
    assert favour(one, ITEM, wanted=True) is one
    assert favour(one, ITEM, wanted=False).favourites == frozenset()
    assert favour(empty, ITEM, wanted=False) is empty
    assert favour(full, ITEM, wanted=True) is full
