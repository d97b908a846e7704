from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.domain.errors import BadPage
from grader.domain.learning.dossier import (
    Allowance,
    Dossier,
    DossierSummary,
    Milestone,
    OpenPage,
    Revocation,
    Sitting,
    WindowName,
    add_award,
    allow,
    begin_attempt,
    is_superseded,
    open_page,
    reach,
    record_outcome,
    record_study,
    revoke_award,
    summarise_dossier,
)
from grader.domain.people.account import AccountId
from grader.domain.serial import Serial
from quizgen.model import LessonId
from tests.grader_factories import NOON, award, dossier, milestones, outcome, start

FIRST, OTHER = LessonId("xianfa-01"), LessonId("xuanxiu-01")
DAY = date(2026, 10, 9)
LENGTH = 600


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def beat(before: Dossier, now: datetime, *, lesson: LessonId = FIRST, page: int = 1) -> tuple[Dossier, int]:
    return record_study(before, lesson, page, now=now, day=DAY, length=LENGTH)


def opened(lesson: LessonId = FIRST) -> Dossier:
    return open_page(dossier(), lesson, now=NOON)


def test_opening_a_page_numbers_it_and_credits_nothing() -> None:
    again = open_page(opened(), OTHER, now=NOON + seconds(20))

    assert opened() == dossier(page=OpenPage(number=1, lesson=FIRST, counted_to=NOON))
    assert again == dossier(page=OpenPage(number=2, lesson=OTHER, counted_to=NOON + seconds(20)))


@pytest.mark.parametrize(
    ("gap", "credited"), [(0, 0), (0.999, 0), (1, 1), (30, 30), (45, 45), (45.5, 45), (3600, 45), (-3600, 0)]
)
def test_gap_credits_its_whole_seconds_up_to_forty_five(gap: float, credited: int) -> None:
    after, counted = beat(opened(), NOON + seconds(gap))

    assert (counted, after.lesson_seconds.get(FIRST, 0)) == (credited, credited)


def test_time_of_a_long_gap_is_not_made_up_for_later() -> None:
    after, _ = beat(opened(), NOON + seconds(3600))

    assert beat(after, NOON + seconds(3601))[1] == 1


def test_clock_that_goes_back_credits_nothing_until_it_has_caught_up() -> None:
    after, _ = beat(opened(), NOON + seconds(30))

    after, back = beat(after, NOON)
    after, up_to_date = beat(after, NOON + seconds(30))
    _, onward = beat(after, NOON + seconds(40))

    assert (back, up_to_date, onward) == (0, 0, 10)


def test_credit_ends_at_the_length_of_the_lesson() -> None:
    nearly = replace(dossier(seconds={FIRST: LENGTH - 10}), page=opened().page)

    full, last = beat(nearly, NOON + seconds(30))
    after, nothing = beat(full, NOON + seconds(60))

    assert (last, nothing, after.lesson_seconds) == (10, 0, {FIRST: LENGTH})


def test_lesson_that_became_shorter_loses_nothing_and_earns_no_more() -> None:
    long_studied = replace(dossier(seconds={FIRST: 2 * LENGTH}), page=opened().page)

    after, credited = beat(long_studied, NOON + seconds(30))

    assert (credited, after.lesson_seconds) == (0, {FIRST: 2 * LENGTH})


def test_study_is_kept_by_lesson_and_local_day() -> None:
    page = opened(OTHER).page
    before = dossier(seconds={FIRST: 5, OTHER: 7}, page=page)

    after, _ = record_study(before, OTHER, 1, now=NOON + seconds(30), day=date(2026, 10, 10), length=LENGTH)

    assert after.study == {FIRST: {DAY: 5}, OTHER: {DAY: 7, date(2026, 10, 10): 30}}


@pytest.mark.parametrize(("page", "lesson"), [(2, FIRST), (0, FIRST), (-1, FIRST), (1, OTHER)])
def test_beat_of_a_page_never_issued_for_the_lesson_is_refused(page: int, lesson: LessonId) -> None:
    with pytest.raises(BadPage):
        beat(opened(), NOON + seconds(30), lesson=lesson, page=page)


def test_beat_before_any_page_is_refused() -> None:
    with pytest.raises(BadPage):
        beat(dossier(), NOON)


@pytest.mark.parametrize(("page", "superseded"), [(1, True), (2, False), (3, False), (0, False), (-1, False)])
def test_page_is_superseded_by_a_newer_one_only(page: int, superseded: bool) -> None:
    assert is_superseded(open_page(opened(), OTHER, now=NOON), page) is superseded


def test_nothing_is_superseded_before_any_page() -> None:
    assert not is_superseded(dossier(), 1)


STEP = st.integers(min_value=-120_000, max_value=200_000).map(lambda ms: timedelta(milliseconds=ms))
EVENTS = st.lists(st.tuples(STEP, st.sampled_from(["open", "beat", "beat"]), st.sampled_from([FIRST, OTHER])))


@given(EVENTS, st.integers(min_value=1, max_value=300))
def test_credit_never_exceeds_the_time_that_passed_nor_the_lessons(
    events: list[tuple[timedelta, str, LessonId]], length: int
) -> None:
    kept, now, passed, credited = dossier(), NOON, timedelta(), 0
    for step, what, lesson in events:
        now, passed = now + step, passed + max(step, timedelta())
        if what == "open" or kept.page is None:
            kept = open_page(kept, lesson, now=now)
        else:
            page = kept.page
            kept, counted = record_study(kept, page.lesson, page.number, now=now, day=DAY, length=length)
            credited += counted

    assert sum(kept.lesson_seconds.values()) == credited
    assert credited <= passed.total_seconds()
    assert all(0 <= studied <= length for studied in kept.lesson_seconds.values())


