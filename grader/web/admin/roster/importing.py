"""The roster: templates to fill in, the import checked and confirmed, the roster taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from grader.administration.paging import page_of
from grader.administration.roster.shown import Shown, shown_of, unpacked_shown
from grader.domain import errors
from grader.domain.people.account import Account, Role, UnitId
from grader.domain.people.unit import UnitSummary
from grader.units import units_of
from grader.web.access import Access, allow, signed_in
from grader.web.admin.frame import (
    LARGEST_UPLOAD,
    bp,
    chosen_file,
    current_programme,
    file_sent,
    page_number,
    refuses_uploads_with,
)
from grader.web.admin.roster.sealed import done_with, put_aside, taken_up
from grader.web.admin.roster.slips import hand_outs, import_slips
from grader.web.problems import status_of
from grader.web.service import service
from quizgen.office.sheets_in import Sheets, TextRow
from quizgen.programme import Programme

if TYPE_CHECKING:
    from grader.administration.roster.importing import CheckedRoster
    from grader.administration.roster.rows import ImportResult, Plan

PLAN = "roster-plan"
"""What a check puts aside."""
_MOST_RESERVED = 200
_RESERVED = 20
"""Reserved accounts of each unit that a template has unless told."""
_MOST_TOLD = 50
"""Refused rows of an import that is done, and notes of a check, that one page lists."""


@bp.get("/roster")
@allow(Access.UNIT)
def roster() -> ResponseReturnValue:
    """The import's first page."""
    return _page()


def _page(**shown: Any) -> str:
    units = open_units()
    values: dict[str, Any] = {
        "check": None,
        "result": None,
        "ticket": "",
        "sound": False,
        "changed": frozenset(),
        "most": _MOST_TOLD,
        "units": units,
        "few": len(units) <= 60,
        "reserved": _RESERVED,
    }
    return render_template("admin/roster.html", **(values | shown))


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
    return file_sent(stream, "花名册导入模板.xlsx")


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
    return file_sent(stream, f"花名册{now.astimezone(current_programme().zone):%Y%m%d}.xlsx")


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
    return _plan_page(shown_of(checked.faults, checked.plan), checked.plan if checked.is_sound else None)


def _plan_page(shown: Shown, plan: Plan | None, *, changed: frozenset[tuple[str, int]] = frozenset()) -> str:
    """The first page of a check, which is put aside for its further pages and, with a plan, for the confirmation."""
    from grader.administration.roster.carried import packed

    carried = packed(plan) if plan and (plan.units or plan.people) else None
    ticket = put_aside(PLAN, {"shown": shown.packed(), "carried": carried})
    return _check_page(shown, ticket, is_sound=carried is not None, number=1, changed=changed)


def _check_page(shown: Shown, ticket: str, *, is_sound: bool, number: int, **more: Any) -> str:
    lines = page_of(shown.wrong or shown.changes, number)
    return _page(check=shown, lines=lines, ticket=ticket, sound=is_sound, **more)


@bp.get("/roster/check")
@allow(Access.UNIT)
def roster_check() -> ResponseReturnValue:
    """A further page of a check."""
    ticket = request.args.get("check", "")
    kept = taken_up(PLAN, ticket)
    is_sound = kept["carried"] is not None
    return _check_page(unpacked_shown(kept["shown"]), ticket, is_sound=is_sound, number=page_number("page"))


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
    return file_sent(stream, "单位表.xlsx")


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


@bp.post("/roster/confirm")
@allow(Access.UNIT)
def roster_confirm() -> ResponseReturnValue:
    """Import exactly what was shown; where others changed something meanwhile, say what and show the plan anew."""
    from grader.administration.roster.carried import unpacked
    from grader.administration.roster.importing import PlanChanged, terms_of
    from grader.administration.roster.rows import Plan

    ticket = request.form.get("carried", "")
    if (kept := taken_up(PLAN, ticket)["carried"]) is None:
        raise errors.Malformed(why="这份花名册还有需要改正的地方，不能导入。")
    carried = unpacked(kept)
    programme = service().courses.of_programme(carried.programme, service().now()).content.programme
    plan = Plan(roster=carried.roster, terms=terms_of(programme, scope_of(signed_in())))
    try:
        result = _imported(plan, programme, shown=carried.shown)
    except PlanChanged as changed:
        shown = shown_of((), changed.plan)
        return _plan_page(shown, None if changed.plan.refused else changed.plan, changed=changed.rows), 409
    done_with(ticket)
    return _page(result=result, **import_slips(result, programme))


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


@refuses_uploads_with("roster_action")
def _unread(why: str) -> str:
    """The roster page for a file that was not read at all."""
    from grader.administration.roster.book.records import Fault

    shown = shown_of([Fault(sheet="", cell="", message=why)])
    return _page(check=shown, lines=page_of(shown.wrong, 1))
