"""Official files: what is read of them, what is refused and why, whatever the bytes."""

from __future__ import annotations

import io
import json
import os
import struct
import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizgen.law.official import OfficialText, Reading, read_official
from quizgen.law.text import Heading, StatuteText
from quizgen.parse.statute_text import parse_statute_text, statute_json
from tests.quizgen_statutes import ARTICLES, archive, docx, official_docx, official_lines, paragraph, run, statute_text

TITLE = ["中华人民共和国测试法", "（2026年1月5日第十四届全国人民代表大会常务委员会第二十次会议通过）", ""]
LAWS = Path(__file__).parents[3] / os.environ.get("STATUTE_TEXTS", "../shared/laws")
SAMPLES = {"minfadian": "民法典", "zhian-guanli-chufa-fa": "治安", "geren-xinxi-baohu-fa": "个人信息", "xianfa": "宪法"}


def read(lines: Iterable[str], *, name: str = "测试法.txt") -> Reading:
    return read_official("\n".join(lines).encode(), name)


def sound(reading: Reading) -> OfficialText:
    assert reading.faults == []
    assert reading.text is not None
    return reading.text


def found(reading: Reading) -> list[tuple[str, int]]:
    return [(fault.code, fault.span.line) for fault in reading.faults]


def articles(lines: Iterable[str]) -> dict[str, str]:
    return dict(sound(read([*TITLE, *lines])).articles)


