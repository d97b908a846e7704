"""Reads sheets of an .xlsx workbook that nobody vouches for, as rows of tidied text.

Run by `reader` as a process of its own: `python -m quizgen.office.sheets_in WANTED`, the file on standard input, the
rows on standard output as JSON, one a line. It imports nothing of the kit but its neighbours that know file formats.
Sizes, styles and counts are bounded before anything is parsed, texts before anything is made of them.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
import unicodedata
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from quizgen.office.csv_in import csv_rows, decoded
from quizgen.office.layout_in import Layout, MergedDown, layout_of
from quizgen.office.other_files import STRICT, STRICT_MARK, other_file, other_package, other_text

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
MOST_SHEETS = 100
LONGEST_CELL = 200
"""Characters of a cell, unless the caller reads longer ones, or of a title; a roster's checks call less too long."""
LONGEST_READ = 2_000
"""Characters of a cell that are looked at: it may begin with many spaces. Nobody reads longer ones."""
LARGEST_STYLES = 4 * 2**20
"""Bytes of any part but sheets, strings and pictures; styles that were pasted together for years take a few million."""
MOST_FORMATS, LONGEST_FORMAT = 2_000, 2_000
"""Number formats, and the bytes of one; Excel takes 255 characters, of which each may be written in six bytes."""
MOST_STYLES = 150_000
"""Tags of the styles; Excel takes 64,000 kinds of cells."""
MOST_ELEMENTS = 3_000_000
"""Tags of all parts; 20,000 people have 1,300,000."""
SECONDS, MEMORY = 20, 768 * 2**20
"""Processor seconds and bytes of address space of the process, where the system can hold it to them."""
PLAIN = "文本表格"
"""The title under which the rows of plain text come."""
UNCOMPUTED = "="
"""The text of a cell whose formula no program has computed yet."""
BROKEN = "文件已损坏，无法读取。请用 Excel 或 WPS 打开后另存为 .xlsx 文件，再重新上传。"
_TOO_LARGE = (
    f"文件解压后过大，不像是{{what}}。超过 {MOST_ROWS} 行的，请分成几个文件；"
    "行数不多的，请把内容复制到新下载的模板中，再重新上传。"
)
_STRANGE_STYLES = "文件里的单元格格式过多或不正常，没有读取。请把内容复制到新下载的模板中（只粘贴文字），再重新上传。"
_BOOK, _STYLES, _TEXT_PARTS = (
    "xl/workbook.xml",
    "xl/styles.xml",
    ("xl/worksheets/", "xl/sharedStrings", "xl/media/", "xl/drawings/"),
)
_LONG_FORMAT = re.compile(rb"""formatCode\s*=\s*(?:"[^"]{%d}|'[^']{%d})""" % (LONGEST_FORMAT, LONGEST_FORMAT))
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""How a workbook writes a character that XML cannot hold: `_x0007_`; not `_x07_`."""
_INVISIBLE, _NO_CHARACTERS = frozenset({"Cc", "Cf", "Cs"}), "\ufffe\uffff"


class BadSheets(Exception):
    """The file cannot be read as a workbook of a sane size; `str()` is the Chinese sentence why, with the way out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """One row that is not empty; `number` counts from 1 as in the sheet, `cells` from column A to the last filled."""

    number: int
    cells: tuple[str, ...]
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """The wanted sheets that were found, by title without spaces, and the titles of all others.

    `hidden` are the hidden columns of those found, counted from 0. Of plain text the title is `PLAIN`.
    """

    found: dict[str, tuple[TextRow, ...]]
    others: tuple[str, ...]
    hidden: dict[str, tuple[int, ...]] = field(default_factory=dict)


def parse_workbook(data: bytes, titles: Collection[str], *, what: str, longest: int = LONGEST_CELL) -> Sheets:
    """The sheets with these titles, `longest` characters of each cell; without titles all that are not hidden.

    Then the rows of CSV are taken too. Raises BadSheets, which says `what` the file should be: 花名册.
    """
    from openpyxl import load_workbook  # noqa: PLC0415 - here only, so that others may know this module's values

    _refuse_other(other_file(data, what))
    if not data.startswith(b"PK"):
        return _plain(data, what, longest, is_wanted=not titles)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_oversize(archive, what)
            has_formulas = _has_formulas(archive)
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        formulas = load_workbook(io.BytesIO(data), read_only=True, keep_links=False) if has_formulas else None
        _refuse_many_sheets(workbook.sheetnames, what)
        found: dict[str, tuple[TextRow, ...]] = {}
        hidden: dict[str, tuple[int, ...]] = {}
        others = []
        for sheet in workbook.worksheets:
            title = "".join(sheet.title.split())
            is_wanted = title in titles if titles else sheet.sheet_state == "visible"
            if not is_wanted or title in found:
                others.append(sheet.title[:LONGEST_CELL])
                continue
            layout = _layout(data, sheet)
            found[title] = tuple(_rows(sheet, formulas[sheet.title] if formulas else None, longest, layout))
            hidden[title] = tuple(sorted(layout.hidden_columns))
    except BadSheets:
        raise
    except MemoryError:
        raise BadSheets(_TOO_LARGE.format(what=what)) from None
    except Exception as fault:  # openpyxl, zipfile and expat raise whatever a broken part causes
        raise BadSheets(BROKEN) from fault
    return Sheets(found=found, others=tuple(others), hidden={title: of for title, of in hidden.items() if of})


def _layout(data: bytes, sheet: Any) -> Layout:
    path = str(sheet._worksheet_path)  # openpyxl does not tell it otherwise
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return layout_of(archive.read(path.lstrip("/")), columns=MOST_COLUMNS)


