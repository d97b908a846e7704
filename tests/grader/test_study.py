from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course import Courses
from grader.domain.errors import BadPage, UnknownLesson
from grader.domain.learning.dossier import Dossier, OpenPage
from grader.domain.people.account import Account, Exemption
from grader.dossiers import dossier_of, standing_of
from grader.store.base import Store
from grader.store.kinds import DOSSIER
from grader.study import CountedBeat, Reason, record_beat
from quizgen.model import LessonId
from quizgen.programme import Gate
from tests.grader_factories import (
    AGENCY,
    NOON,
    account,
    content,
    dossier,
    keep_dossier,
    kept_dossier,
    lesson,
    milestones,
    outcome,
    programme,
    tier,
    year,
)

FIRST, ELECTIVE = LessonId("xianfa-01"), LessonId("xuanxiu-01")
OPENS = datetime.fromisoformat("2026-03-01T00:00+08:00")
CLOSES = datetime.fromisoformat("2027-01-01T00:00+08:00")
MOMENT = timedelta(microseconds=1)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def beat(
    world: tuple[Store, Courses],
    now: datetime,
    page: int | None = None,
    *,
    lesson: LessonId = FIRST,
    by: Account | None = None,
) -> CountedBeat:
    store, courses = world
    return record_beat(store, courses.current(NOON), by or account(), lesson=lesson, page=page, now=now)


def gist(counted: CountedBeat) -> tuple[int | None, int, str]:
    return counted.page, counted.seconds, counted.reason


def test_first_beat_opens_a_page_and_credits_nothing() -> None:
    world = year()
    course = world[1].current(NOON)

    opened = beat(world, NOON)

    assert opened == CountedBeat(
        page=1,
        seconds=0,
        reason=Reason.OPENED,
        lesson_seconds=0,
        lesson_length=600,
        elective=False,
        hours=0,
        required_hours=course.content.programme.required_hours,
    )
    assert opened.message == "开始计时"
    assert kept_dossier(world[0]) == dossier(page=OpenPage(number=1, lesson=FIRST, counted_to=NOON))


def test_beats_credit_the_servers_time_and_date_the_start() -> None:
    world = year()
    beat(world, NOON)

    counted = beat(world, NOON + seconds(30), 1)

    assert (gist(counted), counted.lesson_seconds) == ((1, 30, ""), 30)
    assert kept_dossier(world[0]) == dossier(
        seconds={FIRST: 30},
        page=OpenPage(number=1, lesson=FIRST, counted_to=NOON + seconds(30)),
        milestones=milestones("started", at=NOON + seconds(30)),
    )


def test_newest_page_wins_and_the_older_one_says_so() -> None:
    world = year()
    beat(world, NOON)
    beat(world, NOON + seconds(10), lesson=ELECTIVE)

    older = beat(world, NOON + seconds(30), 1)
    newer = beat(world, NOON + seconds(31), 2, lesson=ELECTIVE)

    assert (gist(older), gist(newer)) == ((1, 0, "superseded"), (2, 21, ""))
    assert older.message == "您已在另一页面学习，本页暂停计时"


def test_two_pages_that_keep_taking_over_earn_no_more_than_the_time_that_passed() -> None:
    world = year()
    for second in range(0, 60, 2):
        opened = beat(world, NOON + seconds(second))
        beat(world, NOON + seconds(second + 1), opened.page)

    assert kept_dossier(world[0]).lesson_seconds == {FIRST: 30}


STEPS = st.lists(
    st.tuples(st.integers(0, 90_000), st.sampled_from([None, 0, 1, 2, 3]), st.sampled_from([FIRST, ELECTIVE])),
    max_size=15,
)


@given(STEPS)
def test_no_sequence_of_beats_earns_more_than_the_time_that_passed(
    steps: list[tuple[int, int | None, LessonId]],
) -> None:
    world, now, counted = year(), NOON, 0
    for milliseconds, page, lesson_id in steps:
        now += timedelta(milliseconds=milliseconds)
        try:
            counted += beat(world, now, page, lesson=lesson_id).seconds
        except BadPage:
            continue

    studied = dossier_of(world[0], "2026", account().id).lesson_seconds
    assert counted == sum(studied.values()) <= (now - NOON).total_seconds()
    assert all(total <= 600 for total in studied.values())


def test_beats_of_two_threads_at_one_moment_are_credited_once() -> None:
    world, barrier = year(), Barrier(2)
    beat(world, NOON)
    credited: list[int] = []

    def work() -> None:
        barrier.wait()
        credited.append(beat(world, NOON + seconds(30), 1).seconds)

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (sorted(credited), kept_dossier(world[0]).lesson_seconds) == ([0, 30], {FIRST: 30})


