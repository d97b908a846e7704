"""新增人员: one person by a form, held to the rules of the roster."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from grader.administration.roster.book.columns import PEOPLE_COLUMNS
from grader.web.access import Access, allow
from grader.web.admin.frame import LONGEST_WORD, bp, current_programme
from grader.web.admin.roster.importing import checked_form, faults_beside, open_units, plan_page

_LABELS = tuple(column.label for column in PEOPLE_COLUMNS)


@bp.get("/roster/person")
@allow(Access.UNIT)
def new_person() -> ResponseReturnValue:
    """The form."""
    return _form({}, {}, "")


@bp.post("/roster/person")
@allow(Access.UNIT)
def check_person() -> ResponseReturnValue:
    """What was typed, checked: its faults beside it, or what would become of it, to confirm."""
    typed = {label: request.form.get(label, "").strip()[:LONGEST_WORD] for label in _LABELS}
    checked = checked_form(typed)
    wrong = faults_beside(checked, _LABELS)
    wrong |= {refused.label or "姓名": refused.why for refused in checked.plan.refused}
    if wrong:
        return _form(typed, wrong, ""), 422
    if not checked.plan.people:
        return _form(typed, {}, "花名册里已有此人，内容也相同，不需要新增。"), 409
    return plan_page(checked)


def _form(typed: dict[str, str], wrong: dict[str, str], refusal: str) -> str:
    units = open_units()
    return render_template(
        "admin/new_person.html",
        typed=typed,
        wrong=wrong,
        refusal=refusal,
        programme=current_programme(),
        units=units,
        few=len(units) <= 60,
    )
