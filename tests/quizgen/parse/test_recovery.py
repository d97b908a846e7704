"""One slip hides nothing else: what is told of it, and that everything around it is read as before."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quizgen.diagnostics import Span
from quizgen.model import Item, ItemId
from quizgen.parse.bank import bank_items, parse_bank
from quizgen.parse.programme import parse_programme
from quizgen.parse.register import parse_register
from quizgen.parse.source.blocks import read_bank
from quizgen.parse.source.text import decode
from tests.quizgen_content import ITEM, PROGRAMME, REGISTER, places

ITEMS = 4
HEAD = "lesson: xianfa-01\nitems:\n"


def item(number: int) -> str:
    return ITEM.replace("-001", f"-{number:03}")


GOOD = HEAD + "\n".join(item(number) for number in range(1, ITEMS + 1))
"""The second of four items takes the lines 16 to 27."""
SECOND = range(15, 27)
"""Its lines, from 0."""


def slipped(old: str, new: str) -> str:
    """The bank with a slip in its second item."""
    before, second, after = GOOD.partition(item(2))
    assert old in second
    return before + second.replace(old, new, 1) + after


def ids(items: list[Item]) -> list[str]:
    return [item.id[-3:] for item in items]


ALL = ["001", "002", "003", "004"]


@pytest.mark.parametrize(
    ("old", "new", "told", "message"),
    [
        ("  - id", "    id", ("Q015", 16, 5), "这里像是另一道试题的开头，前面少了“- ”"),
        ("  - id", "  id", ("Q015", 16, 3), "这里像是另一道试题的开头，前面少了“- ”"),
        ("  - id", "  -id", ("Q015", 16, 3), "“-”的后面少了空格"),
        ("  - id", "  － id", ("Q015", 16, 3), "试题开头的“－”不是英文减号"),
        ("  - id", "  * id", ("Q015", 16, 3), "试题开头的“*”不是英文减号"),
        ("  - id", "   - id", ("Q005", 16, 4), "这道试题的缩进没有与其他试题对齐"),
        ("id: ", "id：", ("Q005", 16, 5), "字段名后面的冒号不是英文半角"),
        ("stem: ", "stem：", ("Q005", 18, 5), "字段名后面的冒号不是英文半角"),
        ("options:", "options：", ("Q005", 19, 5), "字段名后面的冒号不是英文半角"),
        ("A: ", "A：", ("Q005", 20, 7), "字段名后面的冒号不是英文半角"),
        ("key: ", "key:", ("Q005", 22, 5), "字段名的冒号后面少了空格"),
        ("type: ", "type ", ("Q005", 17, 5), "字段名后少了英文冒号"),
        ("    stem", "\tstem", ("Q004", 18, 1), "缩进用了制表符（Tab）"),
        ("    stem", "　　stem", ("Q004", 18, 1), "缩进用了全角空格或网页上的空格"),
        ("    stem", "\xa0\xa0\xa0\xa0stem", ("Q004", 18, 1), "缩进用了全角空格或网页上的空格"),
        ("    stem", "   stem", ("Q005", 18, 4), "缩进没有与上下的字段对齐"),
        ("    stem", "     stem", ("Q005", 18, 6), "缩进没有与上下的字段对齐"),
        ("      A:", "    A:", ("Q005", 20, 5), "缩进没有与上下的字段对齐"),
        ("      B:", "     B:", ("Q005", 21, 6), "缩进没有与上下的字段对齐"),
        ("    key", "     key", ("Q005", 22, 6), "缩进没有与上下的字段对齐"),
        ("stem: ", 'stem: "', ("Q005", 18, 11), "引号没有配对"),
        ("rationale: ", "rationale: '", ("Q005", 23, 16), "引号没有配对"),
        ("[xianfa:2]", "[xianfa:2", ("Q005", 24, 12), "括号没有配对，或中间少了英文逗号"),
        ("stem: ", "stem: @", ("Q005", 18, 11), "内容不能以这个字符开头"),
        ("国家的", "国家: 的", ("Q005", 18, 13), "这里不能有“: ”"),
        (
            "stem: 国家的",
            "stem: “国家: 的",
            ("Q005", 18, 11),
            "中文引号（“）不能代替英文引号，这段文字里的“: ”仍然不能有",
        ),
        ("    key: B\n", "    key: B\n%YAML 1.1\n", ("Q011", 23, 1), "不支持YAML指令（%开头的行）"),
        ("    key: B\n", "    key: B\n题号\t题干\t答案\n", ("Q017", 23, 1), "这一行像是从电子表格粘贴来的，没有读取"),
        ("    key: B\n", "    key: B\n1\t甲\tA\n2\t乙\tB\n", ("Q017", 23, 1), "这2行像是从电子表格粘贴来的，没有读取"),
        ("    key: B\n", "    key: B\n3,single,甲,乙,B\n", ("Q017", 23, 1), "这一行像是从CSV文件粘贴来的，没有读取"),
        (
            "    key: B\n",
            '    key: B\n题号,题型,题干,答案\n3,single,"甲",B\n',
            ("Q017", 23, 1),
            "这2行像是从CSV文件粘贴来的，没有读取",
        ),
        (
            "    key: B\n",
            "    key: B\n    | 3 | 甲 | B |\n",
            ("Q017", 23, 1),
            "这一行像是从Markdown表格粘贴来的，没有读取",
        ),
        (
            "    key: B\n",
            "    key: B\n| 题号 | 题干 | 答案 |\n| --- | --- | --- |\n| 3 | 甲 | B |\n",
            ("Q017", 23, 1),
            "这3行像是从Markdown表格粘贴来的，没有读取",
        ),
    ],
)
def test_slip_is_the_only_fault_and_names_its_item(
    old: str, new: str, told: tuple[str, int, int], message: str
) -> None:
    items, found = parse_bank(slipped(old, new), "a.yml")

    assert (ids(items), places(found)) == (ALL, [told])
    assert (found[0].message, found[0].item) == (message, "xianfa-01-002")
    assert found[0].hint


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("    type: single\n", "    type: single\n    type: single\n", [("Q006", 18, 5)]),  # one field written twice
        ("  - id: xianfa-01-002\n", "  - id: xianfa-01-002\n    id: xianfa-01-009\n", [("Q006", 17, 5)]),
        ("stem: 国", "stem: |\n      　　国", []),  # wide spaces at the beginning of a paragraph
        ("stem: 国家", "stem: 甲\t国家", []),  # one tab in a text
        ("stem: 国家", "stem: “国家”", []),  # typographic marks in a text
        ("权力属于", "权力#属于", []),  # no space before the mark
        ("stem: 国家的一切", 'stem: "国家 #1 的一切', [("Q005", 18, 11)]),  # a quotation that is not closed
        ("rationale: 《", "rationale: 见http://a.cn：《", []),
        ("[xianfa:2]", "[xianfa:2,\n      xianfa:3,xianfa:4,xianfa:5,xianfa:6]", []),  # a list that goes on
        ("国家的", "甲,乙,丙,丁: 的", [("Q005", 18, 18)]),  # commas in a text
        ("stem: 国家", "stem: |\n      | 甲 | 乙 | 丙 |\n      国家", []),  # a table within a text
    ],
)
def test_near_misses_of_slips_are_something_else(old: str, new: str, expected: list[tuple[str, int, int]]) -> None:
    items, found = parse_bank(slipped(old, new), "a.yml")

    assert (ids(items), places(found)) == (ALL, expected)


@pytest.mark.parametrize("line", ["---", "..."])
def test_line_that_parts_the_file_is_told_once(line: str) -> None:
    items, found = parse_bank(slipped("    key: B\n", f"    key: B\n{line}\n"), "a.yml")

    assert (ids(items), places(found)) == (ALL, [("Q007", 23, 1)])
    assert parse_bank(f"---\n{GOOD}...\n", "a.yml")[1] == []


def test_item_whose_first_line_is_lost_is_told_once() -> None:
    items, found = parse_bank(slipped("  - id: xianfa-01-002\n", ""), "a.yml")

    assert (ids(items), places(found)) == (["001", "003", "004"], [("Q015", 16, 5)])
    assert "不要删去" in found[0].hint


def test_text_cut_by_a_comment_is_told_in_its_item() -> None:
    _, found = parse_bank(slipped("stem: 国家的一切", "stem: 根据 #3 号文件，国家的一切"), "a.yml")

    assert [(fault.code, fault.item) for fault in found] == [("Q016", "xianfa-01-002"), ("Q110", "xianfa-01-002")]
    assert found[0].message == "“ #”后面成了注释，没有读进来：“#3 号文件，国家的一切权力属于（ ）。”"


def test_option_cut_by_a_comment_and_a_text_that_is_all_comment_are_told() -> None:
    _, option = parse_bank(slipped("A: 公民", "A: 公 #民"), "a.yml")
    _, stem = parse_bank(slipped("stem: ", "stem: #"), "a.yml")

    assert places(option) == [("Q016", 20, 10)]
    assert (places(stem), stem[0].hint[:4]) == ([("Q023", 18, 10)], "空格后面")


def test_comment_behind_a_word_is_no_fault() -> None:
    _, found = parse_bank(slipped("key: B", "key: B # 已核对"), "a.yml")

    assert found == []


@pytest.mark.parametrize("field", ["type: single", "key: B", "reviewed: 2026-11-23", "status: 启用"])
def test_word_in_typographic_marks_is_told_to_lose_them(field: str) -> None:
    name, _, word = field.partition(": ")

    _, found = parse_bank(slipped(field, f"{name}: “{word}”"), "a.yml")

    assert len(found) == 1
    assert found[0].hint.startswith("请去掉中文引号")


@pytest.mark.parametrize(
    ("colon", "begins"), [("：", "冒号请用英文半角"), (":", "冒号请用英文半角"), (" ", "请对照格式")]
)
def test_options_that_read_as_one_text_are_told_why(colon: str, begins: str) -> None:
    _, found = parse_bank(slipped("A: 公民\n      B: 人民", f"A{colon}公民\n      B{colon}人民"), "a.yml")

    assert places(found) == [("Q022", 20, 7)]
    assert found[0].hint.startswith(begins)


def test_fields_behind_a_line_put_right_are_read_with_their_own_places() -> None:
    text = slipped("  - id: xianfa-01-002\n    type: single", "  id: xianfa-01-002\n    type：single").replace(
        "    key: B\n", "\tkey: C\n", 1
    )

    items, found = parse_bank(text, "a.yml")

    assert ids(items) == ALL
    assert places(found) == [("Q004", 9, 1), ("Q015", 16, 3), ("Q005", 17, 5), ("Q104", 9, 7)]
    assert items[1].places["type"] == Span(path="a.yml", line=17, column=10, length=6)
    assert items[1].where == Span(path="a.yml", line=16, column=7, length=13)


def test_file_without_its_first_lines_is_read_on() -> None:
    items, found = parse_bank(GOOD.replace("items:\n", ""), "a.yml")
    others, wide = parse_bank(GOOD.replace("lesson: ", "lesson："), "a.yml")

    assert (ids(items), places(found)) == (ALL, [("Q021", 2, 1)])
    assert (ids(others), places(wide)) == (ALL, [("Q005", 1, 1)])


def test_aliases_reach_over_slips_and_those_of_what_is_lost_are_not_told() -> None:
    shared = GOOD.replace("[xianfa:2]", "&law [xianfa:2]", 1).replace("cites: [xianfa:2]", "cites: *law")

    items, found = parse_bank(shared.replace("key: B", "key：B", 1), "a.yml")
    _, lost = parse_bank(shared.replace("&law [xianfa:2]", "&law [xianfa:2"), "a.yml")

    assert ([str(item.cites[0]) for item in items], places(found)) == (["xianfa:2"] * 4, [("Q005", 9, 5)])
    assert places(lost) == [("Q005", 11, 17)]


def test_nodes_of_another_reader_make_the_same_items() -> None:
    root, _ = read_bank(GOOD, "a.yml")

    assert bank_items(root) == parse_bank(GOOD, "a.yml")


SLIPS = [
    "", "  - id: xianfa-01-009", "    id: xianfa-01-009", "stem: x", "\tstem: x", "    - a", "  }", "]", "'",
    '"', '  "', '    stem: "abc', "    stem: 'x", "|", "    a: |", "    a: >", "---", "...", "%TAG x",
    "    ? x", "    : y", "  - ", "-", "    key：B", "#", "  # x", "&a", "*a", "    key: *a",
    "    stem: &a x", "[", "{", "    x: [1,", "    x: {a: 1", "甲乙", "\u3000\u3000甲", "a\tb\tc\td", "    @",
    "`x", "!!int 3", "  !x", "      A: 1", "       A: 1", "    options:", "? ", "- - -", "  - - x", "<<: *x",
    "    rationale: |", "\\", '    "id": x', '    "a\\', "  - id: [", "  - id: {", "  - |", "  - >",
    '  - "x', "  - 'x", "  id", "\u3000- id: a", "\ufeff", "items: []", "lesson: x", "items: |", 'lesson: "',
]  # fmt: skip
CHARS = "'\"[]{}:#-|>&*!%@`, \t：？\u3000,\\~0\u200b"


@st.composite
def edited(draw: st.DrawFn) -> list[str]:
    """The bank's lines with one line of the second item edited."""
    lines = GOOD.split("\n")
    number = draw(st.sampled_from(SECOND))
    line = lines[number]
    at = draw(st.integers(0, len(line)))
    kind = draw(st.sampled_from(["lose", "replace", "insert", "type", "rub"]))
    if kind == "lose":
        del lines[number]
    elif kind == "insert":
        lines.insert(number, draw(st.sampled_from(SLIPS) | st.text(alphabet=CHARS + "ab ", max_size=12)))
    else:
        typed = {"type": line[:at] + draw(st.sampled_from(CHARS)) + line[at:], "rub": line[:at] + line[at + 1 :]}
        lines[number] = typed.get(kind) or draw(st.sampled_from(SLIPS))
    return lines


