"""学时补录: the list, one person's page (with extra time and attempts), many people by list."""

from __future__ import annotations

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.administration.allowances import BadAllowance, grant
from grader.administration.corrections.batch import ask_list, check_list
from grader.administration.corrections.listing import Phase, supplements_page
from grader.administration.corrections.supplements import (
    Request,
    approve,
    ask,
    county_accounts,
    is_own,
    open_lessons,
    refuse,
    revoke,
)
from grader.administration.roster.book.reading import ReadersBusy
from grader.domain import errors
from grader.domain.people.account import AccountId, Role
from grader.dossiers import dossier_of
from grader.units import learner_of, unit_name, units_of
from grader.web.access import Access, allow, signed_in
from grader.web.admin.frame import (
    LARGEST_UPLOAD,
    LONGEST_WORD,
    bp,
    course_asked,
    page_number,
    refuses_uploads_with,
)
from grader.web.admin.roster.by_list import list_page, list_sent
from grader.web.problems import status_of
from grader.web.service import service
from quizgen.model import LessonId

_LONGEST_NUMBER = 4
"""Digits of minutes or attempts."""


@bp.get("/corrections")
@allow(Access.UNIT)
def corrections() -> ResponseReturnValue:
    """Every request in the administrator's units, filtered and paged; those that wait come first."""
    now, account = service().now(), signed_in()
    course, name = course_asked(now), request.args.get("name", "").strip()[:LONGEST_WORD]
    asked = request.args.get("phase", "")
    phase = Phase(asked) if asked in set(Phase) else None
    units = units_of(service().store, account)
    shown = supplements_page(service().store, course, units, phase=phase, name=name, page=page_number("page"))
    programme = course.content.programme
    return render_template(
        "admin/corrections.html",
        programme=programme,
        shown=shown,
        phase=phase.value if phase else "",
        name=name,
        phases=list(Phase),
        link=lambda page: url_for(
            "admin.corrections", programme=programme.id, name=name or None, phase=phase, page=page
        ),
    )


@bp.get("/learners/<id>/corrections")
@allow(Access.UNIT)
def correction(id: str) -> ResponseReturnValue:
    """One learner's requests with what was decided, and extra time and attempts."""
    return _person_page(id)


@bp.post("/learners/<id>/corrections")
@allow(Access.UNIT)
def correction_action(id: str) -> ResponseReturnValue:
    """Ask for a lesson's hours; for the county also approve, refuse or revoke, and grant time or attempts."""
    actions = {"approve": _approve, "refuse": _refuse, "revoke": _revoke, "grant": _grant}
    try:
        flash(actions.get(request.form.get("action", ""), _ask)(AccountId(id)))
    except (errors.Malformed, errors.NotNow) as refused:
        return _person_page(id, refusal=str(refused)), status_of(refused)
    programme = course_asked(service().now()).content.programme.id
    return redirect(url_for("admin.correction", id=id, programme=programme))


@bp.get("/corrections/list")
@allow(Access.UNIT)
def correction_list() -> ResponseReturnValue:
    """The form for many people at once."""
    return _list_page()


@bp.post("/corrections/list")
@allow(Access.UNIT, largest_body=LARGEST_UPLOAD)
def correction_list_action() -> ResponseReturnValue:
    """Check the list, or ask for what of it can be."""
    now, store, account = service().now(), service().store, signed_in()
    course, reason, proof = course_asked(now), request.form.get("reason", ""), request.form.get("proof", "")
    try:
        text, is_final = list_sent()
        listed = check_list(store, course, account, text, reason=reason, proof=proof, now=now)
    except (errors.Malformed, ReadersBusy) as refused:
        return _list_page(refusal=str(refused)), status_of(refused)
    if is_final:
        listed = ask_list(store, course, account, listed, reason=reason, now=now, new_id=service().new_id)
    return _list_page(text=text, listed=listed, done=is_final)


@refuses_uploads_with("correction_list_action")
def _list_too_large(sentence: str) -> str:
    return _list_page(refusal=sentence)


_list_page = partial(list_page, "admin/correction_list.html", ("reason", "proof"))


def _person_page(id: str, *, refusal: str = "") -> str:
    now, store, account = service().now(), service().store, signed_in()
    course, person = course_asked(now), learner_of(store, account, AccountId(id))
    programme = course.content.programme
    dossier = dossier_of(store, programme.id, person.id)
    return render_template(
        "admin/correction.html",
        person=person,
        unit=unit_name(store, person.unit),
        programme=programme,
        content=course.content,
        dossier=dossier,
        lessons=open_lessons(course, person, dossier, now=now),
        is_county=account.role is Role.COUNTY,
        own={
            state.supplement.id
            for state in dossier.supplement_states
            if state.is_waiting and is_own(store, account, person, state.supplement)
        },
        county=county_accounts(store),
        closed=now >= programme.closes,
        refusal=refusal,
        typed={
            name: request.form.get(name, "") for name in ("lesson", "reason", "proof", "minutes", "attempts", "why")
        },
    )


def _ask(id: AccountId) -> str:
    now, form = service().now(), request.form
    wanted = Request(
        lesson=LessonId(form.get("lesson", "")), reason=form.get("reason", ""), proof=form.get("proof", "")
    )
    ask(service().store, course_asked(now), signed_in(), id, wanted, now=now, new_id=service().new_id)
    return "已填报，等待县级管理员审核。"


def _approve(id: AccountId) -> str:
    now = service().now()
    approve(service().store, course_asked(now), signed_in(), id, request.form.get("supplement", ""), now=now)
    return "已批准，学时从现在起计入。"


def _refuse(id: AccountId) -> str:
    now, form = service().now(), request.form
    asked, why = form.get("supplement", ""), form.get("ruling_reason", "")
    refuse(service().store, course_asked(now), signed_in(), id, asked, reason=why, now=now)
    return "已记录：不批准。"


def _revoke(id: AccountId) -> str:
    now, form = service().now(), request.form
    asked, why = form.get("supplement", ""), form.get("ruling_reason", "")
    revoke(service().store, course_asked(now), signed_in(), id, asked, reason=why, now=now)
    return "已撤销，这些学时不再计入。"


def _grant(id: AccountId) -> str:
    """Raises NotAllowed for anybody but the county office."""
    now, form = service().now(), request.form
    if signed_in().role is not Role.COUNTY:
        raise errors.NotAllowed
    minutes, attempts = _number(form.get("minutes", "")), _number(form.get("attempts", ""))
    why = form.get("why", "")
    grant(service().store, course_asked(now), signed_in(), id, minutes=minutes, attempts=attempts, reason=why, now=now)
    return "已记录，下一次开考时生效。"


def _number(text: str) -> int:
    """A whole number as typed; 0 for none. Raises BadAllowance for anything else."""
    digits = text.strip().removeprefix("-")
    if digits and not (digits.isdecimal() and len(digits) <= _LONGEST_NUMBER):
        raise BadAllowance(why="分钟数和次数请填整数。")
    return int(text) if digits else 0
