from __future__ import annotations

from grader.sealing import act_key
from grader.store.memory import MemoryStore


def test_key_is_made_once_and_stays() -> None:
    store = MemoryStore()

    made = act_key(store)

    assert (act_key(store), len(made.key)) == (made, 64)


def test_each_deployment_has_a_key_of_its_own() -> None:
    assert act_key(MemoryStore()) != act_key(MemoryStore())
