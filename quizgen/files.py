"""Files written whole or not at all, and why the system refuses one, in words. Standard library only."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator, Mapping
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
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write piece by piece; it takes the place of `path` when the block is left, unless by an error.

    Raises as `replace_file` does, and for a device or a pipe, which must not turn into a file.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
    try:
        with _replacing(path) as file:
            yield file
    except OSError as error:
        error.filename = str(path)  # not the temporary file's: people know this one
        raise


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(0o644)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def os_reason(error: OSError) -> str:
    """Why the system refused a file or an address, in words."""
    number = error.errno
    return "系统错误" if number is None else _REASONS.get(number, f"系统错误{number}")


_REASONS: Mapping[int, str] = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ENOENT: "文件或文件夹不存在",
    errno.EISDIR: "这是一个文件夹",
    errno.ENOTDIR: "上级不是文件夹",
    errno.EEXIST: "已经存在",
    errno.EINVAL: "不是普通文件，或文件名不合规定",
    errno.ENAMETOOLONG: "名称太长",
    errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EROFS: "磁盘是只读的",
    errno.EIO: "磁盘读写出错",
    errno.EMFILE: "打开的文件太多",
    errno.ENFILE: "打开的文件太多",
    errno.EADDRINUSE: "端口已被占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
}
