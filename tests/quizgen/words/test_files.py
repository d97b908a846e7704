"""Files are written whole or not at all; why the system refuses one is told in Chinese."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from quizgen.words.files import replace_file
from quizgen.words.system import os_reason


def test_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    target = tmp_path / "试卷.html"
    target.write_bytes("旧".encode())

    replace_file(target, "新".encode())

    assert [(path.name, path.read_bytes().decode()) for path in tmp_path.iterdir()] == [("试卷.html", "新")]


def test_refusal_names_the_file_and_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "目录"
    folder.mkdir()

    with pytest.raises(IsADirectoryError) as refusal:
        replace_file(folder, b"")

    assert refusal.value.filename == str(folder)
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_pipe_or_device_does_not_turn_into_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "管道"
    os.mkfifo(pipe)

    with pytest.raises(OSError, match="管道"):
        replace_file(pipe, b"")

    assert pipe.is_fifo()


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.EACCES, "没有权限"),
        (errno.EPERM, "没有权限"),
        (errno.ENOENT, "文件或文件夹不存在"),
        (errno.ENOSPC, "磁盘空间不足"),
        (errno.EROFS, "磁盘是只读的"),
        (errno.EADDRINUSE, "端口已被占用"),
        (errno.EADDRNOTAVAIL, "本机没有这个地址"),
        (12345, "系统错误12345"),
    ],
)
def test_os_reason_is_chinese_whatever_the_error(number: int, reason: str) -> None:
    assert os_reason(OSError(number, "in the system's words")) == reason


def test_os_reason_of_an_error_without_a_number_is_chinese_too() -> None:
    assert os_reason(OSError("in somebody's words")) == "系统错误"
