"""The tiny store when the process is killed, the disk fails, or several processes meet."""

from __future__ import annotations

import errno
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.store.base import Name, Row, Stored, Unusable
from grader.store.tiny.store import TinyStore, open_tiny
from tests.grader.store.cards import CARD, Card, CardSummary

ROUNDS = 15
ROOT = Path(__file__).parents[4]
WRITER = """
import sys
from grader.store.tiny.store import open_tiny
from tests.grader.store.cards import CARD, Card

store = open_tiny(sys.argv[1], exclusive=True, kinds=[CARD])
versions = {row.id: row.version for row in store.list(CARD)}
while True:
    for id in "abc":
        version = versions.get(id, 0)
        card = Card(text="甲" * 700, count=version + 1, aliases=frozenset({f"{id}{version + 1}"}))
        versions[id] = store.save(CARD, id, card, expected=version)
        print(id, versions[id], flush=True)
    store.checkpoint()
"""


def start_writer(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WRITER, folder], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def killed_after(writer: subprocess.Popen[str], seconds: float) -> dict[str, int]:
    """Kill the writer some time after its first save; gives the last version acknowledged for each id."""
    assert writer.stdout is not None
    lines = [writer.stdout.readline()]
    time.sleep(seconds)
    writer.send_signal(signal.SIGKILL)
    lines += writer.stdout.readlines()
    writer.wait()
    writer.stdout.close()
    whole = [line.split() for line in lines if line.endswith("\n")]
    return {id: int(version) for id, version in whole}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TinyStore]:
    store = open_tiny(tmp_path, exclusive=True, kinds=[CARD])
    store.save(CARD, "a", Card(count=1, aliases=frozenset({"x"})), expected=0)
    yield store
    store.close()


@pytest.mark.serial
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_killed_writer_loses_no_acknowledged_save(tmp_path: Path) -> None:
    moments = random.Random(2026)  # noqa: S311 - when to kill, not what to keep secret
    acknowledged: dict[str, int] = {}
    for place in range(ROUNDS):
        acknowledged |= killed_after(start_writer(tmp_path), moments.uniform(0, 0.08))

        owner = place % 3 > 0  # every third time the next writer meets what was left, without an owner's close between
        store = open_tiny(tmp_path, exclusive=owner, kinds=[CARD])
        found = {row.id: row.version for row in store.list(CARD)}
        bodies = {id: store.load(CARD, id) for id in found}
        holders = {id: store.find(CARD, Name("alias", f"{id}{version}")) for id, version in found.items()}
        store.close()

        assert store.damaged == []
        assert not owner or list(tmp_path.rglob("documents/**/.*")) == []
        assert {id: found[id] >= version for id, version in acknowledged.items()} == dict.fromkeys(acknowledged, True)
        assert {id: body and (body.version, body.value.count) for id, body in bodies.items()} == {
            id: (version, version) for id, version in found.items()
        }
        assert holders == {id: id for id in found}


@pytest.mark.serial
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_lock_dies_with_its_process(tmp_path: Path) -> None:
    writer = start_writer(tmp_path)
    assert writer.stdout is not None
    writer.stdout.readline()
    with pytest.raises(Unusable, match="正在被另一进程使用"):
        open_tiny(tmp_path, exclusive=True, kinds=[CARD])

    killed_after(writer, 0)

    open_tiny(tmp_path, exclusive=True, kinds=[CARD]).close()


@pytest.mark.serial
def test_reader_never_meets_half_a_document(tmp_path: Path) -> None:
    writer = start_writer(tmp_path)
    assert writer.stdout is not None
    for _ in range(3):
        writer.stdout.readline()

    seen = []
    for _ in range(10):
        reader = open_tiny(tmp_path, exclusive=False, kinds=[CARD])
        seen += [(reader.damaged, reader.load(CARD, id)) for id in "abc" * 20]

    killed_after(writer, 0)
    assert all(damaged == [] and stored and stored.value.count == stored.version for damaged, stored in seen)


@pytest.mark.parametrize("step", ["_create", "os.write", "os.fsync", "os.replace"])
def test_failure_before_the_replacement_leaves_the_old_state(
    tmp_path: Path, store: TinyStore, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(f"grader.store.tiny.file.{step}", fail)
        with pytest.raises(Unusable, match=r"a\.json 未能写入（磁盘空间不足）。请检查磁盘空间"):
            store.save(CARD, "a", Card(count=2, aliases=frozenset({"y"})), expected=1)

    assert store.load(CARD, "a") == Stored(Card(count=1, aliases=frozenset({"x"})), 1)
    assert store.list(CARD) == [Row("a", 1, CardSummary(text="", count=1))]
    assert [store.find(CARD, Name("alias", alias)) for alias in "xy"] == ["a", None]
    assert store.save(CARD, "b", Card(aliases=frozenset({"y"})), expected=0) == 1
    assert list(tmp_path.rglob("documents/**/.*")) == []


def test_failed_first_save_leaves_nothing(store: TinyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_file: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr("grader.store.tiny.file.os.fsync", fail)
        with pytest.raises(Unusable, match="未能写入"):
            store.save(CARD, "n", Card(count=2), expected=0)

    assert store.load(CARD, "n") is None
    assert store.save(CARD, "n", Card(count=3), expected=0) == 1


def test_failure_after_the_replacement_is_what_the_disk_says(store: TinyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_folder: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr("grader.store.tiny.file.sync_folder", fail)
        with pytest.raises(Unusable, match="未能写入"):
            store.save(CARD, "a", Card(count=2, aliases=frozenset({"y"})), expected=1)

    assert store.load(CARD, "a") == Stored(Card(count=2, aliases=frozenset({"y"})), 2)
    assert store.list(CARD) == [Row("a", 2, CardSummary(text="", count=2))]
    assert [store.find(CARD, Name("alias", alias)) for alias in "xy"] == [None, "a"]


@pytest.mark.parametrize("step", ["_create", "os.write", "os.fsync", "os.replace"])
def test_full_disk_is_found_by_trying(
    tmp_path: Path, store: TinyStore, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    store.try_saving()
    with monkeypatch.context() as broken:
        broken.setattr(f"grader.store.tiny.file.{step}", fail)
        with pytest.raises(Unusable, match="未能写入（磁盘空间不足）"):
            store.try_saving()
    store.try_saving()

    assert list(tmp_path.rglob("documents/**/*.tmp")) == []
    reader = open_tiny(tmp_path, exclusive=False, kinds=[CARD])
    assert reader.damaged == []
    with pytest.raises(Unusable, match="只读"):
        reader.try_saving()


def test_unwritable_checkpoint_is_harmless(
    tmp_path: Path, store: TinyStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("grader.store.tiny.index.replace_file", fail)
        store.close()

    assert "checkpoint could not be written" in caplog.text
    again = open_tiny(tmp_path, exclusive=True, kinds=[CARD])
    assert again.load(CARD, "a") == Stored(Card(count=1, aliases=frozenset({"x"})), 1)
    again.close()
