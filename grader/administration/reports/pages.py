"""Run as a process: prints the table that it is given as JSON on A4 pages, landscape. See `making`.

Every page has the title, the facts and the headings; who makes the report, who filled it in and who checked it stand
at its foot. Lengths are in mm, text sizes in pt.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fpdf import FPDF

from grader.certificates.fonts import CutFont, fonts_with

_FAMILY = "report"
_MISSING = "〓"
"""Stands for a character that no font has, as printers do."""
_MARGIN, _BOTTOM = 12.0, 18.0
_SIZE, _LEADING = 9.0, 4.4
_PAD = 1.2
_SIGNED = ("填报单位", "填报人", "审核人")


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the table with its cells in lines; `height` in mm."""

    cells: list[list[str]]
    height: float
    is_total: bool = False


class Printer:
    """Draws one table."""

    def __init__(self, given: Mapping[str, Any], font: CutFont) -> None:
        self._given, self._font = given, font
        self._pdf = FPDF("landscape", format="A4")
        self._pdf.set_auto_page_break(auto=False)
        self._pdf.add_font(_FAMILY, fname=font.path)
        self._pdf.fonts[_FAMILY].ttfont.recalcBBoxes = False  # type: ignore[union-attr]  # the font just added
        self._pdf.set_title(given["title"])
        self._pdf.set_lang("zh-CN")
        heads = given["heads"]
        share = (self._pdf.w - 2 * _MARGIN) / sum(width for _, width, _ in heads)
        self._widths = [width * share for _, width, _ in heads]
        self._forms = [form for _, _, form in heads]
        self._head = self._line([label for label, _, _ in heads])

    def draw(self) -> bytes:
        """All pages."""
        lines = [self._line(row) for row in self._given["rows"]]
        if self._given["total"]:
            lines.append(self._line(self._given["total"], is_total=True))
        pages = list(self._parted(lines)) or [[]]
        for number, page in enumerate(pages, start=1):
            self._page(page, number, len(pages))
        return bytes(self._pdf.output())

    def _line(self, cells: Sequence[str], *, is_total: bool = False) -> _Line:
        wrapped = [self._wrapped(text, width) for text, width in zip(cells, self._widths, strict=True)]
        return _Line(wrapped, max(map(len, wrapped)) * _LEADING + 2 * _PAD, is_total)

    def _wrapped(self, text: str, width: float) -> list[str]:
        """The text in lines that end anywhere, which Chinese may."""
        most, lines, line, used = (width - 2 * _PAD) * self._pdf.k / _SIZE, [], "", 0.0
        for character in text:
            advance = self._font.advances[character]
            if line and used + advance > most:
                lines.append(line)
                line, used = "", 0.0
            line, used = line + character, used + advance
        return [*lines, line]

    def _parted(self, lines: list[_Line]) -> Iterator[list[_Line]]:
        room = self._pdf.h - self._top - self._head.height - _BOTTOM
        notes = len(self._given["notes"]) * _LEADING + 2
        page: list[_Line] = []
        left = room
        for number, line in enumerate(lines):
            need = line.height + (notes if number == len(lines) - 1 else 0)
            if page and need > left:
                yield page
                page, left = [], room
            page.append(line)
            left -= line.height
        if page:
            yield page

    @property
    def _top(self) -> float:
        return 31.0

    def _page(self, lines: list[_Line], number: int, pages: int) -> None:
        pdf, given = self._pdf, self._given
        pdf.add_page()
        pdf.set_draw_color(120)
        pdf.set_line_width(0.15)
        self._write(given["title"], pdf.w / 2, 18, size=16, middle=True)
        self._write("　".join(given["facts"]), _MARGIN, 27.5)
        y = self._top
        for line in (self._head, *lines):
            y = self._row(line, y, is_head=line is self._head)
        if number == pages:
            for note in given["notes"]:
                y += _LEADING
                self._write(note, _MARGIN, y)
        self._foot(number, pages)

    def _row(self, line: _Line, y: float, *, is_head: bool) -> float:
        x = _MARGIN
        if is_head or line.is_total:
            self._pdf.set_fill_color(245, 238, 226)
            self._pdf.rect(_MARGIN, y, sum(self._widths), line.height, style="F")
        for texts, width, form in zip(line.cells, self._widths, self._forms, strict=True):
            self._pdf.rect(x, y, width, line.height)
            top = y + (line.height - len(texts) * _LEADING) / 2 + _LEADING * 0.77
            for place, text in enumerate(texts):
                self._cell(text, x, width, top + place * _LEADING, middle=is_head or form != "text")
            x += width
        return y + line.height

    def _cell(self, text: str, x: float, width: float, baseline: float, *, middle: bool) -> None:
        if middle:
            self._write(text, x + width / 2, baseline, middle=True)
        else:
            self._write(text, x + _PAD, baseline)

    def _foot(self, number: int, pages: int) -> None:
        y = self._pdf.h - 10
        unit, filled, checked = _SIGNED
        self._write(f"{unit}：{self._given['unit']}", _MARGIN, y)
        self._write(f"{filled}：", self._pdf.w * 0.45, y)
        self._write(f"{checked}：", self._pdf.w * 0.62, y)
        text = f"第 {number} 页 共 {pages} 页"
        self._write(text, self._pdf.w - _MARGIN - self._font.width(text) * _SIZE / self._pdf.k, y)

    def _write(self, text: str, x: float, baseline: float, *, size: float = _SIZE, middle: bool = False) -> None:
        self._pdf.set_font(_FAMILY, size=size)
        half = self._font.width(text) * size / self._pdf.k / 2 if middle else 0
        self._pdf.text(x - half, baseline, text)


def pages_of(given: Mapping[str, Any]) -> bytes:
    """The file."""
    fonts = fonts_with(tuple(map(Path, given["fonts"])))
    known = marked(given, fonts.missing(_characters(given)))
    with fonts.cut(_characters(known)) as font:
        return Printer(known, font).draw()


def _characters(given: Mapping[str, Any]) -> str:
    cells = (cell for row in given["rows"] for cell in row)
    heads = (label for label, _, _ in given["heads"])
    texts = (given["title"], given["unit"], *given["facts"], *given["notes"], *heads, *cells, *(given["total"] or ()))
    return "".join(sorted(set("".join(texts)) | set("".join(_SIGNED)) | set("：第页共0123456789　 ")))


def marked(given: Mapping[str, Any], missing: Sequence[str]) -> dict[str, Any]:
    """The same with the characters that cannot be printed marked."""
    marks = {ord(character): _MISSING for character in missing}
    return {name: _marked(value, marks) for name, value in given.items()}


def _marked(value: Any, marks: Mapping[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(marks)
    return [_marked(part, marks) for part in value] if isinstance(value, list) else value


if __name__ == "__main__":
    sys.stdout.buffer.write(pages_of(json.load(sys.stdin.buffer)))
