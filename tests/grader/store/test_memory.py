"""The store in memory against the contract."""

from __future__ import annotations

import json
from typing import Any

import pytest

from grader.store.base import Row, Store
from grader.store.memory import MemoryStore, _Kept
from tests.grader.store.contract import Backend, StoreContract
from tests.grader.store.contract_acts import ActsContract
from tests.grader.store.contract_questions import QuestionsContract


class MemoryBackend:
    def fresh(self) -> Store:
        return MemoryStore()

    def put(self, document: dict[str, Any]) -> Store:
        store = MemoryStore()
        store._kept["card"]["a"] = _Kept(json.dumps(document), Row("a", 3, None), frozenset())
        return store

    def reopen(self, store: Store) -> Store:
        return store  # there is nothing to open


class TestMemory(StoreContract, QuestionsContract, ActsContract):
    @pytest.fixture
    def backend(self) -> Backend:
        return MemoryBackend()
