"""Tables of reports: one list of columns is what the screen, the workbook, the CSV and the printed pages show."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from grader.domain.figures import Rate

Value = str | int | float | Rate | None
"""What a cell says; None where there is nothing to say."""
R = TypeVar("R")


class Form(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    RATE = "rate"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The heading of a column; `width` in Chinese characters."""

    label: str
    width: int
    form: Form = Form.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[R]):
    """A heading with what stands below it."""

    label: str
    width: int
    value: Callable[[R], Value]
    form: Form = Form.TEXT

    @property
    def head(self) -> Head:
        """The heading alone."""
        return Head(label=self.label, width=self.width, form=self.form)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A report for a file: `facts` stand below the title, such as the cut-off; `unit` is who makes it (填报单位)."""

    title: str
    facts: tuple[str, ...]
    unit: str
    heads: tuple[Head, ...]
    rows: Sequence[Sequence[Value]]
    total: Sequence[Value] | None = None
    notes: tuple[str, ...] = field(default=())


def values_of(columns: Iterable[Column[R]], row: R) -> list[Value]:
    """The cells of one row."""
    return [column.value(row) for column in columns]


def table_of(
    columns: Sequence[Column[R]],
    rows: Iterable[R],
    *,
    title: str,
    facts: tuple[str, ...],
    unit: str,
    total: R | None = None,
    notes: tuple[str, ...] = (),
) -> Table:
    """The table of these rows, with the same columns as on the screen."""
    return Table(
        title=title,
        facts=facts,
        unit=unit,
        heads=tuple(column.head for column in columns),
        rows=[values_of(columns, row) for row in _with_pauses(rows)],
        total=None if total is None else values_of(columns, total),
        notes=notes,
    )


_ROWS_AT_ONCE, _PAUSE = 10, 0.0005
"""After so many rows a thread rests so many seconds."""


def _with_pauses(rows: Iterable[R]) -> Iterator[R]:
    """The same rows; between some of them the other threads of a service may go on, whom a long table would hold up."""
    for number, row in enumerate(rows, start=1):
        yield row
        if number % _ROWS_AT_ONCE == 0:
            time.sleep(_PAUSE)


def shown(value: Value) -> str:
    """A cell as people read it."""
    if value is None or value == "":
        return "—"
    return f"{value:g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The same table for a spreadsheet: a rate is a percentage, its numerator and its denominator."""

    heads: tuple[Head, ...]
    rows: Iterable[list[str | int | float | None]]


def sheet_of(table: Table) -> Sheet:
    """The table with every rate parted; the total is the last row."""
    heads = tuple(part for head in table.heads for part in _parts(head))
    rows = (*table.rows, table.total) if table.total else table.rows
    return Sheet(heads=heads, rows=([part for value in row for part in _parted(value)] for row in rows))


def _parts(head: Head) -> Iterator[Head]:
    if head.form is not Form.RATE:
        yield head
        return
    yield Head(label=head.label, width=head.width, form=Form.PERCENT)
    for part in ("分子", "分母"):
        yield Head(label=head.label + part, width=5, form=Form.NUMBER)


def _parted(value: Value) -> Iterator[str | int | float | None]:
    """A rate's share is rounded as on the screen, so that no program rounds it otherwise."""
    if not isinstance(value, Rate):
        yield value
        return
    tenths = value.tenths
    yield None if tenths is None else tenths / 1000
    yield value.part
    yield value.whole
