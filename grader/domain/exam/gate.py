"""What is still missing before a learner may sit the exam: credit hours, lessons, days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from grader.domain.learning.dossier import WindowName
from grader.domain.learning.standing import LessonStanding, Standing
from quizgen.credit import meets
from quizgen.programme import Gate, Programme, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What stands before the exam; 0, empty or None where nothing does.

    `hours` are credit hours still owed, `lessons` the required lessons that can still earn them, in their order, and
    `enough` the fewest of these that make up for the hours. `opens` is when the next window does, where none is open,
    in `days` calendar days.
    """

    hours: float = 0
    lessons: tuple[LessonStanding, ...] = ()
    enough: int = 0
    window: WindowName | None = None
    opens: datetime | None = None
    days: int = 0


def missing_before_exam(programme: Programme, tier: Tier, standing: Standing, *, now: datetime) -> Missing:
    """What the learner still needs, of the hours (where the tier's gate asks for them) and of the time."""
    asks_hours = tier.gate is Gate.HOURS and not standing.hours_met
    may_earn = asks_hours and now < programme.study.closes
    lessons = tuple(entry for entry in standing.lessons if not (entry.elective or entry.is_complete))
    earned = sum(entry.earned for entry in standing.lessons if not entry.elective)
    hours = max(standing.required_hours - earned, 0) if asks_hours else 0
    following = None if programme.exam_window(now) else next_window(programme, now)
    return Missing(
        hours=hours,
        lessons=lessons if may_earn else (),
        enough=_fewest(lessons, hours) if may_earn else 0,
        window=following[0] if following else None,
        opens=following[1] if following else None,
        days=(programme.local_day(following[1]) - programme.local_day(now)).days if following else 0,
    )


def next_window(programme: Programme, now: datetime) -> tuple[WindowName, datetime] | None:
    """The exam window that opens next, and when; None after the last."""
    windows = ((WindowName.EXAM, programme.exam), (WindowName.MAKEUP, programme.makeup))
    later = sorted((window.opens, name) for name, window in windows if window and window.opens > now)
    return (later[0][1], later[0][0]) if later else None


def _fewest(lessons: tuple[LessonStanding, ...], hours: float) -> int:
    """How many of the lessons at least make up for these hours; those that can still earn most come first."""
    count, left = 0, hours
    for still in sorted((entry.worth - entry.earned for entry in lessons), reverse=True):
        if meets(0, left):
            break
        count, left = count + 1, left - still
    return count
