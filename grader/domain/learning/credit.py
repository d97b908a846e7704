"""What learning comes to: questions answered, sections and lessons done, credit hours.

Under every rule one function, `earned_hours`, says what a lesson has earned.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from grader.domain.content import PublishedContent
from grader.domain.learning.dossier import Answered, Dossier, DossierSummary
from quizgen.credit import full_hours, length
from quizgen.lesson import Lesson
from quizgen.model import ItemId
from quizgen.programme import CreditBy, Programme

NOTHING = Answered()
"""Of a lesson that was not begun."""


def left_of(lesson: Lesson, answered: Answered) -> tuple[int, ...]:
    """How many items each section still asks for; 0 where it is done."""
    return tuple(
        0 if number in answered.sections else len(set(section.items).difference(answered.items))
        for number, section in enumerate(lesson.sections, start=1)
    )


def noted(lesson: Lesson, answered: Answered, items: Collection[ItemId] = ()) -> Answered:
    """With these items answered right too: sections of which nothing is left are done, and their items dropped."""
    known = Answered(sections=answered.sections, items=(*answered.items, *items))
    done = tuple(number for number, left in enumerate(left_of(lesson, known), start=1) if not left)
    dropped = {item for number in done for item in lesson.sections[number - 1].items}
    kept = dict.fromkeys(item for item in known.items if item not in dropped)
    return Answered(sections=done, items=tuple(kept))


def record_answers(dossier: Dossier, lesson: Lesson, items: Collection[ItemId], *, day: date) -> Dossier:
    """The dossier with these items of the lesson answered right; the very same one where that is nothing new.

    Items that no section asks for are passed over. A lesson of which all sections are done is completed on `day`.
    """
    if lesson.id in dossier.completed or not lesson.sections:
        return dossier
    before = dossier.answered.get(lesson.id, NOTHING)
    asked = {item for section in lesson.sections for item in section.items}
    after = noted(lesson, before, [item for item in items if item in asked])
    if after == before:
        return dossier
    others = {id: answered for id, answered in dossier.answered.items() if id != lesson.id}
    if len(after.sections) == len(lesson.sections):
        return replace(dossier, completed={**dossier.completed, lesson.id: day}, answered=others)
    return replace(dossier, answered={**others, lesson.id: after})


def note_sections(dossier: Dossier, content: PublishedContent, *, day: date) -> Dossier:
    """What the content in force makes of earlier answers: sections that ask for nothing more are done for good."""
    for id in dossier.answered:
        if lesson := content.lesson(id):
            dossier = record_answers(dossier, lesson, (), day=day)
    return dossier


def has_unnoted(content: PublishedContent, summary: DossierSummary) -> bool:
    """Whether `note_sections` would change the dossier."""
    lessons = ((content.lesson(id), answered) for id, answered in summary.answered.items())
    return any(lesson and lesson.sections and noted(lesson, answered) != answered for lesson, answered in lessons)


def earned_hours(programme: Programme, lesson: Lesson, summary: DossierSummary) -> float:
    """The credit hours that a lesson has earned, from 0 to what it is worth.

    A completed lesson has earned its hours, and so has one that was entered by hand. Otherwise time earns as long as
    the lesson lasts; by `completion` it earns all or nothing, and so do sections.
    """
    if lesson.id in summary.completed:
        return lesson.hours
    if summary.supplements and lesson.id in summary.supplemented:
        return full_hours(programme, lesson)
    if programme.credit_by is CreditBy.SECTIONS:
        answered = summary.answered.get(lesson.id)
        return lesson.hours if answered and lesson.sections and not any(left_of(lesson, answered)) else 0
    studied = min(summary.seconds.get(lesson.id, 0), length(programme, lesson))
    if programme.credit_by is CreditBy.TIME:
        return studied / (programme.credit_hour_minutes * 60)
    return full_hours(programme, lesson) if studied >= seconds_needed(programme, lesson) else 0


def seconds_needed(programme: Programme, lesson: Lesson) -> int:
    """Seconds of study that earn a lesson by `completion`."""
    return min(programme.completion_minutes * 60, length(programme, lesson))
