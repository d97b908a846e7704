"""Lessons by their sections: what a learner's answers to a section's questions come to.

Graded by the content in force, as often as it takes; nothing is timed. The dossier is saved first, then the notebook.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from grader.course import Course
from grader.domain.content import PublishedContent
from grader.domain.errors import BadResponse, OutdatedItem, UnknownLesson
from grader.domain.learning.credit import NOTHING, left_of, record_answers
from grader.domain.learning.dossier import Dossier, summarise_dossier
from grader.domain.learning.standing import (
    LessonStanding,
    Standing,
    credited_hours,
    following,
    lesson_standing,
    mark_milestones,
)
from grader.domain.people.account import Account
from grader.dossiers import change_dossier, dossier_of, standing_of
from grader.practice import note_tries
from grader.store.base import Store
from grader.study import Reason, obstacle
from quizgen.interaction import interaction
from quizgen.lesson import Lesson
from quizgen.model import ItemId, LessonId, Letter
from quizgen.programme import CreditBy
from quizgen.score import is_right

_SENTENCES = {
    Reason.CLOSED: "现在不在学习时间内，可以练习，不计学时",
    Reason.NOT_IN_TIER: "本课不在您的学习范围内，可以练习，不计学时",
    Reason.BY_TIME: "本年度按学习时间计学时，小节的试题供练习",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a learner is in a lesson and in the year; `results` are those of the answers just given.

    `hours` are the year's credit hours; `following` is the lesson to read next; `right` are items answered right in
    sections that are not done yet.
    """

    lesson: LessonStanding
    hours: float
    required_hours: float
    following: Lesson | None
    right: tuple[ItemId, ...]
    reason: Reason = Reason.NONE
    results: Mapping[ItemId, bool]

    @property
    def message(self) -> str:
        """What the page shows."""
        if self.reason:
            return _SENTENCES[self.reason]
        if self.lesson.is_complete:
            return f"本课已完成，计{self.lesson.earned:g}学时"
        return f"还剩{self.lesson.sections_left}小节"


def progress_of(store: Store, course: Course, account: Account, *, lesson: LessonId, now: datetime) -> Progress:
    """Where the learner is in the lesson. Raises UnknownLesson."""
    found = _lesson(course.content, lesson)
    dossier = dossier_of(store, course.content.programme.id, account.id)
    return _progress(course, account, found, dossier, {}, now=now)


def year_of(store: Store, course: Course, account: Account, *, now: datetime) -> Standing:
    """Where the learner is in all lessons."""
    return standing_of(course, account, dossier_of(store, course.content.programme.id, account.id), now=now)


def answer_sections(
    store: Store,
    course: Course,
    account: Account,
    *,
    lesson: LessonId,
    responses: Mapping[ItemId, Set[Letter]],
    now: datetime,
) -> Progress:
    """Grade the responses and record what is right; where that is nothing new, nothing is saved.

    Raises UnknownLesson, OutdatedItem (no section of the lesson asks for it) or BadResponse; then nothing was recorded.
    """
    content = course.content
    found = _lesson(content, lesson)
    results = {item: _is_right(content, found, item, response) for item, response in responses.items()}
    right = [item for item, is_so in results.items() if is_so]
    before = dossier_of(store, content.programme.id, account.id)
    known = _known(before, found)
    after = before
    if _reason(content, account, found, now=now) is Reason.NONE and not known.issuperset(right):
        change = partial(_recorded, course=course, account=account, lesson=found, right=right, now=now)
        after = change_dossier(store, content.programme.id, account.id, change)[0]
    note_tries(store, course, account, {item: is_so for item, is_so in results.items() if item not in known}, now=now)
    return _progress(course, account, found, after, results, now=now)


def _lesson(content: PublishedContent, id: LessonId) -> Lesson:
    found = content.lesson(id)
    if found is None:
        raise UnknownLesson(lesson=id)
    return found


def _is_right(content: PublishedContent, lesson: Lesson, id: ItemId, response: Set[Letter]) -> bool:
    item = content.practice_item(id)
    if item is None or not any(id in section.items for section in lesson.sections):
        raise OutdatedItem(item=id)
    if not response or not interaction(item.type).is_possible(response, set(item.options)):
        raise BadResponse(item=id)
    return is_right(response, item.key)


def _known(dossier: Dossier, lesson: Lesson) -> frozenset[ItemId]:
    """Items that need no right answer any more."""
    if lesson.id in dossier.completed:
        return frozenset(item for section in lesson.sections for item in section.items)
    answered = dossier.answered.get(lesson.id, NOTHING)
    sections = zip(lesson.sections, left_of(lesson, answered), strict=True)
    done = (item for section, left in sections if not left for item in section.items)
    return frozenset((*answered.items, *done))


def _reason(content: PublishedContent, account: Account, lesson: Lesson, *, now: datetime) -> Reason:
    if content.programme.credit_by is not CreditBy.SECTIONS:
        return Reason.BY_TIME
    return obstacle(content, account, lesson.id, now=now) or Reason.NONE


def _recorded(
    dossier: Dossier,
    *,
    course: Course,
    account: Account,
    lesson: Lesson,
    right: Collection[ItemId],
    now: datetime,
) -> tuple[Dossier, None]:
    content = course.content
    after = record_answers(dossier, lesson, right, day=content.programme.local_day(now))
    return dossier if after is dossier else mark_milestones(after, content, account.tier, now=now), None


def _progress(
    course: Course, account: Account, lesson: Lesson, dossier: Dossier, results: Mapping[ItemId, bool], *, now: datetime
) -> Progress:
    content, summary = course.content, summarise_dossier(dossier)
    elective = lesson.id not in content.tier(account.tier).required
    return Progress(
        lesson=lesson_standing(content.programme, lesson, summary, elective=elective),
        hours=credited_hours(content, account.tier, summary),
        required_hours=content.programme.required_hours,
        following=following(content, account.tier, summary, id=lesson.id),
        right=summary.answered.get(lesson.id, NOTHING).items,
        reason=_reason(content, account, lesson, now=now),
        results=results,
    )
