"""The command line's own part: what it prints, and that it leaves alone what it must."""

from __future__ import annotations

import logging
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from grader.accounts.signin import sign_in
from grader.administration.publish import publish
from grader.cli import main, serving
from grader.domain.people.account import AccountId
from grader.settings import read_settings
from grader.store import open_store
from grader.store.kinds import ATTEMPT
from quizgen.parse.statistics import parse_statistics
from tests.grader_factories import NOON, attempt, content, door


@pytest.fixture
def data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A data folder just made; the office's administrator is 9000010000."""
    folder = tmp_path / "data"
    assert main(["init", "--data", str(folder)]) == 0
    capsys.readouterr()
    return folder


def test_reset_password_prints_a_slip_that_opens_the_account(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reset-password", "9000010000", "--data", str(data)]) == 0

    printed = capsys.readouterr().out
    [password] = re.findall(r"密码  (\S+)", printed)
    store = open_store(f"tiny:{data / 'store'}", exclusive=True)
    account = sign_in(door(store, now=datetime.now(UTC)), "9000010000", password)
    store.close()
    assert account.credential.expires
    expires = account.credential.expires.astimezone()
    assert printed == (
        "已重置密码，原来的密码不能再用，已登录的设备会全部退出。\n\n"
        "  一次性密码（只显示这一次，请立即抄下）\n"
        f"    账号  9000010000\n    密码  {password}\n  {expires:%Y-%m-%d %H:%M} 前有效，首次登录后须修改密码。\n"
    )
    assert account.credential.initial
    assert [(act.action, act.by) for act in account.acts] == [("reset-password", "command-line")]


def test_reset_password_of_nobody_says_so(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reset-password", "nobody", "--data", str(data)]) == 1

    assert capsys.readouterr().err.startswith("没有账号“nobody”，没有办理。")


def test_reset_password_is_refused_while_the_service_runs(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    owner = open_store(f"tiny:{data / 'store'}", exclusive=True)

    assert main(["reset-password", "9000010000", "--data", str(data)]) == 1

    owner.close()
    assert "正在被另一进程使用" in capsys.readouterr().err


def test_full_queue_of_requests_is_not_logged_each_time(data: Path) -> None:
    main(["reset-password", "9000010000", "--data", str(data)])

    assert not logging.getLogger("waitress.queue").isEnabledFor(logging.WARNING)


def test_serve_says_where_it_answers_where_that_is_not_what_people_type(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = []

    def announce(_app: Flask, listener: socket.socket, *, on_ready: Callable[[], None]) -> None:
        ports.append(listener.getsockname()[1])
        on_ready()
        listener.close()

    monkeypatch.setattr(serving, "serve", announce)

    assert main(["serve", "--data", str(data), "--host", "0.0.0.0", "--port", "0"]) == 0  # noqa: S104 - closed at once

    assert capsys.readouterr().out == (
        f"在本机打开：http://127.0.0.1:{ports[0]}（学员使用 settings.toml 里的地址）\n"
        "服务已启动：http://127.0.0.1:8000（按 Ctrl+C 停止）\n"
    )


@pytest.fixture
def sat(data: Path) -> Path:
    """The data folder after one finished attempt under the programme 2026."""
    store = open_store(f"tiny:{data / 'store'}", exclusive=True)
    digest = publish(store, content(), by="test", now=NOON).digest
    paper = replace(attempt().paper, content=digest)
    store.save(ATTEMPT, "t1", attempt(paper=paper, submitted=NOON), expected=0)
    store.close()
    return data


def test_statistics_are_written_while_the_service_runs(sat: Path, capsys: pytest.CaptureFixture[str]) -> None:
    owner, out = open_store(f"tiny:{sat / 'store'}", exclusive=True), sat / "2026.json"

    status = main(["statistics", "--data", str(sat), "--programme", "2026", "--out", str(out)])

    owner.close()
    found, faults = parse_statistics(out.read_text(encoding="utf-8"), out.as_posix())
    assert (status, faults) == (0, [])
    assert found
    assert (found.papers, list(found.items)) == (1, ["xianfa-01-101", "xianfa-01-102", "xianfa-01-107"])
    printed = capsys.readouterr()
    assert printed.err == f"已写入 {out}。\n"
    assert printed.out == (
        "试卷 1 份，试题 3 道；统计截止时间 2026-10-09。\n学员 1 人的第一次考试：平均得分率 0.0%。\n"
    )


def test_statistics_go_to_the_content_folder_and_replace_nothing(
    sat: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = sat / "settings.toml"
    text = settings.read_text(encoding="utf-8").replace(read_settings(sat).content.as_posix(), tmp_path.as_posix())
    settings.write_text(text, encoding="utf-8")
    command, out = ["statistics", "--data", str(sat), "--programme", "2026"], tmp_path / "statistics" / "2026.json"

    first, written = main(command), out.read_bytes()
    out.write_bytes(b"kept")
    second, kept = main(command), out.read_bytes()
    third = main([*command, "--force"])

    assert (first, second, third) == (0, 2, 0)
    assert (kept, out.read_bytes()) == (b"kept", written)
    assert f"文件“{out}”已经存在，没有覆盖。" in capsys.readouterr().err


def test_statistics_into_a_missing_folder_are_refused_before_anything_is_counted(
    sat: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.cli.counting.count_attempts", None)
    out = sat / "none" / "2026.json"

    assert main(["statistics", "--data", str(sat), "--programme", "2026", "--out", str(out)]) == 2

    assert capsys.readouterr().err == f"没有文件夹“{out.parent}”，写不了“2026.json”。请先建好文件夹，或换一个位置。\n"


@pytest.mark.parametrize("name", ["2025", "../2026"])
def test_statistics_of_an_unknown_programme_are_refused(
    sat: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    out = tmp_path / "new.json"

    assert main(["statistics", "--data", str(sat), "--programme", name, "--out", str(out)]) == 1

    assert capsys.readouterr().err == f"没有发布过方案“{name}”，没有统计。\n"
    assert not out.exists()


def test_statistics_say_how_many_attempts_are_damaged(sat: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = open_store(f"tiny:{sat / 'store'}", exclusive=True)
    paper = replace(attempt().paper, content="gone")
    store.save(ATTEMPT, "t2", attempt("t2", account=AccountId("a2"), paper=paper, submitted=NOON), expected=0)
    store.close()

    assert main(["statistics", "--data", str(sat), "--programme", "2026", "--out", str(sat / "2026.json")]) == 0

    assert "注意：有 1 份考试记录无法读取，没有计入。" in capsys.readouterr().err


def test_start_of_the_service_imports_nothing_that_only_a_few_requests_need() -> None:
    command = "import sys, grader.cli.serving; print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True).stdout.split()

    assert {"flask", "waitress", "tinydb"} <= set(loaded)
    rare = {
        "fpdf",
        "fontTools",
        "segno",
        "openpyxl",
        "pypinyin",
        "markdown",
        "mkdocs",
        "rich",
        "yaml",
        "quizgen.check",
        "grader.demo",
    }
    assert rare & set(loaded) == set()
