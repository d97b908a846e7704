"""What the pages' scripts call: who is signed in, study beats, practice, single responses. JSON in, JSON out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from grader.certificates.statement import read_statement
from grader.domain.account import Role
from grader.domain.errors import Malformed, NoProgramme, OtherAccount
from grader.exam import save_responses
from grader.lessons import Progress, answer_sections, progress_of
from grader.practice import practise
from grader.study import INTERVAL, record_beat
from grader.web.access import Access, allow, signed_in
from grader.web.service import service
from grader.web.session import caller, end_session
from quizgen.model import ItemId, LessonId, Letter
from quizgen.programme import CreditBy

bp = Blueprint("api", __name__, url_prefix="/api")

_MOST_ANSWERS = 60
"""In one call; a lesson asks some ten."""
_LONGEST_STATEMENT = 4000
"""Characters; what was signed here is far shorter, and what is cut was not signed here."""


def body() -> dict[str, Any]:
    """The request's JSON object. Raises Malformed."""
    try:
        value = request.get_json(silent=True) if request.is_json else None
    except RecursionError:  # so many brackets that no page of ours sent them
        value = None
    if not isinstance(value, dict):
        raise Malformed(why="应为 JSON 对象。")
    return value


def text_field(fields: dict[str, Any], name: str) -> str:
    """A non-empty text of at most 200 characters, all of them printable (so no half a character). Raises Malformed."""
    value = fields.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 200 or not value.isprintable():
        raise Malformed(why=f"{name} 应为文字。")
    return value


def number_field(fields: dict[str, Any], name: str) -> int:
    """A whole number from 1 to a billion. Raises Malformed."""
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= 1_000_000_000:
        raise Malformed(why=f"{name} 应为正整数。")
    return value


def letters_field(fields: dict[str, Any], name: str) -> frozenset[Letter]:
    """A list of option letters, at most ten. Raises Malformed."""
    value = fields.get(name)
    if not isinstance(value, list) or len(value) > 10 or not all(isinstance(v, str) and len(v) == 1 for v in value):
        raise Malformed(why=f"{name} 应为选项字母的列表。")
    return frozenset(Letter(letter) for letter in value)


@bp.get("/health")
@allow(Access.ANYONE)
def health() -> ResponseReturnValue:
    """For those who watch the service: it answers, its store can be read, and something could just be saved."""
    service().courses.programmes(service().now())
    if fault := service().health.fault():
        raise fault.with_traceback(None)  # the same may be told to several
    return jsonify(status="ok")


@bp.get("/me")
@allow(Access.ANYONE)
def me() -> ResponseReturnValue:
    """Whether somebody is signed in on this page, for the study bar."""
    account = caller()
    if account is None:
        return jsonify(signed_in=False, sign_in=url_for("my.sign_in_page"))
    return jsonify(
        signed_in=True,
        key=account.id,
        name=account.name,
        learner=account.role is Role.LEARNER,
        initial=account.credential.initial,
        home=url_for("my.home"),
        credit=_rule_in_force(),
    )


def _rule_in_force() -> CreditBy | None:
    try:
        return service().courses.current(service().now()).content.programme.credit_by
    except NoProgramme:
        return None


@bp.post("/sign-out")
@allow(Access.SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    """End the sign-in on this device, from a page of the course."""
    end_session(service().now())
    return jsonify(signed_in=False)


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
    if request.headers.get("X-Account", signed_in().id) != signed_in().id:
        raise OtherAccount(name=signed_in().name)
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
    lesson, standing = progress.lesson, progress.standing
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
        total_hours=standing.hours,
        required_hours=standing.required_hours,
        reason=progress.reason,
        message=progress.message,
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


@bp.post("/exam/<attempt>/responses")
@allow(Access.LEARNER)
def respond(attempt: str) -> ResponseReturnValue:
    """One response of an open attempt; of two, the one with the higher sequence holds."""
    fields, now = body(), service().now()
    item, options = ItemId(text_field(fields, "item")), letters_field(fields, "response")
    sequence = number_field(fields, "sequence")
    saved = save_responses(service().store, signed_in(), attempt, {item: options}, sequence=sequence, now=now)
    seconds_left = max(int((saved.deadline - now).total_seconds()), 0)
    return jsonify(saved=item, answered=saved.answered, items=len(saved.paper.items), seconds_left=seconds_left)


@bp.post("/verify")
@allow(Access.ANYONE)
def verify() -> ResponseReturnValue:
    """Whether a statement (the part of a scanned address after #) was signed here, and what it says.

    In the body, not in the address: names and scores stay out of servers' logs.
    """
    statement = body().get("statement")
    if not isinstance(statement, str):
        raise Malformed(why="statement 应为文字。")
    read = read_statement(statement[:_LONGEST_STATEMENT], service().settings.signing_key.public_key())
    if read is None:
        return jsonify(genuine=False)
    return jsonify(genuine=True, serial=read.serial, name=read.name, issued=read.issued.isoformat())
