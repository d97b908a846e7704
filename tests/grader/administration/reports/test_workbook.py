"""How a report's workbook looks and prints."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from grader.administration.reports.workbook import workbook_of

GIVEN: dict[str, Any] = {
    "title": "学员统计报表",
    "facts": ["2026年度学法考试", "统计截止时间 2026年10月9日 24:00"],
    "heads": [["姓名", 5, "text"], ["学时", 4, "number"], ["合格率", 5, "percent"], ["还差什么", 10, "text"]],
    "rows": [["赵学法", 12.5, 0.333, None], ["钱知法", None, None, "还差 20 学时（需要 20 学时）；还没有参加考试"]],
    "notes": ["合格率＝已合格÷参学总人数。" * 6],
}


def test_long_texts_are_shown_whole_in_higher_rows() -> None:
    sheet = load_workbook(BytesIO(workbook_of(GIVEN))).worksheets[0]

    heights = [sheet.row_dimensions[row].height for row in (4, 5, 6)]
    assert [height and height // 15 for height in heights] == [None, 3, 4]
    assert all(sheet[f"D{row}"].alignment.wrap_text for row in (4, 5))
    assert sorted(map(str, sheet.merged_cells.ranges)) == ["A1:D1", "A2:D2", "A6:D6"]


def test_workbook_prints_on_pages_of_a4_with_headings_and_numbers() -> None:
    sheet: Any = load_workbook(BytesIO(workbook_of(GIVEN))).worksheets[0]

    setup = sheet.page_setup
    assert (setup.paperSize, setup.orientation, setup.fitToHeight) == (9, "landscape", 0)
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.print_title_rows) == (True, "$3:$3")
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert [(sheet[cell].value, sheet[cell].number_format) for cell in ("B4", "C4")] == [
        (12.5, "General"),
        (0.333, "0.0%"),
    ]
