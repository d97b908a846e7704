from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.domain.errors import AttemptFinished, BadResponse, NotOnPaper
from grader.domain.exam.attempt import (
    Attempt,
    AttemptSummary,
    Given,
    ModulePoints,
    Sheet,
    conclude,
    fill,
    is_finished,
    points_by_module,
    respond,
    respond_all,
    score_attempt,
    submit,
    summarise_attempt,
    unheard,
)
from grader.domain.learning.dossier import Outcome
from quizgen.model import FALSE, TRUE, ItemId, ItemType, Letter, ModuleId
from quizgen.programme import ScoringRule
from quizgen.score import Score
from tests.grader_factories import NOON, attempt
from tests.quizgen_factories import paper, place

FIRST, SECOND, JUDGEMENT = ItemId("xianfa-01-101"), ItemId("xianfa-01-102"), ItemId("xianfa-01-107")
A, B = Letter("A"), Letter("B")
KEYS = {FIRST: frozenset({B}), SECOND: frozenset({B}), JUDGEMENT: frozenset({TRUE})}
DEADLINE = NOON + timedelta(hours=1)
TICK = timedelta(microseconds=1)
GRACE_ENDS = DEADLINE + timedelta(seconds=10)


def answered(now: datetime = NOON, **letters: Letter) -> Attempt:
    given = {ItemId(f"xianfa-01-{name[1:]}"): letter for name, letter in letters.items()}
    after = attempt()
    for item, letter in given.items():
        after = respond(after, item, {letter}, sequence=1, now=now)
    return after


@pytest.mark.parametrize(("now", "finished"), [(NOON, False), (GRACE_ENDS, False), (GRACE_ENDS + TICK, True)])
def test_attempt_is_finished_once_its_grace_is_over(now: datetime, finished: bool) -> None:
    assert is_finished(attempt(), now) is finished


def test_submitted_attempt_is_finished_at_once() -> None:
    assert is_finished(submit(attempt(), now=NOON), NOON)


def test_concluded_attempt_stays_finished_when_the_clock_goes_back() -> None:
    concluded = conclude(attempt(), Score(points=0, possible=100, items={}), pass_mark=60)

    assert is_finished(concluded, NOON)
    with pytest.raises(AttemptFinished):
        respond(concluded, FIRST, {B}, sequence=1, now=NOON)


def test_response_is_kept_with_its_sequence_and_time() -> None:
    after = respond(attempt(), FIRST, {B}, sequence=3, now=NOON)

    assert after == attempt(responses={FIRST: Given(options=frozenset({B}), sequence=3, at=NOON)})


def test_response_within_the_grace_counts_and_a_later_one_is_refused() -> None:
    assert respond(attempt(), FIRST, {B}, sequence=1, now=GRACE_ENDS).answered == 1
    with pytest.raises(AttemptFinished):
        respond(attempt(), FIRST, {B}, sequence=1, now=GRACE_ENDS + TICK)


def test_response_after_submission_is_refused() -> None:
    with pytest.raises(AttemptFinished):
        respond(submit(attempt(), now=NOON), FIRST, {B}, sequence=1, now=NOON)


def test_response_to_an_item_of_another_paper_is_refused() -> None:
    with pytest.raises(NotOnPaper, match="xianfa-01-103"):
        respond(attempt(), ItemId("xianfa-01-103"), {B}, sequence=1, now=NOON)


@pytest.mark.parametrize(
    ("item", "letters"), [(FIRST, "E"), (FIRST, "AB"), (JUDGEMENT, "A"), (JUDGEMENT, "TF"), (FIRST, "T")]
)
def test_response_that_the_item_does_not_allow_is_refused(item: ItemId, letters: str) -> None:
    with pytest.raises(BadResponse, match=item):
        respond(attempt(), item, set(map(Letter, letters)), sequence=1, now=NOON)


def test_multiple_item_takes_several_letters() -> None:
    several = attempt(paper=paper(place(FIRST, type=ItemType.MULTIPLE)))

    after = respond(several, FIRST, {A, B}, sequence=1, now=NOON)

    assert after.responses[FIRST].options == {A, B}


