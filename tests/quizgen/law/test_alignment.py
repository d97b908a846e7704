"""A statement beside the article that it restates."""

from __future__ import annotations

import pytest

from quizgen.law.alignment import Deviation, Matter, Passages, matter_of, organs_of, words_of

ARTICLE = Passages(
    "行政复议机关应当自受理申请之日起六十日内作出行政复议决定，但是法律规定的行政复议期限少于六十日的除外。"
    "情况复杂，不能在规定期限内作出行政复议决定的，经行政复议机构的负责人批准，可以适当延长，并书面告知当事人，"
    "延长期限不得超过三十日。"
)


def differences(statement: str) -> list[Deviation]:
    aligned = ARTICLE.align(statement, least=0.6)
    assert aligned is not None
    return list(aligned.differences)


@pytest.mark.parametrize(
    ("statement", "matter", "stated", "official"),
    [
        ("行政复议机关可以自受理申请之日起六十日内作出行政复议决定", Matter.MODAL, "可以", "应当"),
        ("行政复议机关应当自受理申请之日起九十日内作出行政复议决定", Matter.NUMBER, "90日", "60日"),
        ("并口头告知当事人，延长期限不得超过三十日", Matter.FORM, "口头", "书面"),
        ("延长期限可以超过三十日", Matter.MODAL, "可以", "不得"),
        ("情况复杂，能在规定期限内作出行政复议决定的", Matter.NEGATION, "", "不"),
        ("经行政复议机关的负责人批准，可以适当延长", Matter.ORGAN, "行政复议机关", "行政复议机构"),
        ("经行政复议机构的负责人备案，可以适当延长", Matter.ACT, "备案", "批准"),
    ],
)
def test_word_that_decides_otherwise_is_found(statement: str, matter: Matter, stated: str, official: str) -> None:
    assert differences(statement) == [Deviation(matter=matter, stated=stated, official=official)]


@pytest.mark.parametrize(
    "statement",
    [
        "行政复议机关应当自受理申请之日起六十日内作出行政复议决定",
        "复议机关应当自受理申请之日起六十日内作出决定",
        "情况复杂、不能在规定的期限内作出行政复议决定的",
        "并书面告诉当事人，延长的期限不得超过三十日",
    ],
)
def test_retelling_in_other_words_is_left_alone(statement: str) -> None:
    assert differences(statement) == []


@pytest.mark.parametrize(
    "statement",
    ["公民的合法的私有财产不受侵犯", "六十日", "行政复议机关对申请人的请求逐一审查并听取意见", ""],
)
def test_statement_about_something_else_is_not_near(statement: str) -> None:
    assert ARTICLE.align(statement, least=0.6) is None


def test_nearness_is_the_share_of_words_that_stand_there() -> None:
    aligned = ARTICLE.align("延长期限不得超过三十日", least=0.6)

    assert aligned is not None
    assert (aligned.nearness, aligned.words, aligned.is_denied) == (1.0, len(words_of("延长期限不得超过三十日")), False)


def test_negation_of_the_statement_alone_is_noticed_among_other_words_too() -> None:
    aligned = ARTICLE.align("经行政复议机构的负责人批准，不必再适当延长", least=0.6)

    assert aligned is not None
    assert aligned.is_denied


def test_same_word_within_a_difference_is_none() -> None:
    assert differences("经行政复议机构的处长批准以后，可以适当延长") == []
    assert differences("延长期限一般不得多于三十日") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("六十日", "60天"), ("百分之三十五", "35%"), ("五千元", "5000元"), ("三名", "3人")],
)
def test_number_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert words_of(one) == words_of(other)
    assert [matter_of(word) for word in words_of(one)] == [Matter.NUMBER]


def test_organ_at_the_beginning_may_be_another_one_of_the_article() -> None:
    article = Passages("全国人民代表大会常务委员会行使下列职权：对全国人民代表大会制定的法律进行部分补充和修改。")

    aligned = article.align("全国人民代表大会常务委员会制定的法律进行部分补充和修改", least=0.6)

    assert aligned is not None
    assert aligned.differences == ()


def test_words_are_numbers_organs_modals_and_single_characters() -> None:
    assert words_of("国务院应当在三十日内决定") == ("国务院", "应当", "在", "30日", "内", "决定")
    assert organs_of(words_of("由人民法院和人民检察院决定")) == {"人民法院", "人民检察院"}
    assert [matter_of(word) for word in ("三十日", "应当", "甲")] == [Matter.NUMBER, Matter.MODAL, None]
