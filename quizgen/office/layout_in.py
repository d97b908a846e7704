"""What a sheet's XML says beside its cells, bounded: merged cells, hidden rows and columns."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

MOST_MERGED = 20_000
"""Merged areas that are looked at."""
_TAG = rb"<(?:\w+:)?%s\b([^<>]*)>"
_MERGED, _ROW, _COLUMN = (re.compile(_TAG % name) for name in (b"mergeCell", b"row", b"col"))
_AREA = re.compile(rb'\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_NUMBER = re.compile(rb'\br="(\d{1,7})"')
_EXTENT = re.compile(rb'\bm(?:in|ax)="(\d{1,5})"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Rows count from 1, columns from 0; `merged` are the first row, last row and column of areas of several rows."""

    merged: Sequence[tuple[int, int, int]] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


def layout_of(part: bytes, *, columns: int) -> Layout:
    """What the part of a sheet says of its first so many columns."""
    merged = []
    for tag in list(_MERGED.finditer(part))[:MOST_MERGED]:
        if area := _AREA.search(tag[1]):
            first, last, column = int(area[2]), int(area[4]), column_index(area[1].decode())
            if first < last and column < columns:
                merged.append((first, last, column))
    rows = (_NUMBER.search(tag[1]) for tag in _ROW.finditer(part) if _HIDDEN.search(tag[1]))
    hidden: set[int] = set()
    for tag in _COLUMN.finditer(part):
        extent = _EXTENT.findall(tag[1])
        if len(extent) == 2 and _HIDDEN.search(tag[1]):
            hidden.update(range(int(min(extent, key=int)) - 1, min(int(max(extent, key=int)), columns)))
    return Layout(
        merged=merged, hidden_rows=frozenset(int(row[1]) for row in rows if row), hidden_columns=frozenset(hidden)
    )


def column_index(letters: str) -> int:
    """A is 0, AA is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def column_letters(index: int) -> str:
    """0 is A, 26 is AA."""
    letters = ""
    while index >= 0:
        index, place = divmod(index, 26)
        letters, index = chr(ord("A") + place) + letters, index - 1
    return letters


@dataclass(slots=True)
class MergedDown:
    """Fills the cells below the first of an area that is merged over several rows, row by row from the top."""

    layout: Layout
    _begins: dict[int, list[tuple[int, int]]] = field(init=False)
    _open: dict[int, tuple[int, str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        begins: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for first, last, column in self.layout.merged:
            begins[first].append((last, column))
        self._begins = dict(begins)

    def filled(self, number: int, cells: list[str]) -> list[str]:
        """The row's texts with what is merged into it from above; a row that is else empty stays empty."""
        if any(cells):
            for column, (last, text) in self._open.items():
                if number <= last and text and not "".join(cells[column : column + 1]):
                    cells += [""] * (column + 1 - len(cells))
                    cells[column] = text
        for last, column in self._begins.get(number, ()):
            self._open[column] = (last, cells[column] if column < len(cells) else "")
        return cells
