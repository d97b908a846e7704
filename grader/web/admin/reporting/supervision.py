"""督促: who still owes what, letters, call sheets and texts about it, and what was done when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from flask import flash, get_flashed_messages, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from grader.administration.exports import note_export
from grader.administration.paging import page_of
from grader.administration.reports.asked import Asked
from grader.administration.reports.making import workbook
from grader.administration.reports.table import shown, table_of
from grader.administration.reports.units import unit_report
from grader.administration.supervision.letters import Letterhead, bulletin, group_text, reminder
from grader.administration.supervision.record import LONGEST_NOTE, BadRecord, Way, record_urging, unit_of, urged
from grader.administration.supervision.stragglers import CALLS, COLUMNS, Lack, Stragglers, stragglers
from grader.course import Course
from grader.domain.errors import NotFound
from grader.domain.figures import Figures
from grader.domain.people.account import UnitId
from grader.domain.people.unit import UnitSummary
from grader.units import unit_name, units_of
from grader.web.access import Access, allow, may, signed_in
from grader.web.admin.frame import LONGEST_WORD, XLSX, bp, course_asked, page_number
from grader.web.admin.reporting.asked import FEW_UNITS
from grader.web.problems import status_of
from grader.web.service import service

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Here:
    """What the page is asked for: the programme, a unit (or part of its name), one of the lists."""

    now: datetime
    course: Course
    units: dict[UnitId, UnitSummary]
    unit: str
    lack: Lack | None

    @property
    def head(self) -> Letterhead:
        """Who writes."""
        issuer = unit_name(service().store, signed_in().unit)
        return Letterhead(issuer=issuer, programme=self.course.content.programme, at=self.now)

    def find(self, *, lack: Lack | None = None) -> Stragglers:
        """Those of the units asked for who are on a list."""
        asked = Asked(unit=self.unit)
        return stragglers(service().store, self.course, self.units, now=self.now, asked=asked, lack=lack)

    @property
    def one_unit(self) -> UnitId | None:
        """The unit, where exactly one is meant."""
        if self.unit in self.units:
            return UnitId(self.unit)
        return next(iter(self.units)) if len(self.units) == 1 and not self.unit else None


def _here() -> _Here:
    now, lack = service().now(), request.values.get("lack", "")
    return _Here(
        now=now,
        course=course_asked(now),
        units=units_of(service().store, signed_in()),
        unit=request.values.get("unit", "").strip()[:LONGEST_WORD],
        lack=Lack(lack) if lack in set(Lack) else None,
    )


@bp.get("/supervision")
@allow(Access.REPORTS)
def supervision() -> ResponseReturnValue:
    """The four lists, unit by unit and name by name; of one unit, letters and what was done."""
    return _page(_here())


def _page(here: _Here, *, note: str = "", refusal: str = "") -> str:
    everybody, programme, one = here.find(), here.course.content.programme, here.one_unit
    listed = everybody.of(here.lack) if here.lack else everybody
    people = page_of(listed.entries, page_number("page"))
    first = (people.number - 1) * len(people.rows) if people.number < people.pages else people.found - len(people.rows)
    store = service().store
    return render_template(
        "admin/supervision.html",
        programme=programme,
        units=here.units,
        few=len(here.units) <= FEW_UNITS,
        unit=here.unit,
        lack=here.lack,
        lacks=list(Lack),
        ways=list(Way),
        counts=everybody.counts,
        total=everybody.total,
        shown=page_of(list(everybody.units.items()), page_number("units")),
        people=people,
        rows=listed.rows(slice(first, first + len(people.rows))),
        columns=COLUMNS,
        shown_text=shown,
        one=one,
        entries=urged(unit_of(store, signed_in(), one), programme.id) if one else [],
        text=group_text(here.head, list(everybody.rows())) if one and everybody.entries else "",
        at=here.now,
        may_act=may(signed_in().role, Access.UNIT),
        most=LONGEST_NOTE,
        note=note,
        refusal=refusal,
        messages=get_flashed_messages(),
    )


@bp.post("/supervision")
@allow(Access.UNIT)
def supervision_recorded() -> ResponseReturnValue:
    """Note how a unit was urged on, with the numbers of that moment."""
    here, note = _here(), request.form.get("note", "")
    if here.one_unit is None:
        raise NotFound
    try:
        record_urging(
            service().store,
            signed_in(),
            here.one_unit,
            programme=here.course.content.programme.id,
            way=request.form.get("way", ""),
            note=note,
            counts=here.find().total,
            now=here.now,
        )
    except BadRecord as refused:
        return _page(here, note=note, refusal=str(refused)), status_of(refused)
    flash("已记录。")
    return redirect(url_for("admin.supervision", programme=here.course.content.programme.id, unit=here.one_unit))


@bp.post("/supervision/calls.xlsx")
@allow(Access.UNIT)
def call_sheet() -> ResponseReturnValue:
    """电话督促表 of everybody on the lists asked for, with telephones; it is an act."""
    here, account = _here(), signed_in()
    found, head = here.find(lack=here.lack), here.head
    note_export(service().store, account.unit, "export-calls", len(found.entries), by=account.id, now=here.now)
    facts = (head.programme.title, f"统计截止时间 {head.cut_off}")
    table = table_of(CALLS, found.rows(), title="电话督促表", facts=facts, unit=head.issuer)
    return _file(workbook(table), XLSX, "电话督促表.xlsx")


@bp.get("/supervision/letter.docx")
@allow(Access.UNIT)
def letter() -> ResponseReturnValue:
    """提醒函 to the unit asked for."""
    here = _here()
    if here.one_unit is None:
        raise NotFound
    unit = here.units[here.one_unit]
    figures = service().store.figures(here.course.content.programme.id, at=here.now, units={here.one_unit})
    people = list(here.find().rows())
    made = reminder(here.head, unit.name, figures.get(here.one_unit, Figures()), people)
    return _file(made, DOCX, f"提醒函-{unit.name}.docx")


@bp.get("/supervision/bulletin.docx")
@allow(Access.UNIT)
def progress_bulletin() -> ResponseReturnValue:
    """进展通报 of all units of the caller."""
    here = _here()
    report = unit_report(service().store, here.course, here.units, at=here.now, asked=Asked(unit=here.unit))
    return _file(bulletin(here.head, report), DOCX, "进展情况通报.docx")


def _file(data: bytes, mimetype: str, name: str) -> ResponseReturnValue:
    return send_file(BytesIO(data), mimetype, as_attachment=True, download_name=name)
