"""The to-do list as a workbook. Imported where one is written: openpyxl takes a third of a second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Font
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from quizgen.office.sheets_out import WRAPPED, add_choices, lay_page, workbook_bytes, write_head, write_text

if TYPE_CHECKING:
    from quizgen.rollover.todo_file import TodoList

_BOLD = Font(bold=True)
_DONE = Rule(type="expression", formula=['$B2="是"'], dxf=DifferentialStyle(font=Font(color="808080", strike=True)))


def render_workbook(todo: TodoList, columns: Mapping[str, int], rows: Sequence[Sequence[str]]) -> bytes:
    """A sheet of the rows below the columns' headings, and one that sums them up."""
    workbook = Workbook()
    works = workbook.worksheets[0]
    works.title = "待办"
    _write_entries(works, columns, rows)
    _write_summary(workbook.create_sheet("汇总"), todo)
    return workbook_bytes(workbook)


def _write_entries(sheet: Worksheet, columns: Mapping[str, int], rows: Sequence[Sequence[str]]) -> None:
    write_head(sheet, 1, columns)
    for row in rows:
        number = int(row[0])
        sheet.cell(number + 1, 1, number).alignment = WRAPPED
        for column, text in enumerate(row[1:], start=2):
            write_text(sheet, number + 1, column, text)
    area = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = area
    lay_page(sheet)
    if rows:
        add_choices(sheet, "B", len(rows) + 1, ("是", "否"))
        sheet.conditional_formatting.add(area.replace("A1", "A2"), _DONE)


def _write_summary(sheet: Worksheet, todo: TodoList) -> None:
    """Counts of each kind, and how many of these the first sheet marks as done."""
    write_text(sheet, 1, 1, todo.title)
    lay_page(sheet, head_row=None, is_upright=True)
    sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=14), Alignment()
    sheet["A2"] = f"{todo.day}生成"
    write_head(sheet, 4, {"类别": 20, "件数": 10, "已完成": 10, "未完成": 10})
    for row, (kind, count) in enumerate(todo.counts.items(), start=5):
        sheet.cell(row, 1, kind.label)
        sheet.cell(row, 2, count)
        sheet.cell(row, 3, f'=COUNTIFS(待办!$C:$C,A{row},待办!$B:$B,"是")')
        sheet.cell(row, 4, f"=B{row}-C{row}")
    last = 4 + len(todo.counts)
    for column, letter in enumerate("ABCD", start=1):
        total = "合计" if column == 1 else f"=SUM({letter}5:{letter}{max(5, last)})"
        sheet.cell(last + 1, column, total).font = _BOLD
