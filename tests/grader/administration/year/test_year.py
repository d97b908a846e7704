"""Units confirm their rosters; every rule of the programme in plain words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from grader.administration.year.confirm import RosterChanged, RosterClosed, confirm_roster, rosters
from grader.administration.year.rules import rules_of
from grader.course import Course
from grader.domain.errors import NotAllowed, UnknownUnit
from grader.domain.people.account import Account, Role, UnitId
from grader.domain.people.unit import Confirmation
from grader.store.kinds import ACCOUNT, UNIT
from grader.units import units_of
from quizgen.programme import CreditBy
from tests.grader_factories import NOON, WatchedStore, account, content, placed, programme, unit, year

BUREAU = account("bureau", role=Role.UNIT)
OFFICE = placed(account("office", role=Role.COUNTY), (NOON - timedelta(days=99), "county"))
U1 = UnitId("u1")
OVER = datetime.fromisoformat("2027-01-01T00:00+08:00")


def county() -> tuple[WatchedStore, Course]:
    """Unit u1 with its administrator and a1, u2 with nobody, u3 closed, below the county office."""
    store, courses = year(account(), BUREAU, OFFICE)
    store.save(UNIT, "county", unit("county"), expected=0)
    for id in ("u1", "u2", "u3"):
        closed = NOON if id == "u3" else None
        store.save(UNIT, id, replace(unit(id), parent=UnitId("county"), closed=closed), expected=0)
    return store, courses.current(NOON)


def missing(store: WatchedStore, course: Course, administrator: Account) -> list[str]:
    units = units_of(store, administrator)
    return [roster.id for roster in rosters(store, course, units, now=NOON, missing_only=True)]


def test_confirmed_unit_is_missed_no_more() -> None:
    store, course = county()
    assert missing(store, course, OFFICE) == ["county", "u1", "u2"]

    confirm_roster(store, course, BUREAU, U1, people=1, now=NOON)

    assert missing(store, course, OFFICE) == ["county", "u2"]
    stored = store.load(UNIT, "u1")
    assert stored
    assert stored.value.confirmations == (Confirmation(programme="2026", at=NOON, by="bureau", people=1),)
    assert [(act.action, act.facts["people"]) for act in stored.value.acts] == [("confirm-roster", "1")]


def test_change_since_the_confirmation_is_seen_and_may_be_confirmed_again() -> None:
    store, course = county()
    confirm_roster(store, course, BUREAU, U1, people=1, now=NOON)
    store.save(ACCOUNT, "a2", account("a2", number="n2"), expected=0)

    (roster,) = rosters(store, course, units_of(store, BUREAU), now=NOON)
    confirm_roster(store, course, BUREAU, U1, people=2, now=NOON + timedelta(days=1))
    (again,) = rosters(store, course, units_of(store, BUREAU), now=NOON)

    assert (roster.has_changed, again.has_changed) == (True, False)


def test_confirmation_of_one_year_says_nothing_of_the_next() -> None:
    store, course = county()
    confirm_roster(store, course, BUREAU, U1, people=1, now=NOON)
    following = replace(course, content=content(programme=programme(id="2027")))

    assert missing(store, following, BUREAU) == ["u1"]


def test_what_was_not_shown_is_not_confirmed() -> None:
    store, course = county()

    with pytest.raises(RosterChanged, match="现在 1 人"):
        confirm_roster(store, course, BUREAU, U1, people=2, now=NOON)
    with pytest.raises(RosterClosed):
        confirm_roster(store, course, BUREAU, U1, people=1, now=OVER)
    for unknown in ("u2", "none"):
        with pytest.raises(UnknownUnit):
            confirm_roster(store, course, BUREAU, UnitId(unknown), people=0, now=NOON)
    with pytest.raises(UnknownUnit):
        confirm_roster(store, course, OFFICE, UnitId("u3"), people=0, now=NOON)
    with pytest.raises(NotAllowed):
        confirm_roster(store, course, account(), U1, people=1, now=NOON)


def test_rules_are_told_in_plain_words() -> None:
    told = {what: how for rules in rules_of(content()) for what, how in rules.lines}

    assert told["考试"] == "2026年10月1日 00:00 至 2026年11月30日 24:00"
    assert told["合格所需学时"] == "1 学时"
    assert told["合格线"] == "60 分"
    assert "单选题 2 题、每题 30 分" in told["试卷"]
    assert told["可不参加的情形"] == "临近退休"


@pytest.mark.parametrize("credit_by", CreditBy)
def test_every_rule_of_credit_is_told(credit_by: CreditBy) -> None:
    rules = rules_of(content(programme=programme(credit_by=credit_by, makeup=None)))

    told = {what: how for part in rules for what, how in part.lines}
    assert "学时" in told["怎样计学时"]
    assert told["补考"] == "没有"
