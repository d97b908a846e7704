"""Items of one bank do not answer each other."""

from __future__ import annotations

from dataclasses import replace

from quizgen.check.rules import check_content
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic
from quizgen.law.register import Register
from quizgen.model import Item, ItemType
from tests.quizgen_factories import bank, item

ASKED = item(
    "xianfa-01-101",
    stem="根据《宪法》第六十二条，中华人民共和国主席、副主席由（　　）选举产生。",
    options={"A": "国务院", "B": "全国人民代表大会", "C": "最高人民法院", "D": "中央军事委员会"},
    key="B",
)
STATED = item(
    "xianfa-01-102",
    type=ItemType.JUDGEMENT,
    stem="根据《宪法》第六十二条，中华人民共和国主席、副主席由全国人民代表大会选举产生。（　　）",
    key="T",
)


def faults(*items: Item) -> list[Diagnostic]:
    content = Content(register=Register(), exam=bank(*items))
    return [fault for fault in check_content(content) if fault.code in {"Q227", "Q228"}]


def test_judgement_that_states_what_a_choice_asks_is_told() -> None:
    (fault,) = faults(ASKED, STATED)

    assert (fault.code, fault.item) == ("Q227", ASKED.id)
    assert fault.message == "判断题“xianfa-01-102”说出了这道题的答案，两题可能出现在同一份试卷里"


def test_enemies_and_other_statements_are_left_alone() -> None:
    other = replace(STATED, stem="根据《宪法》第八十五条，国务院是最高国家权力机关的执行机关。（　　）")

    assert faults(replace(ASKED, enemies=frozenset({STATED.id})), STATED) == []
    assert faults(ASKED, replace(STATED, enemies=frozenset({ASKED.id}))) == []
    assert faults(ASKED, other) == []


def test_one_stem_with_other_options_is_told() -> None:
    options = {"A": "全国政协", "B": "全国人民代表大会", "C": "国家监察委员会", "D": "国务院"}
    again = replace(ASKED, id=STATED.id, options=item(options=options).options)

    (fault,) = faults(ASKED, again)

    assert (fault.code, fault.message) == ("Q228", "题干与“xianfa-01-101”一字不差，选项不同")
    assert faults(ASKED, replace(again, enemies=frozenset({ASKED.id}))) == []
    assert faults(ASKED, replace(again, options=ASKED.options)) == []


def test_short_stems_are_the_same_by_accident() -> None:
    options = {"A": "甲", "B": "乙", "C": "丙", "D": "丁"}
    first, second = (item(f"xianfa-01-10{n}", stem="正确的是（　　）。", options=options) for n in (1, 2))

    assert faults(first, replace(second, options=ASKED.options)) == []
