"""What a page puts aside for its next step, without anybody reading or changing it on the way.

The store keeps it sealed for two hours, under a key made of the page's ticket, the caller and the service's secret: so
whoever has the store, or a backup of it, reads nothing, one-time passwords neither. A dry run is confirmed exactly as
it was shown, by whichever process answers, also after a restart.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import zlib
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from grader.administration.drafts import draft_text, forget_draft, keep_draft
from grader.domain.draft import Draft
from grader.domain.errors import NotNow
from grader.web.access import signed_in
from grader.web.service import service

LASTS = timedelta(hours=2)


class PageTooOld(NotNow):
    """The page was open for too long, was used already, or somebody else had signed in when it was made."""

    code = "page-too-old"
    sentence = (
        "没有办理：这个页面打开的时间太长（超过 2 小时），或者已经办理过，或者登录的人已经不同。"
        "请先看看是否已经办好；没有的，请从头再做一次。"
    )


def put_aside(purpose: str, values: object) -> str:
    """Keep values of JSON for this caller; gives the ticket, which the page holds."""
    ticket = secrets.token_urlsafe(24)
    plain = zlib.compress(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode(), 6)
    draft = Draft(
        by=signed_in().id, text=_cipher(purpose, ticket).encrypt(plain).decode(), ends=service().now() + LASTS
    )
    keep_draft(service().store, _id(ticket), draft)
    return ticket


def taken_up(purpose: str, ticket: str) -> Any:
    """The values that this caller put aside for this purpose. Raises PageTooOld."""
    if not re.fullmatch(r"[\w-]{20,64}", ticket, re.ASCII):
        raise PageTooOld
    text = draft_text(service().store, _id(ticket), now=service().now())
    try:
        plain = _cipher(purpose, ticket).decrypt(text.encode())
    except InvalidToken:
        raise PageTooOld from None
    return json.loads(zlib.decompress(plain))


def done_with(ticket: str) -> None:
    """Forget what was put aside: it is done."""
    forget_draft(service().store, _id(ticket))


def _id(ticket: str) -> str:
    return hashlib.sha256(f"draft:{ticket}".encode()).hexdigest()[:32]


def _cipher(purpose: str, ticket: str) -> Fernet:
    named = f"sealed page:{purpose}:{signed_in().id}:{ticket}".encode()
    return Fernet(
        base64.urlsafe_b64encode(hmac.new(service().settings.secret_key.encode(), named, hashlib.sha256).digest())
    )
