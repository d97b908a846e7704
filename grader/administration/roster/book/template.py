"""Workbooks of people and of units: to fill in, with reserved accounts, or with all that there is, ready to import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from grader.administration.roster.book.columns import GUIDE_SHEET, PEOPLE_COLUMNS, UNIT_COLUMNS, Column
from grader.administration.roster.rows import PEOPLE_SHEET, UNITS_SHEET
from quizgen.office.csv_out import is_formula, storable
from quizgen.office.sheets_in import MOST_ROWS
from quizgen.office.sheets_out import lay_page
from quizgen.programme import Programme

_LINE_HEIGHT = 16
"""Of a line of the explanation, in points."""
_PEOPLE_GUIDE = (
    "花名册填写说明",
    "一、请在“花名册”表中填写，每行一人；表头的名称不要改动，列的先后可以调换，用不到的列可以删去。",
    "二、上传后先列出全部问题和将要发生的变动，确认后才会保存；同一份文件可以反复上传，没有变动的人员不受影响。",
    "三、表中已有账号的空行是预留账号：在账号旁填写人员即可，没有用到的行不必删除。账号也可以空着，由系统分配。",
    "四、姓名、单位必填；单位填写名称或代码都可以。职务级别、人员层次请从下拉列表中选择；人员层次空着的，按职务级别的默认层次。",
    "五、手机号码、QQ号可以用来登录，每人的必须不同；建议填写手机号码，第一次登录时要核对后四位。",
    "六、系统先按账号、再按手机号码和QQ号认人，都没有的按单位和姓名认人。改名或换号码的，请填写本人的账号。",
    "七、其他单位的人员填在这里，是“申请调入”：原单位办理调出、本单位接收以后才算本单位的人，学法档案随人转移。",
    "八、职务级别、人员层次、序号、手机号码、QQ号空着，表示保持原来的内容不变。",
)
_UNITS_GUIDE = (
    "单位表填写说明",
    "一、请在“单位”表中填写，每行一个单位；表头的名称不要改动。",
    "二、代码由本地统一编排，只能用字母和数字，确定后不要改动。上级代码空着的，按代码的前几位找上级单位，找不到的直属主管单位。",
    "三、填写管理员姓名的，为该单位设一名管理员，账号是单位代码加 0000，一次性密码在导入后的发放单上，只显示一次。",
    "四、单位已有管理员的，姓名相同时更新职务、手机号码；更换管理员请在“单位管理”页面办理移交。",
    "五、办公电话供学员忘记账号、密码时联系；名称有变化的，以前的报表仍用原来的名称。",
)


def write_template(
    stream: BinaryIO,
    *,
    programme: Programme,
    units: Sequence[str] = (),
    people: Iterable[Mapping[str, str]] = (),
) -> None:
    """Write a roster: `people` are texts by column, of reserved accounts or of everybody; `units` may be picked."""
    lists = {
        "职务级别": tuple(programme.ranks),
        "人员层次": tuple(tier.title for tier in programme.tiers.values()),
        "单位": tuple(units),
    }
    default = [f"{rank}（{programme.tiers[tier].title}）" for rank, tier in programme.ranks.items()]
    guide = (*_PEOPLE_GUIDE, f"九、职务级别和默认的人员层次：{'、'.join(default)}。") if default else _PEOPLE_GUIDE
    filled = {"职务级别": next(iter(programme.ranks), ""), "人员层次": next(iter(lists["人员层次"]), "")}
    _write(stream, PEOPLE_SHEET, PEOPLE_COLUMNS, people, guide=guide, lists=lists, filled=filled)


def write_units_template(stream: BinaryIO, units: Iterable[Mapping[str, str]] = ()) -> None:
    """Write a workbook of units: empty, or with these texts by column."""
    _write(stream, UNITS_SHEET, UNIT_COLUMNS, units, guide=_UNITS_GUIDE, lists={}, filled={})


def _write(
    stream: BinaryIO,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Mapping[str, str]],
    *,
    guide: Sequence[str],
    lists: Mapping[str, Sequence[str]],
    filled: Mapping[str, str],
) -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = title
    _write_header(sheet, columns)
    for line, row in enumerate(rows, start=2):
        for position, column in enumerate(columns, start=1):
            if text := storable(row.get(column.label, "")):
                _write_text(sheet, line, position, column, text)
    explained = workbook.create_sheet(GUIDE_SHEET)
    ranges = _write_guide(explained, guide, columns, lists, filled)
    for position, column in enumerate(columns, start=1):
        if column.label in ranges:
            _offer(sheet, get_column_letter(position), column.label, ranges[column.label])
    workbook.save(stream)


def _write_text(sheet: Worksheet, row: int, position: int, column: Column, text: str) -> None:
    cell = sheet.cell(row, position, text)
    if column.is_text:
        cell.number_format = "@"
    if is_formula(text):
        cell.data_type = "s"
        cell.quotePrefix = True


def _write_header(sheet: Worksheet, columns: Sequence[Column]) -> None:
    for position, column in enumerate(columns, start=1):
        sheet.cell(1, position, column.label).font = Font(bold=True)
        dimension = sheet.column_dimensions[get_column_letter(position)]
        dimension.width = column.width
        if column.is_text:
            dimension.number_format = "@"
    sheet.freeze_panes = "A2"
    sheet.print_options.gridLines = True
    lay_page(sheet)


def _offer(sheet: Worksheet, letter: str, label: str, formula: str) -> None:
    """A drop-down list; what is not on it is only warned of, for ranks of before and codes of units are read too."""
    validation = DataValidation(
        type="list",
        formula1=formula,
        allow_blank=True,
        showErrorMessage=True,
        errorStyle="warning",
        errorTitle=label,
        error=f"“{label}”一般从下拉列表中选择，可以填写的内容见“{GUIDE_SHEET}”。",
    )
    validation.add(f"{letter}2:{letter}{MOST_ROWS + 1}")
    sheet.add_data_validation(validation)


def _write_guide(
    sheet: Worksheet,
    guide: Sequence[str],
    columns: Sequence[Column],
    lists: Mapping[str, Sequence[str]],
    filled: Mapping[str, str],
) -> dict[str, str]:
    """Write the explanation, an example and the lists; returns where each list stands, for the drop-downs."""
    for row, line in enumerate(guide, start=1):
        cell = sheet.cell(row, 1, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(columns))
        sheet.row_dimensions[row].height = _LINE_HEIGHT * -(-len(line) // _in_a_line(columns))
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.row_dimensions[1].height = 24
    top = len(guide) + 2
    sheet.cell(top, 1, "填写示例（虚构）").font = Font(bold=True)
    for position, column in enumerate(columns, start=1):
        sheet.cell(top + 1, position, column.label).font = Font(bold=True)
        sheet.cell(top + 2, position, filled.get(column.label, column.example))
        sheet.column_dimensions[get_column_letter(position)].width = _guide_width(column)
    lay_page(sheet, head_row=None)
    return _write_lists(sheet, {label: titles for label, titles in lists.items() if titles}, top + 5)


def _guide_width(column: Column) -> float:
    return max(column.width, 18)


def _in_a_line(columns: Sequence[Column]) -> int:
    """Chinese characters in a line across all columns; each is as wide as two digits."""
    return int(sum(map(_guide_width, columns))) // 2 - 2


def _write_lists(sheet: Worksheet, lists: Mapping[str, Sequence[str]], top: int) -> dict[str, str]:
    if lists:
        sheet.cell(top - 1, 1, "下拉列表的内容").font = Font(bold=True)
    ranges = {}
    for position, (label, titles) in enumerate(lists.items(), start=1):
        sheet.cell(top, position, label).font = Font(bold=True)
        for row, title in enumerate(titles, start=top + 1):
            sheet.cell(row, position, storable(title))
        letter = get_column_letter(position)
        ranges[label] = f"'{GUIDE_SHEET}'!${letter}${top + 1}:${letter}${top + len(titles)}"
    return ranges
