"""Files written whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def replace_file(path: Path, data: bytes) -> None:
    """Put `data` in place of what `path` held: whoever looks sees the old file or the new one, never a part.

    Raises OSError, with `path` as its file name, when the system refuses; then nothing has changed.
    """
    with replacing(path) as file:
        file.write(data)


@contextmanager
def replacing(path: Path, *, mode: int = 0o644) -> Iterator[BinaryIO]:
    """A file to write piece by piece; it takes the place of `path` when the block is left, unless by an error.

    `mode` is that of the whole file; before, only its owner can read it. Raises as `replace_file` does, and for a
    device or a pipe, which must not turn into a file.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
    try:
        with _replacing(path, mode) as file:
            yield file
    except OSError as error:
        error.filename = str(path)  # not the temporary file's: people know this one
        raise


@contextmanager
def _replacing(path: Path, mode: int) -> Iterator[BinaryIO]:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(mode)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
