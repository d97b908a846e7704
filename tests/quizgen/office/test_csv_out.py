from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from quizgen.office.csv_out import csv_bytes
from quizgen.office.sheets_out import table_bytes


@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_what_looks_like_a_formula_stays_a_text_in_every_file(sign: str) -> None:
    text = f"{sign}1"

    written = csv_bytes(["姓名"], [[text]]).decode("utf-8-sig").splitlines()
    cell = load_workbook(io.BytesIO(table_bytes("表", {"姓名": 8}, [[text]]))).worksheets[0]["A2"]

    assert written == ["姓名", f"'{text}"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_table_prints_with_lines_between_its_cells_for_whoever_signs_in_them() -> None:
    sheet = load_workbook(io.BytesIO(table_bytes("表", {"姓名": 8, "领取人签字": 8}, [["赵学法", ""]]))).worksheets[0]

    assert sheet.print_options.gridLines
