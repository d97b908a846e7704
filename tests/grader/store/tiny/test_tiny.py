"""The tiny store against the contract; its checkpoint, the bodies it keeps in memory, its threads."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest

from grader.store import migrate_store, open_import, open_store
from grader.store.base import Kind, Name, Row, Store, Stored, Unusable
from grader.store.memory import MemoryStore
from grader.store.moving import Moved
from grader.store.tiny.file import TinyFile, replace_file
from grader.store.tiny.store import TinyStore, open_tiny
from tests.grader.store.cards import ALL_KINDS, CARD, CARD_2, Card, CardSummary
from tests.grader.store.contract import Backend, StoreContract, in_threads
from tests.grader.store.contract_acts import ActsContract
from tests.grader.store.contract_questions import QuestionsContract
from tests.grader.store.tiny.tiny_folder import Open, aged, document_path


def put_card(folder: Path, document: dict[str, Any]) -> None:
    (folder / "store.json").write_text('{"format":1}')
    path = document_path(folder, "a")
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"documents": {"1": document}}), encoding="utf-8")


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
        return self._open(folder, CARD if document["schema"] > 1 else CARD_2)

    def reopen(self, store: Store) -> Store:
        store.close()
        return self._open(self.folder / f"fresh-{self.stores.index(store)}")

    def close(self) -> None:
        for store in self.stores:
            store.close()

    def _open(self, folder: Path, *kinds: Kind[Any, Any]) -> Store:
        self.stores.append(open_tiny(folder, exclusive=True, kinds=kinds or ALL_KINDS))
        return self.stores[-1]


class TestTiny(StoreContract, QuestionsContract, ActsContract):
    @pytest.fixture
    def backend(self, tmp_path: Path) -> Iterator[Backend]:
        backend = TinyBackend(tmp_path)
        yield backend
        backend.close()


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
    monkeypatch.setattr("grader.store.tiny.store.TinyFile.read", lambda _file: pytest.fail("a document was read"))

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


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ("%s", '["card",{"a":[1,STAMP,{"text":"","count":9},[]]}'),  # cut short
        ("%s", '["card",{"a":[1,{"text":"","count":9}]}]'),
        ("%s", '["unknown",{"a":[1,STAMP,{"text":"","count":9},[]]}]'),
        (
            '{"made_by":%s,"entries":{"card":{"a":[1,STAMP,{"text":"","count":9},[]]}}}',
            "",
        ),  # as it was once, in one piece
    ],
)
def test_checkpoint_of_another_shape_is_made_anew(folder: Path, reopen: Open, header: str, body: str) -> None:
    reopen().save(CARD, "a", Card(count=1), expected=0)
    aged(folder)
    reopen()
    reopen().close()
    index = folder / "index.json"
    first, _, _ = index.read_text().partition("\n")
    made_by = first if header == "%s" else json.dumps(json.loads(first)["made_by"])
    found = document_path(folder, "a").stat()
    text = f"{header % made_by}\n{body}"
    index.write_text(text.replace("STAMP", f"[{found.st_mtime_ns},{found.st_size}]"))

    reopen()
    store = reopen()

    assert store.list(CARD) == [Row("a", 1, CardSummary(text="", count=1))]
    assert index.read_text().startswith(first)


def test_checkpoint_of_many_lines_is_read_whole(folder: Path, reopen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.store.tiny.index._A_LINE", 2)
    store = reopen()
    for place, id in enumerate("abcde"):
        store.save(CARD, id, Card(count=place, aliases=frozenset({f"x{id}"})), expected=0)
    aged(folder)
    reopen()
    monkeypatch.setattr("grader.store.tiny.store.TinyFile.read", lambda _file: pytest.fail("a document was read"))

    store = reopen()

    assert [(row.id, row.summary.count) for row in store.list(CARD)] == [(id, n) for n, id in enumerate("abcde")]
    assert [store.find(CARD, Name("alias", f"x{id}")) for id in "ae"] == ["a", "e"]
    assert len((folder / "index.json").read_text().splitlines()) == 4


def test_other_summaries_void_the_checkpoint(folder: Path, reopen: Open) -> None:
    reopen().save(CARD, "a", Card(count=1), expected=0)
    aged(folder)
    reopen()
    reopen().close()

    store = open_tiny(
        folder, exclusive=False, kinds=[replace(CARD, schema=2, upcasts={1: lambda body: body | {"count": 7}})]
    )

    assert store.list(CARD) == [Row("a", 1, CardSummary(text="", count=7))]


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
    monkeypatch.setattr("grader.store.tiny.store.TinyFile.read", lambda _file: pytest.fail("a document was read"))

    assert store.load(CARD, "a") == Stored(Card(count=1), 1)


def test_save_reads_nothing_and_is_what_a_read_gives(reopen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    store = reopen()
    store.save(CARD, "a", Card(text="甲", aliases=frozenset({"y", "x"})), expected=0)
    with monkeypatch.context() as blind:
        blind.setattr("grader.store.tiny.store.TinyFile.read", lambda _file: pytest.fail("a document was read"))
        store.save(CARD, "a", Card(text="乙", count=2, aliases=frozenset({"z"})), expected=1)
    kept = store.load(CARD, "a"), store.list(CARD)

    store = reopen()

    assert (store.load(CARD, "a"), store.list(CARD)) == kept


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
    monkeypatch.setattr("grader.store.tiny.file.os.fsync", slow)

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

    monkeypatch.setattr("grader.store.tiny.store.replace_file", write_slowly)

    outcomes = in_threads(lambda: store.save(CARD, "a", Card(count=1), expected=1), close)

    assert (outcomes, closed_too_soon) == ([2, None], [False])
    assert reopen().load(CARD, "a") == Stored(Card(count=1), 2)


def test_name_is_not_found_before_its_save_is_durable(reopen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    store = reopen()
    found: list[str | None] = []

    def look_while_writing(path: Path, text: str) -> tuple[int, int]:
        found.append(store.find(CARD, Name("alias", "x")))
        return replace_file(path, text)

    monkeypatch.setattr("grader.store.tiny.store.replace_file", look_while_writing)

    for version in (0, 1):
        store.save(CARD, "a", Card(aliases=frozenset({"x"} if version else ())), expected=version)

    assert [*found, store.find(CARD, Name("alias", "x"))] == [None, None, "a"]


@pytest.mark.parametrize("url", ["tiny:{}", "{}"])
def test_open_store_takes_a_folder(folder: Path, url: str) -> None:
    store = open_store(url.format(folder), exclusive=True)

    store.close()

    assert isinstance(store, TinyStore)
    assert (folder / "store.json").exists()


def test_open_store_takes_memory() -> None:
    assert isinstance(open_store("memory:", exclusive=True), MemoryStore)


@pytest.mark.parametrize(
    "url", ["", "tiny:", "mysql://host/x", "memory:x", "POSTGRESQL://host/x", "postgresql+psycopg://host/x"]
)
def test_unknown_address_is_refused_by_whoever_reads_it(url: str) -> None:
    for use in (
        partial(open_store, exclusive=True),
        migrate_store,
        partial(open_import, moved=Moved(documents=0, digest="")),
    ):
        with pytest.raises(Unusable, match=r"无法识别数据位置.*可以写"):
            use(url)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgrsql://me:s:e/c@t@host/x", "postgrsql://me:…@host/x"),
        ("postgrsql://me:secret", "postgrsql://me:…"),
        ("mysql://host:3306/x", "mysql://host:…"),
        ("mysql://host/x?user=me&password=secret&a=b", "mysql://host/x?user=me&password=…&a=b"),
    ],
)
def test_refused_address_is_told_without_its_password(url: str, told: str) -> None:
    with pytest.raises(Unusable, match=re.escape(f"“{told}”")):
        open_store(url, exclusive=True)
