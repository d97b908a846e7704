"""Who may call what: every route says it with `@allow`; one that says nothing answers nobody."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final, TypeVar

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grader.domain.account import Account, Role
from grader.domain.errors import NotAllowed, NotFound
from grader.store.codec import is_id
from grader.web.problems import ForeignOrigin, NeedsNewPassword, NeedsSignIn, StaleForm
from grader.web.session import caller, is_form_token

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
_MARK = "_access"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_IDS = frozenset({"id", "attempt"})
"""Parts of addresses that name a document; what can be no id is not even asked for."""


class Access(StrEnum):
    """What a route asks of its caller; all but ANYONE and SIGNED_IN also ask for a password of the caller's own."""

    ANYONE = "anyone"
    SIGNED_IN = "signed-in"
    MEMBER = "member"
    LEARNER = "learner"
    UNIT = "unit"
    COUNTY = "county"


_ROLES: Final = {
    Access.MEMBER: frozenset(Role),
    Access.LEARNER: frozenset({Role.LEARNER}),
    Access.UNIT: frozenset({Role.UNIT, Role.COUNTY}),
    Access.COUNTY: frozenset({Role.COUNTY}),
}


def allow(access: Access) -> Callable[[View], View]:
    """Mark a view with what it asks of its caller."""

    def mark(view: View) -> View:
        setattr(view, _MARK, access)
        return view

    return mark


def access_of(view: Callable[..., object]) -> Access | None:
    """What the view asks of its caller, or None where it does not say."""
    return getattr(view, _MARK, None)


def register_access(app: Flask) -> None:
    """Check every request before its view runs: where it comes from, then who asks."""

    @app.before_request
    def check() -> ResponseReturnValue | None:
        view = app.view_functions.get(request.endpoint or "")
        if view is None:
            return None
        if request.method not in _SAFE:
            check_origin()
        access = access_of(view)
        if access is None:
            raise NotAllowed
        answer = None if access is Access.ANYONE else _check_caller(access)
        arguments = request.view_args or {}
        if answer is None and not all(is_id(arguments[name]) for name in _IDS & arguments.keys()):
            raise NotFound
        return answer


def signed_in() -> Account:
    """The caller's account. Raises NeedsSignIn."""
    account = caller()
    if account is None:
        raise NeedsSignIn
    return account


def _check_caller(access: Access) -> ResponseReturnValue | None:
    account = caller()
    is_page = not request.path.startswith("/api/") and request.method in _SAFE
    if account is None:
        if is_page:
            return redirect(url_for("my.sign_in_page", next=request.full_path.rstrip("?")))
        raise NeedsSignIn
    if access is Access.SIGNED_IN:
        return None
    if account.credential.initial:
        if is_page:
            return redirect(url_for("my.password_page"))
        raise NeedsNewPassword
    if account.role not in _ROLES[access]:
        raise NotAllowed
    return None


def check_origin() -> None:
    """Changes come from this origin's own pages: by Origin or Sec-Fetch-Site for /api, by a form token for forms."""
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if origin is not None and origin.partition("://")[2] != request.host:
        raise ForeignOrigin
    if site is not None and site not in {"same-origin", "none"}:
        raise ForeignOrigin
    if request.path.startswith("/api/"):
        if origin is None and site is None:
            raise ForeignOrigin
    elif not is_form_token(request.form.get("token", "")):
        raise StaleForm if caller() else NeedsSignIn
