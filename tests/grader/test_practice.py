from __future__ import annotations

from datetime import date

import pytest

from grader.domain.errors import BadResponse, UnknownItem
from grader.domain.learning.notebook import Notebook, Practised
from grader.domain.people.account import AccountId
from grader.practice import notebook_of, practise
from grader.store.kinds import DOSSIER
from quizgen.model import ItemId, ItemType, Letter
from tests.grader_factories import NOON, account, year
from tests.quizgen_factories import item

SINGLE, MULTIPLE = ItemId("xianfa-01-001"), ItemId("xianfa-01-002")
BANK = (item(SINGLE), item(MULTIPLE, type=ItemType.MULTIPLE))


@pytest.mark.parametrize(
    ("id", "letters", "right"),
    [
        (SINGLE, "B", True),
        (SINGLE, "A", False),
        (MULTIPLE, "AB", True),
        (MULTIPLE, "A", False),
        (MULTIPLE, "ABCD", False),
    ],
)
def test_try_is_right_for_exactly_the_key_and_kept_in_the_notebook(id: ItemId, letters: str, right: bool) -> None:
    store, courses = year(practice=BANK)

    found = practise(store, courses.current(NOON), account(), item=id, response=set(map(Letter, letters)), now=NOON)

    day = date(2026, 10, 9) if right else None
    kept = Practised(tries=1, right_days=int(right), ever_wrong=not right, last=NOON, last_right=day)
    assert found is right
    assert notebook_of(store, account()) == Notebook(account=AccountId("a1"), items={id: kept})


@pytest.mark.parametrize(("id", "letters"), [(SINGLE, ""), (SINGLE, "E"), (SINGLE, "AB"), (MULTIPLE, "AE")])
def test_response_that_the_item_does_not_allow_is_not_kept(id: ItemId, letters: str) -> None:
    store, courses = year(practice=BANK)

    with pytest.raises(BadResponse):
        practise(store, courses.current(NOON), account(), item=id, response=set(map(Letter, letters)), now=NOON)

    assert notebook_of(store, account()) == Notebook(account=AccountId("a1"))


@pytest.mark.parametrize("id", ["xianfa-01-101", "xianfa-01-999"])
def test_exam_items_and_unknown_ones_cannot_be_practised(id: str) -> None:
    store, courses = year(practice=BANK)

    with pytest.raises(UnknownItem, match=id):
        practise(store, courses.current(NOON), account(), item=ItemId(id), response={Letter("B")}, now=NOON)


def test_practice_never_touches_the_dossier() -> None:
    store, courses = year()

    practise(store, courses.current(NOON), account(), item=SINGLE, response={Letter("B")}, now=NOON)

    assert store.list(DOSSIER) == []
