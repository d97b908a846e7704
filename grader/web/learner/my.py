"""The learner's own pages: standing and certificate."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from flask import Blueprint, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from grader.administration.reports.facts import own_facts
from grader.certificates.certify import award_certificate, certificate_pdf, own_award
from grader.domain.people.account import Role
from grader.exam import situation
from grader.messages import count_answered
from grader.practice import notebook_of
from grader.units import unit_name
from grader.web.access import Access, allow, signed_in
from grader.web.learner.step import next_step
from grader.web.service import service

_NEWS = timedelta(days=30)
"""How long an answer to a message is told of."""

bp = Blueprint("my", __name__, url_prefix="/my")


@bp.get("/")
@allow(Access.MEMBER)
def home() -> ResponseReturnValue:
    """我的: the learner's standing; administrators go to their own page."""
    account, now = signed_in(), service().now()
    if account.role is not Role.LEARNER:
        return redirect(url_for("admin.home"))
    store, courses = service().store, service().courses
    here = situation(store, courses, courses.current(now), account, now=now)
    exemption = account.exemption(here.programme.id, now)
    return render_template(
        "my.html",
        account=account,
        unit=unit_name(store, account.unit),
        reason=here.programme.exemptions.get(exemption.kind, "") if exemption else "",
        programme=here.programme,
        tier=here.tier,
        standing=here.standing,
        dossier=here.dossier,
        obstacle=here.obstacle,
        notebook=notebook_of(store, account),
        answered=count_answered(store, account, since=now - _NEWS),
        step=next_step(here, now=now),
        is_study_open=here.programme.study.is_open(now),
        open_lessons={one.lesson.path: one.lesson.title for one in here.standing.lessons if not one.is_complete},
    )


@bp.get("/record")
@allow(Access.LEARNER)
def record() -> ResponseReturnValue:
    """学习记录: lessons, attempts and what they come to, for the printer."""
    now = service().now()
    course = service().courses.current(now)
    facts = own_facts(service().store, course, signed_in(), now=now)
    return render_template("record.html", facts=facts, programme=course.content.programme, now=now)


@bp.post("/certificate")
@allow(Access.LEARNER)
def certificate_action() -> ResponseReturnValue:
    """Issue the certificate, or find the one in force, and go to it."""
    account, now = signed_in(), service().now()
    course = service().courses.current(now)
    fonts = service().settings.fonts
    award = award_certificate(service().store, course, account, now=now, bits=service().bits, fonts=fonts)
    return redirect(url_for("my.certificate", serial=award.serial))


@bp.get("/certificate/<serial>.pdf")
@allow(Access.LEARNER)
def certificate(serial: str) -> ResponseReturnValue:
    """The learner's own certificate as a PDF; one that was revoked is printed no more."""
    account, now = signed_in(), service().now()
    award, programme = own_award(service().store, service().courses, account, serial, now=now)
    settings = service().settings
    pdf = certificate_pdf(
        award,
        programme,
        verify_url=f"{settings.address}/verify",
        key=settings.signing_key,
        fonts=settings.fonts,
    )
    name = f"学法考试合格证书-{award.name}.pdf"
    return send_file(BytesIO(pdf), "application/pdf", as_attachment=True, download_name=name)
