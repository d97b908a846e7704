"""The service's own stylesheet and scripts, with a digest in their address so that browsers may keep them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, request, send_from_directory, url_for

from grader.web.access import Access, allow

bp = Blueprint("static", __name__, url_prefix="/my/static")

FOLDER = Path(__file__).parent.parent / "static"
_A_YEAR = 365 * 24 * 3600


@bp.get("/<name>")
@allow(Access.ANYONE)
def file(name: str) -> Response:
    """One file, kept for a year under the address with its digest: another content has another address."""
    response = send_from_directory(FOLDER, name)
    is_kept = request.args.get("v") == _digest(name)
    response.headers["Cache-Control"] = f"public, max-age={_A_YEAR}, immutable" if is_kept else "no-cache"
    return response


def asset(name: str) -> str:
    """The address of one of our files, with its digest."""
    return url_for("static.file", name=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]
