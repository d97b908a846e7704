"""Reading filled rosters: what clerks write is understood, what cannot be is named with its place."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from grader.administration.roster.book import records as limits
from grader.administration.roster.book.file import Rules, read_roster
from grader.administration.roster.book.records import Fault, has_errors
from grader.administration.roster.book.template import write_template, write_units_template
from grader.administration.roster.rows import PersonRow, Roster, UnitRow
from grader.certificates.fonts import default_fonts
from quizgen.model import TierId
from quizgen.office.sheets_in import parse_workbook
from tests.grader_factories import programme
from tests.workbooks import saved, with_part

LEADING, AGENCY = TierId("leading"), TierId("agency")
TIERS = {LEADING: "领导干部", AGENCY: "国家机关工作人员"}
EXEMPTIONS = {"worker": "工勤人员", "sick_leave": "长期病假"}
UNITS = {"SL01": "示例县普法办"}
UNIT_HEADER = ("代码", "名称", "上级代码", "类型", "序号", "管理员姓名", "职务", "手机号码", "办公电话")
HEADER = ("账号", "姓名", "职务级别", "人员层次", "单位", "序号", "手机号码", "QQ号")
PEOPLE_PART = "xl/worksheets/sheet2.xml"
Cells = Sequence[object]


def filled(*people: Cells, units: Sequence[Cells] = (), header: Cells = HEADER) -> io.BytesIO:
    book = Workbook()
    book.worksheets[0].title = "单位"
    for row in (UNIT_HEADER, *units):
        book.worksheets[0].append(list(row))
    sheet = book.create_sheet("花名册")
    for row in (header, *people):
        sheet.append(list(row))
    return saved(book)


RULES = Rules(tiers=TIERS, exemptions=EXEMPTIONS, units=UNITS, missing=default_fonts().missing)


def read(source: Path | io.BytesIO | bytes, **changes: Any) -> tuple[Roster, list[Fault]]:
    data = source.read_bytes() if isinstance(source, Path) else source if isinstance(source, bytes) else source.read()
    return read_roster(parse_workbook(data, (), what="花名册"), replace(RULES, **changes))


def somebody(name: object = "示例甲", **cells: object) -> Cells:
    """A row of a learner of SL01, in the order of HEADER."""
    row = {"姓名": name, "人员层次": "领导干部", "单位": "SL01", **cells}
    return tuple(row.get(label) for label in HEADER)


def read_people(*people: Cells) -> tuple[tuple[PersonRow, ...], list[tuple[str, str]]]:
    roster, faults = read(filled(*people))
    return roster.people, [(fault.cell, fault.message) for fault in faults]


def stream_from_start(stream: io.BytesIO) -> io.BytesIO:
    stream.seek(0)
    return stream


def spoilt(change: Callable[[str], str]) -> io.BytesIO:
    """A workbook of one person with the sheet of people rewritten."""
    return with_part(filled(somebody()), PEOPLE_PART, change)


def test_a_filled_template_is_read_as_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "花名册.xlsx"
    with path.open("wb") as stream:
        write_template(stream, programme=RANKED)
    book = load_workbook(path)
    book["花名册"].append(("SL010001", "示例甲", "科员", "领导干部", "SL01", 3, "19900000001", "10001"))
    book["花名册"].append((None, "示例乙", None, None, "示例县普法办"))
    book.save(path)

    roster, faults = read(path)

    assert faults == []
    assert roster == Roster(
        people=(
            PersonRow(
                row=2,
                unit="SL01",
                name="示例甲",
                tier=LEADING,
                rank="科员",
                telephone="19900000001",
                qq="10001",
                number="SL010001",
                order_number=3,
            ),
            PersonRow(row=3, unit="SL01", name="示例乙"),
        )
    )


def test_a_filled_sheet_of_units_is_read_as_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "单位.xlsx"
    with path.open("wb") as stream:
        write_units_template(stream)
    book = load_workbook(path)
    book["单位"].append(("SL01", "示例县普法办", None, "党政机关", 1, "示例丙", "主任", 19900000003, "0000-1234567"))
    book["单位"].append(("SL0101", "示例县某某局", "SL01"))
    book.save(path)

    head = UnitRow(
        row=2,
        code="SL01",
        name="示例县普法办",
        kind="党政机关",
        order_number=1,
        administrator="示例丙",
        post="主任",
        telephone="19900000003",
        office="0000-1234567",
    )
    assert read(path) == (Roster(units=(head, UnitRow(row=3, code="SL0101", name="示例县某某局", parent="SL01"))), [])


NOBODY = Fault(sheet="花名册", cell="", message="花名册里没有填写人员。请每行填写一人后再导入。")
RANKED = programme(ranks={"局长": LEADING, "科员": AGENCY})


def template(**changes: Any) -> io.BytesIO:
    stream = io.BytesIO()
    write_template(stream, **({"programme": RANKED} | changes))
    return stream_from_start(stream)


def test_an_empty_template_is_said_to_hold_nobody() -> None:
    assert read(template()) == (Roster(), [NOBODY])


def test_reserved_accounts_that_nobody_was_written_beside_are_passed_over() -> None:
    reserved = [{"账号": f"SL01000{number}", "单位": "示例县普法办"} for number in (1, 2, 3)]
    book = load_workbook(template(people=reserved))
    book["花名册"]["B3"] = "示例甲"

    roster, faults = read(saved(book))

    assert roster.people == (PersonRow(row=3, unit="SL01", name="示例甲", number="SL010002"),)
    told = "有 2 行只有账号、没有填写人员（从第 2 行起），没有读取。"
    assert faults == [Fault(sheet="花名册", cell="A2", message=told, is_note=True)]


def test_units_may_come_without_people() -> None:
    book = load_workbook(filled(units=[("A1", "示例局", "SL01")]))
    del book["花名册"]

    roster, faults = read(saved(book))

    assert ([unit.code for unit in roster.units], faults) == (["A1"], [])


def test_template_offers_ranks_tiers_and_units_as_lists() -> None:
    book = load_workbook(template(units=("示例局", "示例二局")))

    sheet, guide = book["花名册"], book["填写说明"]
    offered = {}
    for rule in sheet.data_validations.dataValidation:
        cells = guide[str(rule.formula1).rpartition("!")[2].replace("$", "")]
        offered[str(rule.sqref)] = [row[0].value for row in cells]
    assert offered == {
        "C2:C20001": ["局长", "科员"],
        "D2:D20001": ["国家机关工作人员", "领导干部"],
        "E2:E20001": ["示例局", "示例二局"],
    }
    assert [cell.value for cell in sheet[1]] == list(HEADER)
    assert (sheet.page_setup.paperSize, sheet.print_title_rows, sheet.page_setup.fitToHeight) == (9, "$1:$1", 0)
    assert (sheet.freeze_panes, sheet["A1"].font.bold, sheet.column_dimensions["G"].number_format) == ("A2", True, "@")
    assert "科员（国家机关工作人员）" in str(guide["A10"].value)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("张 三", "张三"),
        ("张\u3000三 ", "张三"),
        ("王 小 明", "王小明"),
        ("欧阳 修", "欧阳修"),
        ("买买提 . 艾力", "买买提·艾力"),
        ("买买提•艾力", "买买提·艾力"),
        ("Anna  Li", "Anna Li"),
        ("\u202d示例甲\u202c", "示例甲"),
        ("㛃𰻝", "㛃𰻝"),
        ("O'Neil-Li J.", "O'Neil-Li J."),
    ],
)
def test_names_lose_only_stray_spaces(cell: str, expected: str) -> None:
    people, faults = read_people(somebody(cell))

    assert (people, faults) == ((PersonRow(row=2, unit="SL01", name=expected, tier=LEADING),), [])


@pytest.mark.parametrize(
    "cell",
    [
        13800000000,
        13800000000.0,
        "１３８００００００００",
        " 138 0000 0000 ",
        "\u202d13800000000",
        "138-0000-0000",
        "+86 138－0000－0000",
        "8613800000000",
        "1.3800000000E+10",
    ],
)
def test_telephones_are_read_however_they_are_stored(cell: object) -> None:
    people, faults = read_people(somebody(手机号码=cell))

    assert ([person.telephone for person in people], faults) == (["13800000000"], [])


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (
            "1.38E+10",
            "手机号“1.38E+10”显示成了科学计数法，后几位已经丢失。请把这一列设为文本格式，重新填写 11 位号码。",
        ),
        ("13800000000/13900000000", "手机号“13800000000/13900000000”是两个号码，请只保留一个。"),
        (1380000000, "手机号“1380000000”不正确：应为 11 位数字，以 1 开头。请改正；没有的可以空着。"),
    ],
)
def test_telephones_of_which_digits_are_lost_are_named(cell: object, message: str) -> None:
    assert read_people(somebody(手机号码=cell)) == ((), [("G2", message)])


def test_headers_are_found_below_titles_with_other_names_in_two_lines_and_any_order() -> None:
    book = Workbook()
    book.worksheets[0].title = " 某局 "
    sheet = book.worksheets[0]
    sheet.append(("示例县 2026 年度学法人员花名册",))
    sheet.merge_cells("A1:H1")
    sheet.append(("填报单位：示例局",))
    sheet.append(("姓 名*", "所在单位", "层次（必填）", "联系方式", None, "学法帐号", "排序"))
    sheet.append((None, None, None, "手机号", "qq"))
    for area in ("A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:F4", "G3:G4"):
        sheet.merge_cells(area)
    sheet.append(("示例甲", "示例县普法办", "国家机关 工作人员", 19900000001, 10001))

    roster, faults = read(saved(book))

    person = PersonRow(
        row=5, unit="SL01", name="示例甲", tier=AGENCY, telephone="19900000001", qq="10001", sheet="某局"
    )
    assert (roster, faults) == (Roster(people=(person,)), [])


def test_what_is_merged_over_several_people_is_each_ones() -> None:
    book = load_workbook(filled(somebody("示例甲", 单位="SL01"), somebody("示例乙", 单位=None)))
    book["花名册"].merge_cells("E2:E4")

    roster, faults = read(saved(book))

    assert ([(person.name, person.unit) for person in roster.people], faults) == (
        [("示例甲", "SL01"), ("示例乙", "SL01")],
        [],
    )


def test_empty_rows_and_rows_numbered_ahead_are_skipped() -> None:
    people, faults = read_people((), somebody(None, 人员层次=None, 单位=None, 序号=1), ("", " ", ""), somebody())

    assert (people, faults) == ((PersonRow(row=5, unit="SL01", name="示例甲", tier=LEADING),), [])


def test_notes_below_the_table_are_told_and_passed_over() -> None:
    people, faults = read_people(
        somebody(),
        (),
        ("注：1.本表由各单位填写。",),
        ("2. 手机号码用于登录。",),
        (None, "填表人：示例乙", None, None, "审核人：示例丙"),
        (None, "合计", "1人"),
    )

    assert [person.name for person in people] == ["示例甲"]
    assert faults == [
        ("A4", "这一行在人员的下方，不像是人员，没有读取：“注:1.本表由各单位填写。”。"),
        ("A5", "这一行在人员的下方，不像是人员，没有读取：“2.手机号码用于登录。”。"),
        ("A6", "这一行在人员的下方，不像是人员，没有读取：“填表人：示例乙”。"),
        ("A7", "这一行在人员的下方，不像是人员，没有读取：“合计”。"),
    ]


def test_notes_below_the_units_are_told_and_passed_over() -> None:
    book = load_workbook(
        filled(
            units=[
                ("A1", "示例局", "SL01"),
                ("注：序号按本县的排序。",),
                (None, "填表人：示例乙"),
            ]
        )
    )
    del book["花名册"]

    roster, faults = read(saved(book))

    assert [unit.code for unit in roster.units] == ["A1"]
    assert [(fault.cell, fault.message, fault.is_note) for fault in faults] == [
        ("A3", "这一行在单位的下方，不像是单位，没有读取：“注:序号按本县的排序。”。", True),
        ("A4", "这一行在单位的下方，不像是单位，没有读取：“填表人：示例乙”。", True),
    ]


def test_last_unit_without_a_code_is_no_note() -> None:
    book = load_workbook(filled(units=[("A1", "示例局", "SL01"), (None, "示例二局", "SL01")]))
    del book["花名册"]

    _, faults = read(saved(book))

    assert [(fault.cell, fault.message) for fault in faults] == [("A3", "单位代码空着，请填写。")]


def test_last_person_without_a_name_is_no_note() -> None:
    _, faults = read_people(somebody(), somebody(None, 手机号码="19900000001"))

    assert faults == [("B3", "姓名空着，请填写。")]


def test_hidden_rows_and_columns_are_read_and_told() -> None:
    book = load_workbook(filled(somebody("示例甲"), somebody("示例乙"), somebody("示例丙", QQ号="10001")))
    sheet = book["花名册"]
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["H"].hidden = True

    roster, faults = read(saved(book))

    assert [(person.name, person.qq) for person in roster.people] == [
        ("示例甲", ""),
        ("示例乙", ""),
        ("示例丙", "10001"),
    ]
    assert [(fault.cell, fault.message, fault.is_note) for fault in faults] == [
        (
            "A3",
            "第 3 行在表格里是隐藏的（或被筛选掉了），也一并读取了；不要导入的，请删去这些行再上传。",
            True,
        ),
        ("H1", "H 列在表格里是隐藏的，也一并读取了，请核对其中的内容。", True),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_plain_tables_are_read_in_the_encodings_of_offices(encoding: str, delimiter: str) -> None:
    text = "姓名,单位,人员层次,手机号\r\n示例甲,示例县普法办,领导干部,19900000001\r\n,,,\r\n"

    roster, faults = read(text.replace(",", delimiter).encode(encoding))

    assert faults == []
    assert [(person.row, person.name, person.unit, person.telephone) for person in roster.people] == [
        (2, "示例甲", "SL01", "19900000001")
    ]


def test_units_are_known_by_name_and_lost_zeros_are_put_back() -> None:
    units = {"0101": "示例局", "0102": "示例二局", "0103": "示例二局"}

    roster, faults = read(
        filled(
            somebody("示例甲", 单位=" 示例 局", 账号="1010007"),
            somebody("示例乙", 单位=101),
            somebody("示例丙", 单位="示例二局"),
            somebody("示例丁", 单位="示例三局"),
        ),
        units=units,
    )

    assert [(person.unit, person.number) for person in roster.people] == [("0101", "01010007"), ("0101", "")]
    assert [(fault.cell, fault.message, fault.is_note) for fault in faults] == [
        ("E4", "名称为“示例二局”的单位有 2 个，请改填单位代码（0102、0103）。", False),
        ("E5", "没有名称或代码为“示例三局”的单位。是不是“示例局”？请核对，或先建好该单位。", False),
        ("A2", "“账号”列有 1 格前面的 0 丢了，已经补上（如“1010007”读作“01010007”），请核对。", True),
        ("E3", "“单位”列有 1 格前面的 0 丢了，已经补上（如“101”读作“0101”），请核对。", True),
    ]


def test_clerk_of_one_unit_need_not_write_it() -> None:
    header = ("姓名", "职务级别", "人员层次")

    roster, faults = read(filled(("示例甲", "", "领导干部"), header=header), own="SL01")

    assert (roster.people, faults) == ((PersonRow(row=2, unit="SL01", name="示例甲", tier=LEADING),), [])


def test_rank_that_is_not_offered_is_read_and_told_once() -> None:
    rows = [
        somebody("示例甲", 职务级别="科员"),
        *(somebody(name, 职务级别="乡科级正值") for name in ("示例乙", "示例丙")),
    ]

    roster, faults = read(filled(*rows), ranks=("乡科级正职", "科员"))

    assert [person.rank for person in roster.people] == ["科员", "乡科级正值", "乡科级正值"]
    why = "职务级别“乡科级正值”不在下拉列表里（共 2 行），照原样读取。是不是“乡科级正职”？"
    assert faults == [Fault(sheet="花名册", cell="C3", message=why, is_note=True)]


@pytest.mark.parametrize("cell", ["刘○", "刘◯"])
def test_circle_in_a_name_is_read_as_zero_and_told(cell: str) -> None:
    people, faults = read_people(somebody(cell))

    assert [person.name for person in people] == ["刘〇"]
    assert faults == [("B2", f"姓名“{cell}”中的圆圈已读作“〇”（刘〇），请核对。")]


def test_extra_sheets_and_columns_are_only_noted() -> None:
    book = load_workbook(filled((*somebody(), "新来"), header=(*HEADER, "备注")))
    book.create_sheet("Sheet1", 0).append(("别的内容",))
    book.create_sheet("旧名单").sheet_state = "hidden"

    roster, faults = read(saved(book))

    assert roster.people == (PersonRow(row=2, unit="SL01", name="示例甲", tier=LEADING),)
    assert faults == [
        Fault(sheet="Sheet1", cell="", message="工作表“Sheet1”不是花名册，没有读取。", is_note=True),
        Fault(
            sheet="旧名单",
            cell="",
            message="工作表“旧名单”是隐藏的，没有读取。名单在里面的，请取消隐藏后再上传。",
            is_note=True,
        ),
        Fault(sheet="花名册", cell="I1", message="“备注”列不在模板中，没有读取。", is_note=True),
    ]
    assert not has_errors(faults)


def test_two_sheets_of_people_are_refused_by_name() -> None:
    book = load_workbook(filled(somebody()))
    book.copy_worksheet(book["花名册"]).title = "二科"

    roster, faults = read(saved(book))

    assert roster == Roster()
    why = "工作表“花名册”、“二科”都像花名册，不能确定用哪一张。请把内容合并到一张表里，或只保留一张，再重新上传。"
    assert [fault.message for fault in faults if not fault.is_note] == [why]


def test_every_fault_of_every_row_is_told_at_once() -> None:
    roster, faults = read(
        filled(
            ("SL-1", "", "科" * 61, "领导干邵", "SL9", "第一", "1380000", "12a", "管理员", "退休"),
            somebody("示例3"),
            somebody("示" * 31),
            somebody("#REF!"),
            somebody(单位=None),
            header=(*HEADER, "人员类别", "可不参加"),
            units=[
                ("A-1", "", "B2", "", "x", "示例3", "", "1", "总机"),
                ("A2", "示例局", "A2", "", "", "", "", "19900000001"),
            ],
        )
    )

    assert roster == Roster()
    assert [(fault.sheet, fault.cell, fault.message) for fault in faults] == [
        (
            "单位",
            "A2",
            (
                "单位代码“A-1”不正确：只能用字母和数字，最长 20 位。"
                "如果显示成了小数或科学计数法，请把单元格设为文本格式后重填。"
            ),
        ),
        ("单位", "B2", "名称空着，请填写。"),
        ("单位", "C2", "没有代码为“B2”的单位。请核对单位代码，或在“单位”表中加上该单位。"),
        ("单位", "E2", "序号“x”不正确：应为不超过 6 位的整数。请改正；不需要排序的可以空着。"),
        ("单位", "F2", "姓名“示例3”中有数字，请改正；同名的人员不必编号，填写手机号即可区分。"),
        ("单位", "H2", "手机号“1”不正确：应为 11 位数字，以 1 开头。请改正；没有的可以空着。"),
        ("单位", "I2", "办公电话“总机”不正确：应为区号和号码，如 0000-1234567。请改正；没有的可以空着。"),
        ("单位", "C3", "上级代码不能是本单位的代码“A2”，请改正。"),
        ("单位", "F3", "填写了手机号码，没有填写管理员姓名，请补上。"),
        ("花名册", "A2", "账号“SL-1”不正确：只能用字母和数字，最长 30 位。请改正；新增人员可以空着。"),
        ("花名册", "B2", "姓名空着，请填写。"),
        ("花名册", "C2", "职务级别超过 60 个字，请缩短。"),
        ("花名册", "D2", "没有“领导干邵”这一人员层次。是不是“领导干部”？请填写“领导干部”、“国家机关工作人员”之一。"),
        ("花名册", "E2", "没有名称或代码为“SL9”的单位。请核对，或先建好该单位。"),
        ("花名册", "F2", "序号“第一”不正确：应为不超过 6 位的整数。请改正；不需要排序的可以空着。"),
        ("花名册", "G2", "手机号“1380000”不正确：应为 11 位数字，以 1 开头。请改正；没有的可以空着。"),
        ("花名册", "H2", "QQ号“12a”不正确：应为 5 至 12 位数字。请改正；没有的可以空着。"),
        ("花名册", "I2", "没有“管理员”这一人员类别。是不是“单位管理员”？请填写“学员”、“单位管理员”之一。"),
        ("花名册", "J2", "没有“退休”这一可不参加情形。请填写“工勤人员”、“长期病假”之一。"),
        ("花名册", "B3", "姓名“示例3”中有数字，请改正；同名的人员不必编号，填写手机号即可区分。"),
        ("花名册", "B4", f"姓名“{'示' * 30}…”超过 30 个字，请核对；一行只能填写一人。"),
        ("花名册", "B5", "单元格中是公式错误“#REF!”，请改填文字。"),
        ("花名册", "E6", "单位空着，请填写单位的名称或代码。"),
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("示例😀", "姓名“示例😀”中有“😀”，请改正；姓名里只写文字。"),
        ("\ue000", "姓名“\ue000”中有“\ue000”，请改正；姓名里只写文字。"),
        ("<b>示例</b>", "姓名“<b>示例</b>”中有“<”，请改正；姓名里只写文字。"),
        ("示例（女）", "姓名“示例（女）”中有“（”，请改正；姓名里只写文字。"),
        ("示例②", "姓名“示例②”中有数字，请改正；同名的人员不必编号，填写手机号即可区分。"),
    ],
)
def test_names_that_are_more_than_letters_are_refused(name: str, message: str) -> None:
    assert read_people(somebody(name)) == ((), [("B2", message)])


def test_name_with_a_character_that_no_font_has_is_read_with_a_note() -> None:
    roster, faults = read(filled(somebody("示𠄎")))

    assert [person.name for person in roster.people] == ["示𠄎"]
    why = "姓名中的“𠄎”（U+2010E）在证书字库里没有，打印证书前须由系统管理员加装字体；请核对写法。"
    assert faults == [Fault(sheet="花名册", cell="B2", message=why, is_note=True)]
    assert read(filled(somebody("示𠄎")), missing=lambda _: ())[1] == []


def test_doubles_name_both_rows_across_all_login_names() -> None:
    people, faults = read_people(
        somebody("示例甲", 手机号码="13800000000", QQ号="10001", 账号="SL010001"),
        somebody("示例乙", 手机号码="13800000001", QQ号="13800000000", 账号="sl010001"),
    )

    assert [person.name for person in people] == ["示例甲"]
    assert sorted(faults) == [
        ("A3", "账号“sl010001”与第 2 行的账号重复，每人的必须不同，请改正。"),
        ("H3", "QQ号“13800000000”与第 2 行的手机号码重复，每人的必须不同，请改正。"),
    ]


def test_double_unit_codes_name_both_rows() -> None:
    roster, faults = read(filled(units=[("A1", "示例局"), ("A2", "示例二局"), ("Ａ１", "示例三局")]))

    assert [unit.name for unit in roster.units] == ["示例局", "示例二局"]
    assert [fault for fault in faults if not fault.is_note] == [
        Fault(sheet="单位", cell="A4", message="单位代码“A1”与第 2 行重复，请删去一行或改正。")
    ]


def test_units_of_the_same_file_and_known_ones_may_be_named() -> None:
    source = filled(somebody("示例甲", 单位="A1"), somebody("示例乙"), units=[("A1", "示例局", "SL01")])

    roster, faults = read(source)

    assert ([person.unit for person in roster.people], faults) == (["A1", "SL01"], [])


def test_unit_codes_are_not_checked_without_known_units() -> None:
    roster, faults = read(filled(somebody(单位="SL77")), units=None)

    assert ([person.unit for person in roster.people], faults) == (["SL77"], [])


def test_formulas_count_by_the_value_that_was_cached() -> None:
    row = (
        '<row r="3"><c r="E3" t="str"><f>E2</f><v>SL01</v></c><c r="B3" t="str"><f>"示例"&amp;"乙"</f><v>示例乙</v></c>'
        '<c r="D3" t="str"><v>领导干部</v></c></row>'
    )

    roster, faults = read(
        with_part(filled(somebody()), PEOPLE_PART, lambda xml: xml.replace("</sheetData>", f"{row}</sheetData>"))
    )

    assert ([person.name for person in roster.people], faults) == (["示例甲", "示例乙"], [])


def test_formulas_without_a_value_are_called_formulas() -> None:
    source = filled(somebody(手机号码="=F9"), somebody('=B2&"乙"', 单位="=E2"))

    roster, faults = read(source)

    why = "单元格中是公式，还没有算出结果。请改填文字，或用 Excel、WPS 打开后保存，再重新上传。"
    assert roster == Roster()
    assert [(fault.cell, fault.message) for fault in faults] == [("G2", why), ("B3", why), ("E3", why)]


def test_missing_columns_are_named_with_the_nearest_header() -> None:
    header = ("账号", "姓氏名", "手机码", "人员层次", "单位")

    roster, faults = read(filled(("", "示例甲", "", "领导干部", "SL01"), header=header))

    assert roster == Roster()
    assert [(fault.cell, fault.message, fault.is_note) for fault in faults] == [
        ("A1", "第 1 行表头中缺少“姓名”列（姓名：是不是“姓氏名”？）。请补上，或使用下载的模板。", False),
        ("B1", "“姓氏名”列不在模板中，没有读取。是不是“姓名”？", True),
        ("C1", "“手机码”列不在模板中，没有读取。是不是“手机号码”？", True),
    ]


def test_a_column_that_stands_twice_is_refused() -> None:
    roster, faults = read(filled(somebody(), header=(*HEADER, "手机 号码")))

    assert roster == Roster()
    why = "“手机号码”列出现了两次（另一列是 G 列），请只保留一列。"
    assert faults == [Fault(sheet="花名册", cell="I1", message=why)]


def test_of_two_columns_of_one_meaning_the_nearer_is_read_and_the_other_named() -> None:
    header = ("姓名", "单位", "人员层次", "联系电话", "手机", "职务", "职级")

    roster, faults = read(
        filled(("示例甲", "SL01", "领导干部", "0000-1", "19900000001", "局长", "科员"), header=header)
    )

    assert [(person.telephone, person.rank) for person in roster.people] == [("19900000001", "科员")]
    assert [(fault.cell, fault.message, fault.is_note) for fault in faults] == [
        ("D1", "“联系电话”列没有读取：手机号码读取的是 E 列“手机”，请核对。", True),
        ("F1", "“职务”列没有读取：职务级别读取的是 G 列“职级”，请核对。", True),
    ]


@pytest.mark.parametrize("row", [("示例甲", "SL01", "19900000001"), ("请各单位于9月10日前报送。",)])
def test_table_without_a_header_is_told_to_have_none(row: Cells) -> None:
    book = Workbook()
    book.worksheets[0].append(list(row))

    roster, faults = read(saved(book))

    assert roster == Roster()
    assert [fault.message for fault in faults] == [
        "没有找到表头：前 10 行里没有写着“姓名”“单位”等列名的一行。请在名单上面加上列名，或使用下载的模板。"
    ]


def test_words_for_nothing_are_nothing_and_numbers_that_became_text_are_numbers() -> None:
    row = somebody(职务级别="无", 手机号码="暂无", QQ号="—", 序号="1.0", 账号="/")

    people, faults = read_people(row)

    assert (people, faults) == ((PersonRow(row=2, unit="SL01", name="示例甲", tier=LEADING, order_number=1),), [])


def test_rank_written_with_spaces_is_the_one_of_the_list() -> None:
    roster, faults = read(filled(somebody(职务级别="一级\n科员")), ranks=("一级科员",))

    assert ([person.rank for person in roster.people], faults) == (["一级科员"], [])


def test_two_names_in_one_cell_are_read_as_one_person_and_told() -> None:
    people, faults = read_people(somebody("买买提 艾力"))

    assert [person.name for person in people] == ["买买提 艾力"]
    assert faults == [
        ("B2", "姓名“买买提 艾力”读作一个人。是2个人的，请分成几行；少数民族姓名的间隔请写成“·”。"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "姓名\t,单位\t,人员层次\t,手机号\t\r\n示例甲\t,SL01\t,领导干部\t,19900000001\t\r\n",
        '姓名,单位,人员层次,手机号\r\n="示例甲",="SL01",="领导干部",="19900000001"\r\n',
        "某县参学人员名单\r\n姓名\t单位\t人员层次\t手机号\r\n示例甲\tSL01\t领导干部\t19900000001\r\n",
    ],
    ids=["tab after each value", "value as a formula", "title without a tab"],
)
def test_plain_tables_of_other_programs_are_read(text: str) -> None:
    roster, faults = read(text.encode("gb18030"))

    assert faults == []
    assert [(person.name, person.unit, person.telephone) for person in roster.people] == [
        ("示例甲", "SL01", "19900000001")
    ]


def test_account_of_which_digits_are_lost_is_told_so() -> None:
    _, faults = read_people(somebody(账号="9.00001E+12"))

    assert faults == [
        ("A2", "账号“9.00001E+12”显示成了科学计数法，后几位已经丢失。请把这一列设为文本格式，重新填写账号。")
    ]


def test_without_a_sheet_of_people_it_is_said_what_one_looks_like() -> None:
    book = Workbook()
    book.worksheets[0].append(("甲", "乙"))
    book.create_sheet("丙").append(("丁",))

    roster, faults = read(saved(book))

    assert roster == Roster()
    assert [fault.message for fault in faults if not fault.is_note] == [
        "文件中没有找到花名册：表头里应有“姓名”“单位”等列，写在前 10 行之内。也可以用下载的模板填写。",
    ]


def test_checking_ends_where_nobody_would_read_more_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_FAULTS", 2)
    wrong = somebody(单位="SL77")

    _, faults = read_people(wrong, wrong, wrong, wrong)

    assert faults[1:] == [
        ("E3", faults[0][1]),
        ("A4", "问题已有 2 处，第 4 行起没有再检查。请先改好前面的，再重新上传。"),
    ]


@pytest.mark.parametrize(("column", "cell"), [(9, "I1"), (26, "Z1"), (27, "AA1"), (40, "AN1")])
def test_column_is_named_as_a_spreadsheet_names_it(column: int, cell: str) -> None:
    header = (*HEADER, *[""] * (column - len(HEADER) - 1), "备注")

    _, faults = read(filled(somebody(), header=header))

    assert [fault.cell for fault in faults] == [cell]


def test_a_false_extent_and_a_cell_far_right_do_no_harm() -> None:
    def widen(xml: str) -> str:
        far = '<row r="3"><c r="XFD3" t="n"><v>1</v></c></row></sheetData>'
        return xml.replace('ref="A1:H2"', 'ref="A1:A1"').replace("</sheetData>", far)

    roster, faults = read(spoilt(widen))

    assert ([person.name for person in roster.people], faults) == (["示例甲"], [])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.none() | st.integers() | st.floats() | st.booleans() | st.text(), max_size=10), max_size=3))
def test_whatever_stands_in_the_cells_is_told_as_faults(rows: list[list[object]]) -> None:
    clean = [
        [cell if not isinstance(cell, str) else "".join(filter(str.isprintable, cell)) for cell in row] for row in rows
    ]

    roster, faults = read(filled(*clean))

    assert all(fault.sheet == "花名册" and fault.message.endswith("。") for fault in faults)
    assert len(roster.people) + len({fault.cell.strip("ABCDEFGHIJ") for fault in faults if fault.cell}) <= len(rows)


def headed(*rows: Cells, **changes: Any) -> tuple[list[str], list[tuple[str, str, bool]]]:
    """The names read from a table without a column of units, and what is told."""
    book = Workbook()
    for row in (("序号", "姓名", "人员层次"), *rows):
        book.worksheets[0].append(list(row))
    roster, faults = read(saved(book), units={"SL01": "示例局", "SL02": "示例二局"}, own="SL01", **changes)
    return [person.name for person in roster.people], [(one.cell, one.message, one.is_note) for one in faults]


def test_headings_within_a_table_are_told_and_passed_over() -> None:
    names, told = headed(("示例局",), (1, "示例甲", "领导干部"), ("办公室",), (2, "示例乙", "领导干部"))

    assert names == ["示例甲", "示例乙"]
    assert told == [
        ("A2", "这一行只有一格有字，没有读取：“示例局”。", True),
        ("A4", "这一行只有一格有字，没有读取：“办公室”。", True),
    ]


def test_heading_of_another_unit_puts_nobody_into_the_own_one() -> None:
    _, told = headed((1, "示例甲", "领导干部"), ("示例二局",), (1, "示例乙", "领导干部"))

    [(cell, message, is_note)] = told
    assert (cell, is_note) == ("A3", False)
    assert message.startswith("“示例二局”是另一个单位的名称，表里没有“单位”列")


def test_number_that_is_wrong_is_not_told_to_be_double_too() -> None:
    _, faults = read_people(somebody("示例甲", 手机号码="139"), somebody("示例乙", 手机号码="139"))

    assert [cell for cell, _ in faults] == ["G2", "G3"]
