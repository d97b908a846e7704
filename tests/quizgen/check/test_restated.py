"""What an item says is the law is held against the article, without quotation marks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from quizgen.check.rules import check_content
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic
from quizgen.law.text import StatuteText
from quizgen.model import Bank, Item, ItemType, Pool
from tests.quizgen_factories import item, register

TEXT = StatuteText(
    id="xianfa",
    title="中华人民共和国宪法",
    short="宪法",
    effective=date(1982, 12, 4),
    version=date(2018, 3, 11),
    articles={
        "1": "任何组织或者个人都不得破坏社会主义制度。",
        "2": "人民检察院应当在三十日以内作出决定，书面通知当事人。",
        "3": "救助人因自愿实施紧急救助行为造成受助人损害的，不承担民事责任。",
    },
)


def faults(given: Item) -> list[Diagnostic]:
    content = Content(register=register(), texts={"xianfa": (TEXT,)}, exam=Bank(pool=Pool.EXAM, items=(given,)))
    codes = {"Q217", "Q218", "Q219", "Q220"}
    return [fault for fault in check_content(content) if fault.code in codes]


def judged(stem: str, *, key: str, article: str = "2", rationale: str = "") -> Item:
    told = rationale or f"见《宪法》第{article}条。"
    return item(type=ItemType.JUDGEMENT, stem=f"{stem}（　　）", key=key, cites=[f"xianfa:{article}"], rationale=told)


@pytest.mark.parametrize(
    "stem",
    [
        "人民检察院可以在三十日以内作出决定。",
        "人民检察院应当在六十日以内作出决定。",
        "人民检察院应当在三十日以内作出决定，口头通知当事人。",
    ],
)
def test_true_statement_that_differs_from_the_article_is_told(stem: str) -> None:
    assert [fault.code for fault in faults(judged(stem, key="T"))] == ["Q217"]
    assert faults(judged(stem, key="F")) == []


def test_place_and_words_of_the_difference_are_shown() -> None:
    (fault,) = faults(item(rationale="《宪法》第2条规定，人民检察院可以在三十日以内作出决定。", cites=["xianfa:2"]))

    assert fault.message == "“人民检察院可以在三十日以内作出决定”与《宪法》第二条不同"
    assert fault.label == "应当、可以、不得：这里是可以，条文是应当"


def test_same_difference_is_told_once() -> None:
    said = "见《宪法》第二条。人民检察院可以在三十日以内作出决定；人民检察院可以在三十日以内作出决定。"

    assert len(faults(item(rationale=said, cites=["xianfa:2"]))) == 1


def test_keyed_option_is_read_in_the_blank_of_its_stem() -> None:
    options = {"A": "可以", "B": "应当", "C": "不得"}
    given = item(
        stem="人民检察院（　　）在三十日以内作出决定。",
        options=options,
        key="A",
        cites=["xianfa:2"],
        rationale="见第2条。",
    )

    assert [(fault.code, fault.message) for fault in faults(given)] == [
        ("Q217", "“人民检察院可以在三十日以内作出决定”与《宪法》第二条不同")
    ]


def test_false_statement_must_differ_somewhere() -> None:
    copied = "人民检察院应当在三十日以内作出决定，书面通知当事人。"

    assert [fault.code for fault in faults(judged(copied, key="F"))] == ["Q219"]
    assert faults(judged("人民检察院不应当在三十日以内作出决定，书面通知当事人。", key="F")) == []
    assert faults(judged("某人民检察院把决定送给了当事人。", key="F")) == []


def test_false_statement_does_not_repeat_its_rationale() -> None:
    said = "见《宪法》第二条。推进各项工作，根本目的是保障人民的权益。"

    assert [
        fault.code for fault in faults(judged("推进各项工作，根本目的是保障人民的权益。", key="F", rationale=said))
    ] == ["Q219"]
    assert faults(judged("推进各项工作，根本目的不是保障人民的权益。", key="F", rationale=said)) == []


def test_organ_that_neither_article_nor_rationale_names_is_told() -> None:
    options = {"A": "由人民法院决定", "B": "由人民检察院决定", "C": "由国务院决定"}
    given = item(
        stem="正确的是（　　）。", options=options, key="A", cites=["xianfa:2"], rationale="见《宪法》第二条。"
    )

    (fault,) = faults(given)

    assert (fault.code, fault.message) == ("Q220", "正确的说法里有“人民法院”，所依据的条文和解析里都没有")
    assert fault.hint == "条文里写的是人民检察院；请核对机关的名称"


def test_negation_that_article_and_rationale_contradict_is_told_once() -> None:
    said = "《宪法》第三条规定，“不承担民事责任”。"

    denied = judged("路人小王救助他人，应当承担民事责任。", key="T", article="3", rationale=said)
    agreed = judged("路人小王救助他人，不承担民事责任。", key="T", article="3", rationale=said)

    assert [(fault.code, fault.message) for fault in faults(denied)] == [
        ("Q217", "“承担民事责任。”与所依据的条文不同"),
    ]
    assert faults(agreed) == []


def test_what_is_right_is_not_denied_by_its_rationale() -> None:
    given = judged(
        "路人小王应当赔偿损失。", key="T", article="1", rationale="《宪法》第一条没有写，小王不应当赔偿损失。"
    )

    assert [fault.code for fault in faults(given)] == ["Q218"]


@pytest.mark.parametrize(
    "rationale",
    [
        "《宪法》第二条规定，人民检察院应当在三十日以内作出决定。",
        "见《宪法》第二条。A项的人民检察院可以在三十日以内作出决定，没有依据。",
        "见《宪法》第二条。某人民检察院可以在三十日以内作出决定。",
        "见《宪法》第二条。“人民检察院可以在三十日以内作出决定”是旧的说法。",
    ],
)
def test_options_cases_and_quotations_are_left_to_other_rules(rationale: str) -> None:
    assert [fault for fault in faults(item(rationale=rationale, cites=["xianfa:2"])) if fault.code == "Q217"] == []


def test_negation_of_the_article_that_a_freer_retelling_lacks_is_told() -> None:
    said = "见《宪法》第四条。路人做好事也可以承担责任。"
    text = replace(TEXT, articles={**TEXT.articles, "4": "自愿做好事，可以不承担责任，其他人应当协助。"})
    content = Content(
        register=register(),
        texts={"xianfa": (text,)},
        exam=Bank(pool=Pool.EXAM, items=(item(rationale=said, cites=["xianfa:4"]),)),
    )

    (fault,) = (fault for fault in check_content(content) if fault.code == "Q217")

    assert fault.message == "“可以承担”与所依据的条文不同"
    assert fault.label == "肯定、否定：这里是可以承担，条文是可以不承担"


def test_organ_is_not_judged_beside_a_document_whose_words_are_not_known() -> None:
    options = {"A": "由人民法院决定", "B": "由人民检察院决定", "C": "由国务院决定"}
    given = item(
        stem="正确的是（　　）。", options=options, key="A", cites=["xianfa:2", "doc:x"], rationale="见第二条。"
    )

    assert faults(given) == []


def test_case_that_is_named_by_a_negation_denies_nothing() -> None:
    said = "信访部门应当提供落实信访工作责任制的情况。"

    assert faults(judged("可以提供该局没有落实信访工作责任制的情况。", key="T", article="3", rationale=said)) == []
    assert faults(judged("该局没有落实信访工作责任制。", key="T", article="3", rationale=said)) != []


@pytest.mark.parametrize("said", ["没有以造成损害的事实为条件", "不是造成损害的必要前提"])
def test_condition_that_the_law_does_not_set_denies_nothing(said: str) -> None:
    given = judged("造成损害的事实可以不存在。", key="T", article="3", rationale=f"说法正确。第三条{said}。")

    assert faults(given) == []


def test_day_of_a_case_is_no_period_of_the_article() -> None:
    assert faults(judged("人民检察院应当在三十日以内作出决定，它在第十天以内作出决定。", key="T")) == []
    assert faults(judged("人民检察院在第十天以内作出决定。", key="T")) == []
    assert faults(judged("人民检察院应当在十天以内作出决定。", key="T")) != []


def test_commission_of_a_county_is_the_organ_that_the_article_calls_by_its_kind() -> None:
    text = replace(TEXT, articles={"4": "监察机关依法履行职责，人民法院应当配合。"})
    options = {"A": "由县监察委员会依法履行", "B": "由县监委依法履行", "C": "由国务院履行"}
    given = item(stem="正确的是（　　）。", options=options, key="A", cites=["xianfa:4"], rationale="见第四条。")

    for key in ("A", "B"):
        bank = Bank(pool=Pool.EXAM, items=(replace(given, key=frozenset(key)),))  # type: ignore[arg-type]
        content = Content(register=register(), texts={"xianfa": (text,)}, exam=bank)
        assert [fault for fault in check_content(content) if fault.code == "Q220"] == []


@pytest.mark.parametrize(
    ("said", "official"),
    [
        ("人民检察院有下列情形之一的应当批准", "人民检察院同时有下列情形的应当批准。"),
        ("人民检察院同时有下列情形的应当批准", "人民检察院有下列情形之一的应当批准。"),
    ],
)
def test_one_of_several_conditions_is_not_all_of_them(said: str, official: str) -> None:
    assert [(fault.code, fault.label[:5]) for fault in against(official, said)] == [("Q217", "之一、同时")]
    assert against(official, official) == []
    assert against("人民检察院有下列情形之一的应当批准，同时告知。", said.replace("同时", "")) == []


def test_movable_things_are_not_immovable_ones() -> None:
    assert [
        fault.label for fault in against("不动产物权的设立应当依照法律登记。", "动产物权的设立应当依照法律登记")
    ] == ["动产、不动产：这里是动产，条文是不动产"]


def test_right_statement_that_lacks_the_negation_of_the_article_is_told() -> None:
    law = "负责人不能出庭的，应当委托相应的工作人员。"

    told = against_stem(law, "局长能出庭，可以派一名科长。（　　）")

    assert [(fault.code, fault.message) for fault in told] == [("Q217", "“能出庭”与所依据的条文不同")]
    assert against_stem(law, "局长不能出庭，可以派一名科长。（　　）") == []
    assert against_stem(f"{law}能出庭而不出庭的，应当说明理由。", "局长能出庭，可以派一名科长。（　　）") == []


PARTS = (
    "适用普通程序审理的案件，应当自受理之日起六十日内作出决定。\n"
    "适用简易程序审理的案件，应当自受理之日起三十日内作出决定。"
)


def test_wrong_statement_that_mixes_two_paragraphs_says_not_the_same() -> None:
    def told(stem: str) -> list[str]:
        said = "见《宪法》第四条。"
        given = item(type=ItemType.JUDGEMENT, stem=stem, key="F", cites=["xianfa:4"], rationale=said)
        return [fault.code for fault in against_article(PARTS, given, code="Q219")]

    assert told("适用简易程序审理的案件，应当自受理之日起六十日内作出决定。") == []


def test_wrong_statement_that_allows_no_exception_differs() -> None:
    def told(stem: str) -> list[str]:
        given = item(type=ItemType.JUDGEMENT, stem=stem, key="F", cites=["xianfa:2"], rationale="见《宪法》第二条。")
        return [fault.code for fault in faults(given)]

    assert told("人民检察院应当在三十日以内作出决定，书面通知当事人。") == ["Q219"]
    assert told("人民检察院一律应当在三十日以内作出决定，书面通知当事人。") == []


def test_number_that_stands_there_is_right_where_the_statement_leaves_words_out() -> None:
    law = "对公民处以二百元以下、对法人或者其他组织处以三千元以下罚款或者警告的，可以当场作出决定。"

    assert against(law, "对公民处以二百元以下罚款或者警告的") == []
    assert [fault.code for fault in against(law, "对公民处以三百元以下罚款或者警告的")] == ["Q217"]


def against(official: str, said: str) -> list[Diagnostic]:
    """What is told of a rationale that says this of an article."""
    return against_article(official, item(rationale=f"见《宪法》第四条。{said}。", cites=["xianfa:4"]))


def against_stem(official: str, stem: str) -> list[Diagnostic]:
    """What is told of a judgement that is to be true."""
    given = item(type=ItemType.JUDGEMENT, stem=stem, key="T", cites=["xianfa:4"], rationale="见《宪法》第四条。")
    return against_article(official, given)


def against_article(official: str, given: Item, *, code: str = "Q217") -> list[Diagnostic]:
    text = replace(TEXT, articles={**TEXT.articles, "4": official})
    content = Content(register=register(), texts={"xianfa": (text,)}, exam=Bank(pool=Pool.EXAM, items=(given,)))
    return [fault for fault in check_content(content) if fault.code == code]


PARAGRAPHS = "局长应当在十五日以内书面答复申请人。\n科长应当在三十日以内书面答复申请人，重大事项报国务院备案。"


def retold(
    rationale: str, *, official: str = PARAGRAPHS, key: str = "T", stem: str = "甲单位的做法妥当。"
) -> list[str]:
    text = replace(TEXT, articles={"4": official, "5": "另一条。"})
    given = judged(stem, key=key, article="4", rationale=rationale)
    bank = Bank(pool=Pool.EXAM, items=(given,))
    content = Content(register=register(), texts={"xianfa": (text,)}, exam=bank)
    return [fault.label or fault.message for fault in check_content(content) if fault.code in {"Q211", "Q217"}]


def test_what_another_paragraph_says_is_told_where_the_rationale_names_one() -> None:
    said = "《宪法》第四条第二款规定，局长应当在十五日以内书面答复申请人，重大事项报国务院备案。"

    assert retold(said) == ["“十五日”与所引条文不一致", "数字：这里是15日，条文是30日"]
    assert retold(said.replace("第二款", "")) == []
    assert retold(said.replace("第二款", "第一款")) == []
    assert retold(f"{said}该条第一款另有规定。") == []


def test_paragraph_that_leans_on_another_is_read_with_it() -> None:
    leaning = PARAGRAPHS.replace("科长", "前款规定的科长")

    assert retold("《宪法》第四条第二款规定，局长应当在十五日以内书面答复申请人。", official=leaning) == []


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("处分前要先口头答复申请人", "形式：这里是口头答复，条文是书面答复"),
        ("这类大事报国务院批准", "决定、批准、备案：这里是国务院批准，条文是国务院备案"),
        ("期限在三十日以外", "以上、以下：这里是十日以外，条文是十日以内"),
    ],
)
def test_one_other_word_beside_the_article_s_words_is_told(said: str, label: str) -> None:
    assert retold(f"见《宪法》第四条。{said}。") == [label]
    assert retold(f"见《宪法》第四条。{said}。", official=f"{PARAGRAPHS}\n{said}。") == []
    assert retold(f"见《宪法》第四条。{said}，没有依据。") == [label]
    assert retold(f"见《宪法》第四条。{said}不是规定的做法。") == []


def test_rationale_may_speak_of_the_word_that_the_item_has_wrong() -> None:
    said = "见《宪法》第四条。题干说的是口头答复申请人。"

    assert retold(said, key="F", stem="该局口头答复申请人就够了。") == []
    assert retold("见《宪法》第四条。题干说的是口头答复申请人。", stem="该局的做法妥当。") == [
        "形式：这里是口头答复，条文是书面答复"
    ]


def test_case_of_somebody_at_fault_may_have_the_other_word() -> None:
    told = "见《宪法》第四条。"

    assert retold(told, stem="该局口头答复了申请人，违反第四条。") == []
    assert retold(told, stem="该局应当口头答复各位申请人。") != []


def test_clause_that_retells_its_own_article_is_not_held_against_another() -> None:
    official = {
        "4": "请求人对方式、项目、数额有异议，或者机关决定不予赔偿的，请求人可以自机关作出决定之日起三个月以内起诉。",
        "5": "请求人可以自机关作出决定之日起三十日以内起诉。",
    }
    said = "《宪法》第四条规定，请求人可以自决定之日起三个月以内起诉。另见第五条。"
    given = item(rationale=said, cites=["xianfa:4", "xianfa:5"])
    content = Content(
        register=register(),
        texts={"xianfa": (replace(TEXT, articles=official),)},
        exam=Bank(pool=Pool.EXAM, items=(given,)),
    )

    assert [fault.message for fault in check_content(content) if fault.code == "Q217"] == []


def test_organ_that_does_what_the_article_gives_to_another_is_told() -> None:
    official = "公民非经人民检察院批准，并由公安机关执行，不受逮捕。"

    assert retold("见《宪法》第四条。", official=official, stem="逮捕由公安机关批准，人民检察院执行。") == [
        "机关：这里是公安机关批准，条文是人民检察院批准"
    ]
    assert retold("见《宪法》第四条。", official=official, stem="逮捕由人民检察院批准，公安机关执行。") == []


def test_false_statement_may_have_the_words_of_the_article_in_each_other_s_place() -> None:
    official = "国家安全工作以人民安全为宗旨，以政治安全为根本。"
    stem = "国家安全工作以政治安全为宗旨，以人民安全为根本。"

    told = f"《宪法》第四条规定：{official}题干把两者写反了。"
    assert retold_false(stem, told, official) == []
    assert retold_false(stem, f"《宪法》第四条规定：{official}", official) == ["Q219"]


def retold_false(stem: str, rationale: str, official: str) -> list[str]:
    given = judged(stem, key="F", article="4", rationale=rationale)
    text = replace(TEXT, articles={"4": official})
    content = Content(register=register(), texts={"xianfa": (text,)}, exam=Bank(pool=Pool.EXAM, items=(given,)))
    return [fault.code for fault in check_content(content) if fault.code == "Q219"]
