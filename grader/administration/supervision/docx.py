"""A small writer of DOCX for official letters, in the layout of GB/T 9704—2012.

A4; margins of 37 mm above and 28 mm on the left, a text area of 156 × 225 mm, 22 lines of 28 characters in 仿宋 三号,
the title in 小标宋 二号 two lines below the red one, page numbers outside, the issuer over the middle of the day. A
computer without these fonts takes the alternatives of the font table.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from xml.sax.saxutils import escape

from quizgen.office.csv_out import storable

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>{parts}</Types>'
)
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_FONTS = {"方正小标宋简体": "宋体", "仿宋_GB2312": "仿宋", "黑体": "SimHei", "宋体": "SimSun"}
"""Each font with what takes its place where it is missing."""
_MOMENT = (1980, 1, 1, 0, 0, 0)
"""In the archive: the same letter gives the same bytes."""


class Style(StrEnum):
    """What a paragraph is."""

    ISSUER = "issuer"
    TITLE = "title"
    ADDRESS = "address"
    BODY = "body"
    HEADING = "heading"
    SIGNED = "signed"


_BODY_SIZE = 32
"""三号, in half points."""
_CLOSER = -5
"""Twentieths of a point between characters of the usual text, so that 28 of them fill a line of 156 mm. Programs
differ in what a grid of characters in the page does."""
_CELL_SIZE = 21
"""五号, in half points."""
_FROM_RIGHT = 4
"""So many characters the day of a letter with a seal stands from the right."""
_CHARACTER = 316
"""The width of a character of the usual text, in twentieths of a point."""
_AROUND_DIGITS = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[0-9])|(?<=[0-9]) (?=[\u4e00-\u9fff])")
"""Spaces that screens set around numbers and letters do not: 参学总人数 10 人."""
_LOOKS = {
    # font, half points, centred or to the right, first line indented by two characters, red
    Style.ISSUER: ("方正小标宋简体", 64, "center", False, True),
    Style.TITLE: ("方正小标宋简体", 44, "center", False, False),
    Style.ADDRESS: ("仿宋_GB2312", _BODY_SIZE, "both", False, False),
    Style.BODY: ("仿宋_GB2312", _BODY_SIZE, "both", True, False),
    Style.HEADING: ("黑体", _BODY_SIZE, "both", True, False),
    Style.SIGNED: ("仿宋_GB2312", _BODY_SIZE, "right", False, False),
}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the letter."""

    style: Style
    text: str
    from_right: float = _FROM_RIGHT
    """Characters between a signature and the right margin."""
    is_next: bool = False
    """Whether it is a further line of a title."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of the letter, its first row the headings; `widths` are shares."""

    rows: Sequence[Sequence[str]]
    widths: Sequence[int]


Block = Paragraph | Grid


