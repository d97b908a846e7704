"""Sign-in state: a signed cookie {account, epoch, issued, seen}; the epoch in the account ends it from the server."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from flask import g, session

from grader.domain.account import Account, AccountId
from grader.signin import account_by_id
from grader.web.service import service

LONGEST = timedelta(hours=24)
"""A sign-in ends a day after it began, however busy."""
_SEEN_EVERY = timedelta(minutes=1)


def begin_session(account: Account, now: datetime) -> None:
    """The caller is signed in as this account; the form token changes too."""
    session.clear()
    stamp = int(now.timestamp())
    session.update(account=account.id, epoch=account.epoch, issued=stamp, seen=stamp)
    g.pop("caller", None)


def end_session() -> None:
    """The caller is signed out on this device."""
    session.clear()
    g.pop("caller", None)


def caller() -> Account | None:
    """The signed-in account, or None: read once per request, renewed at most once a minute."""
    if "caller" not in g:
        g.caller = None  # where the store fails, the page that says so asks again
        g.caller = _read_session(service().now())
    found: Account | None = g.caller
    return found


def _read_session(now: datetime) -> Account | None:
    stamp = int(now.timestamp())
    id, seen, issued = session.get("account"), session.get("seen"), session.get("issued")
    if not isinstance(id, str) or not isinstance(seen, int) or not isinstance(issued, int):
        return None
    idle = timedelta(minutes=service().settings.idle_minutes)
    if stamp - seen > idle.total_seconds() or stamp - issued > LONGEST.total_seconds():
        return None
    account = account_by_id(service().store, AccountId(id))
    if account is None or not account.is_active or account.epoch != session.get("epoch"):
        return None
    if stamp - seen >= _SEEN_EVERY.total_seconds():
        session["seen"] = stamp
    return account


def form_token() -> str:
    """What a form of this session must send back."""
    nonce = session.setdefault("nonce", secrets.token_urlsafe(12))
    key = service().settings.secret_key.encode()
    return hmac.new(key, f"form:{nonce}".encode(), hashlib.sha256).hexdigest()[:32]


def is_form_token(token: str) -> bool:
    """Whether a form of this very session was sent."""
    return "nonce" in session and hmac.compare_digest(token.encode(), form_token().encode())
