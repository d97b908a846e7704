"""单位管理: the own units as a tree, added and edited by a form, closed, merged, handed over."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.administration import units as use
from grader.administration.paging import page_of
from grader.administration.roster.book.columns import UNIT_COLUMNS
from grader.administration.roster.rows import Terms, UnitRow
from grader.administration.transfers import NoUnitCalled, unit_called
from grader.domain.people.account import UnitId
from grader.domain.people.unit import UnitSummary
from grader.units import administrator_of, administrators, units_of
from grader.web.access import Access, allow, signed_in
from grader.web.admin.frame import LONGEST_WORD, bp, current_programme, page_number
from grader.web.admin.roster.importing import checked_units, faults_beside, plan_page, scope_of
from grader.web.problems import status_of
from grader.web.service import service

_LABELS = tuple(column.label for column in UNIT_COLUMNS)
_ONE = _LABELS[:5] + _LABELS[8:]
"""What is edited of a unit that there is: its administrator is handed over."""


@bp.get("/units")
@allow(Access.UNIT)
def units() -> ResponseReturnValue:
    """The tree, searched by name or code; paged."""
    store, found = service().store, units_of(service().store, signed_in())
    text = request.args.get("text", "").strip()[:LONGEST_WORD]
    is_all = request.args.get("closed") == "1"
    wanted = [
        (id, unit, depth)
        for id, unit, depth in _tree(found)
        if (is_all or not unit.closed) and (text in unit.name or text in unit.code)
    ]
    shown = page_of(wanted, page_number("page"))
    heads = {one.unit: one for _, one in administrators(store, [id for id, _, _ in shown.rows]) if one.active}
    return render_template(
        "admin/units.html", shown=shown, text=text, is_all=is_all, heads=heads, programme=current_programme()
    )


def _tree(found: Mapping[UnitId, UnitSummary]) -> list[tuple[UnitId, UnitSummary, int]]:
    """Each unit before those below it, with its depth."""
    children: dict[UnitId | None, list[UnitId]] = {}
    for id, unit in found.items():
        children.setdefault(unit.parent if unit.parent in found else None, []).append(id)
    listed: list[tuple[UnitId, UnitSummary, int]] = []
    waiting = [(id, 0) for id in reversed(children.get(None, []))]
    while waiting:
        id, depth = waiting.pop()
        listed.append((id, found[id], depth))
        waiting += [(child, depth + 1) for child in reversed(children.get(id, []))]
    return listed


@bp.get("/units/new")
@allow(Access.UNIT)
def new_unit() -> ResponseReturnValue:
    """The form for a unit that there is not yet."""
    return _form(None, {}, {})


@bp.post("/units/new")
@allow(Access.UNIT)
def check_unit() -> ResponseReturnValue:
    """What was typed, checked: its faults beside it, or what would become of it, to confirm."""
    return _check(None, _LABELS)


@bp.get("/units/<id>")
@allow(Access.UNIT)
def unit(id: str) -> ResponseReturnValue:
    """One unit's page: to edit, rename, close, merge, hand over."""
    return _form(UnitId(id), _texts(UnitId(id)), {})


@bp.post("/units/<id>")
@allow(Access.UNIT)
def edit_unit(id: str) -> ResponseReturnValue:
    """The unit's fields, checked as those of a new one; a new name holds from now on."""
    use.open_unit(units_of(service().store, signed_in()), id)
    return _check(UnitId(id), _ONE)


def _texts(id: UnitId) -> dict[str, str]:
    found = units_of(service().store, signed_in())
    one = use.open_unit(found, id)
    parent = found[one.parent].code if one.parent in found else ""
    order = str(one.order_number or "")
    values = (one.code, one.name, parent, one.kind, order, one.telephone)
    return dict(zip(_ONE, values, strict=True))


def _check(id: UnitId | None, labels: tuple[str, ...]) -> ResponseReturnValue:
    typed = {label: request.form.get(label, "").strip()[:LONGEST_WORD] for label in labels}
    if id:
        typed["代码"] = _texts(id)["代码"]
    checked = checked_units(typed)
    wrong = faults_beside(checked, labels)
    wrong |= {_shown_label(refused.label): refused.why for refused in checked.plan.refused}
    if not id and not wrong and any(change.id for change in checked.plan.units):
        wrong["代码"] = "已有这个代码的单位，请改用其他代码，或在单位管理里修改该单位。"
    if wrong:
        return _form(id, typed, wrong), 422
    if not checked.plan.units and not checked.plan.people:
        flash("内容没有变化。")
        return redirect(url_for("admin.units"))
    return plan_page(checked)


