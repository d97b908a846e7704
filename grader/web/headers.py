"""Headers of every answer: the content security policy with the site's script hashes, and what may be cached."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask, Response, request

_POLICY = (
    "default-src 'self'; script-src 'self'{scripts}; style-src 'self'{styles}; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

_FILES = frozenset({"site.page", "static.file"})
"""These say themselves how long a file may be kept; whatever else they answer is a page of the service."""

_DOCUMENTS = frozenset({"text/html", "image/svg+xml", "application/xml", "text/xml"})
"""Files that a browser would open as a page; what scripts and styles may do is said by the page that loads them."""


def content_policy(site: Path) -> str:
    """The policy for the static pages: their theme's inline scripts and styles by hash, nothing else inline."""
    try:
        hashes = json.loads((site / "csp.json").read_text("utf-8"))
        scripts, styles = hashes["script"], hashes["style"]
    except (OSError, ValueError, LookupError, TypeError):
        scripts, styles = (), ()
    return _POLICY.format(
        scripts="".join(f" '{hash}'" for hash in scripts), styles="".join(f" '{hash}'" for hash in styles)
    )


def register_headers(app: Flask, site: Path) -> None:
    """Static pages get the site's policy, the service's own pages one without any inline script or style.

    The hashes are read for each page: the site may be built anew, or for the first time, while the service runs.
    """
    own_policy = _POLICY.format(scripts="", styles="")

    @app.after_request
    def add(response: Response) -> Response:
        is_file = request.endpoint in _FILES and "Cache-Control" in response.headers
        response.headers["X-Content-Type-Options"] = "nosniff"
        if is_file and response.mimetype not in _DOCUMENTS:
            return response
        is_course = is_file and request.endpoint == "site.page"
        response.headers["Content-Security-Policy"] = content_policy(site) if is_course else own_policy
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if not is_file:
            response.headers["Cache-Control"] = "no-store"
        return response
