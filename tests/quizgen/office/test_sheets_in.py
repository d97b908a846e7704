"""Reading workbooks of strangers: what is no workbook, or one that nobody writes, is refused with one sentence."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping

import pytest
from openpyxl import Workbook

from quizgen.office import sheets_in as limits
from quizgen.office.sheets_in import BadSheets, TextRow, parse_workbook
from tests.workbooks import saved, with_part

ROW = ("SL01", "示例甲", "", "领导干部")
PEOPLE_PART = "xl/worksheets/sheet1.xml"


def filled(*rows: tuple[str, ...]) -> io.BytesIO:
    book = Workbook()
    book.worksheets[0].title = "花名册"
    for row in (("单位代码", "姓名", "人员类别", "人员层次"), *rows):
        book.worksheets[0].append(row)
    return saved(book)


def spoilt(name: str, change: Callable[[str], str | bytes]) -> io.BytesIO:
    """A sound workbook of one row with one of its parts rewritten."""
    return with_part(filled(ROW), name, change)


def read(source: io.BytesIO) -> Mapping[str, tuple[TextRow, ...]]:
    return parse_workbook(source.getvalue(), ("花名册",), what="花名册").found


def refusal(source: io.BytesIO) -> str:
    with pytest.raises(BadSheets) as refused:
        read(source)
    return str(refused.value)


OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def zipped(*parts: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for part in parts:
            archive.writestr(part, "<x/>")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "beginning", "way_out"),
    [
        (b"", "文件是空的", "另存为 .xlsx"),
        (b"\xef\xbb\xbf\r\n", "文件是空的", "另存为 .xlsx"),
        ("单位代码,姓名\nSL01,示例甲".encode(), "这不是 .xlsx 文件。", "另存为 .xlsx"),
        (OLE + "Workbook".encode("utf-16-le"), "这是旧格式的文件（.xls 或 .et）。", "另存为 .xlsx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "文件设置了打开密码", "取消密码后另存"),
        (OLE + "WordDocument".encode("utf-16-le"), "这是文字文档（.doc 或 .wps）", "复制到下载的花名册模板"),
        (b"%PDF-1.7\n", "这是 PDF 文件", "填写下载的花名册模板"),
        (b"\x89PNG\r\n\x1a\n\0\0", "这是图片", "填写下载的花名册模板"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "这是图片", "填写下载的花名册模板"),
        (b"BM\x36\0\0\0\0\0\0\0\x36\0", "这是图片", "填写下载的花名册模板"),
        (b"\0\0\0\x18ftypheic", "这是图片", "填写下载的花名册模板"),
        (b"\0\0\0\x18ftypmp42", "这是录音或录像", "上传填好的花名册"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "这是图片", "填写下载的花名册模板"),
        (b"Rar!\x1a\x07\x01\0", "这是压缩包", "先解压"),
        (zipped("名单/花名册.xlsx"), "这是压缩包", "先解压"),
        (zipped("word/document.xml"), "这是文字文档（.docx）", "复制到下载的花名册模板"),
        (zipped("xl/workbook.bin"), "这是二进制格式的工作簿（.xlsb）", "另存为 .xlsx"),
        (zipped("OFD.xml", "Doc_0/Document.xml"), "这是版式文件（.ofd）", "填写下载的花名册模板"),
        (zipped("mimetype", "content.xml"), "这是 .ods 等格式的文件", "另存为 .xlsx"),
        ("<html><table><tr><td>姓名".encode("gb18030"), "这是网页格式的文件", "另存为 .xlsx"),
        (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n", "这是网页格式的文件", "另存为 .xlsx"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "这是 XML 格式的表格", "另存为 .xlsx"),
        (b"PK\x03\x04 cut short", "文件已损坏", "另存为 .xlsx"),
    ],
)
def test_other_files_are_named_with_the_way_out(content: bytes, beginning: str, way_out: str) -> None:
    said = refusal(io.BytesIO(content))

    assert said.startswith(beginning)
    assert way_out in said


def test_strict_workbook_is_named_with_the_way_out() -> None:
    source = spoilt("xl/workbook.xml", lambda xml: xml.replace("schemas.openxmlformats.org", "purl.oclc.org/ooxml"))

    assert refusal(source) == ("这是“Strict Open XML”格式的工作簿。请用 Excel 或 WPS 打开，另存为 .xlsx 文件后再上传。")


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    stream = filled()
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.bin", b"\0" * (limits.LARGEST_CONTENT + 1))

    assert refusal(stream).startswith("文件解压后过大")


def test_an_entity_bomb_is_refused() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20}">' for n in range(1, 8))
    source = spoilt(
        PEOPLE_PART,
        lambda xml: f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>' + xml.replace("示例甲", "&e7;"),
    )

    assert refusal(source).startswith("文件已损坏，无法读取。")


def test_a_broken_part_is_refused() -> None:
    assert refusal(spoilt(PEOPLE_PART, lambda xml: xml[:200])).startswith("文件已损坏，无法读取。")


def test_a_part_named_twice_is_refused() -> None:
    stream = filled(ROW)
    with zipfile.ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(PEOPLE_PART, archive.read(PEOPLE_PART))

    assert refusal(stream).startswith("文件已损坏，无法读取。")


STRANGE = "文件里的单元格格式过多或不正常，没有读取。请把内容复制到新下载的模板中（只粘贴文字），再重新上传。"


@pytest.mark.parametrize(
    "formats",
    [
        f'<numFmt numFmtId="164" formatCode="{"[" * 30_000}"/>',
        f"<numFmt formatCode = '{'[' * 30_000}' numFmtId='164'/>",
        '<numFmt numFmtId="164" formatCode="0"/>' * 3_000,
        f"<numFmt/>{' ' * 5_000_000}",
        "<numFmt/>" * 150_000,
    ],
    ids=["long", "long, in other quotes", "many", "large", "very many, without a code"],
)
def test_strange_number_formats_are_refused_before_they_are_looked_at(formats: str) -> None:
    def put(xml: str) -> str:
        return re.sub("<numFmts.*?/>|<fonts", lambda found: f"<numFmts>{formats}</numFmts>{found[0]}", xml, count=1)

    assert refusal(spoilt("xl/styles.xml", put)) == STRANGE


def test_strange_styles_do_not_hide_behind_another_encoding() -> None:
    hidden = f'<numFmt numFmtId="164" formatCode="{"[" * 30_000}"/>'

    source = spoilt("xl/styles.xml", lambda xml: xml.replace("<fonts", f"{hidden}<fonts").encode("utf-16"))

    assert refusal(source) == STRANGE


def test_elements_that_no_roster_has_are_refused() -> None:
    cells = "<row>" + "<c/>" * limits.MOST_ELEMENTS + "</row></sheetData>"

    assert refusal(spoilt(PEOPLE_PART, lambda xml: xml.replace("</sheetData>", cells))).startswith("文件解压后过大")


def test_long_text_is_cut_before_anything_is_made_of_it() -> None:
    source = spoilt(PEOPLE_PART, lambda xml: xml.replace("示例甲", f"{' ' * 100}{'甲' * 200_000}"))

    [row] = read(source)["花名册"][1:]

    assert row.cells[1] == "甲" * limits.LONGEST_CELL


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("科_x0000_长", "科长"),
        ("科_x0007__x001b_长", "科长"),
        ("科\u0085\u200b\u202e长", "科 长"),
        ("科_x000A_长", "科 长"),
        ("科_x07_长", "科_x07_长"),
    ],
)
def test_control_characters_are_left_out_of_a_cell(written: str, kept: str) -> None:
    [row] = read(filled(("SL01", "示例甲", written)))["花名册"][1:]

    assert row.cells[2] == kept


def test_workbook_of_very_many_sheets_is_refused() -> None:
    book = Workbook()
    for number in range(limits.MOST_SHEETS):
        book.create_sheet(str(number))

    assert refusal(saved(book)).startswith("文件中的工作表超过 100 个，不像是花名册。")


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_ROWS", 3)
    monkeypatch.setattr(limits, "ROWS_ABOVE", 1)

    assert len(read(filled(*[ROW] * 3))["花名册"]) == 4
    assert refusal(filled(*[ROW] * 4)) == "工作表“花名册”超过 3 行内容，请分成几个文件导入。"


def test_a_row_at_the_sheets_far_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LAST_ROW", 100)
    far = '<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'

    source = spoilt(PEOPLE_PART, lambda xml: xml.replace("</sheetData>", far))

    assert refusal(source) == "工作表“花名册”超过 100 行。请删除末尾的空白行，或把内容复制到新下载的模板中。"


def all_sheets(data: bytes) -> limits.Sheets:
    return parse_workbook(data, (), what="花名册")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (("姓名,单位\n" + "甲,SL01\n" * 100_000).encode(), "工作表“文本表格”超过 20000 行内容，请分成几个文件导入。"),
        (
            "<html><table><tr><td>姓名".encode("gb18030"),
            ("这是网页格式的文件（有的系统导出的 .xls 就是网页）。请用 Excel 或 WPS 打开，另存为 .xlsx 文件后再上传。"),
        ),
        (
            ('姓名,单位\n"甲' + "乙" * 200_000).encode(),
            "文件中有没有写完的引号，无法按 .csv 读取。请用 Excel 或 WPS 打开，另存为 .xlsx 文件后再上传。",
        ),
    ],
    ids=["100,000 rows", "web page", "quotation mark"],
)
def test_plain_files_that_are_no_table_are_refused_with_the_way_out(data: bytes, why: str) -> None:
    with pytest.raises(BadSheets) as refused:
        all_sheets(data)

    assert str(refused.value) == why


def test_hundred_thousand_rows_of_a_workbook_are_refused() -> None:
    row = '<row><c t="inlineStr"><is><t>甲</t></is></c></row>'
    rows = row * 100_000 + "</sheetData>"

    assert refusal(spoilt(PEOPLE_PART, lambda xml: xml.replace("</sheetData>", rows))) == (
        "工作表“花名册”超过 20000 行内容，请分成几个文件导入。"
    )


def test_merged_cells_fill_down_and_hidden_rows_and_columns_are_known() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for cells in (("单位", "姓名"), ("某局", "甲"), (None, "乙"), (None, None), (None, "丙")):
        sheet.append(cells)
    sheet.merge_cells("A2:A4")
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True

    found = all_sheets(saved(book).getvalue())

    rows = [(row.number, row.cells, row.is_hidden) for row in found.found["Sheet"]]
    assert rows == [
        (1, ("单位", "姓名"), False),
        (2, ("某局", "甲"), False),
        (3, ("某局", "乙"), True),
        (5, ("", "丙"), False),
    ]
    assert found.hidden == {"Sheet": (1,)}