@given(edited())
def test_one_edited_line_leaves_all_other_items_and_a_fault_elsewhere(lines: list[str]) -> None:
    text, _ = decode("\n".join(lines).encode(), "a.yml")
    head, _, last = text.rpartition("key: B")

    items, found = parse_bank(f"{head}key: C{last}", "a.yml")

    others = {item.id: item for item in items if item.id != "xianfa-01-002"}
    first, third = (others[ItemId(f"xianfa-01-{number}")] for number in ("001", "003"))
    assert [first, third] == SOUND
    assert first.places == SOUND[0].places
    assert third.where.line == SOUND[1].where.line + len(text.split("\n")) - len(GOOD.split("\n"))
    assert "xianfa-01-004" in others
    assert [fault.code for fault in found if fault.item == "xianfa-01-004"] == ["Q104"]


SOUND = [item for item in parse_bank(GOOD, "a.yml")[0] if item.id[-3:] in {"001", "003"}]


@given(st.lists(st.sampled_from(SLIPS), max_size=12))
@example(["items:", "- id: x", "  type"])
@example(["items:", " id: x", " id: x", '"'])
def test_any_lines_are_read_or_told(lines: list[str]) -> None:
    text, _ = decode("\n".join(lines).encode(), "a.yml")

    items, found = parse_bank(text, "a.yml")

    assert items or found
    assert all(fault.span.line >= 1 and fault.span.column >= 1 for fault in found)


