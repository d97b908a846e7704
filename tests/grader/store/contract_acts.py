"""The contract suite, third part: the log of acts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from grader.domain.audit.act_log import ActsWanted
from grader.domain.audit.acts import Act, append_act
from grader.domain.learning.dossier import Dossier
from grader.domain.people.account import AccountId, Placement, UnitId
from grader.store.base import Store
from grader.store.kinds import ACCOUNT, DOSSIER, UNIT
from tests.grader.store.contract import Backend
from tests.grader_factories import AGENCY, NOON, account, unit

DAY = timedelta(days=1)


def acts(*done: tuple[str, str, int]) -> tuple[Act, ...]:
    """Acts as (who, action, days after noon)."""
    chain: tuple[Act, ...] = ()
    for by, action, days in done:
        chain = append_act(chain, action, by=by, at=NOON + days * DAY, facts={"reason": "为\u0000何"})
    return chain


def fill(store: Store) -> None:
    """A person of u1 and one of u2, the first with a dossier, and the unit u1, each with acts."""
    for id, place, done in (
        ("a1", "u1", acts(("clerk", "import-create", 0), ("office", "reset-password", 3))),
        ("a2", "u2", acts(("clerk", "import-create", 1))),
    ):
        placed = (Placement(at=NOON, unit=UnitId(place), tier=AGENCY),)
        person = replace(account(id), id=AccountId(id), number=f"n-{id}", placements=placed, acts=done)
        store.save(ACCOUNT, id, replace(person, telephone="", qq="", pinyin=""), expected=0)
    granted = Dossier(programme="2026", account=AccountId("a1"), acts=acts(("office", "grant", 2)))
    store.save(DOSSIER, "2026.a1", granted, expected=0)
    store.save(UNIT, "u1", replace(unit("u1"), acts=acts(("office", "import-change", 4))), expected=0)


def found(store: Store, *, most: int = 10, skip: int = 0, **wanted: object) -> list[str]:
    """The acts as `document.number`, the latest first."""
    page = store.acts(ActsWanted(**wanted), most=most, skip=skip)  # type: ignore[arg-type]  # fields by name
    assert page.found >= len(page.acts)
    return [f"{logged.id}.{logged.number}" for logged in page.acts]


class ActsContract:
    """Subclasses give the fixtures of `StoreContract`."""

    @pytest.fixture
    def log_store(self, backend: Backend) -> Store:
        store = backend.fresh()
        fill(store)
        return store

    def test_acts_of_all_documents_come_latest_first(self, backend: Backend, log_store: Store) -> None:
        assert found(log_store) == ["u1.1", "a1.2", "2026.a1.1", "a2.1", "a1.1"]

        store = backend.reopen(log_store)

        assert found(store) == ["u1.1", "a1.2", "2026.a1.1", "a2.1", "a1.1"]
        assert found(store, most=2, skip=1) == ["a1.2", "2026.a1.1"]
        assert store.acts(ActsWanted(), most=2).found == 5

    def test_acts_are_found_by_who_what_whom_and_when(self, log_store: Store) -> None:
        assert found(log_store, by="office", action="grant") == ["2026.a1.1"]
        assert found(log_store, account="a1") == ["a1.2", "2026.a1.1", "a1.1"]
        assert found(log_store, since=NOON + DAY, until=NOON + 3 * DAY) == ["2026.a1.1", "a2.1"]
        assert found(log_store, by="nobody") == []

    def test_acts_of_units_are_those_on_them_and_on_their_people_of_now(self, log_store: Store) -> None:
        assert found(log_store, units=frozenset({UnitId("u1")})) == ["u1.1", "a1.2", "2026.a1.1", "a1.1"]

        moved = log_store.load(ACCOUNT, "a1")
        assert moved
        places = (*moved.value.placements, Placement(at=NOON + DAY, unit=UnitId("u2"), tier=AGENCY))
        log_store.save(ACCOUNT, "a1", replace(moved.value, placements=places), expected=1)

        assert found(log_store, units=frozenset({UnitId("u1")})) == ["u1.1"]
        assert found(log_store, units=frozenset()) == []

    def test_log_has_the_acts_whole_and_once(self, log_store: Store) -> None:
        stored = log_store.load(ACCOUNT, "a1")
        assert stored
        log_store.save(ACCOUNT, "a1", replace(stored.value, rank="主任"), expected=1)

        kept = sorted((logged.number, logged.act) for logged in log_store.log() if logged.id == "a1")

        assert [act for _, act in kept] == list(stored.value.acts)

    def test_log_keeps_acts_that_a_document_has_lost(self, log_store: Store) -> None:
        stored = log_store.load(ACCOUNT, "a1")
        assert stored
        log_store.save(ACCOUNT, "a1", replace(stored.value, acts=()), expected=1)

        assert found(log_store, account="a1") == ["a1.2", "2026.a1.1", "a1.1"]

    def test_documents_of_some_kinds_only(self, log_store: Store) -> None:
        assert [text[:15] for text in log_store.documents({"unit", "dossier"})] == [
            '{"kind":"unit",',
            '{"kind":"dossie',
        ]
