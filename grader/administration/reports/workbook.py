"""Run as a process: makes a workbook of the table that it is given as JSON. See `making`.

No formulas; numbers are numbers, account numbers are texts; the headings stay while one scrolls and stand on each
printed page.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from quizgen.office.csv_out import is_formula, storable
from quizgen.office.sheets_out import lay_page

_LINE = Side(style="thin", color="BFBFBF")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD_ROW = 3
_LINE_HEIGHT = 15.0
"""Of a line of text, in points."""
_TITLE_HEIGHT = 24.0


def workbook_of(given: Mapping[str, Any]) -> bytes:
    """The file: title, facts, headings, rows, notes."""
    workbook = Workbook(write_only=True)
    sheet: Any = workbook.create_sheet(storable(given["title"])[:31])
    heads = given["heads"]
    widths = [_width(label, width) for label, width, _ in heads]
    _lay_out(sheet, heads, widths)
    _append_line(sheet, 1, given["title"], widths, font=Font(bold=True, size=14), middle=True)
    _append_line(sheet, 2, "　".join(given["facts"]), widths, font=Font(size=10))
    sheet.append([_head(sheet, label) for label, _, _ in heads])
    columns = [_Column(sheet, form) for _, _, form in heads]
    for number, row in enumerate(given["rows"], start=_HEAD_ROW + 1):
        lines = max(map(_lines, row, widths))
        if lines > 1:
            sheet.row_dimensions[number].height = lines * _LINE_HEIGHT
        sheet.append([column.cell(value) for column, value in zip(columns, row, strict=True)])
    for number, note in enumerate(given["notes"], start=_HEAD_ROW + len(given["rows"]) + 1):
        _append_line(sheet, number, note, widths, font=Font(size=10))
    sheet.auto_filter.ref = f"A{_HEAD_ROW}:{get_column_letter(len(heads))}{_HEAD_ROW + len(given['rows'])}"
    stream = BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _width(label: str, width: int) -> int:
    """Of a column, in digits: room for what it holds, and for its heading in two lines."""
    return max(width, -(-len(label) // 2)) * 2 + 2


def _lay_out(sheet: Any, heads: Sequence[Sequence[Any]], widths: Sequence[int]) -> None:
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = f"B{_HEAD_ROW + 1}"
    lines = max(_lines(label, width) for (label, _, _), width in zip(heads, widths, strict=True))
    sheet.row_dimensions[_HEAD_ROW].height = lines * _LINE_HEIGHT + 4
    lay_page(sheet, head_row=_HEAD_ROW)


def _lines(value: str | int | float | None, digits: int) -> int:
    """How many lines a text takes in so many digits' width; a Chinese character takes two, and the edges two."""
    if not isinstance(value, str) or len(value) * 2 + 2 <= digits:
        return 1
    return max(-(-sum(1 if character < "\x80" else 2 for character in value) // (digits - 2)), 1)


def _append_line(
    sheet: Any, number: int, text: str, widths: Sequence[int], *, font: Font, middle: bool = False
) -> None:
    """A row of one text across all columns, in as many lines as it takes."""
    cell = WriteOnlyCell(sheet, value=storable(text))
    cell.data_type, cell.font = "s", font
    cell.alignment = Alignment(horizontal="center" if middle else "left", vertical="center", wrap_text=True)
    sheet.merged_cells.add(f"A{number}:{get_column_letter(len(widths))}{number}")
    sheet.row_dimensions[number].height = _TITLE_HEIGHT if middle else _lines(text, sum(widths)) * _LINE_HEIGHT
    sheet.append([cell])


def _head(sheet: Any, label: str) -> Any:
    cell = WriteOnlyCell(sheet, value=storable(label))
    cell.data_type, cell.font = "s", Font(bold=True)
    cell.fill, cell.border = PatternFill("solid", fgColor="F2E9DC"), _BORDER
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return cell


class _Column:
    """Makes the cells of a column; a cell is written at once, so that one serves for all rows."""

    def __init__(self, sheet: Any, form: str) -> None:
        self._cell, self._kept = _blank(sheet, form), _blank(sheet, form)
        self._kept.number_format, self._kept.quotePrefix = "@", True

    def cell(self, value: str | int | float | None) -> Any:
        """The value with its look; a text stays one when somebody edits it, such as an account's digits."""
        if not isinstance(value, str):
            self._cell.value = value
            return self._cell
        text = storable(value)
        cell = self._kept if is_formula(text) or text.isdigit() else self._cell
        cell.value = text
        cell.data_type = "s"
        return cell


def _blank(sheet: Any, form: str) -> Any:
    cell = WriteOnlyCell(sheet)
    cell.border = _BORDER
    cell.alignment = Alignment(horizontal="left" if form == "text" else "center", vertical="center", wrap_text=True)
    if form == "percent":
        cell.number_format = "0.0%"
    return cell


if __name__ == "__main__":
    sys.stdout.buffer.write(workbook_of(json.load(sys.stdin.buffer)))
