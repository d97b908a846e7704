"""`quizgen readings`: the sheet shows no key, what comes back is recorded before it is compared."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from quizgen.cli import main
from tests.quizgen_content import write_content

SHEET, FILE = Path("erdu.csv"), Path("content/readings.csv")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_content(tmp_path / "content")


def sheet(*arguments: str) -> list[dict[str, str]]:
    assert main(["readings", "sheet", "--out", str(SHEET), "--force", *arguments]) == 0
    with SHEET.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def fill(rows: list[dict[str, str]], **cells: str) -> None:
    """Write these cells into every row of the sheet."""
    with SHEET.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(row | cells for row in rows)


def test_sheet_shows_what_a_learner_sees_and_nothing_else() -> None:
    rows = sheet()

    assert [row["题号"] for row in rows] == [f"xianfa-01-{number}" for number in ("002", "003", "001", "101")]
    assert list(rows[0]) == ["题库", "题号", "版本", "题型", "题目", "A", "B", "作答", "依据", "评分", "意见"]
    assert rows[2]["题目"] == "国家的一切权力属于（　　）。"
    assert "第二条" not in SHEET.read_text("utf-8-sig")


def test_filled_sheet_is_recorded_and_compared(capsys: pytest.CaptureFixture[str]) -> None:
    fill(sheet("--lessons", "xianfa-01"), 作答="ｂ", 评分="2", 依据="宪法第二条", 意见="太容易")
    capsys.readouterr()

    assert main(["readings", "take", str(SHEET)]) == 0

    assert capsys.readouterr().out == (
        "评分不超过2分的，请改写后再请人二读：\n"
        "  xianfa-01-002：2分，太容易\n"
        "  xianfa-01-003：2分，太容易\n"
        "  xianfa-01-001：2分，太容易\n"
        "  xianfa-01-101：2分，太容易\n"
        "记入4道题的二读：与答案一致4道（100.0%），平均评分2.0。\n"
    )
    assert len(FILE.read_text("utf-8-sig").splitlines()) == 5
    assert main(["readings", "sheet", "--out", "more.csv"]) == 1
    assert "没有要二读的试题" in capsys.readouterr().err


def test_readings_are_added_and_differences_named(capsys: pytest.CaptureFixture[str]) -> None:
    fill(sheet(), 作答="B", 评分="4")
    main(["readings", "take", str(SHEET)])
    fill(sheet("--all")[:1], 作答="A", 评分="4")
    capsys.readouterr()

    main(["readings", "take", str(SHEET)])

    assert "  xianfa-01-002：答“A”，答案“B”\n" in capsys.readouterr().out
    assert len(FILE.read_text("utf-8-sig").splitlines()) == 6
    assert main(["check"]) == 0
    assert "Q613" in capsys.readouterr().out
    fill(sheet("--all")[:1], 作答="B", 评分="5")
    main(["readings", "take", str(SHEET)])
    capsys.readouterr()
    main(["check"])
    assert "考试题1道（二读4道，与答案一致4道（100.0%），平均评分4.2）" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"作答": "E", "评分": "4"}, "作答“E”不是这道单选题的回答"),
        ({"作答": "B", "评分": "6"}, "评分要写1到5的整数"),
        ({"作答": "B", "评分": "4", "版本": "0"}, "生成二读表以后题面改过"),
        ({"作答": "B", "评分": "4", "题号": "x-1"}, "题库里没有这道题"),
        ({"作答": "B", "评分": "4", "题库": "x"}, "题库里没有这道题"),
    ],
)
def test_sheet_with_a_bad_row_is_refused_whole(
    cells: dict[str, str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(sheet(), **cells)
    capsys.readouterr()

    assert main(["readings", "take", str(SHEET)]) == 1

    assert told in capsys.readouterr().err
    assert not FILE.exists()


def test_sheet_that_is_none_or_empty_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    sheet()
    assert main(["readings", "take", str(SHEET)]) == 1
    assert "没有填写作答的行" in capsys.readouterr().err
    assert main(["readings", "take", "missing.csv"]) == 2
    assert "文件或文件夹不存在" in capsys.readouterr().err
    SHEET.write_bytes("题号,作答".encode("gbk"))
    assert main(["readings", "take", str(SHEET)]) == 1
    assert "UTF-8" in capsys.readouterr().err
    SHEET.write_text("题号,作答\nx,B\n", "utf-8")
    assert main(["readings", "take", str(SHEET)]) == 1
    assert "缺少这些列：题库、版本、评分" in capsys.readouterr().err
    assert main(["readings", "sheet", "--out", "x.csv", "--lessons", "xianfa-99"]) == 2
    assert "没有课程“xianfa-99”" in capsys.readouterr().err


def test_broken_file_of_readings_is_not_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    fill(sheet(), 作答="B", 评分="4")
    FILE.write_text("题库,题号\n", "utf-8")

    assert main(["readings", "take", str(SHEET)]) == 1

    assert "缺少这些列" in capsys.readouterr().err
    assert FILE.read_text("utf-8") == "题库,题号\n"


def test_sheet_may_be_a_workbook_and_is_taken_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    remark = "措辞不清。" * 100
    book = Path("erdu.xlsx")
    assert main(["readings", "sheet", "--out", str(book)]) == 0
    workbook = load_workbook(book)
    columns = [cell.value for cell in workbook["二读表"][1]]
    cells: dict[str, str | int] = {"作答": "B", "评分": 4, "意见": remark}
    for row in (2, 3):
        for name, value in cells.items():
            workbook["二读表"].cell(row, columns.index(name) + 1, value)
    workbook.save(book)
    capsys.readouterr()

    assert main(["readings", "take", str(book)]) == 0

    assert capsys.readouterr().out == "记入2道题的二读：与答案一致2道（100.0%），平均评分4.0。\n"
    recorded = list(csv.DictReader(FILE.read_text("utf-8-sig").splitlines()))
    assert [(row["题号"], row["意见"]) for row in recorded] == [("xianfa-01-002", remark), ("xianfa-01-003", remark)]


def test_workbook_without_the_sheet_or_its_columns_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    book, workbook = Path("erdu.xlsx"), Workbook()
    workbook.save(book)
    assert main(["readings", "take", str(book)]) == 1
    assert "没有工作表“二读表”" in capsys.readouterr().err
    workbook.worksheets[0].title = "二读表"
    workbook.worksheets[0].append(["题号", "作答"])
    workbook.save(book)
    assert main(["readings", "take", str(book)]) == 1
    assert "缺少这些列：题库、版本、评分" in capsys.readouterr().err
    book.write_bytes(b"PK")
    assert main(["readings", "take", str(book)]) == 1
    assert "文件已损坏" in capsys.readouterr().err
    assert main(["readings", "take", "missing.xlsx"]) == 1
    assert "没有找到文件" in capsys.readouterr().err
