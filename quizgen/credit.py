"""What a lesson is worth under a programme's rule of credit."""

from __future__ import annotations

from math import floor

from quizgen.lesson import Lesson
from quizgen.programme import CreditBy, Programme


def length(programme: Programme, lesson: Lesson) -> int:
    """The seconds at which credit by time ends: the editors' estimate, otherwise the lesson's credit hours."""
    minutes = lesson.hours * programme.credit_hour_minutes if lesson.minutes is None else lesson.minutes
    return round(minutes * 60)


def full_hours(programme: Programme, lesson: Lesson) -> float:
    """The credit hours of a lesson of which nothing is missing."""
    if programme.credit_by is CreditBy.SECTIONS:
        return lesson.hours
    return length(programme, lesson) / (programme.credit_hour_minutes * 60)


TOLERANCE = 1e-6
"""Credit hours; a sum of tenths is not exact, and a second of study is more than 1e-4."""


def meets(hours: float, required: float) -> bool:
    """Whether credit hours are as many as required."""
    return hours + TOLERANCE >= required


def shown_hours(hours: float) -> float:
    """Credit hours as people read them, rounded down to a tenth so that it never promises too much."""
    return floor((hours + TOLERANCE) * 10) / 10
