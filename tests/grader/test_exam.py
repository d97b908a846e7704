"""Starting, answering and handing in. What crashes and clocks do to an exam is in `test_exam_settling`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from grader.course import Course, Courses
from grader.domain.content import PublishedContent
from grader.domain.errors import (
    AlreadyPassed,
    AttemptFinished,
    BadResponse,
    ExamNotOpen,
    HoursNotMet,
    NoAttemptsLeft,
    NotOnPaper,
    Refusal,
    UnknownAttempt,
)
from grader.domain.exam.attempt import Attempt, Given
from grader.domain.learning.dossier import Dossier, Outcome, WindowName
from grader.domain.people.account import Account, AccountId, Exemption
from grader.dossiers import standing_of
from grader.exam import (
    NoPaper,
    check_may_start,
    may_see_keys,
    own_attempt,
    save_responses,
    start_attempt,
    submit_attempt,
    window_sentence,
)
from grader.store.base import Store
from grader.store.kinds import ATTEMPT
from quizgen.draw.assemble import CHECKED_SEED, draw
from quizgen.model import Item, ItemId, ItemType, Letter
from quizgen.programme import Gate, KeysShown
from tests.grader_factories import (
    AGENCY,
    NOON,
    WatchedStore,
    account,
    content,
    dossier,
    keep_dossier,
    kept_dossier,
    milestones,
    outcome,
    programme,
    start,
    tier,
    year,
)
from tests.quizgen_factories import item

FULL = {"xianfa-01": 600}
EXAM_OPENS, EXAM_CLOSES = (datetime.fromisoformat(f"2026-{day}T00:00+08:00") for day in ("10-01", "12-01"))
MAKEUP = datetime.fromisoformat("2026-12-05T12:00+08:00")
YEAR_CLOSES = datetime.fromisoformat("2027-01-01T00:00+08:00")
MOMENT = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
B = Letter("B")


def ruled(**tier_changes: Any) -> PublishedContent:
    return content(programme=programme(tiers={AGENCY: tier(**tier_changes)}))


def ready(*people: Account, **changes: Any) -> tuple[WatchedStore, Courses, Course]:
    """A year in which a1 has the hours."""
    store, courses = year(*people, **changes)
    keep_dossier(store, dossier(seconds=FULL, milestones=milestones("started", "hours_met")))
    return store, courses, courses.current(NOON)


def begin(store: Store, course: Course, now: datetime = NOON, *, id: str = "t1") -> Attempt:
    return start_attempt(store, course, account(), now=now, new_id=lambda: id)


def window_or_refusal(
    kept: Dossier, now: datetime, rules: PublishedContent | None = None, *, person: Account | None = None
) -> WindowName | type[Refusal]:
    _, courses = year(programme=(rules or content()).programme)
    course, person = courses.current(now), person or account()
    standing = standing_of(course, person, kept, now=now)
    try:
        return check_may_start(course, person, standing, now=now)
    except Refusal as refusal:
        return type(refusal)


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (EXAM_OPENS - MOMENT, ExamNotOpen),
        (EXAM_OPENS, WindowName.EXAM),
        (EXAM_CLOSES - MOMENT, WindowName.EXAM),
        (EXAM_CLOSES, WindowName.MAKEUP),
        (YEAR_CLOSES - MOMENT, WindowName.MAKEUP),
        (YEAR_CLOSES, ExamNotOpen),
    ],
)
def test_exam_may_be_begun_from_opening_until_just_before_closing(
    now: datetime, found: WindowName | type[Refusal]
) -> None:
    assert window_or_refusal(dossier(seconds=FULL), now) == found


@pytest.mark.parametrize(
    ("kept", "now", "found"),
    [
        (dossier(seconds={"xianfa-01": 599}), NOON, HoursNotMet),
        (dossier(milestones=milestones("hours_met")), NOON, WindowName.EXAM),
        (dossier(seconds=FULL, starts=(start("t1"),)), NOON, WindowName.EXAM),
        (dossier(seconds=FULL, starts=(start("t1"), start("t2"))), NOON, NoAttemptsLeft),
        (dossier(seconds=FULL, starts=(start("t1"), start("t2"))), MAKEUP, WindowName.MAKEUP),
        (dossier(seconds=FULL, starts=(start("t3", window=WindowName.MAKEUP),)), MAKEUP, NoAttemptsLeft),
        (dossier(seconds=FULL, outcomes=(outcome(points=90),)), NOON, WindowName.EXAM),
        (dossier(seconds=FULL, outcomes=(outcome(points=90),)), MAKEUP, AlreadyPassed),
        (dossier(seconds=FULL, outcomes=(outcome(points=10),)), MAKEUP, WindowName.MAKEUP),
    ],
)
def test_hours_attempts_and_a_pass_decide_about_another_attempt(
    kept: Dossier, now: datetime, found: WindowName | type[Refusal]
) -> None:
    assert window_or_refusal(kept, now) == found


def test_exam_without_a_gate_needs_no_hours() -> None:
    assert window_or_refusal(dossier(), NOON, ruled(gate=Gate.NONE)) is WindowName.EXAM


def test_exempt_learner_may_sit_the_exam_by_the_same_rules() -> None:
    exempt = account(exemptions=(Exemption(programme="2026", kind="worker", at=NOON),))

    assert window_or_refusal(dossier(seconds=FULL), NOON, person=exempt) is WindowName.EXAM
    assert window_or_refusal(dossier(), NOON, person=exempt) is HoursNotMet


def test_programme_may_have_no_make_up() -> None:
    without = content(programme=programme(makeup=None))

    assert window_or_refusal(dossier(seconds=FULL), EXAM_CLOSES, without) is ExamNotOpen


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (EXAM_OPENS - MOMENT, "考试将于 2026年10月1日 00:00 开始。"),
        (EXAM_OPENS, "补考将于 2026年12月1日 00:00 开始。"),
        (EXAM_CLOSES, "本年度考试已经全部结束。"),
    ],
)
def test_sentence_says_in_local_time_when_the_next_window_opens(now: datetime, sentence: str) -> None:
    assert window_sentence(programme(), now) == sentence


def test_attempt_is_claimed_in_the_dossier_and_gets_its_own_paper() -> None:
    store, _, course = ready()

    begun = begin(store, course)

    blueprint = course.content.blueprint(tier())
    drawn = draw(course.pools[AGENCY], blueprint, seed="t1", content=course.digest)
    assert begun == Attempt(
        id="t1",
        account=AccountId("a1"),
        programme="2026",
        tier=AGENCY,
        number=1,
        window=WindowName.EXAM,
        paper=drawn,
        started=NOON,
        deadline=NOON + HOUR,
    )
    assert kept_dossier(store).starts == (start("t1"),)
    assert course.uses == {place.item: 1 for place in drawn.items}


def test_learner_may_begin_before_anything_was_studied_where_there_is_no_gate() -> None:
    store, courses = year(programme=ruled(gate=Gate.NONE).programme)

    begin(store, courses.current(NOON))

    assert kept_dossier(store) == dossier(starts=(start("t1"),))


def test_attempt_begun_late_ends_with_its_window() -> None:
    store, _, course = ready()

    in_exam = begin(store, course, EXAM_CLOSES - timedelta(minutes=5))
    in_makeup = begin(store, course, YEAR_CLOSES - timedelta(minutes=5), id="t2")

    assert (in_exam.deadline, in_makeup.deadline) == (EXAM_CLOSES, YEAR_CLOSES)
    assert (in_makeup.window, in_makeup.number) == (WindowName.MAKEUP, 2)


@pytest.mark.parametrize("later", [timedelta(), HOUR, HOUR + timedelta(seconds=10)])
def test_beginning_again_goes_on_with_the_open_attempt_until_its_grace_is_over(later: timedelta) -> None:
    store, _, course = ready()
    begun = begin(store, course)

    assert begin(store, course, NOON + later, id="t2") == begun
    assert kept_dossier(store).starts == (start("t1"),)


def test_next_attempt_follows_the_grace_and_is_one_however_often_it_is_asked_for() -> None:
    store, _, course = ready(programme=ruled(attempts=9).programme)
    begin(store, course)
    later = NOON + HOUR + timedelta(seconds=11)

    again = [begin(store, course, later + timedelta(seconds=i), id=f"t{i}") for i in (2, 3, 4)]

    assert {(attempt.id, attempt.number) for attempt in again} == {("t2", 2)}
    assert kept_dossier(store).starts == (start("t1"), start("t2", number=2, at=later + timedelta(seconds=2)))


def test_later_papers_repeat_no_item_while_unused_ones_remain() -> None:
    store, courses, course = ready(programme=ruled(attempts=9).programme)
    seen: list[ItemId] = []
    for number in range(3):
        now = NOON + timedelta(minutes=number)
        course.uses.clear()
        course.uses.update({item: 9 for item in course.items if item not in seen})
        begun = begin(store, course, now, id=f"t{number}")
        submit_attempt(store, courses, account(), begun.id, now=now)
        seen += [place.item for place in begun.paper.items]

    assert sorted(seen) == sorted(course.items)


def rivals(count: int) -> tuple[Item, ...]:
    """As many single items, the first an enemy of all others, and a judgement; a paper asks for two and one."""
    first, *others = (f"xianfa-01-{number}" for number in range(101, 101 + count))
    return (item(first, enemies=others), *map(item, others), item("xianfa-01-109", type=ItemType.JUDGEMENT))


def items_of(attempt: Attempt) -> set[ItemId]:
    return {place.item for place in attempt.paper.items}


@pytest.mark.parametrize(("id", "seed"), [("t2", "t2.1"), ("t11", "t11.2"), ("t6", CHECKED_SEED)])
def test_paper_is_drawn_by_chance_where_enemies_and_earlier_papers_leave_none(
    monkeypatch: pytest.MonkeyPatch, id: str, seed: str
) -> None:
    monkeypatch.setattr("quizgen.draw.enemy_search.STEPS", 0)  # the search gives up at once, as it may on a large bank
    store, courses, course = ready(programme=ruled(attempts=9).programme, items=rivals(3))
    earlier = sit(store, courses, course, id="t1", count=0)

    begun = begin(store, course, id=id)

    assert begun.paper.seed == seed
    assert items_of(begun) == items_of(earlier) == {"xianfa-01-102", "xianfa-01-103", "xianfa-01-109"}
    assert kept_dossier(store).starts[-1] == start(id, number=2)


def test_bank_that_fills_no_paper_costs_no_attempt() -> None:
    store, _, course = ready(items=rivals(2))

    with pytest.raises(NoPaper):
        begin(store, course)

    assert (kept_dossier(store).starts, store.list(ATTEMPT)) == ((), [])


def test_two_starts_at_one_moment_make_one_attempt() -> None:
    store, _, course = ready()
    barrier = Barrier(2)
    begun: list[Attempt] = []

    def work(id: str) -> None:
        def new_id() -> str:
            barrier.wait()
            return id

        begun.append(start_attempt(store, course, account(), now=NOON, new_id=new_id))

    threads = [Thread(target=work, args=(id,)) for id in ("t1", "t2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert begun[0] == begun[1]
    assert [row.id for row in store.list(ATTEMPT)] == [begun[0].id]
    assert kept_dossier(store).starts == (start(begun[0].id),)


def test_responses_are_kept_and_of_two_the_higher_sequence_holds() -> None:
    store, _, course = ready()
    begun = begin(store, course)
    first, second = (place.item for place in begun.paper.items[:2])

    save_responses(store, account(), "t1", {first: {B}, second: {B}}, sequence=2, now=NOON)
    saved = save_responses(store, account(), "t1", {first: {Letter("C")}}, sequence=1, now=NOON + MOMENT)

    given = Given(options=frozenset({B}), sequence=2, at=NOON)
    assert saved == replace(begun, responses={first: given, second: given})


@pytest.mark.parametrize(
    ("item", "letter", "refusal"), [("", "E", BadResponse), ("xianfa-01-999", "B", NotOnPaper)], ids=["letter", "item"]
)
def test_faulty_response_keeps_those_beside_it_from_being_saved(item: str, letter: str, refusal: type[Refusal]) -> None:
    store, courses, course = ready()
    begun = begin(store, course)
    first, second = (place.item for place in begun.paper.items[:2])
    responses = {first: {B}, ItemId(item or second): {Letter(letter)}}

    with pytest.raises(refusal):
        save_responses(store, account(), "t1", responses, sequence=1, now=NOON)

    assert own_attempt(store, courses, account(), "t1", now=NOON) == begun


def test_attempt_of_another_learner_is_not_found() -> None:
    other = account("a2")
    store, courses, course = ready(account(), other)
    begin(store, course)

    for id in ("t1", "nothing"):
        with pytest.raises(UnknownAttempt):
            own_attempt(store, courses, other, id, now=NOON)
        with pytest.raises(UnknownAttempt):
            save_responses(store, other, id, {}, sequence=1, now=NOON)
        with pytest.raises(UnknownAttempt):
            submit_attempt(store, courses, other, id, now=NOON)


def right(course: Course, attempt: Attempt, count: int) -> dict[ItemId, frozenset[Letter]]:
    """Right responses to the first items of the paper: two of 30 points, then one of 40."""
    return {place.item: course.keys[place.item] for place in attempt.paper.items[:count]}


def sit(store: Store, courses: Courses, course: Course, *, id: str, count: int, now: datetime = NOON) -> Attempt:
    begun = begin(store, course, now, id=id)
    save_responses(store, account(), id, right(course, begun, count), sequence=1, now=now)
    return submit_attempt(store, courses, account(), id, now=now)


def test_submitted_attempt_is_scored_and_its_outcome_goes_to_the_dossier() -> None:
    store, courses, course = ready()

    submitted = sit(store, courses, course, id="t1", count=2)

    scored = Outcome(attempt="t1", points=60, possible=100, passed=True, ended=NOON)
    assert (submitted.outcome, submitted.submitted) == (scored, NOON)
    assert kept_dossier(store) == dossier(
        seconds=FULL,
        starts=(start("t1"),),
        outcomes=(scored,),
        milestones=milestones("started", "hours_met", "examined", "passed", "qualified"),
    )


def test_submitting_again_gives_the_same_answer() -> None:
    store, courses, course = ready()
    submitted = sit(store, courses, course, id="t1", count=2)
    before = kept_dossier(store)

    again = submit_attempt(store, courses, account(), "t1", now=NOON + 2 * HOUR)

    assert (again, kept_dossier(store)) == (submitted, before)
    with pytest.raises(AttemptFinished):
        save_responses(store, account(), "t1", right(course, again, 3), sequence=9, now=NOON + MOMENT)


def test_best_attempt_counts_whatever_comes_after_it() -> None:
    store, courses, course = ready()
    for id, count in (("t1", 2), ("t2", 0)):
        sit(store, courses, course, id=id, count=count)

    standing = standing_of(course, account(), kept_dossier(store), now=NOON)

    assert (standing.best, standing.passed, standing.qualified) == (60, True, True)


def test_make_up_qualifies_whoever_failed_the_exam() -> None:
    store, courses, course = ready()
    sit(store, courses, course, id="t1", count=1)

    sit(store, courses, course, id="t2", count=3, now=MAKEUP)

    assert kept_dossier(store).milestones == milestones("started", "hours_met", "examined") | milestones(
        "passed", "qualified", at=MAKEUP
    )


@pytest.mark.parametrize(
    ("shown", "running", "submitted", "year_over"),
    [
        (KeysShown.NEVER, False, False, False),
        (KeysShown.SUBMITTED, False, True, True),
        (KeysShown.CLOSED, False, False, True),
    ],
)
def test_keys_are_shown_when_the_programme_says_so(
    shown: KeysShown, running: bool, submitted: bool, year_over: bool
) -> None:
    store, courses, course = ready()
    rules = programme(keys_shown=shown)
    begun = begin(store, course)
    done = submit_attempt(store, courses, account(), "t1", now=NOON)

    assert may_see_keys(rules, begun, now=NOON) is running
    assert may_see_keys(rules, done, now=YEAR_CLOSES - MOMENT) is submitted
    assert may_see_keys(rules, done, now=YEAR_CLOSES) is year_over
