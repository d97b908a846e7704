"""One learner's practice: what was answered, what went wrong, what was marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from grader.domain.people.account import AccountId
from quizgen.model import ItemId

LEAVES_AFTER = 2
"""Different days with a right answer, and no wrong one between, after which an item leaves the list of wrong ones."""
MOST_FAVOURITES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Practised:
    """One practice item's history: tries, days of right answers since the last wrong one, whether it was ever wrong.

    `right_days` counts no day twice; `last_right` is the last of them.
    """

    tries: int
    right_days: int
    ever_wrong: bool
    last: datetime
    last_right: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    """One learner's practice over all years; practice never counts for hours or scores."""

    account: AccountId
    items: Mapping[ItemId, Practised] = field(default_factory=dict)
    favourites: frozenset[ItemId] = frozenset()

    @property
    def wrong(self) -> tuple[ItemId, ...]:
        """Items to practise again: once wrong and not yet right on two days."""
        return tuple(sorted(i for i, seen in self.items.items() if seen.ever_wrong and seen.right_days < LEAVES_AFTER))


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookSummary:
    """How much was practised and how much is to be practised again."""

    practised: int
    wrong: int


def summarise_notebook(notebook: Notebook) -> NotebookSummary:
    """The summary kept beside the notebook."""
    return NotebookSummary(practised=len(notebook.items), wrong=len(notebook.wrong))


def record_practice(notebook: Notebook, item: ItemId, *, right: bool, now: datetime, day: date) -> Notebook:
    """One more try at one item; `day` is the learner's."""
    before = notebook.items.get(item) or Practised(tries=0, right_days=0, ever_wrong=False, last=now)
    is_news = right and before.last_right != day
    seen = Practised(
        tries=before.tries + 1,
        right_days=before.right_days + is_news if right else 0,
        ever_wrong=before.ever_wrong or not right,
        last=now,
        last_right=day if right else None,
    )
    return replace(notebook, items={**notebook.items, item: seen})


def favour(notebook: Notebook, item: ItemId, *, wanted: bool) -> Notebook:
    """The item among the favourites, or not; nothing changes where it is so already, or where there are too many."""
    if wanted is (item in notebook.favourites) or (wanted and len(notebook.favourites) >= MOST_FAVOURITES):
        return notebook
    favourites = notebook.favourites | {item} if wanted else notebook.favourites - {item}
    return replace(notebook, favourites=favourites)
