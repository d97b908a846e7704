"""Changing the running year: windows extended, a make-up opened, contacts; shown before it is done."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.administration.year.change import (
    RuleDifference,
    RunningYear,
    YearChanged,
    change_year,
    plan_change,
    running_year,
)
from grader.administration.year.law import LawChange, law_changes
from grader.administration.year.typed import wanted_change, windows_shown
from grader.domain.errors import Malformed, NotNow
from grader.domain.year_change import LONGEST_CONTACTS
from grader.web.access import Access, allow, signed_in
from grader.web.admin.frame import bp, course_asked
from grader.web.problems import status_of
from grader.web.service import service

_LONGEST_VERSION = 9
"""Digits of a document's version."""


@bp.get("/settings/change")
@allow(Access.COUNTY)
def year_change() -> ResponseReturnValue:
    """The form, with the rules in force."""
    return _page(_year())


@bp.post("/settings/change")
@allow(Access.COUNTY)
def year_change_action() -> ResponseReturnValue:
    """Show what the change would do, or make it as it was shown."""
    now, form, year = service().now(), request.form, _year()
    try:
        if year.version != _seen():
            raise YearChanged
        wanted = wanted_change(year, form)
        if form.get("action") != "apply":
            return _page(year, differences=plan_change(year, wanted, now=now), laws=law_changes(year, wanted))
        done = change_year(service().store, service().courses, year, wanted, by=signed_in().id, now=now)
    except (Malformed, NotNow) as refused:
        return _page(_year(), refusal=str(refused)), status_of(refused)
    flash(f"已修改{'、'.join(one.rule.label for one in done)}，现在起生效。")
    return redirect(url_for("admin.settings", programme=year.programme.id))


def _year() -> RunningYear:
    programme = course_asked(service().now()).content.programme.id
    return running_year(service().store, service().courses, programme)


def _seen() -> int:
    text = request.form.get("seen", "")
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_VERSION else 0


def _page(
    year: RunningYear,
    *,
    differences: list[RuleDifference] | None = None,
    laws: Sequence[LawChange] = (),
    refusal: str = "",
) -> str:
    now = service().now()
    windows = windows_shown(year, now=now)
    held = {f"{window.rule}_{end}": getattr(window, end) for window in windows for end in ("opens", "closes")}
    held |= {"contacts": year.programme.contacts, "reason": "", "document": ""}
    return render_template(
        "admin/year_change.html",
        year=year,
        programme=year.programme,
        windows=windows,
        typed={name: request.form.get(name, value) for name, value in held.items()},
        differences=differences,
        laws=laws,
        refusal=refusal,
        closed=now >= year.programme.closes,
        longest_contacts=LONGEST_CONTACTS,
    )
