"""Sheets for people, as workbooks; whatever looks like a formula is stored as a text.

Imported where one is written: openpyxl takes a third of a second.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from quizgen.office.csv_out import is_formula, storable

_HEAD_FONT, _HEAD_FILL = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F4E79")
_A4 = 9
WRAPPED = Alignment(vertical="top", wrap_text=True)
"""Long texts in full, from the top of their cell."""


def table_bytes(
    title: str,
    widths: Mapping[str, int],
    rows: Iterable[Sequence[str]],
    *,
    choices: Mapping[str, Sequence[str]] | None = None,
) -> bytes:
    """A workbook of one sheet: headings that stay, with a filter, and the rows below.

    `choices` are the texts that may be picked in a column. `widths` as in `write_head`.
    """
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = title
    write_head(sheet, 1, widths)
    for line, row in enumerate(rows, start=2):
        for column, text in enumerate(row, start=1):
            write_text(sheet, line, column, text)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_options.gridLines = True
    lay_page(sheet)
    for name, texts in (choices or {}).items():
        add_choices(sheet, get_column_letter(list(widths).index(name) + 1), sheet.max_row, texts)
    return workbook_bytes(workbook)


def lay_page(sheet: Any, *, head_row: int | None = 1, is_upright: bool = False) -> None:
    """How the sheet is printed: A4, as wide as a page, the headings and the page's number on each page."""
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.orientation = "portrait" if is_upright else "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
    if head_row:
        sheet.print_title_rows = f"{head_row}:{head_row}"


def add_choices(sheet: Worksheet, column: str, last: int, texts: Sequence[str]) -> None:
    """Let one of the texts be picked in the cells of a column below its heading, down to row `last`."""
    told = "、".join(texts)
    asked = DataValidation(
        type="list", formula1=f'"{",".join(texts)}"', showErrorMessage=True, error=f"请填其中之一：{told}。"
    )
    asked.add(f"{column}2:{column}{last}")
    sheet.add_data_validation(asked)


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
    text = storable(text)
    cell = sheet.cell(row, column, text or None)
    if is_formula(text):
        cell.data_type = "s"
        cell.quotePrefix = True  # it stays a text when somebody edits it
    cell.alignment = WRAPPED
