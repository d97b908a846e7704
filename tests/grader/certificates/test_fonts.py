from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pylopdf_fonts_zh_cn
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from grader.certificates.fonts import FontSource, MissingGlyph, default_fonts


def cut_bytes(text: str) -> bytes:
    with default_fonts().cut(text) as font:
        return font.path.read_bytes()


def font_with(character: str, path: Path) -> Path:
    """A font of 2,048 units an em with one square glyph that is three quarters of an em wide."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for point in ((0, 1024), (1024, 1024), (1024, 0)):
        pen.lineTo(point)
    pen.closePath()
    builder = FontBuilder(2048, isTTF=True)
    builder.setupGlyphOrder([".notdef", "square"])
    builder.setupCharacterMap({ord(character): "square"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "square": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (2048, 0), "square": (1536, 0)})
    builder.setupHorizontalHeader(ascent=1800, descent=-248)
    builder.setupNameTable({"familyName": "Square", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
    return path


def test_cut_font_has_exactly_the_characters_of_the_text() -> None:
    with default_fonts().cut("学法考试学法86%") as font:
        assert set(TTFont(font.path).getBestCmap()) == {ord(character) for character in "学法考试86%"}


def bounds(font: TTFont, character: str) -> tuple[float, float, float, float]:
    glyphs = font.getGlyphSet()
    pen = BoundsPen(glyphs)
    glyphs[font.getBestCmap()[ord(character)]].draw(pen)
    x0, y0, x1, y1 = pen.bounds
    return x0, y0, x1, y1


def test_cut_font_keeps_the_shape_and_width_of_the_source() -> None:
    source = TTFont(pylopdf_fonts_zh_cn.serif_path())

    with default_fonts().cut("学") as cut:
        assert cut.width("学") == 1
        assert bounds(TTFont(cut.path), "学") == pytest.approx(bounds(source, "学"), abs=1)


def test_cut_font_does_not_tell_when_it_was_made() -> None:
    with default_fonts().cut("学") as cut:
        head = TTFont(cut.path)["head"]

        assert (head.created, head.modified) == (3_029_529_600, 3_029_529_600)


@pytest.mark.parametrize("text", ["学法考试86%·，", " ", "𰻞i"])
def test_cut_font_says_of_its_glyphs_what_would_be_worked_out_from_them(text: str) -> None:
    told = ["glyf", "hhea", "hmtx", "maxp"]
    with default_fonts().cut(text) as cut:
        font, again = TTFont(cut.path, recalcTimestamp=False), BytesIO()
        font.ensureDecompiled()  # then all is worked out anew
        font.save(again)
        worked_out, said = TTFont(again), TTFont(cut.path)

        assert [said.reader[tag] for tag in told] == [worked_out.reader[tag] for tag in told]
        for part in ("xMin", "yMin", "xMax", "yMax", "flags"):
            assert getattr(said["head"], part) == getattr(worked_out["head"], part)


def test_cut_file_is_gone_afterwards() -> None:
    with default_fonts().cut("学") as font:
        path = font.path

    assert not path.exists()


@pytest.mark.parametrize("character", ["㛃", "䶮", "𬭸", "堃", "喆", "赟", "𰻞", "〇", "·"])
def test_default_fonts_have_rare_characters_of_names(character: str) -> None:
    assert default_fonts().missing(character) == []


def test_cut_takes_from_the_next_font_what_the_first_lacks() -> None:
    serif_only = FontSource([pylopdf_fonts_zh_cn.serif_path()])

    assert serif_only.missing("𰻞") == ["𰻞"]
    with default_fonts().cut("𰻞") as font:
        assert font.width("𰻞") == 1


def test_cut_names_the_characters_that_no_font_has() -> None:
    with pytest.raises(MissingGlyph) as refusal, default_fonts().cut("张𪚥𠮷𪚥"):
        pass

    assert refusal.value.fields["characters"] == ("𪚥", "𠮷")
    assert str(refusal.value) == (
        "证书字库里没有“𪚥”（U+2A6A5）、“𠮷”（U+20BB7），无法打印证书。"
        "请核对姓名、单位等的写法；确有此字的，请系统管理员在设置文件的 fonts 一项加装含有此字的字体。"
    )


def test_cut_scales_an_additional_truetype_font_to_its_em(tmp_path: Path) -> None:
    fonts = FontSource([pylopdf_fonts_zh_cn.serif_path(), font_with("𪚥", tmp_path / "extra.ttf")])

    with fonts.cut("张𪚥") as cut:
        glyph = TTFont(cut.path)["glyf"]["u2A6A5"]

        assert cut.width("张𪚥") == 1.75
        assert (glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax) == (0, 0, 500, 500)


def test_cut_gives_the_same_file_in_every_thread() -> None:
    texts = ["年度学法考试合格证书", "国家工作人员", "人力资源和社会保障局"] * 4

    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(cut_bytes, texts))

    assert at_once == [cut_bytes(text) for text in texts]
