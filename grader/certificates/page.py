"""The certificate as a PDF page: A4, landscape. Uses fpdf2, segno and the sibling modules.

The same award gives the same bytes: dates are those of the issue and nothing random is drawn. Lengths are in mm,
text sizes in pt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import segno
from fpdf import FPDF
from fpdf.enums import TextMode

from grader.certificates.data import CertificateData
from grader.certificates.fonts import CutFont, FontSource, default_fonts
from grader.certificates.metadata import describe
from grader.certificates.ornament import RED, draw_frame, draw_rosette, draw_rule
from grader.certificates.paragraph import PrintedLine, Setting, Typesetter
from grader.domain.errors import NotNow
from grader.domain.serial import format_serial

_FAMILY = "certificate"
_CAPTION = "扫码核验证书真伪"

Ink = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

_INK: Ink = (34, 30, 28)
_GREY = (96, 90, 84)
_DIGITS = "〇一二三四五六七八九"

_LEFT, _RIGHT = 38.0, 259.0
_BODY_TOP, _BODY_BOTTOM = 74.0, 140.0
_BODY_SIZES = tuple(half / 2 for half in range(44, 19, -1))
_TITLE_SPACING = 0.08
_LEADING = 1.9
_CAP_HEIGHT = 0.76
"""How far the middle of a line lies above its baseline, doubled, in em."""
_EMPHASIS = 1.25
_LOOSEST = 2.0
"""A line with more room to spare than this, in em, stays ragged."""

_QR_SIDE = 34.0
_QR_MODULE = 0.4
"""The smallest module that phones read well from office prints, in mm."""
_QR_BOTTOM = 182.0
_SEAM = 0.01
"""Rows overlap by this, lest viewers show hairlines between them."""
_EVIDENCE_SIZE, _EVIDENCE_WIDTH = 10, 82.0
_SIGNATURE_SIZE, _SIGNATURE_WIDTH, _SIGNATURE_MIDDLE = 17, 96.0, 211.0
_SIGNATURE_BASELINES = (165.0, 177.0)


class TextTooLong(NotNow):
    """The certificate's text does not fit on the page in any legible size."""

    code = "certificate-text-too-long"
    sentence = "证书正文过长（{length} 个字），一页排不下。请联系学法考试主管部门缩短方案中的证书文字。"


def render_certificate(
    data: CertificateData, *, verify_url: str, statement: str, fonts: FontSource | None = None
) -> bytes:
    """The certificate as PDF/A-2u with embedded fonts and extractable text.

    `verify_url` is the address of the verification page; the QR code holds `<verify_url>/<serial>#<statement>`, and
    so does the metadata. Raises MissingGlyph and TextTooLong.
    """
    with (fonts or default_fonts()).cut(certificate_text(data, verify_url)) as font:
        pdf = PdfDocument(font)
        describe(
            pdf,
            title=f"{data.title}（{data.name}）",
            subject=f"{data.programme}，{data.unit}，{data.tier}，{data.hours:g}学时，{data.score:g}分",
            author=data.issuer,
            identifier=_link(data, verify_url, statement),
            created=data.issued,
        )
        draw_certificate(pdf, data, font=font, verify_url=verify_url, statement=statement)
        return bytes(pdf.output())


def check_certificate(data: CertificateData, *, verify_url: str, fonts: FontSource | None = None) -> None:
    """Raises MissingGlyph or TextTooLong where `render_certificate` would."""
    with (fonts or default_fonts()).cut(certificate_text(data, verify_url)) as font:
        _set_body(data, font)


def certificate_text(data: CertificateData, verify_url: str) -> str:
    """Every character on the page, for cutting the font that it is set in."""
    texts = (data.title, _body(data), *_evidence(data, verify_url), data.issuer, chinese_date(data.issued))
    return "".join("".join(texts).splitlines())


