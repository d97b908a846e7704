"""Workbooks as files, and sound ones spoilt."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from openpyxl import Workbook


def saved(book: Workbook) -> io.BytesIO:
    """The file of a workbook, to be read from its start."""
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


def with_part(sound: io.BytesIO, name: str, change: Callable[[str], str | bytes]) -> io.BytesIO:
    """A sound workbook with one of its parts rewritten."""
    stream = io.BytesIO()
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.namelist():
            text = old.read(part).decode()
            new.writestr(part, change(text) if part == name else text)
    stream.seek(0)
    return stream
