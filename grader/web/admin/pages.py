"""The administrators' pages: the unit's learners and figures, the roster, publishing, the year's end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO

from flask import Blueprint, flash, get_flashed_messages, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from grader.administration.report import (
    Wanted,
    freeze_year,
    learners,
    page_of,
    snapshot_of,
    unit_report,
)
from grader.administration.report import administrators as administrators_of
from grader.administration.statistics import count_attempts
from grader.course import Course
from grader.domain import errors
from grader.domain.account import INITIAL_PASSWORD, Account, AccountId, Role, UnitId
from grader.domain.figures import MEASURES, RATES
from grader.domain.standing import State
from grader.domain.unit import UnitSummary
from grader.signin import account_by_id, reset_password
from grader.units import unit_name, units_of
from grader.web.access import Access, allow, signed_in
from grader.web.problems import http_problem, status_of
from grader.web.service import service
from quizgen.evidence.statistics import render_statistics

bp = Blueprint("admin", __name__, url_prefix="/admin")

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LARGEST_UPLOAD = 8 * 1024 * 1024
_LONGEST_NAME = 100
_LONGEST_NUMBER = 9
"""Digits of a page's number."""
_FEW_UNITS = 60
"""So many units are offered in a list; of more, one types part of the name or code."""


@bp.get("/")
@allow(Access.UNIT)
def home() -> ResponseReturnValue:
    """Figures of every unit in the administrator's scope, and the learners, filtered by unit, state and name; paged."""
    account, now = signed_in(), service().now()
    store, course = service().store, _course(now)
    units = units_of(store, account)
    asked = _Asked.of_request(course.content.programme.id)
    chosen = _chosen(units, asked.unit)
    report = unit_report(store, course, units, at=now)
    programme = course.content.programme
    return render_template(
        "admin.html",
        account=account,
        programme=programme,
        programmes=[other.content.programme for other in service().courses.programmes(now)],
        tiers=programme.tiers,
        report=report,
        measures=MEASURES,
        rates=RATES,
        shown=page_of([row for row in report.rows if row.unit in chosen], _number("units")),
        units=units,
        few=len(units) <= _FEW_UNITS,
        learners=learners(store, course, chosen, now=now, wanted=asked.wanted, page=_number("page")),
        states=list(State),
        asked=asked,
        snapshot=snapshot_of(store, programme.id),
        closed=now >= programme.closes,
        message="".join(map(str, get_flashed_messages())),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the filter of the learners says; the fields are those of the form."""

    programme: str
    unit: str
    state: str
    name: str

    @classmethod
    def of_request(cls, programme: str) -> _Asked:
        """As the address has it, for this programme."""
        unit, name = (request.args.get(field, "").strip()[:_LONGEST_NAME] for field in ("unit", "name"))
        state = request.args.get("state", "")
        return cls(programme=programme, unit=unit, state=state if state in set(State) else "", name=name)

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves anybody out."""
        return bool(self.unit or self.state or self.name)

    @property
    def wanted(self) -> Wanted:
        """Whom to list."""
        return Wanted(name=self.name, state=State(self.state) if self.state else None)

    def link(self, **changes: object) -> str:
        """The address of the page with this filter, changed so."""
        given = {name: value for name, value in asdict(self).items() if value}
        return url_for("admin.home", **(given | changes))


def _chosen(units: Mapping[UnitId, UnitSummary], asked: str) -> dict[UnitId, UnitSummary]:
    """The unit of this id, or those whose name or code contains what was typed; all where nothing was."""
    if asked in units:
        return {UnitId(asked): units[UnitId(asked)]}
    return {id: unit for id, unit in units.items() if asked in unit.name or asked in unit.code}


def _number(field: str) -> int:
    """The page that the address asks for; the first one for nonsense."""
    text = request.args.get(field, "")
    return int(text) if text.isdecimal() and len(text) < _LONGEST_NUMBER else 1


@bp.get("/administrators")
@allow(Access.COUNTY)
def administrators() -> ResponseReturnValue:
    """Who administers the units, in the units' order; paged."""
    units = units_of(service().store, signed_in())
    found = administrators_of(service().store, units)
    return render_template("administrators.html", units=units, shown=page_of(found, _number("page")))


@bp.get("/snapshot")
@allow(Access.COUNTY)
def snapshot() -> ResponseReturnValue:
    """The frozen report of a closed year, unit by unit; paged."""
    programme = _course(service().now()).content.programme
    frozen = snapshot_of(service().store, programme.id)
    if frozen is None:
        return redirect(url_for("admin.home", programme=programme.id))
    page = page_of(frozen.rows, _number("page"))
    return render_template("snapshot.html", programme=programme, snapshot=frozen, shown=page, measures=MEASURES)


def _course(now: datetime) -> Course:
    """The programme that the page or form names, an earlier year's too; otherwise the current one."""
    wanted, courses = request.values.get("programme", ""), service().courses
    return courses.of_programme(wanted, now) if wanted else courses.current(now)


@bp.get("/learners/<id>/reset-password")
@allow(Access.UNIT)
def ask_to_reset(id: str) -> ResponseReturnValue:
    """Ask once more before a password is reset."""
    person = _person(id)
    unit = unit_name(service().store, person.unit)
    return render_template("reset.html", person=person, unit=unit, back=_back(person))


@bp.post("/learners/<id>/reset-password")
@allow(Access.UNIT)
def reset(id: str) -> ResponseReturnValue:
    """Back to the initial password, for a person of the administrator's scope."""
    person = _person(id)
    reset_password(service().store, person.id, by=signed_in().id, now=service().now())
    flash(f"{person.name}的密码已重置为{INITIAL_PASSWORD}，下次登录须修改。")
    return redirect(_back(person))


def _person(id: str) -> Account:
    """Somebody of the caller's scope. Raises UnknownLearner."""
    store = service().store
    person = account_by_id(store, AccountId(id))
    if person is None or person.unit not in units_of(store, signed_in()) or person.role is Role.COUNTY:
        raise errors.UnknownLearner
    return person


def _back(person: Account) -> str:
    """The list that has the person on it."""
    is_learner = person.role is Role.LEARNER
    return url_for("admin.home" if is_learner or signed_in().role is not Role.COUNTY else "admin.administrators")


@bp.get("/roster")
@allow(Access.UNIT)
def roster() -> ResponseReturnValue:
    """The import's first page."""
    return render_template("roster.html", faults=(), plan=None, result=None)


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
    return send_file(stream, _XLSX, as_attachment=True, download_name="花名册导入模板.xlsx")


@bp.post("/roster")
@allow(Access.UNIT, largest_body=_LARGEST_UPLOAD)
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
        page = render_template("roster.html", faults=checked.faults, plan=checked.plan, result=None)
        return page, 200 if checked.is_sound else 422
    result = apply_import(store, checked.plan, by=account.id, now=now, new_id=service().new_id)
    return render_template("roster.html", faults=(), plan=None, result=result)


def _unread(why: str) -> str:
    """The roster page for a file that was not read at all."""
    from grader.administration.roster.file import Fault

    return render_template("roster.html", faults=[Fault(sheet="", cell="", message=why)], plan=None, result=None)


@bp.errorhandler(RequestEntityTooLarge)
def too_large(fault: RequestEntityTooLarge) -> ResponseReturnValue:
    """Only the roster is uploaded here; its page says the limit."""
    most = (request.max_content_length or 0) // 2**20
    if request.endpoint != "admin.roster_action" or not most:
        return http_problem(fault)
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
    from grader.administration.publish import Published, check_folder, publish_folder

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
