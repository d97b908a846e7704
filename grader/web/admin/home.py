"""The first page: figures of every unit in scope, and the learners, filtered and paged."""

from __future__ import annotations

from dataclasses import replace

from flask import get_flashed_messages, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from grader.administration.paging import page_of
from grader.administration.reports.learners import find_learners
from grader.administration.reports.units import unit_report
from grader.domain.figures import MEASURES, RATES
from grader.domain.learning.standing import State
from grader.domain.people.account import Role
from grader.units import units_of
from grader.web.access import Access, allow, may, signed_in
from grader.web.admin.frame import bp, course_asked, page_number
from grader.web.admin.reporting.asked import FEW_UNITS, Filter
from grader.web.service import service

_MEASURES = tuple(measure for measure in MEASURES if measure.of or measure.count in {"enrolled", "eligible"})
"""Of many columns those that say most; 单位统计报表 has them all."""


@bp.get("/")
@allow(Access.OFFICE)
def home() -> ResponseReturnValue:
    """Figures of every unit in the administrator's scope, and the learners, filtered by unit, state and name; paged."""
    account, now = signed_in(), service().now()
    if account.role is Role.EDITOR:
        return redirect(url_for("admin.content"))
    store, course = service().store, course_asked(now)
    units = units_of(store, account)
    programme = course.content.programme
    asked = Filter.of_request(programme, now)
    wanted = replace(asked.asked(programme, now), at=None)
    chosen = wanted.units(units)
    report = unit_report(store, course, units, at=now)
    return render_template(
        "admin/home.html",
        account=account,
        may_change=may(account.role, Access.UNIT),
        programme=programme,
        programmes=[other.content.programme for other in service().courses.programmes(now)],
        tiers=programme.tiers,
        report=report,
        measures=_MEASURES,
        rates=RATES,
        shown=page_of([row for row in report.rows if row.key in chosen], page_number("units")),
        units=units,
        few=len(units) <= FEW_UNITS,
        learners=find_learners(store, course, units, now=now, asked=wanted).page(page_number("page")),
        states=list(State),
        asked=asked,
        message="".join(map(str, get_flashed_messages())),
    )
