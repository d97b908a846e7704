"""What learners' pages call: study beats, answers to lessons, practice. JSON in, JSON out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from grader.domain.errors import Malformed
from grader.lessons import Progress, answer_sections, progress_of, year_of
from grader.practice import notebook_of, practise, set_favourite
from grader.study import INTERVAL, record_beat
from grader.web.access import Access, allow, require_account_of_page, signed_in
from grader.web.body import body, flag_field, letters_field, number_field, text_field
from grader.web.service import service
from quizgen.model import ItemId, LessonId, Letter

bp = Blueprint("api", __name__, url_prefix="/api")

_MOST_ANSWERS = 60
"""In one call; a lesson asks some ten."""


@bp.post("/beat")
@allow(Access.LEARNER)
def beat() -> ResponseReturnValue:
    """One beat of an open lesson page; without a page number it opens one."""
    fields, now = body(), service().now()
    lesson = LessonId(text_field(fields, "lesson"))
    page = None if fields.get("page") is None else number_field(fields, "page")
    course = service().courses.current(now)
    counted = record_beat(service().store, course, signed_in(), lesson=lesson, page=page, now=now)
    return jsonify(
        page=counted.page,
        counted=counted.seconds,
        lesson_seconds=counted.lesson_seconds,
        lesson_length=counted.lesson_length,
        elective=counted.elective,
        total_hours=counted.hours,
        required_hours=counted.required_hours,
        reason=counted.reason,
        message=counted.message,
        next=INTERVAL,
    )


@bp.get("/lessons")
@allow(Access.LEARNER)
def lessons() -> ResponseReturnValue:
    """Where the learner is in each lesson, and which comes next, for the home page."""
    now = service().now()
    year = year_of(service().store, service().courses.current(now), signed_in(), now=now)
    return jsonify(
        lessons={
            entry.lesson.id: {
                "completed": entry.is_complete,
                "begun": entry.is_begun,
                "sections_left": entry.sections_left,
            }
            for entry in year.lessons
        },
        next=year.next_lesson.path if year.next_lesson else "",
    )


@bp.get("/lessons/<id>")
@allow(Access.LEARNER)
def lesson(id: str) -> ResponseReturnValue:
    """Where the learner is in a lesson."""
    now = service().now()
    course = service().courses.current(now)
    return _progress(progress_of(service().store, course, signed_in(), lesson=_lesson_id(id), now=now))


@bp.post("/lessons/<id>/answers")
@allow(Access.LEARNER)
def answers(id: str) -> ResponseReturnValue:
    """Answers to questions of a lesson's sections, letters by item."""
    fields, now = body(), service().now()
    require_account_of_page()
    if not 0 < len(fields) <= _MOST_ANSWERS:
        raise Malformed(why=f"一次应有 1 至 {_MOST_ANSWERS} 道题的作答。")
    responses = {ItemId(text_field({"试题编号": item}, "试题编号")): _letters(fields, item) for item in fields}
    course = service().courses.current(now)
    graded = answer_sections(service().store, course, signed_in(), lesson=_lesson_id(id), responses=responses, now=now)
    return _progress(graded)


def _letters(fields: dict[str, Any], item: str) -> frozenset[Letter]:
    """Letters as a list or, for short, as one text: `ABD`."""
    value = fields[item]
    return letters_field({item: list(value) if isinstance(value, str) else value}, item)


def _lesson_id(text: str) -> LessonId:
    return LessonId(text_field({"lesson": text}, "lesson"))


def _progress(progress: Progress) -> ResponseReturnValue:
    lesson = progress.lesson
    return jsonify(
        lesson=lesson.lesson.id,
        results=progress.results,
        left=lesson.left,
        right=progress.right,
        sections_left=lesson.sections_left,
        completed=lesson.is_complete,
        hours=lesson.earned,
        lesson_hours=lesson.worth,
        elective=lesson.elective,
        total_hours=progress.hours,
        required_hours=progress.required_hours,
        reason=progress.reason,
        message=progress.message,
        next=progress.following.path if progress.following else "",
    )


@bp.post("/practice")
@allow(Access.LEARNER)
def practice() -> ResponseReturnValue:
    """One try at a practice item."""
    fields, now = body(), service().now()
    item, response = ItemId(text_field(fields, "item")), letters_field(fields, "response")
    course = service().courses.current(now)
    right = practise(service().store, course, signed_in(), item=item, response=response, now=now)
    return jsonify(right=right)


@bp.get("/practice/favourites")
@allow(Access.LEARNER)
def favourites() -> ResponseReturnValue:
    """The practice items that the learner keeps as favourites."""
    return jsonify(items=sorted(notebook_of(service().store, signed_in()).favourites))


@bp.post("/practice/favourites")
@allow(Access.LEARNER)
def favourite() -> ResponseReturnValue:
    """Put a practice item among the learner's favourites, or take it away."""
    fields, now = body(), service().now()
    require_account_of_page()
    item, wanted = ItemId(text_field(fields, "item")), flag_field(fields, "wanted")
    course = service().courses.current(now)
    notebook = set_favourite(service().store, course, signed_in(), item=item, wanted=wanted)
    return jsonify(item=item, favourite=item in notebook.favourites)
