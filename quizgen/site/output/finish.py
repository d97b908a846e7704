"""What is done to a built site before readers get it: version imports, drop unused styles, pack."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from quizgen.site.output.pages import Pages
from quizgen.site.output.styles import properties_read, used_styles, words_in

_TEXT = frozenset({".css", ".html", ".js", ".json", ".svg", ".txt", ".xml"})
_IMPORT = re.compile(r'((?:from\s+|import\()"\./[\w-]+\.js)(")')


_UNREAD = re.compile(r".*\.map|sitemap\.xml|assets/javascripts/(?:lunr/.*|workers/[^/]*)\.js")


def finish(out: Path, pages: Pages, *, version: str, assets: str) -> list[str]:
    """Prepares the site in `out` for serving and returns what a strict content security policy would block.

    `pages` has taken those that the build has written. `version` is the content's digest, `assets` the digest that the
    addresses of our files carry. Both go into `site.json`: a server keeps a file for a year only where its address
    carries them.
    """
    for script in sorted((out / "assets/js").glob("*.js")):
        text = script.read_text(encoding="utf-8")
        script.write_text(_IMPORT.sub(rf"\1?v={assets}\2", text), encoding="utf-8")
    for page in sorted(set(out.rglob("*.html")) - pages.taken):
        page.write_text(pages.take(page.read_text("utf-8"), name=page.relative_to(out).as_posix(), to=page), "utf-8")
    _drop_unused_styles(out, pages.classes)
    _write_json(out / "csp.json", pages.policy.hashes())
    _write_json(out / "site.json", {"version": version, "assets": assets})
    texts = (path for path in out.rglob("*") if path.suffix in _TEXT and path.is_file())
    for path in sorted(set(texts) - pages.taken):
        pages.pack(path)
    pages.wait()
    return pages.policy.problems()


def is_read(address: str) -> bool:
    """Whether any reader loads a file of the build: none loads source maps, the theme's own search, a sitemap."""
    return not _UNREAD.fullmatch(address)


def _drop_unused_styles(out: Path, classes: set[str]) -> None:
    """Leaves of the theme's style sheets what some page needs, as it was built or as a script makes it."""
    scripts = [path.read_text(encoding="utf-8") for path in sorted(out.glob("assets/**/*.js"))]
    own = [path.read_text(encoding="utf-8") for path in sorted((out / "assets/css").glob("*.css"))]
    names = classes.union(*map(words_in, scripts))
    read = set().union(*map(properties_read, (*scripts, *own)))
    for sheet in sorted((out / "assets/stylesheets").glob("*.css")):
        text = sheet.read_text(encoding="utf-8")
        sheet.write_text(used_styles(text, names, properties=read), encoding="utf-8")


def _write_json(path: Path, value: Mapping[str, object]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def digest(paths: Iterable[Path], *, root: Path, salt: str = "") -> str:
    """SHA-256 (hex) over the names below `root` and the bytes of files, whatever order they come in."""
    total = hashlib.sha256(salt.encode())
    for path in sorted(paths):
        total.update(f"\0{path.relative_to(root).as_posix()}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
