"""Everybody's sign-in, sign-out and password, learners' and administrators' alike."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.accounts.password_rule import password_form
from grader.accounts.passwords import PasswordsBusy
from grader.accounts.security import Happening
from grader.accounts.signin import Door, account_named, change_password, first_sign_in, is_common_password, sign_in
from grader.domain import errors
from grader.domain.people.account import INITIAL_PASSWORD, Account, Role, login_form
from grader.units import offices, unit_name
from grader.web.access import Access, allow, signed_in
from grader.web.device import origin, remember_device
from grader.web.noting import note
from grader.web.problems import RETRY_AFTER, NeedsSignIn, problem, status_of
from grader.web.service import service
from grader.web.session import begin_session, caller, end_session, renew_session
from quizgen.programme import FirstPassword, HelpTelephone, Programme

bp = Blueprint("sign_in", __name__, url_prefix="/my")

# Browsers read a backslash as a slash and skip control characters, so neither may stand in an address of ours.
_OUR_PAGE: Final = re.compile(r"/(?!/)[^\\\x00-\x20\x7f]{0,2000}")

_OFFICE: Final = "/admin/"
_STALE_SIGN_IN: Final = "登录页面已经过期，没有登录。请重新输入密码再登录。"


@bp.get("/sign-in")
@allow(Access.ANYONE)
def page() -> ResponseReturnValue:
    """The form; somebody signed in already goes on."""
    account = caller()
    return redirect(_next(account)) if account else _form()


@bp.get("/sign-in/help")
@allow(Access.ANYONE)
def forgotten() -> ResponseReturnValue:
    """忘记账号或密码: whom to ask; where the programme allows, the telephone of the unit's office."""
    programme = _programme()
    tells = programme is not None and programme.help_telephone is HelpTelephone.UNIT
    unit = login_form(request.args.get("unit", ""))[:50]
    found = offices(service().store, unit) if tells else []
    return render_template("forgotten.html", programme=programme, tells=tells, unit=unit, found=found)


@bp.post("/sign-in")
@allow(Access.ANYONE)
def action() -> ResponseReturnValue:
    """Try the name and the password. The published first password leads to a second question, whoever's name it is."""
    name, password = _typed("name"), _typed("password", longest=200)
    if is_common_password(password) and programme_asks(FirstPassword.COMMON):
        return _second_form(name)
    try:
        return _enter(sign_in(door(), name, password))
    except (errors.SignInRefusal, PasswordsBusy) as refusal:
        return refused(_form(name, str(refusal)), refusal)


@bp.post("/first-sign-in")
@allow(Access.ANYONE)
def first_action() -> ResponseReturnValue:
    """Try the name with the published first password and the last digits of the telephone."""
    name = _typed("name")
    try:
        if not programme_asks(FirstPassword.COMMON):
            return _enter(sign_in(door(), name, INITIAL_PASSWORD))
        return _enter(first_sign_in(door(), name, _typed("tail")))
    except (errors.SignInRefusal, PasswordsBusy) as refusal:
        return refused(_second_form(name, str(refusal)), refusal)


def door() -> Door:
    """What a password that is typed here goes through."""
    return Door(store=service().store, limits=service().sources, origin=origin(), now=service().now())


def _enter(account: Account) -> ResponseReturnValue:
    """The account is signed in to on this device; whoever has no password of their own chooses one first."""
    begin_session(account, service().now(), stays=_stays())
    remember_device(account)
    note(Happening.SIGN_IN, account)
    return redirect(url_for("sign_in.password_page") if account.credential.initial else _next(account))


def refused(form: str, refusal: errors.Refusal, *, name: str | None = None) -> ResponseReturnValue:
    """The form again, with the refusal noted of the account of that name, or of the one that was typed."""
    status = status_of(refusal)
    if isinstance(refusal, errors.SignInRefusal):
        stopped = isinstance(refusal, (errors.TooManyFailures, errors.TooManyFromHere))
        tried = account_named(service().store, _typed("name") if name is None else name)
        note(Happening.STOPPED if stopped else Happening.FAILED, tried)
    return form, status, {"Retry-After": RETRY_AFTER[status]} if status in RETRY_AFTER else {}


