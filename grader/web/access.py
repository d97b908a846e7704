"""Who may call what: every route says it with `@allow`; one that says nothing answers nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from grader.domain.errors import NotAllowed, NotFound, OtherAccount
from grader.domain.people.account import Account, Role
from grader.store.codec import is_id
from grader.web.noting import note_refusal
from grader.web.problems import ForeignOrigin, NeedsNewPassword, NeedsSignIn, StaleForm
from grader.web.session import caller, is_form_token

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
_MARK = "_access"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_IDS = frozenset({"id", "attempt"})
"""Parts of addresses that name a document; what can be no id is not even asked for."""
LARGEST_BODY: Final = 64 * 1024
"""Bytes; a paper of 100 items with ids of 40 letters and ten options each, all ticked, takes 55,000 as a form."""


class Access(StrEnum):
    """What a route asks of its caller; all but ANYONE and SIGNED_IN also ask for a password of the caller's own.

    OFFICE is whoever has work in administration, REPORTS who sees figures of the own units, OVERVIEW those of all.
    """

    ANYONE = "anyone"
    SIGNED_IN = "signed-in"
    MEMBER = "member"
    LEARNER = "learner"
    OFFICE = "office"
    REPORTS = "reports"
    OVERVIEW = "overview"
    UNIT = "unit"
    EDITOR = "editor"
    COUNTY = "county"


_ROLES: Final = {
    Access.MEMBER: frozenset(Role),
    Access.LEARNER: frozenset({Role.LEARNER}),
    Access.OFFICE: frozenset(Role) - {Role.LEARNER},
    Access.REPORTS: frozenset({Role.UNIT, Role.COUNTY, Role.READER}),
    Access.OVERVIEW: frozenset({Role.COUNTY, Role.READER}),
    Access.UNIT: frozenset({Role.UNIT, Role.COUNTY}),
    Access.EDITOR: frozenset({Role.EDITOR, Role.COUNTY}),
    Access.COUNTY: frozenset({Role.COUNTY}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a view asks of its caller, and how many bytes it takes."""

    access: Access
    largest_body: int


def allow(access: Access, *, largest_body: int = LARGEST_BODY) -> Callable[[View], View]:
    """Mark a view with what it asks of its caller; more than the usual body is for uploads."""

    def mark(view: View) -> View:
        setattr(view, _MARK, Rule(access=access, largest_body=largest_body))
        return view

    return mark


def access_of(view: Callable[..., object]) -> Access | None:
    """What the view asks of its caller, or None where it does not say."""
    rule = _rule(view)
    return rule.access if rule else None


def largest_body_of(view: Callable[..., object]) -> int:
    """How many bytes the view takes; 0 for one that answers nobody."""
    rule = _rule(view)
    return rule.largest_body if rule else 0


def may(role: Role, access: Access | None) -> bool:
    """Whether somebody of this role, signed in and with a password of their own, may call such a view."""
    return access is not None and role in _ROLES.get(access, frozenset(Role))


def _rule(view: Callable[..., object]) -> Rule | None:
    return getattr(view, _MARK, None)


def register_access(app: Flask) -> None:
    """Check every request before its view runs, the cheap first: where it comes from, who asks, what was sent."""

    @app.before_request
    def check() -> ResponseReturnValue | None:
        view = app.view_functions.get(request.endpoint or "")
        if view is None:
            return None
        is_change = request.method not in _SAFE
        if is_change:
            check_origin()
        rule = _rule(view)
        if rule is None:
            raise NotAllowed
        answer = None if rule.access is Access.ANYONE else _check_caller(rule.access)
        if answer is not None:
            return answer
        arguments = request.view_args or {}
        if not all(is_id(arguments[name]) for name in _IDS & arguments.keys()):
            raise NotFound
        if is_change:
            _check_body(rule.largest_body)
        return None


def signed_in() -> Account:
    """The caller's account. Raises NeedsSignIn."""
    account = caller()
    if account is None:
        raise NeedsSignIn
    return account


def require_account_of_page() -> None:
    """The page that sends `X-Account` was opened by the caller. Raises OtherAccount after a change of people."""
    account = signed_in()
    if request.headers.get("X-Account", account.id) != account.id:
        raise OtherAccount(name=account.name)


def _check_caller(access: Access) -> ResponseReturnValue | None:
    account = caller()
    is_page = not request.path.startswith("/api/") and request.method in _SAFE
    if account is None:
        if is_page:
            return redirect(url_for("sign_in.page", next=request.full_path.rstrip("?")))
        raise NeedsSignIn
    if access is Access.SIGNED_IN:
        return None
    if account.credential.initial:
        if is_page:
            return redirect(url_for("sign_in.password_page"))
        raise NeedsNewPassword
    if not may(account.role, access):
        note_refusal(account)
        raise NotAllowed
    return None


def check_origin() -> None:
    """Changes come from this origin's own pages, as Origin or Sec-Fetch-Site say; /api takes nothing without them."""
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if origin is not None and origin.partition("://")[2] != request.host:
        raise ForeignOrigin
    if site is not None and site not in {"same-origin", "none"}:
        raise ForeignOrigin
    if request.path.startswith("/api/") and origin is None and site is None:
        raise ForeignOrigin


def _check_body(largest: int) -> None:
    """The length before anything is parsed, then, of a form, the token of its page.

    Only a form with a file may be large: of the other kind each byte costs a hundred times as much to parse.
    """
    most = largest if request.mimetype == "multipart/form-data" else min(largest, LARGEST_BODY)
    request.max_content_length = request.max_form_memory_size = most  # a dry run of 20,000 rows comes back as a field
    if (request.content_length or 0) > most:
        raise RequestEntityTooLarge
    if not request.path.startswith("/api/") and not is_form_token(request.form.get("token", "")):
        raise StaleForm if caller() else NeedsSignIn
