"""`grader account` and `security-log` on a deployment just made; its administrator is 9000010000."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.accounts.signin import account_named, sign_in
from grader.cli import main
from grader.domain.errors import AccountInactive
from grader.domain.people.account import Account
from grader.store import open_store
from tests.grader_factories import door

COUNTY = "9000010000"


@pytest.fixture
def data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "data"
    assert main(["init", "--data", str(folder)]) == 0
    capsys.readouterr()
    return folder


def account(data: Path, *words: str) -> int:
    return main(["account", *words, "--data", str(data)])


def kept(data: Path) -> Account:
    store = open_store(f"tiny:{data / 'store'}", exclusive=False)
    found = account_named(store, COUNTY)
    store.close()
    assert found
    return found


def test_account_is_shown_with_what_happened_to_it(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    account(data, "end-sign-ins", COUNTY)
    capsys.readouterr()

    assert account(data, "show", COUNTY) == 0

    shown = capsys.readouterr().out
    assert f"学法账号 {COUNTY}  县级管理员" in shown
    assert "账号：未启用" in shown
    assert "全部退出登录" in shown


def test_reset_prints_a_slip_that_opens_the_account(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert account(data, "reset", COUNTY) == 0

    [password] = re.findall(r"密码  (\S+)", capsys.readouterr().out)
    store = open_store(f"tiny:{data / 'store'}", exclusive=True)
    assert sign_in(door(store, now=datetime.now(UTC)), COUNTY, password).credential.initial
    store.close()


def test_account_is_disabled_enabled_and_its_role_changed(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    account(data, "reset", COUNTY)
    [password] = re.findall(r"密码  (\S+)", capsys.readouterr().out)

    assert account(data, "disable", COUNTY, "--reason", "resigned") == 0
    store = open_store(f"tiny:{data / 'store'}", exclusive=True)
    with pytest.raises(AccountInactive):
        sign_in(door(store, now=datetime.now(UTC)), COUNTY, password)
    store.close()
    assert account(data, "enable", COUNTY) == 0
    assert account(data, "role", COUNTY, "reader") == 0

    assert (kept(data).is_active, kept(data).role, kept(data).switches[0].reason) == (True, "reader", "resigned")
    assert [act.by for act in kept(data).acts] == ["command-line"] * 4


def test_security_log_lists_what_was_done_and_by_whom(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    account(data, "end-sign-ins", COUNTY)
    account(data, "unlock", COUNTY)
    capsys.readouterr()

    assert main(["security-log", "--data", str(data), "--kind", "ended"]) == 0

    [entry, count] = capsys.readouterr().out.splitlines()
    assert entry.split("  ")[1:] == ["全部退出登录", COUNTY, "command-line"]
    assert count == "共 1 条。"


def test_unknown_account_is_refused(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert account(data, "disable", "nobody") == 1

    assert "没有账号“nobody”" in capsys.readouterr().err


def test_writing_is_refused_while_the_service_runs_and_looking_is_not(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    owner = open_store(f"tiny:{data / 'store'}", exclusive=True)

    done = [account(data, "unlock", COUNTY), account(data, "show", COUNTY)]

    owner.close()
    assert done == [1, 0]
    assert "正在被另一进程使用" in capsys.readouterr().err