def test_full_lesson_says_so_and_the_hours_are_dated() -> None:
    world = year()
    page = OpenPage(number=4, lesson=FIRST, counted_to=NOON)
    keep_dossier(world[0], dossier(seconds={FIRST: 590}, page=page, milestones=milestones("started")))

    last = beat(world, NOON + seconds(30), 4)
    after = beat(world, NOON + seconds(60), 4)

    assert (gist(last), gist(after), after.message) == ((4, 10, "complete"), (4, 0, "complete"), "本课学习时间已计满")
    assert kept_dossier(world[0]).milestones == milestones("started") | milestones("hours_met", at=NOON + seconds(30))


def test_hours_met_after_a_passed_exam_qualify() -> None:
    world = year(programme=programme(tiers={AGENCY: tier(gate=Gate.NONE)}))
    page = OpenPage(number=1, lesson=FIRST, counted_to=NOON)
    keep_dossier(world[0], dossier(seconds={FIRST: 590}, page=page, outcomes=(outcome(),)))

    beat(world, NOON + seconds(30), 1)

    assert kept_dossier(world[0]).milestones == milestones("started", "hours_met", "qualified", at=NOON + seconds(30))


def test_study_belongs_to_the_day_of_the_programmes_zone() -> None:
    world = year()
    midnight = datetime.fromisoformat("2026-10-09T16:00+00:00")
    beat(world, midnight - seconds(31))

    beat(world, midnight - MOMENT, 1)
    beat(world, midnight + seconds(9), 1)

    assert kept_dossier(world[0]).study == {FIRST: {date(2026, 10, 9): 30, date(2026, 10, 10): 10}}


@pytest.mark.parametrize(
    ("now", "reason"),
    [(OPENS - MOMENT, "closed"), (OPENS, "opened"), (CLOSES - MOMENT, "opened"), (CLOSES, "closed")],
)
def test_study_counts_from_the_windows_opening_until_just_before_it_closes(now: datetime, reason: str) -> None:
    assert beat(year(), now).reason == reason


def test_beat_outside_the_window_records_nothing_and_issues_no_page() -> None:
    world = year()
    beat(world, CLOSES - seconds(60))
    before = kept_dossier(world[0])

    closed = beat(world, CLOSES, 1)

    assert (gist(closed), closed.message) == ((None, 0, "closed"), "现在不在学习时间内，可以阅读，不计时")
    assert kept_dossier(world[0]) == before


def test_page_left_open_overnight_begins_by_itself_when_the_window_opens() -> None:
    world = year()
    waiting = beat(world, OPENS - seconds(20))

    begun = beat(world, OPENS + seconds(10), waiting.page)

    assert (gist(waiting), gist(begun)) == ((None, 0, "closed"), (1, 0, "opened"))


def test_lesson_of_another_tier_may_be_read_but_does_not_count() -> None:
    world = year(lessons=(lesson(), lesson("xuanxiu-01"), lesson("xianfa-09")))

    counted = beat(world, NOON, lesson=LessonId("xianfa-09"))

    assert (gist(counted), counted.message) == (
        (None, 0, "not-in-tier"),
        "本课不在您的学习范围内，可以阅读，不计时",
    )
    assert world[0].list(DOSSIER) == []


def test_elective_is_counted_apart() -> None:
    world = year()
    beat(world, NOON, lesson=ELECTIVE)

    counted = beat(world, NOON + seconds(30), 1, lesson=ELECTIVE)

    assert (counted.elective, counted.lesson_seconds, counted.hours) == (True, 30, 0)


def test_unknown_lesson_is_refused() -> None:
    with pytest.raises(UnknownLesson, match="xianfa-99"):
        beat(year(), NOON, lesson=LessonId("xianfa-99"))


@pytest.mark.parametrize("page", [1, 7])
def test_page_never_issued_is_refused_and_nothing_recorded(page: int) -> None:
    world = year()

    with pytest.raises(BadPage):
        beat(world, NOON, page)

    assert world[0].list(DOSSIER) == []


def test_learner_without_a_dossier_has_an_empty_one() -> None:
    store, _ = year()

    assert dossier_of(store, "2026", account().id) == Dossier(programme="2026", account=account().id)


def test_standing_knows_whether_the_learner_is_exempt_now() -> None:
    course = year()[1].current(NOON)
    exempt = account(exemptions=(Exemption(programme="2026", kind="worker", at=NOON),))

    states = [standing_of(course, exempt, dossier(), now=now).exempt for now in (NOON - MOMENT, NOON)]

    assert states == [False, True]


def test_study_of_one_programme_does_not_count_for_another() -> None:
    world = year()
    keep_dossier(world[0], replace(dossier(seconds={FIRST: 600}), programme="2025"))

    assert beat(world, NOON).lesson_seconds == 0
    assert content().programme.id == "2026"
