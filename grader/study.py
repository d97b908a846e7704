"""Study time: what a lesson page's beat comes to. The time is the server's; the page's own clock is never asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from grader.course import Course
from grader.domain.content import PublishedContent
from grader.domain.errors import UnknownLesson
from grader.domain.learning.dossier import Dossier, is_superseded, open_page, record_study, summarise_dossier
from grader.domain.learning.standing import credited_hours, mark_milestones
from grader.domain.people.account import Account
from grader.dossiers import change_dossier, dossier_of
from grader.store.base import Store
from quizgen.credit import length
from quizgen.lesson import Lesson
from quizgen.model import LessonId
from quizgen.programme import CreditBy

INTERVAL = 30
"""Seconds between two beats of an open page."""


class Reason(StrEnum):
    """Why a beat or an answer credited nothing."""

    NONE = ""
    OPENED = "opened"
    SUPERSEDED = "superseded"
    COMPLETE = "complete"
    CLOSED = "closed"
    NOT_IN_TIER = "not-in-tier"
    BY_SECTIONS = "by-sections"
    BY_TIME = "by-time"


_SENTENCES = {
    Reason.NONE: "正在计时",
    Reason.OPENED: "开始计时",
    Reason.SUPERSEDED: "您已在另一页面学习，本页暂停计时",
    Reason.COMPLETE: "本课学习时间已计满",
    Reason.CLOSED: "现在不在学习时间内，可以阅读，不计时",
    Reason.NOT_IN_TIER: "本课不在您的学习范围内，可以阅读，不计时",
    Reason.BY_SECTIONS: "本年度按小节计学时，不统计学习时间",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedBeat:
    """The answer to a beat: seconds counted, the page's number, the lesson's state and the year's credit hours.

    `page` is None where nothing is recorded now: the next beat then opens a page, as soon as that is allowed.
    """

    page: int | None
    seconds: int
    reason: Reason
    lesson_seconds: int
    lesson_length: int
    elective: bool
    hours: float
    required_hours: float

    @property
    def message(self) -> str:
        """What the page shows."""
        return _SENTENCES[self.reason]


def record_beat(
    store: Store, course: Course, account: Account, *, lesson: LessonId, page: int | None, now: datetime
) -> CountedBeat:
    """Open a page (`page` None) or credit the time since its last beat.

    Raises UnknownLesson, or BadPage for a number never issued; then nothing was recorded.
    """
    content = course.content
    found = content.lesson(lesson)
    if found is None:
        raise UnknownLesson(lesson=lesson)
    reason = _uncounted(content, account, lesson, now=now)
    if reason is not None:
        dossier = dossier_of(store, content.programme.id, account.id)
        return _counted(course, account, dossier, found, page=None, seconds=0, reason=reason)

    def change(dossier: Dossier) -> tuple[Dossier, tuple[int, Reason]]:
        after, seconds, reason = _count(dossier, content, found, page=page, now=now)
        return (mark_milestones(after, content, account.tier, now=now) if seconds else after), (seconds, reason)

    dossier, (seconds, reason) = change_dossier(store, content.programme.id, account.id, change)
    number = page or (dossier.page.number if dossier.page else None)
    return _counted(course, account, dossier, found, page=number, seconds=seconds, reason=reason)


def _uncounted(content: PublishedContent, account: Account, lesson: LessonId, *, now: datetime) -> Reason | None:
    if content.programme.credit_by is CreditBy.SECTIONS:
        return Reason.BY_SECTIONS
    return obstacle(content, account, lesson, now=now)


def obstacle(content: PublishedContent, account: Account, lesson: LessonId, *, now: datetime) -> Reason | None:
    """Why the lesson earns this learner nothing now, or None."""
    tier = content.tier(account.tier)
    if lesson not in tier.required and lesson not in tier.electives:
        return Reason.NOT_IN_TIER
    return None if content.programme.study.is_open(now) else Reason.CLOSED


def _count(
    dossier: Dossier, content: PublishedContent, lesson: Lesson, *, page: int | None, now: datetime
) -> tuple[Dossier, int, Reason]:
    if page is None:
        after, seconds, reason = open_page(dossier, lesson.id, now=now), 0, Reason.OPENED
    elif is_superseded(dossier, page):
        return dossier, 0, Reason.SUPERSEDED
    else:
        day = content.programme.local_day(now)
        full = length(content.programme, lesson)
        after, seconds = record_study(dossier, lesson.id, page, now=now, day=day, length=full)
        reason = Reason.NONE
    is_full = after.seconds_of(lesson.id) >= length(content.programme, lesson)
    return after, seconds, Reason.COMPLETE if is_full else reason


def _counted(
    course: Course,
    account: Account,
    dossier: Dossier,
    lesson: Lesson,
    *,
    page: int | None,
    seconds: int,
    reason: Reason,
) -> CountedBeat:
    content = course.content
    full = length(content.programme, lesson)
    return CountedBeat(
        page=page,
        seconds=seconds,
        reason=reason,
        lesson_seconds=0 if reason is Reason.BY_SECTIONS else min(dossier.seconds_of(lesson.id), full),
        lesson_length=0 if reason is Reason.BY_SECTIONS else full,
        elective=lesson.id in content.tier(account.tier).electives,
        hours=credited_hours(content, account.tier, summarise_dossier(dossier)),
        required_hours=content.programme.required_hours,
    )
