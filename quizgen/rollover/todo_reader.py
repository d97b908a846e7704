"""A to-do list of before, as editors filled it in: workbook, Markdown or CSV."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice

from quizgen.diagnostics import Span
from quizgen.rollover.progress import Note, TodoEntry, own_work
from quizgen.rollover.work import WorkKind

MAX_BYTES = 8_000_000
"""A list of 10,000 lines has about 1 MB."""
_MAX_UNPACKED = 80_000_000
_MAX_ROWS, _MAX_COLUMNS = 20_000, 40
_MAX_CELL = 4_000
"""Characters of a cell that are kept."""
_MAX_LINE = 6_000
"""Characters of a line of Markdown that are kept."""

_SHEET = "待办"
_NEEDED = ("类别", "编号", "原因")
_DONE = frozenset({"是", "√", "✓", "✔", "x", "y", "yes", "true", "1", "完成", "已完成", "已办"})
_OPEN = frozenset({"", "否", "×", "n", "no", "false", "0", "未完成", "未办"})
_KINDS = {kind.label: kind for kind in WorkKind}


class UnreadableTodo(Exception):
    """The file is no to-do list; the sentence says why."""


def read_todo(data: bytes, suffix: str) -> list[TodoEntry]:
    """The lines of a list in a file of that suffix (`.xlsx`, `.md`, `.csv`), or `UnreadableTodo`."""
    if len(data) > MAX_BYTES:
        raise UnreadableTodo(f"文件太大，上限是{MAX_BYTES:,}字节")
    return list(_READERS[suffix](data))


def _workbook(data: bytes) -> Iterator[TodoEntry]:
    from openpyxl import load_workbook  # noqa: PLC0415 - openpyxl takes a third of a second

    try:
        _check_size(data)
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        names = [_SHEET] if _SHEET in workbook.sheetnames else workbook.sheetnames[:1]
        sheet = workbook[names[0]]
        rows = sheet.iter_rows(max_row=_MAX_ROWS, max_col=_MAX_COLUMNS, values_only=True)
        return _entries([[_cell(value) for value in row] for row in rows])
    except UnreadableTodo:
        raise
    except (zipfile.BadZipFile, IndexError) as fault:
        raise UnreadableTodo("不是.xlsx工作簿，或已经损坏") from fault
    except Exception as fault:  # openpyxl raises whatever it stumbles over
        raise UnreadableTodo("工作簿的内容读不出来，请用Excel或WPS打开后另存一次") from fault


def _check_size(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > _MAX_UNPACKED:
            raise UnreadableTodo("解压后太大")


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value).strip()[:_MAX_CELL]


def _csv(data: bytes) -> Iterator[TodoEntry]:
    try:
        rows = list(islice(csv.reader(io.StringIO(_decoded(data), newline="")), _MAX_ROWS))
    except csv.Error as fault:
        raise UnreadableTodo("不是.csv表格，或已经损坏") from fault
    return _entries([[_undefused(cell.strip())[:_MAX_CELL] for cell in row[:_MAX_COLUMNS]] for row in rows])


def _decoded(data: bytes) -> str:
    """UTF-8, or GB18030 as Excel saves it."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableTodo("文字编码读不出来，请另存为UTF-8")


def _undefused(text: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from running the text."""
    return text[1:] if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@"} else text


def _entries(rows: Sequence[Sequence[str]]) -> Iterator[TodoEntry]:
    """The lines below the headings, whatever the order of the columns."""
    head = next((number for number, row in enumerate(rows[:10]) if set(_NEEDED) <= set(row)), None)
    if head is None:
        raise UnreadableTodo(f"没有找到待办的表头（{'、'.join(_NEEDED)}）")
    columns = {name: index for index, name in enumerate(rows[head]) if name}
    for row in rows[head + 1 :]:
        cells = {name: row[index] if index < len(row) else "" for name, index in columns.items()}
        if any(text for name, text in cells.items() if name not in {"序号", "完成"}):
            yield _entry(cells)


def _entry(cells: Mapping[str, str]) -> TodoEntry:
    text = cells.get
    done, remark = text("完成", ""), text("备注", "")
    if done.lower() not in _DONE | _OPEN:
        remark = "；".join(part for part in (done, remark) if part)
    note = Note(done=done.lower() in _DONE, owner=text("负责人", ""), due=text("期限", ""), remark=remark)
    path, _, line = text("位置", "").rpartition(":")
    place = Span(path=path, line=int(line)) if re.fullmatch("[1-9][0-9]{0,6}", line) else Span(path="")
    kind = _KINDS.get(text("类别", ""))
    work = own_work(
        title=text("题干或标题", ""),
        reason=text("原因", "") or ("" if kind else text("类别", "")),
        task=text("要做的事", ""),
        area=text("所属", ""),
        subject=text("编号", ""),
    )
    return TodoEntry(work=replace(work, kind=kind or WorkKind.OWN, place=place), note=note)


_HEADING = re.compile(r"## (?P<kind>[^（]+)（\d+件）\s*")
_LINE = re.compile(r"[-*] \[(?P<tick>[ xX])\] (?P<text>.*)")
_NAMED = re.compile(r"\*\*(?P<subject>.*?)\*\* ?(?P<title>.*)（(?P<area>[^（）]*)，`(?P<place>.*)`）\s*")
_FIELD = re.compile(r"\*\*(要做的事|负责人|期限|备注)\*\*：")


def _markdown(data: bytes) -> Iterator[TodoEntry]:
    """Lines that begin with a box, each with the indented lines below it."""
    kind, blocks = "", list[tuple[str, list[str]]]()
    for line in (line[:_MAX_LINE] for line in _decoded(data).splitlines()[: _MAX_ROWS * 5]):
        if heading := _HEADING.fullmatch(line):
            kind = heading["kind"]
        elif _LINE.match(line):
            blocks.append((kind, [line]))
        elif blocks and line[:1] == " " and line.strip():
            blocks[-1][1].append(line.strip())
    return (_entry(_cells(kind, lines)) for kind, lines in blocks[:_MAX_ROWS])


def _cells(kind: str, lines: list[str]) -> dict[str, str]:
    """The cells of an entry by the headings of the table."""
    line = _LINE.fullmatch(lines[0])
    text = line["text"] if line else ""
    named = _NAMED.fullmatch(text)
    cells = {"类别": kind, "完成": "是" if line and line["tick"] != " " else "否", "题干或标题": text}
    if named:
        cells |= {"编号": named["subject"], "题干或标题": named["title"], "所属": named["area"], "位置": named["place"]}
    else:
        cells["类别"] = ""
    parts = _FIELD.split(" ".join(lines[1:]))
    cells |= {"原因": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}
    return {name: _unescaped(cell.strip())[:_MAX_CELL] for name, cell in cells.items()}


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\\`*_<>\[\]|#])", r"\1", text)


_READERS: Mapping[str, Callable[[bytes], Iterable[TodoEntry]]] = {".xlsx": _workbook, ".csv": _csv, ".md": _markdown}
