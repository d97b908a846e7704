"""Lines of an official file, and their text in one spelling."""

from __future__ import annotations

import re
from typing import NamedTuple

from quizgen.law.official.faults import Unreadable


class TextLine(NamedTuple):
    """One line of text; `number` is that of the line in a .txt, of the paragraph in a .docx, from 1."""

    number: int
    text: str


MAX_LINES, MAX_CHARACTERS = 20_000, 1_000_000
"""Of a whole file; the civil code has 2,400 lines and 110,000 characters."""

_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff]"
)
_BREAKS = "\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_BREAK = re.compile(f"\r\n|[{_BREAKS}]")
_SPACE = re.compile(r"(?<![0-9A-Za-z])\s+|\s+(?![0-9A-Za-z])")
_RUN = re.compile(r"\s+")
_NARROW = re.compile(r"[();]|(?<![0-9])[:,]|[:,](?![0-9])")
_WIDE = {"(": "（", ")": "）", ";": "；", ":": "：", ",": "，"}
_LETTERS = {0xFF00 + code: chr(0x20 + code) for code in (*range(0x10, 0x1A), *range(0x21, 0x3B), *range(0x41, 0x5B))}
_CIRCLE = re.compile("(?<=[一二三四五六七八九〇])○|○(?=[一二三四五六七八九○])")


def too_long() -> Unreadable:
    """The refusal of a file with more text than a statute can have."""
    return Unreadable("Q513", "文字太多，不像一部法律", hint="请检查是不是选错了文件；一个文件只放一部法律")


def visible_lines(text: str) -> list[str]:
    """The text cut at every kind of line break, without characters that can't be seen; `Unreadable` where too long."""
    if len(text) > MAX_CHARACTERS or sum(map(text.count, _BREAKS)) > 2 * MAX_LINES:
        raise too_long()
    return [_UNSEEN.sub("", line) for line in _BREAK.split(text)]


def plain(text: str) -> str:
    """The words without white space, in one width: （）：；， full, digits and Latin letters half.

    White space stays, as one space, between two Latin words or numbers.
    """
    text = _CIRCLE.sub("〇", text.translate(_LETTERS))
    text = _RUN.sub(" ", _SPACE.sub("", text.strip()))
    return _NARROW.sub(lambda found: _WIDE[found[0]], text)
