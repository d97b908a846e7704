"""Quantities: how they are read, and which contradict the article that they are said to come from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from quizgen.check.law.numbers import quantities
from quizgen.check.rules import check_content
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, Severity
from quizgen.law.register import Register, Statute
from quizgen.law.text import StatuteText
from quizgen.model import FALSE, Bank, Item, ItemType, Letter, Pool
from tests.quizgen_factories import item

DAY = date(2021, 1, 22)
ARTICLES = {
    "1": "执法人员不得少于两人。不满十四周岁的不予处罚。",
    "2": "在二年内未被发现的，不再处罚；延长至五年。",
    "3": "处二百元以下罚款；情节严重的，处五千元以上一万元以下罚款，每日加处百分之三。",
    "4": "由全体代表的三分之二以上的多数通过，六十日内公布。",
}


def faults(given: Item) -> list[Diagnostic]:
    law = Statute(id="ceshi-fa", title="测试法", short="测试法", version=DAY, effective=DAY, articles=4)
    text = StatuteText(id="ceshi-fa", title="测试法", short="测试法", version=DAY, effective=DAY, articles=ARTICLES)
    content = Content(
        register=Register(statutes={law.id: law}),
        texts={law.id: (text,)},
        exam=Bank(pool=Pool.EXAM, items=(given,)),
    )
    return [fault for fault in check_content(content) if fault.code == "Q211"]


def rationale(words: str) -> Item:
    return item(rationale=words, stem="正确的是（　　）。", cites=["ceshi-fa:1"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("十八周岁、18周岁", [(18, "周岁"), (18, "周岁")]),
        ("六十日内，60天", [(60, "日"), (60, "日")]),
        ("百分之五十、50%、12.5％", [(50, "%"), (50, "%"), (Fraction(25, 2), "%")]),
        ("1万元，一万元，10,000元，1.5万元", [(10_000, "元"), (10_000, "元"), (10_000, "元"), (15_000, "元")]),
        (
            "三分之二以上，2/3以上，过半数",
            [(Fraction(2, 3), "分之"), (Fraction(2, 3), "分之"), (Fraction(1, 2), "分之")],
        ),
        ("三至七年", [(3, "年"), (7, "年")]),
        ("5-10个工作日", [(5, "工作日"), (10, "工作日")]),
        ("三名以上，两人组成", [(3, "人"), (2, "人")]),
        ("职工人数三百人以上，人数300人以上，数百人以上", [(300, "人"), (300, "人")]),
        ("第5个工作日，第 5 个工作日，第三天，15日提出，五日内提出", [(5, "日")]),
        ("2018年3月11日通过，二〇一八年", []),
        ("第二年，上一年度，三年级，数年", []),
        ("第三条第二款第一项", []),
        ("零分之一", []),
    ],
)
def test_quantities_are_read_in_every_way_of_writing(text: str, expected: list[tuple[Fraction | int, str]]) -> None:
    assert [(quantity.value, quantity.unit) for quantity in quantities(text)] == expected


def test_bound_behind_a_quantity_is_kept() -> None:
    assert [quantity.bound for quantity in quantities("三年以上七年以下，五日内")] == ["以上", "以下", ""]


@pytest.mark.parametrize(
    "words",
    [
        "《测试法》第一条规定，不满14周岁的不予处罚，执法人员不得少于2人。",
        "《测试法》第二条：2年内未被发现的，不再处罚；特殊的延长至5年。旧法是三年。",
        "《测试法》第三条规定处200元以下罚款，严重的处5000元以上1万元以下罚款；每日加处3%。",
        "《测试法》第一条、第二条规定了两年和十四周岁。",
        "《测试法》第二条规定两年。本例过了三年，小王今年十五周岁。",
        "《测试法》第三条规定处200元以下罚款，这家店被罚六十元。",
        "《测试法》第二条的时限，A项写成三年，不对。",
        "《测试法》第一条没有年限，通常是三年。",
        "六十日内公布（《测试法》第四条）。",
        "《测试法》第四条规定了公布。小红等了九十日。",
        "没有点名条文的三年。",
        "有本法第三条规定的情形的，六十日内公布，延长至五年（《测试法》第二条、第四条）。",
        "本法第三条所列的罚款，最多一万元，五年内未缴纳的（《测试法》第二条）。",
        "《无此法》第二条规定三年。",
        "《测试法》第二条。2007年规定的是三年，后来改为两年。",
        "《测试法》第二条：“两年”。三年的说法没有依据。",
        "《测试法》第二条。最长可以达到二十年，由法院批准。",
        "《测试法》第二条规定了追究的时限。三年是另一部法的时限。",
    ],
)
def test_quantity_that_does_not_contradict_passes(words: str) -> None:
    assert faults(rationale(words)) == []


@pytest.mark.parametrize(
    ("words", "quantity", "hint"),
    [
        ("《测试法》第二条规定，三年内未被发现的，不再处罚。", "三年", "第二条是二年；第二条是五年"),
        ("《测试法》第二条规定，二年内不再处罚；特殊的延长至10年。", "10年", "第二条是二年；第二条是五年"),
        ("依照《测试法》第三条，处二百元以上罚款。", "二百元", "第三条是二百元；第三条是五千元；第三条是一万元"),
        ("依据：《测试法》第四条。由全体代表的三分之二以上的多数通过，三十日内公布。", "三十日", "第四条是六十日"),
        ("《测试法》第二条。在二年内未被发现的，不再处罚。延长至十年。", "十年", "第二条是二年；第二条是五年"),
        ("三十日内公布（《测试法》第四条）。", "三十日", "第四条是六十日"),
        ("《测试法》第四条要求四分之三以上通过。", "四分之三", "第四条是三分之二"),
    ],
)
def test_quantity_that_contradicts_is_told_with_the_official_ones(words: str, quantity: str, hint: str) -> None:
    (fault,) = faults(rationale(words))

    assert fault.message == f"“{quantity}”与所引条文不一致"
    assert fault.hint == f"原文里，{hint}；请核对。案情里的数字请写明“本例”"
    assert fault.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("stem", "told"),
    [
        ("违法行为在二年内未被发现的，不再处罚。", 0),
        ("违法行为在三年内未被发现的，不再处罚。", 1),
        ("某人的违法行为三年内未被发现，不再处罚。", 0),
        ("一家商店的违法行为三年内未被发现，不再处罚。", 0),
    ],
)
def test_stem_of_a_true_judgement_is_compared_with_all_that_it_cites(stem: str, told: int) -> None:
    given = item(type=ItemType.JUDGEMENT, stem=stem, rationale="略。", cites=["ceshi-fa:2", "doc:guihua"])

    assert len(faults(given)) == told
    assert faults(replace(given, key=frozenset({FALSE}))) == []


def test_keyed_options_are_compared_and_distractors_are_not() -> None:
    given = item(stem="时限是（　　）。", rationale="略。", options={"A": "三年", "B": "两年"}, cites=["ceshi-fa:2"])

    assert faults(given) == []
    assert [fault.message for fault in faults(replace(given, key=frozenset({Letter("A")})))] == [
        "“三年”与所引条文不一致"
    ]
    assert faults(replace(given, key=frozenset({Letter("A")}), stem="时限不是（　　）。")) == []


@pytest.mark.parametrize(
    ("stem", "option", "told"),
    [
        ("违法行为在（　　）年内未被发现的，不再处罚。", "三", ["“三年”与所引条文不一致"]),
        ("违法行为在(  )年内未被发现的，不再处罚。", "2", []),
        ("在____内未被发现的，不再处罚。", "36个月", ["“36个月”与所引条文不一致"]),
        ("（　　）年内未被发现，（　　）年内不再处罚。", "三", []),
        ("未被发现的时限（　　）。", "三个月", ["“三个月”与所引条文不一致"]),
    ],
)
def test_option_is_read_in_the_blank_of_the_stem(stem: str, option: str, told: list[str]) -> None:
    unit = "" if "年" in stem else "年"
    options = {"A": option, "B": f"五{unit}", "C": f"十{unit}"}

    given = item(stem=stem, rationale="略。", options=options, key="A", cites=["ceshi-fa:2"])

    assert [fault.message for fault in faults(given)] == told


def test_key_that_the_law_does_not_have_is_told_where_it_has_a_distractor() -> None:
    given = item(
        stem="时限是（　　）。", rationale="略。", options={"A": "三个月", "B": "两年"}, key="A", cites=["ceshi-fa:2"]
    )

    (fault,) = faults(given)

    assert fault.hint == "原文里，第二条是二年；第二条是五年；请核对。案情里的数字请写明“本例”"
    assert faults(replace(given, options={Letter("A"): "三个月", Letter("B"): "四年"})) == []


def test_key_is_not_judged_by_distractors_while_a_text_is_unknown() -> None:
    options = {"A": "三个月", "B": "两年"}
    cites = ["ceshi-fa:2", "weizhi-fa:1"]

    assert faults(item(stem="时限是（　　）。", rationale="略。", options=options, key="A", cites=cites)) == []


@pytest.mark.parametrize(
    ("stem", "cite", "told"),
    [
        ("可以当场处以（　　）元以下的罚款。", "ceshi-fa:1", 1),
        ("可以当场处以（　　）元以下的罚款。", "ceshi-fa:3", 0),
        ("可以当场处以罚款，数额最多为（　　）。", "ceshi-fa:1", 0),
        ("某局可以当场处以（　　）元以下的罚款。", "ceshi-fa:1", 0),
    ],
)
def test_number_that_is_asked_for_stands_in_what_is_cited(stem: str, cite: str, told: int) -> None:
    options = {"A": "一百", "B": "二百", "C": "五百"}
    found = faults(item(stem=stem, options=options, key="B", cites=[cite], rationale="见所引的条文。"))

    assert [fault.message for fault in found] == ["正确答案是“二百元”，所引条文里没有这样的数字"] * told
