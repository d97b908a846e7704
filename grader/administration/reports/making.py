"""Files of reports: CSV at once, workbooks and printed pages by a process of their own, so that nobody else waits.

Such a process is given everything as JSON and answers with the file; one at a time is made.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import grader
from grader.administration.reports.table import Form, Head, Table, Value, sheet_of, shown
from grader.domain.errors import NotNow, Refusal
from quizgen.office.csv_out import csv_bytes

log = logging.getLogger(__name__)

LONGEST_SECONDS = 120.0
"""After which a process is ended; 50,000 rows of a workbook take a quarter of that."""
MOST_PRINTED = 6_000
"""Rows of printed pages; of more nobody makes use on paper."""
_WAITING = 4
"""Callers who may wait for their turn."""
_PLACES = threading.BoundedSemaphore(1 + _WAITING)
_TURN = threading.Lock()
_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH")
"""What the process sees of our environment: passwords of databases are not among it."""


class MakerBusy(Refusal):
    """So many files are being made that this one would have to wait long."""

    code = "maker-busy"
    sentence = "现在导出的人较多，这份文件还没有生成。请过几秒再试。"


class TooManyRows(NotNow):
    """More rows than are printed."""

    code = "too-many-rows"
    sentence = "一共 {found} 行，超过打印的上限 {most} 行。请按单位等条件缩小范围，或导出 XLSX。"


class FileNotMade(NotNow):
    """The process ended without an answer; the log says why."""

    code = "file-not-made"
    sentence = "文件没有生成。请缩小范围后再试；仍然不行的，请联系系统管理员查看日志。"


def workbook(table: Table) -> bytes:
    """The table as XLSX."""
    return make("grader.administration.reports.workbook", workbook_given(table))


def workbook_given(table: Table) -> dict[str, Any]:
    """What the module `workbook` is given of a table."""
    sheet = sheet_of(table)
    return {
        "title": table.title,
        "facts": list(table.facts),
        "heads": _heads(sheet.heads),
        "rows": list(sheet.rows),
        "notes": list(table.notes),
    }


def comma_separated(table: Table) -> bytes:
    """The table as CSV in UTF-8 with a byte order mark: headings, then the rows, the total last."""
    sheet = sheet_of(table)
    forms = [head.form for head in sheet.heads]
    rows = ([_plain(value, form) for value, form in zip(row, forms, strict=True)] for row in sheet.rows)
    return csv_bytes([head.label for head in sheet.heads], rows)


def printed(table: Table, fonts: Sequence[Path] = ()) -> bytes:
    """The table as PDF pages. Raises TooManyRows."""
    if len(table.rows) > MOST_PRINTED:
        raise TooManyRows(found=len(table.rows), most=MOST_PRINTED)
    return make("grader.administration.reports.pages", pages_given(table, fonts))


def pages_given(table: Table, fonts: Sequence[Path] = ()) -> dict[str, Any]:
    """What the module `pages` is given of a table."""
    return {
        "title": table.title,
        "facts": list(table.facts),
        "unit": table.unit,
        "heads": _heads(table.heads),
        "rows": [_shown(row) for row in table.rows],
        "total": _shown(table.total) if table.total else None,
        "notes": list(table.notes),
        "fonts": [str(path) for path in fonts],
    }


def _plain(value: str | int | float | None, form: Form) -> str:
    if value is None:
        return ""
    return f"{value * 100:.1f}%" if form is Form.PERCENT and not isinstance(value, str) else shown(value)


def _shown(row: Sequence[Value]) -> list[str]:
    return [shown(value) for value in row]


def _heads(heads: Sequence[Head]) -> list[list[object]]:
    return [[head.label, head.width, head.form.value] for head in heads]


def make(module: str, given: Mapping[str, Any]) -> bytes:
    """What the module, run as a process, makes of `given`. Raises MakerBusy or FileNotMade."""
    if not _PLACES.acquire(blocking=False):
        raise MakerBusy
    try:
        with _TURN:
            return _made(module, json.dumps(given, ensure_ascii=False).encode("utf-8", "replace"))
    finally:
        _PLACES.release()


def _made(module: str, given: bytes) -> bytes:
    with tempfile.TemporaryFile() as source:
        source.write(given)
        source.seek(0)
        try:
            done = subprocess.run(  # noqa: S603 - our own module
                [sys.executable, "-P", "-m", module],
                stdin=source,
                capture_output=True,
                env=_environment(),
                timeout=LONGEST_SECONDS,
                check=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (OSError, subprocess.SubprocessError) as fault:
            said = getattr(fault, "stderr", b"") or b""
            last = said.decode("utf-8", "replace").strip().rpartition("\n")[2]
            log.warning("%s made no file: %s %s", module, type(fault).__name__, last[:300])
            raise FileNotMade from fault
    return done.stdout


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {"PYTHONPATH": str(Path(grader.__file__).parent.parent), "PYTHONUTF8": "1"}
