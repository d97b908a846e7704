from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.domain.content import PublishedContent
from grader.domain.learning.dossier import Answered, Dossier, Milestone, WindowName, summarise_dossier
from grader.domain.learning.standing import (
    LessonStanding,
    Standing,
    State,
    credited_hours,
    following,
    glance,
    mark_milestones,
    standing,
)
from quizgen.lesson import Lesson
from quizgen.model import ItemId, LessonId
from quizgen.programme import CreditBy, Gate
from tests.grader_factories import (
    AGENCY,
    LEADING,
    NOON,
    award,
    content,
    dossier,
    lesson,
    milestones,
    outcome,
    programme,
    sectioned,
    start,
    tier,
)

FULL = {"xianfa-01": 600}
DAY = date(2026, 10, 9)
MAKEUP_TIME = datetime.fromisoformat("2026-12-05T12:00+08:00")


def ruled(**tier_changes: Any) -> PublishedContent:
    """The factory's content with another rule for the tier agency."""
    return content(programme=programme(tiers={AGENCY: tier(**tier_changes)}))


def standing_of(
    kept: Dossier, rules: PublishedContent | None = None, *, exempt: bool = False, now: datetime = NOON
) -> Standing:
    """The standing; the state by itself is always the same."""
    summary = summarise_dossier(kept)
    found = standing(rules or content(), AGENCY, summary, exempt=exempt, now=now)
    assert glance(rules or content(), AGENCY, summary, exempt=exempt) == (found.state, found.hours)
    return found


def test_standing_of_somebody_who_has_done_nothing() -> None:
    assert standing_of(dossier()) == Standing(
        lessons=(
            LessonStanding(lesson=lesson(), elective=False, earned=0, worth=1, length=600),
            LessonStanding(lesson=lesson("xuanxiu-01"), elective=True, earned=0, worth=1, length=600),
        ),
        hours=0,
        required_hours=1,
        elective_hours=0,
        hours_met=False,
        attempts_used=0,
        attempts_allowed=2,
        best=None,
        passed=False,
        pass_mark=60,
        exempt=False,
        state=State.NOT_STARTED,
        missing=("还差 10 分钟学习时间（需要 1 学时）", "还没有参加考试"),
        serial="",
    )


def test_standing_of_somebody_who_has_done_everything() -> None:
    kept = dossier(
        seconds=FULL | {"xuanxiu-01": 300},
        starts=(start("t1"), start("t2", number=2)),
        outcomes=(outcome("t1", 80), outcome("t2", 40)),
        awards=(award("1"),),
    )

    found = standing_of(kept)

    assert found == Standing(
        lessons=(
            LessonStanding(lesson=lesson(), elective=False, earned=1, worth=1, studied=600, length=600),
            LessonStanding(lesson=lesson("xuanxiu-01"), elective=True, earned=0.5, worth=1, studied=300, length=600),
        ),
        hours=1,
        required_hours=1,
        elective_hours=0.5,
        hours_met=True,
        attempts_used=2,
        attempts_allowed=2,
        best=80,
        passed=True,
        pass_mark=60,
        exempt=False,
        state=State.QUALIFIED,
        missing=(),
        serial="1",
    )
    assert (found.qualified, [entry.is_complete for entry in found.lessons]) == (True, [True, False])


@pytest.mark.parametrize(
    ("studied", "hours", "minutes_missing"), [(0, 0, 10), (59, 0, 10), (60, 0.1, 9), (599, 0.9, 1)]
)
def test_hours_are_rounded_down_and_what_is_missing_up(studied: int, hours: float, minutes_missing: int) -> None:
    found = standing_of(dossier(seconds={"xianfa-01": studied}))

    assert found.hours == hours
    assert found.missing[0] == f"还差 {minutes_missing} 分钟学习时间（需要 1 学时）"


def by_sections(*lessons: Lesson, required_hours: float = 1) -> PublishedContent:
    """These required lessons, credited by their sections."""
    tiers = {AGENCY: tier(required=tuple(one.id for one in lessons), electives=())}
    rules = programme(credit_by=CreditBy.SECTIONS, required_hours=required_hours, tiers=tiers)
    return content(programme=rules, lessons=lessons)


