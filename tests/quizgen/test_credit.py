"""What a lesson is worth, and how credit hours are compared and shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizgen.credit import full_hours, length, meets, shown_hours
from quizgen.programme import CreditBy
from tests.grader_factories import lesson, programme


@pytest.mark.parametrize(
    ("credit_by", "minutes", "seconds", "hours"),
    [
        (CreditBy.TIME, 45, 2700, 4.5),
        (CreditBy.TIME, None, 900, 1.5),
        (CreditBy.COMPLETION, 45, 2700, 4.5),
        (CreditBy.SECTIONS, 45, 2700, 1.5),
    ],
)
def test_lesson_is_worth_its_hours_by_sections_and_its_length_by_time(
    credit_by: CreditBy, minutes: int | None, seconds: int, hours: float
) -> None:
    rules, one = programme(credit_by=credit_by), replace(lesson(), hours=1.5, minutes=minutes)

    assert (length(rules, one), full_hours(rules, one)) == (seconds, hours)


@pytest.mark.parametrize(
    ("hours", "shown"), [(0, 0), (0.0999, 0), (0.1, 0.1), (0.7 + 0.1 + 0.2, 1), (5.99, 5.9), (6, 6)]
)
def test_hours_are_shown_rounded_down_to_a_tenth(hours: float, shown: float) -> None:
    assert shown_hours(hours) == shown


@given(st.integers(0, 20 * 2700))
def test_what_is_shown_as_met_is_met(seconds: int) -> None:
    hours = sum([1 / 2700] * 7) + (seconds - 7) / 2700

    assert meets(hours, 6) == (seconds >= 6 * 2700)
    assert (shown_hours(hours) >= 6) == meets(hours, 6)


def test_every_rule_has_a_name_of_its_own() -> None:
    assert len({rule.label for rule in CreditBy}) == len(CreditBy)


def test_hours_that_are_no_measured_time_say_so() -> None:
    notes = {rule: rule.note for rule in CreditBy}

    assert notes == {
        CreditBy.SECTIONS: "学时为课程规定学时，按完成小节计，不表示在线时长。",
        CreditBy.TIME: "",
        CreditBy.COMPLETION: "",
    }
