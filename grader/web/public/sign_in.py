"""Everybody's sign-in, sign-out and password, learners' and administrators' alike."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.accounts.passwords import PasswordsBusy
from grader.accounts.signin import change_password, sign_in
from grader.domain import errors
from grader.domain.account import Account
from grader.units import unit_name
from grader.web.access import Access, allow, signed_in
from grader.web.problems import RETRY_AFTER, NeedsSignIn, problem, status_of
from grader.web.service import service
from grader.web.session import begin_session, caller, end_session, is_staying

bp = Blueprint("sign_in", __name__, url_prefix="/my")

# Browsers read a backslash as a slash and skip control characters, so neither may stand in an address of ours.
_OUR_PAGE: Final = re.compile(r"/(?!/)[^\\\x00-\x20\x7f]{0,2000}")

_STALE_SIGN_IN: Final = "登录页面已经过期，没有登录。请重新输入密码再登录。"


@bp.get("/sign-in")
@allow(Access.ANYONE)
def page() -> ResponseReturnValue:
    """The form; somebody signed in already goes on."""
    if caller() is not None:
        return redirect(_next())
    return render_template("sign_in.html", name="", refusal="", next=_wanted())


@bp.post("/sign-in")
@allow(Access.ANYONE)
def action() -> ResponseReturnValue:
    """Try the name and the password."""
    name, password = request.form.get("name", "")[:100], request.form.get("password", "")[:200]
    now, stays = service().now(), request.form.get("stays") == "1"
    try:
        account = _sign_in(name, password, now)
    except (errors.SignInRefusal, PasswordsBusy) as refusal:
        form, status = (
            render_template("sign_in.html", name=name, refusal=str(refusal), next=_wanted(), stays=stays),
            status_of(refusal),
        )
        return form, status, {"Retry-After": RETRY_AFTER[status]} if status in RETRY_AFTER else {}
    begin_session(account, now, stays=stays)
    return redirect(url_for("sign_in.password_page") if account.credential.initial else _next())


def _sign_in(name: str, password: str, now: datetime) -> Account:
    """The account; a wrong try counts where it came from."""
    sources, address = service().sources, request.remote_addr or ""
    sources.check(address, now)
    try:
        account = sign_in(service().store, name, password, now=now)
    except errors.WrongCredentials:
        sources.failed(address, now)
        raise
    sources.succeeded(address, account.id, now)
    return account


@bp.app_errorhandler(NeedsSignIn)
def ask_to_sign_in(refusal: NeedsSignIn) -> ResponseReturnValue:
    """A form sent without a sign-in: the sign-in form, which leads back to the page that the form was on."""
    if request.path.startswith("/api/"):
        return problem(status_of(refusal), refusal.code, str(refusal))
    if request.endpoint == "sign_in.sign_out":
        return sign_out()
    if request.endpoint == "sign_in.action":
        name, sentence, wanted = request.form.get("name", "")[:100], _STALE_SIGN_IN, _wanted()
    else:
        name, sentence, wanted = "", str(refusal), _page_before()
    return render_template("sign_in.html", name=name, refusal=sentence, next=wanted), status_of(refusal)


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
    old, new, again = (request.form.get(field, "")[:200] for field in ("old", "new", "again"))
    try:
        if new != again:
            raise DifferentPasswords
        account = change_password(service().store, account.id, old, new=new, now=now)
    except (errors.PasswordRefusal, errors.SignInRefusal, PasswordsBusy) as refusal:
        return _password_form(account, str(refusal)), status_of(refusal)
    begin_session(account, now, stays=is_staying())
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


def _next() -> str:
    """Where the caller wanted to go, if that is a page of this origin; otherwise 我的."""
    wanted = _wanted()
    return f"{request.script_root}{wanted}" if wanted else url_for("my.home")


def _wanted() -> str:
    """The page of this origin that is to be opened after the sign-in; "" for none and for anything else."""
    wanted = request.values.get("next", "")
    return wanted if _OUR_PAGE.fullmatch(wanted) else ""
