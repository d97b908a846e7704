from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from grader.accounts.signin import account_by_id, sign_in
from grader.administration.accounts import person as acts
from grader.administration.accounts.person import (
    AccountChanged,
    Doing,
    HasAdministrator,
    NumberHeld,
    RoleFixed,
    create_administrator,
    details_of,
    edit_person,
    person_in_scope,
    set_active,
    shown_digest,
)
from grader.domain.errors import Malformed, UnknownLearner
from grader.domain.figures import rank_at
from grader.domain.people.account import (
    Account,
    AccountId,
    Placement,
    Role,
    Switch,
    UnitId,
    accepts_sign_in,
    summarise_account,
)
from grader.store.base import Store
from grader.store.kinds import ACCOUNT, UNIT
from grader.store.memory import MemoryStore
from tests.grader_factories import LEADING, NOON, account, door, unit

DOING = Doing(by="office", now=NOON)
A1 = AccountId("a1")


def having(*people: Account) -> MemoryStore:
    store = MemoryStore()
    for id, parent in (("county", None), ("u1", "county"), ("u2", "county"), ("u3", "u1")):
        store.save(UNIT, id, unit(id, parent=UnitId(parent) if parent else None), expected=0)
    for one in people:
        store.save(ACCOUNT, one.id, one, expected=0)
    return store


def kept(store: Store, id: str = "a1") -> Account:
    found = account_by_id(store, AccountId(id))
    assert found is not None
    return found


def test_edit_keeps_what_was_typed_and_seals_personal_values_in_its_act() -> None:
    store = having(account(telephone="19900000001"))
    details = replace(details_of(kept(store)), name="赵守法", telephone="19900000002", tier=LEADING, order_number=7)

    edit_person(store, A1, details, replace(DOING, shown=shown_digest(kept(store))))

    assert details_of(kept(store)) == details
    [act] = kept(store).acts
    assert (act.action, act.by, act.facts["tier:after"], act.facts["order_number:after"]) == (
        "edit-person",
        "office",
        "leading",
        "7",
    )
    assert not [text for text in act.facts.values() if "赵" in text or "1990000" in text]


def test_edit_that_changes_nothing_leaves_no_act() -> None:
    store = having(account())

    edit_person(store, A1, details_of(kept(store)), DOING)

    assert kept(store) == account()


def test_edit_keeps_the_rank_of_before_with_its_date() -> None:
    store = having(account(rank="科员"))

    edit_person(store, A1, replace(details_of(kept(store)), rank="科长"), DOING)

    summary = summarise_account(kept(store))
    assert [rank_at(summary, NOON - timedelta(days=1)), rank_at(summary, NOON)] == ["科员", "科长"]


def test_of_two_administrators_the_second_is_told_and_nothing_is_lost() -> None:
    store = having(account())
    shown = shown_digest(kept(store))
    edit_person(store, A1, replace(details_of(kept(store)), rank="科长"), replace(DOING, shown=shown))

    with pytest.raises(AccountChanged):
        edit_person(store, A1, replace(details_of(kept(store)), rank="局长"), replace(DOING, shown=shown))

    assert kept(store).rank == "科长"


def test_sign_in_between_looking_and_saving_is_no_change() -> None:
    store = having(account())
    shown = shown_digest(kept(store))
    store.save(ACCOUNT, "a1", account(failures=3, failed_at=NOON), expected=1)

    edit_person(store, A1, replace(details_of(kept(store)), rank="科长"), replace(DOING, shown=shown))

    assert (kept(store).rank, kept(store).failures) == ("科长", 3)


def test_telephone_of_somebody_else_is_refused() -> None:
    store = having(account(), account("a2", telephone="19900000002"))

    with pytest.raises(NumberHeld):
        edit_person(store, A1, replace(details_of(kept(store)), telephone="19900000002"), DOING)

    assert kept(store) == account()


def test_who_left_is_signed_out_with_the_reason_and_may_come_back() -> None:
    store = having(account())

    set_active(store, A1, DOING, active=False, reason="retired")
    left = kept(store)
    set_active(store, A1, replace(DOING, now=NOON + timedelta(days=1)), active=True)

    assert left.switches == (Switch(at=NOON, active=False, reason="retired"),)
    assert not accepts_sign_in(left, "n", 0)
    assert kept(store).is_active
    assert not accepts_sign_in(kept(store), "n", 0)
    assert [(act.action, act.facts.get("reason")) for act in kept(store).acts] == [
        ("disable", "退休"),
        ("enable", None),
    ]


