"""`content/readings.csv`, and the sheets on which second readers write: the same columns, with the item's text beside.

A row of the file is a reading; rows are only ever added. In a sheet, rows without an answer are passed over.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from quizgen.diagnostics import Diagnostic, Span
from quizgen.evidence.reading import SecondReading
from quizgen.model import ItemId, Letter, Pool
from quizgen.words.clipping import clip

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

COLUMNS = ("题库", "题号", "版本", "作答", "依据", "评分", "意见", "日期")
"""Of the file. 版本 is the digest of the text that was read; 作答 letters, T and F for 正确 and 错误."""
POOLS: Mapping[str, Pool] = {pool.label: pool for pool in Pool}
_HINT = "二读记录由 quizgen readings take 写入，请不要手工修改；改坏的请从备份恢复"


class ReadRow(NamedTuple):
    """One row below the headings: its values by column, and where it begins."""

    values: Mapping[str, str]
    where: Span


def rows_of(text: str, path: str, *, needed: tuple[str, ...] = COLUMNS) -> tuple[list[ReadRow], list[Diagnostic]]:
    """The rows of a table in CSV, without empty ones; no rows and the reason where a needed column is missing."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return rows_below_head(_numbered(reader), path, needed=needed)
    except csv.Error:
        message, span = "从这里起不是CSV，多半是引号没有配对", Span(path=path, line=reader.line_num)
        return [], [Diagnostic(code="Q611", message=message, span=span, hint=_HINT)]


def _numbered(reader: CsvReader) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows with the line on which each begins; one may have several."""
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1


def rows_below_head(
    lines: Iterable[tuple[int, Sequence[str]]], path: str, *, needed: tuple[str, ...]
) -> tuple[list[ReadRow], list[Diagnostic]]:
    """The same of a table's rows, each with its line; the first has the names of the columns."""
    below = iter(lines)
    head = [name.strip() for name in next(below, (1, []))[1]]
    if missing := [name for name in needed if name not in head]:
        message = f"二读表缺少这些列：{'、'.join(missing)}"
        return [], [Diagnostic(code="Q611", message=message, span=Span(path=path), hint="第一行必须是列名")]
    return [
        _read_row(head, cells, Span(path=path, line=line)) for line, cells in below if any(map(str.strip, cells))
    ], []


def _read_row(head: Sequence[str], cells: Sequence[str], where: Span) -> ReadRow:
    return ReadRow(
        dict.fromkeys(head, "") | {name: cell.strip() for name, cell in zip(head, cells, strict=False)}, where
    )


def parse_readings(text: str, path: str) -> tuple[list[SecondReading], list[Diagnostic]]:
    """The readings of the file, oldest first, and a fault for each row that is none."""
    rows, found = rows_of(text, path)
    readings = []
    for row in rows:
        try:
            readings.append(_reading(row))
        except (KeyError, ValueError):
            cells = "，".join(row.values[name] for name in COLUMNS)
            message = f"这一行不是二读记录：{clip(cells)}"
            found.append(Diagnostic(code="Q611", message=message, span=row.where, hint=_HINT))
    return readings, found


def _reading(row: ReadRow) -> SecondReading:
    values = row.values
    return SecondReading(
        pool=POOLS[values["题库"]],
        item=ItemId(values["题号"]),
        text=values["版本"],
        answer=_letters(values["作答"]),
        law=values["依据"],
        rating=rating_from(values["评分"]),
        remark=values["意见"],
        day=date.fromisoformat(values["日期"]),
        where=row.where,
    )


def _letters(text: str) -> frozenset[Letter]:
    if not (text.isascii() and text.isalpha() and text.isupper()):
        raise ValueError(text)
    return frozenset(map(Letter, text))


def rating_from(text: str) -> int:
    """A rating of 1 to 5. Raises ValueError."""
    if text not in {"1", "2", "3", "4", "5"}:
        raise ValueError(text)
    return int(text)


def record_of(reading: SecondReading) -> tuple[str, ...]:
    """The row of the file."""
    answer = "".join(sorted(reading.answer))
    return (
        reading.pool.label,
        reading.item,
        reading.text,
        answer,
        reading.law,
        str(reading.rating),
        reading.remark,
        reading.day.isoformat(),
    )
