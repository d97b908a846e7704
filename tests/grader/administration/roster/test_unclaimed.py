"""Slips once more: only for those who have not signed in, and never with a password that was given before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from grader.administration.roster.slips import unclaimed
from grader.administration.roster.slips.unclaimed import TooManySlips, renewed_slips
from grader.domain.people.account import Credential, Switch, UnitId
from grader.domain.people.unit import summarise_unit
from grader.store.kinds import ACCOUNT
from grader.store.memory import MemoryStore
from tests.grader_factories import HASH, NOON, account, unit

UNITS = {UnitId("u1"): summarise_unit(unit("u1"))}
SLIP = Credential(hash=HASH, initial=True, expires=NOON + timedelta(days=14))
COMMON = Credential(hash=HASH, initial=True)


def waiting_store() -> MemoryStore:
    store = MemoryStore()
    off = (Switch(at=NOON, active=False),)
    people = (
        account("a1", name="甲", credential=SLIP),
        account("a2", name="乙", credential=COMMON),
        account("a3", name="丙"),
        account("a4", name="丁", credential=SLIP, switches=off),
    )
    for person in people:
        store.save(ACCOUNT, person.id, person, expected=0)
    return store


def test_only_who_has_not_signed_in_gets_a_slip_and_a_fresh_password() -> None:
    store = waiting_store()

    first, second = (renewed_slips(store, UNITS, by="clerk", now=NOON) for _ in range(2))

    assert [(slip.name, bool(slip.password)) for slip in first] == [("甲", True), ("乙", False)]
    assert first[0].password != second[0].password
    kept = {id: store.load(ACCOUNT, id) for id in ("a1", "a2", "a3", "a4")}
    assert {id: len(stored.value.acts) for id, stored in kept.items() if stored} == {"a1": 2, "a2": 0, "a3": 0, "a4": 0}


def test_too_many_at_once_are_refused_before_anything_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unclaimed, "MOST", 1)
    store = waiting_store()

    with pytest.raises(TooManySlips, match="没有启用的账号有 2 个，一次最多 1 个"):
        renewed_slips(store, UNITS, by="clerk", now=NOON)

    stored = store.load(ACCOUNT, "a1")
    assert stored
    assert stored.value.credential == SLIP
