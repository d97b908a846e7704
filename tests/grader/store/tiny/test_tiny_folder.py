"""The tiny store's folder: who owns it, what in it is refused, and how it says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.store.base import Name, NameTaken, Stored, Unusable
from grader.store.tiny.file import TinyFile
from grader.store.tiny.store import open_tiny
from tests.grader.store.cards import CARD, Card
from tests.grader.store.tiny.tiny_folder import Open, aged, document_path


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
    places = (document_path(folder, "a"), folder / "documents" / ".probe", folder / "index.json", folder / "store.json")
    leftovers = [place.with_name(f".{place.name}.tmp") for place in places]
    for leftover in leftovers:
        leftover.write_text('{"documents":')

    store = reopen()

    assert [leftover for leftover in leftovers if leftover.exists()] == []
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


def test_other_version_placed_under_the_service_is_not_overwritten(folder: Path, reopen: Open) -> None:
    store = reopen()
    store.save(CARD, "a", Card(count=1), expected=0)
    backup = document_path(folder, "a").read_bytes()
    store.save(CARD, "a", Card(count=2), expected=1)
    document_path(folder, "a").write_bytes(backup)

    with pytest.raises(Unusable, match="外部改动"):
        store.save(CARD, "a", Card(count=3), expected=2)

    assert store.load(CARD, "a") == Stored(Card(count=1), 1)


def test_file_with_another_stamp_only_is_saved_over(folder: Path, reopen: Open) -> None:
    store = reopen()
    store.save(CARD, "a", Card(count=1), expected=0)
    aged(folder)

    assert store.save(CARD, "a", Card(count=2), expected=1) == 2


def test_unreadable_file_names_the_cause(folder: Path, reopen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_file: TinyFile) -> None:
        raise PermissionError(13, "Permission denied")

    reopen().save(CARD, "a", Card(), expected=0)
    monkeypatch.setattr(TinyFile, "read", refuse)

    store = reopen()

    path = document_path(folder, "a")
    assert store.damaged == [f"文件 {path} 无法读取（没有权限）。请检查权限和磁盘，再重新启动服务。"]


def test_failed_delete_names_the_cause(reopen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied")

    store = reopen()
    store.save(CARD, "a", Card(count=1), expected=0)
    with monkeypatch.context() as broken:
        broken.setattr(Path, "unlink", refuse)
        with pytest.raises(Unusable, match=r"a\.json 未能删除（没有权限）。请检查"):
            store.delete(CARD, "a", expected=1)

    assert store.load(CARD, "a") == Stored(Card(count=1), 1)


def test_delete_that_failed_halfway_is_what_the_disk_says(reopen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_folder: Path) -> None:
        raise OSError(5, "Input/output error")

    store = reopen()
    store.save(CARD, "a", Card(aliases=frozenset({"x"})), expected=0)
    with monkeypatch.context() as broken:
        broken.setattr("grader.store.tiny.store.sync_folder", fail)
        with pytest.raises(Unusable, match="未能删除"):
            store.delete(CARD, "a", expected=1)

    assert (store.load(CARD, "a"), store.list(CARD), store.find(CARD, Name("alias", "x"))) == (None, [], None)


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


def test_files_are_for_the_owner_alone(folder: Path, reopen: Open) -> None:
    reopen().save(CARD, "a", Card(), expected=0)
    reopen()

    modes = {path.name: path.stat().st_mode & 0o077 for path in [folder, *folder.rglob("*")]}

    assert set(modes.values()) == {0}
