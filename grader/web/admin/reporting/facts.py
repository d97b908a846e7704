"""One person's facts, 个人学法考试情况证明, and 按名单查询."""

from __future__ import annotations

from io import BytesIO

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue

from grader.administration.reports import lookup as lookups
from grader.administration.reports.facts import PersonFacts, person_facts, proof_of, proof_pdf
from grader.administration.reports.making import workbook
from grader.administration.reports.table import shown, table_of
from grader.administration.roster.book.reading import ReadersBusy
from grader.domain.errors import Malformed
from grader.domain.people.account import AccountId
from grader.units import unit_name, units_of
from grader.web.access import Access, allow, may, signed_in
from grader.web.admin.frame import LARGEST_UPLOAD, XLSX, bp, chosen_file, course_asked, refuses_uploads_with
from grader.web.problems import status_of
from grader.web.service import service


@bp.get("/learners/<id>/facts")
@allow(Access.REPORTS)
def facts(id: str) -> ResponseReturnValue:
    """Everything that the figures about one person come from."""
    now = service().now()
    course, found = course_asked(now), _facts(id)
    return render_template(
        "admin/facts.html",
        programme=course.content.programme,
        programmes=[other.content.programme for other in service().courses.programmes(now)],
        facts=found,
        row=found.row,
        account=found.account,
        dossier=found.dossier,
        may_issue=may(signed_in().role, Access.UNIT),
    )


@bp.get("/learners/<id>/proof.pdf")
@allow(Access.UNIT)
def proof(id: str) -> ResponseReturnValue:
    """The person's year on paper, issued by the caller's unit."""
    now, found = service().now(), _facts(id)
    made = proof_of(course_asked(now), found, issuer=unit_name(service().store, signed_in().unit), now=now)
    settings = service().settings
    pdf = proof_pdf(made, verify_url=f"{settings.address}/verify/", fonts=settings.fonts)
    name = f"个人学法考试情况证明-{made.person}.pdf"
    return send_file(BytesIO(pdf), "application/pdf", as_attachment=True, download_name=name)


def _facts(id: str) -> PersonFacts:
    now = service().now()
    return person_facts(service().store, course_asked(now), signed_in(), AccountId(id), now=now)


@bp.get("/reports/names")
@allow(Access.REPORTS)
def names() -> ResponseReturnValue:
    """Where a list of names is pasted or uploaded."""
    return _names_page()


@bp.post("/reports/names")
@allow(Access.REPORTS, largest_body=LARGEST_UPLOAD)
def names_found() -> ResponseReturnValue:
    """Each year's result of everybody on the list, on the page or as a workbook."""
    uploaded, text = chosen_file(), request.form.get("names", "")
    try:
        if uploaded:
            wanted = lookups.names_of_file(BytesIO(uploaded.read()), uploaded.filename or "")
        else:
            wanted = lookups.names_in(text)
    except (Malformed, ReadersBusy) as refused:
        return _names_page(text=text, refusal=str(refused)), status_of(refused)
    now, store = service().now(), service().store
    found = lookups.look_up(store, service().courses.programmes(now), units_of(store, signed_in()), wanted, now=now)
    if request.form.get("action") == "xlsx":
        missing = (f"没有找到：{'、'.join(found.unknown)}",) if found.unknown else ()
        by = unit_name(store, signed_in().unit)
        table = table_of(lookups.COLUMNS, found.found, title="按名单查询", facts=(), unit=by, notes=missing)
        return send_file(BytesIO(workbook(table)), XLSX, as_attachment=True, download_name="按名单查询.xlsx")
    return _names_page(text="\n".join(wanted), found=found)


@refuses_uploads_with("names_found")
def _unread(why: str) -> str:
    return _names_page(refusal=why)


def _names_page(*, text: str = "", refusal: str = "", found: lookups.Lookup | None = None) -> str:
    return render_template(
        "admin/names.html",
        text=text,
        refusal=refusal,
        found=found,
        columns=lookups.COLUMNS,
        most=lookups.MOST_NAMES,
        shown_text=shown,
    )
