"""The command line's own part: what it prints, and that it leaves alone what it must."""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from grader import cli
from grader.cli import main
from grader.signin import sign_in
from grader.store import open_store


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
    account = sign_in(store, "9000010000", password, now=datetime.now(UTC))
    store.close()
    assert printed == (
        "已重置密码，原来的密码不能再用，已登录的设备会全部退出。\n\n"
        "  一次性密码（只显示这一次，请立即抄下）\n"
        f"    账号  9000010000\n    密码  {password}\n  首次登录后须修改密码。\n"
    )
    assert account.credential.initial
    assert [(act.action, act.by) for act in account.acts] == [("reset-password", "command-line")]


def test_reset_password_of_nobody_says_so(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reset-password", "nobody", "--data", str(data)]) == 1

    assert capsys.readouterr().err.startswith("没有账号“nobody”，密码没有重置。")


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

    monkeypatch.setattr(cli, "serve", announce)

    assert main(["serve", "--data", str(data), "--host", "0.0.0.0", "--port", "0"]) == 0  # noqa: S104 - closed at once

    assert capsys.readouterr().out == (
        f"在本机打开：http://127.0.0.1:{ports[0]}（学员使用 settings.toml 里的地址）\n"
        "服务已启动：http://127.0.0.1:8000（按 Ctrl+C 停止）\n"
    )
