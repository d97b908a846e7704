"""WordprocessingML to paragraphs.

expat by events: a document type declaration (and with it every entity) is refused, depth is bounded, nothing is kept
but text. The caller bounds the bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

MAX_DEPTH = 200
"""Elements in one another; tables and text boxes of real documents have about 30 levels."""
MAX_ELEMENTS = 1_000_000
"""The civil code has 70,000."""

_WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main ",
    "http://purl.oclc.org/ooxml/wordprocessingml/main ",
)
"""Name spaces of a document, transitional and strict."""
_FALLBACK = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"
_UNREAD = {"del", "moveFrom", "rt", "pPrChange", "rPrChange", "sectPr"}
"""Deleted text, text moved away, pronunciation above characters, former formatting."""
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_OFF = {"0", "false", "off"}


class NotWord(Exception):
    """XML that is broken, hostile or not a Word document, with the reason in words."""


def paragraphs(data: bytes) -> list[str]:
    """The paragraphs of a document in order, tables and text boxes included; breaks within one are line breaks."""
    document = _Document()
    _parse(data, document.start, document.end, document.text)
    if not document.is_word:
        raise NotWord("里面没有Word的正文")
    return ["".join(pieces) for pieces in document.found]


def main_part(data: bytes) -> str:
    """The name of the document's main part by `_rels/.rels`; empty where none is named."""
    targets: list[str] = []

    def start(_: str, attributes: dict[str, str]) -> None:
        if attributes.get("Type", "").endswith("/officeDocument"):
            targets.append(attributes.get("Target", ""))

    _parse(data, start, lambda _: None, lambda _: None)
    return targets[0].lstrip("/") if targets else ""


class _Document:
    """Gathers text by paragraph; a paragraph of a text box stands after the one that holds the box."""

    def __init__(self) -> None:
        self.found: list[list[str]] = []
        self.is_word = False
        self._open: list[list[str]] = []
        self._unread = 0
        self._in_text = False
        self._hidden = False
        self._in_properties = False
        self._joined = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if self._unread or local in _UNREAD or name == _FALLBACK:
            self._joined |= self._in_properties and local == "del"  # the mark that ends this paragraph is deleted
            self._unread += 1
        elif local == "document":
            self.is_word = True
        elif local == "p":
            self._start_paragraph()
        elif local == "pPr":
            self._in_properties = True
        elif local == "r":
            self._hidden = False
        elif local == "vanish":
            self._hidden = not any(_local(key) == "val" and value in _OFF for key, value in attributes.items())
        elif local == "t":
            self._in_text = True
        elif local in _SIGNS and not self._in_properties:
            self._add(_SIGNS[local])

    def end(self, name: str) -> None:
        local = _local(name)
        if self._unread:
            self._unread -= 1
        elif local == "p" and self._open:
            self._open.pop()
        elif local == "pPr":
            self._in_properties = False
        elif local == "t":
            self._in_text = False

    def text(self, data: str) -> None:
        if self._in_text and not self._unread:
            self._add(data)

    def _start_paragraph(self) -> None:
        if not (self._joined and self.found):
            self.found.append([])
        self._open.append(self.found[-1])
        self._joined = self._hidden = False

    def _add(self, text: str) -> None:
        if self._open and not self._hidden:
            self._open[-1].append(text)


def _local(name: str) -> str:
    """The name of a Word element without its name space; empty for elements of others."""
    space, _, local = name.rpartition(" ")
    return local if f"{space} " in _WORD else ""


def _parse(
    data: bytes, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None], text: Callable[[str], None]
) -> None:
    """Run expat over the whole at once: fed in pieces, a long token would take it quadratic time."""
    depth = count = 0

    def enter(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > MAX_DEPTH or count > MAX_ELEMENTS:
            raise NotWord("层次太深，或内容太多")
        start(name, attributes)

    def leave(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name)

    def refuse(*_: object) -> None:
        raise NotWord("带有文档类型声明（DOCTYPE），官方文本没有这种声明")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = enter
    parser.EndElementHandler = leave
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat takes no keywords
    except expat.ExpatError:
        raise NotWord("XML不完整或写法不对") from None
