"""What a page carries for its next step without anybody reading or changing it on the way: nothing is kept here.

So a dry run is confirmed exactly as it was shown, by whichever process answers, and one-time passwords are never
stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import zlib
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from grader.domain.errors import NotNow
from grader.web.access import signed_in
from grader.web.service import service

LASTS = timedelta(hours=2)


class PageTooOld(NotNow):
    """The page was open for too long, or somebody else had signed in when it was made."""

    code = "page-too-old"
    sentence = "这个页面打开的时间太长，或者登录的人已经不同，没有办理。请从头再做一次。"


def seal(purpose: str, values: object) -> str:
    """Values of JSON for a hidden field of this caller's page."""
    plain = zlib.compress(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode(), 6)
    return _cipher(purpose).encrypt_at_time(plain, _now()).decode()


def unseal(purpose: str, text: str) -> Any:
    """The values that were sealed for this purpose and caller. Raises PageTooOld."""
    try:
        plain = _cipher(purpose).decrypt_at_time(text.encode(), int(LASTS.total_seconds()), _now())
    except InvalidToken:
        raise PageTooOld from None
    return json.loads(zlib.decompress(plain))


def _now() -> int:
    return int(service().now().timestamp())


def _cipher(purpose: str) -> Fernet:
    named = f"sealed page:{purpose}:{signed_in().id}".encode()
    return Fernet(
        base64.urlsafe_b64encode(hmac.new(service().settings.secret_key.encode(), named, hashlib.sha256).digest())
    )
