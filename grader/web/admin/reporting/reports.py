"""学员统计报表 and 单位统计报表, on the screen and in files; the year by weeks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from flask import render_template, send_file
from flask.typing import ResponseReturnValue

from grader.administration.paging import page_of
from grader.administration.reports import learners as learner_reports
from grader.administration.reports.asked import OF_A_PAST_DAY, Asked, Order
from grader.administration.reports.chart import HEIGHT, SERIES, WIDTH, progress
from grader.administration.reports.learners import Learners, find_learners, learner_table
from grader.administration.reports.making import comma_separated, printed, workbook
from grader.administration.reports.table import Table, shown
from grader.administration.reports.units import NOTES, By, UnitReport, unit_report, unit_table
from grader.course import Course
from grader.domain.errors import NotFound
from grader.domain.figures import MEASURES
from grader.domain.learning.standing import State
from grader.domain.people.account import UnitId
from grader.domain.people.unit import UnitSummary
from grader.units import unit_name, units_of
from grader.web.access import Access, allow, signed_in
from grader.web.admin.frame import XLSX, bp, course_asked, page_number
from grader.web.admin.reporting.asked import FEW_UNITS, Filter
from grader.web.service import service
from quizgen.programme import Programme

FORMATS: dict[str, tuple[str, Callable[[Table], bytes]]] = {
    "xlsx": (XLSX, workbook),
    "csv": ("text/csv", comma_separated),
    "pdf": ("application/pdf", lambda table: printed(table, service().settings.fonts)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Here:
    """What the pages of reports begin with."""

    now: datetime
    course: Course
    programme: Programme
    units: dict[UnitId, UnitSummary]
    filter: Filter
    asked: Asked

    @property
    def at(self) -> datetime:
        """The cut-off."""
        return self.asked.at or self.now

    @property
    def facts(self) -> tuple[str, ...]:
        """What stands below a file's title."""
        told = self.filter.told(self.programme, self.units)
        cut_off = f"统计截止时间 {self.programme.cut_off_text(self.at)}"
        line = (self.programme.title, cut_off, OF_A_PAST_DAY if self.asked.at else "", told)
        return tuple(filter(None, line))

    @property
    def furniture(self) -> dict[str, object]:
        """What the templates of reports share."""
        return {
            "programme": self.programme,
            "programmes": [other.content.programme for other in service().courses.programmes(self.now)],
            "units": self.units,
            "few": len(self.units) <= FEW_UNITS,
            "kinds": sorted(set(map(self.asked.kind_of, self.units.values()))),
            "asked": self.filter,
            "at": self.at,
            "past": OF_A_PAST_DAY if self.asked.at else "",
            "shown_text": shown,
            "today": self.programme.local_day(self.now).isoformat(),
        }


def _here() -> _Here:
    now = service().now()
    course = course_asked(now)
    programme = course.content.programme
    asked = Filter.of_request(programme, now)
    units = units_of(service().store, signed_in())
    return _Here(
        now=now,
        course=course,
        programme=programme,
        units=units,
        filter=asked,
        asked=asked.asked(programme, now),
    )


@bp.get("/reports/learners")
@allow(Access.REPORTS)
def learner_report() -> ResponseReturnValue:
    """The learners of the caller's units with where each stands, filtered, sorted, paged."""
    here = _here()
    found = _found(here)
    return render_template(
        "admin/learner_report.html",
        **here.furniture,
        columns=learner_reports.COLUMNS,
        shown=found.page(page_number("page")),
        states=list(State),
        orders=list(Order),
        measures=MEASURES,
    )


@bp.get("/reports/learners/<format>")
@allow(Access.REPORTS)
def learner_file(format: str) -> ResponseReturnValue:
    """The same learners, all of them, as XLSX, CSV or PDF."""
    here = _here()
    return _send(here, format, lambda: learner_table(_found(here), facts=here.facts, unit=unit_of_caller()))


def _found(here: _Here) -> Learners:
    return find_learners(service().store, here.course, here.units, now=here.now, asked=here.asked)


@bp.get("/reports/units")
@allow(Access.REPORTS)
def unit_figures() -> ResponseReturnValue:
    """The figures of the caller's units, by unit, tier, rank or kind; paged."""
    here = _here()
    report = _report(here)
    return render_template(
        "admin/unit_report.html",
        **here.furniture,
        report=report,
        measures=MEASURES,
        groupings=list(By),
        notes=NOTES,
        shown=page_of(report.rows, page_number("page")),
    )


@bp.get("/reports/units/<format>")
@allow(Access.REPORTS)
def unit_file(format: str) -> ResponseReturnValue:
    """The same figures as XLSX, CSV or PDF."""
    here = _here()
    return _send(here, format, lambda: unit_table(_report(here), facts=here.facts, unit=unit_of_caller()))


def _report(here: _Here) -> UnitReport:
    by = here.filter.grouping
    return unit_report(service().store, here.course, here.units, at=here.at, by=by, asked=here.asked)


@bp.get("/reports/progress")
@allow(Access.REPORTS)
def year_progress() -> ResponseReturnValue:
    """The figures at the end of each week, as a chart and as a table."""
    here = _here()
    chosen = here.asked.units(here.units)
    return render_template(
        "admin/progress.html",
        **here.furniture,
        progress=progress(service().store, here.course, chosen, now=here.now),
        series=SERIES,
        width=WIDTH,
        height=HEIGHT,
    )


def unit_of_caller() -> str:
    """What stands as 填报单位."""
    return unit_name(service().store, signed_in().unit)


def _send(here: _Here, format: str, table: Callable[[], Table]) -> ResponseReturnValue:
    return send_table(format, table, day=here.filter.day or here.programme.local_day(here.now).isoformat())


def send_table(format: str, table: Callable[[], Table], *, day: str) -> ResponseReturnValue:
    """The table as a file named for the day. Raises NotFound for a format that there is none of."""
    if format not in FORMATS:
        raise NotFound
    mimetype, made = FORMATS[format]
    made_of = table()
    return send_file(
        BytesIO(made(made_of)), mimetype, as_attachment=True, download_name=f"{made_of.title}-{day}.{format}"
    )