def expected(text: StatuteText) -> OfficialText:
    return OfficialText(
        title=text.title,
        version=text.version,
        effective=text.effective,
        articles=text.articles,
        headings=text.headings,
        history=text.history,
        preamble=text.preamble,
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_file_is_read_in_the_usual_encodings(encoding: str, end: str) -> None:
    text = statute_text(preamble="测试是国家的大事。\n为此制定本法。")

    reading = read_official(end.join(official_lines(text)).encode(encoding), "测试法.txt")

    assert sound(reading) == expected(text)


@pytest.mark.parametrize("space", ["　", " ", "\t", ""])
def test_white_space_behind_numbers_may_be_any(space: str) -> None:
    text = statute_text()

    assert sound(read(official_lines(text, space=space))) == expected(text)


def test_docx_is_read() -> None:
    text = statute_text()

    assert sound(read_official(official_docx(official_lines(text)), "测试法.docx")) == expected(text)


def test_text_without_contents_and_chapters_is_read() -> None:
    text = statute_text(headings=())

    assert sound(read(official_lines(text, has_contents=False))) == expected(text)


def test_lone_closing_part_stands_with_the_highest_headings() -> None:
    headings = (
        Heading(level="编", title="第一编 总则", first="1", last="3"),
        Heading(level="章", title="第一章 任务", first="1", last="2"),
        Heading(level="节", title="第一节 一般规定", first="2", last="2"),
        Heading(level="章", title="第二章 所有权", first="3", last="3"),
        Heading(level="编", title="附则", first="4", last="4"),
    )
    text = statute_text(headings=headings)

    assert sound(read(official_lines(text))).headings == headings


def test_heading_cut_in_two_is_joined() -> None:
    lines = ["第一章", "总　　则", "第一条　甲。", "第二章　监督和", "检查", "第二条　乙。"]

    text = sound(read([*TITLE, *lines]))

    assert [heading.title for heading in text.headings] == ["第一章 总则", "第二章 监督和检查"]


def test_contents_without_headings_in_the_body_are_no_headings() -> None:
    lines = ["目录", "第一章　总则", "第二章　罚则", "附则", "", "第一条　甲。", "第二条　乙。"]

    text = sound(read([*TITLE, *lines]))

    assert (text.headings, list(text.articles)) == ((), ["1", "2"])


def test_contents_may_have_page_numbers() -> None:
    lines = [
        "目　　录",
        "第一章　总则…………1",
        "第二章　罚则\t2",
        "第一章　总则",
        "第一条　甲。",
        "第二章　罚则",
        "第二条　乙。",
    ]

    text = sound(read([*TITLE, *lines]))

    assert [heading.title for heading in text.headings] == ["第一章 总则", "第二章 罚则"]


def test_preface_may_be_missing_from_the_contents() -> None:
    lines = ["目录", "第一章　总则", "序　　言", "序。", "第一章　总则", "第一条　甲。"]

    text = sound(read([*TITLE, *lines]))

    assert (text.preamble, len(text.headings)) == ("序。", 1)


def test_preface_of_the_contents_alone_is_no_preamble() -> None:
    lines = ["目录", "序言", "第一章　总则", "第一章　总则", "第一条　甲。"]

    text = sound(read([*TITLE, *lines]))

    assert (text.preamble, len(text.headings)) == ("", 1)


def test_paragraph_that_begins_with_a_reference_is_no_article() -> None:
    lines = [
        "第一条　有下列情形的，依照下列规定办理：",
        "第二条规定的情形，从重处罚。",
        "第二条　甲。",
        "第三条　乙。",
        "第一条　至第二条的规定，适用于法人。",
        "第九条　所列情形除外。",
        "第四条　丙。",
    ]

    read_articles = articles(lines)

    assert list(read_articles) == ["1", "2", "3", "4"]
    assert read_articles["1"].split("\n")[1] == "第二条规定的情形，从重处罚。"
    assert read_articles["3"].split("\n")[1:] == ["第一条至第二条的规定，适用于法人。", "第九条所列情形除外。"]


def test_article_that_sounds_like_a_reference_is_read_where_its_number_is_due() -> None:
    lines = ["第一条甲。", "第二条规定重大事项的地方性法规，由大会通过。", "第三条乙。"]

    assert list(articles(lines)) == ["1", "2", "3"]


def test_inserted_articles_follow_the_one_before() -> None:
    lines = ["第一条　甲。", "第一条之一　乙。", "第一条之二　丙。", "第二条　丁。"]

    assert articles(lines) == {"1": "甲。", "1-1": "乙。", "1-2": "丙。", "2": "丁。"}


def test_arabic_and_full_width_numerals_are_read() -> None:
    assert list(articles([f"第{number}条　甲。" for number in ("1", "２", "三")])) == ["1", "2", "3"]


def test_spelling_is_made_uniform() -> None:
    lines = ["第一条　 一八四○年, 全国 人民(含 军人):１２ 日; Open Source 许可\u200b，比例1:500。"]

    assert articles(lines)["1"] == "一八四〇年，全国人民（含军人）：12日；Open Source许可，比例1:500。"


def test_annexes_and_page_numbers_are_left_out() -> None:
    lines = ["第一条　甲。", "— 12 —", "附加刑也可以独立适用。", "附件一：", "一、乙", "第一条　附件的条。"]

    assert articles(lines) == {"1": "甲。\n附加刑也可以独立适用。"}


@pytest.mark.parametrize("annex", ["附", "附：测试标志制法说明", "附件", "附件一　测试文书", "附表2", "附录三：目录"])
def test_annex_ends_the_text_however_it_is_headed(annex: str) -> None:
    assert articles(["第一条　甲。", annex, "第一条　附件的条。"]) == {"1": "甲。"}


@pytest.mark.parametrize("mark", ["：", ":", "、", "."])
def test_mark_behind_every_number_is_no_text(mark: str) -> None:
    lines = [f"第一条{mark}甲，", "第一条规定的乙。", f"第二条{mark}丙。"]

    assert articles(lines) == {"1": "甲，\n第一条规定的乙。", "2": "丙。"}


def test_order_of_publication_before_the_title_is_left_out() -> None:
    order = [
        "中华人民共和国主席令",
        "第七十一号",
        "《中华人民共和国测试法》现予公布，自2026年3月1日起施行。",
        "2026年1月5日",
    ]

    text = sound(read([*order, *TITLE, "第一条　甲。"]))

    assert text.title == "中华人民共和国测试法"


def test_title_and_note_may_have_several_lines() -> None:
    lines = [
        "中华人民共和国地方各级人民代表大会",
        "和地方各级人民政府测试法（2026年修正文本）",
        "",
        "（1979年7月1日第五届全国人民代表大会第二次会议通过　1979年7月4日公布 自1980年1月1日起施行",
        "根据1982年12月10日第五届全国人民代表大会第五次会议《关于修改〈测试法（试行）〉的决议》第一次修正",
        "2026年1月5日第十四届全国人民代表大会第四次会议修订）",
        "第一条　甲。",
    ]

    text = sound(read(lines))

    assert text.title == "中华人民共和国地方各级人民代表大会和地方各级人民政府测试法"
    assert text.history == (
        "1979年7月1日第五届全国人民代表大会第二次会议通过",
        "1979年7月4日公布",
        "自1980年1月1日起施行",
        "根据1982年12月10日第五届全国人民代表大会第五次会议《关于修改〈测试法（试行）〉的决议》第一次修正",
        "2026年1月5日第十四届全国人民代表大会第四次会议修订",
    )
    assert (text.version, text.amendments) == (date(2026, 1, 5), (date(1982, 12, 10), date(2026, 1, 5)))


@pytest.mark.parametrize(
    ("note", "last", "version", "effective"),
    [
        ("2026年1月5日通过", "本法自2026年3月1日起施行。", "2026-01-05", "2026-03-01"),
        ("2026年1月5日通过", "本法自公布之日起施行。", "2026-01-05", "2026-01-05"),
        ("2026年1月5日通过", "国务院另行规定。", "2026-01-05", None),
        ("2020年1月5日通过　根据2026年1月5日《决定》修正", "本法自2020年3月1日起施行。", "2026-01-05", None),
        ("2020年1月5日通过　根据2026年1月5日《决定》修正", "本法自公布之日起施行。", "2026-01-05", None),
        ("2020年1月5日通过　2026年1月5日修订", "本法自2026年3月1日起施行。", "2026-01-05", "2026-03-01"),
        ("2020年1月5日通过　2026年1月5日修订", "本法自2020年3月1日起施行。", "2026-01-05", None),
        ("2026年1月5日国务院令第1号公布　自2026年3月1日起施行", "甲。", "2026-01-05", "2026-03-01"),
        ("2026年1月5日公布", "本条例自2026年2月31日起施行。", "2026-01-05", "2026-01-05"),
    ],
)
def test_dates_follow_from_the_note_and_the_last_article(
    note: str, last: str, version: str, effective: str | None
) -> None:
    text = sound(read(["测试条例", f"（{note}）", "第一条　甲。", f"第二条　{last}"]))

    assert text.version == date.fromisoformat(version)
    assert text.effective == (date.fromisoformat(effective) if effective else None)


def test_without_a_note_the_file_name_gives_the_version() -> None:
    text = sound(read(["测试条例", "", "第一条　甲。"], name="测试条例_20260105.docx"))

    assert (text.title, text.version) == ("测试条例", date(2026, 1, 5))


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ([*TITLE, "没有条文。"], [("Q514", 1)]),
        ([*TITLE, "第一条　甲。", "第二条　乙。", "第二条　丙。", "第三条　丁。"], [("Q515", 6)]),
        ([*TITLE, "第一条　甲。", "第二条　乙。", "第一条　甲。", "第二条　乙。"], [("Q515", 6), ("Q515", 7)]),
        ([*TITLE, "第二条　甲。", "第三条　乙。", "第七条　丙。"], [("Q516", 4), ("Q516", 6)]),
        ([*TITLE, "第一条　甲。", "第三条之二　乙。", "第三条之四　丙。"], [("Q516", 5), ("Q516", 6)]),
        ([*TITLE, "第一条", "第二条　乙。"], [("Q517", 4)]),
        (["", "第一条　甲。"], [("Q518", 1), ("Q519", 1)]),
        (["# 测试法学习笔记", "（2026年1月5日通过）", "第一条　甲。"], [("Q518", 1)]),
        (["首页 > 法律法规 > 测试法", "（2026年1月5日通过）", "第一条　甲。"], [("Q518", 1)]),
        (["点击查看更多内容", "（2026年1月5日通过）", "第一条　甲。"], [("Q518", 1)]),
        (["测试法", "第一条　甲。"], [("Q519", 1)]),
        (["测试法（2026年13月45日通过）", "第一条　甲。"], [("Q519", 1)]),
        (["全国人大常委会关于修改《测试法》的决定", "（2026年1月5日通过）", "第一条　甲。"], [("Q520", 1)]),
        (["中华人民共和国刑法修正案（十二）", "（2026年1月5日通过）", "一、甲"], [("Q520", 1)]),
        ([*TITLE, "第一章　总则", "本章没有条号的一句话。", "第一条　甲。"], [("Q521", 5)]),
        ([*TITLE, "第一条　甲。", "第二章　罚则", "第三章　附则", "第二条　乙。"], [("Q522", 5)]),
    ],
)
def test_fault_is_placed(lines: list[str], codes: list[tuple[str, int]]) -> None:
    assert found(read(lines)) == codes


