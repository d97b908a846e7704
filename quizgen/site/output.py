"""What is done to a built site before readers get it: prune, keep names whole, compress, list hashes."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

_TEXT = frozenset({".css", ".html", ".js", ".json", ".svg", ".txt", ".xml"})
_DATA_SCRIPTS = frozenset({"application/json", "application/ld+json", "text/plain"})
_IMPORT = re.compile(r'((?:from\s+|import\()"\./[\w-]+\.js)(")')
_ELEMENT = re.compile(r"<(script|style)\b.*?</\1\s*>", re.DOTALL)
_HANDLER = re.compile(r"on[a-z]+\s*=")
_STYLE = re.compile(r"style\s*=")
_NAME = re.compile(
    r"<(script|style|svg|title|textarea|option)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>|(?P<name>毛泽东|邓小平|习近平)",
    re.DOTALL,
)
"""A leader's name in running text, as in `<p>习近平法治思想</p>`; not that in `<p title="习近平法治思想">`."""
_LEVEL = 6
"""Of gzip; 9 takes half as long again for one hundredth of the bytes."""


class _Inline(HTMLParser):
    """Collects inline scripts and styles, and attributes that a strict content security policy blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, set[str]] = {"script": set(), "style": set()}
        self.blocked: list[tuple[int, str]] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") not in _DATA_SCRIPTS):
            self.inside = tag
        self.blocked += [(self.getpos()[0], name) for name in given if name == "style" or name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        if tag == self.inside:
            self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found[self.inside].add(data)


def finish(out: Path, *, version: str, assets: str) -> list[str]:
    """Prepares the site in `out` for serving and returns what a strict content security policy would block.

    `version` is the content's digest, `assets` the digest that the addresses of our files carry. Both go into
    `site.json`: a server keeps a file for a year only where its address carries them.
    """
    _prune(out)
    for script in sorted((out / "assets/js").glob("*.js")):
        text = script.read_text(encoding="utf-8")
        script.write_text(_IMPORT.sub(rf"\1?v={assets}\2", text), encoding="utf-8")
    _keep_names_whole(out)
    policy, problems = _policy(out)
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


def _keep_names_whole(out: Path) -> None:
    for page in sorted(out.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        if (whole := with_whole_names(text)) != text:
            page.write_text(whole, encoding="utf-8")


def with_whole_names(html: str) -> str:
    """A page whose leaders' names are marked, for the style sheet to keep each on one line."""
    return _NAME.sub(
        lambda match: f'<bdi class="whole-name">{match["name"]}</bdi>' if match["name"] else match[0], html
    )


def _policy(out: Path) -> tuple[dict[str, list[str]], list[str]]:
    inline: dict[str, set[str]] = {"script": set(), "style": set()}
    problems = []
    for page in sorted(out.rglob("*.html")):
        reader = _read(page.read_text(encoding="utf-8"))
        for kind, texts in reader.found.items():
            inline[kind] |= texts
        name = page.relative_to(out).as_posix()
        problems += [
            f"{name}:{line}：浏览器会拦截网页里的{attribute}属性，请改用样式表或脚本"
            for line, attribute in reader.blocked
        ]
    return {kind: sorted(map(_hash, texts)) for kind, texts in inline.items()}, problems


def _read(page: str) -> _Inline:
    """What a page holds inline. All of it is parsed only where it may hold what is blocked: parsing takes 10 ms."""
    return _parsed("".join(match[0] for match in _ELEMENT.finditer(page))) if _is_plain(page) else _parsed(page)


@lru_cache(maxsize=64)
def _parsed(markup: str) -> _Inline:
    reader = _Inline()
    reader.feed(markup)
    return reader


def _is_plain(page: str) -> bool:
    """Whether nothing looks like an attribute that is blocked, and elements are written as `_ELEMENT` finds them."""
    lowered = page.lower()
    return (
        all(lowered.count(tag) == page.count(tag) for tag in ("<script", "<style"))
        and not any(_starts_word(lowered, match) for match in _HANDLER.finditer(lowered))
        and not any(_starts_word(lowered, match) for match in _STYLE.finditer(lowered))
    )


def _starts_word(text: str, match: re.Match[str]) -> bool:
    return not (text[match.start() - 1].isalnum() or text[match.start() - 1] in "-_")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


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
