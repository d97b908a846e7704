"""The built course site, sent as files: .gz where the browser takes it, HTML revalidated, hashed assets kept."""

from __future__ import annotations

import json
import os
from pathlib import Path

from flask import Blueprint, Response, redirect, request, send_from_directory
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from grader.web.access import Access, allow
from grader.web.problems import problem
from grader.web.service import service

bp = Blueprint("site", __name__)

_A_YEAR = 365 * 24 * 3600


@bp.get("/", defaults={"path": ""})
@bp.get("/<path:path>")
@allow(Access.ANYONE)
def page(path: str) -> ResponseReturnValue:
    """One file of the site; a folder's address gives its index page."""
    root = service().settings.site
    if not (root / "index.html").is_file():
        return problem(503, "no-site", "课程网页还没有生成。请系统管理员运行 quizgen site 后刷新本页。")
    found = safe_join(str(root), path)
    if found is None or not _is_plain(path):
        raise NotFound
    if os.path.isdir(found):  # noqa: PTH112 - unlike Path's, False for a name that no file system takes
        if path and not path.endswith("/"):
            return redirect(f"{request.script_root}/{path}/", 308)
        path = f"{path}index.html"
    if not os.path.isfile(f"{root}/{path}"):  # noqa: PTH113 - as above, and for a file with a slash behind it
        raise NotFound
    return _file(root, path, is_kept=_carries_digest(root, path, request.args.get("v", "")))


def _is_plain(path: str) -> bool:
    """Whether it names one place below the site and no other, for us and for every browser."""
    return "\\" not in path and not {"", ".", ".."} & set(path.removesuffix("/").split("/")) if path else True


def _carries_digest(root: Path, path: str, digest: str) -> bool:
    """Whether the address has the digest with which the built pages name this file; a page of HTML has none."""
    name = "version" if path == "search.json" else "assets" if path.startswith("assets/") else ""
    if not digest or not name:
        return False
    try:
        return bool(json.loads((root / "site.json").read_text("utf-8"))[name] == digest)
    except (OSError, ValueError, LookupError, TypeError):
        return False


def _file(root: Path, path: str, *, is_kept: bool) -> Response:
    packed = request.accept_encodings["gzip"] > 0 and (root / f"{path}.gz").is_file()
    response = send_from_directory(root.resolve(), f"{path}.gz" if packed else path, conditional=True)
    if packed:
        plain = send_from_directory(root.resolve(), path)
        response.content_type = plain.content_type
        plain.close()
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = f"public, max-age={_A_YEAR}, immutable" if is_kept else "no-cache"
    return response