def test_lines_that_do_not_end_as_paragraphs_are_told_one_by_one() -> None:
    header = "国家法律法规数据库"
    lines = ["第一条　甲。", header, "第二条　委员长，", "乙；", header, "第三条　（删去）", "责任编辑：某人"]

    reading = read([*TITLE, *lines])

    assert [(fault.code, fault.span.line, fault.message) for fault in reading.faults] == [
        ("Q523", 5, "条文里的这一行没有以标点结束：国家法律法规数据库（共2行）"),
        ("Q523", 10, "条文里的这一行没有以标点结束：责任编辑：某人"),
    ]


def test_file_with_lines_of_one_width_is_told_once() -> None:
    text = "第一条　为了规范测试活动保护公民法人和其他组织的合法权益维护公共利益和社会秩序根据宪法制定本法。"
    lines = [text[start : start + 7] for start in range(0, len(text), 7)]

    reading = read([*TITLE, *lines])

    assert [(fault.code, fault.span.line, fault.message) for fault in reading.faults] == [
        ("Q523", 4, "条文里有6行没有以标点结束，多半是一段话被断成了几行，款次会数错"),
    ]


def test_missing_articles_are_named() -> None:
    reading = read([*TITLE, "第一条　甲。", "第三条　乙。", "第七条　丙。", "第七条之三　丁。", "第八条之二　戊。"])

    assert reading.text is not None
    assert [fault.message for fault in reading.faults] == [
        "第三条之前缺少第二条",
        "第七条之前缺少第四条至第六条",
        "第七条之三之前缺少第七条之一至第七条之二",
        "第八条之二之前缺少第八条",
    ]


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "Q511", "旧式的.doc"),
        (b"%PDF-1.7\n", "Q511", "PDF"),
        (b"{\\rtf1", "Q511", "RTF"),
        ("\ufeff<!DOCTYPE html><html>第一条　甲".encode(), "Q511", "网页"),
        (b"MIME-Version: 1.0\n", "Q511", "网页"),
        (b"\x89PNG\r\n", "Q511", "图片"),
        (b"Rar!", "Q511", "压缩"),
        (b"", "Q511", "空的"),
        (b" \r\n", "Q511", "空的"),
        (b"\x00" * 100, "Q512", "读不出来"),
        (b"\xff" * 101, "Q512", "读不出来"),
        (b"a" * 16_000_001, "Q513", "太大"),
        ("法\n".encode() * 50_000, "Q513", "太多"),
        (archive({"xl/workbook.xml": ""}), "Q511", "Excel"),
        (archive({"a.txt": ""}), "Q511", "压缩文件"),
        (b"PK\x03\x04" + bytes(50), "Q511", "损坏"),
        (b"PK\x03\x04" + b"PK\x01\x02" * 6_000, "Q513", "太多"),
        (official_docx(["甲"])[:-30], "Q511", "损坏"),
        (archive({"word/document.xml": b" " * 16_000_001}), "Q513", "解压后"),
        (archive({"word/document.xml": "<a/>"}), "Q511", "没有Word的正文"),
        (archive({"word/document.xml": "<a><b></a>"}), "Q511", "写法不对"),
        (docx("<w:p>" * 300 + "</w:p>" * 300), "Q511", "层次太深"),
        (docx("<w:p/>", before='<!DOCTYPE a [<!ENTITY b "c">]>'), "Q511", "DOCTYPE"),
        (docx(paragraph("法") * 25_000), "Q513", "太多"),
    ],
)
def test_what_is_no_official_text_is_refused_with_the_way_out(data: bytes, code: str, words: str) -> None:
    reading = read_official(data, "a.docx")

    (fault,) = reading.faults
    assert (reading.text, fault.code) == (None, code)
    assert words in fault.message
    assert fault.hint


