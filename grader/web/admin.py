"""The administrators' pages: the unit's learners and figures, the roster, publishing, the year's end."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from flask import Blueprint, flash, get_flashed_messages, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from grader.course import Course
from grader.domain import errors
from grader.domain.account import INITIAL_PASSWORD, AccountId, AccountSummary, Role, UnitId
from grader.domain.standing import State
from grader.domain.unit import UnitSummary
from grader.report import LearnerRow, freeze_year, learners, unit_report, units_of
from grader.signin import account_by_id, reset_password
from grader.statistics import count_attempts
from grader.store.kinds import ACCOUNT, SNAPSHOT
from grader.web.access import Access, allow, signed_in
from grader.web.problems import http_problem
from grader.web.service import service
from quizgen.statistics import render_statistics

bp = Blueprint("admin", __name__, url_prefix="/admin")

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LARGEST_UPLOAD = 8 * 1024 * 1024
_MOST_SHOWN = 500
_LONGEST_NAME = 100


@bp.get("/")
@allow(Access.UNIT)
def home() -> ResponseReturnValue:
    """Figures of every unit in the administrator's scope, and the learners, filtered by unit, state and name."""
    account, now = signed_in(), service().now()
    store, course = service().store, _course(now)
    units = units_of(store, account)
    wanted_unit, wanted_state = request.args.get("unit", ""), request.args.get("state", "")
    wanted_name = request.args.get("name", "").strip()[:_LONGEST_NAME]
    chosen = {id: unit for id, unit in units.items() if id == wanted_unit} or units
    rows = [
        row
        for row in learners(store, course, chosen, now=now)
        if _is_called(row, wanted_name) and (not wanted_state or row.standing.state == wanted_state)
    ]
    programme = course.content.programme
    snapshot = store.load(SNAPSHOT, programme.id)
    return render_template(
        "admin.html",
        account=account,
        programme=programme,
        programmes=[other.content.programme for other in service().courses.programmes(now)],
        tiers=programme.tiers,
        report=unit_report(store, course, units, at=now),
        units=units,
        administrators=_administrators(units) if account.role is Role.COUNTY else (),
        rows=rows[:_MOST_SHOWN],
        found=len(rows),
        states=list(State),
        unit=wanted_unit,
        state=wanted_state,
        name=wanted_name,
        now=now.astimezone(programme.zone),
        snapshot=snapshot.value if snapshot else None,
        closed=now >= programme.closes,
        message="".join(map(str, get_flashed_messages())),
    )


def _is_called(row: LearnerRow, wanted: str) -> bool:
    """Whether the name or the account number contains what is looked for; nothing is looked for by ""."""
    return wanted in row.account.name or wanted.casefold() in row.account.number.casefold()


def _administrators(units: dict[UnitId, UnitSummary]) -> list[tuple[AccountId, AccountSummary]]:
    """The unit administrators of these units, in the units' order."""
    found = [(AccountId(row.id), row.summary) for row in service().store.list(ACCOUNT, role=Role.UNIT)]
    place = {id: number for number, id in enumerate(units)}
    within = [(id, summary) for id, summary in found if summary.unit in place]
    return sorted(within, key=lambda pair: (place[pair[1].unit], pair[1].number))


def _course(now: datetime) -> Course:
    """The programme that the page or form names, an earlier year's too; otherwise the current one."""
    wanted, courses = request.values.get("programme", ""), service().courses
    return courses.of_programme(wanted, now) if wanted else courses.current(now)


@bp.post("/learners/<id>/reset-password")
@allow(Access.UNIT)
def reset(id: str) -> ResponseReturnValue:
    """Back to the initial password, for a person of the administrator's scope."""
    account = signed_in()
    person = account_by_id(service().store, AccountId(id))
    if person is None or person.unit not in units_of(service().store, account) or person.role is Role.COUNTY:
        raise errors.UnknownLearner
    reset_password(service().store, person.id, by=account.id, now=service().now())
    flash(f"{person.name}的密码已重置为{INITIAL_PASSWORD}，下次登录须修改。")
    return redirect(url_for("admin.home"))


