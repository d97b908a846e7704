"""Drafts: kept until they end, a few an account."""

from __future__ import annotations

from datetime import timedelta

from grader.administration.drafts import MOST, draft_text, forget_draft, forget_ended, keep_draft
from grader.domain.draft import Draft
from grader.store.kinds import DRAFT
from grader.store.memory import MemoryStore
from tests.grader_factories import NOON

HOUR = timedelta(hours=1)


def draft(text: str, *, by: str = "clerk", hours: int = 1) -> Draft:
    return Draft(by=by, text=text, ends=NOON + hours * HOUR)


def test_draft_is_there_until_it_ends() -> None:
    store = MemoryStore()
    keep_draft(store, "d1", draft("sealed"))

    assert [draft_text(store, "d1", now=NOON + after) for after in (timedelta(), HOUR)] == ["sealed", ""]
    assert draft_text(store, "d2", now=NOON) == ""


def test_draft_that_is_of_no_more_use_is_gone_and_may_be_gone_before() -> None:
    store = MemoryStore()
    keep_draft(store, "d1", draft("sealed"))

    for _ in range(2):
        forget_draft(store, "d1")

    assert store.list(DRAFT) == []


def test_ended_drafts_are_forgotten() -> None:
    store = MemoryStore()
    for number in (1, 2, 3):
        keep_draft(store, f"d{number}", draft("sealed", hours=number))

    forgotten = forget_ended(store, now=NOON + 2 * HOUR)

    assert (forgotten, [row.id for row in store.list(DRAFT)]) == (2, ["d3"])


def test_oldest_drafts_of_an_account_make_room() -> None:
    store = MemoryStore()
    keep_draft(store, "other", draft("sealed", by="other"))

    for number in range(MOST + 2):
        keep_draft(store, f"d{number:02}", draft("sealed", hours=number + 1))

    assert [row.id for row in store.list(DRAFT)] == [*(f"d{number:02}" for number in range(2, MOST + 2)), "other"]
