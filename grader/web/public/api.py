"""What everybody's pages call: who is signed in, signing out, verifying a statement, watching. JSON in, JSON out."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, url_for
from flask.typing import ResponseReturnValue

from grader.administration.board import MOST_SHOWN, board_of
from grader.certificates.statement import read_statement
from grader.domain.board import picture_kind, picture_of
from grader.domain.errors import Malformed, NoProgramme, NotFound
from grader.domain.people.account import Role
from grader.web.access import Access, allow
from grader.web.body import body
from grader.web.service import service
from grader.web.session import caller, end_session
from quizgen.programme import CreditBy
from quizgen.words.days import day_text

bp = Blueprint("public_api", __name__, url_prefix="/api")

_LONGEST_STATEMENT = 4000
"""Characters; what was signed here is far shorter, and what is cut was not signed here."""


@bp.get("/health")
@allow(Access.ANYONE)
def health() -> ResponseReturnValue:
    """For those who watch the service: it answers, its store can be read, and something could just be saved."""
    service().courses.programmes(service().now())
    if fault := service().health.fault():
        raise fault.with_traceback(None)  # the same may be told to several
    return jsonify(status="ok")


@bp.get("/me")
@allow(Access.ANYONE)
def me() -> ResponseReturnValue:
    """Whether somebody is signed in on this page, for the study bar."""
    account = caller()
    if account is None:
        return jsonify(signed_in=False, sign_in=url_for("sign_in.page"))
    return jsonify(
        signed_in=True,
        key=account.id,
        name=account.name,
        learner=account.role is Role.LEARNER,
        initial=account.credential.initial,
        home=url_for("my.home"),
        credit=_rule_in_force(),
    )


def _rule_in_force() -> CreditBy | None:
    try:
        return service().courses.current(service().now()).content.programme.credit_by
    except NoProgramme:
        return None


def _windows_in_force() -> dict[str, str] | None:
    """The programme's id and its windows in days, for pages that were built before somebody changed them."""
    try:
        programme = service().courses.current(service().now()).content.programme
    except NoProgramme:
        return None
    windows = {"study": programme.study, "exam": programme.exam}
    days = {name: (window.opens.astimezone(programme.zone).date(), window.last_day) for name, window in windows.items()}
    return {"programme": programme.id, **{name: f"{day_text(a)}至{day_text(b)}" for name, (a, b) in days.items()}}


@bp.get("/board")
@allow(Access.ANYONE)
def board() -> ResponseReturnValue:
    """What the county says on every page: notices, contacts, the footer's lines, the year's windows in force."""
    board = board_of(service().store)
    return jsonify(
        sponsor=board.sponsor,
        icp=board.icp,
        police=board.police,
        police_number=board.police_number,
        contacts=board.contacts,
        picture=url_for("public_api.board_picture") if board.picture else None,
        picture_label=board.picture_label,
        windows=_windows_in_force(),
        announcements=[
            {"title": one.title, "text": one.text, "at": one.at.isoformat()} for one in board.shown[:MOST_SHOWN]
        ],
    )


@bp.get("/board/picture")
@allow(Access.ANYONE)
def board_picture() -> ResponseReturnValue:
    """The QR picture of the county's group. Raises NotFound where there is none."""
    picture = picture_of(board_of(service().store))
    if not picture:
        raise NotFound
    return Response(picture, content_type=picture_kind(picture))


@bp.post("/sign-out")
@allow(Access.SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    """End the sign-in on this device, from a page of the course."""
    end_session(service().now())
    return jsonify(signed_in=False)


@bp.post("/verify")
@allow(Access.ANYONE)
def verify() -> ResponseReturnValue:
    """Whether a statement (the part of a scanned address after #) was signed here, and what it says.

    In the body, not in the address: names and scores stay out of servers' logs.
    """
    statement = body().get("statement")
    if not isinstance(statement, str):
        raise Malformed(why="statement 应为文字。")
    read = read_statement(statement[:_LONGEST_STATEMENT], service().settings.signing_key.public_key())
    if read is None:
        return jsonify(genuine=False)
    return jsonify(genuine=True, serial=read.serial, name=read.name, issued=read.issued.isoformat())
