"""The to-do list as a workbook, Markdown or CSV."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Font
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from quizgen.office.sheets_out import WRAPPED, csv_bytes, workbook_bytes, write_head, write_text
from quizgen.rollover.progress import TodoEntry
from quizgen.rollover.work import WorkKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoList:
    """The units of work under a title, as of a day, with what people noted beside them."""

    title: str
    day: date
    entries: Sequence[TodoEntry]

    @property
    def counts(self) -> dict[WorkKind, int]:
        """How many units there are of each kind that there is, in the order of `WorkKind`."""
        found = Counter(entry.work.kind for entry in self.entries)
        return {kind: found[kind] for kind in WorkKind if found[kind]}


COLUMNS: Mapping[str, int] = {
    "序号": 6, "完成": 7, "类别": 14, "所属": 10, "编号": 20, "题干或标题": 36, "原因": 52, "要做的事": 44, "位置": 36,
    "负责人": 12, "期限": 12, "备注": 20,
}  # fmt: skip
"""Headings and widths (in characters) of the workbook."""


def render_todo(todo: TodoList, suffix: str) -> bytes:
    """The file for a suffix of `RENDERERS`."""
    return RENDERERS[suffix](todo)


def suffix_of(path: PurePath) -> str:
    """The path's suffix if there is a format for it, otherwise nothing."""
    suffix = path.suffix.lower()
    return suffix if suffix in RENDERERS else ""


def _rows(entries: Iterable[TodoEntry]) -> Iterator[list[str]]:
    for number, entry in enumerate(entries, start=1):
        work, note = entry.work, entry.note
        place = f"{work.place.path}:{work.place.line}" if work.place.path else ""
        cells = (work.kind.label, work.area, work.subject, work.title, work.reason, work.task, place)
        yield [str(number), "是" if note.done else "否", *cells, note.owner, note.due, note.remark]


def _markdown(todo: TodoList) -> bytes:
    lines = [f"# {todo.title}", "", f"{todo.day}生成，共{len(todo.entries)}件。", ""]
    for kind, count in todo.counts.items():
        lines += [f"## {kind.label}（{count}件）", ""]
        lines += [_entry(row) for row in _rows(entry for entry in todo.entries if entry.work.kind is kind)]
        lines.append("")
    return "\n".join(lines).encode(errors="replace")


def _entry(row: list[str]) -> str:
    _, done, _, area, subject, title, reason, task, place, owner, due, remark = (_escaped(cell) for cell in row)
    name = f"**{subject}** {title}".rstrip()
    return (
        f"- [{'x' if done == '是' else ' '}] {name}（{area}，`{place}`）  \n      {reason}  \n"
        f"      **要做的事**：{task}  \n      **负责人**：{owner} **期限**：{due} **备注**：{remark}"
    ).rstrip()


def _escaped(text: str) -> str:
    return "".join(f"\\{char}" if char in "\\`*_<>[]|#" else char for char in re.sub(r"[ \t\r\n]+", " ", text).strip())


def _csv(todo: TodoList) -> bytes:
    return csv_bytes(COLUMNS, _rows(todo.entries))


_BOLD = Font(bold=True)
_DONE = Rule(type="expression", formula=['$B2="是"'], dxf=DifferentialStyle(font=Font(color="808080", strike=True)))


def _workbook(todo: TodoList) -> bytes:
    workbook = Workbook()
    works = workbook.worksheets[0]
    works.title = "待办"
    _write_entries(works, todo.entries)
    _write_summary(workbook.create_sheet("汇总"), todo)
    return workbook_bytes(workbook)


def _write_entries(sheet: Worksheet, entries: Sequence[TodoEntry]) -> None:
    write_head(sheet, 1, COLUMNS)
    for row in _rows(entries):
        number = int(row[0])
        sheet.cell(number + 1, 1, number).alignment = WRAPPED
        for column, text in enumerate(row[1:], start=2):
            write_text(sheet, number + 1, column, text)
    area = f"A1:{get_column_letter(len(COLUMNS))}{len(entries) + 1}"
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = area
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    if entries:
        done = DataValidation(type="list", formula1='"是,否"', showErrorMessage=True, error="请填“是”或“否”。")
        done.add(f"B2:B{len(entries) + 1}")
        sheet.add_data_validation(done)
        sheet.conditional_formatting.add(area.replace("A1", "A2"), _DONE)


def _write_summary(sheet: Worksheet, todo: TodoList) -> None:
    """Counts of each kind, and how many of these the first sheet marks as done."""
    write_text(sheet, 1, 1, todo.title)
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


RENDERERS: Mapping[str, Callable[[TodoList], bytes]] = {".xlsx": _workbook, ".md": _markdown, ".csv": _csv}
"""What writes a list, by the file's suffix."""