@given(st.lists(st.integers(min_value=0, max_value=45_000), min_size=1, max_size=60))
def test_steady_beats_of_any_pace_lose_no_whole_second(gaps: list[int]) -> None:
    kept, now = opened(), NOON
    for gap in gaps:
        now += timedelta(milliseconds=gap)
        kept, _ = record_study(kept, FIRST, 1, now=now, day=DAY, length=10**6)

    assert kept.lesson_seconds.get(FIRST, 0) == sum(gaps) // 1000


def test_attempt_is_claimed_once_per_id() -> None:
    once = begin_attempt(dossier(), start("t1"))

    assert once == dossier(starts=(start("t1"),))
    assert begin_attempt(once, start("t1", number=2)) is once


def test_open_starts_are_those_without_an_outcome() -> None:
    begun = dossier(starts=(start("t1"), start("t2"), start("t3")), outcomes=(outcome("t2"),))

    assert (begun.open_starts, begun.open_start) == ((start("t1"), start("t3")), start("t3"))
    assert dossier(starts=(start("t1"),), outcomes=(outcome("t1"),)).open_start is None


def test_outcome_dates_examined_and_passed_at_the_end_of_the_attempt() -> None:
    recorded = record_outcome(dossier(), outcome(points=70))

    assert recorded == dossier(outcomes=(outcome(points=70),), milestones=milestones("examined", "passed"))


def test_failed_outcome_is_examined_only() -> None:
    assert record_outcome(dossier(), outcome(points=59)).milestones == milestones("examined")


def test_replayed_outcome_changes_nothing() -> None:
    once = record_outcome(dossier(), outcome("t1", 70))

    assert record_outcome(once, outcome("t1", 10)) is once


def test_later_outcomes_leave_the_first_dates() -> None:
    later = NOON + timedelta(days=1)
    both = record_outcome(record_outcome(dossier(), outcome("t1", 30)), outcome("t2", 90, ended=later))

    assert both.milestones == milestones("examined") | milestones("passed", at=later)


def test_milestone_keeps_its_first_date() -> None:
    reached = reach(dossier(), Milestone.STARTED, at=NOON)

    assert reached == dossier(milestones=milestones("started"))
    assert reach(reached, Milestone.STARTED, at=NOON + timedelta(days=1)) is reached


def revocation(serial: str, at: datetime = NOON) -> Revocation:
    return Revocation(serial=Serial(serial), at=at, by="office", reason="姓名有误")


def test_award_in_force_is_the_latest_not_revoked() -> None:
    two = add_award(add_award(dossier(), award("1")), award("2"))
    reissued = revoke_award(two, revocation("2"))

    assert [d.award for d in (dossier(), two, reissued)] == [None, award("2"), award("1")]


def test_first_revocation_of_a_serial_holds() -> None:
    once = revoke_award(dossier(awards=(award("1"),)), revocation("1"))

    assert once == dossier(awards=(award("1"),), revocations=(revocation("1"),))
    assert revoke_award(once, revocation("1", NOON + timedelta(days=1))) is once


def test_summary_of_an_empty_dossier_owes_everything() -> None:
    assert summarise_dossier(dossier()) == DossierSummary(programme="2026", account=AccountId("a1"))


def test_summary_counts_starts_by_window_and_keeps_the_best_score() -> None:
    makeup = start("t3", number=3, window=WindowName.MAKEUP, at=NOON + timedelta(days=60))
    full = dossier(
        seconds={FIRST: 600, OTHER: 30},
        starts=(start("t1"), start("t2", number=2), makeup),
        outcomes=(outcome("t1", 70), outcome("t2", 40)),
        milestones=milestones("started", "passed"),
        awards=(award("1"),),
    )

    assert summarise_dossier(full) == DossierSummary(
        programme="2026",
        account=AccountId("a1"),
        seconds={FIRST: 600, OTHER: 30},
        exam_starts=2,
        makeup_starts=1,
        sitting=True,
        due=makeup.deadline,
        best=70,
        passed=True,
        milestones=milestones("started", "passed"),
        serial="1",
        sittings=(
            Sitting(at=NOON, window=WindowName.EXAM, ended=NOON, points=70, passed=True),
            Sitting(at=NOON, window=WindowName.EXAM, ended=NOON, points=40),
            Sitting(at=NOON + timedelta(days=60), window=WindowName.MAKEUP),
        ),
    )


def test_summary_is_due_when_the_first_open_attempt_is() -> None:
    earlier = start("t1", at=NOON - timedelta(hours=3))

    assert summarise_dossier(dossier(starts=(earlier, start("t2")))).due == earlier.deadline


def test_summary_dates_the_last_revocation_while_no_award_is_in_force() -> None:
    revoked = dossier(awards=(award("1"),), revocations=(revocation("1"),))
    reissued = add_award(revoked, award("2"))

    summaries = [summarise_dossier(d) for d in (revoked, reissued)]

    assert [(summary.voided, summary.serial) for summary in summaries] == [(NOON, ""), (None, "2")]


def test_windows_have_names_for_the_screen() -> None:
    assert [window.label for window in WindowName] == ["考试", "补考"]


def test_allowances_add_up_by_window_and_a_replay_changes_nothing() -> None:
    more = Allowance(at=NOON, by="bureau", reason="停电", window=WindowName.EXAM, minutes=15, attempts=1)
    other = replace(more, window=WindowName.MAKEUP, attempts=2)
    granted = allow(allow(allow(dossier(), more), replace(more, at=NOON + seconds(1))), other)

    assert allow(granted, other) is granted
    assert granted.more_minutes == 45
    assert summarise_dossier(granted).more_attempts == {WindowName.EXAM: 2, WindowName.MAKEUP: 2}
