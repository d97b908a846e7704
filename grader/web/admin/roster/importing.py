"""The roster: templates to fill in, the import checked and confirmed, slips to hand out, the roster taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue

from grader.domain import errors
from grader.domain.people.account import Account, Role, UnitId
from grader.domain.people.unit import UnitSummary
from grader.units import units_of
from grader.web.access import Access, allow, signed_in
from grader.web.admin.frame import LARGEST_UPLOAD, XLSX, bp, chosen_file, refuses_uploads_with
from grader.web.admin.roster.sealed import seal, unseal
from grader.web.problems import status_of
from grader.web.service import service
from quizgen.office.sheets_in import Sheets, TextRow
from quizgen.programme import Programme

if TYPE_CHECKING:
    from grader.administration.roster.importing import CheckedRoster
    from grader.administration.roster.rows import ImportResult, Plan
    from grader.administration.roster.slips.hand_out import HandOut

PLAN, SLIPS = "roster-plan", "slips"
"""What pages carry."""
_MOST_RESERVED = 200
_RESERVED = 20
"""Reserved accounts of each unit that a template has unless told."""
_A_PRINT = 500
"""Slips of one PDF; of more there are several."""


@bp.get("/roster")
@allow(Access.UNIT)
def roster() -> ResponseReturnValue:
    """The import's first page."""
    return _page()


def _page(**shown: Any) -> str:
    units = open_units()
    values: dict[str, Any] = {
        "faults": (),
        "plan": None,
        "result": None,
        "carried": "",
        "changed": frozenset(),
        "units": units,
        "few": len(units) <= 60,
        "reserved": _RESERVED,
    }
    return render_template("admin/roster.html", **(values | shown))


def current_programme() -> Programme:
    """Whose ranks and tiers a roster names."""
    return service().courses.current(service().now()).content.programme


def open_units() -> dict[UnitId, UnitSummary]:
    """The caller's units that people may be in."""
    return {id: unit for id, unit in units_of(service().store, signed_in()).items() if not unit.closed}


def scope_of(account: Account) -> frozenset[UnitId] | None:
    """The units that the caller answers for; None for all."""
    return None if account.role is Role.COUNTY else frozenset(units_of(service().store, account))


