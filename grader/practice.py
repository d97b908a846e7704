"""Practice: a learner's tries at the items of the lesson pages, kept in the notebook. Never counts for anything."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import datetime

from grader.course import Course
from grader.domain.account import Account
from grader.domain.errors import BadResponse, UnknownItem
from grader.domain.notebook import Notebook, record_practice
from grader.store.base import Store
from grader.store.kinds import NOTEBOOK
from grader.store.update import update
from quizgen.interaction import interaction
from quizgen.model import ItemId, Letter
from quizgen.score import is_right


def notebook_of(store: Store, account: Account) -> Notebook:
    """The learner's notebook; an empty one before the first try."""
    stored = store.load(NOTEBOOK, account.id)
    return stored.value if stored else Notebook(account=account.id)


def practise(
    store: Store, course: Course, account: Account, *, item: ItemId, response: Set[Letter], now: datetime
) -> bool:
    """Record one try; whether it was right. Raises UnknownItem or BadResponse."""
    found = course.content.practice_item(item)
    if found is None:
        raise UnknownItem(item=item)
    if not response or not interaction(found.type).is_possible(response, set(found.options)):
        raise BadResponse(item=item)
    right = is_right(response, found.key)
    note_tries(store, account, {item: right}, now=now)
    return right


def note_tries(store: Store, account: Account, results: Mapping[ItemId, bool], *, now: datetime) -> None:
    """Keep tries at items, right or wrong, in the learner's notebook; no save where there are none."""

    def change(before: Notebook | None) -> Notebook:
        notebook = before or Notebook(account=account.id)
        for item, right in results.items():
            notebook = record_practice(notebook, item, right=right, now=now)
        return notebook

    if results:
        update(store, NOTEBOOK, account.id, change)
