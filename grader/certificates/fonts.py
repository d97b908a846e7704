"""Fonts for certificates: one small TrueType font per document, cut from the installed ones. Uses `fontTools`.

fpdf2 parses every glyph of a font that it is given and may not share a parsed font between documents: with the whole
Noto Serif SC that is most of the time of a certificate. So the big fonts are opened once per process, the glyphs that
were ever needed are kept as bytes of a TrueType font, and each document gets a font file of exactly its own characters
in which nothing has to be computed. A character that the first font lacks is taken from the next one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

import pylopdf_fonts_zh_cn
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._g_l_y_f import Glyph

from grader.domain.errors import NotNow

_EM = 1000
_CURVE_ERROR = 0.5
"""How far a quadratic curve may lie from the cubic one that it replaces, in thousandths of an em."""
_MADE = 3_029_529_600
"""The date in every cut font, 2000-01-01 in seconds since 1904: the same award gives the same bytes on any day."""


class MissingGlyph(NotNow):
    """No font has these characters of the certificate's text."""

    code = "missing-glyph"
    sentence = (
        "证书字库里没有{named}，无法打印证书。请核对姓名、单位等的写法；"
        "确有此字的，请系统管理员在设置文件的 fonts 一项加装含有此字的字体。"
    )

    def __init__(self, characters: Sequence[str]) -> None:
        named = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in characters)
        super().__init__(named=named, characters=tuple(characters))


@dataclass(frozen=True, slots=True, kw_only=True)
class CutFont:
    """A font file that holds exactly the characters of one document; `advances` are in em."""

    path: Path
    advances: Mapping[str, float]

    def width(self, text: str) -> float:
        """The width of the text in em."""
        return sum(self.advances[character] for character in text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outline:
    """A glyph as it stands in a font file, with what the font's tables say of it; `box` is None for an empty one."""

    data: bytes
    advance: int
    box: tuple[int, int, int, int] | None
    points: int
    contours: int


class FontSource:
    """The fonts from which documents are set, in order of preference. May be used from several threads at once."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._fonts = [TTFont(path, lazy=True) for path in paths]
        self._names = [font.getBestCmap() for font in self._fonts]
        self._outlines: dict[str, _Outline] = {}
        self._lock = Lock()

    def missing(self, text: str) -> list[str]:
        """The characters that none of the fonts has, each once, in the order of the text."""
        return [c for c in dict.fromkeys(text) if not any(ord(c) in names for names in self._names)]

    @contextmanager
    def cut(self, text: str) -> Iterator[CutFont]:
        """A font of the characters of `text`, in a temporary file that lasts as long as the context.

        Raises MissingGlyph if no font has one of them.
        """
        if missing := self.missing(text):
            raise MissingGlyph(missing)
        characters = sorted(set(text))
        with tempfile.TemporaryDirectory(prefix="certificate-") as folder:
            path = Path(folder, "cut.ttf")
            with self._lock:
                outlines = {character: self._outline(character) for character in characters}
                _build(outlines).save(path)
            advances = {character: outline.advance / _EM for character, outline in outlines.items()}
            yield CutFont(path=path, advances=advances)

    def _outline(self, character: str) -> _Outline:
        if character not in self._outlines:
            font, names = next(pair for pair in zip(self._fonts, self._names, strict=True) if ord(character) in pair[1])
            self._outlines[character] = _trace(font, names[ord(character)])
        return self._outlines[character]


@cache
def fonts_with(extra: tuple[Path, ...]) -> FontSource:
    """Noto Serif SC, for what it lacks Noto Sans SC, then the fonts of the deployment; opened once per process."""
    return FontSource([pylopdf_fonts_zh_cn.serif_path(), pylopdf_fonts_zh_cn.sans_path(), *extra])


def default_fonts() -> FontSource:
    """The fonts that come with the kit."""
    return fonts_with(())


def _trace(font: TTFont, name: str) -> _Outline:
    """The glyph as TrueType curves in our em; PostScript outlines run the other way round and are reversed."""
    glyphs, scale = font.getGlyphSet(), _EM / font["head"].unitsPerEm
    pen = TTGlyphPen(None)
    recording = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(recording)
    curves = Cu2QuPen(pen, _CURVE_ERROR, reverse_direction="glyf" not in font)
    recording.replay(TransformPen(curves, (scale, 0, 0, scale, 0, 0)))
    return _outline_of(pen.glyph(), round(glyphs[name].width * scale))


def _outline_of(glyph: Glyph, advance: int) -> _Outline:
    if not glyph.numberOfContours:
        return _Outline(data=b"", advance=advance, box=None, points=0, contours=0)
    glyph.recalcBounds(None)
    points, contours = glyph.getMaxpValues()
    box = glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax
    data = glyph.compile(None, recalcBBoxes=False)
    return _Outline(data=data, advance=advance, box=box, points=points, contours=contours)


def _build(outlines: Mapping[str, _Outline]) -> FontBuilder:
    names = {character: f"u{ord(character):04X}" for character in outlines}
    empty = _outline_of(TTGlyphPen(None).glyph(), _EM)
    by_name = {".notdef": empty} | {names[character]: outline for character, outline in outlines.items()}
    builder = FontBuilder(_EM, isTTF=True)
    builder.updateHead(created=_MADE, modified=_MADE)
    builder.setupGlyphOrder(list(by_name))
    builder.setupCharacterMap({ord(character): name for character, name in names.items()})
    _set_glyphs(builder.font, by_name)
    builder.setupHorizontalMetrics({name: (one.advance, one.box[0] if one.box else 0) for name, one in by_name.items()})
    builder.setupHorizontalHeader(ascent=880, descent=-120, **_extremes(by_name.values()))
    builder.setupNameTable({"familyName": "Noto Serif SC", "styleName": "Regular", "psName": "NotoSerifSC"})
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, sCapHeight=733)
    builder.setupPost()
    return builder


def _set_glyphs(font: TTFont, outlines: Mapping[str, _Outline]) -> None:
    """Put the glyphs in as they are, and write down what fontTools would work out by taking each apart again."""
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphs = {name: Glyph(outline.data) for name, outline in outlines.items()}
    font["glyf"].glyphOrder = font.getGlyphOrder()
    boxes = [outline.box for outline in outlines.values() if outline.box] or [(0, 0, 0, 0)]
    head, most = font["head"], font["maxp"]
    head.xMin, head.yMin = min(box[0] for box in boxes), min(box[1] for box in boxes)
    head.xMax, head.yMax = max(box[2] for box in boxes), max(box[3] for box in boxes)
    head.flags |= 0b10  # each glyph's left side bearing is where its outline begins
    most.maxPoints = max(outline.points for outline in outlines.values())
    most.maxContours = max(outline.contours for outline in outlines.values())
    font.recalcBBoxes = False


def _extremes(outlines: Collection[_Outline]) -> dict[str, int]:
    """What the horizontal header says of all glyphs that have an outline."""
    drawn = [(outline, outline.box) for outline in outlines if outline.box]
    return {
        "advanceWidthMax": max(outline.advance for outline in outlines),
        "minLeftSideBearing": min((box[0] for _, box in drawn), default=0),
        "minRightSideBearing": min((outline.advance - box[2] for outline, box in drawn), default=0),
        "xMaxExtent": max((box[2] for _, box in drawn), default=0),
    }
