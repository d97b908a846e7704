"""Tables as CSV, and what of a text may stand in a cell, of CSV or of a workbook.

Texts come from files that anybody may have written, and spreadsheets run what looks like a formula: in CSV an
apostrophe is set before it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
_UNSTORABLE = re.compile("[\0-\b\v\f\x0e-\x1f]")
"""Characters that the XML of a workbook cannot hold."""


def csv_bytes(head: Iterable[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The rows below their headings as CSV, with the byte order mark by which Excel knows UTF-8."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_harmless(storable(text)) for text in row])
    return stream.getvalue().encode("utf-8-sig")


def storable(text: str) -> str:
    """The text with what neither a workbook nor UTF-8 can hold replaced."""
    return _UNSTORABLE.sub(" ", text).encode("utf-8", "replace").decode()


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run it, of which some take the full-width ＝ too; whoever writes cells asks here."""
    return text.startswith(_FORMULA)


def _harmless(text: str) -> str:
    return f"'{text}" if is_formula(text) else text
