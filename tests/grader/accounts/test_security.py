from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from grader.accounts import security
from grader.accounts.security import Entry, Happening, SecurityLog
from tests.grader_factories import NOON

SIGN_IN = Entry(at=NOON, happening=Happening.SIGN_IN, account="9000010010001", source="198.51.100.7")
FAILED = Entry(at=NOON, happening=Happening.FAILED, source="203.0.113.9")
ROLE = Entry(at=NOON, happening=Happening.ROLE, account="9000010010000", by="9000010000", what="reader")


def test_what_was_noted_is_found_newest_first(tmp_path: Path) -> None:
    log = SecurityLog(tmp_path / "security")

    for entry in (SIGN_IN, FAILED, ROLE):
        log.note(entry)

    assert log.found() == [ROLE, FAILED, SIGN_IN] == SecurityLog(tmp_path / "security").found()


def test_entries_are_found_by_account_kind_and_day(tmp_path: Path) -> None:
    log = SecurityLog(tmp_path)
    tomorrow = Entry(at=NOON + timedelta(days=1), happening=Happening.FAILED, account="9000010010001")
    for entry in (SIGN_IN, FAILED, ROLE, tomorrow):
        log.note(entry)

    assert log.found(account="9000010010001") == [tomorrow, SIGN_IN]
    assert log.found(account="9000010000") == [ROLE]
    assert log.found(account="900001001") == []
    assert log.found(happening=Happening.FAILED) == [tomorrow, FAILED]
    assert log.found(day=date(2026, 10, 9)) == [ROLE, FAILED, SIGN_IN]
    assert log.found(account="9000010010001", happening=Happening.FAILED, day=date(2026, 10, 9)) == []


def test_folder_that_is_not_there_yet_holds_nothing(tmp_path: Path) -> None:
    assert SecurityLog(tmp_path / "none").found() == []


def test_line_that_was_cut_short_hides_no_other(tmp_path: Path) -> None:
    log = SecurityLog(tmp_path)
    log.note(SIGN_IN)
    [file] = tmp_path.glob("*.jsonl")
    file.write_bytes(
        file.read_bytes() + b'{"at": "2026-10\n' + b"\xff\xfe\n" + b'[1]\n{"at": "2026-10-09T00:00:00+00:00"}\n'
    )
    log.note(ROLE)

    assert log.found() == [ROLE, SIGN_IN]


def test_old_files_go_and_half_a_year_stays(tmp_path: Path) -> None:
    for days in (100, 183, 300):
        SecurityLog(tmp_path).note(Entry(at=NOON - timedelta(days=days), happening=Happening.SIGN_IN))

    SecurityLog(tmp_path).note(SIGN_IN)

    assert len(list(tmp_path.glob("*.jsonl"))) == 3


def test_flood_of_failures_is_bounded_and_administrators_are_still_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security, "LARGEST", 1000)
    log = SecurityLog(tmp_path)

    for _ in range(100):
        log.note(FAILED)
    log.note(ROLE)

    assert log.found()[0] == ROLE
    assert sum(file.stat().st_size for file in tmp_path.glob("*.jsonl")) < 1500


def test_search_gives_so_many_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "MOST_FOUND", 5)
    log = SecurityLog(tmp_path)
    for _ in range(9):
        log.note(FAILED)

    assert len(log.found()) == 5


def test_file_can_be_read_by_the_service_only(tmp_path: Path) -> None:
    SecurityLog(tmp_path / "security").note(SIGN_IN)

    [file] = (tmp_path / "security").glob("*.jsonl")
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_log_that_cannot_be_written_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "security").write_text("a file, no folder")

    SecurityLog(tmp_path / "security").note(SIGN_IN)

    assert "security log could not be written" in caplog.text


def test_threads_and_logs_of_one_folder_lose_nothing(tmp_path: Path) -> None:
    logs = [SecurityLog(tmp_path) for _ in range(4)]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: logs[number % 4].note(SIGN_IN), range(400)))

    assert SecurityLog(tmp_path).found() == [SIGN_IN] * 400


WRITER = """
import os, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from grader.accounts.security import Entry, Happening, SecurityLog
log = SecurityLog(Path(sys.argv[1]))
for _ in range(3):
    log.note(Entry(at=datetime(2026, 10, 9, 4, tzinfo=UTC), happening=Happening.FAILED))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_noted_survives_a_kill(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", WRITER, str(tmp_path)], env={**os.environ}, check=False)

    assert done.returncode == -signal.SIGKILL
    assert len(SecurityLog(tmp_path).found()) == 3
