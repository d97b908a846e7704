"""Practice: a learner's tries at the items of the lesson pages, kept in the notebook. Never counts for anything."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from grader.course import Course
from grader.domain.errors import BadResponse, UnknownItem
from grader.domain.learning.notebook import Notebook, favour, record_practice
from grader.domain.people.account import Account
from grader.store.base import Store
from grader.store.kinds import NOTEBOOK
from grader.store.update import update
from quizgen.interaction import interaction
from quizgen.model import Item, ItemId, Letter, ModuleId
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
    note_tries(store, course, account, {item: right}, now=now)
    return right


def note_tries(
    store: Store, course: Course, account: Account, results: Mapping[ItemId, bool], *, now: datetime
) -> None:
    """Keep tries at items, right or wrong, in the learner's notebook; no save where there are none."""
    day = course.content.programme.local_day(now)

    def change(before: Notebook | None) -> Notebook:
        notebook = before or Notebook(account=account.id)
        for item, right in results.items():
            notebook = record_practice(notebook, item, right=right, now=now, day=day)
        return notebook

    if results:
        update(store, NOTEBOOK, account.id, change)


def set_favourite(store: Store, course: Course, account: Account, *, item: ItemId, wanted: bool) -> Notebook:
    """Put a practice item among the learner's favourites, or take it away. Raises UnknownItem."""
    if course.content.practice_item(item) is None and wanted:
        raise UnknownItem(item=item)

    def change(before: Notebook | None) -> Notebook:
        return favour(before or Notebook(account=account.id), item, wanted=wanted)

    return update(store, NOTEBOOK, account.id, change)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The items of one module that somebody wants to practise again."""

    module: ModuleId
    title: str
    items: tuple[Item, ...]


def by_module(course: Course, ids: Collection[ItemId]) -> tuple[Shelf, ...]:
    """The practice items of these ids by their modules, in the programme's order; those withdrawn are left out."""
    content = course.content
    of_lesson, titles = content.modules, content.programme.modules
    found = [item for id in sorted(ids) if (item := content.practice_item(id)) is not None]
    modules = dict.fromkeys((*titles, *(of_lesson[item.lesson] for item in found)))
    shelves = (
        Shelf(
            module=module,
            title=titles.get(module, module),
            items=tuple(item for item in found if of_lesson[item.lesson] == module),
        )
        for module in modules
    )
    return tuple(shelf for shelf in shelves if shelf.items)