def test_standing_by_sections_counts_lessons_done_and_says_what_is_left_of_others() -> None:
    done, begun, other = (sectioned(f"xianfa-0{number}") for number in (1, 2, 3))
    answered = Answered(sections=(1,), items=(ItemId("xianfa-02-003"),))
    kept = dossier(completed={done.id: DAY}, answered={begun.id: answered})

    found = standing_of(kept, by_sections(done, begun, other, required_hours=3))

    assert found.lessons == (
        LessonStanding(lesson=done, elective=False, earned=1, worth=1),
        LessonStanding(lesson=begun, elective=False, earned=0, worth=1, answered=answered),
        LessonStanding(lesson=other, elective=False, earned=0, worth=1),
    )
    assert [entry.left for entry in found.lessons] == [(0, 0, 0), (0, 1, 1), (2, 2, 1)]
    assert [entry.sections_left for entry in found.lessons] == [0, 2, 3]
    assert [entry.is_begun for entry in found.lessons] == [True, True, False]
    assert (found.hours, found.state) == (1, State.STUDYING)
    assert found.missing == ("还差 2 学时（需要 3 学时）", "还没有参加考试")


@pytest.mark.parametrize(
    ("done", "after", "expected"),
    [
        ([], "xianfa-01", "xianfa-02"),
        (["xianfa-02"], "xianfa-01", "xianfa-03"),
        (["xianfa-03"], "xianfa-03", "xianfa-01"),
        (["xianfa-01", "xianfa-02"], "xianfa-03", None),
        ([], "xuanxiu-01", "xianfa-01"),
        ([], "lingdao-01", "xianfa-01"),
    ],
)
def test_next_lesson_is_of_the_learners_own_tier(done: list[str], after: str, expected: str | None) -> None:
    ids = ["xianfa-01", "xianfa-02", "xianfa-03", "xuanxiu-01", "lingdao-01"]
    own = tier(required=tuple(map(LessonId, ids[:3])), electives=(LessonId("xuanxiu-01"),))
    rules = content(
        programme=programme(credit_by=CreditBy.SECTIONS, tiers={AGENCY: own}), lessons=tuple(map(sectioned, ids))
    )
    summary = summarise_dossier(dossier(completed={LessonId(id): DAY for id in done}))

    found = following(rules, AGENCY, summary, id=LessonId(after))

    assert (found.id if found else None) == expected


@pytest.mark.parametrize(
    ("done", "expected"), [([], "xianfa-01"), (["xianfa-01"], "xianfa-02"), (["xianfa-01", "xianfa-02"], None)]
)
def test_first_required_lesson_that_is_open_comes_next(done: list[str], expected: str | None) -> None:
    ids = ["xianfa-01", "xianfa-02", "xuanxiu-01"]
    own = tier(required=tuple(map(LessonId, ids[:2])), electives=(LessonId("xuanxiu-01"),))
    rules = content(
        programme=programme(credit_by=CreditBy.SECTIONS, tiers={AGENCY: own}), lessons=tuple(map(sectioned, ids))
    )

    found = standing_of(dossier(completed={LessonId(id): DAY for id in done}), rules).next_lesson

    assert (found.id if found else None) == expected


def test_hours_of_sections_need_not_be_whole() -> None:
    tenths = [sectioned(f"xianfa-0{number}", hours=0.7) for number in (1, 2, 3)]
    kept = dossier(completed={tenths[0].id: DAY, tenths[1].id: DAY})

    found = standing_of(kept, by_sections(*tenths, required_hours=2.1))

    assert (found.hours, found.missing[0]) == (1.4, "还差 0.7 学时（需要 2.1 学时）")
    assert standing_of(kept, by_sections(*tenths, required_hours=1.4)).hours_met


def test_sections_that_ask_nothing_more_are_done_for_good() -> None:
    lesson = sectioned()
    half = dossier(answered={lesson.id: Answered(items=(ItemId("xianfa-01-001"),))})
    shorter = sectioned(items=(("001",), ("003", "004"), ("005",)))

    noted = mark_milestones(half, by_sections(shorter), AGENCY, now=NOON)

    assert noted.answered == {lesson.id: Answered(sections=(1,))}
    assert standing_of(noted, by_sections(lesson)).lessons[0].left == (0, 2, 1)


def by_completion(*minutes: int, required_hours: float) -> PublishedContent:
    """Required lessons l1, l2 … of these lengths, each earned by five minutes; ten minutes are an hour."""
    lessons = tuple(lesson(f"xianfa-0{n}", minutes=length) for n, length in enumerate(minutes, start=1))
    tiers = {AGENCY: tier(required=tuple(one.id for one in lessons), electives=())}
    rules = programme(credit_by=CreditBy.COMPLETION, completion_minutes=5, required_hours=required_hours, tiers=tiers)
    return content(programme=rules, lessons=lessons)


