"""Filling an empty folder with the documents of another store.

`import.json` in the folder names the file whose import is not finished; while it is there nobody opens the store.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from grader.store import codec
from grader.store.base import Unusable
from grader.store.kinds import KINDS
from grader.store.moving import Arrival, Moved
from grader.store.tiny.file import IMPORTING, FolderLock, replace_file, stored_text, sync_folder
from grader.store.tiny.folder import check_format, document_path
from grader.store.tiny.store import open_tiny
from quizgen.words.system import os_reason


def open_import(path: Path | str, moved: Moved) -> TinyImport:
    """An empty folder, or one in which an import of the same file was cut short. Raises Unusable."""
    folder = Path(path)
    lock = None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FolderLock(folder)
        return TinyImport(folder, lock, moved)
    except BaseException as fault:
        if lock:
            lock.release()
        if isinstance(fault, OSError):
            raise Unusable(f"数据目录 {folder} 无法使用（{os_reason(fault)}）。请检查路径、权限和磁盘空间。") from fault
        raise


class TinyImport:
    """A `Target`: files that are there already are left as they are."""

    done = 0

    def __init__(self, folder: Path, lock: FolderLock, moved: Moved) -> None:
        self._folder = folder
        self._lock: FolderLock | None = lock
        self._marker = folder / IMPORTING
        if self._marker.exists():
            if json.loads(self._marker.read_bytes() or b"null") != {"digest": moved.digest}:
                raise Unusable(f"目录 {folder} 里有另一份文件的导入没有做完。请用那份文件再导入一次，或改用空目录。")
            return
        if any((folder / "documents").rglob("*.json")):
            raise Unusable(f"目录 {folder} 里已经有数据，没有导入任何内容。请改用一个空目录。")
        replace_file(self._marker, codec.to_json({"digest": moved.digest}))
        check_format(folder, make=True)

    def put(self, arrivals: list[Arrival]) -> None:
        """Write each document's file, unless it is there already."""
        for arrival in arrivals:
            path = document_path(self._folder, arrival.kind.name, arrival.id)
            text = stored_text(arrival.text)
            try:
                if not path.exists() or path.read_bytes() != text.encode():
                    replace_file(path, text)
            except OSError as fault:
                raise Unusable(
                    f"文件 {path} 未能写入（{os_reason(fault)}）。请检查磁盘空间和权限后再导入一次。"
                ) from fault

    def documents(self) -> Iterator[str]:
        """Every document that is in now."""
        store = open_tiny(self._folder, exclusive=False, kinds=KINDS, importing=True)
        try:
            yield from store.documents()
        finally:
            store.close()

    def finish(self) -> None:
        """Open the folder to the service."""
        self._marker.unlink()
        sync_folder(self._folder)

    def close(self) -> None:
        """Let the folder go."""
        if self._lock:
            self._lock.release()
            self._lock = None
