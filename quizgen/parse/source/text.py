"""Bytes to text. Whatever the bytes, the answer is a text and diagnostics: never an exception, never a hang."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from quizgen.diagnostics import Diagnostic, Span

MAX_BYTES = 8_000_000
"""A bank of 2,000 items has about 1.5 MB."""
MAX_PAGE_BYTES = 1_000_000
"""A long lesson has about 50 KB."""
MOST_TOLD = 100
"""Lines of a file in which one fault of writing is told: a page of tabs is one mistake, not a million."""

_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff"
_INVISIBLE = "\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\ufeff"
_FORBIDDEN = re.compile(f"[{_CONTROL}{_INVISIBLE}]")
_LOST = "\ufffd"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_OFFICE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of Word and Excel begin: an archive since 2007, a compound file before."""


def decode(data: bytes, path: str, *, most: int = MAX_BYTES) -> tuple[str, list[Diagnostic]]:
    r"""The text of a file: UTF-8 with or without a byte order mark, lines parted by `\n` only.

    Characters that can't be seen are reported and replaced by spaces, so that positions hold and reading goes on;
    a file of more than `most` bytes or not UTF-8 is reported and reads as empty.
    """
    if len(data) > most:
        message = f"文件太大，上限是{most:,}字节"
        return "", [Diagnostic(code="Q010", message=message, span=Span(path=path), hint="请分成几个文件")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "", [_not_utf8(data, path, start=error.start)]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    faults = (*islice(_invisible(text, path), MOST_TOLD), *islice(_lost(text, path), MOST_TOLD))
    return _FORBIDDEN.sub(" ", text), list(faults)


def _not_utf8(data: bytes, path: str, *, start: int) -> Diagnostic:
    before = data[:start].decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    message = f"文件不是UTF-8编码，从这里起无法读取（字节0x{data[start]:02X}）"
    hint = "请在编辑器里“另存为”并选择UTF-8编码"
    if data.startswith(_UTF16):
        message = "文件不是UTF-8编码，是记事本所说的“Unicode”（UTF-16）"
    elif data.startswith(_OFFICE):
        message = "这是Word或Excel的文件，只是改了扩展名，不能当作文本读取"
        hint = "请在Word或Excel里打开它，把内容按格式写进UTF-8编码的文本文件"
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return Diagnostic(code="Q002", message=message, span=Span(path=path, line=line, column=column, length=1), hint=hint)


def _lost(text: str, path: str) -> Iterator[Diagnostic]:
    """Q018: characters that a conversion could not read, once a line."""
    for number, line in enumerate(text.split("\n") if _LOST in text else (), start=1):
        if _LOST in line:
            span = Span(path=path, line=number, column=line.index(_LOST) + 1, length=1)
            hint = "请对照原稿补上丢失的字；多半是换编码保存时丢的"
            yield Diagnostic(code="Q018", message="这里有一个字丢失了（�）", span=span, hint=hint)


def _invisible(text: str, path: str) -> Iterator[Diagnostic]:
    for number, line in enumerate(text.split("\n") if _FORBIDDEN.search(text) else (), start=1):
        if match := _FORBIDDEN.search(line):
            span = Span(path=path, line=number, column=match.start() + 1, length=1)
            message = f"有看不见的字符（U+{ord(match[0]):04X}）"
            yield Diagnostic(code="Q003", message=message, span=span, hint="请删去这个字符；多半是从网页或文档粘贴来的")
