"""个人资料: what a learner may sign in with; and the notices of what happened to the own account."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from grader.accounts.profile import (
    LoginNames,
    LoginNameTaken,
    choose_login_names,
    confirm_known,
    login_names_of,
)
from grader.administration.roster.book.columns import clean, qq_fault, telephone_fault
from grader.domain.audit.acts import ACTIONS, Act
from grader.domain.people.account import Account, Role, login_form, unconfirmed
from grader.domain.people.sign_ins import SignIn, latest_other
from grader.units import unit_name
from grader.web.access import Access, allow, signed_in
from grader.web.device import device_mark
from grader.web.problems import status_of
from grader.web.service import service
from grader.web.session import caller, session_began

bp = Blueprint("profile", __name__, url_prefix="/my")


@bp.get("/profile")
@allow(Access.LEARNER)
def page() -> ResponseReturnValue:
    """Who I am on the roster, and what I may sign in with."""
    return _page(signed_in())


@bp.post("/profile")
@allow(Access.LEARNER)
def keep() -> ResponseReturnValue:
    """Bind or unbind telephone and QQ number, choose the pinyin name; what was typed comes back where it is wrong."""
    account = signed_in()
    names = _typed(login_names_of(account))
    if fault := _fault(account, names):
        return _page(account, names, fault), 422
    try:
        choose_login_names(service().store, account.id, names, now=service().now())
    except LoginNameTaken as taken:
        return _page(account, names, str(taken)), status_of(taken)
    flash("已保存。")
    return redirect(url_for("profile.page"))


def _typed(held: LoginNames) -> LoginNames:
    """What the form says; what it does not speak of stays."""
    form = request.form
    return LoginNames(
        telephone=clean("手机号", form.get("telephone", held.telephone)),
        qq=clean("QQ号", form.get("qq", held.qq)),
        pinyin=login_form(form.get("pinyin", held.pinyin))[:60].replace("ü", "v"),
    )


def _fault(account: Account, names: LoginNames) -> str:
    from grader.administration.roster.login_names import is_reading  # noqa: PLC0415 - pypinyin takes its time

    is_own = names.pinyin in {"", account.pinyin} or is_reading(account.name, names.pinyin)
    return (
        telephone_fault(names.telephone)
        or qq_fault(names.qq)
        or ("" if is_own else "姓名全拼应为您姓名的拼音，后面可以加不超过四位数字，如 zhangwei02；ü 写作 v。")
    )


def _page(account: Account, names: LoginNames | None = None, refusal: str = "") -> str:
    unit = unit_name(service().store, account.unit)
    given = names or login_names_of(account)
    return render_template("profile.html", account=account, unit=unit, given=given, refusal=refusal)


@bp.post("/notices")
@allow(Access.MEMBER)
def confirm_notices() -> ResponseReturnValue:
    """The owner knows what the page told."""
    account, now = signed_in(), service().now()
    try:
        until = min(datetime.fromisoformat(request.form.get("until", "")), now)
    except (ValueError, TypeError):
        until = now
    confirm_known(service().store, account.id, until=until)
    return redirect(url_for("my.home" if account.role is Role.LEARNER else "admin.home"))


def _notices() -> tuple[Act, ...]:
    """What happened to the caller's account before this sign-in and is not yet confirmed."""
    account, issued = caller(), session.get("issued")
    if account is None or not isinstance(issued, int):
        return ()
    return tuple(act for act in unconfirmed(account) if act.at.timestamp() < issued)


@bp.app_context_processor
def furnish() -> dict[str, object]:
    """The notices, for `notices.html`, and the sign-in before this one, for `last_sign_in.html`."""
    return {
        "account_notices": _notices,
        "action_labels": ACTIONS,
        "last_sign_in": _last_sign_in,
        "this_device": device_mark,
    }


def _last_sign_in() -> SignIn | None:
    account = caller()
    return latest_other(account.sign_ins, began=session_began()) if account else None