def tidy(text: str) -> str:
    """The text without invisible characters, runs of white space as one space, none at the ends.

    NUL, other control characters and what no XML holds are among them.
    """
    if not text.isprintable():
        spaced = "".join(" " if c.isspace() else c for c in text)
        text = "".join(c for c in spaced if unicodedata.category(c) not in _INVISIBLE and c not in _NO_CHARACTERS)
    return " ".join(text.split())


def _plain(data: bytes, what: str, longest: int, *, is_wanted: bool) -> Sheets:
    text = decoded(data)
    _refuse_other(other_text(text or ""))
    if text is None or not is_wanted:
        raise BadSheets(f"这不是 .xlsx 文件。请用下载的{what}模板填写；.csv 等文件请用 Excel 或 WPS 另存为 .xlsx。")
    rows = []
    try:
        for number, fields in enumerate(csv_rows(text), start=1):
            cells = [tidy(value[:LONGEST_READ])[:longest] for value in fields[:MOST_COLUMNS]]
            if any(cells):
                rows.append(TextRow(number=number, cells=_trimmed(cells)))
            _refuse_many_rows(len(rows), PLAIN)
    except csv.Error:
        raise BadSheets(
            "文件中有没有写完的引号，无法按 .csv 读取。请用 Excel 或 WPS 打开，另存为 .xlsx 文件后再上传。"
        ) from None
    return Sheets(found={PLAIN: tuple(rows)}, others=())


def _trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    """The cells to the last filled."""
    last = max((place for place, text in enumerate(cells, start=1) if text), default=0)
    return tuple(cells[:last])


def _refuse_many_rows(count: int, title: str) -> None:
    if count > MOST_ROWS + ROWS_ABOVE:
        raise BadSheets(f"工作表“{title}”超过 {MOST_ROWS} 行内容，请分成几个文件导入。")


def _refuse_other(why: str) -> None:
    if why:
        raise BadSheets(why)


def _refuse_oversize(archive: zipfile.ZipFile, what: str) -> None:
    parts = archive.infolist()
    _refuse_other(other_package([part.filename for part in parts], what))
    # zipfile never gives more of a part than its declared size, so a part that lies about it is merely cut short.
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_CONTENT:
        raise BadSheets(_TOO_LARGE.format(what=what))
    if len({part.filename for part in parts}) < len(parts):
        raise BadSheets(BROKEN)
    if any(part.file_size > LARGEST_STYLES for part in parts if not part.filename.startswith(_TEXT_PARTS)):
        raise BadSheets(_STRANGE_STYLES)
    texts = {part.filename: archive.read(part) for part in parts if part.filename.endswith(".xml")}
    if STRICT_MARK in texts.get(_BOOK, b""):
        raise BadSheets(STRICT)
    styles = texts.get(_STYLES, b"").replace(b"\0", b"")  # so that two bytes a character hide nothing
    if styles.count(b"<") > MOST_STYLES or styles.count(b"formatCode") > MOST_FORMATS or _LONG_FORMAT.search(styles):
        raise BadSheets(_STRANGE_STYLES)
    if sum(text.count(b"<") for text in texts.values()) > MOST_ELEMENTS:
        raise BadSheets(_TOO_LARGE.format(what=what))


def _refuse_many_sheets(titles: Sequence[str], what: str) -> None:
    if len(titles) > MOST_SHEETS:
        raise BadSheets(
            f"文件中的工作表超过 {MOST_SHEETS} 个，不像是{what}。请把内容复制到新下载的模板中，再重新上传。"
        )


def _has_formulas(archive: zipfile.ZipFile) -> bool:
    return any(part.startswith("xl/worksheets/") and _FORMULA.search(archive.read(part)) for part in archive.namelist())


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


def _rows(sheet: Any, formulas: Any, longest: int, layout: Layout) -> Iterator[TextRow]:
    count, merged = 0, MergedDown(layout)
    for number, values in enumerate(_values(sheet, formulas), start=1):
        if number > LAST_ROW:
            raise BadSheets(
                f"工作表“{sheet.title}”超过 {LAST_ROW} 行。请删除末尾的空白行，或把内容复制到新下载的模板中。"
            )
        if all(value is None for value in values):
            continue
        cells = _trimmed(merged.filled(number, [_text(value, longest) for value in values]))
        if cells:
            count += 1
            _refuse_many_rows(count, sheet.title)
            yield TextRow(number=number, cells=cells, is_hidden=number in layout.hidden_rows)


def _text(value: object, longest: int) -> str:
    """What a clerk would say stands in the cell: 13800000000.0 is 13800000000."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value)[:LONGEST_READ])
    return tidy(text)[:longest]


def main() -> None:
    """Read standard input and write the rows of the sheets that the argument names, or why there are none."""
    titles, what, longest = json.loads(sys.argv[1])
    _limit()
    try:
        sheets = parse_workbook(sys.stdin.buffer.read(), titles, what=what, longest=longest)
    except BadSheets as refused:
        _tell({"refused": str(refused)})
        return
    for title, rows in sheets.found.items():
        _tell({"sheet": title})
        for row in rows:
            _tell([row.number, row.cells, row.is_hidden])
    _tell({"others": sheets.others, "hidden": sheets.hidden})


def _tell(line: object) -> None:
    sys.stdout.write(json.dumps(line, separators=(",", ":")) + "\n")


def _limit() -> None:
    """Give way to everything else, and end rather than take more than the largest workbook needs."""
    if hasattr(os, "nice"):
        os.nice(10)
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    for limit, most in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, 0)):
        try:
            resource.setrlimit(limit, (most, most))
        except (OSError, ValueError):  # a system that has the limit but does not let it be set, such as macOS
            continue


if __name__ == "__main__":
    main()
