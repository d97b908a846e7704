"""The tiny store against the contract, and what only a store on a disk must do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Event
from typing import Any
from zlib import crc32

import pytest

from grader.store import open_store
from grader.store.base import Kind, Name, NameTaken, Row, Store, Stored, Unusable
from grader.store.memory import MemoryStore
from grader.store.tiny import TinyStore, open_tiny
from grader.store.tiny_file import TinyFile, replace_file
from tests.grader.store.contract import (
    ALL_KINDS,
    CARD,
    Backend,
    Card,
    CardSummary,
    StoreContract,
    as_text,
    in_threads,
)

Open = Callable[..., TinyStore]


def document_path(folder: Path, id: str) -> Path:
    return folder / "documents" / "card" / f"{crc32(id.encode()) % 256:02x}" / f"{id}.json"


def put_card(folder: Path, document: dict[str, Any]) -> None:
    (folder / "store.json").write_text('{"format":1}')
    path = document_path(folder, "a")
    path.parent.mkdir(parents=True)
    path.write_text(as_text({"documents": {"1": document}}), encoding="utf-8")


def aged(folder: Path) -> None:
    """Make every document old enough for the checkpoint to trust its stamp."""
    for path in folder.rglob("documents/**/*.json"):
        os.utime(path, (1_700_000_000, 1_700_000_000))


class TinyBackend:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stores: list[Store] = []

    def fresh(self) -> Store:
        return self._open(self.folder / f"fresh-{len(self.stores)}")

    def put(self, document: dict[str, Any]) -> Store:
        folder = self.folder / "put"
        folder.mkdir()
        put_card(folder, document)
        kind = CARD if document["schema"] > 1 else replace(CARD, schema=2, upcasts={1: _upcast})
        return self._open(folder, kind)

    def close(self) -> None:
        for store in self.stores:
            store.close()

    def _open(self, folder: Path, *kinds: Kind[Any, Any]) -> Store:
        self.stores.append(open_tiny(folder, exclusive=True, kinds=kinds or ALL_KINDS))
        return self.stores[-1]


def _upcast(body: dict[str, Any]) -> dict[str, Any]:
    return {"text": body["title"], "count": body["count"]}


class TestTiny(StoreContract):
    @pytest.fixture
    def backend(self, tmp_path: Path) -> Iterator[Backend]:
        backend = TinyBackend(tmp_path)
        yield backend
        backend.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def reopen(folder: Path) -> Iterator[Open]:
    """Close what was opened before and open the folder again."""
    stores: list[TinyStore] = []

    def open_again(*, exclusive: bool = True, bodies: int = 10) -> TinyStore:
        if exclusive and stores:
            stores[-1].close()
        stores.append(open_tiny(folder, exclusive=exclusive, kinds=[CARD], bodies=bodies))
        return stores[-1]

    yield open_again
    for store in stores:
        store.close()


def test_reopened_store_has_everything(reopen: Open) -> None:
    store = reopen()
    store.save(CARD, "b", Card(text="乙", aliases=frozenset({"x"})), expected=0)
    store.save(CARD, "a", Card(count=1), expected=0)
    store.save(CARD, "a", Card(count=2), expected=1)
    store.save(CARD, "c", Card(), expected=0)
    store.delete(CARD, "c", expected=1)

    store = reopen()

    assert store.list(CARD) == [
        Row("a", 2, CardSummary(text="", count=2)),
        Row("b", 1, CardSummary(text="乙", count=0)),
    ]
    assert store.load(CARD, "a") == Stored(Card(count=2), 2)
    assert store.find(CARD, Name("alias", "x")) == "b"
    assert store.damaged == []


def test_store_without_close_has_everything(folder: Path, reopen: Open) -> None:
    reopen().save(CARD, "a", Card(count=1), expected=0)

    reader = reopen(exclusive=False)

    assert not (folder / "index.json").exists()
    assert reader.list(CARD) == [Row("a", 1, CardSummary(text="", count=1))]


def test_checkpoint_spares_the_reading_of_documents(
    folder: Path, reopen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = Card(count=1, aliases=frozenset({"x"}))
    reopen().save(CARD, "a", card, expected=0)
    aged(folder)
    reopen()  # takes in the new stamp, and its close checkpoints it
    monkeypatch.setattr("grader.store.tiny.TinyFile.read", lambda _file: pytest.fail("a document was read"))

    store = reopen()

    assert store.list(CARD) == [Row("a", 1, CardSummary(text="", count=1))]
    assert store.find(CARD, Name("alias", "x")) == "a"


def test_start_rereads_changed_new_and_vanished_documents(folder: Path, reopen: Open) -> None:
    store = reopen()
    for id in ("changed", "vanished"):
        store.save(CARD, id, Card(count=1, aliases=frozenset({id})), expected=0)
    aged(folder)
    reopen()
    reopen().close()
    text = document_path(folder, "changed").read_text()
    document_path(folder, "changed").write_text(text.replace('"count":1', '"count":22'))
    document_path(folder, "vanished").unlink()
    document_path(folder, "new").parent.mkdir()
    document_path(folder, "new").write_text(text.replace("changed", "new"))

    store = reopen()

    assert [(row.id, row.summary.count) for row in store.list(CARD)] == [("changed", 22), ("new", 1)]
    assert [store.find(CARD, Name("alias", id)) for id in ("changed", "vanished", "new")] == ["changed", None, "new"]


def test_young_file_is_not_trusted_to_the_checkpoint(folder: Path, reopen: Open) -> None:
    reopen().save(CARD, "a", Card(count=1), expected=0)
    reopen().close()
    path = document_path(folder, "a")
    stamp = path.stat().st_mtime_ns
    path.write_text(path.read_text().replace('"count":1', '"count":2'))
    os.utime(path, ns=(stamp, stamp))

    store = reopen()

    assert store.list(CARD) == [Row("a", 1, CardSummary(text="", count=2))]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"made_by":"x","entries":{}}'])
def test_useless_checkpoint_does_no_harm(folder: Path, reopen: Open, text: str) -> None:
    reopen().save(CARD, "a", Card(count=1), expected=0)
    reopen().close()
    (folder / "index.json").write_text(text)

    assert reopen().list(CARD) == [Row("a", 1, CardSummary(text="", count=1))]


def test_other_summaries_void_the_checkpoint(folder: Path, reopen: Open) -> None:
    reopen().save(CARD, "a", Card(count=1), expected=0)
    aged(folder)
    reopen()
    reopen().close()

    store = open_tiny(
        folder, exclusive=False, kinds=[replace(CARD, schema=2, upcasts={1: lambda body: body | {"count": 7}})]
    )

    assert store.list(CARD) == [Row("a", 1, CardSummary(text="", count=7))]


def test_second_owner_is_refused(folder: Path, reopen: Open) -> None:
    reopen()

    with pytest.raises(Unusable, match=f"{folder} 正在被另一进程使用.*请先停止服务"):
        open_tiny(folder, exclusive=True, kinds=[CARD])


def test_reader_needs_no_lock_sees_saves_and_writes_nothing(folder: Path, reopen: Open) -> None:
    owner = reopen()
    owner.save(CARD, "a", Card(count=1), expected=0)
    reader = reopen(exclusive=False)
    leftover = document_path(folder, "a").with_name(".b.json.tmp")
    leftover.touch()

    owner.save(CARD, "a", Card(count=2), expected=1)

    assert reader.load(CARD, "a") == Stored(Card(count=2), 2)
    with pytest.raises(Unusable, match="只读"):
        reader.save(CARD, "a", Card(count=3), expected=2)
    with pytest.raises(Unusable, match="只读"):
        reader.delete(CARD, "a", expected=2)
    reopen(exclusive=False)
    reader.close()
    assert leftover.exists()
    assert not (folder / "index.json").exists()


def test_owner_sweeps_leftovers_away(folder: Path, reopen: Open) -> None:
    reopen().save(CARD, "a", Card(count=1), expected=0)
    leftover = document_path(folder, "a").with_name(".a.json.tmp")
    leftover.write_text('{"documents":')

    store = reopen()

    assert not leftover.exists()
    assert store.load(CARD, "a") == Stored(Card(count=1), 1)


@pytest.mark.parametrize("bad", [b"", b"{", b"[]", b'{"documents":{"1":{}}}', b"{}", b"\xff", b"[" * 100_000])
def test_one_damaged_document_leaves_the_others_usable(folder: Path, reopen: Open, bad: bytes) -> None:
    store = reopen()
    store.save(CARD, "a", Card(aliases=frozenset({"x"})), expected=0)
    store.save(CARD, "b", Card(), expected=0)
    aged(folder)
    reopen()
    reopen().close()
    path = document_path(folder, "a")
    path.write_bytes(bad)

    store = reopen()

    assert store.damaged == [
        f"文件 {path} 无法读取：内容已损坏，或不是本系统写入的。原有内容没有改动。请从备份恢复它，再重新启动服务。"
    ]
    assert [row.id for row in store.list(CARD)] == ["b"]
    assert store.save(CARD, "b", Card(count=2), expected=1) == 2
    for call in (
        lambda: store.load(CARD, "a"),
        lambda: store.save(CARD, "a", Card(), expected=0),
        lambda: store.save(CARD, "a", Card(), expected=1),
        lambda: store.delete(CARD, "a", expected=1),
    ):
        with pytest.raises(Unusable, match=f"{path}.*请从备份恢复"):
            call()
    with pytest.raises(NameTaken):
        store.save(CARD, "b", Card(aliases=frozenset({"x"})), expected=2)
    assert path.read_bytes() == bad


def test_document_damaged_under_the_service_is_not_overwritten(folder: Path, reopen: Open) -> None:
    store = reopen()
    store.save(CARD, "a", Card(count=1, aliases=frozenset({"x"})), expected=0)
    path = document_path(folder, "a")
    path.write_bytes(b"{")

    with pytest.raises(Unusable, match=f"{path}.*请从备份恢复"):
        store.save(CARD, "a", Card(count=2, aliases=frozenset({"x", "y"})), expected=1)

    assert path.read_bytes() == b"{"
    assert store.list(CARD) == []
    assert len(store.damaged) == 1
    assert store.save(CARD, "b", Card(aliases=frozenset({"y"})), expected=0) == 1


def test_restored_document_is_usable_again(folder: Path, reopen: Open) -> None:
    reopen().save(CARD, "a", Card(count=1), expected=0)
    path = document_path(folder, "a")
    backup = path.read_bytes()
    path.write_bytes(b"{")
    reopen()
    path.write_bytes(backup)

    store = reopen()

    assert store.damaged == []
    assert store.load(CARD, "a") == Stored(Card(count=1), 1)


def test_two_documents_with_one_name_are_not_both_taken_in(folder: Path, reopen: Open) -> None:
    store = reopen()
    store.save(CARD, "a", Card(aliases=frozenset({"x"})), expected=0)
    store.save(CARD, "b", Card(aliases=frozenset({"w"})), expected=0)
    path = document_path(folder, "b")
    path.write_text(path.read_text().replace('"w"', '"x"'))

    store = reopen()

    usable = [row.id for row in store.list(CARD)]
    assert usable in (["a"], ["b"])
    assert store.find(CARD, Name("alias", "x")) == usable[0]
    assert len(store.damaged) == 1
    assert "“x”已由文件" in store.damaged[0]


def test_misplaced_document_is_reported(folder: Path, reopen: Open) -> None:
    reopen().save(CARD, "a", Card(), expected=0)
    right = document_path(folder, "a")
    wrong = right.parent.with_name("zz") / right.name
    wrong.parent.mkdir()
    right.rename(wrong)

    store = reopen()

    assert store.damaged == [f"文件 {wrong} 放错了子目录，没有采用。请移到 {right}，再重新启动服务。"]
    assert store.list(CARD) == []


@pytest.mark.parametrize(
    ("marker", "sentence"),
    [
        ('{"format":2}', "由较新版本的系统写入.*请先升级"),
        ('{"format":"1"}', "不是本系统的数据目录"),
        ("{}", "不是本系统的数据目录"),
        ("", "不是本系统的数据目录"),
        ("[]", "不是本系统的数据目录"),
    ],
)
@pytest.mark.parametrize("exclusive", [True, False])
def test_foreign_folder_is_refused(folder: Path, marker: str, sentence: str, exclusive: bool) -> None:
    folder.mkdir()
    (folder / "store.json").write_text(marker)

    with pytest.raises(Unusable, match=f"{folder}.*{sentence}"):
        open_tiny(folder, exclusive=exclusive, kinds=[CARD])

    assert (folder / "store.json").read_text() == marker


def test_documents_without_marker_are_refused(folder: Path) -> None:
    (folder / "documents").mkdir(parents=True)

    with pytest.raises(Unusable, match="不是本系统的数据目录"):
        open_tiny(folder, exclusive=True, kinds=[CARD])


def test_refused_folder_is_let_go(folder: Path) -> None:
    folder.mkdir()
    (folder / "store.json").write_text("")
    with pytest.raises(Unusable):
        open_tiny(folder, exclusive=True, kinds=[CARD])
    (folder / "store.json").unlink()

    open_tiny(folder, exclusive=True, kinds=[CARD]).close()


def test_reader_of_nothing_is_told_so(folder: Path) -> None:
    with pytest.raises(Unusable, match=f"{folder} 中还没有数据"):
        open_tiny(folder, exclusive=False, kinds=[CARD])

    assert not folder.exists()


def test_file_in_place_of_the_folder_is_refused(folder: Path) -> None:
    folder.touch()

    with pytest.raises(Unusable, match=f"{folder} 无法使用"):
        open_tiny(folder, exclusive=True, kinds=[CARD])


def test_few_bodies_in_memory_change_nothing_seen(reopen: Open) -> None:
    store = reopen(bodies=2)
    for place, id in enumerate("abcd"):
        store.save(CARD, id, Card(count=place), expected=0)

    loaded = [store.load(CARD, id) for id in "abcdabcd"]

    assert loaded == [Stored(Card(count=n), 1) for n in [0, 1, 2, 3, 0, 1, 2, 3]]


def test_body_is_read_once(reopen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    reopen().save(CARD, "a", Card(count=1), expected=0)
    store = reopen()
    store.load(CARD, "a")
    monkeypatch.setattr("grader.store.tiny.TinyFile.read", lambda _file: pytest.fail("a document was read"))

    assert store.load(CARD, "a") == Stored(Card(count=1), 1)


def test_read_that_a_save_has_overtaken_is_not_kept(reopen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    reopen().save(CARD, "a", Card(count=1), expected=0)
    store = reopen(bodies=1)
    read = TinyFile.read

    def read_and_fall_behind(file: TinyFile) -> dict[str, dict[str, Any]] | None:
        tables = read(file)
        monkeypatch.undo()
        store.save(CARD, "a", Card(count=2), expected=1)
        return tables

    monkeypatch.setattr(TinyFile, "read", read_and_fall_behind)

    loaded = [store.load(CARD, "a") for _ in range(2)]

    assert loaded == [Stored(Card(count=1), 1), Stored(Card(count=2), 2)]


def test_file_removed_under_the_service_is_not_made_again(folder: Path, reopen: Open) -> None:
    store = reopen()
    store.save(CARD, "a", Card(count=1), expected=0)
    document_path(folder, "a").unlink()

    with pytest.raises(Unusable, match=r"a\.json 在服务运行期间被外部改动，没有保存。请重试"):
        store.save(CARD, "a", Card(count=2), expected=1)

    assert store.load(CARD, "a") is None
    assert store.save(CARD, "a", Card(count=3), expected=0) == 1


def test_file_placed_under_the_service_is_not_overwritten(folder: Path, reopen: Open) -> None:
    reopen().save(CARD, "a", Card(count=1), expected=0)
    backup = document_path(folder, "a").read_bytes()
    document_path(folder, "a").unlink()
    store = reopen()
    document_path(folder, "a").write_bytes(backup)

    with pytest.raises(Unusable, match="外部改动"):
        store.save(CARD, "a", Card(count=9), expected=0)

    assert store.load(CARD, "a") == Stored(Card(count=1), 1)


def test_unreadable_file_names_the_cause(folder: Path, reopen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_file: TinyFile) -> None:
        raise PermissionError(13, "Permission denied")

    reopen().save(CARD, "a", Card(), expected=0)
    monkeypatch.setattr(TinyFile, "read", refuse)

    store = reopen()

    path = document_path(folder, "a")
    assert store.damaged == [f"文件 {path} 无法读取（Permission denied）。请检查权限和磁盘，再重新启动服务。"]


def test_failed_delete_names_the_cause(reopen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied")

    store = reopen()
    store.save(CARD, "a", Card(count=1), expected=0)
    with monkeypatch.context() as broken:
        broken.setattr(Path, "unlink", refuse)
        with pytest.raises(Unusable, match=r"a\.json 未能删除（Permission denied）。请检查"):
            store.delete(CARD, "a", expected=1)

    assert store.load(CARD, "a") == Stored(Card(count=1), 1)


def test_other_files_among_the_documents_are_left_alone(folder: Path, reopen: Open) -> None:
    reopen().save(CARD, "a", Card(), expected=0)
    others = [document_path(folder, "a").with_name(name) for name in ("a.json.bak", "a (1).json", ".DS_Store")]
    others.append(folder / "documents" / "card" / "notes.txt")
    for path in others:
        path.touch()

    store = reopen()

    assert (store.damaged, [row.id for row in store.list(CARD)]) == ([], ["a"])
    assert all(path.exists() for path in others)


def test_reader_of_an_unknown_document_gets_none(reopen: Open) -> None:
    reopen()

    assert reopen(exclusive=False).load(CARD, "a") is None


def test_saves_of_two_documents_overlap(reopen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    store = reopen()
    meeting = Barrier(2, timeout=10)
    fsync = os.fsync

    def slow(file: int) -> None:
        fsync(file)
        meeting.wait()

    def save(id: str) -> Callable[[], int]:
        return lambda: store.save(CARD, id, Card(count=1), expected=1)

    for id in ("a", "b"):
        store.save(CARD, id, Card(), expected=0)
    monkeypatch.setattr("grader.store.tiny_file.os.fsync", slow)

    outcomes = in_threads(save("a"), save("b"))

    monkeypatch.undo()
    assert outcomes == [2, 2]


def test_close_waits_for_the_save_under_way(folder: Path, reopen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    store = reopen()
    store.save(CARD, "a", Card(), expected=0)
    writing, closed = Event(), Event()
    closed_too_soon: list[bool] = []

    def write_slowly(path: Path, text: str) -> tuple[int, int]:
        writing.set()
        closed_too_soon.append(closed.wait(0.2))
        return replace_file(path, text)

    def close() -> None:
        writing.wait()
        store.close()
        closed.set()

    monkeypatch.setattr("grader.store.tiny_file.replace_file", write_slowly)

    outcomes = in_threads(lambda: store.save(CARD, "a", Card(count=1), expected=1), close)

    assert (outcomes, closed_too_soon) == ([2, None], [False])
    assert reopen().load(CARD, "a") == Stored(Card(count=1), 2)


def test_name_is_not_found_before_its_save_is_durable(reopen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    store = reopen()
    found: list[str | None] = []

    def look_while_writing(path: Path, text: str) -> tuple[int, int]:
        found.append(store.find(CARD, Name("alias", "x")))
        return replace_file(path, text)

    monkeypatch.setattr("grader.store.tiny_file.replace_file", look_while_writing)

    for version in (0, 1):
        store.save(CARD, "a", Card(aliases=frozenset({"x"} if version else ())), expected=version)

    assert [*found, store.find(CARD, Name("alias", "x"))] == [None, None, "a"]


def test_files_are_for_the_owner_alone(folder: Path, reopen: Open) -> None:
    reopen().save(CARD, "a", Card(), expected=0)
    reopen()

    modes = {path.name: path.stat().st_mode & 0o077 for path in [folder, *folder.rglob("*")]}

    assert set(modes.values()) == {0}


@pytest.mark.parametrize("url", ["tiny:{}", "{}"])
def test_open_store_takes_a_folder(folder: Path, url: str) -> None:
    store = open_store(url.format(folder), exclusive=True)

    store.close()

    assert isinstance(store, TinyStore)
    assert (folder / "store.json").exists()


def test_open_store_takes_memory() -> None:
    assert isinstance(open_store("memory:", exclusive=True), MemoryStore)


@pytest.mark.parametrize("url", ["", "tiny:", "mysql://host/x", "memory:x"])
def test_open_store_refuses_the_unknown(url: str) -> None:
    with pytest.raises(Unusable, match=r"无法识别数据位置.*可以写"):
        open_store(url, exclusive=True)
