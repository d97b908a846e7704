"""The command line: what it prints, writes and ends with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from quizgen import cli
from quizgen.cli import checking, main
from tests.quizgen_content import EXAM, write_content

PAPER = ["--programme", "2026", "--tier", "agency", "--seed", "a"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound content folder below the current folder."""
    monkeypatch.chdir(tmp_path)
    return write_content(tmp_path / "content")


def break_bank(folder: Path) -> None:
    (folder / "banks/exam/xianfa-01.yml").write_text(EXAM.replace("key: B", "key: C"), encoding="utf-8")


def test_check_of_sound_content_says_what_was_checked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["check"])

    assert status == 0
    assert capsys.readouterr().out == "检查通过：1个方案、1门课程、练习题3道、考试题1道，没有发现问题。\n"


def test_check_of_broken_content_ends_with_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    break_bank(folder)

    status = main(["check"])

    assert status == 1
    assert capsys.readouterr().out == (
        "content/banks/exam/xianfa-01.yml:9:10: error[Q104]: 正确答案“C”不在选项之中\n"
        "    9 |     key: C\n"
        "      |          ^ 选项有A、B\n"
        "\n"
        "发现 1 个错误。\n"
    )


def test_warnings_alone_let_check_pass(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bank = EXAM.replace("（　　）", "人大")
    (folder / "banks/exam/xianfa-01.yml").write_text(bank, encoding="utf-8")

    status = main(["check"])

    assert status == 0
    assert capsys.readouterr().out.endswith("\n发现 1 个警告。\n")
    assert main(["check", "--strict"]) == 1
    assert capsys.readouterr().out.endswith("\n发现 1 个警告。\n")


def test_strict_check_of_sound_content_passes(folder: Path) -> None:
    assert main(["check", "--strict"]) == 0


def test_command_line_starts_without_what_writes_workbooks() -> None:
    command = "import sys, quizgen.cli; print('openpyxl' in sys.modules)"

    assert (
        subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True).stdout == "False\n"
    )


def test_check_prints_json_and_github(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    break_bank(folder)

    statuses = [main(["check", "--format", "json"])]
    found = json.loads(capsys.readouterr().out)
    statuses.append(main(["check", "--format", "github"]))

    assert statuses == [1, 1]
    assert [(each["code"], each["line"], each["column"]) for each in found] == [("Q104", 9, 10)]
    assert capsys.readouterr().out.startswith(
        "::error file=content/banks/exam/xianfa-01.yml,line=9,col=10,title=Q104::"
    )


def test_check_of_a_missing_folder_is_misuse(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["check", "--content", "none"])

    assert status == 2
    assert capsys.readouterr().err == "没有内容文件夹“none”。请在项目的文件夹里运行，或用 --content 指出它的位置。\n"


def test_code_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["check", "--explain", "q104"])

    assert status == 0
    assert capsys.readouterr().out == "Q104：正确答案里的字母不在选项之中。请检查字母（要大写），或补上缺少的选项。\n"


def test_unknown_code_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["check", "--explain", "Q1044"])

    assert status == 2
    assert capsys.readouterr().err == "没有诊断代码“Q1044”。是否应为“Q104”？\n"


def test_assemble_prints_a_paper_without_keys(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["assemble", *PAPER])

    paper = json.loads(capsys.readouterr().out)
    assert status == 0
    assert set(paper) == {"content", "blueprint", "seed", "items"}
    assert (paper["blueprint"], paper["seed"], len(paper["content"])) == ("standard", "a", 40)
    (place,) = paper["items"]
    assert (place["item"], place["type"], place["points"]) == ("xianfa-01-101", "single", 2)
    assert sorted(place["options"]) == ["A", "B"]


def test_assemble_gives_keys_only_when_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["assemble", *PAPER, "--with-keys"])

    assert json.loads(capsys.readouterr().out)["keys"] == {"xianfa-01-101": ["B"]}


