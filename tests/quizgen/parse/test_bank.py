"""Item banks: a sound item in full, and each fault at its place."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizgen.diagnostics import Severity, Span
from quizgen.model import Cite, Difficulty, Item, ItemId, ItemType, LessonId, Letter, Status, TierId
from quizgen.parse.bank import parse_bank
from quizgen.parse.source.text import decode
from tests.quizgen_content import BANK, ITEM, places


def test_item_is_read_in_full() -> None:
    text = BANK + "    tiers: [agency]\n    enemies: [xianfa-01-002]\n"

    items, found = parse_bank(text, "bank.yml")

    assert found == []
    assert items == [
        Item(
            id=ItemId("xianfa-01-001"),
            type=ItemType.SINGLE,
            lesson=LessonId("xianfa-01"),
            stem="国家的一切权力属于（　　）。",
            options={Letter("A"): "公民", Letter("B"): "人民"},
            key=frozenset({Letter("B")}),
            rationale="《宪法》第二条第一款规定了这一点。",
            cites=(Cite(source="xianfa", article="2"),),
            difficulty=Difficulty.EASY,
            status=Status.ACTIVE,
            reviewed=date(2026, 11, 23),
            tiers=frozenset({TierId("agency")}),
            enemies=frozenset({ItemId("xianfa-01-002")}),
        )
    ]


def test_item_knows_the_places_of_its_fields() -> None:
    (item,), _ = parse_bank(BANK + "    enemies: [xianfa-01-002]\n", "bank.yml")

    assert item.where == Span(path="bank.yml", line=3, column=9, length=13)
    assert item.places["options.B"] == Span(path="bank.yml", line=8, column=10, length=2)
    assert item.places["enemies.xianfa-01-002"] == Span(path="bank.yml", line=15, column=15, length=13)
    assert item.cites[0].span == Span(path="bank.yml", line=11, column=13, length=8)
    assert set(item.places) == {
        "id", "type", "stem", "options", "options.A", "options.B", "key", "rationale", "cites", "difficulty", "status",
        "reviewed", "enemies", "enemies.xianfa-01-002",
    }  # fmt: skip


@pytest.mark.parametrize("nothing", ["", " ~", " null", ' ""', " NULL"])
@pytest.mark.parametrize("field", ["stem", "rationale", "options", "cites", "reviewed", "key", "id", "type"])
def test_field_without_content_is_told_as_empty(field: str, nothing: str) -> None:
    text = re.sub(rf"(?m)^((?:  - |    ){field}:).*(?:\n      .*)*", rf"\1{nothing}", BANK)

    _, found = parse_bank(text, "bank.yml")

    assert [fault.code for fault in found] == ["Q023"]


def test_quoted_null_is_text() -> None:
    (item,), found = parse_bank(BANK.replace("A: 公民", 'A: "null"'), "bank.yml")

    assert (item.options[Letter("A")], found) == ("null", [])


def test_misspelt_lesson_of_the_file_is_told_once_at_its_head() -> None:
    text = (BANK + ITEM.replace("-001", "-002")).replace("lesson: xianfa-01", "lesson: xianfaa-01")

    _, (fault,) = parse_bank(text, "bank.yml")

    assert (fault.code, fault.span.line, fault.span.column) == ("Q102", 1, 9)
    assert fault.message == "本文件的课程写作“xianfaa-01”，试题编号却都属于“xianfa-01”"
    assert fault.hint == "是否应为“xianfa-01”？不是的话，请改各题的编号"


def test_item_of_another_lesson_is_told_at_its_id() -> None:
    text = BANK + ITEM.replace("xianfa-01-001", "xianfa-02-002")

    _, (fault,) = parse_bank(text, "bank.yml")

    assert (fault.code, fault.span.line, fault.hint) == ("Q102", 15, "请改成“xianfa-01-002”，或移到相应课程的文件")


@pytest.mark.parametrize("written", ["B", "[B]", '"B"'])
def test_pinned_options_are_read_as_a_key_is(written: str) -> None:
    (item,), found = parse_bank(BANK.replace("    key: B", f"    key: B\n    pinned: {written}"), "bank.yml")

    assert (set(item.pinned), found) == ({"B"}, [])


def test_pinned_letter_that_is_no_option_is_told() -> None:
    (item,), (fault,) = parse_bank(BANK.replace("    key: B", "    key: B\n    pinned: BX"), "bank.yml")

    assert (fault.code, fault.message, fault.span.column) == ("Q113", "“pinned”里的“X”不在选项之中", 14)
    assert item.pinned == frozenset()


def test_judgement_pins_nothing() -> None:
    judged = BANK.replace("type: single", "type: judgement").replace("key: B", "key: 正确\n    pinned: T")
    judged = judged.replace("属于（", "属于人民（")
    text = re.sub(r"    options:\n(?:      .*\n)+", "", judged)

    (item,), found = parse_bank(text, "bank.yml")

    assert [(fault.code, fault.message) for fault in found] == [("Q113", "判断题的选项不打乱次序，不写“pinned”")]
    assert item.pinned == frozenset()


def test_options_at_the_wrong_depth_are_told_to_be_indented() -> None:
    _, found = parse_bank(BANK.replace("      A:", "    A:").replace("      B:", "    B:"), "bank.yml")

    assert [fault.code for fault in found] == ["Q020", "Q020", "Q023"]
    assert {fault.hint for fault in found[:2]} == {"选项写在“options:”下面，请比它多缩进两格"}


def test_field_among_the_options_is_told_to_be_outdented() -> None:
    _, found = parse_bank(BANK.replace("    key: B", "      key: B"), "bank.yml")

    assert [(fault.code, fault.hint) for fault in found] == [
        ("Q021", "请补上“key: …”"),
        ("Q103", "“key”是试题的字段，请减少缩进，与“options”对齐"),
    ]


@pytest.mark.parametrize("key", ["ABD", "[A, B, D]", "A B D", "'ABD'", "DBA"])
def test_multiple_key_is_written_as_word_or_list(key: str) -> None:
    (item,), found = parse_bank(multiple(key), "bank.yml")

    assert found == []
    assert item.key == {"A", "B", "D"}


def test_all_options_of_a_multiple_may_be_right() -> None:
    (item,), found = parse_bank(multiple("ABCD"), "bank.yml")

    assert (found, item.key) == ([], frozenset("ABCD"))


def multiple(key: str) -> str:
    return (
        BANK.replace("type: single", "type: multiple")
        .replace("      B: 人民\n", "      B: 人民\n      C: 法人\n      D: 组织\n")
        .replace("key: B", f"key: {key}")
    )


@pytest.mark.parametrize(("key", "letter"), [("正确", "T"), ("错误", "F")])
def test_judgement_has_two_given_options(key: str, letter: str) -> None:
    (item,), found = parse_bank(judgement(key), "bank.yml")

    assert found == []
    assert item.options == {"T": "正确", "F": "错误"}
    assert item.key == {letter}


def judgement(key: str) -> str:
    without_options = BANK.replace("    options:\n      A: 公民\n      B: 人民\n", "").replace("属于（", "属于人民（")
    return without_options.replace("type: single", "type: judgement").replace("key: B", f"key: {key}")


def test_cites_name_articles_and_documents() -> None:
    text = BANK.replace("[xianfa:2]", "[xingfa:17-1, doc:ershida-baogao]")

    (item,), found = parse_bank(text, "bank.yml")

    assert found == []
    assert [str(cite) for cite in item.cites] == ["xingfa:17-1", "doc:ershida-baogao"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("lesson: xianfa-01\n", "", [("Q021", 1, 1)]),
        ("lesson: xianfa-01", "lesson: 宪法", [("Q028", 1, 9)]),
        ("xianfa-01-001", "xianfa-01-1", [("Q101", 3, 9)]),
        ("xianfa-01-001", "XIANFA-01-001", [("Q101", 3, 9)]),
        ("xianfa-01-001", "xianfa-02-001", [("Q102", 3, 9)]),
        ("single", "judgment", [("Q026", 4, 11)]),
        ("      B: 人民\n", "      b: 人民\n", [("Q103", 8, 7), ("Q104", 9, 10)]),
        ("      B: 人民\n", "      C: 人民\n", [("Q103", 8, 7), ("Q104", 9, 10)]),
        ("      B: 人民\n", "      B: ''\n", [("Q023", 8, 10)]),
        ("      B: 人民\n", "      B: 公 民。\n", [("Q109", 8, 10)]),
        ("      A: 公民\n", "", [("Q103", 7, 7), ("Q108", 7, 7)]),
        ("    options:\n      A: 公民\n      B: 人民\n", "", [("Q021", 3, 9)]),
        ("    options:\n      A: 公民\n      B: 人民\n", "    options: 公民、人民\n", [("Q022", 6, 14)]),
        ("key: B", "key: b", [("Q104", 9, 10)]),
        ("key: B", "key: 'ABC'", [("Q104", 9, 13)]),
        ("key: B", "key: AB", [("Q105", 9, 10)]),
        ("key: B", "key: BB", [("Q105", 9, 10)]),
        ("key: B", "key: []", [("Q023", 9, 10)]),
        ("key: B", "key: [B, '']", [("Q023", 9, 14)]),
        ("key: B", "key: {B: A}", [("Q022", 9, 10)]),
        ("    key: B\n", "", [("Q021", 3, 5)]),
        ("属于（　　）", "属于人民", [("Q110", 5, 11)]),
        ("[xianfa:2]", "[]", [("Q023", 11, 12)]),
        ("[xianfa:2]", "xianfa:2", [("Q022", 11, 12)]),
        ("[xianfa:2]", "{xianfa: 2}", [("Q022", 11, 12)]),
        ("[xianfa:2]", "[[xianfa:2]]", [("Q022", 11, 13)]),
        ("[xianfa:2]", "[xianfa：2, xianfa:0, 'xianfa: 3']", [("Q111", 11, c) for c in (13, 23, 33)]),
        ("[xianfa:2]", "[xianfa:2, xianfa:2]", [("Q027", 11, 23)]),
        ("easy", "难", [("Q026", 12, 17)]),
        ("启用", "启用中", [("Q026", 13, 13)]),
        ("2026-11-23", "2026-13-01", [("Q024", 14, 15)]),
        ("2026-11-23", "20261123", [("Q024", 14, 15)]),
        ("2026-11-23", "[2026]", [("Q022", 14, 15)]),
        ("reviewed", "reviewd", [("Q020", 14, 5)]),
        ("reviewed: 2026-11-23", "reviewd: 昨天", [("Q020", 14, 5), ("Q024", 14, 14)]),
        ("items:\n" + ITEM, "items: 无\n", [("Q022", 2, 8)]),
        ("items:\n" + ITEM, "items: [无]\n", [("Q022", 2, 9)]),
        (BANK, "- 列表\n", [("Q022", 1, 1)]),
    ],
)
def test_fault_is_placed(old: str, new: str, expected: list[tuple[str, int, int]]) -> None:
    assert old in BANK

    _, found = parse_bank(BANK.replace(old, new), "bank.yml")

    assert places(found) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (multiple("A"), "多选题至少要有两个正确答案"),
        (multiple("AAB"), "正确答案里有重复的字母"),
        (BANK.replace("key: B", "key: AB"), "单选题只能有一个正确答案"),
    ],
)
def test_key_has_as_many_letters_as_its_type_allows(text: str, message: str) -> None:
    _, found = parse_bank(text, "bank.yml")

    assert [(d.code, d.message) for d in found] == [("Q105", message)]


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("对", "是否应为“正确”？"),
        ("true", "是否应为“正确”？"),
        ("√", "是否应为“正确”？"),
        ("False", "是否应为“错误”？"),
        ("C", "判断题的正确答案只写“正确”或“错误”"),
    ],
)
def test_judgement_key_of_other_words_is_refused_with_a_hint(key: str, hint: str) -> None:
    (item,), found = parse_bank(judgement(key), "bank.yml")

    assert [(d.code, d.hint) for d in found] == [("Q106", hint)]
    assert item.key == frozenset()


def test_judgement_without_key_says_so_once() -> None:
    _, found = parse_bank(judgement("正确").replace("    key: 正确\n", ""), "bank.yml")

    assert places(found) == [("Q021", 3, 5)]


def test_judgement_with_options_is_refused() -> None:
    stated = BANK.replace("属于（", "属于人民（")

    _, found = parse_bank(stated.replace("single", "judgement").replace("key: B", "key: 正确"), "bank.yml")

    assert places(found) == [("Q107", 6, 5)]


def test_stem_without_blank_is_only_a_warning() -> None:
    _, found = parse_bank(BANK.replace("（　　）", "谁"), "bank.yml")

    assert [(d.code, d.severity) for d in found] == [("Q110", Severity.WARNING)]


@pytest.mark.parametrize(
    "stem",
    ["国家的一切权力属于", "下列说法错误的是：", "哪一机关解释宪法", "属于【 】", "属于＿＿＿。", "属于( )", "包括。"],
)
def test_stem_that_the_options_go_on_with_needs_no_blank(stem: str) -> None:
    _, found = parse_bank(BANK.replace("国家的一切权力属于（　　）。", stem), "bank.yml")

    assert found == []


@pytest.mark.parametrize("stem", ["国家的一切权力属于。", "中央人民政府是。", "解释宪法的机关为。"])
def test_stem_that_lost_its_blank_is_told(stem: str) -> None:
    _, found = parse_bank(BANK.replace("国家的一切权力属于（　　）。", stem), "bank.yml")

    assert [(d.code, d.message) for d in found] == [("Q110", "题干没有空位“（　　）”，也没有问号")]


@pytest.mark.parametrize(
    ("stem", "told"),
    [
        ("中央人民政府是。", True),
        ("一切权力属于（　　）", True),
        ("机关有权。（　　）", True),
        ("这是违法行为。（　　）", False),
        ("他取得了所有权。（　　）", False),
    ],
)
def test_judgement_that_ends_in_nothing_is_told(stem: str, told: bool) -> None:
    _, found = parse_bank(judgement("正确").replace("国家的一切权力属于人民（　　）。", stem), "bank.yml")

    assert [d.message for d in found] == ["题干像是没有写完"] * told


def test_judgement_is_a_statement_without_a_blank() -> None:
    without_options = re.sub(r"    options:\n.*\n.*\n", "", BANK.replace("（　　）", "人民"))

    _, found = parse_bank(without_options.replace("single", "judgement").replace("key: B", "key: 正确"), "bank.yml")

    assert found == []


def test_every_fault_of_an_item_shows_in_one_run() -> None:
    text = BANK.replace("easy", "eazy").replace("key: B", "key: C").replace("启用", "").replace("[xianfa:2]", "[2]")

    (item,), found = parse_bank(text, "bank.yml")

    assert places(found) == [("Q104", 9, 10), ("Q111", 11, 13), ("Q026", 12, 17), ("Q023", 13, 12)]
    assert (item.cites, item.difficulty, item.status) == ((), Difficulty.MEDIUM, Status.ACTIVE)


def test_item_without_id_is_left_out() -> None:
    items, found = parse_bank(BANK.replace("  - id: xianfa-01-001\n    type", "  - type"), "bank.yml")

    assert items == []
    assert places(found) == [("Q021", 3, 5)]


@given(st.binary(max_size=300) | st.builds(lambda a, b: (BANK[:a] + b + BANK[a:]).encode(), st.integers(0, len(BANK)),
       st.text(alphabet="[]{}*&:'\"\n -A#|甲", max_size=8)))  # fmt: skip
def test_any_text_gives_items_or_diagnostics(data: bytes) -> None:
    text, unreadable = decode(data, "bank.yml")

    items, found = parse_bank(text, "bank.yml")

    assert items or found or unreadable


def test_facility_and_waivers_are_read_with_their_places() -> None:
    bank = f"{BANK}    facility: 0.72\n    waive: {{Q110: 题干是法条原话}}\n"

    (item,), found = parse_bank(bank, "a.yml")

    assert found == []
    assert (item.facility, item.expected, dict(item.waivers)) == (0.72, 0.72, {"Q110": "题干是法条原话"})
    assert (item.places["waive.Q110"].line, item.places["waive.Q110"].column) == (16, 13)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("facility: 1", "Q025"),
        ("facility: 0", "Q025"),
        ("facility: 72%", "Q025"),
        ("waive: [Q110]", "Q022"),
        ("waive: {Q110: [甲]}", "Q022"),
        ("waive: {Q110: }", "Q023"),
        ("waive: {题干: 保留}", "Q112"),
    ],
)
def test_faulty_facility_or_waiver_is_named(line: str, code: str) -> None:
    _, found = parse_bank(f"{BANK}    {line}\n", "a.yml")

    assert [d.code for d in found] == [code]