class PdfDocument(FPDF):
    """A PDF/A document for any number of certificates set in one cut font."""

    def __init__(self, font: CutFont) -> None:
        super().__init__("landscape", format="A4", enforce_compliance="PDF/A-2U")
        self.set_auto_page_break(auto=False)
        self.add_font(_FAMILY, fname=font.path)
        # The cut font says its glyphs' bounds; working them out again, glyph by glyph, would be half of the time.
        self.fonts[_FAMILY].ttfont.recalcBBoxes = False  # type: ignore[union-attr]  # the font that was just added

    def fill_boxes(self, boxes: Iterable[tuple[float, float, float, float]]) -> None:
        """Fill boxes (left, top, width, height); a code has a thousand, and `rect` takes its time."""
        k, height = self.k, self.h
        drawn = (f"{x * k:.2f} {(height - y) * k:.2f} {w * k:.2f} {-h * k:.2f} re f" for x, y, w, h in boxes)
        self._out("\n".join(drawn))


def draw_certificate(
    pdf: PdfDocument, data: CertificateData, *, font: CutFont, verify_url: str, statement: str
) -> None:
    """Add one certificate as a page. Raises TextTooLong."""
    setting = _set_body(data, font)
    sheet = _Sheet(pdf=pdf, font=font)
    pdf.add_page()
    draw_rosette(pdf, pdf.w / 2, (_BODY_TOP + _BODY_BOTTOM) / 2)
    draw_frame(pdf)
    _draw_title(sheet, data.title)
    _draw_body(sheet, setting)
    qr_side = _draw_qr(pdf, _link(data, verify_url, statement))
    _draw_evidence(sheet, _evidence(data, verify_url), left=_LEFT + qr_side + 6)
    _draw_signature(sheet, data)


def chinese_date(day: date) -> str:
    """The date in Chinese numerals, such as 二〇二六年十一月二十三日."""
    year = "".join(_DIGITS[int(digit)] for digit in f"{day.year:04}")
    return f"{year}年{_chinese_number(day.month)}月{_chinese_number(day.day)}日"


