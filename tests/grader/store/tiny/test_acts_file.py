"""The log of acts as a file: what a crash or a hand leaves of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.store.base import Unusable
from grader.store.kinds import KINDS
from grader.store.tiny.store import TinyStore, open_tiny
from tests.grader.store.contract_acts import fill, found

ALL = ["u1.1", "a1.2", "2026.a1.1", "a2.1", "a1.1"]


def opened(folder: Path) -> TinyStore:
    return open_tiny(folder, exclusive=True, kinds=KINDS)


@pytest.fixture
def lines(folder: Path) -> Path:
    """The file of a folder with five acts."""
    store = opened(folder)
    fill(store)
    store.close()
    return folder / "acts.jsonl"


def late(folder: Path) -> list[str]:
    store = opened(folder)
    assert found(store) == ALL
    store.close()
    return sorted(f"{logged.id}.{logged.number}" for logged in store.log() if logged.late)


def test_lost_end_of_the_file_comes_again_from_the_documents(folder: Path, lines: Path) -> None:
    kept = lines.read_bytes().splitlines(keepends=True)
    lines.write_bytes(b"".join(kept[:-2]) + kept[-2][:20])

    assert late(folder) == ["2026.a1.1", "u1.1"]
    assert late(folder) == ["2026.a1.1", "u1.1"]


def test_folder_of_before_the_log_gets_one(folder: Path, lines: Path) -> None:
    lines.unlink()

    assert late(folder) == sorted(ALL)


def test_line_that_is_no_act_is_told_and_harms_no_other(folder: Path, lines: Path) -> None:
    kept = lines.read_bytes().splitlines(keepends=True)
    lines.write_bytes(b"{}\n" + b"".join(kept))

    store = opened(folder)

    assert found(store) == ALL
    with pytest.raises(Unusable, match="第 1 行无法读取"):
        list(store.log())
    store.close()


def test_reader_beside_the_service_sees_the_log(folder: Path, lines: Path) -> None:
    reader = open_tiny(folder, exclusive=False, kinds=KINDS)

    assert found(reader, most=1) == ["u1.1"]