def test_document_that_embeds_a_web_page_is_explained() -> None:
    parts = {"word/afchunk.mht": b"<html>"} | _parts(docx("<w:p/>"))

    reading = read_official(archive(parts), "a.docx")

    assert [fault.message for fault in reading.faults] == ["文档的正文是嵌入的网页，不是段落"]


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_encrypted_document_is_explained() -> None:
    data = bytearray(docx("<w:p/>"))
    for sign, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = data.find(sign)
        while place >= 0:
            struct.pack_into("<H", data, place + offset, 1)
            place = data.find(sign, place + 1)

    reading = read_official(bytes(data), "a.docx")

    assert [fault.message for fault in reading.faults] == ["文档加了密码"]


def test_main_part_may_have_another_name() -> None:
    body = "".join(paragraph(line) for line in [*TITLE, "第一条　甲。"])

    assert sound(read_official(docx(body, name="word/document2.xml"), "a.docx")).articles == {"1": "甲。"}


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (run("甲") + "<w:del><w:r><w:t>删</w:t></w:r></w:del><w:ins>" + run("乙") + "</w:ins>", "甲乙"),
        ("<w:moveFrom>" + run("旧") + "</w:moveFrom><w:moveTo>" + run("甲乙") + "</w:moveTo>", "甲乙"),
        ("<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:cr/><w:t>丙</w:t></w:r>", "甲\n乙\n丙"),
        ("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:softHyphen/><w:noBreakHyphen/></w:r>", "甲乙-"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r>" + run("甲"), "甲"),
        ('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>甲</w:t></w:r>', "甲"),
        ("<w:r><w:footnoteReference/><w:instrText>PAGE</w:instrText><w:t>甲</w:t></w:r>", "甲"),
        (run("甲") + "<w:r><w:txbxContent>" + paragraph("框") + "</w:txbxContent></w:r>" + run("乙"), "甲乙\n框"),
        (
            '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice>'
            + run("甲")
            + "</mc:Choice><mc:Fallback>"
            + run("甲")
            + "</mc:Fallback></mc:AlternateContent>",
            "甲",
        ),
    ],
)
def test_word_markup_gives_what_a_reader_sees(inner: str, text: str) -> None:
    body = "".join(paragraph(line) for line in TITLE) + f"<w:p>{run('第一条　')}{inner}</w:p>"

    reading = read_official(docx(body), "a.docx")

    assert reading.text is not None
    assert reading.text.articles == {"1": text}


