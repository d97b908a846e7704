"""The empty workbook that a clerk fills in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from grader.administration.roster.columns import GUIDE_SHEET, PEOPLE_COLUMNS, UNIT_COLUMNS, Column
from grader.administration.roster.rows import PEOPLE_SHEET, ROLE_TITLES, UNITS_SHEET
from quizgen.model import TierId
from quizgen.office.sheets_in import MOST_ROWS

_GUIDE = (
    "花名册填写说明",
    "一、请在“单位”“花名册”两张表中填写，每行一个单位或一人；不要改动表头。填好后保存为 .xlsx 文件再导入。",
    "二、导入前会列出全部问题和将要发生的变动，确认后才会保存；同一份文件可以反复导入，没有变动的人员不受影响。",
    "三、“单位”表：单位代码由本地统一编排，只能用字母和数字，确定后不要改动；上级单位代码空着，表示直属主管单位。",
    "　　单位已经建好、没有变动的，“单位”表可以空着。",
    "四、“花名册”表：单位代码、姓名、人员层次必填（单位管理员可不填人员层次）；人员类别空着的按“学员”导入。",
    "五、手机号、QQ号可以用来登录，每人的必须不同；建议至少填写手机号，方便以后核对是否为同一人。",
    "六、新增人员的学法账号请空着，由系统分配；已有账号的人员请尽量填写，改名或换手机号、QQ号时必须填写。",
    "七、人员调动：在新单位的代码下填写此人（同时填写学法账号或手机号），导入后即为调入，原单位自动调出，学法档案随人转移。",
    "八、职务级别、手机号、QQ号、序号空着，表示保持原来的内容不变；“可不参加”空着，表示此人应当参加。",
    "九、人员类别、人员层次、可不参加请从下拉列表中选择，可以填写的内容见下表。",
)


def write_template(stream: BinaryIO, *, tiers: Mapping[TierId, str], exemptions: Mapping[str, str]) -> None:
    """Write the empty workbook; `tiers` and `exemptions` are titles by id, offered as drop-down lists."""
    workbook = Workbook()
    guide = workbook.worksheets[0]
    guide.title = GUIDE_SHEET
    lists = {
        "人员类别": tuple(ROLE_TITLES.values()),
        "人员层次": tuple(tiers.values()),
        "可不参加": tuple(exemptions.values()),
    }
    ranges = _write_guide(guide, lists)
    _write_header(workbook.create_sheet(UNITS_SHEET), UNIT_COLUMNS)
    people = workbook.create_sheet(PEOPLE_SHEET)
    _write_header(people, PEOPLE_COLUMNS)
    for position, column in enumerate(PEOPLE_COLUMNS, start=1):
        if column.label in ranges:
            _offer(people, get_column_letter(position), column.label, ranges[column.label])
    workbook.save(stream)


def _write_header(sheet: Worksheet, columns: Sequence[Column]) -> None:
    for position, column in enumerate(columns, start=1):
        sheet.cell(1, position, column.label).font = Font(bold=True)
        dimension = sheet.column_dimensions[get_column_letter(position)]
        dimension.width = column.width
        if column.is_text:
            dimension.number_format = "@"
    sheet.freeze_panes = "A2"


def _offer(sheet: Worksheet, letter: str, label: str, formula: str) -> None:
    validation = DataValidation(
        type="list",
        formula1=formula,
        allow_blank=True,
        showErrorMessage=True,
        errorTitle=label,
        error=f"请从下拉列表中选择{label}，可以填写的内容见“{GUIDE_SHEET}”。",
    )
    validation.add(f"{letter}2:{letter}{MOST_ROWS + 1}")
    sheet.add_data_validation(validation)


def _write_guide(sheet: Worksheet, lists: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Write the explanation, the lists and the examples; returns where each list stands, for the drop-downs."""
    for line in _GUIDE:
        sheet.append([line])
    sheet["A1"].font = Font(bold=True, size=14)
    for row in range(2, len(_GUIDE) + 1):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(PEOPLE_COLUMNS))
        sheet.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="top")
    ranges = _write_lists(sheet, lists, sheet.max_row + 2)
    tier = next(iter(lists["人员层次"]), "")
    _write_example(sheet, f"“{UNITS_SHEET}”表填写示例（虚构）", UNIT_COLUMNS, {})
    _write_example(sheet, f"“{PEOPLE_SHEET}”表填写示例（虚构）", PEOPLE_COLUMNS, {"人员层次": tier})
    for position, column in enumerate(PEOPLE_COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = max(column.width, 18)
    return ranges


def _write_lists(sheet: Worksheet, lists: Mapping[str, Sequence[str]], top: int) -> dict[str, str]:
    ranges = {}
    for position, (label, titles) in enumerate(lists.items(), start=1):
        sheet.cell(top, position, label).font = Font(bold=True)
        for row, title in enumerate(titles, start=top + 1):
            sheet.cell(row, position, title)
        if titles:
            letter = get_column_letter(position)
            ranges[label] = f"'{GUIDE_SHEET}'!${letter}${top + 1}:${letter}${top + len(titles)}"
    return ranges


def _write_example(sheet: Worksheet, title: str, columns: Sequence[Column], filled: Mapping[str, str]) -> None:
    top = sheet.max_row + 2
    sheet.cell(top, 1, title).font = Font(bold=True)
    for position, column in enumerate(columns, start=1):
        sheet.cell(top + 1, position, column.label).font = Font(bold=True)
        sheet.cell(top + 2, position, filled.get(column.label, column.example))
