"""Reading an uploaded roster, or why it is not read."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from grader.domain.errors import BadFile, Refusal
from quizgen.office.reader import NoReaderFree, read_sheets
from quizgen.office.sheets_in import BadSheets, Sheets


class ReadersBusy(Refusal):
    """So many workbooks are being read that this one would have to wait long."""

    code = "readers-busy"
    sentence = "现在上传表格的人较多，这份还没有读取。请等几秒再上传。"


def roster_sheets(source: Path | BinaryIO) -> Sheets:
    """All sheets that are not hidden. Raises BadFile with the one sentence why the file can't be read, ReadersBusy."""
    try:
        return read_sheets(source, (), what="花名册")
    except BadSheets as fault:
        raise BadFile(why=str(fault)) from fault
    except NoReaderFree as fault:
        raise ReadersBusy from fault
