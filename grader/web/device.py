"""Devices that an account was signed in to before: a signed cookie, which only exempts from others' failures."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from flask import Response, after_this_request, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from grader.accounts.sources import Origin
from grader.domain.people.account import Account, AccountId
from grader.web.service import service

COOKIE = "xuefa_device"
_KEPT = timedelta(days=400)
"""As long as browsers keep a cookie at all."""
_MOST = 8
"""Accounts that one device remembers: those that signed in last."""
_SHORT = 1000
"""Letters; a cookie of ours has a few hundred."""


def origin() -> Origin:
    """Where this request comes from."""
    device, known = _read()
    return Origin(address=request.remote_addr or "", device=device, known=frozenset(known), mark=device_mark())


def device_mark() -> str:
    """What this device is called among the sign-ins of an account: a digest of its id, so that nothing leads back."""
    device, _ = _read()
    return hashlib.sha256((device or _new_device()).encode()).hexdigest()[:16]


def _new_device() -> str:
    """The id that a device without one gets with this answer."""
    if "new_device" not in g:
        g.new_device = secrets.token_urlsafe(9)
    found: str = g.new_device
    return found


def remember_device(account: Account) -> None:
    """The account is signed in to on this device."""
    device, known = _read()
    latest = [*(id for id in known if id != account.id), account.id][-_MOST:]
    value = _signer().dumps([device or _new_device(), *latest])

    @after_this_request
    def send(response: Response) -> Response:
        settings = service().settings
        response.set_cookie(
            COOKIE,
            value,
            max_age=_KEPT,
            path=settings.base_path or "/",
            secure=settings.is_secure,
            httponly=True,
            samesite="Lax",
        )
        return response


def _read() -> tuple[str, list[AccountId]]:
    """The device's own id and the accounts that it knows; nothing for a cookie that was not signed here."""
    value = request.cookies.get(COOKIE, "")
    try:
        device, *known = _signer().loads(value) if 0 < len(value) < _SHORT else [""]
    except (BadSignature, ValueError):
        return "", []
    return device, [AccountId(id) for id in known]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(service().settings.secret_key, salt="device")
