"""学时补录: asked for by the unit, ruled on by the county, by person and by list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from secrets import randbits

import pytest

from grader.administration.corrections.batch import ask_list, check_list
from grader.administration.corrections.listing import Phase, supplements_page
from grader.administration.corrections.supplements import (
    BadSupplement,
    OwnSupplement,
    Request,
    RuledAlready,
    UnknownSupplement,
    YearOver,
    approve,
    ask,
    open_lessons,
    refuse,
    revoke,
)
from grader.certificates.certify import award_certificate
from grader.course import Course
from grader.domain.audit.acts import is_chain
from grader.domain.errors import NotAllowed, Refusal, UnknownLearner
from grader.domain.learning.dossier import Milestone
from grader.domain.people.account import Account, AccountId, Link, Role
from grader.dossiers import standing_of
from grader.store.kinds import UNIT
from grader.units import units_of
from quizgen.model import LessonId
from tests.grader_factories import (
    NOON,
    WatchedStore,
    account,
    dossier,
    keep_dossier,
    kept_dossier,
    outcome,
    placed,
    unit,
    year,
)

BUREAU = account("bureau", role=Role.UNIT, name="李用法")
OFFICE = placed(account("office", role=Role.COUNTY, name="周尊法"), (NOON - timedelta(days=99), "county"))
A1 = AccountId("a1")
LESSON = LessonId("xianfa-01")
REQUEST = Request(lesson=LESSON, reason=" 党校  学过 ", proof="结业证 8 号")
OVER = datetime.fromisoformat("2027-01-01T00:00+08:00")


def new_ids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"s{next(numbers)}"


def county(*people: Account) -> tuple[WatchedStore, Course]:
    """Units u1 (with its administrator and a1) and u2 below the county office."""
    store, courses = year(account(), BUREAU, OFFICE, *people)
    store.save(UNIT, "county", unit("county"), expected=0)
    for id in ("u1", "u2"):
        store.save(UNIT, id, replace(unit(id), parent=unit("county").id), expected=0)
    return store, courses.current(NOON)


def asked(store: WatchedStore, course: Course, by: Account = BUREAU, *, hours: int = 0) -> None:
    ask(store, course, by, A1, REQUEST, now=NOON + timedelta(hours=hours), new_id=lambda: f"s{hours}")


def test_approved_hours_count_and_lead_to_the_certificate() -> None:
    store, course = county()
    keep_dossier(store, dossier(outcomes=(outcome(points=90),)))
    asked(store, course)
    assert not standing_of(course, account(), kept_dossier(store), now=NOON).hours_met

    approve(store, course, OFFICE, A1, "s0", now=NOON + timedelta(hours=1))

    kept = kept_dossier(store)
    found = standing_of(course, account(), kept, now=NOON)
    assert (found.qualified, found.supplemented_hours) == (True, found.hours)
    assert kept.milestones[Milestone.QUALIFIED] == NOON + timedelta(hours=1)
    assert award_certificate(store, course, account(), now=NOON, bits=randbits).hours == found.hours
    assert (kept.supplements[0].reason, kept.supplements[0].by) == ("党校 学过", "bureau")
    assert [(act.action, act.by) for act in kept_dossier(store).acts] == [
        ("ask-supplement", "bureau"),
        ("approve-supplement", "office"),
    ]
    assert is_chain(kept_dossier(store).acts)


@pytest.mark.parametrize(("asker", "told"), [(BUREAU, "单位管理员"), (OFFICE, "县级管理员")])
def test_acts_and_list_say_what_the_county_granted_of_itself(asker: Account, told: str) -> None:
    second = placed(account("office2", role=Role.COUNTY), (NOON - timedelta(days=99), "county"))
    store, course = county(second)
    ask(store, course, asker, A1, REQUEST, now=NOON, new_id=new_ids())
    approve(store, course, second, A1, "s1", now=NOON)

    shown = supplements_page(store, course, units_of(store, OFFICE), phase=None, name="", page=1)

    assert [act.facts["asker"] for act in kept_dossier(store).acts] == [told, told]
    assert [row.is_direct for row in shown.rows] == [asker is OFFICE]


def test_revoked_hours_count_no_more_but_what_was_reached_stays() -> None:
    store, course = county()
    asked(store, course)
    approve(store, course, OFFICE, A1, "s0", now=NOON)

    revoke(store, course, OFFICE, A1, "s0", reason="结业证有误", now=NOON + timedelta(hours=1))

    kept = kept_dossier(store)
    assert standing_of(course, account(), kept, now=NOON).hours == 0
    assert Milestone.HOURS_MET in kept.milestones
    assert kept.acts[-1].facts == {"lesson": LESSON, "reason": "结业证有误"}
    asked(store, course, hours=2)
    assert len(kept_dossier(store).supplements) == 2


SECOND = replace(OFFICE, id=AccountId("second"), number="n-second", name="吴阅法")


@pytest.mark.parametrize(
    "approver",
    [OFFICE, replace(SECOND, name="周 尊法"), replace(SECOND, linked=Link(account=A1, at=NOON))],
    ids=["who asked", "another account of one name", "the learner's own"],
)
def test_who_asks_or_is_meant_does_not_approve(approver: Account) -> None:
    store, course = county(SECOND)
    asked(store, course, OFFICE)

    with pytest.raises(OwnSupplement):
        approve(store, course, approver, A1, "s0", now=NOON)
    approve(store, course, SECOND, A1, "s0", now=NOON)


def test_units_do_not_rule_and_reach_no_other_unit() -> None:
    store, course = county(placed(account("a2", number="n2"), (NOON, "u2")))
    asked(store, course)

    with pytest.raises(NotAllowed):
        approve(store, course, BUREAU, A1, "s0", now=NOON)
    with pytest.raises(NotAllowed):
        revoke(store, course, BUREAU, A1, "s0", reason="x", now=NOON)
    with pytest.raises(UnknownLearner):
        ask(store, course, BUREAU, AccountId("a2"), REQUEST, now=NOON, new_id=new_ids())


@pytest.mark.parametrize(
    ("first", "then", "refusal"),
    [
        ("approve", "approve", RuledAlready),
        ("approve", "refuse", RuledAlready),
        ("refuse", "approve", RuledAlready),
        ("refuse", "revoke", RuledAlready),
        ("", "revoke", RuledAlready),
    ],
)
def test_what_was_decided_is_not_decided_again(first: str, then: str, refusal: type[Refusal]) -> None:
    store, course = county()
    asked(store, course)
    rulings: dict[str, Callable[[], object]] = {
        "approve": lambda: approve(store, course, OFFICE, A1, "s0", now=NOON),
        "refuse": lambda: refuse(store, course, OFFICE, A1, "s0", reason="不是整课", now=NOON),
        "revoke": lambda: revoke(store, course, OFFICE, A1, "s0", reason="有误", now=NOON),
        "": lambda: None,
    }
    rulings[first]()

    with pytest.raises(refusal):
        rulings[then]()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"reason": " "}, "请填写原因"),
        ({"proof": ""}, "请填写依据"),
        ({"proof": "字" * 201}, "不超过 200 字"),
        ({"lesson": "nonsense"}, "没有这一课"),
    ],
)
def test_incomplete_request_is_refused(changes: dict[str, object], why: str) -> None:
    store, course = county()

    with pytest.raises(BadSupplement, match=why):
        ask(store, course, BUREAU, A1, replace(REQUEST, **changes), now=NOON, new_id=new_ids())  # type: ignore[arg-type]


def test_lesson_that_is_done_or_waits_is_not_asked_for_again() -> None:
    store, course = county()
    before = open_lessons(course, account(), dossier(), now=NOON)
    asked(store, course)

    with pytest.raises(BadSupplement, match="正在等待审核"):
        asked(store, course, hours=1)
    approve(store, course, OFFICE, A1, "s0", now=NOON)
    with pytest.raises(BadSupplement, match="不用补录"):
        asked(store, course, hours=2)
    after = open_lessons(course, account(), kept_dossier(store), now=NOON)
    assert [lesson.id for lesson in before] == [LESSON, *(lesson.id for lesson in after)]


def test_unknown_request_and_closed_year_are_refused() -> None:
    store, course = county()

    with pytest.raises(UnknownSupplement):
        approve(store, course, OFFICE, A1, "none", now=NOON)
    with pytest.raises(BadSupplement, match="不批准的原因"):
        refuse(store, course, OFFICE, A1, "none", reason="", now=NOON)
    with pytest.raises(YearOver):
        ask(store, course, BUREAU, A1, REQUEST, now=OVER, new_id=new_ids())


def test_list_has_what_waits_first_and_each_phase() -> None:
    store, course = county(placed(account("a2", number="n2", name="钱"), (NOON, "u1")))
    asked(store, course)
    ask(store, course, BUREAU, AccountId("a2"), REQUEST, now=NOON - timedelta(hours=1), new_id=lambda: "s9")
    approve(store, course, OFFICE, A1, "s0", now=NOON)

    def listed(phase: Phase | None = None, name: str = "") -> list[str]:
        units = units_of(store, BUREAU)
        rows = supplements_page(store, course, units, phase=phase, name=name, page=1).rows
        return [f"{row.id} {row.phase.label} {row.lesson}" for row in rows]

    title = course.content.lesson(LESSON)
    assert title
    assert listed() == [f"a2 待审核 {title.title}", f"a1 已批准 {title.title}"]
    assert listed(Phase.APPROVED) == [f"a1 已批准 {title.title}"]
    assert listed(name="N2") == [f"a2 待审核 {title.title}"]
    assert listed(Phase.REFUSED) == []


def test_list_of_people_is_checked_line_by_line_then_asked_for() -> None:
    store, course = county(placed(account("a2", number="n2", name="钱"), (NOON, "u2")))
    lesson = course.content.lesson(LESSON)
    assert lesson
    person = f"{account().number}\t{account().name}"
    lines = [
        "学法账号\t姓名\t课程\t依据",
        f"{person}\t《{lesson.title}》\t结业证",
        f"{person}\t{LESSON}",
        "n2\t钱\t第一课",
        f"{person}\t没有的课",
    ]

    def checked(proof: str) -> list[str]:
        listed = check_list(store, course, BUREAU, "\n".join(lines), reason="党校", proof=proof, now=NOON)
        return [entry.why[:8] for entry in listed]

    assert checked("") == ["", "请填写依据。", "您管理的范围内没", "没有课名（或编号"]
    assert checked("证") == ["", "与第 2 行重复", "您管理的范围内没", "没有课名（或编号"]
    with pytest.raises(BadSupplement, match="请填写原因"):
        check_list(store, course, BUREAU, "", reason=" ", proof="", now=NOON)
    listed = check_list(store, course, BUREAU, "\n".join(lines), reason="党校", proof="证", now=NOON)
    done = ask_list(store, course, BUREAU, listed, reason="党校", now=NOON, new_id=new_ids())
    again = ask_list(store, course, BUREAU, listed, reason="党校", now=NOON, new_id=new_ids())
    assert [bool(entry.why) for entry in done] == [False, True, True, True]
    assert "正在等待审核" in again[0].why
    assert [made.proof for made in kept_dossier(store).supplements] == ["结业证"]
