"""The contract suite, second part: what outlives a close, what is answered without bodies, and whose turn it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.administration.publish import publish
from grader.administration.year.change import change_year, running_year
from grader.administration.year.typed import wanted_change
from grader.course import Courses
from grader.domain.figures import LearnerEntry, figures_by_cell, figures_by_unit, placement_at
from grader.domain.learning.dossier import Dossier, Milestone, Outcome, record_outcome
from grader.domain.people.account import Account, AccountId, Exemption, Placement, Role, Switch, UnitId
from grader.domain.people.former import Former
from grader.store.base import Name, Row, Store, Stored
from grader.store.kinds import ACCOUNT, ATTEMPT, DOSSIER, dossier_id
from grader.store.update import update
from tests.grader.store.cards import CARD, RARE, Card, CardSummary
from tests.grader.store.contract import SHARED_STORE, Backend, in_threads
from tests.grader_factories import (
    AGENCY,
    LEADING,
    NOON,
    account,
    attempt,
    content,
    dossier,
    ids,
    start,
    window,
)

NOBODYS = Dossier(programme="2026", account=AccountId("a"))
UNIT_IDS = [UnitId("u1"), UnitId("u2"), UnitId("\x00\x1a0")]
UNITS = st.sampled_from(UNIT_IDS)
ORDERS = st.permutations(UNIT_IDS)
PROGRAMMES = st.sampled_from(["2026", "2025"])
MOMENTS = st.sampled_from([NOON + timedelta(days=days) for days in range(-3, 4)])
"""So few that facts and cut-offs fall together."""
TIERS = st.sampled_from([AGENCY, LEADING])
RANKS = st.sampled_from(["", "科员", "主任\x00"])
PLACEMENTS = st.lists(st.builds(Placement, at=MOMENTS, unit=UNITS, tier=TIERS), min_size=1, max_size=3)
EXEMPTIONS = st.builds(Exemption, programme=PROGRAMMES, kind=st.just("worker"), at=MOMENTS, ends=st.none() | MOMENTS)
ACCOUNTS = st.builds(
    lambda **changes: replace(account(), telephone="", **changes),
    role=st.sampled_from([Role.LEARNER, Role.LEARNER, Role.UNIT]),
    rank=RANKS,
    former_ranks=st.dictionaries(MOMENTS, RANKS, max_size=2).map(
        lambda ended: tuple(Former(text=ended[until], until=until) for until in sorted(ended))
    ),
    placements=PLACEMENTS.map(tuple),
    switches=st.lists(st.builds(Switch, at=MOMENTS, active=st.booleans()), max_size=3).map(tuple),
    exemptions=st.lists(EXEMPTIONS, max_size=2).map(tuple),
)
MILESTONES = st.dictionaries(st.sampled_from(Milestone), MOMENTS)
PEOPLE = st.lists(st.tuples(ACCOUNTS, st.dictionaries(PROGRAMMES, MILESTONES)), max_size=4)


def keep(store: Store, people: Sequence[tuple[Account, dict[str, dict[Milestone, datetime]]]]) -> None:
    """Save these people with their dossiers of these years, over those saved before; nobody else is left."""
    for row in store.list(ACCOUNT):
        store.delete(ACCOUNT, row.id, expected=row.version)
    for number, (person, years) in enumerate(people):
        id = AccountId(f"a{number}")
        store.save(ACCOUNT, id, replace(person, id=id, number=f"n{number}"), expected=0)
        for programme in ("2025", "2026"):
            key = dossier_id(programme, id)
            if (stored := store.load(DOSSIER, key)) is not None:
                store.delete(DOSSIER, key, expected=stored.version)
            if programme in years:
                empty = Dossier(programme=programme, account=id)
                store.save(DOSSIER, key, empty, expected=0)
                store.save(DOSSIER, key, replace(empty, milestones=years[programme]), expected=1)


def sitting(id: str, deadline: datetime) -> Dossier:
    """The dossier of somebody who sits an exam until then."""
    begun = replace(start(f"t-{id}"), deadline=deadline)
    return replace(dossier(starts=(begun,)), account=AccountId(id))


class QuestionsContract:
    """Subclasses give the fixtures of `StoreContract`."""

    @pytest.fixture
    def store(self, backend: Backend) -> Store:
        return backend.fresh()

    def test_reopened_store_sees_all(self, backend: Backend, store: Store) -> None:
        store.save(CARD, "a", Card(count=1), expected=0)
        store.save(CARD, "a", Card(text=RARE, count=2, aliases=frozenset({"x"})), expected=1)
        store.save(CARD, "b", Card(), expected=0)
        store.delete(CARD, "b", expected=1)

        again = backend.reopen(store)

        assert again.load(CARD, "a") == Stored(Card(text=RARE, count=2, aliases=frozenset({"x"})), 2)
        assert again.list(CARD) == [Row("a", 2, CardSummary(text=RARE, count=2))]
        assert again.find(CARD, Name("alias", "x")) == "a"

    def test_changes_of_the_year_are_in_force_after_reopening(self, backend: Backend, store: Store) -> None:
        publish(store, content(), by="test", now=NOON)
        courses = Courses(store)
        shown = running_year(store, courses, "2026")
        typed = {"makeup_closes": "2027-01-10 24:00", "reason": "暴雨", "document": "5号"}
        change_year(store, courses, shown, wanted_change(shown, typed), by="test", now=NOON)

        again = Courses(backend.reopen(store)).current(NOON).content.programme

        assert again == replace(content().programme, makeup=window("2026-12-01", "2027-01-11"))

    def test_replayed_fact_changes_nothing(self, store: Store) -> None:
        outcome = Outcome(attempt="t1", points=80, possible=100, passed=True, ended=NOON)

        for _ in range(2):
            update(store, DOSSIER, "2026.a", lambda dossier: record_outcome(dossier or NOBODYS, outcome))

        assert store.load(DOSSIER, "2026.a") == Stored(record_outcome(NOBODYS, outcome), 1)

    @SHARED_STORE
    @given(people=PEOPLE, at=MOMENTS, off=st.sampled_from([-1, 0, 1]), programme=PROGRAMMES)
    def test_figures_are_those_of_the_domain_at_any_date(
        self, store: Store, people: Any, at: datetime, off: int, programme: str
    ) -> None:
        keep(store, people)
        at += timedelta(microseconds=off)
        dossiers = {row.summary.account: row.summary for row in store.list(DOSSIER, programme=programme)}
        entries = [
            LearnerEntry(id=AccountId(row.id), account=row.summary, dossier=dossiers.get(AccountId(row.id)))
            for row in store.list(ACCOUNT)
        ]
        expected = figures_by_unit(entries, programme, at=at)

        assert store.figures(programme, at=at) == expected
        assert store.figures(programme, at=at, units={UnitId("u1")}) == {
            unit: figures for unit, figures in expected.items() if unit == "u1"
        }
        cells = figures_by_cell(entries, programme, at=at)
        assert store.cells(programme, at=at) == cells
        assert store.cells(programme, at=at, units={UnitId("u2")}) == {
            cell: figures for cell, figures in cells.items() if cell.unit == "u2"
        }

    @SHARED_STORE
    @given(people=PEOPLE, at=MOMENTS, units=ORDERS, some=st.integers(0, 3))
    def test_learners_of_a_past_date_come_by_the_unit_of_then(
        self, store: Store, people: Any, at: datetime, units: list[UnitId], some: int
    ) -> None:
        keep(store, people)
        wanted = units[:some]
        everybody = store.learners("2026", UNIT_IDS)
        then = {entry.id: place.unit for entry in everybody if (place := placement_at(entry.account, at))}

        found = store.learners("2026", wanted, at=at)

        expected = [entry for entry in everybody if then.get(entry.id) in wanted]
        assert list(found) == sorted(expected, key=lambda entry: (wanted.index(then[entry.id]), entry.place))

    @SHARED_STORE
    @given(
        people=PEOPLE, programme=PROGRAMMES, units=st.permutations(["u1", "u2", "\x00\x1a0"]), some=st.integers(0, 3)
    )
    def test_learners_come_by_unit_with_their_dossiers(
        self, store: Store, people: Any, programme: str, units: list[UnitId], some: int
    ) -> None:
        keep(store, people)
        dossiers = {row.summary.account: row.summary for row in store.list(DOSSIER, programme=programme)}
        entries = [
            LearnerEntry(id=AccountId(row.id), account=row.summary, dossier=dossiers.get(AccountId(row.id)))
            for unit in units[:some]
            for row in store.list(ACCOUNT, role=Role.LEARNER, unit=unit)
        ]

        found = store.learners(programme, units[:some])

        expected = sorted(entries, key=lambda entry: (units.index(entry.account.unit), entry.place))
        assert list(found) == expected

    def test_learners_follow_every_change(self, store: Store) -> None:
        def save(id: str, **changes: Any) -> None:
            update(store, ACCOUNT, id, lambda before: replace(before or account(id), **changes))

        def listed(*units: str) -> list[tuple[str, bool]]:
            found = store.learners("2026", [UnitId(unit) for unit in units])
            return [(entry.id, entry.dossier is not None) for entry in found]

        save("a", order_number=2)
        save("b", order_number=1)
        save("c", order_number=0)
        first = listed("u1", "u2")
        store.save(DOSSIER, "2026.a", replace(dossier(), account=AccountId("a")), expected=0)
        store.save(DOSSIER, "2025.b", replace(dossier(), programme="2025", account=AccountId("b")), expected=0)
        save("b", order_number=3)
        save("c", placements=(Placement(at=NOON, unit=UnitId("u2"), tier=AGENCY),))
        second = listed("u2", "u1")
        store.delete(ACCOUNT, "b", expected=2)
        store.delete(DOSSIER, "2026.a", expected=1)
        save("c", role=Role.UNIT)

        assert first == [("b", False), ("a", False), ("c", False)]
        assert second == [("c", False), ("a", True), ("b", False)]
        assert listed("u1", "u2") == [("a", False)]

    def test_answers_about_a_past_date_follow_every_change(self, store: Store) -> None:
        then, before = NOON, NOON - timedelta(days=1)

        def save(id: str, **changes: Any) -> None:
            update(store, ACCOUNT, id, lambda known: replace(known or account(id), **changes))

        def learn(id: str, at: datetime) -> None:
            made = replace(dossier(), account=AccountId(id), milestones={Milestone.STARTED: at})
            update(store, DOSSIER, f"2026.{id}", lambda _: made)

        def place(unit: str, at: datetime) -> Placement:
            return Placement(at=at, unit=UnitId(unit), tier=AGENCY)

        first = place("u1", before)
        for number, id in enumerate("abc", start=1):
            save(id, placements=(first,), order_number=number)
        changes: list[Callable[[], None]] = [
            lambda: None,
            lambda: learn("a", NOON + timedelta(days=2)),
            lambda: learn("a", before),
            lambda: save("b", rank="科员"),
            lambda: save("b", placements=(first, place("u2", before))),
            lambda: save("c", placements=(first, place("u2", NOON + timedelta(days=1)))),
            lambda: save("c", order_number=9),
            lambda: save("c", switches=(Switch(at=before, active=False),)),
            lambda: save("d", placements=(first,)),
            lambda: store.delete(ACCOUNT, "a", expected=1),
        ]
        for change in changes:
            change()
            dossiers = {row.summary.account: row.summary for row in store.list(DOSSIER, programme="2026")}
            entries = [
                LearnerEntry(id=AccountId(row.id), account=row.summary, dossier=dossiers.get(AccountId(row.id)))
                for row in store.list(ACCOUNT)
            ]
            places = {one.id: placed.unit for one in entries if (placed := placement_at(one.account, then))}
            ordered = sorted(entries, key=lambda one: one.place)

            assert store.cells("2026", at=then) == figures_by_cell(entries, "2026", at=then)
            assert store.figures("2026", at=then) == figures_by_unit(entries, "2026", at=then)
            for unit in ("u1", "u2"):
                found = store.learners("2026", [UnitId(unit)], at=then)
                assert list(found) == [one for one in ordered if places[one.id] == unit]

    def test_lists_of_accounts_are_filtered_by_role_and_unit(self, store: Store) -> None:
        placed = {id: Placement(at=NOON, unit=UnitId(unit), tier=AGENCY) for id, unit in (("a", "u1"), ("b", "u2"))}
        for id, placement in placed.items():
            store.save(ACCOUNT, id, account(id, placements=(placement,)), expected=0)
        store.save(ACCOUNT, "c", account("c", role=Role.UNIT, placements=(placed["b"],)), expected=0)

        assert ids(store.list(ACCOUNT, role=Role.LEARNER)) == ["a", "b"]
        assert ids(store.list(ACCOUNT, unit="u2")) == ["b", "c"]
        assert ids(store.list(ACCOUNT, role=Role.LEARNER, unit=frozenset({"u1", "u2"}))) == ["a", "b"]
        assert ids(store.list(ACCOUNT, unit="u2", rank="none")) == []

    def test_newest_attempts_come_first_and_no_more_than_asked(self, store: Store) -> None:
        for number, hours in enumerate((2, 3, 1)):
            sat = replace(attempt(), id=f"t{number}", started=NOON + timedelta(hours=hours))
            store.save(ATTEMPT, sat.id, sat, expected=0)
        store.save(ATTEMPT, "other", replace(attempt(), id="other", programme="2025"), expected=0)

        assert [row.id for row in store.newest(ATTEMPT, most=2, programme="2026")] == ["t1", "t0"]
        assert len(store.newest(ATTEMPT, most=9)) == 4

    def test_due_dossiers_are_those_whose_deadline_has_passed(self, store: Store) -> None:
        for id, minutes in (("b", 1), ("a", 2), ("c", 3)):
            store.save(DOSSIER, f"2026.{id}", sitting(id, NOON + timedelta(minutes=minutes)), expected=0)
        store.save(DOSSIER, "2026.d", replace(dossier(), account=AccountId("d")), expected=0)

        due = store.claim_due(DOSSIER, before=NOON + timedelta(minutes=3))

        summaries = [DOSSIER.summarise(sitting(id, NOON + timedelta(minutes=m))) for id, m in (("a", 2), ("b", 1))]
        assert due == [Row("2026.a", 1, summaries[0]), Row("2026.b", 1, summaries[1])]

    def test_one_at_a_time_has_the_turn(self, store: Store) -> None:
        inside: list[int] = []
        most: list[int] = []

        def work() -> None:
            for _ in range(3):
                with store.turn("import"):
                    inside.append(1)
                    most.append(len(inside))
                    with store.turn("something else"):
                        inside.pop()

        outcomes = in_threads(*[work] * 3)

        assert outcomes == [None] * 3
        assert set(most) == {1}

    def test_turn_ends_with_a_fault(self, store: Store) -> None:
        with pytest.raises(LookupError), store.turn("import"):
            raise LookupError

        with store.turn("import"):
            pass
