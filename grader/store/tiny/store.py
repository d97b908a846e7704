"""The embedded default: one small TinyDB file a document.

    <data>/store.json   the folder's format        <data>/store.lock   held by the one process that writes
    <data>/index.json   the index's checkpoint     <data>/documents/<kind>/<2 hex digits>/<id>.json
    <data>/acts.jsonl   the log of acts

A save costs the same however many documents there are: it writes one file and changes one entry of the index.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack
from operator import attrgetter
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from tinydb import TinyDB

from grader.domain.audit.act_log import ActsFound, ActsWanted, LoggedAct, logged_acts
from grader.store import codec
from grader.store.base import Kind, Name, Row, Rows, S, Stored, T, Unusable
from grader.store.local import LocalStore
from grader.store.tiny.acts import ActFile
from grader.store.tiny.file import (
    ONLY,
    TABLE,
    FolderLock,
    TinyFile,
    is_leftover,
    replace_file,
    stamp_of,
    stored_text,
    sync_folder,
)
from grader.store.tiny.folder import SHARDS, check_format, check_imported, document_path, files_in, place, shard
from grader.store.tiny.index import Entry, Index, Key, read_checkpoint, write_checkpoint
from quizgen.words.system import os_reason, uncollected

CHECKPOINT_SECONDS = 600
BODIES = 2000
"""How many decoded documents stay in memory; a dossier of 6 KB takes 22 KB there, so 2,000 take 43 MB."""

_PROBE, _PROBE_BYTES = ".probe", 8192
_log = logging.getLogger(__name__)


def open_tiny(
    path: Path | str,
    *,
    exclusive: bool,
    kinds: Iterable[Kind[Any, Any]],
    bodies: int = BODIES,
    importing: bool = False,
) -> TinyStore:
    """The store in this folder. `exclusive` makes the folder if need be, and this process its only writer.

    Otherwise the store is read only and takes no lock: it lists what stood there when it was opened and loads what
    stands there now. Raises Unusable when another process owns the folder, it is not (yet) a store's, or an import into
    it is not finished, unless it is that import which asks.
    """
    folder = Path(path)
    lock = None
    try:
        if exclusive:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = FolderLock(folder)
        check_format(folder, make=exclusive)
        if not importing:
            check_imported(folder)
        return TinyStore(folder, kinds=kinds, lock=lock, bodies=bodies)
    except BaseException as fault:
        if lock:
            lock.release()
        if isinstance(fault, OSError):
            raise Unusable(f"数据目录 {folder} 无法使用（{os_reason(fault)}）。请检查路径、权限和磁盘空间。") from fault
        raise


class TinyStore(LocalStore):
    """A `Store` in a folder; made by `open_tiny`."""

    def __init__(
        self, folder: Path, *, kinds: Iterable[Kind[Any, Any]], lock: FolderLock | None, bodies: int = BODIES
    ) -> None:
        super().__init__()
        self._folder = folder
        self._kinds = {kind.name: kind for kind in kinds}
        self._lock = lock
        self._index = Index(self._kinds.values(), bodies=bodies, on_change=self.note)
        self._sealed = codec.Sealed(bodies // 2)
        self._acts = ActFile(folder)
        self._met: list[tuple[LoggedAct, ...]] = []
        """The acts of the documents that were read at the start."""
        self._stripes = [Lock() for _ in range(SHARDS)]
        self._strays: list[str] = []
        self._closing = Event()
        self._checkpointing = Lock()
        self._checkpointed = 0
        with uncollected():
            self._start()
        if lock:
            Thread(target=self._checkpoint_now_and_then, name="store-checkpoint", daemon=True).start()

    @property
    def damaged(self) -> list[str]:
        """A Chinese sentence for each document that was found unreadable or out of place."""
        return sorted([*self._index.damaged.values(), *self._strays])

    def load(self, kind: Kind[T, S], id: str) -> Stored[T] | None:
        """The document, or None where there is none."""
        codec.require_id(id)
        key = Key(kind.name, id)
        if self._lock and self._index.entry(key) is None:
            return None
        if body := self._index.body(key):
            return body
        try:
            stored, file = self._stored(kind, id)
        except FileNotFoundError:
            return None
        if self._lock:
            self._index.offer(key, stored, stamp=file.stamp)
            self._sealed.loaded(kind, id, stored.value, file.texts)
        return stored

    def save(self, kind: Kind[T, S], id: str, value: T, *, expected: int) -> int:
        """Keep `value` as version `expected + 1`; on return it is durable."""
        codec.require_id(id)
        key = Key(kind.name, id)
        text, stored = codec.seal(kind, id, value, version=expected + 1, sealed=self._sealed)
        row, names = Row(id, stored.version, kind.summarise(stored.value)), kind.names(stored.value)
        with self._stripe(key):
            self._require_writable()
            before = self._index.claim(key, names, expected=expected)
            try:
                stamp = self._write(key, text, before=before)
            except BaseException:
                self._settle_as_found(kind, id, claimed=names)
                raise
            self._index.settle(key, Entry(row, tuple(names), stamp), body=stored)
            self._note_acts(logged_acts(kind.name, id, stored.value))
        return stored.version

    def _note_acts(self, acts: tuple[LoggedAct, ...]) -> None:
        """Enter them in the log; where that fails, the next start does it, and the document stays saved."""
        try:
            self._acts.note(acts)
        except OSError:
            _log.exception("the log of acts could not be written")

    def try_saving(self) -> None:
        """Write a file of a large dossier's size beside the documents, as durably as these."""
        self._require_writable()
        path = f"{self._folder}/documents/{_PROBE}"
        try:
            replace_file(path, " " * _PROBE_BYTES)
        except OSError as fault:
            raise Unusable(f"文件 {path} 未能写入（{os_reason(fault)}）。请检查磁盘空间和权限。") from fault

    def delete(self, kind: Kind[T, S], id: str, *, expected: int) -> None:
        """Forget the document, its summary and its names."""
        codec.require_id(id)
        key = Key(kind.name, id)
        with self._stripe(key):
            self._require_writable()
            self._index.claim(key, frozenset(), expected=expected)
            if not expected:
                return
            path = self._path(key)
            try:
                path.unlink(missing_ok=True)
                sync_folder(path.parent)
            except OSError as fault:
                self._settle_as_found(kind, id)
                raise Unusable(f"文件 {path} 未能删除（{os_reason(fault)}）。请检查磁盘和权限后重试。") from fault
            self._index.settle(key, None)

    def rows(self, kind: Kind[T, S]) -> Rows[S]:
        """All rows of a kind, in any order."""
        return self._index.rows(kind.name)

    def row(self, kind: Kind[T, S], id: str) -> Row[S] | None:
        """The row of one document."""
        return self._index.row(Key(kind.name, id))

    def find(self, kind: Kind[T, S], name: Name) -> str | None:
        """The id of the document of this kind that holds the name, or None."""
        holder = self._index.holder(name)
        return holder.id if holder and holder.kind == kind.name else None

    def documents(self, kinds: Collection[str] | None = None) -> Iterator[str]:
        """Every document as JSON text, by kind and id. Raises Unusable where one cannot be read."""
        if self.damaged:
            raise Unusable(f"有 {len(self.damaged)} 个文档无法读取，没有导出。请先从备份恢复：{self.damaged[0]}")
        for kind in self._kinds.values():
            if kinds is not None and kind.name not in kinds:
                continue
            for row in sorted(self._index.rows(kind.name), key=_id):
                yield codec.to_json(self._document(Key(kind.name, row.id))[0])

    def acts(self, wanted: ActsWanted, *, most: int, skip: int = 0) -> ActsFound:
        """Acts from the log, the latest first."""
        return self._acts.find(wanted, most=most, skip=skip, accounts=self.accounts_of(wanted.units))

    def log(self) -> Iterator[LoggedAct]:
        """All of the log, as its file has it now."""
        return self._acts.all()

    def close(self) -> None:
        """Wait for saves under way, write the checkpoint, let the folder go."""
        if not self._lock or self._closing.is_set():
            return
        with ExitStack() as held:
            for stripe in self._stripes:
                held.enter_context(stripe)
            self._closing.set()
            try:
                self.checkpoint()
            finally:
                self._lock.release()

    def checkpoint(self) -> None:
        """Write the index down so that the next start is quick; a failure is logged and harmless."""
        with self._checkpointing:
            changes = self._index.changes
            if changes == self._checkpointed:
                return
            try:
                self._acts.sync()
                write_checkpoint(self._folder / "index.json", self._kinds, self._index.snapshot())
            except OSError:
                _log.warning("the index's checkpoint could not be written", exc_info=True)
            else:
                self._checkpointed = changes

    def _checkpoint_now_and_then(self) -> None:
        while not self._closing.wait(CHECKPOINT_SECONDS):
            self.checkpoint()

    def _start(self) -> None:
        """Fill the index from the checkpoint, and from every document that is new or changed since."""
        if self._lock:
            self._sweep(self._folder, self._folder / "documents")
        known = read_checkpoint(self._folder / "index.json", self._kinds) if self._acts.exists() else {}
        refused: list[tuple[Key, Entry]] = []
        for kind in self._kinds.values():
            entries = known.get(kind.name, {})
            for key, file in self._scan(kind.name):
                last = entries.pop(key.id, None)
                self._take_in(kind, key, file, last=last)
                if last and key in self._index.damaged:
                    refused.append((key, last))
        for key, last in refused:
            self._index.reserve(key, last.names)
        for sentence in self.damaged:
            _log.error("refused a document: %s", sentence)
        if self._lock and (self._met or not self._acts.exists()):
            self._acts.note_late(self._met)
        self._met = []

    @staticmethod
    def _sweep(*folders: Path) -> None:
        """Remove what a crash left of files that are no documents."""
        for folder in folders:
            for file in files_in(folder):
                if is_leftover(file.name):
                    Path(file.path).unlink()

    def _take_in(self, kind: Kind[Any, Any], key: Key, file: os.DirEntry[str], *, last: Entry | None) -> None:
        try:
            if last is None or last.stamp != stamp_of(file.stat()):
                self._index.changes += 1
                stored, last = self._read(kind, key.id)
                self._met += filter(None, [logged_acts(kind.name, key.id, stored.value, late=True)])
        except FileNotFoundError:
            return
        except Unusable as fault:
            self._index.refuse(key, str(fault))
            return
        if taken := self._index.enter(key, last):
            name, holder = taken
            sentence = f"文件 {file.path} 没有采用：其中的“{name.text}”已由文件 {self._path(holder)} 使用。"
            self._index.refuse(key, f"{sentence}请核对后移走其中一个文件，再重新启动服务。")

    def _scan(self, kind: str) -> Iterator[tuple[Key, os.DirEntry[str]]]:
        """The document files of one kind; leftovers of a crash are swept away by the owner."""
        for folder in files_in(self._folder / "documents" / kind):
            for file in files_in(folder.path):
                key = Key(kind, file.name.removesuffix(".json"))
                if is_leftover(file.name) and self._lock:
                    Path(file.path).unlink()
                elif not file.name.endswith(".json") or not codec.is_id(key.id):
                    continue
                elif folder.name != f"{shard(key.id):02x}":
                    right = self._path(key)
                    self._strays.append(f"文件 {file.path} 放错了子目录，没有采用。请移到 {right}，再重新启动服务。")
                else:
                    yield key, file

    def _read(self, kind: Kind[T, S], id: str) -> tuple[Stored[T], Entry]:
        """As `_stored`, with what the index keeps of it."""
        stored, file = self._stored(kind, id)
        row = Row(id, stored.version, kind.summarise(stored.value))
        return stored, Entry(row, tuple(kind.names(stored.value)), file.stamp)

    def _stored(self, kind: Kind[T, S], id: str) -> tuple[Stored[T], TinyFile]:
        """The document as it stands on the disk, and its file as it was read.

        Raises FileNotFoundError, or Unusable for a damaged one.
        """
        document, file = self._document(Key(kind.name, id))
        return codec.decode(kind, id, document, where=f"文件 {place(self._folder, kind.name, id)}"), file

    def _document(self, key: Key) -> tuple[object, TinyFile]:
        """What the document's file holds, and the file as it was read."""
        path = place(self._folder, *key)
        file = TinyFile(path)
        try:
            return TinyDB(storage=lambda: file).table(TABLE).get(doc_id=ONLY), file
        except FileNotFoundError:
            raise
        except OSError as fault:
            raise Unusable(f"文件 {path} 无法读取（{os_reason(fault)}）。请检查权限和磁盘，再重新启动服务。") from fault

    def _write(self, key: Key, text: str, *, before: Entry | None) -> tuple[int, int]:
        """Write the document and give the file's stamp. Raises Unusable with what to do about it."""
        path = place(self._folder, *key)
        try:
            if not self._is_as_known(key, path, before):
                raise Unusable(f"文件 {path} 在服务运行期间被外部改动，没有保存。请重试一次。")
            return replace_file(path, stored_text(text))
        except OSError as fault:
            raise Unusable(f"文件 {path} 未能写入（{os_reason(fault)}）。请检查磁盘空间和权限后重试。") from fault

    def _is_as_known(self, key: Key, path: str, entry: Entry | None) -> bool:
        """Whether the file is what the index says: not read while its stamp is. Raises Unusable for a damaged one."""
        try:
            stamp = stamp_of(os.stat(path))  # noqa: PTH116 - a Path costs more than the call
            if entry is None or entry.stamp == stamp:
                return entry is not None
            document, _ = self._document(key)
        except FileNotFoundError:
            return entry is None
        return isinstance(document, dict) and document.get("version") == entry.row.version

    def _settle_as_found(self, kind: Kind[T, S], id: str, *, claimed: frozenset[Name] = frozenset()) -> None:
        """End a change that failed somewhere: what stands on the disk is what holds."""
        key = Key(kind.name, id)
        before = self._index.entry(key)
        try:
            stored, entry = self._read(kind, id)
        except FileNotFoundError:
            self._index.settle(key, None, claimed=claimed)
        except Unusable as fault:
            self._index.settle(key, before, claimed=claimed)
            self._index.refuse(key, str(fault))
        else:
            self._index.settle(key, entry, body=stored, claimed=claimed)

    def _require_writable(self) -> None:
        if not self._lock:
            raise Unusable(f"数据目录 {self._folder} 是以只读方式打开的，不能保存。")
        if self._closing.is_set():
            raise Unusable("数据已经关闭，不能再保存。请重新启动服务。")

    def _stripe(self, key: Key) -> Lock:
        """The lock of the document's sub-folder."""
        return self._stripes[shard(key.id)]

    def _path(self, key: Key) -> Path:
        return document_path(self._folder, key.kind, key.id)


_id = attrgetter("id")
