"""What a strict content security policy needs of a site: inline scripts and styles by hash, and what it would block."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from html.parser import HTMLParser

_DATA_SCRIPTS = frozenset({"application/json", "application/ld+json", "text/plain"})
_ELEMENT = re.compile(r"<(script|style)\b.*?</\1\s*>", re.DOTALL)
_HANDLER = re.compile(rb"on[a-z]+\s*=")
_STYLE = re.compile(rb"style\s*=")


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


class Policy:
    """What the pages of a site hold inline, and what of them a browser would block."""

    def __init__(self) -> None:
        self._inline: dict[str, set[str]] = {"script": set(), "style": set()}
        self._blocked: list[tuple[str, int, str]] = []

    def note(self, name: str, page: str, data: bytes) -> None:
        """Reads a page, as text and in UTF-8; all is parsed, which is slow, only where it may hold what is blocked."""
        plain = _is_plain(data)
        reader = _parsed("".join(match[0] for match in _ELEMENT.finditer(page)) if plain else page)
        for kind, texts in reader.found.items():
            self._inline[kind] |= texts
        self._blocked += [(name, line, attribute) for line, attribute in reader.blocked]

    def hashes(self) -> dict[str, list[str]]:
        """For the policy, by kind."""
        return {kind: sorted(map(_hash, texts)) for kind, texts in self._inline.items()}

    def problems(self) -> list[str]:
        """In Chinese what a browser would block, a line each, by name of page."""
        return [
            f"{name}:{line}：浏览器会拦截网页里的{attribute}属性，请改用样式表或脚本"
            for name, line, attribute in sorted(self._blocked, key=lambda one: one[0])
        ]


@lru_cache(maxsize=64)
def _parsed(markup: str) -> _Inline:
    reader = _Inline()
    reader.feed(markup)
    return reader


def _is_plain(page: bytes) -> bool:
    """Whether nothing looks like an attribute that is blocked, and elements are written as `_ELEMENT` finds them."""
    lowered = page.lower()
    return all(lowered.count(tag) == page.count(tag) for tag in (b"<script", b"<style")) and not any(
        _starts_word(lowered, match) for sign in (_HANDLER, _STYLE) for match in sign.finditer(lowered)
    )


def _starts_word(text: bytes, match: re.Match[bytes]) -> bool:
    before = text[match.start() - 1 : match.start()]
    return not (before.isalnum() or before in (b"-", b"_"))


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
