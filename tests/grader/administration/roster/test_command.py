"""`grader roster`: the template is written, filled and imported, with what is wrong told in one round."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from grader.cli import main
from tests.e2e.notice_2024 import write_content


def test_roster_goes_from_template_to_accounts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, book = str(tmp_path / "data"), tmp_path / "花名册.xlsx"
    content = str(write_content(tmp_path / "content"))
    assert main(["init", "--data", data, "--content", content]) == 0
    assert main(["publish", "--data", data]) == 0
    assert main(["roster", "template", str(book), "--data", data]) == 0

    write(book, "甲9")
    refused = main(["roster", "import", str(book), "--data", data])
    wrong = capsys.readouterr().err
    write(book, "赵学法")
    looked = main(["roster", "import", str(book), "--data", data, "--dry-run"])
    capsys.readouterr()
    imported = main(["roster", "import", str(book), "--data", data])
    told = capsys.readouterr().out

    assert (refused, looked, imported) == (1, 0, 0)
    assert "姓名“甲9”中有数字" in wrong
    assert "没有导入任何内容" in wrong
    assert "已导入：新增 1 人，更新 0 人，无变化 0 人。" in told
    assert "赵学法（单位 900001001）：学法账号 9000010010001" in told


def write(path: Path, name: str) -> None:
    """One unit and one person into the template."""
    book = openpyxl.load_workbook(path)
    people = {"单位代码": "900001001", "姓名": name, "人员类别": "学员", "人员层次": "领导干部"}
    for sheet, row in (("单位", {"单位代码": "900001001", "单位名称": "某局"}), ("花名册", people)):
        rows = list(book[sheet].iter_rows())
        head = next(number for number, cells in enumerate(rows, 1) if any(c.value == "单位代码" for c in cells))
        for column, cell in enumerate(rows[head - 1], 1):
            if cell.value in row:
                book[sheet].cell(head + 1, column, row[str(cell.value)])
    book.save(path)