@pytest.mark.parametrize(
    ("lengths", "hours", "seconds", "missing"),
    [
        ((10, 10), 2, {}, "还差 10 分钟学习时间（再完成 2 课，需要 2 学时）"),
        ((10, 10), 1, {}, "还差 5 分钟学习时间（再完成 1 课，需要 1 学时）"),
        ((10, 10), 2, {"xianfa-01": 600}, "还差 5 分钟学习时间（再完成 1 课，需要 2 学时）"),
        ((10, 10), 2, {"xianfa-01": 299, "xianfa-02": 61}, "还差 4 分钟学习时间（再完成 2 课，需要 2 学时）"),
        ((10, 10, 10), 2, {"xianfa-03": 299, "xianfa-01": 300}, "还差 1 分钟学习时间（再完成 1 课，需要 2 学时）"),
        ((3, 3, 30), 3, {}, "还差 5 分钟学习时间（再完成 1 课，需要 3 学时）"),
        ((3, 3), 1, {"xianfa-02": 60}, "还差 5 分钟学习时间（再完成 2 课，需要 1 学时）"),
    ],
)
def test_time_missing_by_completion_is_what_its_lessons_still_take(
    lengths: tuple[int, ...], hours: float, seconds: dict[str, int], missing: str
) -> None:
    found = standing(
        by_completion(*lengths, required_hours=hours),
        AGENCY,
        summarise_dossier(dossier(seconds=seconds)),
        exempt=False,
        now=NOON,
    )

    assert found.missing[0] == missing


