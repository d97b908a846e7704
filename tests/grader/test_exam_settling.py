"""Attempts whose time is over, crashes between the documents of an exam, and the sweep."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from grader.administration.publish import publish
from grader.course import Course, Courses
from grader.domain.errors import UnknownAttempt
from grader.domain.exam.attempt import Attempt, Sheet
from grader.domain.learning.dossier import Outcome
from grader.domain.people.account import AccountId
from grader.exam import NoPaper, own_attempt, save_responses, settle, settle_open, start_attempt, submit_attempt, sweep
from grader.store.base import Kind, S, Store, Stored, T, Unusable
from grader.store.kinds import ACCOUNT, ATTEMPT, DOSSIER
from quizgen.model import Letter
from quizgen.programme import Gate
from tests.grader_factories import (
    AGENCY,
    NOON,
    Crash,
    WatchedStore,
    account,
    attempt,
    content,
    crash_at,
    dossier,
    exam_items,
    keep_dossier,
    kept_dossier,
    milestones,
    programme,
    start,
    tier,
    year,
)

DEADLINE = NOON + timedelta(hours=1)
OVER = DEADLINE + timedelta(seconds=10, microseconds=1)
MINUTE = timedelta(minutes=1)
STUDIED = dossier(seconds={"xianfa-01": 600}, milestones=milestones("started", "hours_met"))


def ready() -> tuple[WatchedStore, Courses, Course]:
    store, courses = year()
    keep_dossier(store, STUDIED)
    return store, courses, courses.current(NOON)


def begin(store: Store, course: Course) -> Attempt:
    return start_attempt(store, course, account(), now=NOON, new_id=lambda: "t1")


def answer_all(store: Store, course: Course, begun: Attempt) -> Attempt:
    right = {place.item: course.keys[place.item] for place in begun.paper.items}
    return save_responses(store, account(), begun.id, right, sequence=1, now=NOON + MINUTE)


def kept_attempt(store: Store) -> Attempt:
    stored = store.load(ATTEMPT, "t1")
    assert stored is not None
    return stored.value


def full_marks(ended_after: timedelta) -> Outcome:
    return Outcome(attempt="t1", points=100, possible=100, passed=True, ended=NOON + ended_after)


def test_attempt_past_its_time_is_scored_by_whoever_looks_and_ended_at_the_deadline() -> None:
    store, courses, course = ready()
    answer_all(store, course, begin(store, course))

    seen = own_attempt(store, courses, account(), "t1", now=OVER)

    ended = full_marks(timedelta(hours=1))
    assert (seen.outcome, seen.submitted) == (ended, None)
    assert seen == kept_attempt(store)
    assert kept_dossier(store) == replace(
        STUDIED,
        starts=(start("t1"),),
        outcomes=(ended,),
        milestones={**STUDIED.milestones, **milestones("examined", "passed", "qualified", at=DEADLINE)},
    )


def test_attempt_within_its_grace_is_left_alone() -> None:
    store, courses, course = ready()
    begun = begin(store, course)

    assert own_attempt(store, courses, account(), "t1", now=OVER - timedelta(microseconds=1)) == begun
    assert settle_open(store, courses, course, account(), now=DEADLINE) == kept_dossier(store)
    assert kept_dossier(store).outcomes == ()


def test_submission_within_the_grace_is_recorded_at_the_deadline() -> None:
    store, courses, course = ready()
    begin(store, course)

    submitted = submit_attempt(store, courses, account(), "t1", now=DEADLINE + timedelta(seconds=9))

    assert (submitted.submitted, submitted.outcome and submitted.outcome.ended) == (DEADLINE, DEADLINE)


def test_submission_long_after_the_deadline_scores_what_had_been_saved() -> None:
    store, courses, course = ready()
    answer_all(store, course, begin(store, course))

    late = submit_attempt(store, courses, account(), "t1", now=OVER + MINUTE)

    assert (late.submitted, late.outcome) == (None, full_marks(timedelta(hours=1)))


def test_crash_before_the_paper_was_made_costs_no_second_attempt() -> None:
    store, _, course = ready()
    store.before_save = crash_at("attempt")
    with pytest.raises(Crash):
        begin(store, course)
    store.before_save = lambda _: None

    resumed = start_attempt(store, course, account(), now=NOON + MINUTE, new_id=lambda: "t2")

    assert (resumed.id, resumed.number, resumed.deadline) == ("t1", 1, DEADLINE)
    assert kept_dossier(store).starts == (start("t1"),)


def test_claimed_attempt_without_a_paper_gets_it_from_whoever_looks() -> None:
    store, courses, course = ready()
    keep_dossier(store, replace(STUDIED, starts=(start("t1"),)))

    looked = settle_open(store, courses, course, account(), now=NOON + MINUTE)

    assert looked == replace(STUDIED, starts=(start("t1"),))
    assert kept_attempt(store) == begin(store, course)


def test_claimed_attempt_without_a_paper_is_settled_once_its_time_is_over() -> None:
    store, courses, course = ready()
    keep_dossier(store, replace(STUDIED, starts=(start("t1"),)))

    looked = settle_open(store, courses, course, account(), now=OVER)

    nothing = Outcome(attempt="t1", points=0, possible=100, passed=False, ended=DEADLINE)
    assert (looked.outcomes, kept_attempt(store).outcome) == ((nothing,), nothing)


def test_paper_that_somebody_else_made_first_is_the_one_that_holds() -> None:
    store, _, course = ready()

    def make_it_first(kind: str) -> None:
        if kind == "attempt":
            store.before_save = lambda _: None
            begin(store, course)

    store.before_save = make_it_first

    begun = begin(store, course)

    assert begun == kept_attempt(store)
    assert sum(course.uses.values()) == len(begun.paper.items)


def test_several_attempts_left_open_by_crashes_are_settled_together() -> None:
    store, courses, course = ready()
    keep_dossier(store, replace(STUDIED, starts=(start("t1"), start("t2", number=2))))

    looked = settle_open(store, courses, course, account(), now=OVER)

    assert [outcome.attempt for outcome in looked.outcomes] == ["t1", "t2"]


def right_sheet(course: Course, begun: Attempt) -> Sheet:
    """The form of somebody who knows everything."""
    return Sheet(
        ticked={place.item: course.keys[place.item] for place in begun.paper.items}, shown=frozenset(), sequence=1
    )


def test_submission_saves_the_attempt_once_and_the_dossier_once() -> None:
    store, courses, course = ready()
    begun = begin(store, course)
    saved: list[str] = []
    store.before_save = saved.append

    submitted = submit_attempt(store, courses, account(), "t1", sheet=right_sheet(course, begun), now=NOON + MINUTE)

    assert (saved, submitted.outcome) == (["attempt", "dossier"], full_marks(MINUTE))
    assert submitted == kept_attempt(store)


def test_crash_at_submission_keeps_nothing_and_is_mended_by_submitting_again() -> None:
    store, courses, course = ready()
    begun = begin(store, course)
    sheet = right_sheet(course, begun)
    store.before_save = crash_at("attempt")
    with pytest.raises(Crash):
        submit_attempt(store, courses, account(), "t1", sheet=sheet, now=NOON + MINUTE)
    store.before_save = lambda _: None
    assert kept_attempt(store) == begun

    again = submit_attempt(store, courses, account(), "t1", sheet=sheet, now=NOON + 2 * MINUTE)

    assert again.outcome == full_marks(2 * MINUTE)
    assert kept_dossier(store).outcomes == (again.outcome,)


def test_crash_before_the_dossier_is_mended_by_submitting_again() -> None:
    store, courses, _ = crashed_before_the_dossier()

    again = submit_attempt(
        store, courses, account(), "t1", sheet=Sheet(ticked={}, shown=frozenset(), sequence=9), now=NOON + 2 * MINUTE
    )

    assert again.outcome == full_marks(MINUTE)
    assert kept_dossier(store).outcomes == (again.outcome,)


def test_attempt_that_an_earlier_version_submitted_and_did_not_score_is_scored_by_whoever_looks() -> None:
    store, courses, course = ready()
    answered = answer_all(store, course, begin(store, course))
    store.save(ATTEMPT, "t1", replace(answered, submitted=NOON + MINUTE), expected=2)

    looked = settle_open(store, courses, course, account(), now=NOON + 2 * MINUTE)

    assert (looked.outcomes, kept_attempt(store).outcome) == ((full_marks(MINUTE),), full_marks(MINUTE))


def test_two_submissions_at_one_moment_are_one() -> None:
    store, courses, course = ready()
    begun = begin(store, course)
    sheet = right_sheet(course, begun)

    def forestall(kind: str) -> None:
        store.before_save = lambda _: None
        submit_attempt(store, courses, account(), "t1", sheet=sheet, now=NOON + MINUTE)

    store.before_save = forestall
    empty = Sheet(ticked={}, shown=frozenset(), sequence=2)

    late = submit_attempt(store, courses, account(), "t1", sheet=empty, now=NOON + 2 * MINUTE)

    assert (late, late.outcome) == (kept_attempt(store), full_marks(MINUTE))
    assert kept_dossier(store).outcomes == (late.outcome,)


def crashed_before_the_dossier() -> tuple[WatchedStore, Courses, Course]:
    """The attempt has its outcome, the dossier does not know of it."""
    store, courses, course = ready()
    answer_all(store, course, begin(store, course))
    store.before_save = crash_at("dossier")
    with pytest.raises(Crash):
        submit_attempt(store, courses, account(), "t1", now=NOON + MINUTE)
    store.before_save = lambda _: None
    assert kept_attempt(store).outcome == full_marks(MINUTE)
    assert kept_dossier(store).outcomes == ()
    return store, courses, course


def test_outcome_that_missed_the_dossier_is_recorded_by_whoever_looks() -> None:
    store, courses, course = crashed_before_the_dossier()

    looked = settle_open(store, courses, course, account(), now=NOON + 2 * MINUTE)

    assert looked.outcomes == (full_marks(MINUTE),)
    reached = milestones("examined", "passed", "qualified", at=NOON + MINUTE)
    assert looked.milestones == {**STUDIED.milestones, **reached}


def test_outcome_that_missed_the_dossier_is_recorded_by_the_sweep_if_nobody_looks() -> None:
    store, courses, _ = crashed_before_the_dossier()

    assert sweep(store, courses, now=OVER) == 1
    assert kept_dossier(store).outcomes == (full_marks(MINUTE),)


def test_settling_again_saves_nothing() -> None:
    store, courses, course = ready()
    begin(store, course)
    closed = own_attempt(store, courses, account(), "t1", now=OVER)

    def refuse(kind: str) -> None:
        raise AssertionError(kind)

    store.before_save = refuse

    assert settle(store, courses, closed, now=OVER) == closed
    assert settle_open(store, courses, course, account(), now=OVER) == kept_dossier(store)
    assert sweep(store, courses, now=OVER) == 0


def test_settling_scores_what_is_kept_not_what_was_read_earlier() -> None:
    store, courses, course = ready()
    begun = begin(store, course)
    answered = answer_all(store, course, begun)

    closed = settle(store, courses, begun, now=OVER)

    assert (closed.responses, closed.outcome) == (answered.responses, full_marks(timedelta(hours=1)))


def test_attempt_is_scored_by_the_content_it_was_drawn_from() -> None:
    store, courses, course = ready()
    begun = begin(store, course)
    answer_all(store, course, begun)
    rekeyed = tuple(replace(item, key=frozenset({Letter("C")})) for item in exam_items())
    publish(store, content(items=rekeyed), by="test", now=NOON)

    settled = own_attempt(store, courses, account(), "t1", now=OVER)

    assert settled.outcome == full_marks(timedelta(hours=1))


def test_year_comes_to_what_the_rules_in_force_make_of_it() -> None:
    store, courses, _ = ready()
    keep_dossier(store, dossier(seconds={"xianfa-01": 600}))
    gateless = tier(gate=Gate.NONE)
    publish(store, content(programme=programme(tiers={AGENCY: gateless})), by="test", now=NOON)
    courses.forget_pointers()
    begun = begin(store, courses.current(NOON))
    answer_all(store, courses.current(NOON), begun)
    stricter = programme(tiers={AGENCY: gateless}, required_hours=2)
    publish(store, content(programme=stricter), by="test", now=NOON)

    own_attempt(store, courses, account(), "t1", now=OVER)

    assert kept_dossier(store).milestones == milestones("started", "examined", "passed", at=DEADLINE)


def test_attempt_erased_meanwhile_does_not_come_back() -> None:
    store, courses, course = ready()
    begun = begin(store, course)
    store.delete(ATTEMPT, "t1", expected=1)

    with pytest.raises(UnknownAttempt):
        settle(store, courses, begun, now=OVER)
    assert store.list(ATTEMPT) == []


def test_outcome_makes_the_dossier_where_there_is_none() -> None:
    store, courses, course = ready()
    store.delete(DOSSIER, "2026.a1", expected=1)
    alone = attempt(paper=replace(attempt().paper, content=course.digest))
    store.save(ATTEMPT, "t1", alone, expected=0)

    settle(store, courses, alone, now=OVER)

    nothing = Outcome(attempt="t1", points=0, possible=100, passed=False, ended=DEADLINE)
    assert kept_dossier(store) == dossier(outcomes=(nothing,), milestones=milestones("examined", at=DEADLINE))


def test_sweep_settles_those_whose_time_is_over_and_nobody_else() -> None:
    store, courses, _ = ready()
    late = start("t9", at=NOON + 5 * MINUTE)
    for id, begun in (("a2", start("t2")), ("a3", late), ("gone", start("t4"))):
        if id != "gone":
            store.save(ACCOUNT, id, account(id), expected=0)
        keep_dossier(store, replace(STUDIED, account=AccountId(id), starts=(begun,)))

    assert [sweep(store, courses, now=now) for now in (OVER - MINUTE, OVER, OVER, OVER + 5 * MINUTE)] == [0, 1, 0, 1]
    assert [kept_dossier(store, id).open_starts for id in ("a2", "a3")] == [(), ()]


class FaultyStore(WatchedStore):
    """A store in which loading the attempt `t2` raises `fault`."""

    def __init__(self, fault: Exception) -> None:
        super().__init__()
        self.fault = fault

    def load(self, kind: Kind[T, S], id: str) -> Stored[T] | None:
        """The document, unless it is the faulty one."""
        if id == "t2":
            raise self.fault
        return super().load(kind, id)


@pytest.mark.parametrize("fault", [Unusable("文件已损坏"), NoPaper(), KeyError("a bug")], ids=repr)
def test_faulty_attempt_keeps_no_other_waiting(fault: Exception, caplog: pytest.LogCaptureFixture) -> None:
    store = FaultyStore(fault)
    publish(store, content(), by="test", now=NOON)
    for id, begun in (("a2", start("t2")), ("a3", start("t3"))):
        store.save(ACCOUNT, id, account(id), expected=0)
        keep_dossier(store, replace(STUDIED, account=AccountId(id), starts=(begun,)))

    with caplog.at_level(logging.ERROR):
        settled = sweep(store, Courses(store), now=OVER)

    assert (settled, len(kept_dossier(store, "a3").outcomes)) == (1, 1)
    assert "2026.a2" in caplog.text
