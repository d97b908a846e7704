"""Sign-in state: a signed cookie {account, epoch, nonce, issued, seen}, and `stays` on a learner's own device.

The account ends it from the server: all sign-ins by its epoch, a single one by the nonces of those signed out. Whoever
changed from the administrator's account to the linked learner's has that account and its epoch in `office` too.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from functools import lru_cache

from flask import Flask, Request, Response, g, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer

from grader.accounts.signin import account_by_id, sign_out
from grader.domain.people.account import Account, AccountId, Role, accepts_sign_in, longest_sign_in
from grader.web.service import service

_SEEN_EVERY = timedelta(minutes=1)
_COOKIES = 5000
"""Cookies whose signatures are known to be right; one takes some 600 bytes."""


class Cookies(SecureCookieSessionInterface):
    """Flask's signed cookies of one application, without doing for each request what need be done once.

    A cookie whose signature was right is not verified again; how long it holds is what `caller` asks.
    """

    def __init__(self, app: Flask) -> None:
        self._signer = super().get_signing_serializer(app)
        self._verified = lru_cache(maxsize=_COOKIES)(self._signer.loads) if self._signer else None

    def get_signing_serializer(self, _app: Flask) -> URLSafeTimedSerializer | None:
        """What signs and reads the cookies."""
        return self._signer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the request's cookie says; an empty session for none and for one that was not signed here."""
        value = request.cookies.get(self.get_cookie_name(app))
        try:
            return self.session_class(self._verified(value) if self._verified and value else None)
        except BadSignature:
            return self.session_class()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie where it changed."""
        if session.modified or session.permanent:
            super().save_session(app, session, response)
        elif session.accessed and "Vary" in response.headers:
            response.vary.add("Cookie")
        elif session.accessed:
            response.headers["Vary"] = "Cookie"  # what `vary` comes to, without its set


def begin_session(account: Account, now: datetime, *, stays: bool = False) -> None:
    """The caller is signed in as this account; the form token changes too.

    A learner may stay so on a device of their own; administrators may not.
    """
    session.clear()
    stamp = int(now.timestamp())
    session.update(account=account.id, epoch=account.epoch, nonce=_nonce(), issued=stamp, seen=stamp)
    if stays and account.role is Role.LEARNER:
        session.permanent = True
        session["stays"] = True
    g.pop("caller", None)


def change_session(before: Account, other: Account, now: datetime) -> None:
    """The caller, signed in as `before`, is now signed in as the linked account: a sign-in of its own.

    All of them end when the one that began with the administrator's password does. Raises what the store raises.
    """
    issued = session.get("issued")
    end_session(now)
    begin_session(other, now)
    session["issued"] = issued
    if other.role is Role.LEARNER:
        office = account_by_id(service().store, before.id) or before  # that sign-in ended may have raised its epoch
        session["office"] = [office.id, office.epoch]


def renew_session(account: Account, now: datetime) -> None:
    """The sign-in goes on with another password, on the device and in the role in which it began."""
    stays, issued, office, began = is_staying(), session.get("issued"), session.get("office"), session_began()
    begin_session(account, now, stays=stays)
    session["began"] = began
    if office is not None:
        session.update(office=office, issued=issued)


def began_in_office() -> AccountId | None:
    """The administrator's account whose password began this sign-in, where the caller is its learner now."""
    office = session.get("office")
    return AccountId(office[0]) if office and caller() else None


def end_session(now: datetime) -> None:
    """The caller is signed out on this device, and the cookie is worth nothing wherever it was copied to.

    The device is signed out even where the account can't be saved. Raises what the store raises.
    """
    account, nonce, stays = caller(), session.get("nonce"), is_staying()
    session.clear()
    g.pop("caller", None)
    if account is not None:
        sign_out(service().store, account.id, str(nonce), now=now, stays=stays)


def caller() -> Account | None:
    """The signed-in account, or None: read once per request, renewed at most once a minute."""
    if "caller" not in g:
        g.caller = None  # where the store fails, the page that says so asks again
        g.caller = _read_session(service().now())
    found: Account | None = g.caller
    return found


def _read_session(now: datetime) -> Account | None:
    stamp = int(now.timestamp())
    id, nonce, seen, issued = (session.get(name) for name in ("account", "nonce", "seen", "issued"))
    if not (isinstance(id, str) and isinstance(nonce, str) and isinstance(seen, int) and isinstance(issued, int)):
        return None
    longest = longest_sign_in(stays=is_staying())
    idle = longest if is_staying() else timedelta(minutes=service().settings.idle_minutes)
    if stamp - seen > idle.total_seconds() or stamp - issued > longest.total_seconds():
        return None
    account = account_by_id(service().store, AccountId(id))
    if account is None or not accepts_sign_in(account, nonce, session.get("epoch")):
        return None
    if (is_staying() and account.role is not Role.LEARNER) or not _office_holds():
        return None
    if stamp - seen >= _SEEN_EVERY.total_seconds():
        session["seen"] = stamp
    return account


def _office_holds() -> bool:
    """Whether the administrator's account from which somebody changed still is as it was then, if there is one."""
    if "office" not in session:
        return True
    id, epoch = session["office"]
    office = account_by_id(service().store, AccountId(id))
    return office is not None and office.is_active and office.epoch == epoch


def session_began() -> int:
    """When the caller signed in here, whatever passwords were chosen since: seconds since 1970."""
    return int(session.get("began") or session.get("issued") or 0)


def is_staying() -> bool:
    """Whether the sign-in is one that stays, on a device that the learner called their own."""
    return session.get("stays") is True


def form_token() -> str:
    """What a form of this session must send back."""
    if "nonce" not in session:
        session["nonce"] = _nonce()
    key = service().settings.secret_key.encode()
    return hmac.digest(key, f"form:{session['nonce']}".encode(), "sha256").hex()[:32]


def is_form_token(token: str) -> bool:
    """Whether a form of this very session was sent."""
    return "nonce" in session and hmac.compare_digest(token.encode(), form_token().encode())


def _nonce() -> str:
    return secrets.token_urlsafe(12)
