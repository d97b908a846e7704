"""Reading filled rosters: what clerks write is understood, what cannot be is named with its place."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from grader.administration.roster import file as rules
from grader.administration.roster.file import Fault, has_errors, read_roster
from grader.administration.roster.reading import SHEETS
from grader.administration.roster.rows import PersonRow, Roster, UnitRow
from grader.administration.roster.template import write_template
from grader.domain.account import Role
from quizgen.model import TierId
from quizgen.office.sheets_in import parse_workbook
from tests.workbooks import saved, with_part

LEADING, AGENCY = TierId("leading"), TierId("agency")
TIERS = {LEADING: "领导干部", AGENCY: "国家机关工作人员"}
EXEMPTIONS = {"worker": "工勤人员", "sick_leave": "长期病假"}
UNIT_HEADER = ("单位代码", "单位名称", "上级单位代码", "单位类别", "序号")
HEADER = (
    "单位代码",
    "姓名",
    "人员类别",
    "人员层次",
    "职务级别",
    "手机号",
    "QQ号",
    "学法账号",
    "序号",
    "可不参加",
)
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


def read(source: Path | io.BytesIO, known: Sequence[str] | None = ("SL01",)) -> tuple[Roster, list[Fault]]:
    data = source.read_bytes() if isinstance(source, Path) else source.read()
    return read_roster(
        parse_workbook(data, SHEETS, what="花名册"), tiers=TIERS, exemptions=EXEMPTIONS, known_units=known
    )


def read_people(*people: Cells) -> tuple[tuple[PersonRow, ...], list[tuple[str, str]]]:
    roster, faults = read(filled(*people))
    return roster.people, [(fault.cell, fault.message) for fault in faults]


def stream_from_start(stream: io.BytesIO) -> io.BytesIO:
    stream.seek(0)
    return stream


def spoilt(change: Callable[[str], str]) -> io.BytesIO:
    """A workbook of one person with the sheet of people rewritten."""
    return with_part(filled(("SL01", "示例甲", "", "领导干部")), PEOPLE_PART, change)


def test_a_filled_template_is_read_as_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "花名册.xlsx"
    with path.open("wb") as stream:
        write_template(stream, tiers=TIERS, exemptions=EXEMPTIONS)
    book = load_workbook(path)
    book["单位"].append(("SL01", "示例县普法工作办公室", None, "党政机关", 1))
    book["单位"].append(("SL0101", "示例县某某局", "SL01", None, None))
    book["花名册"].append(
        ("SL0101", "示例甲", "学员", "领导干部", "副科", "19900000001", "10001", "SL01010001", 3, "工勤人员")
    )
    book["花名册"].append(("SL01", "示例乙", "单位管理员"))
    book.save(path)

    roster, faults = read(path, known=())

    assert faults == []
    assert roster == Roster(
        units=(
            UnitRow(row=2, code="SL01", name="示例县普法工作办公室", kind="党政机关", order_number=1),
            UnitRow(row=3, code="SL0101", name="示例县某某局", parent="SL01"),
        ),
        people=(
            PersonRow(
                row=2,
                unit="SL0101",
                name="示例甲",
                tier=LEADING,
                rank="副科",
                telephone="19900000001",
                qq="10001",
                number="SL01010001",
                order_number=3,
                exemption="worker",
            ),
            PersonRow(row=3, unit="SL01", name="示例乙", tier=LEADING, role=Role.UNIT),
        ),
    )


NOBODY = Fault(sheet="花名册", cell="", message="花名册里没有填写人员。请每行填写一人后再导入。")


def test_an_empty_template_is_said_to_hold_nobody() -> None:
    stream = io.BytesIO()
    write_template(stream, tiers=TIERS, exemptions=EXEMPTIONS)

    assert read(stream_from_start(stream)) == (Roster(), [NOBODY])


def test_units_may_come_without_people() -> None:
    roster, faults = read(filled(units=[("A1", "示例局", "SL01")]))

    assert [unit.code for unit in roster.units] == ["A1"]
    assert faults == [Fault(sheet="花名册", cell="", message="花名册里没有填写人员，只导入“单位”表。", is_note=True)]


def test_template_offers_the_programmes_titles_as_lists() -> None:
    stream = io.BytesIO()

    write_template(stream, tiers=TIERS, exemptions=EXEMPTIONS)

    book = load_workbook(stream_from_start(stream))
    sheet, guide = book["花名册"], book["填写说明"]
    offered = {}
    for rule in sheet.data_validations.dataValidation:
        cells = guide[str(rule.formula1).rpartition("!")[2].replace("$", "")]
        offered[str(rule.sqref)] = [row[0].value for row in cells]
    assert offered == {
        "C2:C20001": ["学员", "单位管理员"],
        "D2:D20001": ["领导干部", "国家机关工作人员"],
        "J2:J20001": ["工勤人员", "长期病假"],
    }
    assert [cell.value for cell in sheet[1]] == list(HEADER)
    assert (sheet.freeze_panes, sheet["A1"].font.bold, sheet.column_dimensions["F"].number_format) == ("A2", True, "@")


def test_a_programme_without_exemptions_still_has_a_template() -> None:
    stream = io.BytesIO()

    write_template(stream, tiers=TIERS, exemptions={})

    sheet = load_workbook(stream_from_start(stream))["花名册"]
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == ["C2:C20001", "D2:D20001"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("张 三", "张三"),
        ("张\u3000三 ", "张三"),
        ("王 小 明", "王小明"),
        ("欧阳 修", "欧阳修"),
        ("买买提 . 艾力", "买买提·艾力"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提 艾力", "买买提 艾力"),
        ("Anna  Li", "Anna Li"),
        ("\u202d示例甲\u202c", "示例甲"),
        ("㛃𰻝", "㛃𰻝"),
        ("O'Neil-Li J.", "O'Neil-Li J."),
    ],
)
def test_names_lose_only_stray_spaces(cell: str, expected: str) -> None:
    people, faults = read_people(("SL01", cell, "", "领导干部"))

    assert (people, faults) == ((PersonRow(row=2, unit="SL01", name=expected, tier=LEADING),), [])


@pytest.mark.parametrize(
    "cell", [13800000000, 13800000000.0, "１３８００００００００", " 138 0000 0000 ", "\u202d13800000000"]
)
def test_telephones_are_read_however_they_are_stored(cell: object) -> None:
    people, faults = read_people(("SL01", "示例甲", "", "领导干部", "", cell))

    assert ([person.telephone for person in people], faults) == (["13800000000"], [])


def test_headers_are_found_below_a_title_with_other_names_and_in_any_order() -> None:
    book = Workbook()
    book.worksheets[0].title = " 花名册 "
    sheet = book.worksheets[0]
    sheet.append(("示例县 2026 年度学法人员花名册",))
    sheet.merge_cells("A1:J1")
    sheet.append(())
    sheet.append(
        ("姓 名*", "单位编码", "层次（必填）", "账号类别", "职级", "手机号码", "qq", "学法帐号", "排序", "可不参加原因")
    )
    sheet.append(("示例甲", "SL01", "国家机关 工作人员", None, None, None, None, None, None, "长期病假"))

    roster, faults = read(saved(book))

    person = PersonRow(row=4, unit="SL01", name="示例甲", tier=AGENCY, exemption="sick_leave")
    assert (roster, faults) == (Roster(people=(person,)), [])


def test_empty_rows_and_rows_numbered_ahead_are_skipped() -> None:
    people, faults = read_people((), (None,) * 8 + (1,), ("", " ", ""), ("SL01", "示例甲", "", "领导干部"))

    assert (people, faults) == ((PersonRow(row=5, unit="SL01", name="示例甲", tier=LEADING),), [])


def test_extra_sheets_and_columns_are_only_noted() -> None:
    book = load_workbook(filled(("SL01", "示例甲", "", "领导干部", *[""] * 6, "新来"), header=(*HEADER, "备注")))
    book.create_sheet("Sheet1", 0)

    roster, faults = read(saved(book))

    assert roster.people == (PersonRow(row=2, unit="SL01", name="示例甲", tier=LEADING),)
    assert faults == [
        Fault(sheet="Sheet1", cell="", message="工作表“Sheet1”不在模板中，没有读取。", is_note=True),
        Fault(sheet="花名册", cell="K1", message="“备注”列不在模板中，没有读取。", is_note=True),
    ]
    assert not has_errors(faults)


def test_every_fault_of_every_row_is_told_at_once() -> None:
    roster, faults = read(
        filled(
            ("SL9", "", "管理员", "领导干邵", "科" * 61, "1380000", "12a", "SL-1", "第一", "退休"),
            ("SL01", "示例3", "", ""),
            ("SL01", "示" * 31, "", "领导干部"),
            ("SL01", "#REF!", "", "领导干部"),
            units=[("A-1", "", "B2", "", "x"), ("A2", "示例局", "A2")],
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
        ("单位", "B2", "单位名称空着，请填写。"),
        ("单位", "C2", "没有代码为“B2”的单位。请核对单位代码，或在“单位”表中加上该单位。"),
        ("单位", "E2", "序号“x”不正确：应为不超过 6 位的整数。请改正；不需要排序的可以空着。"),
        ("单位", "C3", "上级单位代码不能是本单位的代码“A2”，请改正。"),
        ("花名册", "A2", "没有代码为“SL9”的单位。请核对单位代码，或在“单位”表中加上该单位。"),
        ("花名册", "B2", "姓名空着，请填写。"),
        ("花名册", "C2", "没有“管理员”这一人员类别。是不是“单位管理员”？请填写“学员”、“单位管理员”之一。"),
        ("花名册", "D2", "没有“领导干邵”这一人员层次。是不是“领导干部”？请填写“领导干部”、“国家机关工作人员”之一。"),
        ("花名册", "E2", "职务级别超过 60 个字，请缩短。"),
        ("花名册", "F2", "手机号“1380000”不正确：应为 11 位数字，以 1 开头。请改正；没有的可以空着。"),
        ("花名册", "G2", "QQ号“12a”不正确：应为 5 至 12 位数字。请改正；没有的可以空着。"),
        ("花名册", "H2", "学法账号“SL-1”不正确：只能用字母和数字，最长 30 位。请改正；新增人员请空着。"),
        ("花名册", "I2", "序号“第一”不正确：应为不超过 6 位的整数。请改正；不需要排序的可以空着。"),
        ("花名册", "J2", "没有“退休”这一可不参加情形。请填写“工勤人员”、“长期病假”之一。"),
        ("花名册", "B3", "姓名“示例3”中有数字，请改正；同名的人员不必编号，填写手机号即可区分。"),
        ("花名册", "D3", "人员层次空着。请填写“领导干部”、“国家机关工作人员”之一。"),
        ("花名册", "B4", f"姓名“{'示' * 30}…”超过 30 个字，请核对；一行只能填写一人。"),
        ("花名册", "B5", "单元格中是公式错误“#REF!”，请改填文字。"),
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
    assert read_people(("SL01", name, "", "领导干部")) == ((), [("B2", message)])


def test_name_with_a_character_that_the_fonts_lack_is_read_with_a_note() -> None:
    roster, faults = read(filled(("SL01", "示𠄎", "", "领导干部")))

    assert [person.name for person in roster.people] == ["示𠄎"]
    why = "姓名中的“𠄎”（U+2010E）在自带的证书字库里没有，打印证书前须由系统管理员加装字体；请核对写法。"
    assert faults == [Fault(sheet="花名册", cell="B2", message=why, is_note=True)]


def test_doubles_name_both_rows_across_all_login_names() -> None:
    people, faults = read_people(
        ("SL01", "示例甲", "", "领导干部", "", "13800000000", "10001", "SL010001"),
        ("SL01", "示例乙", "", "领导干部", "", "13800000001", "13800000000", "sl010001"),
    )

    assert [person.name for person in people] == ["示例甲"]
    assert faults == [
        ("G3", "QQ号“13800000000”与第 2 行的手机号重复，每人的必须不同，请改正。"),
        ("H3", "学法账号“sl010001”与第 2 行的学法账号重复，每人的必须不同，请改正。"),
    ]


def test_double_unit_codes_name_both_rows() -> None:
    roster, faults = read(filled(units=[("A1", "示例局"), ("A2", "示例二局"), ("Ａ１", "示例三局")]))

    assert [unit.name for unit in roster.units] == ["示例局", "示例二局"]
    [double, _] = faults
    assert double == Fault(sheet="单位", cell="A4", message="单位代码“A1”与第 2 行重复，请删去一行或改正。")


def test_units_of_the_same_file_and_known_ones_may_be_named() -> None:
    source = filled(
        ("A1", "示例甲", "", "领导干部"), ("SL01", "示例乙", "", "领导干部"), units=[("A1", "示例局", "SL01")]
    )

    roster, faults = read(source)

    assert ([person.unit for person in roster.people], faults) == (["A1", "SL01"], [])


def test_unit_codes_are_not_checked_without_known_units() -> None:
    roster, faults = read(filled(("SL77", "示例甲", "", "领导干部")), known=None)

    assert ([person.unit for person in roster.people], faults) == (["SL77"], [])


def test_formulas_count_by_the_value_that_was_cached() -> None:
    row = (
        '<row r="3"><c r="A3" t="str"><f>A2</f><v>SL01</v></c><c r="B3" t="str"><f>"示例"&amp;"乙"</f><v>示例乙</v></c>'
        '<c r="D3" t="str"><v>领导干部</v></c></row>'
    )

    roster, faults = read(
        with_part(
            filled(("SL01", "示例甲", "", "领导干部")),
            PEOPLE_PART,
            lambda xml: xml.replace("</sheetData>", f"{row}</sheetData>"),
        )
    )

    assert ([person.name for person in roster.people], faults) == (["示例甲", "示例乙"], [])


def test_formulas_without_a_value_are_called_formulas() -> None:
    source = filled(
        ("SL01", "示例甲", "", "领导干部", "", "=F9"), ("SL01", '=B2&"乙"', "", "领导干部", "", "=F9"), units=()
    )

    roster, faults = read(source)

    why = "单元格中是公式，还没有算出结果。请改填文字，或用 Excel、WPS 打开后保存，再重新上传。"
    assert roster == Roster()
    assert [(fault.cell, fault.message) for fault in faults] == [("F2", why), ("B3", why), ("F3", why)]


def test_missing_columns_are_named_with_the_nearest_header() -> None:
    header = tuple("手机号吗" if label == "手机号" else label for label in HEADER if label != "QQ号")

    roster, faults = read(filled(("SL01", "示例甲", "", "领导干部"), header=header))

    assert roster == Roster()
    assert [(fault.cell, fault.message, fault.is_note) for fault in faults] == [
        (
            "A1",
            (
                "第 1 行表头中缺少“手机号”、“QQ号”列（手机号：是不是“手机号吗”？）。"
                "请补上（内容可以空着），或使用下载的模板。"
            ),
            False,
        ),
        ("F1", "“手机号吗”列不在模板中，没有读取。", True),
    ]


def test_a_column_that_stands_twice_is_refused() -> None:
    roster, faults = read(filled(("SL01", "示例甲", "", "领导干部"), header=(*HEADER, "手机")))

    assert roster == Roster()
    assert faults == [Fault(sheet="花名册", cell="K1", message="“手机号”列出现了两次（另一列是 F 列），请只保留一列。")]


def test_without_the_sheet_of_people_the_nearest_is_named() -> None:
    book = Workbook()
    book.worksheets[0].title = "人员花名册"

    roster, faults = read(saved(book))

    assert roster == Roster()
    assert [(fault.message, fault.is_note) for fault in faults] == [
        ("工作表“人员花名册”不在模板中，没有读取。", True),
        ("文件中没有工作表“花名册”。是不是“人员花名册”？请用下载的模板填写，不要改动工作表名称。", False),
    ]


def test_checking_ends_where_nobody_would_read_more_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_FAULTS", 2)
    wrong = ("SL77", "示例甲", "", "领导干部")

    _, faults = read_people(wrong, wrong, wrong, wrong)

    assert faults[1:] == [
        ("A3", faults[0][1]),
        ("A4", "问题已有 2 处，第 4 行起没有再检查。请先改好前面的，再重新上传。"),
    ]


@pytest.mark.parametrize(("column", "cell"), [(11, "K1"), (26, "Z1"), (27, "AA1"), (40, "AN1")])
def test_column_is_named_as_a_spreadsheet_names_it(column: int, cell: str) -> None:
    header = (*HEADER, *[""] * (column - len(HEADER) - 1), "备注")

    _, faults = read(filled(("SL01", "示例甲", "", "领导干部"), header=header))

    assert [fault.cell for fault in faults] == [cell]


def test_a_false_extent_and_a_cell_far_right_do_no_harm() -> None:
    def widen(xml: str) -> str:
        far = '<row r="3"><c r="XFD3" t="n"><v>1</v></c></row></sheetData>'
        return xml.replace('ref="A1:J2"', 'ref="A1:A1"').replace("</sheetData>", far)

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
