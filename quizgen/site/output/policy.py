"""What a strict content security policy needs of a site: inline scripts and styles by hash, and what it would block."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

_DATA_SCRIPTS = frozenset({"application/json", "application/ld+json", "text/plain"})
_ELEMENT = re.compile(r"<(script|style)\b.*?</\1\s*>", re.DOTALL)
_HANDLER = re.compile(r"on[a-z]+\s*=")
_STYLE = re.compile(r"style\s*=")


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


def policy_of(out: Path) -> tuple[dict[str, list[str]], list[str]]:
    """Hashes for the policy by kind, and in Chinese what a browser would block, a line each."""
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
