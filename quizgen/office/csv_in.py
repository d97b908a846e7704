"""Tables as plain text: CSV as Excel and WPS write it, in UTF-8, UTF-16 or GB18030, parted by commas or tabs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

_BYTE_ORDER = (b"\xff\xfe", b"\xfe\xff")
_AS_TEXT = re.compile(r'="([^"]*)"')
_LINES = 10
"""Lines that are looked at for what parts the fields: titles stand above the table."""
_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\r\n"}


def decoded(data: bytes) -> str | None:
    """The text of a plain file; None where it is none, in no encoding that offices use."""
    for encoding in ("utf-16",) if data.startswith(_BYTE_ORDER) else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text if text.strip() and text == text.translate(_CONTROLS) else None
    return None


def csv_rows(text: str) -> Iterator[list[str]]:
    """The rows of fields; raises csv.Error for a field that never ends."""
    for fields in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
        yield [_bare(field) for field in fields]


def _delimiter(text: str) -> str:
    """What parts the fields; programs that end each value with a tab, so that it stays text, part them by commas."""
    head = "\n".join(text.lstrip("\r\n").split("\n", _LINES)[:_LINES])
    return "," if "\t," in head else max(",\t;", key=head.count)


def _bare(field: str) -> str:
    """`="0123"`, as some programs keep a number's zeros, is 0123."""
    written = _AS_TEXT.fullmatch(field)
    return written[1] if written else field