@given(st.lists(st.integers(0, 700), min_size=3, max_size=3), st.integers(1, 3))
def test_time_missing_by_completion_is_enough(studied: list[int], hours: int) -> None:
    rules = by_completion(10, 10, 10, required_hours=hours)
    seconds = {f"xianfa-0{n}": one for n, one in enumerate(studied, start=1)}
    open_ones = sorted((300 - one, id) for id, one in seconds.items() if one < 300)
    found = standing(rules, AGENCY, summarise_dossier(dossier(seconds=seconds)), exempt=False, now=NOON)

    needed = hours - (3 - len(open_ones))
    finished = seconds | {id: 300 for _, id in open_ones[: max(needed, 0)]}
    after = standing(rules, AGENCY, summarise_dossier(dossier(seconds=finished)), exempt=False, now=NOON)

    assert after.hours_met
    if needed > 0:
        minutes = -(-sum(left for left, _ in open_ones[:needed]) // 60)
        assert found.missing[0].startswith(f"还差 {minutes} 分钟学习时间（再完成 {needed} 课，")


def test_elective_study_never_counts_towards_the_hours() -> None:
    found = standing_of(dossier(seconds={"xuanxiu-01": 600}))

    assert (found.hours, found.elective_hours, found.hours_met, found.state) == (0, 1, False, State.STUDYING)


def test_study_beyond_a_lesson_that_became_shorter_does_not_count() -> None:
    shorter = content(lessons=(lesson(minutes=5), lesson("xuanxiu-01")))

    found = standing_of(dossier(seconds=FULL), shorter)

    assert found.lessons[0] == LessonStanding(
        lesson=lesson(minutes=5), elective=False, earned=0.5, worth=0.5, studied=300, length=300
    )


def test_lesson_that_is_no_longer_there_is_left_out() -> None:
    assert standing_of(dossier(seconds=FULL), content(lessons=())).lessons == ()


def test_hours_once_met_stay_met_under_stricter_rules() -> None:
    stricter = content(programme=programme(required_hours=3))
    kept = dossier(seconds=FULL, milestones=milestones("hours_met"))

    found = standing_of(kept, stricter)

    assert (found.hours_met, found.missing) == (True, ("还没有参加考试",))


@pytest.mark.parametrize(
    ("kept", "exempt", "gate", "state"),
    [
        (dossier(), False, Gate.HOURS, State.NOT_STARTED),
        (dossier(seconds={"xianfa-01": 0}), False, Gate.HOURS, State.NOT_STARTED),
        (dossier(seconds={"xianfa-01": 1}), False, Gate.HOURS, State.STUDYING),
        (dossier(answered={LessonId("xianfa-01"): Answered()}), False, Gate.HOURS, State.STUDYING),
        (dossier(completed={LessonId("xianfa-01"): DAY}), False, Gate.HOURS, State.EXAM_DUE),
        (dossier(seconds=FULL), False, Gate.HOURS, State.EXAM_DUE),
        (dossier(seconds=FULL, outcomes=(outcome(points=59),)), False, Gate.HOURS, State.FAILED),
        (dossier(seconds=FULL, outcomes=(outcome(points=60),)), False, Gate.HOURS, State.QUALIFIED),
        (dossier(outcomes=(outcome(points=60),)), False, Gate.NONE, State.HOURS_DUE),
        (dossier(), False, Gate.NONE, State.NOT_STARTED),
        (dossier(starts=(start(),)), False, Gate.NONE, State.EXAM_DUE),
        (dossier(starts=(start(window=WindowName.MAKEUP),)), False, Gate.NONE, State.EXAM_DUE),
        (dossier(starts=(start(),)), False, Gate.HOURS, State.NOT_STARTED),
        (dossier(), True, Gate.HOURS, State.EXEMPT),
        (dossier(outcomes=(outcome(points=60),)), True, Gate.HOURS, State.EXEMPT),
        (dossier(seconds=FULL, outcomes=(outcome(points=60),)), True, Gate.HOURS, State.QUALIFIED),
    ],
)
def test_state_says_where_the_learner_is_in_the_year(kept: Dossier, exempt: bool, gate: Gate, state: State) -> None:
    assert standing_of(kept, ruled(gate=gate), exempt=exempt).state is state


def test_every_state_has_a_name_of_its_own_for_the_screen() -> None:
    assert len({state.label for state in State}) == len(State)


def test_failed_exam_is_still_missing() -> None:
    found = standing_of(dossier(seconds=FULL, outcomes=(outcome(points=30),)))

    assert (found.missing, found.qualified) == (("考试还没有合格",), False)


@pytest.mark.parametrize(
    ("now", "used", "allowed"),
    [
        (NOON - timedelta(days=30), 2, 2),
        (NOON, 2, 2),
        (MAKEUP_TIME, 1, 1),
        (NOON + timedelta(days=400), 2, 2),
    ],
)
def test_attempts_are_those_of_the_open_window(now: datetime, used: int, allowed: int) -> None:
    starts = (start("t1"), start("t2"), start("t3", window=WindowName.MAKEUP))

    found = standing_of(dossier(starts=starts), now=now)

    assert (found.attempts_used, found.attempts_allowed) == (used, allowed)


@given(studied=st.lists(st.integers(0, 700), min_size=2, max_size=2), credit_by=st.sampled_from(CreditBy))
def test_hours_alone_are_those_of_the_standing(studied: list[int], credit_by: CreditBy) -> None:
    rules = content(programme=programme(credit_by=credit_by))
    kept = dossier(seconds={LessonId("xianfa-01"): studied[0], LessonId("xuanxiu-01"): studied[1]})

    assert credited_hours(rules, AGENCY, summarise_dossier(kept)) == standing_of(kept, rules).hours


def test_nothing_done_reaches_no_milestone() -> None:
    nothing = dossier(study={LessonId("xianfa-01"): {}})

    assert mark_milestones(nothing, content(), AGENCY, now=NOON) is nothing


@pytest.mark.parametrize(
    ("kept", "reached"),
    [
        (dossier(seconds={"xuanxiu-01": 1}), milestones("started")),
        (dossier(seconds=FULL), milestones("started", "hours_met")),
        (dossier(outcomes=(outcome(points=60),)), {}),
        (dossier(answered={LessonId("xianfa-01"): Answered(items=(ItemId("xianfa-01-001"),))}), milestones("started")),
        (dossier(completed={LessonId("xianfa-01"): DAY}), milestones("started", "hours_met")),
        (dossier(seconds=FULL, outcomes=(outcome(points=60),)), milestones("started", "hours_met", "qualified")),
    ],
)
def test_milestones_are_dated_when_the_facts_reach_them(kept: Dossier, reached: dict[str, datetime]) -> None:
    assert mark_milestones(kept, content(), AGENCY, now=NOON).milestones == reached


def test_nobody_qualified_before_the_hours_were_met() -> None:
    hour = timedelta(hours=1)
    kept = dossier(
        seconds=FULL,
        outcomes=(outcome(points=60, ended=NOON),),
        milestones=milestones("started", "hours_met", at=NOON + hour) | milestones("passed"),
    )

    # The attempt ended at noon by its deadline and was settled later.
    assert mark_milestones(kept, content(), AGENCY, now=NOON).milestones[Milestone.QUALIFIED] == NOON + hour


def test_milestones_keep_their_first_dates() -> None:
    kept = dossier(seconds=FULL, milestones=milestones("started", "hours_met"))

    assert mark_milestones(kept, content(), AGENCY, now=NOON + timedelta(days=1)) is kept


def test_hours_met_before_a_transfer_stay_met_in_the_new_tier() -> None:
    longer = tier("leading", required=(LessonId("xianfa-01"), LessonId("xuanxiu-01")))
    rules = content(programme=programme(required_hours=2, tiers={AGENCY: tier(), LEADING: longer}))
    kept = dossier(seconds=FULL, milestones=milestones("started", "hours_met"))

    found = standing(rules, LEADING, summarise_dossier(kept), exempt=False, now=NOON)

    assert (found.hours, found.hours_met) == (1, True)