def test_nobody_leaves_without_a_reason_that_there_is() -> None:
    store = having(account())

    with pytest.raises(Malformed):
        set_active(store, A1, DOING, active=False, reason="tired")


@pytest.mark.parametrize(
    ("do", "action"),
    [
        (acts.end_sign_ins, "end-sign-ins"),
        (acts.unlock, "unlock"),
        (acts.unbind_telephone, "unbind-telephone"),
        (acts.unbind_qq, "unbind-qq"),
    ],
)
def test_each_deed_is_an_act_of_the_account(do: Callable[[Store, AccountId, Doing], Account], action: str) -> None:
    store = having(account(telephone="19900000001", qq="10001", failures=6, failed_at=NOON))

    do(store, A1, DOING)

    assert [(act.action, act.by) for act in kept(store).acts] == [(action, "office")]
    assert {
        "end-sign-ins": kept(store).epoch == 1,
        "unlock": kept(store).failures == 0,
        "unbind-telephone": kept(store).telephone == "",
        "unbind-qq": kept(store).qq == "",
    }[action]


def test_role_changes_within_the_office_and_ends_every_sign_in() -> None:
    store = having(account(role=Role.UNIT))

    acts.change_role(store, A1, Role.EDITOR, DOING)

    assert (kept(store).role, accepts_sign_in(kept(store), "n", 0)) == (Role.EDITOR, False)
    assert kept(store).acts[0].facts == {"role:before": "单位管理员", "role:after": "编辑"}


@pytest.mark.parametrize(("before", "after"), [(Role.LEARNER, Role.COUNTY), (Role.UNIT, Role.LEARNER)])
def test_learner_never_becomes_an_administrator_nor_the_other_way_round(before: Role, after: Role) -> None:
    store = having(account(role=before))

    with pytest.raises(RoleFixed):
        acts.change_role(store, A1, after, DOING)

    assert kept(store).role is before


def test_account_of_the_office_is_made_with_a_number_and_a_slip() -> None:
    store = having()

    slips = [
        create_administrator(
            store, name="编辑", role=role, unit=UnitId("u1"), code="u1", by="office", now=NOON, id=AccountId(id)
        )
        for id, role in (("r1", Role.EDITOR), ("r2", Role.UNIT))
    ]

    assert [slip.number for slip in slips] == ["u10001", "u10000"]
    made = sign_in(door(store), "u10001", slips[0].password)
    assert (made.role, made.credential.initial) == (Role.EDITOR, True)


def at(id: str, place: str, role: Role = Role.LEARNER) -> Account:
    return account(id, role=role, placements=(Placement(at=NOON, unit=UnitId(place), tier=LEADING),))


@pytest.mark.parametrize(
    ("administrator", "seen"),
    [
        ("head1", {"l1", "l3"}),
        ("head2", {"l2"}),
        ("boss", {"l1", "l2", "l3", "head1", "head2", "reader", "boss2"}),
    ],
)
def test_administrator_reaches_exactly_the_own_subtree(administrator: str, seen: set[str]) -> None:
    people = [
        *(at("l1", "u1"), at("l2", "u2"), at("l3", "u3"), at("head1", "u1", Role.UNIT), at("head2", "u2", Role.UNIT)),
        *(at("boss", "county", Role.COUNTY), at("boss2", "county", Role.COUNTY), at("reader", "u1", Role.READER)),
    ]
    store = having(*people)

    found = set()
    for id in [*(one.id for one in people), AccountId("nobody")]:
        try:
            found.add(person_in_scope(store, kept(store, administrator), id).id)
        except UnknownLearner:
            continue

    assert found == seen


def make_head(store: Store, unit: str) -> None:
    create_administrator(
        store, name="新", role=Role.UNIT, unit=UnitId(unit), code=unit, by="office", now=NOON, id=AccountId("new")
    )


def test_unit_has_one_administrator_whichever_way_another_would_come() -> None:
    left = replace(at("left", "u1", Role.UNIT), switches=(Switch(at=NOON, active=False, reason="moved"),))
    store = having(at("head", "u1", Role.UNIT), left, at("editor", "u1", Role.EDITOR))

    for second in (
        lambda: set_active(store, AccountId("left"), DOING, active=True),
        lambda: acts.change_role(store, AccountId("editor"), Role.UNIT, DOING),
        lambda: make_head(store, "u1"),
    ):
        with pytest.raises(HasAdministrator):
            second()

    make_head(store, "u2")
    acts.change_role(store, AccountId("head"), Role.EDITOR, DOING)
    assert set_active(store, AccountId("left"), DOING, active=True).is_active
