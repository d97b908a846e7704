"""Sheets for people, as workbooks and as CSV.

Texts come from files that anybody may have written, and spreadsheets run what looks like a formula: in a workbook
every text is stored as a text, in CSV an apostrophe is set before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would run."""
_HEAD_FONT, _HEAD_FILL = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F4E79")
WRAPPED = Alignment(vertical="top", wrap_text=True)
"""Long texts in full, from the top of their cell."""


def csv_bytes(head: Iterable[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The rows below their headings as CSV, with the byte order mark by which Excel knows UTF-8."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_harmless(_plain(text)) for text in row])
    return stream.getvalue().encode("utf-8-sig")


def workbook_bytes(workbook: Workbook) -> bytes:
    """The file of a workbook."""
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def write_head(sheet: Worksheet, row: int, widths: Mapping[str, int]) -> None:
    """Write the headings and set the widths of their columns, in characters."""
    for column, (name, width) in enumerate(widths.items(), start=1):
        cell = sheet.cell(row, column, name)
        cell.font, cell.fill = _HEAD_FONT, _HEAD_FILL
        sheet.column_dimensions[get_column_letter(column)].width = width


def write_text(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """Write a text into a cell; an empty one leaves the cell empty."""
    text = _plain(text)
    cell = sheet.cell(row, column, text or None)
    if text.startswith(_FORMULA):
        cell.data_type = "s"
        cell.quotePrefix = True  # it stays a text when somebody edits it
    cell.alignment = WRAPPED


def _plain(text: str) -> str:
    """The text with what neither a workbook nor UTF-8 can hold replaced."""
    return ILLEGAL_CHARACTERS_RE.sub(" ", text).encode("utf-8", "replace").decode()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
