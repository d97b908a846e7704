"""Tables as plain text: CSV as Excel and WPS write it, in UTF-8, UTF-16 or GB18030, parted by commas or tabs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

_BYTE_ORDER = (b"\xff\xfe", b"\xfe\xff")
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


def is_web_page(text: str) -> bool:
    """Whether it is HTML or XML: many systems export that under the name .xls."""
    return text.lstrip().startswith("<")


def csv_rows(text: str) -> Iterator[list[str]]:
    """The rows of fields; raises csv.Error for a field that never ends."""
    head = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",\t;", key=head.count)
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