def test_assemble_without_seed_keeps_the_one_it_drew(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seeds = []
    for _ in range(2):
        main(["assemble", *PAPER[:4]])
        seeds.append(json.loads(capsys.readouterr().out)["seed"])

    assert len(set(seeds)) == 2
    assert all(len(seed) == 16 for seed in seeds)


@pytest.mark.parametrize("seed", ["\udcff", "甲\n乙"])
def test_seed_that_is_no_text_is_misuse(folder: Path, capsys: pytest.CaptureFixture[str], seed: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["assemble", "--programme", "2026", "--tier", "agency", "--seed", seed])

    assert "--seed：种子里有不能显示的字符" in capsys.readouterr().err


def test_output_is_overwritten_only_by_force(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["assemble", *PAPER, "--out", "paper.json"]

    statuses = [main(arguments)]
    Path("paper.json").write_text("旧的", encoding="utf-8")
    statuses.append(main(arguments))
    kept = Path("paper.json").read_text(encoding="utf-8")
    statuses.append(main([*arguments, "--force"]))

    assert statuses == [0, 2, 0]
    assert kept == "旧的"
    assert json.loads(Path("paper.json").read_text(encoding="utf-8"))["seed"] == "a"
    assert capsys.readouterr().err == (
        "已写入 paper.json。\n"
        "文件“paper.json”已经存在，没有覆盖。要覆盖请加 --force，或换一个文件名。\n"
        "已写入 paper.json。\n"
    )


def test_render_writes_a_page_without_keys_unless_asked(folder: Path) -> None:
    statuses = [main(["render", *PAPER, "--out", "paper.html"])]
    statuses.append(main(["render", *PAPER, "--out", "keys.html", "--with-keys"]))

    paper, keys = (Path(name).read_text(encoding="utf-8") for name in ("paper.html", "keys.html"))
    assert statuses == [0, 0]
    assert "2026年度学法考试试卷（国家机关工作人员）" in paper
    assert "《宪法》第二条第一款规定了这一点" not in paper
    assert "《宪法》第二条第一款规定了这一点" in keys


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--programme", "2025", "--tier", "agency"], "没有方案“2025”，已有：2026。\n"),
        (["--programme", "2026", "--tier", "all"], "方案“2026”里没有人员层次“all”，已有：agency。\n"),
    ],
)
def test_unknown_programme_or_tier_is_misuse(
    arguments: list[str], sentence: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["assemble", *arguments])

    assert (status, capsys.readouterr().err) == (2, sentence)


def test_no_paper_is_drawn_from_broken_content(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    break_bank(folder)

    status = main(["assemble", *PAPER])

    assert status == 1
    assert capsys.readouterr().err == "内容有错误，没有组卷（发现 1 个错误）。请先运行 quizgen check 并改正。\n"


def test_output_into_a_missing_folder_is_one_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["assemble", *PAPER, "--out", "none/paper.json"])

    assert status == 2
    assert capsys.readouterr().err == "没有文件夹“none”，写不了“paper.json”。请先建好文件夹，或换一个位置。\n"


def test_interruption_is_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(checking, "checked", interrupt)
    status = main(["check"])

    assert (status, capsys.readouterr().err) == (130, "已中断。\n")


def test_broken_pipe_is_one_sentence(folder: Path) -> None:
    for n in range(400):
        (folder / f"banks/exam/{n}.yml").write_text("错", encoding="utf-8")
    command = [sys.executable, "-c", "import sys; from quizgen.cli import main; sys.exit(main())", "check"]
    environment = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[2])}

    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=folder.parent
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        told = running.stderr.read().decode()
        status = running.wait()

    assert (status, told) == (1, "输出没有写完：接收输出的程序已经退出。\n")


def test_terminal_without_chinese_gets_no_traceback(folder: Path) -> None:
    command = [sys.executable, "-c", "import sys; from quizgen.cli import main; sys.exit(main())", "check"]
    environment = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[2]), "PYTHONIOENCODING": "ascii"}

    done = subprocess.run(command, capture_output=True, env=environment, cwd=folder.parent, check=False)

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(rb"\u68c0\u67e5")


def test_site_without_configuration_is_misuse(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["site"])

    assert status == 2
    assert capsys.readouterr().err == "没有网站配置“mkdocs.yml”。请在项目的文件夹里运行，或用 --config 指出它的位置。\n"


@pytest.mark.parametrize(
    ("problems", "status", "told"),
    [
        ([], 0, "网站已生成到 var/site。\n"),
        (["甲", "乙"], 1, "甲\n乙\n网站没有生成：有2个问题。原来的网站保持不变。\n"),
    ],
)
def test_site_tells_how_it_went(
    problems: list[str],
    status: int,
    told: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("mkdocs.yml").write_text("site_name: 学法\n", encoding="utf-8")
    asked = []

    def build_site(config: Path, out: Path, *, strict: bool, laws: Path | None) -> list[str]:
        asked.append((config, out, strict, laws))
        return problems

    monkeypatch.setattr("quizgen.site.build.build_site", build_site)

    assert main(["site", "--no-strict"]) == status
    assert asked == [(Path("mkdocs.yml"), Path("var/site"), False, None)]
    assert capsys.readouterr().err == told


def test_site_refuses_a_folder_of_statutes_that_is_not_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("mkdocs.yml").write_text("site_name: 学法\n", encoding="utf-8")

    assert main(["site", "--laws", "nowhere"]) == 2
    assert "没有法律原文目录“nowhere”" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "law", "assemble", "render", "readings", "rollover", "schema", "site"])
def test_command_is_found_without_those_of_other_families(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])

    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"用法：quizgen {command} ")
