"""The tiny store's folder: its format, the sub-folders, the file of each document and what it holds."""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path

from grader.store import codec
from grader.store.base import Unusable
from grader.store.tiny.file import IMPORTING, replace_file

FORMAT = 1
"""Of the folder, in store.json; raised when an older program must not open it."""
SHARDS = 256
"""Sub-folders of a kind; part of the format."""


def shard(id: str) -> int:
    """The number of the sub-folder that the document is in."""
    return zlib.crc32(id.encode()) % SHARDS


def document_path(folder: Path, kind: str, id: str) -> Path:
    """The file of one document."""
    return Path(place(folder, kind, id))


def place(folder: Path, kind: str, id: str) -> str:
    """The same as plain text, which costs less for each document that is read or saved."""
    return f"{folder}/documents/{kind}/{shard(id):02x}/{id}.json"


def check_imported(folder: Path) -> None:
    """Raises Unusable for a folder into which an import was begun and not finished."""
    if (folder / IMPORTING).exists():
        raise Unusable(f"目录 {folder} 的数据导入还没有做完，现在不能使用。请再运行一次同样的 grader import-data。")


def check_format(folder: Path, *, make: bool) -> None:
    """Raises Unusable for a folder that is no store's, or a newer one's; `make` turns an empty one into a store's."""
    marker = folder / "store.json"
    try:
        found = json.loads(marker.read_bytes())["format"]
    except FileNotFoundError:
        if (folder / "documents").exists():
            found = None
        elif make:
            replace_file(marker, codec.to_json({"format": FORMAT}))
            return
        else:
            raise Unusable(f"数据目录 {folder} 中还没有数据。请检查路径，或先启动一次服务。") from None
    except (ValueError, KeyError, TypeError):
        found = None
    if type(found) is not int or found < 1:
        raise Unusable(f"目录 {folder} 不是本系统的数据目录，没有打开。请检查路径，或从备份恢复其中的 store.json。")
    if found > FORMAT:
        raise Unusable(f"数据目录 {folder} 由较新版本的系统写入（格式 {found}）。请先升级本系统，再打开。")


def files_in(folder: Path | str) -> list[os.DirEntry[str]]:
    """What the folder holds, by name; nothing where there is none."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []
