"""Moving all documents between stores: there and back nothing is changed, lost or half there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.store import moving, open_import, open_store
from grader.store.base import Kind, Store, Stored, Unusable
from grader.store.codec import to_json
from grader.store.kinds import ACCOUNT, CONTENT, KINDS, UNIT
from grader.store.memory import MemoryStore
from grader.store.moving import Moved, check_file, digest_of, take_in, write_documents
from grader.store.postgres.queries import queries
from tests.grader.store.cards import values
from tests.grader.store.test_postgres import EMPTY
from tests.grader_factories import account, content, unit
from tests.postgres_server import Database

COUNTY = [unit(f"u{number}", code=f"c{number}") for number in range(4)]
ANY_KIND = settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


class Cut(Exception):
    """The import ends here."""


@pytest.fixture
def empty(shared_database: Database) -> str:
    """The address of a database with empty tables."""
    with shared_database.connect() as connection:
        connection.execute(EMPTY)
    return shared_database.address


@pytest.fixture
def county() -> Store:
    """Four units, the first in its second version."""
    store = MemoryStore()
    for made in COUNTY:
        store.save(UNIT, made.id, made, expected=0)
    store.save(UNIT, "u0", COUNTY[0], expected=1)
    return store


def everything(address: str) -> list[str]:
    store = open_store(address, exclusive=False)
    found = list(store.documents())
    store.close()
    return found


def move(store: Store, file: Path, address: str) -> Moved:
    """Export the store and import the file; gives what the export said."""
    file.unlink(missing_ok=True)
    moved = write_documents(store, file)
    load(file, address)
    return moved


def load(file: Path, address: str, *, until: int | None = None) -> None:
    """Import the file, or only the first so many documents of it."""
    checked = check_file(file)
    target = open_import(address, checked)

    def watched(numbers: Iterable[int], _total: int) -> Iterable[int]:
        for number in numbers:
            if number == until:
                raise Cut
            yield number

    try:
        take_in(target, file, checked, watch=watched)
    finally:
        target.close()


@ANY_KIND
@given(data=st.data())
def test_documents_of_every_kind_move_there_and_back(
    tmp_path_factory: pytest.TempPathFactory, empty: str, data: st.DataObject
) -> None:
    folder, source = tmp_path_factory.mktemp("move"), MemoryStore()
    kept: dict[str, tuple[Kind[Any, Any], Stored[Any]]] = {}
    for kind in KINDS:
        value = data.draw(values(kind.value_type))
        source.save(kind, kind.name, value, expected=0)
        if data.draw(st.booleans()):
            source.save(kind, kind.name, value, expected=1)
        kept[kind.name] = kind, source.load(kind, kind.name) or Stored(None, 0)

    there = move(source, folder / "there.jsonl", empty)
    shared = open_store(empty, exclusive=False)
    back = move(shared, folder / "back.jsonl", f"tiny:{folder / 'store'}")

    tiny = open_store(f"tiny:{folder / 'store'}", exclusive=True)
    assert back == there
    assert (folder / "back.jsonl").read_bytes() == (folder / "there.jsonl").read_bytes()
    for store in (shared, tiny):
        assert {id: (kind, store.load(kind, id)) for id, (kind, _) in kept.items()} == kept
        assert {id: store.list(kind) for id, (kind, _) in kept.items()} == {
            id: source.list(kind) for id, (kind, _) in kept.items()
        }
        for id, (kind, stored) in kept.items():
            assert {store.find(kind, name) for name in kind.names(stored.value)} <= {id}
        store.close()
    with Database(empty).connect() as connection:
        connection.execute(EMPTY)


def test_moved_store_goes_on_where_the_other_stopped(county: Store, empty: str, tmp_path: Path) -> None:
    move(county, tmp_path / "data.jsonl", empty)

    store = open_store(empty, exclusive=True)
    assert store.save(UNIT, "u0", replace(COUNTY[0], name="新名称"), expected=2) == 3
    assert store.find(UNIT, next(iter(UNIT.names(COUNTY[1])))) == "u1"
    store.close()


def test_documents_of_an_older_schema_move_as_they_are(tmp_path: Path, empty: str) -> None:
    source = MemoryStore()
    source.save(CONTENT, "c", content(), expected=0)
    old = json.loads(next(source.documents())) | {"schema": 1}
    lines = [to_json(moving.FORMAT), to_json(old), ""]
    moved = digest_of([to_json(old)])
    lines[2] = to_json({"documents": 1, "digest": moved.digest})
    (tmp_path / "old.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")

    load(tmp_path / "old.jsonl", empty)

    assert everything(empty) == [to_json(old)]


@pytest.mark.parametrize("backend", ["tiny", "postgres"])
def test_import_that_was_cut_short_is_refused_to_others_and_goes_on(
    county: Store, empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    monkeypatch.setattr(moving, "BATCH", 1)
    address = empty if backend == "postgres" else f"tiny:{tmp_path / 'store'}"
    write_documents(county, tmp_path / "data.jsonl")
    with pytest.raises(Cut):
        load(tmp_path / "data.jsonl", address, until=2)

    with pytest.raises(Unusable, match=r"导入还没有做完.*请再运行一次同样的 grader import-data"):
        open_store(address, exclusive=True)
    load(tmp_path / "data.jsonl", address)

    assert everything(address) == list(county.documents())


def test_import_that_failed_at_its_last_step_goes_on(
    county: Store, empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_documents(county, tmp_path / "data.jsonl")
    with monkeypatch.context() as failing:
        failing.setitem(queries(), "analyse", "select 1 / 0")
        with pytest.raises(Unusable, match="division by zero"):
            load(tmp_path / "data.jsonl", empty)

    load(tmp_path / "data.jsonl", empty)

    assert everything(empty) == list(county.documents())


@pytest.mark.parametrize("backend", ["tiny", "postgres"])
def test_import_of_another_file_does_not_mix_with_one_that_was_cut_short(
    county: Store, empty: str, tmp_path: Path, backend: str
) -> None:
    address = empty if backend == "postgres" else f"tiny:{tmp_path / 'store'}"
    write_documents(county, tmp_path / "data.jsonl")
    with pytest.raises(Cut):
        load(tmp_path / "data.jsonl", address, until=2)
    county.delete(UNIT, "u1", expected=1)
    write_documents(county, tmp_path / "other.jsonl")

    with pytest.raises(Unusable, match="另一份文件的导入没有做完"):
        load(tmp_path / "other.jsonl", address)


@pytest.mark.parametrize("backend", ["tiny", "postgres"])
def test_import_into_a_used_store_is_refused(county: Store, empty: str, tmp_path: Path, backend: str) -> None:
    address = empty if backend == "postgres" else f"tiny:{tmp_path / 'store'}"
    used = open_store(address, exclusive=True)
    used.save(ACCOUNT, "a1", account(), expected=0)
    used.close()
    write_documents(county, tmp_path / "data.jsonl")

    with pytest.raises(Unusable, match="没有导入任何内容"):
        load(tmp_path / "data.jsonl", address)

    assert [json.loads(text)["id"] for text in everything(address)] == ["a1"]


def test_two_imports_of_one_file_do_not_take_in_anything_twice(county: Store, empty: str, tmp_path: Path) -> None:
    write_documents(county, tmp_path / "data.jsonl")
    checked = check_file(tmp_path / "data.jsonl")
    first, second = open_import(empty, checked), open_import(empty, checked)
    take_in(first, tmp_path / "data.jsonl", checked, watch=lambda numbers, _total: numbers)

    with pytest.raises(Unusable, match="正在由另一个命令导入"):
        take_in(second, tmp_path / "data.jsonl", checked, watch=lambda numbers, _total: numbers)

    first.close()
    second.close()
    assert everything(empty) == list(county.documents())


@pytest.mark.parametrize(
    "damage",
    [
        lambda lines: lines[:-1],
        lambda lines: [*lines[:2], *lines[3:]],
        lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
        lambda lines: [*lines, lines[1]],
        lambda lines: lines[1:],
        lambda lines: [lines[0], b"{}\n", *lines[2:]],
        lambda lines: [lines[0], b"\xff\n", *lines[2:]],
        lambda lines: [lines[0], lines[1].replace(b'"unit"', b'"nothing"'), *lines[2:]],
        lambda lines: [lines[0], lines[1].replace(b'"version":2', b'"version":0'), *lines[2:]],
        lambda lines: [lines[0], b"[" * 100_000 + b"\n", *lines[2:]],
        lambda _lines: [],
    ],
    ids=["cut", "missing", "order", "more", "head", "empty", "bytes", "kind", "version", "deep", "nothing"],
)
def test_damaged_file_is_refused_before_anything_is_changed(
    county: Store, empty: str, tmp_path: Path, damage: Any
) -> None:
    file = tmp_path / "data.jsonl"
    write_documents(county, file)
    file.write_bytes(b"".join(damage(file.read_bytes().splitlines(keepends=True))))

    with pytest.raises(Unusable, match=r"请|没有导入"):
        load(file, empty)

    assert everything(empty) == []


def test_export_of_a_damaged_store_writes_no_file(county: Store, tmp_path: Path) -> None:
    address = f"tiny:{tmp_path / 'store'}"
    move(county, tmp_path / "data.jsonl", address)
    next((tmp_path / "store").rglob("u1.json")).write_text("{")
    store = open_store(address, exclusive=True)

    with pytest.raises(Unusable, match="有 1 个文档无法读取，没有导出"):
        write_documents(store, tmp_path / "again.jsonl")

    store.close()
    assert not list(tmp_path.glob("again*"))


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such modes")
def test_exported_file_is_open_to_its_owner_only(county: Store, tmp_path: Path) -> None:
    write_documents(county, tmp_path / "data.jsonl")

    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("*data*")} == {"data.jsonl": 0o600}
