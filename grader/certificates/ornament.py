"""The certificate's drawn ornament: frame with fret corners, rosette behind the text, rule below the title. Uses fpdf2.

All lengths are in mm, measured on an A4 sheet in landscape.
"""

from __future__ import annotations

from fpdf import FPDF

RED = (150, 28, 36)
GOLD = (184, 146, 74)
_PALE = (248, 241, 226)

_FRAME = 9.0
_INNER = 13.0
_FRET = 9.6
_GAP = 1.5
_SPIRAL = ((0, 4), (0, 0), (4, 0), (4, 4), (1, 4), (1, 1), (3, 1), (3, 3), (2, 3), (2, 2))
"""A square spiral (雷纹) in quarters of its side, from the corner of the sheet inwards."""


def draw_frame(pdf: FPDF) -> None:
    """A heavy and a fine line round the sheet; the fine one steps aside for a fret in each corner."""
    pdf.set_draw_color(*RED)
    pdf.set_line_width(1.3)
    pdf.rect(_FRAME, _FRAME, pdf.w - 2 * _FRAME, pdf.h - 2 * _FRAME)
    pdf.set_line_width(0.25)
    pdf.rect(_FRAME + 1.6, _FRAME + 1.6, pdf.w - 2 * _FRAME - 3.2, pdf.h - 2 * _FRAME - 3.2)
    pdf.set_draw_color(*GOLD)
    step = _FRET + _GAP
    corner = [(step, 0.0), (step, step), (0.0, step)]
    pdf.set_line_width(0.35)
    pdf.polyline([point for turn in range(4) for point in _at_corner(pdf, corner, turn)], polygon=True)
    pdf.set_line_width(0.7)
    spiral = [(x * _FRET / 4, y * _FRET / 4) for x, y in _SPIRAL]
    for turn in range(4):
        pdf.polyline(_at_corner(pdf, spiral, turn))


def draw_rosette(pdf: FPDF, x: float, y: float) -> None:
    """A pale guilloche of turned ellipses round (x, y), under the text."""
    pdf.set_draw_color(*_PALE)
    pdf.set_line_width(0.2)
    for half_width, half_height in ((62, 24), (40, 15)):
        for angle in range(0, 180, 6):
            with pdf.rotation(angle, x, y):
                pdf.ellipse(x - half_width, y - half_height, 2 * half_width, 2 * half_height)


def draw_rule(pdf: FPDF, y: float) -> None:
    """A centred rule of 96 mm with a diamond."""
    middle = pdf.w / 2
    pdf.set_draw_color(*GOLD)
    pdf.set_fill_color(*GOLD)
    pdf.set_line_width(0.3)
    for side in (-1, 1):
        pdf.line(middle + side * 5, y, middle + side * 48, y)
        pdf.polygon(_diamond(middle + side * 5, y, 0.7), style="F")
    pdf.polygon(_diamond(middle, y, 1.7), style="F")


def _diamond(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    return [(x - radius, y), (x, y - radius), (x + radius, y), (x, y + radius)]


def _at_corner(pdf: FPDF, points: list[tuple[float, float]], turn: int) -> list[tuple[float, float]]:
    """Points of the top left corner carried to corner `turn`, clockwise, in an order that goes round the sheet."""
    mirrored = (turn in (1, 2), turn in (2, 3))
    ordered = points if turn in (1, 3) else points[::-1]
    return [
        (pdf.w - _INNER - x if mirrored[0] else _INNER + x, pdf.h - _INNER - y if mirrored[1] else _INNER + y)
        for x, y in ordered
    ]
