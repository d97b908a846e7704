"""The one loop of load, change, save: it loses no change of anybody and gives up when something is wrong."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Thread
from typing import Any

import pytest

from grader.domain.people.unit import Unit
from grader.store.base import Conflict, Kind, S, Stored, T
from grader.store.kinds import UNIT
from grader.store.memory import MemoryStore
from grader.store.update import TRIES, update, update_with
from tests.grader_factories import unit


def one_more(before: Unit | None) -> Unit:
    found = before or unit()
    return replace(found, order_number=found.order_number + 1)


class Forgetful(MemoryStore):
    """What it last saw is the first version, whatever was saved since."""

    first: Stored[Any] | None = None

    def recent(self, kind: Kind[T, S], id: str) -> Stored[T] | None:  # noqa: ARG002 - the contract's
        return self.first


def outdated(number: int) -> Forgetful:
    """A store that last saw order number 1 while the document has this one."""
    store = Forgetful()
    update(store, UNIT, "u1", one_more)
    store.first = store.load(UNIT, "u1")
    store.save(UNIT, "u1", unit(order_number=number), expected=1)
    return store


def version(store: MemoryStore) -> int:
    stored = store.load(UNIT, "u1")
    return stored.version if stored else 0


def test_update_creates_what_is_not_there_and_changes_what_is() -> None:
    store = MemoryStore()

    values = [update(store, UNIT, "u1", one_more) for _ in range(2)]

    assert values == [unit(order_number=1), unit(order_number=2)]
    assert store.load(UNIT, "u1") is not None
    assert version(store) == 2


def test_unchanged_document_is_not_saved_again() -> None:
    store = MemoryStore()
    update(store, UNIT, "u1", one_more)

    update(store, UNIT, "u1", lambda before: before or unit())

    assert version(store) == 1


def test_change_is_made_again_on_what_somebody_else_saved_first() -> None:
    store = MemoryStore()
    forestalled = iter([True, False])

    def change(before: Unit | None) -> tuple[Unit, int]:
        seen = before.order_number if before else 0
        if next(forestalled):
            store.save(UNIT, "u1", unit(order_number=10), expected=0)
        return one_more(before), seen

    value, seen = update_with(store, UNIT, "u1", change)

    assert (value, seen, version(store)) == (unit(order_number=11), 10, 2)


def test_change_on_what_is_out_of_date_is_made_again() -> None:
    store = outdated(10)

    value = update(store, UNIT, "u1", one_more)

    assert (value, version(store)) == (unit(order_number=11), 3)


def test_what_was_last_seen_neither_refuses_nor_leaves_anything() -> None:
    refusing, leaving = outdated(2), outdated(2)

    def refuse_one(before: Unit | None) -> Unit:
        if before == unit(order_number=1):
            raise LookupError
        return one_more(before)

    def leave_one(before: Unit | None) -> Unit:
        return before if before == unit(order_number=1) else one_more(before)

    assert update(refusing, UNIT, "u1", refuse_one) == unit(order_number=3)
    assert update(leaving, UNIT, "u1", leave_one) == unit(order_number=3)


def test_update_gives_up_when_it_is_always_forestalled() -> None:
    store = MemoryStore()
    tries = 0

    def change(before: Unit | None) -> Unit:
        nonlocal tries
        tries += 1
        store.save(UNIT, "u1", unit(order_number=tries), expected=version(store))
        return one_more(before)

    with pytest.raises(Conflict):
        update(store, UNIT, "u1", change)
    assert tries == TRIES


def test_refusal_inside_a_change_saves_nothing() -> None:
    store = MemoryStore()

    def refuse(_before: Unit | None) -> Unit:
        raise LookupError

    with pytest.raises(LookupError):
        update(store, UNIT, "u1", refuse)
    assert version(store) == 0


def test_changes_of_several_threads_all_count() -> None:
    store, barrier = MemoryStore(), Barrier(4)

    def work() -> None:
        barrier.wait()
        for _ in range(5):
            update(store, UNIT, "u1", one_more)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    stored = store.load(UNIT, "u1")
    assert stored is not None
    assert (stored.value, stored.version) == (unit(order_number=20), 20)
