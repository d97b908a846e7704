"""Files are written whole or not at all."""

from __future__ import annotations

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
