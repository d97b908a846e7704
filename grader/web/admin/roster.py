"""The roster: the template to fill in, the import checked and confirmed."""

from __future__ import annotations

from io import BytesIO

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue

from grader.domain import errors
from grader.domain.account import Role
from grader.units import units_of
from grader.web.access import Access, allow, signed_in
from grader.web.admin.frame import LARGEST_UPLOAD, XLSX, bp, refuses_uploads_with
from grader.web.problems import status_of
from grader.web.service import service


@bp.get("/roster")
@allow(Access.UNIT)
def roster() -> ResponseReturnValue:
    """The import's first page."""
    return render_template("admin/roster.html", faults=(), plan=None, result=None)


@bp.get("/roster/template.xlsx")
@allow(Access.UNIT)
def roster_template() -> ResponseReturnValue:
    """The workbook to fill in."""
    from grader.administration.roster.template import write_template

    programme = service().courses.current(service().now()).content.programme
    stream = BytesIO()
    titles = {id: tier.title for id, tier in programme.tiers.items()}
    write_template(stream, tiers=titles, exemptions=programme.exemptions)
    stream.seek(0)
    return send_file(stream, XLSX, as_attachment=True, download_name="花名册导入模板.xlsx")


@bp.post("/roster")
@allow(Access.UNIT, largest_body=LARGEST_UPLOAD)
def roster_action() -> ResponseReturnValue:
    """Check the uploaded workbook and show what it would change, or import it."""
    from grader.administration.roster.importing import apply_import, check_roster
    from grader.administration.roster.reading import ReadersBusy

    account, now = signed_in(), service().now()
    store, programme = service().store, service().courses.current(now).content.programme
    uploaded = request.files.get("file")
    if uploaded is None or not uploaded.filename:
        return _unread("没有选择文件。请选择填好的花名册（.xlsx）后再上传。"), 422
    scope = None if account.role is Role.COUNTY else frozenset(units_of(store, account))
    try:
        checked = check_roster(store, BytesIO(uploaded.read()), programme=programme, now=now, scope=scope)
    except errors.BadFile as refused:
        return _unread(str(refused)), 422
    except ReadersBusy as busy:
        return _unread(str(busy)), status_of(busy)
    if not checked.is_sound or request.form.get("action") != "import":
        page = render_template("admin/roster.html", faults=checked.faults, plan=checked.plan, result=None)
        return page, 200 if checked.is_sound else 422
    result = apply_import(
        store,
        checked.plan,
        by=account.id,
        now=now,
        new_id=service().new_id,
        first_password=programme.first_password,
    )
    return render_template("admin/roster.html", faults=(), plan=None, result=result)


@refuses_uploads_with("roster_action")
def _unread(why: str) -> str:
    """The roster page for a file that was not read at all."""
    from grader.administration.roster.file import Fault

    return render_template("admin/roster.html", faults=[Fault(sheet="", cell="", message=why)], plan=None, result=None)
