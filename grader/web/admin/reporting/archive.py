"""归档: the year of a unit, or the county's own part of it, as a folder to download."""

from __future__ import annotations

import tempfile

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue

from grader.administration.reports.making import printed, workbook
from grader.domain.errors import NotFound
from grader.domain.people.account import Role, UnitId
from grader.units import units_of
from grader.web.access import Access, allow, signed_in
from grader.web.admin.frame import bp, course_asked
from grader.web.service import service

MOST_CERTIFICATES = 200
"""In one download; they are made one after the other."""
_IN_MEMORY = 2**22
"""Bytes of a folder that is not written to a file first."""


@bp.get("/archive")
@allow(Access.UNIT)
def archive() -> ResponseReturnValue:
    """Which folders there are to download."""
    now, account = service().now(), signed_in()
    return render_template(
        "admin/archive.html",
        programme=course_asked(now).content.programme,
        programmes=[other.content.programme for other in service().courses.programmes(now)],
        units=units_of(service().store, account),
        is_county=account.role is Role.COUNTY,
        most=MOST_CERTIFICATES,
    )


@bp.get("/archive.zip")
@allow(Access.UNIT)
def archive_folder() -> ResponseReturnValue:
    """The folder of one of the caller's units, or, without a unit, the county's own for the county."""
    from grader.administration.archive.making import Means, Scope, write_archive

    now, settings, account = service().now(), service().settings, signed_in()
    units, unit = units_of(service().store, account), UnitId(request.args.get("unit", ""))
    if unit in units:
        scope = Scope(units={unit: units[unit]}, name=units[unit].name)
    elif not unit and account.role is Role.COUNTY:
        scope = Scope(units=units, name=units[account.unit].name, is_county=True)
    else:
        raise NotFound
    means = Means(
        workbook=workbook,
        printed=lambda table: printed(table, settings.fonts),
        verify_url=f"{settings.address}/verify",
        key=settings.signing_key,
        fonts=settings.fonts,
    )
    course = course_asked(now)
    stream = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - sent, and closed, by the answer
    write_archive(service().store, course, scope, stream, means=means, now=now, most_certificates=MOST_CERTIFICATES)
    stream.seek(0)
    name = f"归档-{course.content.programme.id}-{scope.name}.zip"
    return send_file(stream, "application/zip", as_attachment=True, download_name=name)
