"""The year's end: figures frozen for good."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from grader.administration.report import freeze_year, page_of, snapshot_of
from grader.domain.figures import MEASURES
from grader.web.access import Access, allow, signed_in
from grader.web.admin.frame import bp, course_asked, page_number
from grader.web.service import service


@bp.get("/snapshot")
@allow(Access.OVERVIEW)
def snapshot() -> ResponseReturnValue:
    """The frozen report of a closed year, unit by unit; paged."""
    programme = course_asked(service().now()).content.programme
    frozen = snapshot_of(service().store, programme.id)
    if frozen is None:
        return redirect(url_for("admin.home", programme=programme.id))
    page = page_of(frozen.rows, page_number("page"))
    return render_template("admin/snapshot.html", programme=programme, snapshot=frozen, shown=page, measures=MEASURES)


@bp.post("/freeze")
@allow(Access.COUNTY)
def freeze() -> ResponseReturnValue:
    """Keep the closed year's figures for good."""
    now = service().now()
    snapshot = freeze_year(service().store, course_asked(now), signed_in(), now=now)
    flash(f"{snapshot.title}的年终报表已存档。")
    return redirect(url_for("admin.home", programme=snapshot.programme))