def test_responses_of_one_sequence_that_are_alike_are_all_kept() -> None:
    after = respond_all(attempt(), {FIRST: {B}, SECOND: {B}}, sequence=1, now=NOON)

    alike = Given(options=frozenset({B}), sequence=1, at=NOON)
    assert after.responses == {FIRST: alike, SECOND: alike}


def test_item_can_be_unticked_again() -> None:
    after = respond(answered(n101=B), FIRST, set(), sequence=2, now=NOON)

    assert (after.answered, len(after.responses)) == (0, 1)


def test_one_refused_response_keeps_all_of_them_out() -> None:
    with pytest.raises(BadResponse, match=SECOND):
        respond_all(attempt(), {FIRST: {B}, SECOND: {Letter("E")}}, sequence=1, now=NOON)


def test_item_is_marked_and_unmarked_by_the_response_with_the_higher_sequence() -> None:
    marked = respond(attempt(), FIRST, set(), sequence=1, now=NOON, marked=True)

    older = respond(marked, FIRST, {B}, sequence=1, now=NOON)
    newer = respond(marked, FIRST, {B}, sequence=2, now=NOON)

    assert older is marked
    assert (marked.responses[FIRST].marked, marked.answered) == (True, 0)
    assert (newer.responses[FIRST].marked, newer.answered) == (False, 1)


def test_sheet_marks_items_and_takes_marks_away() -> None:
    sheet = Sheet(ticked={}, shown=frozenset({FIRST, SECOND}), sequence=1, marked=frozenset({FIRST}))

    marked = fill(attempt(), sheet, now=NOON)
    cleared = fill(marked, Sheet(ticked={}, shown=frozenset({FIRST}), sequence=2), now=NOON)

    assert {item: given.marked for item, given in marked.responses.items()} == {FIRST: True}
    assert {item: given.marked for item, given in cleared.responses.items()} == {FIRST: False}


def test_sheet_that_came_too_late_is_told_by_the_numbers_of_its_items() -> None:
    kept = submit(answered(n101=B, n102=A), now=NOON)
    other = ItemId("xianfa-01-999")
    sheet = Sheet(
        ticked={FIRST: frozenset({B}), JUDGEMENT: frozenset({TRUE}), other: frozenset({A})},
        shown=frozenset({FIRST, SECOND, JUDGEMENT}),
        sequence=9,
    )

    assert unheard(kept, sheet) == (2, 3)


def test_sheet_clears_what_it_showed_and_leaves_the_rest() -> None:
    before = answered(n101=B, n102=A)
    sheet = Sheet(
        ticked={JUDGEMENT: frozenset({TRUE}), ItemId("xianfa-01-999"): frozenset({A})},
        shown=frozenset({FIRST, JUDGEMENT, ItemId("xianfa-01-999")}),
        sequence=2,
    )

    after = fill(before, sheet, now=NOON)

    assert {item: set(given.options) for item, given in after.responses.items()} == {
        FIRST: set(),
        SECOND: {A},
        JUDGEMENT: {TRUE},
    }


def test_sheet_leaves_items_without_a_response_alone() -> None:
    nothing = Sheet(ticked={}, shown=frozenset({FIRST, SECOND}), sequence=1)

    assert fill(attempt(), nothing, now=NOON) == attempt()


@given(st.permutations(range(1, 8)))
def test_highest_sequence_holds_in_whatever_order_responses_arrive(order: list[int]) -> None:
    after = attempt()
    for sequence in order:
        after = respond(after, FIRST, {Letter("ABCD"[sequence % 4])}, sequence=sequence, now=NOON)

    assert after.responses[FIRST] == Given(options=frozenset({Letter("D")}), sequence=7, at=NOON)


def test_repeated_sequence_changes_nothing() -> None:
    before = answered(n101=B)

    assert respond(before, FIRST, {A}, sequence=1, now=NOON + TICK) is before


def test_next_sequence_is_above_every_one_given() -> None:
    after = respond(answered(n101=B), SECOND, {A}, sequence=7, now=NOON)

    assert (attempt().next_sequence, after.next_sequence) == (1, 8)


