"""The store in PostgreSQL against the contract."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from grader.domain.learning.dossier import Dossier
from grader.store import open_store
from grader.store.base import Store, Unavailable
from grader.store.codec import to_json
from grader.store.kinds import DOSSIER
from grader.store.postgres import store as stores
from grader.store.update import update_with
from quizgen.model import LessonId
from tests.grader.store.contract import Backend, StoreContract, in_threads
from tests.grader.store.contract_acts import ActsContract
from tests.grader.store.contract_questions import QuestionsContract, sitting
from tests.grader_factories import NOON, dossier, milestones
from tests.postgres_server import Database

EMPTY = "truncate document, name, learner, progress, act, import"


class PostgresBackend:
    """Every store that it lends is of the same database, emptied before."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection = database.connect()
        self._store: Store | None = None

    def fresh(self) -> Store:
        self._connection.execute(EMPTY)
        return self._open()

    def put(self, document: dict[str, Any]) -> Store:
        store = self.fresh()
        self._connection.execute(
            "insert into document (kind, id, version, body, summary, facts) values ('card', 'a', 3, %s, '{}', '')",
            [to_json(document)],
        )
        return store

    def reopen(self, store: Store) -> Store:  # noqa: ARG002 - the last one
        return self._open()

    def close(self) -> None:
        self._close_last()
        self._connection.close()

    def _open(self) -> Store:
        self._close_last()
        self._store = open_store(self._database.address, exclusive=True)
        return self._store

    def _close_last(self) -> None:
        if self._store:
            self._store.close()


def test_documents_due_go_to_one_of_two_that_sweep(shared_database: Database) -> None:
    with shared_database.connect() as connection:
        connection.execute(EMPTY)
    first, second = (open_store(shared_database.address, exclusive=True) for _ in range(2))
    for number in range(12):
        first.save(DOSSIER, f"2026.a{number}", sitting(f"a{number}", NOON), expected=0)

    taken: list[str] = []
    in_threads(*(partial(sweep_into, taken, store) for store in (first, second, first, second)))

    assert sorted(taken) == sorted(f"2026.a{number}" for number in range(12))
    assert first_ids(second) == []
    with shared_database.connect() as connection:
        connection.execute("update document set leased = leased - interval '1 minute'")
    assert len(first_ids(second)) == 12
    first.close()
    second.close()


def sweep_into(taken: list[str], store: Store) -> None:
    taken.extend(first_ids(store))


def first_ids(store: Store) -> list[str]:
    """What a sweep gets just after noon."""
    return [row.id for row in store.claim_due(DOSSIER, before=NOON + timedelta(seconds=1))]


def test_turn_is_one_across_stores(shared_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "_TURN_SECONDS", 0.3)
    first, second = (open_store(shared_database.address, exclusive=True) for _ in range(2))

    with (
        first.turn("import"),
        second.turn("another"),
        pytest.raises(Unavailable, match="请稍后再试"),
        second.turn("import"),
    ):
        pass

    with second.turn("import"):
        pass
    first.close()
    second.close()


def test_save_of_the_same_facts_is_one_statement(shared_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with shared_database.connect() as connection:
        connection.execute(EMPTY)
    store = open_store(shared_database.address, exclusive=True)
    assert isinstance(store, stores.PostgresStore)
    studied = dossier(seconds={"xianfa-01": 60}, milestones=milestones("started"))
    store.save(DOSSIER, "2026.a1", studied, expected=0)

    monkeypatch.delitem(store._sql, "update")
    store.save(DOSSIER, "2026.a1", dossier(seconds={"xianfa-01": 90}, milestones=milestones("started")), expected=1)

    with pytest.raises(KeyError, match="update"):
        store.save(DOSSIER, "2026.a1", dossier(milestones=milestones("started", "hours_met")), expected=2)
    store.close()


def test_change_is_one_statement_until_another_process_saves(
    shared_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shared_database.connect() as connection:
        connection.execute(EMPTY)
    here, elsewhere = (open_store(shared_database.address, exclusive=True) for _ in range(2))
    assert isinstance(here, stores.PostgresStore)
    seconds = [studied(here), studied(here)]

    with monkeypatch.context() as patched:
        patched.delitem(here._sql, "load")
        seconds.append(studied(here))
    seconds += [studied(elsewhere), studied(here), studied(elsewhere)]

    assert seconds == [1, 2, 3, 4, 5, 6]
    here.close()
    elsewhere.close()


def studied(store: Store) -> int:
    """One second more, in a dossier that is there afterwards; gives how many that makes."""

    def change(before: Dossier | None) -> tuple[Dossier, int]:
        known = sum(before.study[LessonId("xianfa-01")].values()) if before else 0
        return dossier(seconds={"xianfa-01": known + 1}, milestones=milestones("started")), known + 1

    return update_with(store, DOSSIER, "2026.a1", change)[1]


class TestPostgres(StoreContract, QuestionsContract, ActsContract):
    @pytest.fixture
    def backend(self, shared_database: Database) -> Iterator[Backend]:
        backend = PostgresBackend(shared_database)
        yield backend
        backend.close()
