"""The store in PostgreSQL against the contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from grader.store import open_store
from grader.store.base import Store
from grader.store.codec import to_json
from tests.grader.store.contract import Backend, StoreContract
from tests.grader.store.contract_questions import QuestionsContract
from tests.postgres_server import Database

EMPTY = "truncate document, name, learner, progress, import"


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


class TestPostgres(StoreContract, QuestionsContract):
    @pytest.fixture
    def backend(self, shared_database: Database) -> Iterator[Backend]:
        backend = PostgresBackend(shared_database)
        yield backend
        backend.close()
