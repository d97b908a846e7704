"""Load, change, save: the one loop that every use case goes through."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from grader.store.base import Conflict, Kind, S, Store, T

R = TypeVar("R")
TRIES = 20
"""Twenty lost races in a row mean that something is wrong; the caller then sees the Conflict."""


def update(store: Store, kind: Kind[T, S], id: str, change: Callable[[T | None], T]) -> T:
    """Apply `change` to the document (None where there is none) and save it; again from the start after a Conflict.

    `change` may run several times and must be pure. When it gives back the very object it got, nothing is saved.
    """

    def change_only(before: T | None) -> tuple[T, None]:
        return change(before), None

    return update_with(store, kind, id, change_only)[0]


def update_with(store: Store, kind: Kind[T, S], id: str, change: Callable[[T | None], tuple[T, R]]) -> tuple[T, R]:
    """As `update`, for a change that also says something about what it did."""
    if done := _on_recent(store, kind, id, change):
        return done
    for tries_left in reversed(range(TRIES)):
        stored = store.load(kind, id)
        before = stored.value if stored else None
        after, result = change(before)
        if after is before:
            return after, result
        try:
            store.save(kind, id, after, expected=stored.version if stored else 0)
        except Conflict:
            if not tries_left:
                raise
        else:
            return after, result
    raise AssertionError


def _on_recent(
    store: Store, kind: Kind[T, S], id: str, change: Callable[[T | None], tuple[T, R]]
) -> tuple[T, R] | None:
    """The change made on the document as it was last seen, which saves asking for it; None unless that was saved.

    A refusal, or that there is nothing to change, counts only on what is there now.
    """
    recent = store.recent(kind, id)
    if recent is None:
        return None
    try:
        after, result = change(recent.value)
    except Exception:  # it is raised again where it still holds
        return None
    if after is recent.value:
        return None
    try:
        store.save(kind, id, after, expected=recent.version)
    except Conflict:
        return None
    return after, result
