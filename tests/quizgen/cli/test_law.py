"""`quizgen law`: importing official files, comparing versions, listing what must be reviewed."""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from quizgen.cli import main
from quizgen.cli.laws import add as law_add
from quizgen.law.text import StatuteText
from quizgen.parse.statute_text import parse_statute_text, statute_json
from tests.quizgen_content import BANK, LESSON, REGISTER, write_content
from tests.quizgen_statutes import ARTICLES, official_docx, official_lines, statute_text

NEW = statute_text(
    {
        "1": ARTICLES["1"],
        "2": "测试经费由国家保障。",
        "3": ARTICLES["2"],
        "4": ARTICLES["3"].replace("第二条", "第三条").replace("五百", "一千"),
        "5": ARTICLES["4"],
    },
    version="2027-01-05",
    effective="2027-03-01",
    headings=(),
    history=("2026年1月5日通过", "2027年1月5日修订", "自2027年3月1日起施行"),
)
LAW = """\
  ceshi-fa:
    title: 中华人民共和国测试法
    short: 测试法
    version: 2026-01-05
    effective: 2026-03-01
    articles: 4
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder with sound content, a statute that one item and one lesson rely on, and its official file."""
    monkeypatch.chdir(tmp_path)
    changed = {
        "laws/register.yml": REGISTER + LAW,
        "banks/practice/xianfa-01.yml": BANK.replace("[xianfa:2]", "[ceshi-fa:3]"),
        "course/lessons/xianfa-01.md": LESSON.replace("正文。", "《测试法》第三条规定了罚款。"),
    }
    write_content(tmp_path / "content", changed)
    (tmp_path / "旧.docx").write_bytes(official_docx(official_lines(statute_text())))
    return tmp_path


