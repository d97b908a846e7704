"""Reads a workbook in a process of its own: what a hostile one does to its reader it does to nobody else.

A server never parses a workbook itself. A few are read at a time, and rows come back one by one, so that nobody waits
while a large answer is taken apart.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import quizgen
from quizgen.office.sheets_in import BROKEN, LONGEST_CELL, LONGEST_FILE, BadSheets, Sheets, TextRow
from quizgen.words.system import os_reason

log = logging.getLogger(__name__)

AT_ONCE = 2
WAITING = 2
"""Callers who may wait for their turn; a server may have a longer line before this one."""
LONGEST_SECONDS = 60.0
"""After which the process is ended; a full roster takes a few seconds."""
LARGEST_ANSWER = 24 * 2**20
"""Bytes; a full roster of 20,000 people has a tenth of them."""
_LONGEST_LINE = 2**20
_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH")
"""What the process sees of our environment: passwords of databases are not among it."""
_TOO_SLOW = "文件内容不正常，读取的时间过长，没有读完。请把内容复制到新下载的模板中，再重新上传。"
_TOO_MUCH = "文件中的文字过多，不像是{what}。请把内容复制到新下载的模板中，再重新上传。"
_TIME_SIGNALS = frozenset({getattr(signal, "SIGKILL", 9), getattr(signal, "SIGXCPU", 24)})
"""By which the system, or we, end a process that takes too long."""
_PLACES = threading.BoundedSemaphore(AT_ONCE + WAITING)
_TURNS = threading.BoundedSemaphore(AT_ONCE)


class NoReaderFree(Exception):
    """So many workbooks are being read that this one would have to wait long."""


def read_sheets(source: Path | BinaryIO, titles: Collection[str], *, what: str, longest: int = LONGEST_CELL) -> Sheets:
    """What `parse_workbook` gives: `longest` characters of each cell, at most 2,000.

    Raises BadSheets, which says `what` the file should be (花名册); NoReaderFree.
    """
    data = _bytes_of(source, what)
    if not _PLACES.acquire(blocking=False):
        raise NoReaderFree
    try:
        with _TURNS:
            return _read_apart(data, [list(titles), what, longest], what)
    finally:
        _PLACES.release()


def _bytes_of(source: Path | BinaryIO, what: str) -> bytes:
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                data = file.read(LONGEST_FILE + 1)
        else:
            data = source.read(LONGEST_FILE + 1)
    except FileNotFoundError:
        raise BadSheets(f"没有找到文件 {source}，请核对文件名。") from None
    except OSError as fault:
        raise BadSheets(f"无法读取文件 {source}（{os_reason(fault)}），请检查文件和权限。") from fault
    if len(data) > LONGEST_FILE:
        raise BadSheets(
            f"文件超过 {LONGEST_FILE // 2**20} MB，不像是{what}。请删去图片等无关内容，或分成几个文件导入。"
        )
    return data


def _read_apart(data: bytes, asked: Sequence[object], what: str) -> Sheets:
    try:
        reader = _started(data, asked)
    except OSError as fault:  # no room on the disk, or for another process
        log.warning("no reader of workbooks could be started: %s", fault)
        raise NoReaderFree from fault
    late = threading.Timer(LONGEST_SECONDS, reader.kill)
    late.start()
    try:
        sheets = _taken(cast("IO[bytes]", reader.stdout), what)
        if sheets is None:
            raise BadSheets(_why_it_ended(reader, is_late=late.finished.is_set()))
        return sheets
    finally:
        late.cancel()
        reader.kill()
        reader.communicate()


def _started(data: bytes, asked: Sequence[object]) -> subprocess.Popen[bytes]:
    """The reader with the file as its standard input."""
    with tempfile.TemporaryFile() as given:
        given.write(data)
        given.seek(0)
        return subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-m", "quizgen.office.sheets_in", json.dumps(asked)],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {"PYTHONPATH": str(Path(quizgen.__file__).parent.parent), "PYTHONUTF8": "1"}


def _taken(answer: IO[bytes], what: str) -> Sheets | None:
    """What the reader says; None where it ends before it has said all. Raises BadSheets where it refuses."""
    found: dict[str, list[TextRow]] = {}
    rows: list[TextRow] = []
    for line in _lines(answer, what):
        match line:
            case {"refused": str(why)}:
                raise BadSheets(why)
            case {"sheet": str(title)}:
                found[title] = rows = []
            case [int(number), [*cells], bool(is_hidden)]:
                rows.append(TextRow(number=number, cells=tuple(map(str, cells)), is_hidden=is_hidden))
            case {"others": [*others], "hidden": dict(hidden)}:
                kept = {title: tuple(rows) for title, rows in found.items()}
                columns = {str(title): tuple(map(int, of)) for title, of in hidden.items()}
                return Sheets(found=kept, others=tuple(map(str, others)), hidden=columns)
            case _:
                return None
    return None


def _lines(answer: IO[bytes], what: str) -> Iterator[Any]:
    taken = 0
    while line := answer.readline(_LONGEST_LINE):
        taken += len(line)
        if taken > LARGEST_ANSWER:
            raise BadSheets(_TOO_MUCH.format(what=what))
        try:
            yield json.loads(line)
        except ValueError:  # it ended within a line
            return


def _why_it_ended(reader: subprocess.Popen[bytes], *, is_late: bool) -> str:
    code, (_, said) = reader.wait(), reader.communicate()
    last = said.decode("utf-8", "replace").strip().rpartition("\n")[2]
    log.warning("the reader of a workbook ended with %d: %s", code, last[:200])
    return _TOO_SLOW if is_late or -code in _TIME_SIGNALS else BROKEN
