"""`grader year` and what `grader publish` then asks, on a deployment with a small published folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.cli import main
from tests.quizgen_content import PROGRAMME, write_content

THIS_YEAR = datetime.now(UTC).year
SMALL = (
    PROGRAMME.replace("opens: 2026-03-01", f"opens: {THIS_YEAR}-01-01")
    .replace("closes: 2027-01-01", f"closes: {THIS_YEAR + 1}-12-01")
    .replace("opens: 2026-09-01", f"opens: {THIS_YEAR}-01-02")
    .replace("closes: 2026-12-21", f"closes: {THIS_YEAR + 1}-12-21")
)
WHY = ("--reason", "考生集中", "--document", "某普法办〔2026〕5号")


@pytest.fixture
def data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder, content = tmp_path / "data", tmp_path / "content"
    write_content(content, {"programmes/2026.yml": SMALL})
    assert main(["init", "--data", str(folder)]) == 0
    assert main(["publish", "--data", str(folder), "--content", str(content)]) == 0
    capsys.readouterr()
    return folder


def run(data: Path, *words: str) -> int:
    return main([*words, "--data", str(data)])


def test_change_is_shown_made_and_kept_when_the_folder_is_published_again(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    longer = ("year", "change", "--exam-closes", f"{THIS_YEAR + 1}-12-31", *WHY)
    line = f"考试时间：{THIS_YEAR}年1月2日 08:00 至 {THIS_YEAR + 1}年12月20日 24:00 → "

    assert run(data, *longer, "--dry-run") == 0
    assert capsys.readouterr().out.endswith("还没有修改。\n")
    assert run(data, *longer) == 0
    assert line in capsys.readouterr().out

    publish = ("publish", "--content", str(data.parent / "content"))
    assert run(data, *publish) == 1
    assert "--keep-changes" in capsys.readouterr().err
    assert run(data, *publish, "--keep-changes") == 0
    capsys.readouterr()
    assert run(data, "year", "show") == 0
    shown = capsys.readouterr().out
    assert f"至 {THIS_YEAR + 1}年12月31日 24:00" in shown
    assert "修改考试时间，原因：考生集中，文号：某普法办〔2026〕5号。" in shown
    assert run(data, *publish, "--drop-changes") == 0
    capsys.readouterr()
    run(data, "year", "show")
    assert "考生集中" not in capsys.readouterr().out


def test_change_that_takes_time_away_is_refused(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(data, "year", "change", "--exam-closes", f"{THIS_YEAR + 1}-12-01", *WHY) == 1

    assert "不能提前截止" in capsys.readouterr().err
