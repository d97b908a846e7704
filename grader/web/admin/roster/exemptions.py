"""可不参加: the list, one person's page and form, the form to print, and many people by list."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.administration.exemptions.batch import apply_list, check_list
from grader.administration.exemptions.decide import Decision, exempt, seen_of, withdraw
from grader.administration.exemptions.form import TITLE
from grader.administration.exemptions.form import exemption_form as form_of
from grader.administration.exemptions.listing import Phase, WantedExemptions, exemptions_page, history_of
from grader.administration.roster.book.reading import ReadersBusy
from grader.course import Course
from grader.domain import errors
from grader.domain.people.account import Account, AccountId
from grader.units import learner_of, unit_name, units_of
from grader.web.access import Access, allow, signed_in
from grader.web.admin.frame import (
    LARGEST_UPLOAD,
    LONGEST_WORD,
    bp,
    course_asked,
    page_number,
    refuses_uploads_with,
)
from grader.web.admin.roster.by_list import list_page, list_sent
from grader.web.problems import status_of
from grader.web.service import service

_EARLIEST, _LATEST = 2000, 2200
"""Years in which an approval can have been."""


@bp.get("/exemptions")
@allow(Access.UNIT)
def exemptions() -> ResponseReturnValue:
    """Who need not take part in the programme, filtered and paged."""
    now, account = service().now(), signed_in()
    store, course = service().store, course_asked(now)
    units = units_of(store, account)
    asked = _Asked.of_request(course)
    shown = exemptions_page(store, course, units, now=now, wanted=asked.wanted, page=page_number("page"))
    programme = course.content.programme
    return render_template("admin/exemptions.html", programme=programme, shown=shown, asked=asked, phases=list(Phase))


@bp.get("/learners/<id>/exemption")
@allow(Access.UNIT)
def exemption(id: str) -> ResponseReturnValue:
    """One learner's exemption: what holds, what was, the form."""
    return _person_page(_learner(id))


@bp.post("/learners/<id>/exemption")
@allow(Access.UNIT)
def exemption_action(id: str) -> ResponseReturnValue:
    """Exempt the learner, correct what the exemption says, or withdraw it."""
    now, store, course = service().now(), service().store, course_asked(service().now())
    person, form = _learner(id), request.form
    seen = form.get("seen", "")
    try:
        if form.get("action") == "withdraw":
            withdraw(store, course, signed_in(), person.id, reason=form.get("reason", ""), now=now, seen=seen)
            flash(f"已撤销{person.name}的可不参加。")
        else:
            exempt(store, course, signed_in(), person.id, _decision(), now=now, seen=seen)
            flash(f"已记录{person.name}可不参加。")
    except (errors.Malformed, errors.NotNow) as refused:
        return _person_page(_learner(id), refusal=str(refused)), status_of(refused)
    return redirect(url_for("admin.exemption", id=id, programme=course.content.programme.id))


@bp.get("/learners/<id>/exemption/form")
@allow(Access.UNIT)
def exemption_form(id: str) -> ResponseReturnValue:
    """可不参加审批表, one sheet of A4 to print and sign; filled with what is known."""
    now, person = service().now(), _learner(id)
    course = course_asked(now)
    programme = course.content.programme
    history = history_of(person, programme.id)
    form = form_of(
        person,
        history[0] if history else None,
        programme,
        unit=unit_name(service().store, person.unit),
        tier=course.content.tier(person.tier).title,
        now=now,
    )
    return render_template("admin/exemption_form.html", person=person, programme=programme, title=TITLE, form=form)


@bp.get("/exemptions/list")
@allow(Access.UNIT)
def exemption_list() -> ResponseReturnValue:
    """The form for many people at once."""
    return _list_page()


@bp.post("/exemptions/list")
@allow(Access.UNIT, largest_body=LARGEST_UPLOAD)
def exemption_list_action() -> ResponseReturnValue:
    """Check the list, or record what of it can be."""
    now, store, account = service().now(), service().store, signed_in()
    course, common = course_asked(now), _decision()
    try:
        text, is_final = list_sent()
        people = check_list(store, course, account, text, common, now=now)
    except (errors.Malformed, ReadersBusy) as refused:
        return _list_page(refusal=str(refused)), status_of(refused)
    if is_final:
        people = apply_list(store, course, account, people, common, now=now)
    return _list_page(text=text, listed=people, done=is_final)


@refuses_uploads_with("exemption_list_action")
def _list_too_large(sentence: str) -> str:
    return _list_page(refusal=sentence)


_FIELDS = ("kind", "approver", "document", "approved", "note")
_list_page = partial(list_page, "admin/exemption_list.html", _FIELDS)


def _person_page(person: Account, *, refusal: str = "") -> str:
    now, course = service().now(), course_asked(service().now())
    programme = course.content.programme
    held = person.exemption(programme.id, now)
    typed = {name: request.form.get(name, "") for name in (*_FIELDS, "reason")}
    if request.method == "GET" and held:
        known = {name: str(value or "") for name, value in asdict(held).items()}
        typed |= {name: known[name] for name in _FIELDS}
    return render_template(
        "admin/exemption.html",
        person=person,
        unit=unit_name(service().store, person.unit),
        programme=programme,
        held=held,
        history=history_of(person, programme.id),
        typed=typed,
        seen=seen_of(person, programme.id),
        refusal=refusal,
        closed=now >= programme.closes,
    )


def _learner(id: str) -> Account:
    return learner_of(service().store, signed_in(), AccountId(id))


def _decision() -> Decision:
    """What the form says."""
    form = request.form
    try:
        day = date.fromisoformat(form.get("approved", ""))
    except ValueError:
        day = None
    return Decision(
        kind=form.get("kind", ""),
        approver=form.get("approver", ""),
        approved=day if day and _EARLIEST <= day.year <= _LATEST else None,
        document=form.get("document", ""),
        note=form.get("note", ""),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the filter says; the fields are those of the form."""

    programme: str
    name: str
    kind: str
    phase: str

    @classmethod
    def of_request(cls, course: Course) -> _Asked:
        """As the address has it; what is no kind or phase asks for nothing."""
        programme = course.content.programme
        given = {name: request.args.get(name, "").strip()[:LONGEST_WORD] for name in ("name", "kind", "phase")}
        return cls(
            programme=programme.id,
            name=given["name"],
            kind=given["kind"] if given["kind"] in programme.exemptions else "",
            phase=given["phase"] if given["phase"] in set(Phase) else "",
        )

    @property
    def wanted(self) -> WantedExemptions:
        """The same for the use case."""
        return WantedExemptions(name=self.name, kind=self.kind, phase=Phase(self.phase) if self.phase else None)

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves anybody out."""
        return bool(self.name or self.kind or self.phase)

    def link(self, page: int) -> str:
        """The address of a page of the list with this filter."""
        given = {name: value for name, value in asdict(self).items() if value}
        return url_for("admin.exemptions", page=page, **given)
