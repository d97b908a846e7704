"""What the system says, in Chinese words; and work without the collector of cycles."""

from __future__ import annotations

import errno
import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


def os_reason(error: OSError) -> str:
    """Why the system refused a file or an address, in words."""
    number = error.errno
    return "系统错误" if number is None else _REASONS.get(number, f"系统错误{number}")


@contextmanager
def uncollected() -> Iterator[None]:
    """For reading much that has no cycles: to walk it again and again takes a fifth of the time, or more.

    What is there at the end is not walked afterwards either, so this is for commands, not for a service.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


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
