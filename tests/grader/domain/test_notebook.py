from __future__ import annotations

from datetime import timedelta

import pytest

from grader.domain.account import AccountId
from grader.domain.notebook import Notebook, NotebookSummary, Practised, record_practice, summarise_notebook
from quizgen.model import ItemId
from tests.grader_factories import NOON

ITEM, OTHER = ItemId("xianfa-01-001"), ItemId("xianfa-01-002")


def practised(tries: str, item: ItemId = ITEM) -> Notebook:
    """A notebook after tries such as "rwr": right, wrong, right."""
    notebook = Notebook(account=AccountId("a1"))
    for minute, letter in enumerate(tries):
        notebook = record_practice(notebook, item, right=letter == "r", now=NOON + timedelta(minutes=minute))
    return notebook


def test_try_is_counted_with_its_time() -> None:
    assert practised("rwr").items == {
        ITEM: Practised(tries=3, right_in_row=1, ever_wrong=True, last=NOON + timedelta(minutes=2))
    }


@pytest.mark.parametrize(
    ("tries", "is_listed"),
    [("", False), ("r", False), ("w", True), ("wr", True), ("wrr", False), ("wrwr", True), ("wrrw", True)],
)
def test_wrong_item_is_listed_until_it_was_right_twice_in_a_row(tries: str, is_listed: bool) -> None:
    assert practised(tries).wrong == ((ITEM,) if is_listed else ())


def test_wrong_items_are_in_the_order_of_their_ids() -> None:
    notebook = record_practice(practised("w", OTHER), ITEM, right=False, now=NOON)

    assert notebook.wrong == (ITEM, OTHER)


def test_summary_counts_items_not_tries() -> None:
    notebook = record_practice(practised("wwr"), OTHER, right=True, now=NOON)

    assert summarise_notebook(notebook) == NotebookSummary(practised=2, wrong=1)
