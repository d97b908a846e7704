"""Drafts: what pages put aside for their next step, kept by the store until they end. Use cases over the store."""

from __future__ import annotations

from datetime import datetime

from grader.domain.draft import Draft
from grader.store.base import Conflict, Store
from grader.store.kinds import DRAFT

MOST = 10
"""Drafts of one account; of more the oldest go."""


def keep_draft(store: Store, id: str, draft: Draft) -> None:
    """Keep the draft under an id never used before; the account's oldest make room."""
    store.save(DRAFT, id, draft, expected=0)
    rows = sorted(store.list(DRAFT, by=draft.by), key=lambda row: row.summary.ends, reverse=True)
    for row in rows[MOST:]:
        _delete(store, row.id, row.version)


def draft_text(store: Store, id: str, *, now: datetime) -> str:
    """The text; "" where there is none or it has ended."""
    stored = store.load(DRAFT, id)
    return stored.value.text if stored and stored.value.ends > now else ""


def forget_draft(store: Store, id: str) -> None:
    """It is of no more use."""
    if stored := store.load(DRAFT, id):
        _delete(store, id, stored.version)


def forget_ended(store: Store, *, now: datetime) -> int:
    """Forget those that have ended; gives how many."""
    ended = [row for row in store.list(DRAFT) if row.summary.ends <= now]
    for row in ended:
        _delete(store, row.id, row.version)
    return len(ended)


def _delete(store: Store, id: str, version: int) -> None:
    try:
        store.delete(DRAFT, id, expected=version)
    except Conflict:  # another process was quicker
        return