def _form(name: str = "", refusal: str = "", *, wanted: str | None = None, stays: bool | None = None) -> str:
    wanted = _wanted() if wanted is None else wanted
    return render_template(
        "sign_in.html",
        name=name,
        refusal=refusal,
        next=wanted,
        stays=_stays() if stays is None else stays,
        for_office=wanted.startswith(_OFFICE),
        programme=_programme(),
    )


def _second_form(name: str, refusal: str = "") -> str:
    return render_template("first_sign_in.html", name=name, refusal=refusal, next=_wanted(), stays=_stays())


def _programme() -> Programme | None:
    """The current programme; None before one is published."""
    try:
        return service().courses.current(service().now()).content.programme
    except errors.NoProgramme:
        return None


def programme_asks(first: FirstPassword) -> bool:
    """Whether learners sign in first in this way."""
    programme = _programme()
    return (programme.first_password if programme else FirstPassword.SLIP) is first


def _typed(field: str, *, longest: int = 100) -> str:
    return request.form.get(field, "")[:longest]


def _stays() -> bool:
    return request.form.get("stays") == "1"


@bp.app_errorhandler(NeedsSignIn)
def ask_to_sign_in(refusal: NeedsSignIn) -> ResponseReturnValue:
    """A form sent without a sign-in: the sign-in form, which leads back to the page that the form was on."""
    if request.path.startswith("/api/"):
        return problem(status_of(refusal), refusal.code, str(refusal))
    if request.endpoint == "sign_in.sign_out":
        return sign_out()
    if request.endpoint in {"sign_in.action", "sign_in.first_action"}:
        return _form(_typed("name"), _STALE_SIGN_IN), status_of(refusal)
    # Another page's form is not read: it may be an upload larger than is taken here.
    return _form("", str(refusal), wanted=_page_before(), stays=False), status_of(refusal)


def _page_before() -> str:
    """The page of this origin that the form was on, below the sub-path; "" where the browser does not tell."""
    root = f"{request.host}{request.script_root}"
    before = (request.referrer or "").partition("://")[2]
    return before.removeprefix(root) if before.startswith(f"{root}/") else ""


@bp.post("/sign-out")
@allow(Access.ANYONE)
def sign_out() -> ResponseReturnValue:
    """End the sign-in on this device, if there is one."""
    end_session(service().now())
    flash("您已退出登录。")
    return redirect(url_for("sign_in.page"))


@bp.get("/password")
@allow(Access.SIGNED_IN)
def password_page() -> ResponseReturnValue:
    """The form to choose a password."""
    return _password_form(signed_in())


@bp.post("/password")
@allow(Access.SIGNED_IN)
def password_action() -> ResponseReturnValue:
    """Choose a password; the sign-in goes on with it, all others end."""
    account, now = signed_in(), service().now()
    old, new, again = (_typed(field, longest=200) for field in ("old", "new", "again"))
    try:
        if password_form(new) != password_form(again):
            raise DifferentPasswords
        was_initial = account.credential.initial
        account = change_password(door(), account.id, old, new=new)
    except (errors.PasswordRefusal, errors.SignInRefusal, PasswordsBusy) as refusal:
        return _password_form(account, str(refusal)), status_of(refusal)
    renew_session(account, now)
    if was_initial:
        note(Happening.CLAIMED, account)
    flash("密码已修改。")
    return redirect(url_for("my.home"))


def _password_form(account: Account, refusal: str = "") -> str:
    """With the initial password it says whose account this is: namesakes may have taken one another's."""
    return render_template(
        "password.html",
        account=account,
        unit=unit_name(service().store, account.unit),
        initial=account.credential.initial,
        refusal=refusal,
    )


class DifferentPasswords(errors.PasswordRefusal):
    """The new password was not typed the same twice."""

    code = "different-passwords"
    sentence = "两次输入的新密码不一致，密码没有修改。"


def _next(account: Account) -> str:
    """Where the caller wanted to go, if that is a page of this origin; otherwise 我的. The office is no learner's."""
    wanted = _wanted()
    if account.role is Role.LEARNER and wanted.startswith(_OFFICE):
        wanted = ""
    return f"{request.script_root}{wanted}" if wanted else url_for("my.home")


def _wanted() -> str:
    """The page of this origin that is to be opened after the sign-in; "" for none and for anything else."""
    wanted = request.values.get("next", "")
    return wanted if _OUR_PAGE.fullmatch(wanted) else ""
