"""Run as a process: prints 个人学法考试情况证明 on an A4 page. See `making`. Lengths in mm, sizes in pt."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fpdf import FPDF

from grader.administration.reports.pages import marked
from grader.certificates.fonts import CutFont, fonts_with

_FAMILY = "proof"
_LEFT, _RIGHT = 28.0, 182.0
_LABEL = 40.0
_ROW = 11.0


class _Page:
    """The page, with the font whose widths are known."""

    def __init__(self, font: CutFont, title: str) -> None:
        self.pdf = FPDF("portrait", format="A4")
        self._font = font
        self.pdf.set_auto_page_break(auto=False)
        self.pdf.add_font(_FAMILY, fname=font.path)
        self.pdf.fonts[_FAMILY].ttfont.recalcBBoxes = False  # type: ignore[union-attr]  # the font just added
        self.pdf.set_title(title)
        self.pdf.set_lang("zh-CN")
        self.pdf.add_page()
        self.pdf.set_draw_color(120)
        self.pdf.set_line_width(0.2)

    def width(self, text: str, size: float) -> float:
        return self._font.width(text) * size / self.pdf.k

    def write(self, text: str, x: float, baseline: float, *, size: float) -> None:
        self.pdf.set_font(_FAMILY, size=size)
        self.pdf.text(x, baseline, text)

    def middle(self, text: str, x: float, baseline: float, *, size: float) -> None:
        self.write(text, x - self.width(text, size) / 2, baseline, size=size)

    def lines(self, text: str, width: float, *, size: float) -> list[str]:
        found, line = [], ""
        for character in text:
            if line and self.width(line + character, size) > width:
                found.append(line)
                line = ""
            line += character
        return [*found, line]


def proof_page(given: Mapping[str, Any]) -> bytes:
    """The file."""
    fonts = fonts_with(tuple(map(Path, given["fonts"])))
    known = marked(given, fonts.missing(_characters(given)))
    with fonts.cut(_characters(known)) as font:
        return _draw(_Page(font, known["title"]), known)


def _draw(page: _Page, given: Mapping[str, Any]) -> bytes:
    page.middle(given["title"], page.pdf.w / 2, 42, size=22)
    number = f"编号：{given['number']}"
    page.write(number, _RIGHT - page.width(number, 10.5), 54, size=10.5)
    y = 60.0
    for label, text in given["lines"]:
        y = _draw_line(page, label, text, y)
    for note in given["notes"]:
        for line in page.lines(note, _RIGHT - _LEFT, size=9.5):
            y += 5.5
            page.write(line, _LEFT, y + 2, size=9.5)
    page.middle(given["issuer"], 145, y + 32, size=14)
    page.middle(given["day"], 145, y + 42, size=14)
    page.middle("（盖章）", 145, y + 51, size=10.5)
    return bytes(page.pdf.output())


def _draw_line(page: _Page, label: str, text: str, y: float) -> float:
    lines = page.lines(text, _RIGHT - _LEFT - _LABEL - 6, size=12)
    height = max(_ROW, len(lines) * 6 + 4)
    page.pdf.rect(_LEFT, y, _LABEL, height)
    page.pdf.rect(_LEFT + _LABEL, y, _RIGHT - _LEFT - _LABEL, height)
    page.middle(label, _LEFT + _LABEL / 2, y + height / 2 + 1.6, size=12)
    top = y + (height - len(lines) * 6) / 2 + 4.6
    for place, line in enumerate(lines):
        page.write(line, _LEFT + _LABEL + 3, top + place * 6, size=12)
    return y + height


def _characters(given: Mapping[str, Any]) -> str:
    texts = (given["title"], given["number"], given["issuer"], given["day"], *given["notes"], "编号：（盖章）")
    return "".join(sorted(set("".join(texts) + "".join(label + text for label, text in given["lines"]))))


if __name__ == "__main__":
    sys.stdout.buffer.write(proof_page(json.load(sys.stdin.buffer)))
