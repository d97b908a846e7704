"""What is done to a built site before readers get it: prune, keep names whole, drop unused styles, compress."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from quizgen.site.output.policy import policy_of
from quizgen.site.output.styles import classes_in, properties_read, used_styles, words_in

_TEXT = frozenset({".css", ".html", ".js", ".json", ".svg", ".txt", ".xml"})
_IMPORT = re.compile(r'((?:from\s+|import\()"\./[\w-]+\.js)(")')
_NAME = re.compile(
    r"<(script|style|svg|title|textarea|option)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>|(?P<name>毛泽东|邓小平|习近平)",
    re.DOTALL,
)
"""A leader's name in running text, as in `<p>习近平法治思想</p>`; not that in `<p title="习近平法治思想">`."""
_LEVEL = 6
"""Of gzip; 9 takes half as long again for one hundredth of the bytes."""


def finish(out: Path, *, version: str, assets: str) -> list[str]:
    """Prepares the site in `out` for serving and returns what a strict content security policy would block.

    `version` is the content's digest, `assets` the digest that the addresses of our files carry. Both go into
    `site.json`: a server keeps a file for a year only where its address carries them.
    """
    _prune(out)
    for script in sorted((out / "assets/js").glob("*.js")):
        text = script.read_text(encoding="utf-8")
        script.write_text(_IMPORT.sub(rf"\1?v={assets}\2", text), encoding="utf-8")
    _drop_unused_styles(out, _keep_names_whole(out))
    policy, problems = policy_of(out)
    _write_json(out / "csp.json", policy)
    _write_json(out / "site.json", {"version": version, "assets": assets})
    _compress(out)
    return problems


def _prune(out: Path) -> None:
    """Removes what no reader loads: source maps, the theme's own search, its template of a sitemap."""
    scripts = out / "assets/javascripts"
    unused = (
        *out.rglob("*.map"),
        *scripts.glob("lunr/**/*.js"),
        *scripts.glob("workers/*.js"),
        out / "sitemap.xml",
    )
    for path in unused:
        path.unlink(missing_ok=True)
    for folder in (scripts / "lunr/min", scripts / "lunr", scripts / "workers"):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _keep_names_whole(out: Path) -> set[str]:
    """Marks leaders' names in all pages; returns the classes of all their elements."""
    classes = set()
    for page in sorted(out.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        if (whole := with_whole_names(text)) != text:
            page.write_text(whole, encoding="utf-8")
        classes |= classes_in(whole)
    return classes


def _drop_unused_styles(out: Path, classes: set[str]) -> None:
    """Leaves of the theme's style sheets what some page needs, as it was built or as a script makes it."""
    scripts = [path.read_text(encoding="utf-8") for path in sorted(out.glob("assets/**/*.js"))]
    own = [path.read_text(encoding="utf-8") for path in sorted((out / "assets/css").glob("*.css"))]
    names = classes.union(*map(words_in, scripts))
    read = set().union(*map(properties_read, (*scripts, *own)))
    for sheet in sorted((out / "assets/stylesheets").glob("*.css")):
        text = sheet.read_text(encoding="utf-8")
        sheet.write_text(used_styles(text, names, properties=read), encoding="utf-8")


def with_whole_names(html: str) -> str:
    """A page whose leaders' names are marked, for the style sheet to keep each on one line."""
    return _NAME.sub(
        lambda match: f'<bdi class="whole-name">{match["name"]}</bdi>' if match["name"] else match[0], html
    )


def _compress(out: Path) -> None:
    texts = (path for path in out.rglob("*") if path.suffix in _TEXT and path.is_file())
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # zlib works while others do
        list(threads.map(_compress_one, sorted(texts)))


def _compress_one(path: Path) -> None:
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), _LEVEL, mtime=0))


def _write_json(path: Path, value: Mapping[str, object]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def digest(paths: Iterable[Path], *, root: Path, salt: str = "") -> str:
    """SHA-256 (hex) over the names below `root` and the bytes of files, whatever order they come in."""
    total = hashlib.sha256(salt.encode())
    for path in sorted(paths):
        total.update(f"\0{path.relative_to(root).as_posix()}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