def test_every_slip_of_a_programme_is_told_in_one_run() -> None:
    text = PROGRAMME.replace("required_hours: ", "required_hours：").replace("points: 2", "points: [2")
    text = text.replace("pass_mark: 1", "pass_mark: one")

    programme, found = parse_programme(text, "a.yml")

    assert programme is not None
    assert [fault.code for fault in found] == ["Q005", "Q005", "Q025"]
    assert programme.required_hours == 1


@pytest.mark.parametrize("stray", ["\\", "甲乙", "[", "'", '"', "---", "!!int 3", "*a", "    @", "x\ty\tz"])
def test_stray_line_hides_nothing_below_it(stray: str) -> None:
    text = PROGRAMME.replace("blueprints:\n", f"blueprints:\n{stray}\n").replace("pass_mark: 1", "pass_mark: one")

    programme, found = parse_programme(text, "a.yml")

    assert programme is not None
    assert [(fault.code, fault.span.line) for fault in found if fault.span.line != 12] == [("Q025", 23)]
    assert [fault.span.line for fault in found].count(12) == 1


def test_every_slip_of_the_register_is_told_in_one_run() -> None:
    text = REGISTER.replace("title: ", "title：") + REGISTER.replace("statutes:\n", "").replace(
        "xianfa", "minfa"
    ).replace("effective: 2018-03-11", "effective: '2018-03-11")

    register, found = parse_register(text, "a.yml")

    assert [fault.code for fault in found] == ["Q005", "Q005"]
    assert {id: statute.effective for id, statute in register.statutes.items()} == dict.fromkeys(
        ("xianfa", "minfa"), date(2018, 3, 11)
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("题".encode("utf-16"), "是记事本所说的“Unicode”（UTF-16）"),
        (b"PK\x03\x04\x14\x00\xff", "这是Word或Excel的文件"),
        ("题".encode("gbk"), "从这里起无法读取（字节0xCC）"),
    ],
)
def test_file_of_another_kind_is_told_as_what_it_is(data: bytes, words: str) -> None:
    _, (fault,) = decode(data, "a.yml")

    assert fault.code == "Q002"
    assert words in fault.message