@pytest.fixture
def both(folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The folder with two versions imported."""
    keep(folder, statute_text())
    keep(folder, NEW)
    return folder


def keep(folder: Path, text: StatuteText) -> Path:
    path = folder / f"var/laws/{text.id}@{text.version}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(statute_json(text, source="a.docx"), encoding="utf-8")
    return path


def write_text(path: Path, text: StatuteText) -> str:
    path.write_text("\n".join(official_lines(text)), encoding="utf-8")
    return str(path)


def test_official_file_is_kept_under_its_id_and_version(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["law", "add", "旧.docx"])

    kept = (folder / "var/laws/ceshi-fa@2026-01-05.json").read_text(encoding="utf-8")
    assert status == 0
    assert parse_statute_text(kept, "ceshi-fa@2026-01-05.json") == (statute_text(), [])
    assert json.loads(kept)["source"] == "旧.docx"
    assert capsys.readouterr().out == (
        "旧.docx：《中华人民共和国测试法》（ceshi-fa）\n"
        "  版本2026-01-05，自2026-03-01起施行；4条，3章。\n"
        "  已写入 var/laws/ceshi-fa@2026-01-05.json。\n"
        "  与登记表一致。\n"
        "\n"
    )


def test_same_text_again_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["law", "add", "旧.docx"])
    kept = folder / "var/laws/ceshi-fa@2026-01-05.json"
    before = kept.stat().st_mtime_ns

    status = main(["law", "add", "旧.docx"])

    assert (status, kept.stat().st_mtime_ns) == (0, before)
    assert "已有，没有变化" in capsys.readouterr().out


def test_other_text_of_a_kept_version_is_written_only_by_force(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = keep(folder, statute_text({**ARTICLES, "1": "手工改过。"}))
    before = kept.read_bytes()

    refused = main(["law", "add", "旧.docx"])
    untouched = kept.read_bytes() == before
    forced = main(["law", "add", "旧.docx", "--force"])

    assert (refused, untouched, forced) == (1, True, 0)
    assert "已有这个版本，内容不同，没有覆盖。要覆盖请加 --force。" in capsys.readouterr().out
    assert parse_statute_text(kept.read_text(encoding="utf-8"), kept.name)[0] == statute_text()


def test_several_files_are_reported_one_by_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "旧.doc").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))

    status = main(["law", "add", "旧.doc", "没有.docx", "旧.docx"])

    out = capsys.readouterr().out
    assert status == 1
    assert [line for line in out.splitlines() if line.startswith(("旧", "没有", "  已写入"))] == [
        "旧.doc:1:1: error[Q511]: 这是旧式的.doc文件，或加了密码的文档，不是官方文本的.docx或.txt",
        "没有导入 旧.doc。",
        "没有.docx:1:1: error[Q001]: 读不了这个文件：文件或文件夹不存在",
        "没有导入 没有.docx。",
        "旧.docx：《中华人民共和国测试法》（ceshi-fa）",
        "  已写入 var/laws/ceshi-fa@2026-01-05.json。",
    ]


def test_pipe_is_refused_at_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(folder / "管道.txt")

    status = main(["law", "add", "管道.txt"])

    assert status == 1
    assert "这不是普通文件，没有读取" in capsys.readouterr().out


def test_unregistered_statute_needs_an_id(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "content/laws/register.yml").write_text(REGISTER, encoding="utf-8")

    refused = main(["law", "add", "旧.docx"])
    first = capsys.readouterr().out
    added = main(["law", "add", "旧.docx", "--id", "ceshi-fa"])

    assert (refused, added) == (1, 0)
    assert "请用 --id 给它一个标识，如 --id ceshi-fa。" in first
    assert capsys.readouterr().out.endswith(
        f"  登记表里没有这部法律。请在 content/laws/register.yml 的 statutes 下面加上：\n{LAW}\n"
    )


def test_id_of_another_statute_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["law", "add", "旧.docx", "--id", "xianfa"])

    assert status == 1
    assert "标识“xianfa”已经用于《中华人民共和国宪法》，没有导入" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["a", "b", "--id", "c"], "--id 和 --effective 只用于一个文件"),
        (["a", "--id", "C D"], "标识“C D”的写法不对"),
        (["a", "--laws", "旧.docx"], "“旧.docx”不是文件夹"),
    ],
)
def test_misuse_of_add_is_explained(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert main(["law", "add", *arguments]) == 2
    assert sentence in capsys.readouterr().err


def test_version_not_in_force_yet_is_announced(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(law_add, "_today", lambda: date(2027, 2, 28))

    status = main(["law", "add", write_text(folder / "新.txt", NEW)])

    assert status == 0
    assert capsys.readouterr().out.endswith(
        "  这是还没有施行的新版本。施行以前，请在 content/laws/register.yml 里这样登记：\n"
        "  ceshi-fa:\n"
        "    …\n"
        "    upcoming: {version: 2027-01-05, effective: 2027-03-01, articles: 5}\n"
        "\n"
    )


def test_newer_version_in_force_replaces_the_registered_one(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(law_add, "_today", lambda: date(2027, 3, 1))

    main(["law", "add", write_text(folder / "新.txt", NEW)])

    assert capsys.readouterr().out.endswith(
        "  登记表里是2026-01-05的旧版本。请在 content/laws/register.yml 里换成：\n"
        "  ceshi-fa:\n"
        "    title: 中华人民共和国测试法\n"
        "    short: 测试法\n"
        "    version: 2027-01-05\n"
        "    effective: 2027-03-01\n"
        "    articles: 5\n"
        "    amendments: [2027-01-05]\n"
        "\n"
    )


def test_older_version_is_told_apart(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = statute_text(version="2020-01-05", effective="2026-03-01", history=("2020年1月5日通过",))

    main(["law", "add", write_text(folder / "更旧.txt", old)])

    assert "这是旧版本：登记表里是2026-01-05的版本" in capsys.readouterr().out


def test_difference_from_the_register_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "content/laws/register.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("articles: 4", "articles: 5"), encoding="utf-8")

    main(["law", "add", "旧.docx"])

    assert "  与登记表不同：条数登记为5，原文是4。\n" in capsys.readouterr().out


def test_day_of_effect_comes_from_the_option_or_the_register(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    amended = statute_text(
        {**ARTICLES, "4": "本法自1999年3月1日起施行。"}, history=("1999年1月1日通过", "根据2026年1月5日《决定》修正")
    )
    name = write_text(folder / "修正.txt", amended)

    main(["law", "add", name])
    by_register = capsys.readouterr().out
    main(["law", "add", name, "--effective", "2026-02-02", "--force"])

    assert "版本2026-01-05，自2026-03-01起施行" in by_register
    assert "版本2026-01-05，自2026-02-02起施行" in capsys.readouterr().out


def test_day_of_effect_that_nobody_knows_is_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    amended = statute_text(history=("1999年1月1日通过", "根据2028年1月5日《决定》修正"))

    status = main(["law", "add", write_text(folder / "修正.txt", amended)])

    assert status == 0
    assert "请查修改决定，用 --effective 补上" in capsys.readouterr().out


def test_registered_coming_version_is_the_same_until_it_takes_effect(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    upcoming = "    upcoming: {version: 2027-01-05, effective: 2027-03-01, articles: 5}\n"
    (folder / "content/laws/register.yml").write_text(REGISTER + LAW + upcoming, encoding="utf-8")
    undated = replace(NEW, history=("2026年1月5日通过", "根据2027年1月5日《决定》修正"))
    outputs = []

    for today in (date(2027, 2, 28), date(2027, 3, 1)):
        monkeypatch.setattr(law_add, "_today", lambda today=today: today)
        main(["law", "add", write_text(folder / "新.txt", undated)])
        outputs.append(capsys.readouterr().out)

    assert "版本2027-01-05，自2027-03-01起施行" in outputs[0]
    assert outputs[0].endswith("  与登记表一致。\n\n")
    assert "  登记表里是2026-01-05的旧版本。请在 content/laws/register.yml 里换成：\n" in outputs[1]


def test_version_whose_day_of_effect_nobody_knows_is_shown_in_both_forms(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    undated = replace(NEW, history=("2026年1月5日通过", "根据2027年1月5日《决定》修正"))

    main(["law", "add", write_text(folder / "新.txt", undated)])

    out = capsys.readouterr().out
    assert "旧版本。已经施行的，请在 content/laws/register.yml 里换成：\n" in out
    assert out.endswith(
        "  还没有施行的，请这样登记：\n"
        "  ceshi-fa:\n"
        "    …\n"
        "    upcoming: {version: 2027-01-05, effective: （请填施行日期）, articles: 5}\n"
        "\n"
    )


def test_kept_json_may_be_added_from_elsewhere(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "gonggong-fa.json").write_text(
        statute_json(statute_text(), source="a").replace("测试法", "公共法"), encoding="utf-8"
    )
    (folder / "坏.json").write_text('{"title": "\\ud800"}', encoding="utf-8")

    statuses = [main(["law", "add", name]) for name in ("gonggong-fa.json", "坏.json")]

    assert statuses == [0, 1]
    assert (folder / "var/laws/gonggong-fa@2026-01-05.json").exists()
    assert "坏.json:1:1: error[Q503]: 法律原文读不出来" in capsys.readouterr().out


def test_diff_names_every_change(both: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["law", "diff", "ceshi-fa"])

    assert status == 0
    assert capsys.readouterr().out == (
        "《测试法》 2026-01-05 → 2027-01-05（自2027-03-01起施行）\n"
        "\n"
        "第二条  新增\n"
        "    〔+测试经费由国家保障。+〕\n"
        "\n"
        "第二条 → 第三条  条号变动\n"
        "\n"
        "第三条 → 第四条  条号变动并修改\n"
        "    违反本法〔-第二条-〕〔+第三条+〕规定的，处〔-五百-〕〔+一千+〕元以下罚款。\n"
        "\n"
        "第四条 → 第五条  条号变动\n"
        "\n"
        "条号变动2条、条号变动并修改1条、新增1条；原有4条，现有5条。\n"
    )


def test_diff_takes_files_ids_and_versions(both: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for pair in (["旧.docx", "ceshi-fa"], ["ceshi-fa@2026-01-05", "ceshi-fa@2027-01-05"]):
        main(["law", "diff", *pair, "--format", "json"])

        found = json.loads(capsys.readouterr().out)
        assert found["counts"] == {"renumbered": 2, "renumbered-and-changed": 1, "new": 1}
        assert found["changes"][2]["pieces"][1:3] == [
            {"mark": "deleted", "text": "第二条"},
            {"mark": "inserted", "text": "第三条"},
        ]


def test_diff_writes_markdown(both: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["law", "diff", "ceshi-fa", "--out", "变化.md"])

    page = (both / "变化.md").read_text(encoding="utf-8")
    assert status == 0
    assert "## 第三条 → 第四条（条号变动并修改）\n\n> 违反本法<del>第二条</del><ins>第三条</ins>规定的" in page
    assert main(["law", "diff", "ceshi-fa", "--out", "变化.md"]) == 2


def test_device_is_not_replaced_even_by_force(both: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(both / "管道.md")

    status = main(["law", "diff", "ceshi-fa", "--out", "管道.md", "--force"])

    assert (status, capsys.readouterr().err) == (2, "“管道.md”不是普通文件，不能写入。请换一个文件名。\n")


def test_diff_of_two_statutes_is_pointed_out(both: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = statute_json(statute_text(), source="a").replace("测试法", "公共法")
    (both / "gonggong-fa.json").write_text(other, encoding="utf-8")

    main(["law", "diff", "gonggong-fa.json", "ceshi-fa"])

    assert "名称不同" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["ceshi"], 2, "没有“ceshi”的原文，也没有这个文件。是否应为“ceshi-fa”？"),
        (["ceshi-fa"], 2, "只有一个版本（ceshi-fa@2026-01-05）"),
        (["ceshi-fa", "ceshi-fa@2020-01-01"], 2, "没有“ceshi-fa”2020-01-01的原文，已有：ceshi-fa@2026-01-05。"),
        (["ceshi-fa", "没有.docx"], 1, "读不了这个文件"),
    ],
)
def test_diff_says_what_is_missing(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, sentence: str
) -> None:
    keep(folder, statute_text())

    assert main(["law", "diff", *arguments]) == status
    assert sentence in capsys.readouterr().err


def test_stale_lists_items_and_lessons(both: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["law", "stale"])

    assert status == 0
    assert capsys.readouterr().out == (
        "《测试法》 2026-01-05 → 2027-01-05（自2027-03-01起施行）\n"
        "\n"
        "  第三条 → 第四条  条号变动并修改\n"
        "      违反本法〔-第二条-〕〔+第三条+〕规定的，处〔-五百-〕〔+一千+〕元以下罚款。\n"
        "    练习题 xianfa-01-001（启用，2026-11-23审核） content/banks/practice/xianfa-01.yml:3 → ceshi-fa:4\n"
        "        国家的一切权力属于（ ）。\n"
        "    课程 xianfa-01（2026-11-23审核） content/course/lessons/xianfa-01.md:8 → 第四条\n"
        "        《测试法》第三条\n"
        "\n"
        "共1部法律、1条，要重新审核试题1道、课程1门。\n"
    )


def test_stale_takes_two_versions(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = write_text(folder / "新.txt", NEW)

    main(["law", "stale", "--old", "旧.docx", "--new", name, "--format", "json"])

    found = json.loads(capsys.readouterr().out)
    assert [(row["kind"], row["suggestion"]) for row in found] == [("练习题", "ceshi-fa:4"), ("课程", "第四条")]


def test_stale_writes_a_workbook_of_text_cells(both: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["law", "stale", "ceshi-fa", "--format", "xlsx", "--out", "待审核.xlsx"])

    sheet = load_workbook(io.BytesIO((both / "待审核.xlsx").read_bytes())).active
    assert status == 0
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][:8] == [
        "测试法",
        "2026-01-05",
        "2027-01-05",
        "2027-03-01",
        "第三条",
        "条号变动并修改",
        "练习题",
        "xianfa-01-001",
    ]
    assert (sheet.freeze_panes, sheet.max_row) == ("A2", 3)


def test_stale_prints_csv(both: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["law", "stale", "--format", "csv"])

    assert capsys.readouterr().out.startswith("\ufeff法律,旧版本,新版本")


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["ceshi"], 2, "没有登记法律“ceshi”。是否应为“ceshi-fa”？"),
        (["--format", "xlsx"], 2, "Excel格式要用 --out 写到文件"),
        (["--old", "旧.docx"], 2, "--old 和 --new 要一起写。"),
        (["--old", "公共法.json", "--new", "公共法.json"], 2, "登记表里没有《中华人民共和国公共法》"),
        (["--content", "none"], 2, "没有内容文件夹“none”"),
    ],
)
def test_misuse_of_stale_is_explained(
    both: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, sentence: str
) -> None:
    other = statute_json(statute_text(), source="a").replace("测试法", "公共法")
    (both / "公共法.json").write_text(other, encoding="utf-8")

    assert main(["law", "stale", *arguments]) == status
    assert sentence in capsys.readouterr().err


def test_stale_of_broken_content_is_refused(both: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (both / "content/banks/practice/xianfa-01.yml").write_text("a: [", encoding="utf-8")

    assert main(["law", "stale"]) == 1
    assert "请先运行 quizgen check 并改正" in capsys.readouterr().err


def test_changed_words_are_coloured_on_a_terminal(
    both: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")

    main(["law", "diff", "ceshi-fa"])
    diff = capsys.readouterr().out
    main(["law", "stale"])
    stale = capsys.readouterr().out

    assert "\x1b[9;31m第二条\x1b[0m\x1b[4;32m第三条\x1b[0m规定的" in diff
    assert "\x1b[9;31m〔-第二条-〕\x1b[0m\x1b[4;32m〔+第三条+〕\x1b[0m规定的" in stale


def test_broken_register_is_pointed_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "content/laws/register.yml").write_text("statutes: [", encoding="utf-8")

    status = main(["law", "add", "旧.docx", "--id", "ceshi-fa"])

    assert status == 0
    assert "注意：登记表或已有的原文有错误（发现 1 个错误），请运行 quizgen check。" in capsys.readouterr().err


def test_words_left_out_between_changes_do_not_join_two_entries(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = "\n".join(f"（{name}）{char * 30}；" for name, char in zip("一二三四", "甲乙丙丁", strict=True))
    old = statute_text({"1": f"旧的情形：\n{entries}\n处旧罚款。"}, version="2025-01-05")
    keep(folder, old)
    keep(folder, statute_text({"1": old.articles["1"].replace("旧", "新")}))

    main(["law", "diff", "ceshi-fa"])

    assert capsys.readouterr().out.split("\n")[2:-3] == [
        "第一条  修改",
        "    〔-旧-〕〔+新+〕的情形：",
        "    （一）甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲……",
        "    ……丁丁丁丁丁丁丁丁丁丁丁丁丁丁丁丁丁丁丁丁丁；",
        "    处〔-旧-〕〔+新+〕罚款。",
    ]
