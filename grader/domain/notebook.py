"""One learner's practice: what was answered, what went wrong, what was marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from grader.domain.account import AccountId
from quizgen.model import ItemId

LEAVES_AFTER = 2
"""Right answers in a row after which an item leaves the list of wrong ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Practised:
    """One practice item's history: tries, right answers in a row at the end, whether it was ever wrong."""

    tries: int
    right_in_row: int
    ever_wrong: bool
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    """One learner's practice over all years; practice never counts for hours or scores."""

    account: AccountId
    items: Mapping[ItemId, Practised] = field(default_factory=dict)
    favourites: frozenset[ItemId] = frozenset()

    @property
    def wrong(self) -> tuple[ItemId, ...]:
        """Items to practise again: once wrong and not yet right twice in a row."""
        return tuple(
            sorted(i for i, seen in self.items.items() if seen.ever_wrong and seen.right_in_row < LEAVES_AFTER)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookSummary:
    """How much was practised and how much is to be practised again."""

    practised: int
    wrong: int


def summarise_notebook(notebook: Notebook) -> NotebookSummary:
    """The summary kept beside the notebook."""
    return NotebookSummary(practised=len(notebook.items), wrong=len(notebook.wrong))


def record_practice(notebook: Notebook, item: ItemId, *, right: bool, now: datetime) -> Notebook:
    """One more try at one item."""
    before = notebook.items.get(item)
    seen = Practised(
        tries=(before.tries if before else 0) + 1,
        right_in_row=((before.right_in_row if before else 0) + 1) if right else 0,
        ever_wrong=not right or bool(before and before.ever_wrong),
        last=now,
    )
    return replace(notebook, items={**notebook.items, item: seen})
