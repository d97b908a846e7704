"""年度设置: every rule of the programme on one page, and units that confirm their rosters."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.administration.paging import page_of
from grader.administration.year.change import running_year
from grader.administration.year.confirm import confirm_roster, rosters
from grader.administration.year.rules import rules_of
from grader.domain.errors import NotNow
from grader.domain.people.account import UnitId
from grader.units import units_of
from grader.web.access import Access, allow, may, signed_in
from grader.web.admin.frame import bp, course_asked, page_number
from grader.web.problems import status_of
from grader.web.service import service

_LONGEST_NUMBER = 7
"""Digits of a number of people."""


@bp.get("/settings")
@allow(Access.REPORTS)
def settings() -> ResponseReturnValue:
    """The rules in plain words, to read and to print."""
    course = course_asked(service().now())
    programme = course.content.programme
    return render_template(
        "admin/settings.html",
        programme=programme,
        digest=course.digest,
        rules=rules_of(course.content),
        changes=running_year(service().store, service().courses, programme.id).changes,
        programmes=[other.content.programme for other in service().courses.programmes(service().now())],
    )


@bp.get("/confirmations")
@allow(Access.REPORTS)
def confirmations() -> ResponseReturnValue:
    """Which units have confirmed their rosters, and when."""
    return _confirmations()


@bp.post("/confirmations")
@allow(Access.UNIT)
def confirm() -> ResponseReturnValue:
    """Confirm the roster of one unit, as the page showed it."""
    now, form = service().now(), request.form
    course, typed = course_asked(now), form.get("people", "")
    people = int(typed) if typed.isdecimal() and len(typed) <= _LONGEST_NUMBER else -1
    try:
        unit = confirm_roster(
            service().store, course, signed_in(), UnitId(form.get("unit", "")), people=people, now=now
        )
    except NotNow as refused:
        return _confirmations(refusal=str(refused)), status_of(refused)
    flash(f"已确认{unit.name}的年度参学名单。")
    return redirect(url_for("admin.confirmations", programme=course.content.programme.id))


def _confirmations(*, refusal: str = "") -> str:
    now, account = service().now(), signed_in()
    course = course_asked(now)
    programme, units = course.content.programme, units_of(service().store, account)
    missing_only = request.args.get("missing") == "yes"
    listed = rosters(service().store, course, units, now=now, missing_only=missing_only)
    waiting = len(listed) if missing_only else sum(roster.confirmation is None for roster in listed)
    return render_template(
        "admin/confirmations.html",
        programme=programme,
        shown=page_of(listed, page_number("page")),
        waiting=waiting,
        missing_only=missing_only,
        refusal=refusal,
        may_confirm=may(account.role, Access.UNIT) and now < programme.closes,
        link=lambda page: url_for(
            "admin.confirmations", programme=programme.id, missing="yes" if missing_only else None, page=page
        ),
    )