@bp.get("/roster")
@allow(Access.UNIT)
def roster() -> ResponseReturnValue:
    """The import's first page."""
    return render_template("roster.html", faults=(), plan=None, result=None)


@bp.get("/roster/template.xlsx")
@allow(Access.UNIT)
def roster_template() -> ResponseReturnValue:
    """The workbook to fill in."""
    from grader.roster.template import write_template

    programme = service().courses.current(service().now()).content.programme
    stream = BytesIO()
    titles = {id: tier.title for id, tier in programme.tiers.items()}
    write_template(stream, tiers=titles, exemptions=programme.exemptions)
    stream.seek(0)
    return send_file(stream, _XLSX, as_attachment=True, download_name="花名册导入模板.xlsx")


@bp.post("/roster")
@allow(Access.UNIT, largest_body=_LARGEST_UPLOAD)
def roster_action() -> ResponseReturnValue:
    """Check the uploaded workbook and show what it would change, or import it."""
    from grader.roster.importing import apply_import, check_roster

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
    if not checked.is_sound or request.form.get("action") != "import":
        page = render_template("roster.html", faults=checked.faults, plan=checked.plan, result=None)
        return page, 200 if checked.is_sound else 422
    result = apply_import(store, checked.plan, by=account.id, now=now, new_id=service().new_id)
    return render_template("roster.html", faults=(), plan=None, result=result)


def _unread(why: str) -> str:
    """The roster page for a file that was not read at all."""
    from grader.roster.file import Fault

    return render_template("roster.html", faults=[Fault(sheet="", cell="", message=why)], plan=None, result=None)


@bp.errorhandler(RequestEntityTooLarge)
def too_large(fault: RequestEntityTooLarge) -> ResponseReturnValue:
    """Only the roster is uploaded here; its page says the limit."""
    if request.endpoint != "admin.roster_action":
        return http_problem(fault)
    most = (request.max_content_length or 0) // 2**20
    return _unread(f"文件超过 {most} MB，不像是花名册。请删去图片等无关内容，或分成几个文件导入。"), 413


@bp.get("/content")
@allow(Access.COUNTY)
def content() -> ResponseReturnValue:
    """What is in force, and the button that publishes the content folder."""
    return render_template(
        "content.html",
        courses=service().courses.programmes(service().now()),
        diagnostics=(),
        published=(),
        refusal="",
    )


@bp.post("/content")
@allow(Access.COUNTY)
def content_action() -> ResponseReturnValue:
    """Check the content folder and publish every programme in it; with faults or a refusal nothing is published."""
    from grader.publish import Published, check_folder, publish_folder

    now, store, courses = service().now(), service().store, service().courses
    checked = check_folder(service().settings.content)
    published: list[Published] = []
    status, refusal = (200 if checked.is_sound else 422), ""
    if checked.is_sound:
        allow_sample = request.form.get("allow_sample") == "yes"
        try:
            published = publish_folder(store, checked, by=signed_in().id, now=now, allow_sample=allow_sample)
        except errors.NotNow as refused:
            status, refusal = 409, str(refused)
        courses.forget_pointers()
    page = render_template(
        "content.html",
        courses=courses.programmes(now),
        diagnostics=checked.diagnostics,
        published=published,
        refusal=refusal,
    )
    return page, status


@bp.get("/statistics/<programme>.json")
@allow(Access.COUNTY)
def statistics(programme: str) -> ResponseReturnValue:
    """What learners made of the programme's items, for the content folder; it names no person."""
    found = count_attempts(service().store, programme, now=service().now()).statistics
    stream = BytesIO(render_statistics(found).encode())
    return send_file(stream, "application/json", as_attachment=True, download_name=f"{found.programme}.json")


@bp.post("/freeze")
@allow(Access.COUNTY)
def freeze() -> ResponseReturnValue:
    """Keep the closed year's figures for good."""
    now = service().now()
    snapshot = freeze_year(service().store, _course(now), signed_in(), now=now)
    flash(f"{snapshot.title}的年终报表已存档。")
    return redirect(url_for("admin.home", programme=snapshot.programme))
