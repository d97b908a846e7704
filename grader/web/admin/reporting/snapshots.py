"""The year's end: figures frozen for good, and numbered corrections."""

from __future__ import annotations

from collections.abc import Collection

from flask import flash, get_flashed_messages, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.administration.paging import page_of
from grader.administration.reports.snapshots import (
    LONGEST_REASON,
    BadReason,
    NothingToCorrect,
    correct_year,
    freeze_year,
    seen_by,
    snapshot_of,
    snapshot_table,
    snapshots_of,
)
from grader.administration.reports.units import NOTES
from grader.domain.errors import NotFound
from grader.domain.figures import MEASURES, Snapshot
from grader.domain.people.account import Role, UnitId
from grader.units import units_of
from grader.web.access import Access, allow, signed_in
from grader.web.admin.frame import bp, course_asked, page_number
from grader.web.admin.reporting.reports import send_table, unit_of_caller
from grader.web.problems import status_of
from grader.web.service import service
from quizgen.programme import Programme


@bp.get("/snapshots")
@allow(Access.REPORTS)
def snapshots() -> ResponseReturnValue:
    """The frozen report of a year and its corrections; the county freezes and corrects here."""
    return _page()


def _page(*, reason: str = "", refusal: str = "") -> str:
    now = service().now()
    programme = course_asked(now).content.programme
    return render_template(
        "admin/snapshots.html",
        programme=programme,
        programmes=[other.content.programme for other in service().courses.programmes(now)],
        kept=snapshots_of(service().store, programme.id),
        closed=now >= programme.closes,
        is_county=signed_in().role is Role.COUNTY,
        most=LONGEST_REASON,
        reason=reason,
        refusal=refusal,
        messages=get_flashed_messages(),
    )


@bp.get("/snapshot")
@allow(Access.REPORTS)
def snapshot() -> ResponseReturnValue:
    """One frozen report, unit by unit; paged. A unit's administrator sees the rows of the own units."""
    programme, frozen = _asked()
    if frozen is None:
        return redirect(url_for("admin.snapshots", programme=programme.id))
    units = _units()
    seen = frozen if units is None else seen_by(frozen, units)
    return render_template(
        "admin/snapshot.html",
        programme=programme,
        snapshot=seen,
        digest=frozen.digest,
        shown=page_of(seen.rows, page_number("page")),
        measures=MEASURES,
        notes=NOTES,
    )


@bp.get("/snapshot/<format>")
@allow(Access.REPORTS)
def snapshot_file(format: str) -> ResponseReturnValue:
    """The same report as XLSX, CSV or PDF."""
    programme, frozen = _asked()
    if frozen is None:
        raise NotFound
    day = programme.local_day(frozen.made).isoformat()
    return send_table(format, lambda: snapshot_table(frozen, programme, units=_units(), unit=unit_of_caller()), day=day)


def _asked() -> tuple[Programme, Snapshot | None]:
    """The programme and its report of this number; None where the year is not frozen. Raises NotFound for a number."""
    programme = course_asked(service().now()).content.programme
    number = page_number("number") if "number" in request.args else 0
    frozen = snapshot_of(service().store, programme.id, number)
    if frozen is None and number:
        raise NotFound
    return programme, frozen


def _units() -> Collection[UnitId] | None:
    """The units whose rows the caller sees; None: all that there were."""
    account = signed_in()
    return units_of(service().store, account) if account.role is Role.UNIT else None


@bp.post("/freeze")
@allow(Access.COUNTY)
def freeze() -> ResponseReturnValue:
    """Keep the closed year's figures for good."""
    now = service().now()
    made = freeze_year(service().store, course_asked(now), signed_in(), now=now)
    flash(f"{made.title}的年终报表已存档。")
    return redirect(url_for("admin.snapshots", programme=made.programme))


@bp.post("/correct-year")
@allow(Access.COUNTY)
def correct() -> ResponseReturnValue:
    """Keep a numbered correction beside the frozen figures."""
    now, reason = service().now(), request.form.get("reason", "")
    try:
        made = correct_year(service().store, course_asked(now), signed_in(), reason=reason, now=now)
    except (BadReason, NothingToCorrect) as refused:
        return _page(reason=reason, refusal=str(refused)), status_of(refused)
    flash(f"{made.label}已存档；原来的存档报表仍然保留。")
    return redirect(url_for("admin.snapshots", programme=made.programme))
