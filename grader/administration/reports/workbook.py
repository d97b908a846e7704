"""Run as a process: makes a workbook of the table that it is given as JSON. See `making`.

No formulas; numbers are numbers, account numbers are texts; the headings stay while one scrolls and stand on each
printed page.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from quizgen.office.csv_out import is_formula, storable

_LINE = Side(style="thin", color="BFBFBF")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD_ROW = 3


def workbook_of(given: Mapping[str, Any]) -> bytes:
    """The file: title, facts, headings, rows, notes."""
    workbook = Workbook(write_only=True)
    sheet: Any = workbook.create_sheet(storable(given["title"])[:31])
    heads = given["heads"]
    _lay_out(sheet, heads)
    sheet.append([_cell(sheet, given["title"], font=Font(bold=True, size=14))])
    sheet.append([_cell(sheet, "　".join(given["facts"]), font=Font(size=10))])
    sheet.append([_head(sheet, label) for label, _, _ in heads])
    forms = [form for _, _, form in heads]
    for row in given["rows"]:
        sheet.append(list(_cells(sheet, row, forms)))
    for note in given["notes"]:
        sheet.append([_cell(sheet, note, font=Font(size=10))])
    sheet.auto_filter.ref = f"A{_HEAD_ROW}:{get_column_letter(len(heads))}{_HEAD_ROW + len(given['rows'])}"
    stream = BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _lay_out(sheet: Any, heads: list[list[Any]]) -> None:
    for number, (label, width, _) in enumerate(heads, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = max(width, len(label)) * 2 + 2
    sheet.freeze_panes = f"B{_HEAD_ROW + 1}"
    sheet.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.gridLines = True
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"


def _head(sheet: Any, label: str) -> Any:
    cell = _cell(sheet, label, font=Font(bold=True))
    cell.fill, cell.border = PatternFill("solid", fgColor="F2E9DC"), _BORDER
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return cell


def _cells(sheet: Any, row: list[Any], forms: list[str]) -> Iterator[Any]:
    """The cells of a row; most need no look of their own, and making one takes its time."""
    for value, form in zip(row, forms, strict=True):
        if form == "percent" and value is not None:
            cell = WriteOnlyCell(sheet, value=value)
            cell.number_format = "0.0%"
            yield cell
        else:
            yield _text(sheet, value) if isinstance(value, str) else value


def _text(sheet: Any, value: str) -> Any:
    """A text stays one when somebody edits it: digits such as an account's, and what looks like a formula."""
    text = storable(value)
    if not is_formula(text) and not text.isdigit():
        return text
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type, cell.number_format = "s", "@"
    cell.quotePrefix = True
    return cell


def _cell(sheet: Any, text: str, *, font: Font) -> Any:
    cell = WriteOnlyCell(sheet, value=storable(text))
    cell.data_type, cell.font = "s", font
    return cell


if __name__ == "__main__":
    sys.stdout.buffer.write(workbook_of(json.load(sys.stdin.buffer)))
