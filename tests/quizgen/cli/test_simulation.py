"""`quizgen assemble --count`: what it prints and writes, and what it refuses before the long work begins."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from quizgen.cli import main, simulating
from tests.course_project import REPOSITORY
from tests.quizgen_content import BANK, ITEM, PROGRAMME, write_content

TIER = ["assemble", "--programme", "2026", "--tier", "agency"]
SIMULATION = [*TIER, "--seed", "a", "--count", "4"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A content folder whose bank has three items, of which a paper asks for one."""
    monkeypatch.chdir(tmp_path)
    more = "".join(
        ITEM.replace("-001", f"-{number}").replace("一切权力", f"第{number}种权力") for number in (101, 102, 103)
    )
    return write_content(tmp_path / "content", {"banks/exam/xianfa-01.yml": BANK.replace(ITEM, more)})


def test_simulation_is_told_in_aligned_lines(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main([*SIMULATION, "--attempts", "2"])

    told = capsys.readouterr()
    assert (status, told.err) == (0, "")
    lines = told.out.splitlines()
    assert lines[:7] == [
        "2026年度学法考试（国家机关工作人员）组卷模拟",
        "",
        "                        组卷结果      普通分层抽题",
        "试卷                    4份（学员2名，每人最多2次）",
        "题量                    全部满足（每份1题，1项）",
        "互斥题同卷              没有",
        "同一学员重复做到        没有",
    ]
    assert lines[7] == "期望得分的平均          1.70分        1.70分"


def test_simulation_on_a_terminal_is_a_table(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")

    main(SIMULATION)

    assert "┃" in capsys.readouterr().out


def test_papers_are_written_one_a_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main([*SIMULATION, "--attempts", "3", "--out", "papers.jsonl"])

    papers = [json.loads(line) for line in Path("papers.jsonl").read_text(encoding="utf-8").splitlines()]
    assert status == 0
    assert [(paper["learner"], paper["attempt"], paper["seed"]) for paper in papers] == [
        (1, 1, "a/1/1"),
        (1, 2, "a/1/2"),
        (1, 3, "a/1/3"),
        (2, 1, "a/2/1"),
    ]
    assert set(papers[0]) == {"learner", "attempt", "expected", "content", "blueprint", "seed", "items"}
    assert set(papers[0]["items"][0]) == {"item", "type", "options", "points"}
    assert len({paper["items"][0]["item"] for paper in papers[:3]}) == 3
    assert capsys.readouterr().err == "已写入 papers.jsonl。\n"


def test_papers_hold_keys_only_when_asked(folder: Path) -> None:
    main([*SIMULATION, "--out", "papers.jsonl", "--with-keys"])

    paper = json.loads(Path("papers.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert list(paper["keys"].values()) == [["B"]]


def test_report_is_a_page(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main([*SIMULATION, "--report", "report.html"])

    assert status == 0
    assert "<h1>2026年度学法考试（国家机关工作人员）组卷模拟</h1>" in Path("report.html").read_text(encoding="utf-8")
    assert capsys.readouterr().err == "已写入 report.html。\n"


def test_same_seed_gives_the_same_report(folder: Path) -> None:
    for name in ("one.html", "two.html"):
        main([*SIMULATION, "--report", name])

    assert Path("one.html").read_bytes() == Path("two.html").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--report", "r.html"], "--report 和 --attempts 要同 --count 一起用，如 --count 10000。\n"),
        (["--attempts", "2"], "--report 和 --attempts 要同 --count 一起用，如 --count 10000。\n"),
        (
            ["--count", "9", "--report", "none/r.html"],
            "没有文件夹“none”，写不了“r.html”。请先建好文件夹，或换一个位置。\n",
        ),
        (
            ["--count", "9", "--with-keys"],
            "许多份试卷写到文件时才附正确答案：请用 --out 写明文件，或不用 --with-keys。\n",
        ),
        (
            ["--count", "9", "--with-keys", "--report", "r.html"],
            "许多份试卷写到文件时才附正确答案：请用 --out 写明文件，或不用 --with-keys。\n",
        ),
        (["--count", "9", "--out", "content"], "“content”是文件夹，请写出文件名。\n"),
        (["--count", "9", "--out", "old"], "文件“old”已经存在，没有覆盖。要覆盖请加 --force，或换一个文件名。\n"),
        (["--count", "9", "--out", "a", "--report", "./a"], "--out 和 --report 写的是同一个文件，请分开。\n"),
    ],
)
def test_outputs_are_judged_before_anything_is_drawn(
    arguments: list[str],
    sentence: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("old").write_text("旧的", encoding="utf-8")
    monkeypatch.setattr(simulating, "selected", None)

    status = main([*TIER, *arguments])

    assert (status, capsys.readouterr().err) == (2, sentence)


@pytest.mark.parametrize("count", ["0", "-1", "1000001", "x", "1.5", "٣", "9" * 5_000])
def test_count_must_be_a_whole_number_within_limits(
    count: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main([*TIER, f"--count={count}"])

    assert end.value.code == 2
    assert f"--count：“{count[:20]}”不行，请写1到1000000的整数\n" in capsys.readouterr().err


def test_bank_that_fills_too_few_papers_leaves_no_file(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quizgen.check.course.programmes.shortages", lambda *_, **__: [])
    (folder / "programmes/2026.yml").write_text(PROGRAMME.replace("easy: 1", "easy: 4"), encoding="utf-8")

    status = main([*SIMULATION, "--out", "papers.jsonl"])

    assert status == 1
    assert capsys.readouterr().err.startswith("题库不足，按组卷方案“standard”出不了试卷：")
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["content"]


@pytest.mark.serial
def test_polite_kill_in_the_midst_of_writing_leaves_nothing(folder: Path) -> None:
    there = set(folder.parent.iterdir())
    command = "import sys; from quizgen.cli import main; sys.exit(main())"
    work = subprocess.Popen(
        [sys.executable, "-c", command, *TIER, "--count", "1000000", "--out", "papers.jsonl"],
        cwd=folder.parent,
        env={"PYTHONPATH": str(REPOSITORY)},
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while set(folder.parent.iterdir()) == there and time.monotonic() < deadline:
        time.sleep(0.05)
    begun = set(folder.parent.iterdir())

    work.send_signal(signal.SIGTERM)
    _, said = work.communicate(timeout=60)

    assert len(begun - there) == 1
    assert (work.returncode, said) == (130, "已中断。\n")
    assert set(folder.parent.iterdir()) == there
