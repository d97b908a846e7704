"""Reads sheets of an .xlsx workbook that nobody vouches for, as rows of tidied text.

Imports openpyxl, the errors and the words for what the system refuses. Refused before anything is parsed: what is not
an .xlsx, what is encrypted, what is larger than a roster can be.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import load_workbook

from grader.domain.errors import BadFile
from quizgen.words.system import os_reason

LONGEST_FILE = 10 * 2**20
"""Bytes; a full roster of 20,000 people takes about 1 MB."""
LARGEST_CONTENT = 30 * 2**20
"""Bytes of all parts uncompressed; a full roster of the template takes about 10 MB."""
MOST_PARTS = 500
MOST_ROWS = 20_000
"""Rows with content below the header of one sheet."""
ROWS_ABOVE = 10
"""Rows with content that a title and the header may take."""
LAST_ROW = 50_000
"""Rows are numbered up to here; sheets with stray formatting far below are refused."""
MOST_COLUMNS = 40
"""Columns further right are not read."""
UNCOMPUTED = "="
"""The text of a cell whose formula no program has computed yet."""
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """One row that is not empty; `number` counts from 1 as in the sheet, `cells` from column A."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """The wanted sheets that were found, by title without spaces, and the titles of all others."""

    found: dict[str, tuple[TextRow, ...]]
    others: tuple[str, ...]


def read_sheets(source: Path | BinaryIO, titles: Collection[str]) -> Sheets:
    """The sheets with these titles. Raises BadFile with the one sentence why the file cannot be read."""
    data = _read(source)
    _refuse_other_formats(data)
    _refuse_oversize(data)
    try:
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        formulas = load_workbook(io.BytesIO(data), read_only=True, keep_links=False) if _has_formulas(data) else None
        found: dict[str, tuple[TextRow, ...]] = {}
        others = []
        for sheet in workbook.worksheets:
            title = "".join(sheet.title.split())
            if title in titles and title not in found:
                found[title] = tuple(_rows(sheet, formulas[sheet.title] if formulas else None))
            else:
                others.append(sheet.title)
    except BadFile:
        raise
    except Exception as fault:  # openpyxl, zipfile and expat raise whatever a broken part causes
        raise BadFile(why="文件已损坏，无法读取。请用 Excel 或 WPS 打开后另存为 .xlsx 文件，再重新上传。") from fault
    return Sheets(found=found, others=tuple(others))


def tidy(text: str) -> str:
    """The text without invisible characters, runs of white space as one space, none at the ends."""
    spaced = "".join(" " if c.isspace() else c for c in text)
    return " ".join("".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf")).split())


def _read(source: Path | BinaryIO) -> bytes:
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                data = file.read(LONGEST_FILE + 1)
        else:
            data = source.read(LONGEST_FILE + 1)
    except FileNotFoundError:
        raise BadFile(why=f"没有找到文件 {source}，请核对文件名。") from None
    except OSError as fault:
        raise BadFile(why=f"无法读取文件 {source}（{os_reason(fault)}），请检查文件和权限。") from fault
    if len(data) > LONGEST_FILE:
        raise BadFile(
            why=f"文件超过 {LONGEST_FILE // 2**20} MB，不像是花名册。请删去图片等无关内容，或分成几个文件导入。"
        )
    return data


def _refuse_other_formats(data: bytes) -> None:
    if data.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in data:
        raise BadFile(why="文件设置了打开密码，无法读取。请在 Excel 或 WPS 中取消密码后另存，再重新上传。")
    if data.startswith(_OLE):
        raise BadFile(why="这是旧格式的文件（.xls 或 .et）。请用 Excel 或 WPS 打开，另存为 .xlsx 文件后再上传。")
    if not data.startswith(b"PK"):
        raise BadFile(why="这不是 .xlsx 文件。请用下载的花名册模板填写；.csv 等文件请用 Excel 或 WPS 另存为 .xlsx。")


def _refuse_oversize(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise BadFile(why="文件已损坏，无法读取。请重新保存或重新下载后再上传。") from None
    if not any(part.filename.startswith("xl/") for part in parts):
        raise BadFile(why="这不是 .xlsx 表格文件。请用下载的花名册模板填写后上传。")
    # zipfile never gives more of a part than its declared size, so a part that lies about it is merely cut short.
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_CONTENT:
        raise BadFile(why="文件解压后过大，不像是花名册。请把内容复制到新下载的模板中，再重新上传。")


def _has_formulas(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return any(
            part.startswith("xl/worksheets/") and _FORMULA.search(archive.read(part)) for part in archive.namelist()
        )


def _values(sheet: Any, formulas: Any) -> Iterator[Sequence[object]]:
    """The values of each row's cells; `formulas` is the same sheet read for its formulas, None if it has none."""
    # The sheet's own statement of its extent may be wrong, or a trap; without it openpyxl goes by the rows there are.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    if formulas is None:
        yield from rows
        return
    formulas.reset_dimensions()
    for values, written in zip(rows, formulas.iter_rows(max_col=MOST_COLUMNS, values_only=True), strict=True):
        pairs = zip(values, written, strict=True)
        yield [UNCOMPUTED if value is None and text is not None else value for value, text in pairs]


def _rows(sheet: Any, formulas: Any) -> Iterator[TextRow]:
    count = 0
    for number, values in enumerate(_values(sheet, formulas), start=1):
        if number > LAST_ROW:
            raise BadFile(
                why=f"工作表“{sheet.title}”超过 {LAST_ROW} 行。请删除末尾的空白行，或把内容复制到新下载的模板中。"
            )
        if all(value is None for value in values):
            continue
        cells = tuple(_text(value) for value in values)
        if any(cells):
            count += 1
            if count > MOST_ROWS + ROWS_ABOVE:
                raise BadFile(why=f"工作表“{sheet.title}”超过 {MOST_ROWS} 行内容，请分成几个文件导入。")
            yield TextRow(number=number, cells=cells)


def _text(value: object) -> str:
    """What a clerk would say stands in the cell: 13800000000.0 is 13800000000."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return tidy(str(value))
