"""`quizgen rollover`: what it writes and prints, and what it refuses before anything is written."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from quizgen.cli import main
from quizgen.content import read_content
from quizgen.evidence.statistics import ExamStatistics, ItemStatistics, render_statistics
from quizgen.model import ItemId
from tests.quizgen_content import FILES, PROGRAMME, write_content

NEW = Path("content/programmes/2027.yml")
YEAR_END = date(2026, 12, 31)
TODO = Path("var/待办-2027.xlsx")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_content(tmp_path / "content")


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 2) -> str:
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}

    assert main(["rollover", *arguments]) == status

    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err.removesuffix("\n")


def test_rollover_writes_the_programme_and_the_list_and_prints_how_much_there_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = main(["rollover", "2027"])

    assert status == 0
    assert capsys.readouterr().out == (
        "已由方案“2026”生成 content/programmes/2027.yml。\n"
        "\n"
        "2027年度学法考试待办：共6件。\n"
        "  核对方案         5\n"
        "  题量储备少       1\n"
        "没有试题统计（statistics 文件夹），所以没有列出统计异常和使用情况；用 grader statistics 可以导出。\n"
        "待办已写入 var/待办-2027.xlsx。\n"
    )
    assert TODO.read_bytes().startswith(b"PK")
    assert NEW.read_text(encoding="utf-8").startswith('id: "2027"\ntitle: 2027年度学法考试\n')
    content, found = read_content(Path("content"))
    assert ([programme.id for programme in content.programmes], found) == (["2026", "2027"], [])


def test_statistics_that_there_are_need_no_mention(capsys: pytest.CaptureFixture[str]) -> None:
    figures = ItemStatistics(
        papers=0, responses=0, facility=None, sd=None, discrimination=None, efficiency=None, options={}, as_of=YEAR_END
    )
    items = {ItemId("xianfa-01-101"): figures}
    text = render_statistics(ExamStatistics(programme="2026", as_of=YEAR_END, papers=3, items=items))
    write_content(Path("content"), {"statistics/2026.json": text})

    assert main(["rollover", "2027"]) == 0

    assert capsys.readouterr().out.split("\n")[3:-1] == [
        "  核对方案         5",
        "  题量储备少       1",
        "  从未使用         1",
        "待办已写入 var/待办-2027.xlsx。",
    ]


def test_list_alone_is_written_anew_once_the_programme_is_edited(capsys: pytest.CaptureFixture[str]) -> None:
    main(["rollover", "2027"])
    edited = NEW.read_text(encoding="utf-8").replace("2027-09-01", "2027-10-08")
    NEW.write_text(edited, encoding="utf-8")

    status = main(["rollover", "2027", "--todo-only", "--todo", "lists/todo.csv"])

    assert status == 0
    assert NEW.read_text(encoding="utf-8") == edited
    rows = list(csv.reader(Path("lists/todo.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row[2] for row in rows[1:]] == ["核对方案"] * 5 + ["题量储备少"]


def test_what_was_filled_in_moves_on_to_the_next_list(capsys: pytest.CaptureFixture[str]) -> None:
    main(["rollover", "2027", "--todo", "var/待办-2027.csv"])
    filled = Path("var/待办-2027.csv")
    head, *rows = csv.reader(filled.read_text(encoding="utf-8-sig").splitlines())
    rows = [["1", "是", *row[2:-3], "甲", "2027-05-01", "已核对"] for row in rows]
    filled.write_text("\n".join(",".join(row) for row in [head, *rows]), encoding="utf-8")
    write_content(Path("content"), {"course/notices/2027.md": "# 学习通知\n"})
    capsys.readouterr()

    status = main(["rollover", "2027", "--todo-only", "--todo", "var/待办-2027-5月.md"])

    text = Path("var/待办-2027-5月.md").read_text(encoding="utf-8")
    assert status == 0
    assert (text.count("- [x] "), text.count("- [ ] ")) == (5, 0)
    assert text.count("**负责人**：甲 **期限**：2027-05-01 **备注**：已核对\n") == 5
    assert capsys.readouterr().out.endswith(
        "待办已写入 var/待办-2027-5月.md。\n"
        "沿用了 var/待办-2027.csv 里5件的完成、负责人、期限和备注；1件已不再出现，没有列出。\n"
    )


def test_list_named_goes_before_the_newest_one_found(capsys: pytest.CaptureFixture[str]) -> None:
    main(["rollover", "2027", "--todo", "mine.md"])
    Path("mine.md").write_text(Path("mine.md").read_text(encoding="utf-8").replace("[ ]", "[x]"), encoding="utf-8")
    main(["rollover", "2027", "--todo-only"])

    assert main(["rollover", "2027", "--todo-only", "--force", "--todo", "new.md", "--previous", "mine.md"]) == 0

    assert Path("new.md").read_text(encoding="utf-8").count("[x]") == 6
    assert capsys.readouterr().out.endswith("沿用了 mine.md 里6件的完成、负责人、期限和备注。\n")


def test_list_of_another_programme_is_not_taken_for_the_previous_one(capsys: pytest.CaptureFixture[str]) -> None:
    Path("var").mkdir()
    for name in ("待办-2026.md", "待办-2027-xinren.md", "待办-20271.md", "待办-2027.txt"):
        (Path("var") / name).write_text("- [x] 旧的\n", encoding="utf-8")

    assert main(["rollover", "2027"]) == 0

    assert "沿用了" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--previous", "old.xlsx"],
            "上一份待办“old.xlsx”读不了：不是.xlsx工作簿，或已经损坏。请用 --previous 指出另一份。",
        ),
        (["--previous", "old.doc"], "上一份待办“old.doc”的扩展名不对，可以是：.xlsx、.md、.csv。"),
        (["--previous", "none.csv"], "none.csv：文件或文件夹不存在，没有完成。"),
        (
            ["--todo", "new.csv"],
            f"上一份待办“{TODO}”读不了：不是.xlsx工作簿，或已经损坏。请用 --previous 指出另一份，或移走这一份。",
        ),
    ],
)
def test_previous_list_that_can_not_be_read_stops_before_anything_is_written(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("old.xlsx", "var/待办-2027.xlsx"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text("old", encoding="utf-8")

    assert refusal(capsys, "2027", "--todo", "other.csv", *arguments, status=2 if "doc" in sentence else 1) == sentence


def test_line_ends_and_byte_order_mark_stay() -> None:
    source = Path("content/programmes/2026.yml")
    source.write_bytes(PROGRAMME.replace("\n", "\r\n").encode("utf-8-sig"))

    assert main(["rollover", "2027"]) == 0

    data = NEW.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfid")
    assert data.count(b"\r\n") == data.count(b"\n") == PROGRAMME.count("\n")


def test_special_programme_is_named_and_dated_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["rollover", "xinren", "--from", "2026", "--years", "2"])

    assert status == 0
    new = Path("content/programmes/xinren.yml").read_text(encoding="utf-8")
    assert new.startswith('id: "xinren"\ntitle: 2028年度学法考试\n')
    assert Path("var/待办-xinren.xlsx").exists()


def test_years_follow_from_the_ids() -> None:
    assert main(["rollover", "2029", "--from", "2026"]) == 0

    assert "opens: 2029-09-01 08:00" in Path("content/programmes/2029.yml").read_text(encoding="utf-8")


def test_programme_that_exists_is_replaced_only_by_force(capsys: pytest.CaptureFixture[str]) -> None:
    NEW.write_text("old", encoding="utf-8")

    assert refusal(capsys, "2027") == (
        "方案“content/programmes/2027.yml”已经存在，没有覆盖。只要重新列出待办，请加 --todo-only；要覆盖请加 --force。"
    )
    assert main(["rollover", "2027", "--force"]) == 0
    assert NEW.read_text(encoding="utf-8").startswith('id: "2027"')


def test_list_that_exists_is_replaced_only_by_force_and_stops_the_programme_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    TODO.parent.mkdir()
    TODO.write_text("old", encoding="utf-8")

    assert refusal(capsys, "2027") == (
        "待办文件“var/待办-2027.xlsx”已经存在，没有覆盖。要覆盖请加 --force，或用 --todo 换一个文件名。"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["2028"], "没有方案“2027”，已有：2026。请用 --from 指出由哪份方案生成。"),
        (["2025", "--from", "2026"], "新方案的年度2025应当晚于方案“2026”的年度2026。"),
        (["2026", "--from", "2026"], "新方案的年度2026应当晚于方案“2026”的年度2026。"),
        (["xinren"], "标识“xinren”不是年度，请用 --from 指出由哪份方案生成。"),
        (["xinren", "--from", "2026"], "从标识“xinren”看不出年度，请用 --years 写明时间顺延几年。"),
        (
            ["../2027", "--from", "2026"],
            "标识“../2027”写法不对：只用小写英文字母和数字，中间可用连字符或下划线，如 2027。",
        ),
        (["2027", "--content", "none"], "没有内容文件夹“none”。请在项目的文件夹里运行，或用 --content 指出它的位置。"),
        (["2027", "--todo", "待办.xls"], "待办文件“待办.xls”的扩展名不对，可以是：.xlsx、.md、.csv。"),
        (
            ["..", "--todo-only"],
            "标识“..”写法不对：只用小写英文字母和数字，中间可用连字符或下划线，如 2027。",
        ),
        (["2027", "--todo-only"], "没有方案“2027”，已有：2026。请先不加 --todo-only 运行一次。"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_way_out(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refusal(capsys, *arguments) == sentence


def test_years_that_are_none_are_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["rollover", "2027", "--years", "0"])

    assert end.value.code == 2
    assert "--years：应当是1到99的整数，这里是“0”" in capsys.readouterr().err


def test_id_used_in_another_file_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    write_content(Path("content"), {"programmes/next.yml": PROGRAMME.replace("2026", "2027")})

    assert refusal(capsys, "2027") == "标识“2027”已经用在content/programmes/next.yml里，请换一个。"


def test_source_with_errors_is_refused_with_the_errors(capsys: pytest.CaptureFixture[str]) -> None:
    write_content(Path("content"), {"programmes/2026.yml": PROGRAMME.replace("points: 2", "points: two")})

    told = refusal(capsys, "2027", status=1)

    assert told.startswith("方案“2026”有错误，请先改正：\ncontent/programmes/2026.yml:15:17: error[Q025]: ")


def test_source_that_cannot_be_read_at_all_is_refused_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    write_content(Path("content"), {"programmes/2026.yml": PROGRAMME.replace("points: 2", "points: [2")})

    told = refusal(capsys, "2027", status=1)

    assert told.startswith("方案“2026”有错误，请先改正：\ncontent/programmes/2026.yml:")


def test_source_that_cannot_be_edited_safely_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    text = PROGRAMME.replace("title: 2026", "title: &t 2026").replace("{xianfa: 宪法}", "{xianfa: *t}")
    write_content(Path("content"), {"programmes/2026.yml": text})

    assert refusal(capsys, "2027", status=1).startswith("这份方案的写法不便自动修改，没有写入。")


def test_errors_elsewhere_become_work(capsys: pytest.CaptureFixture[str]) -> None:
    write_content(
        Path("content"), {"banks/exam/xianfa-01.yml": FILES["banks/exam/xianfa-01.yml"].replace("key: B", "key: C")}
    )

    assert main(["rollover", "2027", "--todo", "todo.md"]) == 0

    text = Path("todo.md").read_text(encoding="utf-8")
    assert "## 改正错误（1件）\n\n- [ ] **xianfa-01-101**" in text


def test_list_that_cannot_be_written_stops_the_programme_too(capsys: pytest.CaptureFixture[str]) -> None:
    Path("var").write_text("a file", encoding="utf-8")

    assert refusal(capsys, "2027", status=1) == "var：已经存在，没有完成。"