@bp.get("/roster/template.xlsx")
@allow(Access.UNIT)
def roster_template() -> ResponseReturnValue:
    """The workbook to fill in, with reserved accounts of one unit or of all."""
    from grader.administration.roster.book.template import write_template
    from grader.administration.roster.export import reserved_rows, unit_labels

    units = open_units()
    asked, count = request.args.get("unit", ""), request.args.get("each", "")
    chosen = {id: unit for id, unit in units.items() if id == asked or asked in {"", unit.code, unit.name}}
    each = min(int(count), _MOST_RESERVED) if count.isdecimal() and len(count) < 5 else _RESERVED
    each = min(each, 20_000 // max(len(chosen), 1))
    store, stream = service().store, BytesIO()
    write_template(
        stream,
        programme=current_programme(),
        units=list(unit_labels(store, chosen).values()),
        people=reserved_rows(store, chosen, each=each),
    )
    return _sent(stream, "花名册导入模板.xlsx")


@bp.post("/roster/export.xlsx")
@allow(Access.UNIT)
def roster_export() -> ResponseReturnValue:
    """Everybody in scope with telephones and QQ numbers in full, to change and import again; it is an act."""
    from grader.administration.exports import note_export
    from grader.administration.roster.book.template import write_template
    from grader.administration.roster.export import people_rows, unit_labels

    account, store, now = signed_in(), service().store, service().now()
    units = units_of(store, account)
    rows = people_rows(store, units, current_programme())
    note_export(store, account.unit, "export-roster", len(rows), by=account.id, now=now)
    stream = BytesIO()
    write_template(stream, programme=current_programme(), units=list(unit_labels(store, units).values()), people=rows)
    return _sent(stream, f"花名册{now.astimezone(current_programme().zone):%Y%m%d}.xlsx")


def _sent(stream: BytesIO, name: str, kind: str = XLSX) -> ResponseReturnValue:
    stream.seek(0)
    return send_file(stream, kind, as_attachment=True, download_name=name, max_age=0)


@bp.post("/roster")
@allow(Access.UNIT, largest_body=LARGEST_UPLOAD)
def roster_action() -> ResponseReturnValue:
    """Check the uploaded workbook and show what it would change; the page carries it to the confirmation."""
    from grader.administration.roster.book.reading import ReadersBusy, roster_sheets

    uploaded = chosen_file()
    if uploaded is None:
        return _unread("没有选择文件。请选择填好的花名册（.xlsx 或 .csv）后再上传。"), 422
    try:
        checked = _checked(roster_sheets(BytesIO(uploaded.read())))
    except errors.BadFile as refused:
        return _unread(str(refused)), 422
    except ReadersBusy as busy:
        return _unread(str(busy)), status_of(busy)
    return plan_page(checked), 200 if checked.is_sound else 422


def plan_page(checked: CheckedRoster) -> str:
    """What is wrong and what would change; a sound one can be confirmed."""
    carried = _carried(checked.plan) if checked.is_sound else ""
    return _page(faults=checked.faults, plan=checked.plan, carried=carried)


def checked_form(texts: Mapping[str, str]) -> CheckedRoster:
    """One person's texts by column, typed into a form, as a roster of one row."""
    rows = (TextRow(number=1, cells=tuple(texts)), TextRow(number=2, cells=tuple(texts.values())))
    return _checked(Sheets(found={"新增人员": rows}, others=()))


def faults_beside(checked: CheckedRoster, labels: Sequence[str]) -> dict[str, str]:
    """What is wrong with a form's fields, by label; what is about none of them stands beside the first."""
    found = [fault for fault in checked.faults if not fault.is_note]
    return {labels[ord(fault.cell[0]) - ord("A") if fault.cell else 0]: fault.message for fault in found}


def checked_units(texts: Mapping[str, str]) -> CheckedRoster:
    """One unit's texts by column, typed into a form, as a sheet of one row."""
    rows = (TextRow(number=1, cells=tuple(texts)), TextRow(number=2, cells=tuple(texts.values())))
    return _checked(Sheets(found={"单位": rows}, others=()))


@bp.post("/units/template.xlsx")
@allow(Access.UNIT)
def units_template() -> ResponseReturnValue:
    """The own units with their administrators and their telephones, to change and to add to; it is an act."""
    from grader.administration.exports import note_export
    from grader.administration.roster.book.template import write_units_template
    from grader.administration.roster.export import unit_rows

    account, store, stream = signed_in(), service().store, BytesIO()
    rows = unit_rows(store, units_of(store, account))
    people = sum(bool(row["手机号码"]) for row in rows)
    note_export(store, account.unit, "export-units", people, by=account.id, now=service().now())
    write_units_template(stream, rows)
    return _sent(stream, "单位表.xlsx")


def _checked(sheets: Sheets) -> CheckedRoster:
    from grader.administration.roster.importing import check_sheets
    from grader.certificates.fonts import fonts_with

    return check_sheets(
        service().store,
        sheets,
        programme=current_programme(),
        now=service().now(),
        scope=scope_of(signed_in()),
        missing=fonts_with(service().settings.fonts).missing,
    )


def _carried(plan: Plan) -> str:
    """The plan for the confirmation; "" where there is nothing to confirm."""
    from grader.administration.roster.carried import packed

    return seal(PLAN, packed(plan)) if plan.units or plan.people else ""


@bp.post("/roster/confirm")
@allow(Access.UNIT, largest_body=LARGEST_UPLOAD)
def roster_confirm() -> ResponseReturnValue:
    """Import exactly what was shown; where others changed something meanwhile, say what and show the plan anew."""
    from grader.administration.roster.carried import unpacked
    from grader.administration.roster.importing import PlanChanged, terms_of
    from grader.administration.roster.rows import Plan

    carried = unpacked(unseal(PLAN, request.form.get("carried", "")))
    programme = service().courses.of_programme(carried.programme, service().now()).content.programme
    plan = Plan(roster=carried.roster, terms=terms_of(programme, scope_of(signed_in())))
    try:
        result = _imported(plan, programme, shown=carried.shown)
    except PlanChanged as changed:
        again = "" if changed.plan.refused else _carried(changed.plan)
        return _page(plan=changed.plan, carried=again, changed=changed.rows), 409
    return _page(result=result, **slips_shown(result, programme))


def _imported(plan: Plan, programme: Programme, *, shown: Mapping[str, str]) -> ImportResult:
    from grader.administration.roster.importing import apply_import

    return apply_import(
        service().store,
        plan,
        by=signed_in().id,
        now=service().now(),
        new_id=service().new_id,
        first_password=programme.first_password,
        shown=shown,
    )


def slips_shown(result: ImportResult, programme: Programme) -> dict[str, Any]:
    """What a page shows of new accounts: the first slips, and all of them sealed for the files."""
    from grader.administration.roster.slips.hand_out import HandOut

    names = {unit.code: unit.name for unit in units_of(service().store, signed_in()).values()}
    slips = [
        HandOut(
            name=new.name,
            unit=names.get(new.unit, new.unit),
            number=new.number,
            role=new.role,
            password=new.password,
            expires=new.expires,
        )
        for new in result.new
    ]
    return hand_outs(slips, programme)


def hand_outs(slips: Sequence[HandOut], programme: Programme) -> dict[str, Any]:
    """What a page shows of these slips: the first of them with a text each, and all sealed for the files."""
    from grader.administration.roster.slips.hand_out import hand_out_text

    address = service().settings.address
    packed = [
        (one.name, one.unit, one.number, one.role.value, one.password, one.expires and one.expires.isoformat())
        for one in slips
    ]
    return {
        "slips": [(one, hand_out_text(one, programme, address=address)) for one in slips[:100]],
        "slips_found": len(slips),
        "slips_sealed": seal(SLIPS, packed) if packed else "",
        "prints": range(1, -(-len(slips) // _A_PRINT) + 1),
    }


def _opened_slips() -> list[HandOut]:
    from grader.administration.roster.slips.hand_out import HandOut

    return [
        HandOut(
            name=name,
            unit=unit,
            number=number,
            role=Role(role),
            password=password,
            expires=datetime.fromisoformat(expires) if expires else None,
        )
        for name, unit, number, role, password, expires in unseal(SLIPS, request.form.get("slips", ""))
    ]


@bp.post("/roster/slips")
@allow(Access.UNIT)
def renew_slips() -> ResponseReturnValue:
    """账号发放单 once more for those of a unit, or of all, who have not signed in yet."""
    from grader.administration.roster.slips.unclaimed import TooManySlips, renewed_slips

    asked, units = request.form.get("unit", "").strip(), open_units()
    chosen = {id: unit for id, unit in units.items() if id == asked or asked in {"", unit.code, unit.name}}
    try:
        slips = renewed_slips(service().store, chosen, by=signed_in().id, now=service().now())
    except TooManySlips as refused:
        return _unread(str(refused)), status_of(refused)
    return render_template("admin/unclaimed.html", **hand_outs(slips, current_programme()))


@bp.post("/roster/slips.xlsx")
@allow(Access.UNIT, largest_body=LARGEST_UPLOAD)
def slips_book() -> ResponseReturnValue:
    """账号发放单 as a spreadsheet: only the page right after the accounts were made can ask for it."""
    from grader.administration.roster.slips.hand_out import hand_out_book

    return _sent(BytesIO(hand_out_book(_opened_slips(), current_programme())), "账号发放单.xlsx")


@bp.post("/roster/slips.pdf")
@allow(Access.UNIT, largest_body=LARGEST_UPLOAD)
def slips_print() -> ResponseReturnValue:
    """账号发放单 to print and cut, so many slips a file."""
    from grader.administration.roster.slips.pages import hand_out_pages
    from grader.certificates.fonts import fonts_with

    part = request.form.get("part", "1")
    first = (int(part) - 1) * _A_PRINT if part.isdecimal() and len(part) < 4 and int(part) else 0
    settings = service().settings
    pages = hand_out_pages(
        _opened_slips()[first : first + _A_PRINT],
        current_programme(),
        title=settings.title,
        address=settings.address,
        fonts=fonts_with(settings.fonts),
    )
    return _sent(BytesIO(pages), "账号发放单.pdf", "application/pdf")


@refuses_uploads_with("roster_action")
def _unread(why: str) -> str:
    """The roster page for a file that was not read at all."""
    from grader.administration.roster.book.records import Fault

    return _page(faults=[Fault(sheet="", cell="", message=why)])
