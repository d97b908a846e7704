"""Files written whole or not at all. Standard library only."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def replace_file(path: Path, data: bytes) -> None:
    """Put `data` in place of what `path` held: whoever looks sees the old file or the new one, never a part.

    Raises OSError, with `path` as its file name, when the system refuses; then nothing has changed.
    """
    try:
        _replace(path, data)
    except OSError as error:
        error.filename = str(path)  # not the temporary file's: people know this one
        raise


def _replace(path: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(0o644)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