def docx_bytes(blocks: Iterable[Block]) -> bytes:
    """The file."""
    body = "".join(_paragraph(block) if isinstance(block, Paragraph) else _grid(block) for block in blocks)
    parts = {
        "[Content_Types].xml": _TYPES.format(parts="".join(_override(*part) for part in _PARTS)),
        "_rels/.rels": _relations(("officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": _relations(*((kind, f"{name}.xml") for name, kind in _PARTS[1:])),
        "word/document.xml": f"<w:document {_W} {_R}><w:body>{body}{_SECTION}</w:body></w:document>",
        "word/fontTable.xml": f"<w:fonts {_W}>{''.join(map(_font, _FONTS))}</w:fonts>",
        "word/styles.xml": f"<w:styles {_W}>{_STYLES}</w:styles>",
        "word/settings.xml": f"<w:settings {_W}><w:evenAndOddHeaders/></w:settings>",
        "word/footer.xml": f"<w:ftr {_W}>{_footer('right')}</w:ftr>",
        "word/footerEven.xml": f"<w:ftr {_W}>{_footer('left')}</w:ftr>",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), _HEAD + text, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def signature(issuer: str, day: str) -> tuple[Paragraph, Paragraph]:
    """The issuer centred over the day, which stands four characters from the right; none leaves the text area."""
    beside = (text_width(day) - text_width(issuer)) / 2
    return (
        Paragraph(Style.SIGNED, issuer, from_right=max(_FROM_RIGHT + beside, 0)),
        Paragraph(Style.SIGNED, day),
    )


def text_width(text: str) -> float:
    """In Chinese characters; a digit or letter takes half of one."""
    return sum(0.5 if character < "\x80" else 1 for character in text)


def _override(name: str, kind: str) -> str:
    main = "document.main" if kind == "officeDocument" else kind
    return f'<Override PartName="/word/{name}.xml" ContentType="{_WORD_TYPE}.{main}+xml"/>'


def _relations(*targets: tuple[str, str]) -> str:
    lines = (
        f'<Relationship Id="r{number}" Type="{_RELATION}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    name = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{name}">{"".join(lines)}</Relationships>'


def _font(name: str) -> str:
    return f'<w:font w:name="{name}"><w:altName w:val="{_FONTS[name]}"/><w:charset w:val="86"/></w:font>'


def _run(text: str, font: str, half_points: int, *, red: bool = False) -> str:
    closer = f'<w:spacing w:val="{_CLOSER}"/>' if half_points == _BODY_SIZE else ""
    colour = '<w:color w:val="FF0000"/>' if red else ""
    look = (
        f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}" w:hint="eastAsia"/>{colour}{closer}'
        f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/></w:rPr>'
    )
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(_AROUND_DIGITS.sub("", storable(text)))}</w:t></w:r>'


def _paragraph(block: Paragraph) -> str:
    font, half_points, aligned, is_indented, is_red = _LOOKS[block.style]
    indent = '<w:ind w:firstLineChars="200" w:firstLine="632"/>' if is_indented else ""
    if block.style is Style.SIGNED:
        away = block.from_right
        indent = f'<w:ind w:rightChars="{away * 100:.0f}" w:right="{away * _CHARACTER:.0f}"/>'
    line = '<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="6" w:color="FF0000"/></w:pBdr>' if is_red else ""
    spacing = '<w:spacing w:line="579" w:lineRule="exact"/>' if half_points < 40 else ""
    if block.style is Style.TITLE:
        spacing = f'<w:spacing w:before="{0 if block.is_next else 1158}"/>'
    run = _run(block.text, font, half_points, red=is_red)
    return f'<w:p><w:pPr>{line}{spacing}{indent}<w:jc w:val="{aligned}"/></w:pPr>{run}</w:p>'


_USUAL = (
    '<w:rPr><w:rFonts w:ascii="仿宋_GB2312" w:hAnsi="仿宋_GB2312" w:eastAsia="仿宋_GB2312"/>'
    '<w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr>'
)
_STYLES = (
    f"<w:docDefaults><w:rPrDefault>{_USUAL}</w:rPrDefault></w:docDefaults>"
    f'<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/>{_USUAL}</w:style>'
)
"""Everything is 仿宋 三号 unless it says otherwise."""


def _grid(block: Grid) -> str:
    width = 8845  # 156 mm in twentieths of a point
    sizes = [width * share // sum(block.widths) for share in block.widths]
    columns = "".join(f'<w:gridCol w:w="{size}"/>' for size in sizes)
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:color="000000"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    look = (
        f'<w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr>"
    )
    rows = "".join(_row(row, sizes, is_head=number == 0) for number, row in enumerate(block.rows))
    return f"<w:tbl>{look}<w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl><w:p/>"


def _row(cells: Sequence[str], sizes: Sequence[int], *, is_head: bool) -> str:
    font = "黑体" if is_head else "仿宋_GB2312"
    look = "<w:trPr><w:cantSplit/>" + ("<w:tblHeader/>" if is_head else "") + "</w:trPr>"
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{size}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{''.join(_cell_line(line, font) for line in cell.splitlines() or [''])}</w:tc>"
        for cell, size in zip(cells, sizes, strict=True)
    )
    return f"<w:tr>{look}{made}</w:tr>"


def _cell_line(text: str, font: str) -> str:
    """Off the grid of the text, whose lines are too high for a table."""
    return f'<w:p><w:pPr><w:snapToGrid w:val="0"/><w:jc w:val="center"/></w:pPr>{_run(text, font, _CELL_SIZE)}</w:p>'


def _footer(side: str) -> str:
    """The page number in 宋体 四号 between dashes, one character from the outer edge: right on odd pages."""
    field = "".join(
        f'<w:r><w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/><w:sz w:val="28"/></w:rPr>{part}</w:r>'
        for part in (
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    look = f'<w:pPr><w:ind w:{side}Chars="100" w:{side}="280"/><w:jc w:val="{side}"/></w:pPr>'
    return f"<w:p>{look}{_run('— ', '宋体', 28)}{field}{_run(' —', '宋体', 28)}</w:p>"


_PARTS = (
    ("document", "officeDocument"),
    ("fontTable", "fontTable"),
    ("footer", "footer"),
    ("footerEven", "footer"),
    ("settings", "settings"),
    ("styles", "styles"),
)
"""Each part with its kind."""
_SECTION = (
    '<w:sectPr><w:footerReference w:type="default" r:id="r2"/><w:footerReference w:type="even" r:id="r3"/>'
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587" w:header="851" w:footer="1588" w:gutter="0"/>'
    '<w:docGrid w:type="lines" w:linePitch="579"/></w:sectPr>'
)
"""Margins in twentieths of a point: 37, 26, 35 and 28 mm; 22 lines fill what is left."""
