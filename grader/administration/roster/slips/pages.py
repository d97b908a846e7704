"""账号发放单 as pages to print and cut: A4, ten slips a sheet. Lengths are in mm, text sizes in pt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import segno
from fpdf import FPDF

from grader.administration.roster.slips.hand_out import HandOut
from grader.certificates.fonts import CutFont, FontSource
from quizgen.programme import Programme

A_SHEET = 10
_COLUMNS, _ROWS = 2, 5
_WIDTH, _HEIGHT = 105.0, 59.4
_INSET = 8.0
_QR_SIDE = 21.0
_FAMILY = "slips"
_UNKNOWN = "□"
"""Stands for a character that no font has: the person is known by the account number too."""


def hand_out_pages(
    slips: Sequence[HandOut], programme: Programme, *, title: str, address: str, fonts: FontSource
) -> bytes:
    """The slips as PDF, in their order, row by row."""
    texts = [_Texts(slip, programme, title, address) for slip in slips]
    letters = "".join(line for one in texts for line in one.lines) + _UNKNOWN
    missing = dict.fromkeys(map(ord, fonts.missing(letters)), _UNKNOWN)
    with fonts.cut(letters.translate(missing)) as font:
        pdf = FPDF("portrait", format="A4")
        pdf.set_title(f"{title}账号发放单".translate(missing))
        pdf.set_auto_page_break(auto=False)
        pdf.add_font(_FAMILY, fname=font.path)
        code = list(_runs(address))
        for place, one in enumerate(texts):
            if place % A_SHEET == 0:
                pdf.add_page()
                _draw_cuts(pdf)
            row, column = divmod(place % A_SHEET, _COLUMNS)
            _draw_slip(pdf, one, missing, font, code, left=column * _WIDTH, top=row * _HEIGHT)
        return bytes(pdf.output())


class _Texts:
    """The lines of one slip."""

    def __init__(self, slip: HandOut, programme: Programme, title: str, address: str) -> None:
        self.head = f"{title}　账号发放单"
        self.unit = slip.unit
        self.name = f"姓名　{slip.name}"
        self.number = f"账号　{slip.number}"
        self.password = f"密码　{slip.first}"
        self.address = address
        self.until = f"一次性密码有效期至 {slip.until(programme)}，只能由本人使用。" if slip.password else ""
        self.foot = "第一次登录须设置自己的密码。本条请妥善保管，勿转给他人。"

    @property
    def lines(self) -> tuple[str, ...]:
        return (self.head, self.unit, self.name, self.number, self.password, self.address, self.until, self.foot)


def _draw_cuts(pdf: FPDF) -> None:
    """Dashed lines to cut along."""
    pdf.set_draw_color(150)
    pdf.set_line_width(0.15)
    pdf.set_dash_pattern(dash=2, gap=2)
    for column in range(1, _COLUMNS):
        pdf.line(column * _WIDTH, 0, column * _WIDTH, _ROWS * _HEIGHT)
    for row in range(1, _ROWS):
        pdf.line(0, row * _HEIGHT, _COLUMNS * _WIDTH, row * _HEIGHT)
    pdf.set_dash_pattern()


def _draw_slip(
    pdf: FPDF,
    texts: _Texts,
    missing: dict[int, str],
    font: CutFont,
    code: Sequence[tuple[float, float, float, float]],
    *,
    left: float,
    top: float,
) -> None:
    x, whole = left + _INSET, _WIDTH - 2 * _INSET
    beside = whole - _QR_SIDE - 3
    lines = (
        (9.5, texts.head, 9.0, whole),
        (17.5, texts.unit, 10.5, beside),
        (25.5, texts.name, 13.0, beside),
        (33.0, texts.number, 12.0, beside),
        (40.0, texts.password, 12.0, whole),
        (46.0, texts.address, 9.0, whole),
        (51.0, texts.until, 8.0, whole),
        (55.0, texts.foot, 8.0, whole),
    )
    for y, text, size, room in lines:
        shown = text.translate(missing)
        # Long names of units and addresses are set smaller, so that nothing is cut off.
        fitting = min(size, room / (font.width(shown) * 0.3528)) if shown else size
        pdf.set_font(_FAMILY, size=fitting)
        pdf.text(x, top + y, shown)
    corner_x, corner_y = left + _WIDTH - _INSET - _QR_SIDE, top + 13.0
    k, height = pdf.k, pdf.h
    boxes = (
        f"{(corner_x + dx) * k:.2f} {(height - corner_y - dy) * k:.2f} {width * k:.2f} {-side * k:.2f} re"
        for dx, dy, width, side in code
    )
    pdf._out("\n".join(boxes) + " f")  # `rect` takes its time, and a code has hundreds of boxes


def _runs(address: str) -> Iterator[tuple[float, float, float, float]]:
    """The dark runs of the address's code, line by line: left, top, width, height, from its corner."""
    matrix = segno.make(address, error="m", micro=False).matrix
    side = _QR_SIDE / len(matrix)
    for row, line in enumerate(matrix):
        column = 0
        for dark, modules in groupby(line):
            width = len(list(modules))
            if dark:
                yield column * side, row * side, width * side, side + 0.01
            column += width
