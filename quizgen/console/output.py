"""What commands write: a file that is new, or that was to be replaced."""

from __future__ import annotations

import sys
from pathlib import Path

from quizgen.console.commandline import Refused
from quizgen.words.files import replace_file


def check_output(path: Path, *, force: bool) -> None:
    """Before long work: refuse a file that cannot be written, or that exists and is not to be replaced."""
    if not path.parent.is_dir():
        raise Refused(f"没有文件夹“{path.parent}”，写不了“{path.name}”。请先建好文件夹，或换一个位置。")
    if path.is_dir():
        raise Refused(f"“{path}”是文件夹，请写出文件名。")
    if path.exists() and not path.is_file():
        raise Refused(f"“{path}”不是普通文件，不能写入。请换一个文件名。")
    if path.exists() and not force:
        raise Refused(f"文件“{path}”已经存在，没有覆盖。要覆盖请加 --force，或换一个文件名。")


def write_new(path: Path, text: str | bytes, *, force: bool) -> None:
    """Write a file whole or not at all; one that exists is replaced only by `force`."""
    check_output(path, force=force)
    replace_file(path, text.encode() if isinstance(text, str) else text)
    print(f"已写入 {path}。", file=sys.stderr)
