"""A converted page as one text: every stretch of it with its place in the element tree, headings and law boxes.

It is read once, from the tree that Python-Markdown has made of the page; links and the search index both use it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.util import HTML_PLACEHOLDER_RE

HEADINGS = frozenset({"h1", "h2", "h3"})
"""Headings that begin a section, where they have an id."""
_BLOCKS = HEADINGS | {"p", "li", "td", "th", "tr", "div", "blockquote", "dt", "dd", "h4", "h5", "h6", "summary"}
_UNREAD = frozenset({"form", "pre", "script", "style"})
_UNLINKED = frozenset({"a", "button", "code", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "script", "style", "summary"})
_EXCLUDED = re.compile(r"\s*<\w+[^>]*\sdata-search-exclude")
_ESCAPED = re.compile("\u0002(\\d+)\u0003")
"""A character after a backslash, as Python-Markdown keeps it until the page is written."""


@dataclass(slots=True)
class TextRun:
    """A stretch of text in the tree: the start of `parent`, or what follows its child `after`.

    `start` is its place in the page's text. `is_quoted`: law text in a box, below the title.
    """

    parent: Element
    after: Element | None
    start: int
    text: str
    is_linkable: bool
    is_quoted: bool

    @property
    def end(self) -> int:
        """Where it ends in the page's text."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Part of the page's text, `text[start:end]`, that a heading or the title of a law box is."""

    element: Element
    start: int
    end: int


@dataclass(slots=True)
class PageText:
    """The text of a page in reading order, blocks apart by line ends; a line in a law box is indented."""

    text: str = ""
    runs: list[TextRun] = field(default_factory=list)
    headings: list[Stretch] = field(default_factory=list)
    boxes: list[Stretch] = field(default_factory=list)
    """The titles of law boxes."""


def read_page(root: Element) -> PageText:
    """The text of a tree; practice, code blocks and forms are left out."""
    reader = _Reader()
    reader.read(root, is_linkable=True, box="")
    reader.page.text = "".join(reader.pieces)
    return reader.page


class _Reader:
    def __init__(self) -> None:
        self.page = PageText()
        self.pieces: list[str] = []
        self.length = 0

    def read(self, element: Element, *, is_linkable: bool, box: str) -> None:
        """Reads an element and what is in it; `box` is `law` in a law box, `quoted` below the title of one."""
        tag, start = element.tag, self.length
        classes = (element.get("class") or "").split()
        if tag in _UNREAD or "headerlink" in classes or element.get("data-search-exclude") is not None:
            return
        if "law" in classes:
            box = "law"
        is_title = box == "law" and "admonition-title" in classes
        is_block = tag in _BLOCKS
        if is_block:
            self._break(is_inside=box == "quoted")
            start = self.length
        is_linkable = is_linkable and tag not in _UNLINKED
        self._add(element, None, is_linkable=is_linkable, is_quoted=box == "quoted")
        inner = box
        for child in element:
            self.read(child, is_linkable=is_linkable, box=inner)
            inner = "quoted" if inner == "law" and not is_title else inner
            self._add(element, child, is_linkable=is_linkable, is_quoted=inner == "quoted")
        if tag in HEADINGS and element.get("id"):
            self.page.headings.append(Stretch(element=element, start=start, end=self.length))
        if is_title:
            self.page.boxes.append(Stretch(element=element, start=start, end=self.length))
        if is_block:
            self._break(is_inside=bool(box))

    def _break(self, *, is_inside: bool) -> None:
        self._append("\n    " if is_inside else "\n")

    def _add(self, parent: Element, after: Element | None, *, is_linkable: bool, is_quoted: bool) -> None:
        text = parent.text if after is None else after.tail
        if text and not text.isspace():
            self.page.runs.append(
                TextRun(parent, after, self.length, text, is_linkable=is_linkable, is_quoted=is_quoted)
            )
        if text:
            self._append(text)

    def _append(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)


def plain_text(md: Markdown) -> Callable[[str], str]:
    """How a stretch of a tree's text reads: raw HTML that Python-Markdown keeps aside put in, white space joined."""

    def stored(place: re.Match[str]) -> str:
        kept = md.htmlStash.rawHtmlBlocks[int(place[1])]
        return _plain_html(kept) if isinstance(kept, str) else ""

    def plain(text: str) -> str:
        if "\u0002" in text:
            text = HTML_PLACEHOLDER_RE.sub(stored, text)
            text = _ESCAPED.sub(lambda place: chr(int(place[1])), text)
        return " ".join(text.split())

    return plain


class _PlainHtml(HTMLParser):
    """The text of raw HTML, without what is not read in a tree either."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.unread: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - html.parser's
        if self.unread or tag in _UNREAD:
            self.unread.append(tag)
        elif tag in _BLOCKS:
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        while tag in self.unread and self.unread.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self.unread:
            self.pieces.append(data)


_SIMPLE = re.compile(r"</?[a-z][a-z0-9]*(?:\s+[\w:-]+=\"[^\"<>]*\")*\s*/?>")
"""A tag as lessons and drawings write it: `<text x="20" class="f-text">`; not `<input disabled>`."""
_BREAK = re.compile(rf"<(?:{'|'.join(sorted(_BLOCKS))})[\s/>]")


def _plain_html(markup: str) -> str:
    if _EXCLUDED.match(markup):
        return ""
    text = _SIMPLE.sub("", _BREAK.sub(r" \g<0>", markup))
    if not any(sign in text for sign in "<>") and not any(f"<{tag}" in markup for tag in _UNREAD):
        return html.unescape(text)
    reader = _PlainHtml()
    reader.feed(markup)
    reader.close()
    return "".join(reader.pieces)
