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
    units = tmp_path / "单位.csv"
    units.write_text("代码,名称,管理员姓名\n900001001,某局,钱守法\n", encoding="gb18030")
    slips = tmp_path / "发放单.txt"
    assert main(["units", "import", str(units), "--data", data]) == 0
    assert main(["units", "list", "--data", data]) == 0
    assert "900001001\t某局\t900001\t钱守法" in capsys.readouterr().out
    assert main(["roster", "template", str(book), "--data", data, "--unit", "900001001", "--each", "2"]) == 0

    write(book, "甲9")
    refused = main(["roster", "import", str(book), "--data", data])
    wrong = capsys.readouterr().err
    write(book, "赵学法")
    looked = main(["roster", "import", str(book), "--data", data, "--dry-run"])
    capsys.readouterr()
    imported = main(["roster", "import", str(book), "--data", data, "--slips", str(slips)])
    told = capsys.readouterr().out
    assert main(["roster", "slips", str(tmp_path / "再发.txt"), "--data", data]) == 0
    assert "钱守法：" in (tmp_path / "再发.txt").read_text("utf-8")
    exported = main(["roster", "export", str(tmp_path / "out.xlsx"), "--data", data])
    capsys.readouterr()
    again = main(["roster", "import", str(tmp_path / "out.xlsx"), "--data", data])

    assert (refused, looked, imported, exported, again) == (1, 0, 0, 0, 0)
    assert "姓名“甲9”中有数字" in wrong
    assert "没有导入任何内容" in wrong
    assert "已导入：新增 1 人，更新 0 人，申请调入 0 人，无变化 0 人。" in told
    assert "已导入：新增 0 人，更新 0 人，申请调入 0 人，无变化 1 人。" in capsys.readouterr().out
    assert slips.read_text("utf-8").startswith("赵学法：您的")
    assert "账号是 9000010010001" in slips.read_text("utf-8")


def write(path: Path, name: str) -> None:
    """A name beside the first reserved account of the template."""
    book = openpyxl.load_workbook(path)
    book["花名册"]["B2"], book["花名册"]["D2"] = name, "领导干部"
    book.save(path)


def test_files_with_telephones_in_full_are_acts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = str(tmp_path / "data")
    assert main(["init", "--data", data, "--content", str(write_content(tmp_path / "content"))]) == 0
    assert main(["publish", "--data", data]) == 0
    units = tmp_path / "单位.csv"
    units.write_text("代码,名称,管理员姓名,手机号码\n900001001,某局,钱守法,19900000001\n", encoding="gb18030")
    assert main(["units", "import", str(units), "--data", data]) == 0

    assert main(["units", "template", str(tmp_path / "units.xlsx"), "--data", data]) == 0
    assert main(["roster", "export", str(tmp_path / "roster.xlsx"), "--data", data]) == 0
    capsys.readouterr()

    assert main(["audit", "list", "--data", data]) == 0
    told = capsys.readouterr().out
    assert [line.split("  ")[1:3] for line in told.splitlines() if "导出" in line] == [
        ["命令行", "导出花名册"],
        ["命令行", "导出单位表"],
    ]
    assert main(["audit", "verify", "--data", data]) == 0


def test_units_are_split_merged_and_closed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(tmp_path / "data")]
    assert main(["init", *data, "--content", str(write_content(tmp_path / "content"))]) == 0
    assert main(["publish", *data]) == 0
    table, people = tmp_path / "花名册.csv", tmp_path / "名单.txt"
    table.write_text("代码,名称\n900001001,某局\n900001002,某中心\n", encoding="gb18030")
    assert main(["units", "import", str(table), *data]) == 0
    table.write_text("姓名,单位,人员层次\n赵学法,某局,领导干部\n钱学法,某局,领导干部\n", encoding="gb18030")
    assert main(["roster", "import", str(table), *data]) == 0

    people.write_text("9000010010001,赵学法\n9000010010009,孙学法\n", encoding="utf-8")
    wrong = main(["units", "split", "900001001", "900001003", "某新局", str(people), *data])
    told = capsys.readouterr().err
    people.write_text("9000010010001\t赵学法\n", encoding="utf-8")
    looked = main(["units", "split", "900001001", "900001003", "某新局", str(people), "--dry-run", *data])
    split = main(["units", "split", "900001001", "900001003", "某新局", str(people), *data])
    merged = main(["units", "merge", "900001001", "900001002", *data])
    closed = main(["units", "close", "900001002", *data])
    unknown = main(["units", "close", "900001009", *data])
    said = capsys.readouterr()

    assert (wrong, looked, split, merged, closed, unknown) == (2, 0, 0, 0, 1, 2)
    assert "名单第 2 行 孙学法：您管理的范围内没有账号是“9000010010009”的学员。" in told
    assert "已从单位 900001001 分出 900001003 某新局，转入 1 人。" in said.out
    assert "单位 900001001 已并入 900001002，1 人随之转入。" in said.out
    assert "还有 1 人，请先办理调出" in said.err
    assert "没有代码为“900001009”的单位。" in said.err