def test_paragraph_whose_end_is_deleted_goes_on_in_the_next() -> None:
    joined = f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('第一条　甲')}</w:p>{paragraph('乙。')}"
    body = "".join(paragraph(line) for line in TITLE) + joined

    assert sound(read_official(docx(body), "a.docx")).articles == {"1": "甲乙。"}


def test_articles_in_tables_are_read() -> None:
    row = (
        f"<w:tbl><w:tr><w:tc>{paragraph('第一条　甲。')}</w:tc><w:tc>{paragraph('第二条　乙。')}</w:tc></w:tr></w:tbl>"
    )
    body = "".join(paragraph(line) for line in TITLE) + row

    assert sound(read_official(docx(body), "a.docx")).articles == {"1": "甲。", "2": "乙。"}


def test_fault_in_a_docx_is_placed_by_paragraph() -> None:
    lines = [*TITLE, "第一条　甲。", "第三条　乙。"]
    body = "".join(paragraph(line) for line in lines)

    reading = read_official(docx(body), "a.docx")

    assert found(reading) == [("Q516", 5)]
    assert reading.source.split("\n") == lines


WORDS = st.sampled_from(
    [
        "第一条　",
        "第二条",
        "第三条之一 ",
        "第一章　总则",
        "附则",
        "目录",
        "序言",
        "（",
        "）",
        "2026年1月5日通过",
        "\n",
        "\r",
        "甲",
        "。",
        "《",
        "○",
    ]
)