def _shown_label(label: str) -> str:
    return label if label in _LABELS else "代码"


def _form(id: UnitId | None, typed: Mapping[str, str], wrong: Mapping[str, str], refusal: str = "") -> str:
    store, found = service().store, units_of(service().store, signed_in())
    return render_template(
        "admin/unit.html",
        id=id,
        unit=(one := use.open_unit(found, id) if id else None),
        origin=found.get(one.origin) if one and one.origin else None,
        head=administrator_of(store, id) if id else None,
        labels=_ONE if id else _LABELS,
        typed=typed,
        wrong=wrong,
        refusal=refusal,
        handed={name: request.form.get(name, "") for name in ("name", "post", "telephone", "into")},
        programme=current_programme(),
    )


@bp.post("/units/<id>/close")
@allow(Access.UNIT)
def close_unit(id: str) -> ResponseReturnValue:
    """撤销, where nobody is in it."""
    account, store = signed_in(), service().store
    found = units_of(store, account)
    try:
        use.close_unit(store, UnitId(id), found, by=account.id, now=service().now())
    except use.UnitNotNow as refused:
        return _form(UnitId(id), _texts(UnitId(id)), {}, str(refused)), status_of(refused)
    flash(f"{found[UnitId(id)].name}已撤销；以前的报表里仍然有它。")
    return redirect(url_for("admin.units"))


@bp.post("/units/<id>/merge")
@allow(Access.UNIT)
def merge_unit(id: str) -> ResponseReturnValue:
    """合并 into another of the caller's units."""
    account, store = signed_in(), service().store
    found = units_of(store, account)
    use.open_unit(found, id)
    try:
        into = unit_called(store, request.form.get("into", "").strip()[:LONGEST_WORD])
        moved = use.merge_unit(store, UnitId(id), into, found, by=account.id, now=service().now())
    except (use.UnitNotNow, NoUnitCalled) as refused:
        return _form(UnitId(id), _texts(UnitId(id)), {}, str(refused)), status_of(refused)
    flash(f"{found[UnitId(id)].name}已并入{found[into].name}，{moved} 人随之转入；以前的报表仍按原单位统计。")
    return redirect(url_for("admin.units"))


@bp.post("/units/<id>/hand-over")
@allow(Access.UNIT)
def hand_over(id: str) -> ResponseReturnValue:
    """移交: a new administrator gets a slip, the account of before ends."""
    account, store = signed_in(), service().store
    found = units_of(store, account)
    use.open_unit(found, id)
    checked = checked_units(
        {
            "代码": found[UnitId(id)].code,
            "名称": found[UnitId(id)].name,
            "管理员姓名": request.form.get("name", "").strip()[:LONGEST_WORD],
            "职务": request.form.get("post", "").strip()[:LONGEST_WORD],
            "手机号码": request.form.get("telephone", "").strip()[:LONGEST_WORD],
        }
    )
    why = "".join(fault.message for fault in checked.faults if not fault.is_note)
    row: UnitRow | None = next(iter(checked.plan.roster.units), None)
    if why or row is None or not row.administrator:
        return _form(UnitId(id), _texts(UnitId(id)), {}, why or "请填写新管理员的姓名。"), 422
    terms = Terms(programme=current_programme().id, scope=scope_of(account))
    try:
        slip = use.hand_over(
            store, UnitId(id), row, found, terms=terms, by=account.id, now=service().now(), new_id=service().new_id
        )
    except use.UnitNotNow as refused:
        return _form(UnitId(id), _texts(UnitId(id)), {}, str(refused)), status_of(refused)
    told = f"{found[UnitId(id)].name}的管理员已移交给{slip.name}，原管理员账号已失效"
    return render_template(
        "admin/slip.html", slip=slip, unit=found[UnitId(id)].name, told=told, back=url_for("admin.units")
    )
