"""Where the tiny store keeps what, for tests that meddle with its files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

from grader.store.tiny.store import TinyStore

Open = Callable[..., TinyStore]
"""`reopen(exclusive=True, bodies=10)`: the folder's store, after the close of the one before."""


def document_path(folder: Path, id: str) -> Path:
    """The file of a card."""
    return folder / "documents" / "card" / f"{crc32(id.encode()) % 256:02x}" / f"{id}.json"


def aged(folder: Path) -> None:
    """Make every document old enough for the checkpoint to trust its stamp."""
    for path in folder.rglob("documents/**/*.json"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
