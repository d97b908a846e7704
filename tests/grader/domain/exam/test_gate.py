from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from grader.domain.content import PublishedContent
from grader.domain.exam.gate import Missing, missing_before_exam, next_window
from grader.domain.learning.dossier import Dossier, WindowName, summarise_dossier
from grader.domain.learning.standing import standing
from quizgen.model import LessonId
from quizgen.programme import CreditBy, Gate
from tests.grader_factories import AGENCY, NOON, content, dossier, milestones, programme, sectioned, tier

EXAM_OPENS, MAKEUP_OPENS = (datetime.fromisoformat(f"2026-{day}T00:00+08:00") for day in ("10-01", "12-01"))


def rules(required_hours: float = 3, **tier_changes: Any) -> PublishedContent:
    """Four required lessons of 1, 2, 0.5 and 1 hours, credited by sections."""
    lessons = tuple(sectioned(f"xianfa-0{n}", hours=hours) for n, hours in enumerate((1, 2, 0.5, 1), start=1))
    required = tuple(lesson.id for lesson in lessons)
    tiers = {AGENCY: tier(required=required, electives=(), **tier_changes)}
    year = programme(required_hours=required_hours, credit_by=CreditBy.SECTIONS, tiers=tiers)
    return content(programme=year, lessons=lessons)


def missing(kept: Dossier, now: datetime, course: PublishedContent | None = None) -> Missing:
    course = course or rules()
    found = standing(course, AGENCY, summarise_dossier(kept), exempt=False, now=now)
    return missing_before_exam(course.programme, course.tier(AGENCY), found, now=now)


def done(*numbers: int) -> Dossier:
    return dossier(completed={LessonId(f"xianfa-0{number}"): date(2026, 10, 9) for number in numbers})


def ids(found: Missing) -> list[str]:
    return [entry.lesson.id[-1] for entry in found.lessons]


@pytest.mark.parametrize(
    ("kept", "hours", "lessons", "enough"),
    [
        (done(), 3, ["1", "2", "3", "4"], 2),
        (done(1), 2, ["2", "3", "4"], 1),
        (done(2), 1, ["1", "3", "4"], 1),
        (done(1, 4), 1, ["2", "3"], 1),
        (done(1, 3, 4), 0.5, ["2"], 1),
        (done(1, 2), 0, [], 0),
    ],
)
def test_hours_still_needed_are_told_with_the_fewest_lessons_that_bring_them(
    kept: Dossier, hours: float, lessons: list[str], enough: int
) -> None:
    found = missing(kept, NOON)

    assert (found.hours, ids(found), found.enough) == (hours, lessons, enough)


def test_lessons_that_cannot_make_up_for_the_hours_are_all_counted() -> None:
    found = missing(done(), NOON, rules(required_hours=9))

    assert (found.hours, found.enough) == (9, 4)


def test_no_lesson_is_offered_once_none_earns_hours_any_more() -> None:
    found = missing(done(1), datetime.fromisoformat("2027-01-01T00:00+08:00"))

    assert found == Missing(hours=2)


def test_nothing_is_asked_of_whoever_met_the_hours_once_or_has_no_gate() -> None:
    met = dossier(milestones=milestones("hours_met"))

    assert missing(met, NOON) == Missing()
    assert missing(done(), NOON, rules(gate=Gate.NONE)) == Missing()


@pytest.mark.parametrize(
    ("now", "window", "opens", "days"),
    [
        ("2026-09-19T23:59:00+08:00", WindowName.EXAM, EXAM_OPENS, 12),
        ("2026-09-30T23:59:59+08:00", WindowName.EXAM, EXAM_OPENS, 1),
        ("2026-10-01T00:00:00+08:00", None, None, 0),
        ("2026-12-01T00:00:00+08:00", None, None, 0),
        ("2027-01-01T00:00:00+08:00", None, None, 0),
    ],
)
def test_days_to_the_next_window_are_calendar_days(
    now: str, window: WindowName | None, opens: datetime | None, days: int
) -> None:
    found = missing(done(1, 2), datetime.fromisoformat(now))

    assert (found.window, found.opens, found.days) == (window, opens, days)


def test_next_window_is_the_make_up_once_the_exam_has_begun() -> None:
    assert next_window(programme(), EXAM_OPENS) == (WindowName.MAKEUP, MAKEUP_OPENS)
    assert next_window(programme(makeup=None), EXAM_OPENS) is None
