"""The one loop of load, change, save: it loses no change of anybody and gives up when something is wrong."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Thread

import pytest

from grader.domain.unit import Unit
from grader.store.base import Conflict
from grader.store.kinds import UNIT
from grader.store.memory import MemoryStore
from grader.store.update import TRIES, update, update_with
from tests.grader_factories import unit


def one_more(before: Unit | None) -> Unit:
    found = before or unit()
    return replace(found, order_number=found.order_number + 1)


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