def test_what_others_saved_is_told_apart_from_this_response() -> None:
    alone = respond(attempt(), FIRST, {A}, sequence=9, now=NOON)
    after = respond(alone, SECOND, {A}, sequence=4, now=NOON)

    assert (alone.latest_beside(9), after.latest_beside(9), after.latest_beside(4)) == (0, 4, 9)


def test_first_submission_holds() -> None:
    once = submit(attempt(), now=NOON)

    assert once == attempt(submitted=NOON)
    assert submit(once, now=NOON + TICK) is once


@pytest.mark.parametrize(("now", "recorded"), [(DEADLINE - TICK, DEADLINE - TICK), (GRACE_ENDS, DEADLINE)])
def test_submission_is_recorded_at_the_deadline_at_the_latest(now: datetime, recorded: datetime) -> None:
    assert submit(attempt(), now=now).submitted == recorded


def test_submission_after_the_grace_changes_nothing() -> None:
    late = attempt()

    assert submit(late, now=GRACE_ENDS + TICK) is late


def test_score_is_of_the_responses_as_they_stand() -> None:
    score = score_attempt(answered(n101=B, n102=A, n107=TRUE), keys=KEYS, rule=ScoringRule.ALL_OR_NOTHING)

    assert score == Score(points=70, possible=100, items={FIRST: 30, SECOND: 0, JUDGEMENT: 40})


def test_unanswered_paper_scores_nothing() -> None:
    score = score_attempt(attempt(), keys=KEYS, rule=ScoringRule.PARTIAL)

    assert (score.points, score.possible) == (0, 100)


@pytest.mark.parametrize(("points", "passed"), [(59.5, False), (60, True), (100, True)])
def test_conclusion_passes_from_the_pass_mark_on(points: float, passed: bool) -> None:
    concluded = conclude(attempt(), Score(points=points, possible=100, items={}), pass_mark=60)

    outcome = Outcome(attempt="t1", points=points, possible=100, passed=passed, ended=DEADLINE)
    assert concluded == attempt(outcome=outcome)


def test_conclusion_ends_when_the_attempt_was_submitted() -> None:
    submitted = submit(attempt(), now=NOON + timedelta(minutes=5))

    concluded = conclude(submitted, Score(points=0, possible=100, items={}), pass_mark=60)

    assert concluded.outcome is not None
    assert concluded.outcome.ended == NOON + timedelta(minutes=5)


def test_conclusion_is_written_once() -> None:
    once = conclude(attempt(), Score(points=10, possible=100, items={}), pass_mark=60)

    assert conclude(once, Score(points=90, possible=100, items={}), pass_mark=60) is once


def test_summary_is_finished_once_the_outcome_is_there() -> None:
    open_, submitted = attempt(), submit(attempt(), now=NOON)
    concluded = conclude(submitted, Score(points=0, possible=100, items={}), pass_mark=60)

    expected = AttemptSummary(
        account=open_.account, programme="2026", number=1, started=NOON, deadline=DEADLINE, finished=False
    )
    assert [summarise_attempt(a) for a in (open_, submitted, concluded)] == [
        expected,
        expected,
        replace(expected, finished=True),
    ]


def test_judgement_is_right_only_with_its_key() -> None:
    wrong = score_attempt(answered(n107=FALSE), keys=KEYS, rule=ScoringRule.ALL_OR_NOTHING)

    assert wrong.items[JUDGEMENT] == 0


def test_points_by_module_add_up_to_those_of_the_paper() -> None:
    law, party = ModuleId("xianfa"), ModuleId("dangnei")
    score = Score(points=55, possible=100, items={FIRST: 15, SECOND: 0, JUDGEMENT: 40})

    found = points_by_module(attempt().paper, score, modules={FIRST: party, SECOND: law, JUDGEMENT: law})

    assert found == (
        ModulePoints(module=party, points=15, possible=30, full=0, count=1),
        ModulePoints(module=law, points=40, possible=70, full=1, count=2),
    )
