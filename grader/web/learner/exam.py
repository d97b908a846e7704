"""The exam's pages: rules and start, the paper as a plain form, what is open before it is handed in, the result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.course import Course
from grader.domain.exam.attempt import Attempt, Sheet, is_finished, unheard
from grader.domain.exam.gate import missing_before_exam
from grader.exam import (
    may_see_keys,
    own_attempt,
    save_sheet,
    settle_open,
    situation,
    start_attempt,
    submit_attempt,
)
from grader.web.access import Access, allow, signed_in
from grader.web.learner.paper import open_items, sections_of, sent_sheet
from grader.web.learner.result import modules_of, sitting_of, solutions_of
from grader.web.service import service
from quizgen.interaction import names

bp = Blueprint("exam", __name__, url_prefix="/exam")


@bp.get("/")
@allow(Access.LEARNER)
def home() -> ResponseReturnValue:
    """What the exam is like, whether it can be begun now, and earlier attempts."""
    account, now = signed_in(), service().now()
    store, courses = service().store, service().courses
    here = situation(store, courses, courses.current(now), account, now=now)
    blueprint = here.course.content.blueprint(here.tier)
    return render_template(
        "exam_home.html",
        programme=here.programme,
        tier=here.tier,
        blueprint=blueprint,
        several=names(lambda asked: asked.takes_several, (section.type for section in blueprint.sections)),
        standing=here.standing,
        dossier=here.dossier,
        outcomes={outcome.attempt: outcome for outcome in here.dossier.outcomes},
        obstacle=here.obstacle,
        missing=missing_before_exam(here.programme, here.tier, here.standing, now=now),
        minutes=here.tier.exam_minutes + here.dossier.more_minutes,
        closes=_closes(here.course, now),
    )


@bp.post("/start")
@allow(Access.LEARNER)
def start() -> ResponseReturnValue:
    """Begin an attempt, or go on with the open one."""
    account, now = signed_in(), service().now()
    store, courses = service().store, service().courses
    course = courses.current(now)
    settle_open(store, courses, course, account, now=now)
    attempt = start_attempt(store, course, account, now=now, new_id=service().new_id)
    return redirect(url_for("exam.paper", id=attempt.id))


@bp.get("/<id>")
@allow(Access.LEARNER)
def paper(id: str) -> ResponseReturnValue:
    """The paper with what has been answered; a finished one gives its result."""
    now, courses = service().now(), service().courses
    attempt = own_attempt(service().store, courses, signed_in(), id, now=now)
    if is_finished(attempt, now):
        return redirect(url_for("exam.result", id=id))
    return render_template(
        "paper.html",
        attempt=attempt,
        learner=signed_in(),
        programme=courses.of_programme(attempt.programme, now).content.programme,
        sections=sections_of(attempt.paper, courses.by_digest(attempt.paper.content).items, attempt.responses),
        seconds_left=max(int((attempt.deadline - now).total_seconds()), 0),
    )


@bp.post("/<id>")
@allow(Access.LEARNER)
def paper_action(id: str) -> ResponseReturnValue:
    """The plain form: keep everything that is ticked, then go on, ask before handing in, or hand in, by the button."""
    account, now = signed_in(), service().now()
    store, courses, sheet, action = service().store, service().courses, sent_sheet(), request.form.get("action")
    if action == "submit":
        attempt = submit_attempt(store, courses, account, id, sheet=sheet, now=now)
        if attempt.submitted is None or attempt.submitted < min(now, attempt.deadline):
            _tell_unheard(attempt, sheet)
        return redirect(url_for("exam.result", id=id))
    attempt = save_sheet(store, courses, account, id, sheet, now=now)
    if is_finished(attempt, now):
        _tell_unheard(attempt, sheet)
    elif action == "review":
        return redirect(url_for("exam.hand_in", id=id))
    else:
        flash(f"已保存 {attempt.answered} 题")
    return redirect(url_for("exam.paper", id=id))


def _tell_unheard(attempt: Attempt, sheet: Sheet) -> None:
    """Say on the next page which responses came too late to count."""
    if numbers := unheard(attempt, sheet):
        flash(f"这次提交到达时，考试已经结束，第 {_listed(numbers)} 题的作答没有计入成绩。", "late")


def _listed(numbers: Sequence[int]) -> str:
    return "、".join(map(str, numbers))


@bp.get("/<id>/hand-in")
@allow(Access.LEARNER)
def hand_in(id: str) -> ResponseReturnValue:
    """Ask once more, and list what is not answered and what is marked."""
    now, courses = service().now(), service().courses
    attempt = own_attempt(service().store, courses, signed_in(), id, now=now)
    if is_finished(attempt, now):
        return redirect(url_for("exam.result", id=id))
    programme = courses.of_programme(attempt.programme, now).content.programme
    return render_template("hand_in.html", attempt=attempt, programme=programme, open=open_items(attempt))


@bp.get("/<id>/result")
@allow(Access.LEARNER)
def result(id: str) -> ResponseReturnValue:
    """What the attempt came to, and the keys once the programme shows them.

    Items, keys and points are those of the content it was drawn from; all else follows the programme in force.
    """
    account, now = signed_in(), service().now()
    store, courses = service().store, service().courses
    attempt = own_attempt(store, courses, account, id, now=now)
    if attempt.outcome is None:
        return redirect(url_for("exam.paper", id=id))
    drawn = courses.by_digest(attempt.paper.content)
    here = situation(store, courses, courses.of_programme(attempt.programme, now), account, now=now)
    programme = here.programme
    is_shown = may_see_keys(programme, attempt, now=now)
    sat = sitting_of(drawn, attempt)
    solutions = solutions_of(sat, site=service().settings.site) if is_shown else []
    return render_template(
        "result.html",
        attempt=attempt,
        outcome=attempt.outcome,
        pass_mark=drawn.content.tier(attempt.tier).pass_mark,
        programme=programme,
        tier=here.tier,
        standing=here.standing,
        obstacle=here.obstacle,
        makeup=programme.makeup if programme.makeup and now < programme.makeup.opens else None,
        modules=modules_of(sat),
        solutions=solutions,
        wrong=[solution for solution in solutions if not solution.is_full],
        only_wrong="wrong" in request.args,
    )


def _closes(course: Course, now: datetime) -> datetime | None:
    programme = course.content.programme
    window = next((w for w in (programme.exam, programme.makeup) if w and w.is_open(now)), None)
    return window.closes.astimezone(programme.zone) if window else None
