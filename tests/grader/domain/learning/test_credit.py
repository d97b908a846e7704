"""Right answers become sections done, lessons done and credit hours; nothing done is ever taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.domain.learning.credit import earned_hours, has_unnoted, left_of, note_sections, record_answers
from grader.domain.learning.dossier import Answered, Dossier, summarise_dossier
from quizgen.lesson import Lesson
from quizgen.model import ItemId, LessonId
from quizgen.programme import CreditBy, Programme
from tests.grader_factories import content, dossier, lesson, programme, sectioned

DAY = date(2026, 10, 9)
LESSON = LessonId("xianfa-01")
BY_SECTIONS = programme(credit_by=CreditBy.SECTIONS)


def ids(*numbers: str) -> tuple[ItemId, ...]:
    return tuple(ItemId(f"xianfa-01-{number}") for number in numbers)


def answer(kept: Dossier, *numbers: str, lesson: Lesson | None = None, day: date = DAY) -> Dossier:
    return record_answers(kept, lesson or sectioned(), ids(*numbers), day=day)


def earned(kept: Dossier, rules: Programme = BY_SECTIONS, of: Lesson | None = None) -> float:
    return earned_hours(rules, of or sectioned(), summarise_dossier(kept))


def test_right_answers_are_kept_until_their_section_is_done() -> None:
    one = answer(dossier(), "001", "003")
    two = answer(one, "002")

    assert one.answered == {LESSON: Answered(items=ids("001", "003"))}
    assert two.answered == {LESSON: Answered(sections=(1,), items=ids("003"))}
    assert left_of(sectioned(), two.answered[LESSON]) == (0, 1, 1)
    assert earned(two) == 0


def test_sections_may_be_done_in_any_order() -> None:
    kept = answer(answer(dossier(), "005"), "004", "003")

    assert kept.answered == {LESSON: Answered(sections=(2, 3))}


def test_lesson_is_completed_on_the_day_of_its_last_answer() -> None:
    begun = answer(dossier(), "001", "002", "003", "004")

    done = answer(begun, "005", day=DAY + timedelta(days=1))

    assert (done.completed, done.answered) == ({LESSON: date(2026, 10, 10)}, {})
    assert earned(done) == 1


@pytest.mark.parametrize("numbers", [(), ("001",), ("001", "001"), ("099",)])
def test_nothing_new_changes_nothing(numbers: tuple[str, ...]) -> None:
    kept = answer(dossier(), "001")

    assert answer(kept, *numbers) is kept


def test_answers_to_a_completed_lesson_change_nothing() -> None:
    done = answer(dossier(), "001", "002", "003", "004", "005")

    assert answer(done, "001", day=DAY + timedelta(days=1)) is done


def test_lesson_without_sections_is_never_completed() -> None:
    kept = dossier(answered={LESSON: Answered(sections=(1, 2, 3))})

    assert answer(kept, "001", lesson=lesson()) is kept
    assert earned(kept, of=lesson()) == 0


def test_section_once_done_stays_done_whatever_it_asks_later() -> None:
    kept = answer(dossier(), "001", "002", "003")
    rewritten = sectioned(items=(("007", "008"), ("003", "009"), ("005",)))

    after = answer(kept, "009", lesson=rewritten)

    assert left_of(rewritten, kept.answered[LESSON]) == (0, 1, 1)
    assert after.answered == {LESSON: Answered(sections=(1, 2))}


def test_answer_counts_in_the_section_that_its_item_moves_to() -> None:
    kept = answer(dossier(), "001")
    moved = sectioned(items=(("002",), ("003", "004"), ("001",)))

    assert left_of(moved, kept.answered[LESSON]) == (1, 2, 0)


def test_withdrawn_item_completes_what_asked_for_nothing_else() -> None:
    kept = answer(dossier(), "001", "003", "005")
    shorter = content(programme=BY_SECTIONS, lessons=(sectioned(items=(("001",), ("003",), ("005",))),))

    noted = note_sections(kept, shorter, day=DAY)

    assert has_unnoted(shorter, summarise_dossier(kept))
    assert noted.completed == {LESSON: DAY}
    assert not has_unnoted(shorter, summarise_dossier(noted))


def test_lesson_that_is_gone_keeps_its_answers() -> None:
    kept = answer(dossier(), "001")
    gone = content(programme=BY_SECTIONS, lessons=())

    assert note_sections(kept, gone, day=DAY) is kept
    assert not has_unnoted(gone, summarise_dossier(kept))


def test_completed_lesson_keeps_its_hours_when_its_sections_change() -> None:
    done = answer(dossier(), "001", "002", "003", "004", "005")

    assert earned(done, of=sectioned(items=(("007",), ("008",), ("009",)))) == 1
    assert earned(done, of=lesson()) == 1


@pytest.mark.parametrize(("studied", "hours"), [(0, 0), (299, 0), (300, 1), (600, 1), (900, 1)])
def test_completion_earns_the_whole_lesson_once_it_was_studied_enough(studied: int, hours: float) -> None:
    by_completion = programme(credit_by=CreditBy.COMPLETION, completion_minutes=5)

    assert earned(dossier(seconds={LESSON: studied}), by_completion, lesson()) == hours


def test_short_lesson_is_complete_at_its_own_length() -> None:
    by_completion = programme(credit_by=CreditBy.COMPLETION, completion_minutes=30)

    assert [earned(dossier(seconds={LESSON: one}), by_completion, lesson()) for one in (599, 600)] == [0, 1]


@pytest.mark.parametrize(("studied", "hours"), [(0, 0), (300, 0.5), (600, 1), (900, 1)])
def test_time_earns_up_to_the_length_of_the_lesson(studied: int, hours: float) -> None:
    assert earned(dossier(seconds={LESSON: studied}), programme(), lesson()) == hours


@given(st.sampled_from(CreditBy), st.integers(0, 2000), st.integers(0, 2000))
def test_more_study_never_earns_less_nor_more_than_the_lesson(credit_by: CreditBy, one: int, other: int) -> None:
    rules = programme(credit_by=credit_by)

    less, more = (earned(dossier(seconds={LESSON: seconds}), rules, lesson()) for seconds in sorted((one, other)))

    assert 0 <= less <= more <= 1


ITEMS = st.sampled_from([f"00{number}" for number in range(1, 8)])
CONTENTS = st.lists(st.lists(ITEMS, min_size=1, max_size=3), min_size=3, max_size=3)


@given(st.lists(st.one_of(ITEMS, CONTENTS), max_size=20))
def test_nothing_done_is_taken_back_by_any_order_of_answers_and_publications(
    steps: list[str | list[list[str]]],
) -> None:
    current, kept = sectioned(), dossier()
    done: set[int] = set()
    for step in steps:
        if isinstance(step, str):
            kept = answer(kept, step, lesson=current)
        else:
            current = sectioned(items=step)
            kept = note_sections(kept, content(programme=BY_SECTIONS, lessons=(current,)), day=DAY)
        was_completed = LESSON in kept.completed
        now = {1, 2, 3} if was_completed else set(kept.answered.get(LESSON, Answered()).sections)
        assert done <= now
        assert earned(kept, of=current) == (1 if was_completed else 0)
        done = now
