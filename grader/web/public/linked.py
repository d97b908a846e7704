"""The clerk's two accounts: linked once by proving the learner's, then changed between with one click."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.accounts import linking
from grader.accounts.passwords import PasswordsBusy
from grader.accounts.security import Happening
from grader.accounts.signin import is_common_password, sign_in
from grader.domain import errors
from grader.domain.people.account import Account, Role
from grader.web.access import Access, allow, signed_in
from grader.web.device import remember_device
from grader.web.noting import note
from grader.web.problems import status_of
from grader.web.public.sign_in import door, programme_asks, refused
from grader.web.service import service
from grader.web.session import began_in_office, begin_session, caller, change_session, end_session
from quizgen.programme import FirstPassword

bp = Blueprint("linked", __name__, url_prefix="/my/linked")

_CHANGED = "由本人的另一个账号转入"
"""What the security log says of a sign-in by one click."""


@bp.get("")
@allow(Access.MEMBER)
def page() -> ResponseReturnValue:
    """The link as it is; for an administrator who has none, the form that makes it."""
    return _page()


@bp.post("")
@allow(Access.OFFICE)
def make() -> ResponseReturnValue:
    """Link the administrator's account to the learner's whose name and password were typed."""
    office, form = signed_in(), request.form
    name, password, tail = form.get("name", "")[:100], form.get("password", "")[:200], form.get("tail", "")[:20]
    try:
        if is_common_password(password) and not programme_asks(FirstPassword.COMMON):
            raise errors.WrongCredentials
        learner = linking.link(door(), office, name, password, tail=tail)
    except (errors.SignInRefusal, PasswordsBusy) as refusal:
        return refused(_page(str(refusal)), refusal, name=name)
    except errors.NotNow as refusal:
        return _page(str(refusal)), status_of(refusal)
    note(Happening.LINKED, learner)
    flash(f"已与学员账号 {learner.number}（{learner.name}）关联。")
    return redirect(url_for("linked.page"))


@bp.post("/end")
@allow(Access.MEMBER)
def end() -> ResponseReturnValue:
    """End the link, from either side."""
    account = signed_in()
    try:
        linking.unlink(service().store, account, now=service().now())
    except errors.NotNow as refusal:
        return _page(str(refusal)), status_of(refusal)
    note(Happening.UNLINKED, account)
    flash("已解除关联。")
    return redirect(url_for("linked.page"))


@bp.post("/change")
@allow(Access.MEMBER)
def change() -> ResponseReturnValue:
    """Change to the other account. An administrator's password is asked for unless this sign-in began with it."""
    account, now = signed_in(), service().now()
    try:
        other = linking.other_account(service().store, account, now)
    except (errors.NotNow, errors.SlipExpired) as refusal:
        return _page(str(refusal)), status_of(refusal)
    if other.role is Role.LEARNER or began_in_office() == other.id:
        change_session(account, other, now)
        note(Happening.SIGN_IN, other, what=_CHANGED)
        return _welcome(other)
    password = request.form.get("password", "")[:200]
    if not password:
        return redirect(url_for("linked.page"))
    try:
        other = sign_in(door(), other.number, password)
    except (errors.SignInRefusal, PasswordsBusy) as refusal:
        return refused(_page(str(refusal)), refusal, name=other.number)
    end_session(now)
    begin_session(other, now)
    note(Happening.SIGN_IN, other)
    return _welcome(other)


def _welcome(account: Account) -> ResponseReturnValue:
    remember_device(account)
    if account.credential.initial:
        return redirect(url_for("sign_in.password_page"))
    return redirect(url_for("my.home" if account.role is Role.LEARNER else "admin.home"))


def _page(refusal: str = "") -> str:
    account, other = signed_in(), linked_account()
    template = "linked_learner.html" if account.role is Role.LEARNER else "admin/linked.html"
    return render_template(
        template,
        account=account,
        other=other,
        is_stale=other is None and account.linked is not None,
        asks_password=account.role is Role.LEARNER and other is not None and began_in_office() != other.id,
        takes_common=programme_asks(FirstPassword.COMMON),
        name=request.form.get("name", "")[:100],
        refusal=refusal,
    )


def linked_account() -> Account | None:
    """The caller's account in the other role; None where no link holds."""
    account = caller()
    if account is None:
        return None
    find = linking.office_of_learner if account.role is Role.LEARNER else linking.learner_of_office
    return find(service().store, account)


@bp.app_context_processor
def furnish() -> dict[str, object]:
    """The other account and whether one click is enough, for the frames of pages."""
    return {"linked_account": linked_account, "began_in_office": began_in_office}
