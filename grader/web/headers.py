"""Headers of every answer: the content security policy with the site's script hashes, and what may be cached."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask, Response, request

_POLICY = (
    "default-src 'self'; script-src 'self'{scripts}; style-src 'self'{styles}; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def content_policy(site: Path) -> str:
    """The policy for the static pages: their theme's inline scripts and styles by hash, nothing else inline."""
    try:
        hashes = json.loads((site / "csp.json").read_text("utf-8"))
    except (OSError, ValueError):
        hashes = {}
    return _POLICY.format(
        scripts="".join(f" '{hash}'" for hash in hashes.get("script", ())),
        styles="".join(f" '{hash}'" for hash in hashes.get("style", ())),
    )


def register_headers(app: Flask, site_policy: str) -> None:
    """Static pages get the site's policy, the service's own pages one without any inline script or style."""
    own_policy = _POLICY.format(scripts="", styles="")

    @app.after_request
    def add(response: Response) -> Response:
        is_site = request.endpoint == "site.page"
        response.headers["Content-Security-Policy"] = site_policy if is_site else own_policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if not is_site and request.endpoint != "static.file":
            response.headers["Cache-Control"] = "no-store"
        return response
