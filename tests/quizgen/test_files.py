"""Files are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from quizgen.files import replace_file


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
