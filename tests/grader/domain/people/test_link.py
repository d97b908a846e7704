"""Whether the link of two accounts of one person still holds; made at noon."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from grader.domain.audit.acts import append_act
from grader.domain.people.account import Account, AccountId, Link, Role, Switch
from grader.domain.people.link import holds, linked_to, may_be_one_person
from tests.grader_factories import NOON, account

LEARNER = account("l", telephone="19900000001")
OFFICE = linked_to(account("o", role=Role.UNIT, telephone="19900000002"), LEARNER, NOON)
HOUR = timedelta(hours=1)


def reset(person: Account, *, hours: int) -> Account:
    return replace(person, acts=append_act((), "reset-password", by="x", at=NOON + hours * HOUR))


def switched(person: Account, *states: bool, hours: int) -> Account:
    return replace(person, switches=tuple(Switch(at=NOON + hours * HOUR, active=active) for active in states))


def test_link_holds_and_the_telephone_stands_on_the_learners_account() -> None:
    assert holds(OFFICE, LEARNER)
    assert (OFFICE.telephone, OFFICE.linked) == ("", Link(account=AccountId("l"), at=NOON))


def test_accounts_may_be_one_persons_where_they_are_the_same_linked_or_of_one_name() -> None:
    learner, other = replace(LEARNER, name="甲"), account("x", name="乙")

    pairs = [(other, other), (OFFICE, learner), (learner, OFFICE), (other, account("y", name=" 乙")), (learner, other)]
    assert [may_be_one_person(*pair) for pair in pairs] == [True, True, True, True, False]


def test_link_is_of_these_two_accounts_in_these_roles() -> None:
    assert not holds(account("o", role=Role.UNIT), LEARNER)
    assert not holds(OFFICE, account("other"))
    assert not holds(replace(OFFICE, role=Role.LEARNER), LEARNER)
    assert not holds(OFFICE, replace(LEARNER, role=Role.EDITOR))


def test_whichever_is_reset_or_disabled_since_ends_it_for_good() -> None:
    assert not holds(reset(OFFICE, hours=1), LEARNER)
    assert not holds(OFFICE, reset(LEARNER, hours=0))
    assert not holds(switched(OFFICE, False, hours=1), LEARNER)
    assert not holds(OFFICE, switched(LEARNER, False, True, hours=1))


def test_what_happened_before_the_link_ends_nothing() -> None:
    assert holds(reset(OFFICE, hours=-1), switched(LEARNER, False, True, hours=-1))
    assert not holds(OFFICE, switched(LEARNER, False, hours=-1))