@given(st.one_of(st.binary(max_size=400), st.lists(WORDS, max_size=60).map(lambda words: "".join(words).encode())))
def test_any_bytes_give_a_text_or_a_reason(data: bytes) -> None:
    for wrapped in (data, archive({"word/document.xml": data}), b"PK\x03\x04" + data):
        reading = read_official(wrapped, "测试法_20260105.txt")

        assert (reading.text is None) == any(fault.severity == "error" for fault in reading.faults)


@given(st.data())
def test_damaged_document_gives_a_text_or_a_reason(data: st.DataObject) -> None:
    document = bytearray(official_docx(official_lines(statute_text())))
    for place in data.draw(st.lists(st.integers(0, len(document) - 1), max_size=8)):
        document[place] = data.draw(st.integers(0, 255))

    reading = read_official(bytes(document), "测试法.docx")

    assert reading.text or reading.faults


LINES = st.text(alphabet="甲乙丙丁，；、", min_size=1, max_size=30).map(lambda line: f"{line}。")


@given(st.lists(st.lists(LINES, min_size=1, max_size=3), min_size=1, max_size=30), st.booleans())
def test_what_is_written_officially_is_read_back(texts: list[list[str]], as_docx: bool) -> None:
    numbered = {str(number): "\n".join(lines) for number, lines in enumerate(texts, start=1)}
    text = statute_text(numbered, headings=(), effective=None)
    lines = list(official_lines(text))

    reading = read_official(official_docx(lines) if as_docx else "\n".join(lines).encode(), "a")

    assert sound(reading) == expected(text)


@pytest.mark.skipif(not LAWS.is_dir(), reason="needs the official texts")
@pytest.mark.parametrize("id", SAMPLES)
def test_sample_of_the_database_equals_the_checked_text(id: str) -> None:
    (path,) = (path for path in (LAWS / "raw").iterdir() if SAMPLES[id] in path.name)
    text, _ = parse_statute_text((LAWS / f"{id}.json").read_text(encoding="utf-8"), f"{id}.json")
    assert text is not None

    read_text = sound(read_official(path.read_bytes(), path.name))

    assert (read_text.title, read_text.version) == (text.title, text.version)
    assert (read_text.articles, read_text.headings) == (text.articles, text.headings)
    assert read_text.preamble == text.preamble
    assert read_text.effective in {text.effective, None}


@pytest.mark.skipif(not LAWS.is_dir(), reason="needs the official texts")
def test_every_checked_text_is_read_back_from_the_official_layout() -> None:
    for path in sorted(LAWS.glob("*.json")):
        text, _ = parse_statute_text(path.read_text(encoding="utf-8"), path.name)
        assert text is not None

        read_text = sound(read(official_lines(text), name=path.stem))

        assert (read_text.title, read_text.version) == (text.title, text.version)
        assert (read_text.articles, read_text.headings) == (text.articles, text.headings)
        assert read_text.effective in {text.effective, None}


def test_kept_json_is_read_back() -> None:
    text = statute_text(preamble="序。")

    kept = statute_json(text, source="测试法.docx")

    assert parse_statute_text(kept, "ceshi-fa@2026-01-05.json") == (text, [])
    assert json.loads(kept)["articles"] == ARTICLES


def test_pdf_is_named_as_one_wherever_it_says_so() -> None:
    for lead in (b"", b"\n\n", b"\xef\xbb\xbf", b"x" * 500):
        reading = read_official(lead + b"%PDF-1.7\n1 0 obj", "a.txt")

        assert [(fault.code, fault.message) for fault in reading.faults] == [
            ("Q511", "这是PDF文件，读不出可靠的条文，不是官方文本的.docx或.txt")
        ]
