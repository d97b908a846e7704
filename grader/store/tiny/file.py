"""Files of the tiny store: atomic replacement, TinyDB's storage by it, the lock.

A crash leaves the old file or the new one, never half of either; what was begun stays behind as `.<name>.tmp`.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from tinydb.storages import Storage

from grader.store.base import Unusable
from grader.store.codec import Texts, damaged, read, to_json

IMPORTING = "import.json"
"""In a data folder: an import into it is not finished."""
TABLE, ONLY = "documents", 1
"""The table of each file, and the number of its one document."""
_BEFORE, _BEHIND = f'{{"{TABLE}":{{"{ONLY}":', "}}"
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


def stored_text(document: str) -> str:
    """What a document's file holds, as TinyDB writes it."""
    return f"{_BEFORE}{document}{_BEHIND}"


class TinyFile(Storage):
    """TinyDB's view of one small file. `stamp` is (mtime in ns, size in bytes) of what was last read or written.

    `texts` are those of the fields of the document that was read, where the store wrote it. Raises Unusable for
    anything that is not TinyDB's JSON, an empty file too.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = path
        self.stamp = (0, 0)
        self.texts = Texts()

    def read(self) -> dict[str, dict[str, Any]]:
        """All tables of the file. Raises FileNotFoundError."""
        try:
            tables = self._tables(self._bytes())
        except (ValueError, RecursionError) as fault:
            raise Unusable(damaged(f"文件 {self._path}")) from fault
        if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
            raise Unusable(damaged(f"文件 {self._path}"))
        return tables

    def _tables(self, data: bytes) -> Any:
        with suppress(ValueError):
            text = data.decode()
            if text.startswith(_BEFORE) and text.endswith(_BEHIND):
                document, self.texts = read(text[len(_BEFORE) : -len(_BEHIND)])
                return {TABLE: {str(ONLY): document}}
        return json.loads(data)

    def _bytes(self) -> bytes:
        """By as few calls of the system as can be: at each of them other threads take the interpreter."""
        file = os.open(self._path, _READ)
        try:
            status = os.fstat(file)
            self.stamp = stamp_of(status)
            data = os.read(file, status.st_size)
            while len(data) < status.st_size and (more := os.read(file, status.st_size - len(data))):
                data += more
            return data
        finally:
            os.close(file)

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Replace the file; returns once that is durable."""
        self.stamp = replace_file(self._path, to_json(data))


def replace_file(path: Path | str, text: str) -> tuple[int, int]:
    """Write a file so that a crash leaves it old or new; its folder is made. Gives (mtime in ns, size in bytes).

    Not by `quizgen.words.files`, which writes for people: here saves wait for it, a file has one writer, so that the
    temporary name is fixed and found after a crash, and the folder's entry is made durable too.
    """
    folder, name = os.path.split(path)
    temporary = f"{folder}{os.sep}.{name}.tmp"
    try:
        stamp = _write_durably(temporary, text.encode())
        os.replace(temporary, path)  # noqa: PTH105 - here each Path costs more than the call
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108 - the same
        raise
    sync_folder(folder)
    return stamp


def _write_durably(path: str, data: bytes) -> tuple[int, int]:
    file = _create(path)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(file, left) :]
        os.fsync(file)
        return stamp_of(os.fstat(file))
    finally:
        os.close(file)


def _create(path: str) -> int:
    """An empty file, open for writing; its folder is made if need be, which is once for many files."""
    try:
        return os.open(path, _NEW_FILE, 0o600)
    except FileNotFoundError:
        _make_folder(Path(path).parent)
        return os.open(path, _NEW_FILE, 0o600)


def sync_folder(folder: Path | str) -> None:
    """Make the folder's entries durable; Windows has no such call and needs none."""
    if sys.platform == "win32":
        return
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def is_leftover(name: str) -> bool:
    """Whether a file's name is that of a replacement which a crash cut short."""
    return name.startswith(".") and name.endswith(".tmp")


class FolderLock:
    """Ownership of a data folder by one process; the system releases it when the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / "store.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._file)
        except (BlockingIOError, PermissionError) as fault:
            os.close(self._file)
            raise Unusable(
                f"数据目录 {folder} 正在被另一进程使用，现在不能写入。请先停止服务，或在管理页面操作。"
            ) from fault
        except OSError:
            os.close(self._file)
            raise

    def release(self) -> None:
        """Let the next owner in."""
        os.close(self._file)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def stamp_of(status: os.stat_result) -> tuple[int, int]:
    """What tells a changed file: (mtime in ns, size in bytes)."""
    return status.st_mtime_ns, status.st_size


def _make_folder(folder: Path) -> None:
    if not folder.parent.is_dir():
        _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)