def _chinese_number(number: int) -> str:
    """A number from 1 to 39."""
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else _DIGITS[tens]) + ("十" if tens else "") + (_DIGITS[ones] if ones else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """The page with the font whose widths are known."""

    pdf: FPDF
    font: CutFont

    def width(self, text: str, size: float) -> float:
        """The width in mm of the text at `size` pt."""
        return self.font.width(text) * size / self.pdf.k

    def write(
        self,
        text: str,
        x: float,
        *,
        baseline: float,
        size: float,
        ink: Ink = _INK,
        weight: float = 0,
        spacing: float = 0,
    ) -> None:
        """Text from x; `weight` thickens the strokes (in mm: the font is Regular only), `spacing` is in pt."""
        mode = TextMode.FILL_STROKE if weight else TextMode.FILL
        with self.pdf.local_context(text_mode=mode, line_width=weight, text_color=ink, draw_color=ink):
            self.pdf.set_font(_FAMILY, size=size)
            self.pdf.set_char_spacing(spacing)
            self.pdf.text(x, baseline, text)

    def fitted(self, text: str, size: float, width: float) -> float:
        """`size`, or less where the text would be wider than `width`."""
        return min(size, size * width / self.width(text, size))


def _draw_title(sheet: _Sheet, title: str) -> None:
    size = sheet.fitted(title, 42, 200)
    spacing = min(size * _TITLE_SPACING, (200 - sheet.width(title, size)) * sheet.pdf.k / len(title))
    width = sheet.width(title, size) + spacing * (len(title) - 1) / sheet.pdf.k
    left = (sheet.pdf.w - width) / 2
    sheet.write(title, left, baseline=54, size=size, ink=RED, weight=0.35, spacing=spacing)
    draw_rule(sheet.pdf, 63)


def _body(data: CertificateData) -> str:
    """The text with the name above it if the programme's text left that out."""
    text = data.body if data.name in data.body else f"{data.name}\n{data.body}"
    return "\n".join(text.splitlines())


def _set_body(data: CertificateData, font: CutFont) -> Setting:
    body, points = _body(data), 72 / 25.4
    setting = Typesetter(measure=font.width, emphasis=_EMPHASIS).fit(
        body,
        data.name,
        width=(_RIGHT - _LEFT) * points,
        height=(_BODY_BOTTOM - _BODY_TOP) * points,
        leading=_LEADING,
        sizes=_BODY_SIZES,
    )
    if setting is None:
        raise TextTooLong(length=len(body))
    return setting


def _draw_body(sheet: _Sheet, setting: Setting) -> None:
    em = setting.size / sheet.pdf.k
    leading = _LEADING * em
    top = (_BODY_TOP + _BODY_BOTTOM - len(setting.lines) * leading) / 2
    for number, line in enumerate(setting.lines):
        _draw_line(sheet, line, baseline=top + number * leading + (leading + _CAP_HEIGHT * em) / 2, size=setting.size)


def _draw_line(sheet: _Sheet, line: PrintedLine, *, baseline: float, size: float) -> None:
    """One line, its plain text stretched to the margin; a stretched name would read as several words."""
    em = size / sheet.pdf.k
    stretched = [run for run in line.runs if not run.is_emphasised] or line.runs
    room = (_RIGHT - _LEFT) / em - line.indent - line.width
    gaps = sum(len(run.text) for run in stretched) - 1
    spacing = 0 if line.is_last or room > _LOOSEST else room * size / max(gaps, 1)
    x = _LEFT + line.indent * em
    for run in line.runs:
        run_size, weight = (size * _EMPHASIS, 0.25) if run.is_emphasised else (size, 0)
        run_spacing = spacing if run in stretched else 0
        sheet.write(run.text, x, baseline=baseline, size=run_size, weight=weight, spacing=run_spacing)
        x += sheet.width(run.text, run_size) + len(run.text) * run_spacing / sheet.pdf.k


def _link(data: CertificateData, verify_url: str, statement: str) -> str:
    return f"{verify_url.rstrip('/')}/{data.serial}#{statement}"


def _draw_qr(pdf: PdfDocument, link: str) -> float:
    """Draw the QR code at the page's lower left; its side in mm."""
    code = _qr_code(link, "m")
    if code.symbol_size(border=0)[0] * _QR_MODULE > _QR_SIDE:
        code = _qr_code(link, "l")
    modules = code.symbol_size(border=0)[0]
    side = max(_QR_SIDE, modules * _QR_MODULE)
    pdf.set_fill_color(0)
    rows = enumerate(code.matrix)
    pdf.fill_boxes(box for row, bits in rows for box in _qr_boxes(bits, row=row, module=side / modules, side=side))
    return side


def _qr_code(link: str, error: str) -> segno.QRCode:
    """The code with a fixed mask: a signed link is as good as random, so choosing the best of eight gains nothing."""
    return segno.make_qr(link, error=error, mask=2)


def _qr_boxes(
    bits: Sequence[int], *, row: int, module: float, side: float
) -> Iterator[tuple[float, float, float, float]]:
    """The dark stretches of one row."""
    column, top = 0, _QR_BOTTOM - side + row * module
    for is_dark, group in groupby(bits):
        length = len(list(group))
        if is_dark:
            yield _LEFT + column * module, top, length * module, module + _SEAM
        column += length


def _evidence(data: CertificateData, verify_url: str) -> tuple[str, ...]:
    return (_CAPTION, f"证书编号　{format_serial(data.serial)}", f"核验网址　{verify_url}")


def _draw_evidence(sheet: _Sheet, texts: Sequence[str], *, left: float) -> None:
    """The texts beside the QR code, the last line at its foot."""
    lines = [line for text in texts for line in _wrapped(sheet, text)]
    top = _QR_BOTTOM - 0.5 - (len(lines) - 1) * 6
    for number, line in enumerate(lines):
        sheet.write(line, left, baseline=top + number * 6, size=_EVIDENCE_SIZE, ink=_GREY)


def _wrapped(sheet: _Sheet, text: str) -> Iterator[str]:
    """The text in lines that end anywhere, as addresses may."""
    line = ""
    for character in text:
        if sheet.width(line + character, _EVIDENCE_SIZE) > _EVIDENCE_WIDTH:
            yield line
            line = ""
        line += character
    yield line


def _draw_signature(sheet: _Sheet, data: CertificateData) -> None:
    """Issuer and date, centred upon each other where the seal goes."""
    texts = (data.issuer, chinese_date(data.issued))
    size = min(sheet.fitted(text, _SIGNATURE_SIZE, _SIGNATURE_WIDTH) for text in texts)
    for text, baseline in zip(texts, _SIGNATURE_BASELINES, strict=True):
        sheet.write(text, _SIGNATURE_MIDDLE - sheet.width(text, size) / 2, baseline=baseline, size=size)
