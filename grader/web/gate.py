"""What is asked of every request before all else: an address of sane length and characters, and a host of ours."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.exceptions import NotFound, RequestURITooLarge

from grader.settings import Settings
from grader.web.problems import ForeignHost

LONGEST_ADDRESS: Final = 8 * 1024
"""Characters of path and query; the longest that a page of ours asks for has a few hundred."""
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_OPEN: Final = ("/api/health", "/my/static/")


def register_gate(app: Flask, settings: Settings) -> None:
    """Refuse such requests before the caller is asked for and anything is parsed.

    Other hosts' names get no page: what is made of the name (links, redirects) would lead astray. This machine's own
    names are always answered; so are the health check, which balancers ask for by number, and the stylesheet of the
    page that says so.
    """
    known = _LOOPBACK | {_host_name(urlsplit(settings.address).netloc), *map(_host_name, settings.hosts)}

    @app.before_request
    def check() -> None:
        if len(request.environ["PATH_INFO"]) + len(request.query_string) > LONGEST_ADDRESS:
            raise RequestURITooLarge
        if _CONTROL.search(request.path):
            raise NotFound
        is_open = "*" in settings.hosts or request.path.startswith(_OPEN)
        if not is_open and _host_name(request.host) not in known:
            raise ForeignHost(address=settings.address)


@lru_cache(maxsize=64)
def _host_name(host: str) -> str:
    """The name without port, final dot and case, as browsers send it (学法.example is xn--….example); "" for none."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name.rstrip(".").encode("idna").decode()
    except ValueError:
        return ""
