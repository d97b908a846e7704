"""What is presented as the words of an article, against invented texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizgen.check.rules import check_content
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, Severity
from quizgen.law.register import Register, Statute
from quizgen.law.text import StatuteText
from quizgen.law.wording import holds, nearest_passage, pieces, plain
from quizgen.model import TRUE, Bank, Item, ItemType, Pool, Status
from tests.quizgen_factories import item

CONSTITUTION = {
    "1": "社会主义制度是中华人民共和国的根本制度。禁止任何组织或者个人破坏社会主义制度。",
    "2": "中华人民共和国的一切权力属于人民。\n人民行使国家权力的机关是全国人民代表大会和地方各级人民代表大会。",
    "5": "任何组织或者个人都不得有超越宪法和法律的特权。一切违反宪法和法律的行为，必须予以追究。",
}
CIVIL_CODE = {"8": "民事主体从事民事活动，不得违反法律，不得违背公序良俗。"}


def content(*items: Item, texts: bool = True) -> Content:
    laws = {
        "xianfa": ("中华人民共和国宪法", "宪法", CONSTITUTION),
        "minfadian": ("中华人民共和国民法典", "民法典", CIVIL_CODE),
    }
    day = date(2018, 3, 11)
    statutes = {
        id: Statute(id=id, title=title, short=short, version=day, effective=day, articles=1260)
        for id, (title, short, _) in laws.items()
    }
    return Content(
        register=Register(statutes=statutes),
        texts={id: (text(id, title, articles),) for id, (title, _, articles) in laws.items()} if texts else {},
        exam=Bank(pool=Pool.EXAM, items=items),
    )


def text(id: str, title: str, articles: Mapping[str, str]) -> StatuteText:
    day = date(2018, 3, 11)
    return StatuteText(id=id, title=title, short=title[7:], version=day, effective=day, articles=articles)


def faults(given: Item, *, texts: bool = True) -> list[Diagnostic]:
    return [fault for fault in check_content(content(given, texts=texts)) if fault.code == "Q209"]


def rationale(words: str, *cites: str) -> Item:
    return item(rationale=words, stem="正确的是（　　）。", cites=cites or ("xianfa:2",))


@pytest.mark.parametrize(
    "words",
    [
        "《宪法》第二条规定，“中华人民共和国的一切权力属于人民。”",
        '《宪法》第二条规定：「一切权力 属于人民」，这是"全国人民代表大会"的来源。',
        "根据《宪法》第2条第一款，“……一切权力属于人民”。",
        "宪法第一条规定，“社会主义制度是……的根本制度……禁止任何组织”破坏它。",
        "“一切权力属于人民”是《宪法》第二条的规定。",
        "“一切权力属于人民”（《宪法》第一条、第二条；另见第五条）。",
        "《宪法》第一条、第二条规定，“禁止任何组织或者个人破坏社会主义制度”、“一切权力属于人民”。",
        "《宪法》第五条规定，“必须予以追究”；第二条规定，“一切权力属于人民”。",
        "《宪法》第五条规定法律至上；违反宪法的，“必须予以追究”；“任何组织或者个人都不得有”特权。",
        "《宪法》第一条至第五条规定，“一切权力属于人民”。",
        "“一切权力属于人民”（《宪法》第一条至第五条）。",
        "《民法典》第八条规定，民事活动“不得违背公序良俗”。",
        "《宪法》规定，“一切权力属于人民”。",
    ],
)
def test_true_quotation_passes(words: str) -> None:
    assert faults(rationale(words)) == []


@pytest.mark.parametrize(
    "words",
    [
        "《宪法》第二条没有规定“一切权力属于党员干部”。",
        "B项把《宪法》第二条写成“一切权力属于公民自己”，错误。",
        "《宪法》第二条规定了这一点，小王所说的“权力归单位领导”不对。",
        "《某决定》要求，“一切权力属于人民政府”。",
        "《宪法》第二条是关于“权力来源”的规定。",
        "《宪法》第二条规定了“一切权力属民原则”。",
        "《宪法》第二条规定权力属于人民，有关报告提出“发展全过程人民民主”。",
        "《宪法》第二条规定权力属于人民，即“主权在民”。",
        "有人认为“一切权力属于人民政府”。",
        "依照《治安法》第二条，“一切权力属于人民政府”。",
        "《宪法》第二条规定，“一切权力属于人民政府”的说法不对。",
        "《宪法》第二条（“人民主权原则”）。",
    ],
)
def test_words_that_are_not_presented_as_the_law_are_not_judged(words: str) -> None:
    assert faults(rationale(words)) == []


@pytest.mark.parametrize(
    ("words", "severity", "message", "hint"),
    [
        (
            "《宪法》第二条规定，“中华人民共和国的一切权力属于公民”。",
            Severity.ERROR,
            "“中华人民共和国的一切权力属于公民”不是《宪法》第二条的原文",
            "第二条的原文是：中华人民共和国的一切权力属于人民。",
        ),
        (
            "《宪法》第二条规定，“禁止任何组织或者个人破坏社会主义制度”。",
            Severity.ERROR,
            "“禁止任何组织或者个人破坏社会主义制度”不是《宪法》第二条的原文",
            "这段话在第一条；请改条号，或改引用的话",
        ),
        (
            "《宪法》第五条规定，任何人“违法必究不分官阶大小”。",
            Severity.ERROR,
            "“违法必究不分官阶大小”不是《宪法》第五条的原文",
            "请对照原文；不是原话的，请不要放在引号里",
        ),
        (
            "这是国家权力的来源。“一切权力属于人民群众”（《宪法》第二条）。",
            Severity.WARNING,
            "“一切权力属于人民群众”不是《宪法》第二条的原文",
            "第二条的原文是：一切权力属于人民。人民",
        ),
        (
            "《宪法》第五条规定法律至上；违反宪法的，“必须不予以追究”。",
            Severity.WARNING,
            "“必须不予以追究”不是《宪法》第五条的原文",
            "第五条的原文是：必须予以追究。",
        ),
        (
            "该说法出自《宪法》第二条（“人民行使国家权力的机关是各级人民政府”）。",
            Severity.WARNING,
            "“人民行使国家权力的机关是各级人民政府”不是《宪法》第二条的原文",
            "第二条的原文是：人民行使国家权力的机关是全国人民代表大",
        ),
        (
            "《宪法》第二条称为“民主制”。",
            Severity.WARNING,
            "“民主制”不是《宪法》第二条的原文",
            "请对照原文；不是原话的，请不要放在引号里",
        ),
        (
            "《宪法》第二条讲权力属于人民。该条还规定，“人民行使国家权力的机关是各级政府”。",
            Severity.WARNING,
            "“人民行使国家权力的机关是各级政府”不是《宪法》第二条的原文",
            "第二条的原文是：人民行使国家权力的机关是全国人民代",
        ),
    ],
)
def test_false_quotation_is_told_with_the_way_out(words: str, severity: Severity, message: str, hint: str) -> None:
    (fault,) = faults(rationale(words))

    assert (fault.severity, fault.message, fault.hint) == (severity, message, hint)


def test_stem_is_judged_by_what_its_key_makes_of_it() -> None:
    stem = "《宪法》第二条规定，“中华人民共和国的一切权力属于公民”。（　　）"
    wrong = item(type=ItemType.JUDGEMENT, key="F", stem=stem, rationale="略。")

    assert faults(wrong) == []
    assert [fault.severity for fault in faults(replace(wrong, key=frozenset({TRUE})))] == [Severity.WARNING]


def test_blank_in_a_quoted_stem_stands_for_any_words() -> None:
    stem = "根据《宪法》第二条，“中华人民共和国的一切权力属于（　　）。”"

    assert faults(item(stem=stem, rationale="略。")) == []
    assert len(faults(item(stem=stem.replace("权力", "权利"), rationale="略。"))) == 1


def test_rationale_may_repeat_the_words_of_its_item() -> None:
    words = "一切权力属于公民自己"
    given = item(rationale=f"根据《宪法》第二条，“{words}”并无依据。", options={"A": words, "B": "人民"})

    assert faults(given) == []


def test_only_active_items_of_a_usual_length_with_texts_are_judged() -> None:
    given = rationale("《宪法》第二条规定，“中华人民共和国的一切权力属于公民”。")

    assert faults(replace(given, status=Status.DRAFT)) == []
    assert faults(replace(given, stem="长" * 4001)) == []
    assert faults(given, texts=False) == []


def test_article_named_in_a_rationale_exists() -> None:
    found = check_content(content(rationale("见《宪法》第一百条、第二条第三款和第二条第二款。", "minfadian:8")))

    assert [(fault.code, fault.message, fault.hint) for fault in found if fault.code == "Q212"] == [
        ("Q212", "《宪法》没有第一百条", "考试时有效的版本（2018-03-11）共5条；请核对条号"),
        ("Q212", "《宪法》第二条没有第三款", "这一条共2款；请核对款次"),
    ]


@given(
    st.text(
        alphabet='《宪法》民典第一二五十条款至、规定根据，。；“”‘’"「」（）……三年以上两百元%/0123 \n某即', max_size=120
    )
)
def test_no_text_breaks_the_checks(words: str) -> None:
    broken = item(stem=words, rationale=words, options={"A": words, "B": "乙"}, key="A", cites=("xianfa:2",))

    assert all(fault.message for fault in check_content(content(broken)))


@pytest.mark.parametrize(
    ("quotation", "expected"),
    [
        ("甲……乙。", ["甲", "乙"]),
        ("甲（　　）乙____丙(略)", ["甲", "乙", "丙"]),
        ("“甲”‘乙’ **丙**", ["甲乙丙"]),
        ("……", []),
    ],
)
def test_quotation_falls_into_pieces_at_its_gaps(quotation: str, expected: list[str]) -> None:
    assert pieces(quotation) == expected


def test_pieces_are_found_in_their_order() -> None:
    assert holds(plain("一八四〇年，（甲）以后"), pieces("一八四○年, (甲)……后"))
    assert not holds("甲乙", ["乙", "甲"])


def test_passage_is_cut_to_sixty_characters() -> None:
    official = "序。" + "甲乙丙丁戊己庚辛壬癸" * 7 + "末。"

    assert nearest_passage(official, "甲乙丙丁戊己庚辛壬癸" * 7) == ("甲乙丙丁戊己庚辛壬癸" * 6)[:59] + "…"
    assert nearest_passage(official, "毫不相干的话") == ""
    assert nearest_passage("", "毫不相干的话") == ""


def test_sentence_of_another_article_is_told_though_the_stem_has_it_too() -> None:
    words = "任何组织或者个人都不得有超越宪法和法律的特权"
    given = item(type=ItemType.JUDGEMENT, key="T", stem=f"{words}。", rationale=f"《宪法》第二条：“{words}”。")

    (fault,) = faults(given)

    assert (fault.severity, fault.hint) == (Severity.WARNING, "这段话在第五条；请改条号，或改引用的话")
