"""The contract suite: what every backend of the store must do. A backend's tests subclass `StoreContract`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from threading import Barrier, Thread
from typing import Any, ClassVar, Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from grader.store.base import Conflict, Kind, Name, NameTaken, Row, Store, Stored, Unusable
from grader.store.kinds import KINDS
from grader.store.update import update
from tests.grader.store.cards import (
    CARD,
    CARD_2,
    CARDS,
    FEW_CARDS,
    NOON,
    OLD_CARD,
    OTHER,
    RARE,
    Card,
    CardSummary,
    summary,
    values,
)


class Backend(Protocol):
    """What a backend lends to the suite."""

    def fresh(self) -> Store:
        """An empty store that knows ALL_KINDS, closed by the backend at the end of the test."""

    def put(self, document: dict[str, Any]) -> Store:
        """A store in which a document was placed without its help."""

    def reopen(self, store: Store) -> Store:
        """The same documents in a store that has been closed and opened again."""


IDS = st.sampled_from(["a", "B.2", "c_3-x"])
SHARED_STORE = settings(
    deadline=None,
    max_examples=40,
    # every example deletes what it saved, so one store serves all
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.differing_executors],
)


def in_threads(*jobs: Callable[[], object]) -> list[object]:
    """Run the jobs at the same moment; gives the result or the exception of each, in order."""
    outcomes: list[object] = [None] * len(jobs)
    start = Barrier(len(jobs))

    def run(place: int) -> None:
        start.wait()
        try:
            outcomes[place] = jobs[place]()
        except Exception as fault:
            outcomes[place] = fault

    threads = [Thread(target=run, args=(place,)) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


class StoreContract:
    """Subclasses give the fixture `backend`."""

    @pytest.fixture
    def backend(self) -> Backend:
        raise NotImplementedError

    @pytest.fixture
    def store(self, backend: Backend) -> Store:
        return backend.fresh()

    def test_unknown_document_is_none(self, store: Store) -> None:
        assert store.load(CARD, "a") is None
        assert store.list(CARD) == []
        assert store.find(CARD, Name("alias", "x")) is None

    def test_saved_document_loads_with_its_version(self, store: Store) -> None:
        card = Card(text=RARE, count=1, at=NOON, days={date(2026, 1, 2): 3}, aliases=frozenset({"b", "a"}))

        version = store.save(CARD, "a", card, expected=0)

        assert version == 1
        assert store.load(CARD, "a") == Stored(card, 1)

    def test_each_save_counts_the_version(self, store: Store) -> None:
        versions = [store.save(CARD, "a", Card(count=n), expected=n) for n in range(3)]

        assert versions == [1, 2, 3]
        assert store.load(CARD, "a") == Stored(Card(count=2), 3)

    @SHARED_STORE
    @given(card=CARDS)
    def test_any_card_survives_a_round_trip(self, store: Store, card: Card) -> None:
        store.save(CARD, "a", card, expected=0)

        loaded, rows = store.load(CARD, "a"), store.list(CARD)

        store.delete(CARD, "a", expected=1)
        assert loaded == Stored(card, 1)
        assert rows == [Row("a", 1, summary(card))]

    @pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
    @SHARED_STORE
    @given(data=st.data())
    def test_every_kind_survives_a_round_trip(self, store: Store, kind: Kind[Any, Any], data: st.DataObject) -> None:
        value = data.draw(values(kind.value_type))
        store.save(kind, "a", value, expected=0)

        loaded, rows, holders = (
            store.load(kind, "a"),
            store.list(kind),
            {store.find(kind, n) for n in kind.names(value)},
        )

        store.delete(kind, "a", expected=1)
        assert loaded == Stored(value, 1)
        assert rows == [Row("a", 1, kind.summarise(value))]
        assert holders <= {"a"}
        assert {store.find(kind, n) for n in kind.names(value)} <= {None}

    def test_mapping_keeps_its_order(self, store: Store) -> None:
        days = {date(2026, 3, 1): 1, date(2026, 1, 1): 2, date(2026, 2, 1): 3}

        store.save(CARD, "a", Card(days=days), expected=0)

        loaded = store.load(CARD, "a")
        assert loaded is not None
        assert list(loaded.value.days) == list(days)

    def test_what_was_given_cannot_change_what_is_kept(self, store: Store) -> None:
        days = {date(2026, 1, 1): 1}
        store.save(CARD, "a", Card(days=days), expected=0)

        days[date(2026, 1, 1)] = 9

        assert store.load(CARD, "a") == Stored(Card(days={date(2026, 1, 1): 1}), 1)

    def test_naive_time_is_refused_and_nothing_kept(self, store: Store) -> None:
        with pytest.raises(ValueError, match="card a: the value cannot be kept"):
            store.save(CARD, "a", Card(at=datetime(2026, 1, 1)), expected=0)  # noqa: DTZ001 - that is the fault

        assert store.load(CARD, "a") is None

    def test_half_a_character_is_refused_and_nothing_kept(self, store: Store) -> None:
        with pytest.raises(ValueError, match="card a: the value cannot be kept"):
            store.save(CARD, "a", Card(text="\ud83d"), expected=0)

        assert store.load(CARD, "a") is None

    @pytest.mark.parametrize("expected", [0, 1, 3])
    def test_stale_save_conflicts_and_changes_nothing(self, store: Store, expected: int) -> None:
        store.save(CARD, "a", Card(count=1), expected=0)
        store.save(CARD, "a", Card(count=2), expected=1)

        with pytest.raises(Conflict) as conflict:
            store.save(CARD, "a", Card(count=9, aliases=frozenset({"x"})), expected=expected)

        assert (conflict.value.expected, conflict.value.found) == (expected, 2)
        assert store.load(CARD, "a") == Stored(Card(count=2), 2)
        assert store.list(CARD) == [Row("a", 2, CardSummary(text="", count=2))]
        assert store.find(CARD, Name("alias", "x")) is None

    def test_first_save_of_nothing_expects_zero(self, store: Store) -> None:
        with pytest.raises(Conflict):
            store.save(CARD, "a", Card(), expected=1)

        assert store.list(CARD) == []

    def test_exactly_one_of_two_writers_wins(self, store: Store) -> None:
        store.save(CARD, "a", Card(), expected=0)

        outcomes = in_threads(
            lambda: store.save(CARD, "a", Card(count=1), expected=1),
            lambda: store.save(CARD, "a", Card(count=2), expected=1),
        )

        winner = outcomes.index(2)
        assert isinstance(outcomes[1 - winner], Conflict)
        assert store.load(CARD, "a") == Stored(Card(count=winner + 1), 2)

    def test_threads_lose_no_increment(self, store: Store) -> None:
        def count() -> None:
            for _ in range(5):
                done = False
                while not done:
                    with suppress(Conflict):
                        update(store, CARD, "a", lambda card: replace(card or Card(), count=(card or Card()).count + 1))
                        done = True

        outcomes = in_threads(*[count] * 6)

        assert outcomes == [None] * 6
        assert store.load(CARD, "a") == Stored(Card(count=30), 30)
        assert store.list(CARD) == [Row("a", 30, CardSummary(text="", count=30))]

    def test_name_is_claimed_in_the_save_and_freed_when_dropped(self, store: Store) -> None:
        store.save(CARD, "a", Card(aliases=frozenset({"x", "y"})), expected=0)
        claimed = store.find(CARD, Name("alias", "x"))
        store.save(CARD, "a", Card(aliases=frozenset({"y"})), expected=1)

        version = store.save(CARD, "b", Card(aliases=frozenset({"x"})), expected=0)

        assert (claimed, version) == ("a", 1)
        assert [store.find(CARD, Name("alias", alias)) for alias in "xy"] == ["b", "a"]

    @pytest.mark.parametrize("kind", [CARD, OTHER], ids=lambda kind: kind.name)
    def test_second_claimant_is_refused_and_nothing_changes(self, store: Store, kind: Kind[Card, CardSummary]) -> None:
        store.save(CARD, "a", Card(aliases=frozenset({"x"})), expected=0)
        store.save(kind, "b", Card(count=1), expected=0)

        with pytest.raises(NameTaken) as taken:
            store.save(kind, "b", Card(count=2, aliases=frozenset({"x", "w", "y"})), expected=1)

        assert (taken.value.name, taken.value.holder) == (Name("alias", "x"), "a")
        assert store.load(kind, "b") == Stored(Card(count=1), 1)
        assert [store.find(CARD, Name("alias", alias)) for alias in "wxy"] == [None, "a", None]
        assert store.save(CARD, "c", Card(aliases=frozenset({"w", "y"})), expected=0) == 1

    def test_name_is_found_only_under_its_kind(self, store: Store) -> None:
        store.save(CARD, "a", Card(aliases=frozenset({"x"})), expected=0)

        assert store.find(OTHER, Name("alias", "x")) is None

    def test_one_of_many_threads_gets_a_name(self, store: Store) -> None:
        def claim(id: str) -> Callable[[], int]:
            return lambda: store.save(CARD, id, Card(aliases=frozenset({"x"})), expected=0)

        outcomes = in_threads(*map(claim, "abcdef"))

        winner = "abcdef"[outcomes.index(1)]
        assert [type(outcome) for outcome in outcomes].count(NameTaken) == 5
        assert store.find(CARD, Name("alias", "x")) == winner
        assert [row.id for row in store.list(CARD)] == [winner]

    def test_list_is_sorted_and_filtered_bysummary(self, store: Store) -> None:
        for id, count in [("c", 1), ("a", 2), ("b", 1), ("B", 1)]:
            store.save(CARD, id, Card(text="甲", count=count), expected=0)
        store.save(OTHER, "z", Card(count=1), expected=0)

        ids = [row.id for row in store.list(CARD, text="甲", count=1)]

        assert ids == ["B", "b", "c"]
        assert [row.id for row in store.list(CARD)] == ["B", "a", "b", "c"]
        assert store.list(CARD, count=3) == []
        assert [row.id for row in store.list(CARD, count=frozenset({2, 3}))] == ["a"]
        assert store.list(CARD, count=frozenset()) == []

    def test_deleted_document_is_gone_with_its_names(self, store: Store) -> None:
        store.save(CARD, "a", Card(aliases=frozenset({"x"})), expected=0)

        store.delete(CARD, "a", expected=1)

        assert store.load(CARD, "a") is None
        assert store.list(CARD) == []
        assert store.find(CARD, Name("alias", "x")) is None
        assert store.save(CARD, "a", Card(count=7), expected=0) == 1

    def test_deleting_nothing_expects_zero(self, store: Store) -> None:
        store.delete(CARD, "a", expected=0)

        with pytest.raises(Conflict):
            store.delete(CARD, "a", expected=1)

    def test_stale_delete_conflicts_and_changes_nothing(self, store: Store) -> None:
        store.save(CARD, "a", Card(), expected=0)
        store.save(CARD, "a", Card(count=2), expected=1)

        with pytest.raises(Conflict):
            store.delete(CARD, "a", expected=1)

        assert store.load(CARD, "a") == Stored(Card(count=2), 2)

    @pytest.mark.parametrize("id", ["", ".a", "../a", "a/b", "a b", "a\n", "甲", "a" * 121])
    def test_bad_id_is_a_value_error(self, store: Store, id: str) -> None:
        for call in (
            lambda: store.load(CARD, id),
            lambda: store.save(CARD, id, Card(), expected=0),
            lambda: store.delete(CARD, id, expected=0),
        ):
            with pytest.raises(ValueError, match="not a document id"):
                call()

    def test_longest_id_is_taken(self, store: Store) -> None:
        store.save(CARD, "a" * 120, Card(), expected=0)

        assert [row.id for row in store.list(CARD)] == ["a" * 120]

    def test_trying_to_save_leaves_nothing(self, backend: Backend) -> None:
        store = backend.fresh()
        store.save(CARD, "a", Card(), expected=0)

        store.try_saving()
        store.try_saving()

        store = backend.reopen(store)
        assert [row.id for row in store.list(CARD)] == ["a"]

    def test_closed_store_refuses_changes(self, store: Store) -> None:
        store.save(CARD, "a", Card(), expected=0)
        store.close()

        with pytest.raises(Unusable, match="已经关闭"):
            store.save(CARD, "a", Card(count=1), expected=1)
        with pytest.raises(Unusable, match="已经关闭"):
            store.delete(CARD, "a", expected=1)

    def test_old_schema_is_upcast(self, backend: Backend) -> None:
        store = backend.put(OLD_CARD)

        assert store.load(CARD_2, "a") == Stored(Card(text="旧", count=5), 3)

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [({"schema": 2}, "较新版本"), ({"value": {"count": "5"}}, "已损坏"), ({"id": "b"}, "已损坏")],
        ids=["newer", "nonsense", "another"],
    )
    def test_unreadable_document_says_the_way_out(
        self, backend: Backend, change: dict[str, Any], sentence: str
    ) -> None:
        store = backend.put({**OLD_CARD, "value": {"text": "旧"}, **change})

        with pytest.raises(Unusable, match=f"a.*{sentence}.*请"):
            store.load(CARD, "a")

    def test_store_agrees_with_a_dict(self, backend: Backend) -> None:
        class Machine(StoreAgainstDict):
            lender = backend

        run_state_machine_as_test(Machine, settings=settings(deadline=None, max_examples=25, stateful_step_count=25))


class StoreAgainstDict(RuleBasedStateMachine):
    """Saves, stale saves, deletes and name clashes in any order, compared with plain dicts."""

    lender: ClassVar[Backend]

    def __init__(self) -> None:
        super().__init__()
        self.store = self.lender.fresh()
        self.cards: dict[str, Stored[Card]] = {}

    def version(self, id: str) -> int:
        return self.cards[id].version if id in self.cards else 0

    def holder(self, alias: str) -> str | None:
        return next((id for id, stored in self.cards.items() if alias in stored.value.aliases), None)

    @rule(id=IDS, card=FEW_CARDS)
    def save(self, id: str, card: Card) -> None:
        taken = {self.holder(alias) for alias in card.aliases} - {None, id}
        expected = self.version(id)
        if taken:
            with pytest.raises(NameTaken):
                self.store.save(CARD, id, card, expected=expected)
        else:
            assert self.store.save(CARD, id, card, expected=expected) == expected + 1
            self.cards[id] = Stored(card, expected + 1)

    @rule(id=IDS, card=FEW_CARDS, off=st.sampled_from([-1, 1, 2]))
    def save_stale(self, id: str, card: Card, off: int) -> None:
        with pytest.raises(Conflict):
            self.store.save(CARD, id, card, expected=self.version(id) + off)

    @precondition(lambda self: self.cards)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        id = data.draw(st.sampled_from(sorted(self.cards)))
        self.store.delete(CARD, id, expected=self.cards.pop(id).version)

    @rule(count=st.integers(0, 3))
    def list_filtered(self, count: int) -> None:
        found = [row.id for row in self.store.list(CARD, count=count)]
        assert found == sorted(id for id, stored in self.cards.items() if stored.value.count == count)

    @invariant()
    def agrees(self) -> None:
        rows = [Row(id, kept.version, summary(kept.value)) for id, kept in sorted(self.cards.items())]
        assert self.store.list(CARD) == rows
        assert {id: self.store.load(CARD, id) for id in self.cards} == self.cards
        assert [self.store.find(CARD, Name("alias", a)) for a in "xyz"] == [self.holder(a) for a in "xyz"]
