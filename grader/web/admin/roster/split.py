"""单位分设: a new unit out of one that there is, with some of its people; shown before it is done."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.administration import units as use
from grader.administration.lists import MOST_LINES
from grader.administration.roster.rows import UnitRow
from grader.domain import errors
from grader.domain.people.account import UnitId
from grader.units import learners_of_unit, units_of
from grader.web.access import Access, allow, signed_in
from grader.web.admin.frame import LONGEST_WORD, bp
from grader.web.admin.roster.importing import checked_units, faults_beside
from grader.web.problems import status_of
from grader.web.service import service

_LABELS = ("代码", "名称", "上级代码", "类型", "序号")
_MOST_TICKS = 200
"""People of whom each has a box to tick; of a larger unit they are listed by hand."""


@bp.get("/units/<id>/split")
@allow(Access.COUNTY)
def split_unit(id: str) -> ResponseReturnValue:
    """The form: what the new unit is called, and who goes there."""
    found = units_of(service().store, signed_in())
    unit = use.open_unit(found, id)
    above = found.get(unit.parent) if unit.parent else unit
    return _page(id, {"上级代码": above.code if above else "", "类型": unit.kind})


@bp.post("/units/<id>/split")
@allow(Access.COUNTY, largest_body=512 * 1024)
def split_unit_action(id: str) -> ResponseReturnValue:
    """Check the new unit and the list, or make it as it was shown."""
    store, account, form = service().store, signed_in(), request.form
    found = units_of(store, account)
    use.open_unit(found, id)
    typed = {label: form.get(label, "").strip()[:LONGEST_WORD] for label in _LABELS}
    row, wrong = _checked(typed, UnitId(id))
    try:
        text = _list(id)
        people = use.check_split(store, UnitId(id), text, found)
        going = [person.id for person in people if person.id]
        if row is None or not going or form.get("action") != "apply":
            why = "" if people else "请选择转到新单位的人。"
            return _page(id, typed, text=text, people=people, wrong=wrong, refusal=why), 422 if wrong or why else 200
        made = UnitId(service().new_id())
        moved = use.split_unit(store, UnitId(id), row, going, found, by=account.id, now=service().now(), made=made)
    except (use.UnitNotNow, errors.BadFile) as refused:
        return _page(id, typed, text=form.get("list", ""), refusal=str(refused)), status_of(refused)
    flash(f"已从{found[UnitId(id)].name}分出{row.name}，转入 {moved} 人。请在新单位的页面里设管理员。")
    return redirect(url_for("admin.units", text=row.code))


def _checked(typed: dict[str, str], id: UnitId) -> tuple[UnitRow | None, dict[str, str]]:
    """The new unit as a row, or what is wrong with it, by label; one that was begun before may go on."""
    checked = checked_units(typed)
    wrong = faults_beside(checked, _LABELS)
    wrong |= {refused.label if refused.label in _LABELS else "代码": refused.why for refused in checked.plan.refused}
    found = units_of(service().store, signed_in())
    known = next((unit for unit in found.values() if unit.code == typed["代码"]), None)
    if not wrong and known is not None and known.origin != id:
        wrong["代码"] = "已有这个代码的单位，请改用其他代码。"
    row = next(iter(checked.plan.roster.units), None)
    return (None if wrong else row), wrong


def _list(id: str) -> str:
    """The list that was typed, and the people ticked, as lines of it."""
    ticked = set(request.form.getlist("person")[:_MOST_TICKS])
    people = learners_of_unit(service().store, UnitId(id)) if ticked else []
    lines = [f"{person.number}\t{person.name}" for key, person in people if key in ticked]
    return "\n".join(filter(None, [request.form.get("list", "").strip(), *lines]))


def _page(
    id: str,
    typed: dict[str, str],
    *,
    text: str = "",
    people: list[use.SplitPerson] | None = None,
    wrong: dict[str, str] | None = None,
    refusal: str = "",
) -> str:
    store = service().store
    found = learners_of_unit(store, UnitId(id))
    return render_template(
        "admin/unit_split.html",
        id=id,
        unit=units_of(store, signed_in())[UnitId(id)],
        labels=_LABELS,
        typed=typed,
        text=text,
        people=people,
        wrong=wrong or {},
        refusal=refusal,
        ticks=found if people is None and not text and len(found) <= _MOST_TICKS else [],
        count=len(found),
        most=MOST_LINES,
    )
