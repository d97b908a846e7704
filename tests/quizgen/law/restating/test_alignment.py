"""A statement beside the article that it restates."""

from __future__ import annotations

import pytest

from quizgen.law.restating.alignment import Deviation, Matter, Passages, is_one_organ, matter_of, organs_of, words_of

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
    [
        "公民的合法的私有财产不受侵犯",
        "六十日",
        "行政复议机关对申请人的请求逐一审查并听取意见",
        "行政复议机构的负责人每年要向上级写总结汇报",
        "",
    ],
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
    assert organs_of("由人民法院和人民检察院决定") == {"人民法院", "人民检察院"}
    assert [matter_of(word) for word in ("三十日", "应当", "甲")] == [Matter.NUMBER, Matter.MODAL, None]


@pytest.mark.parametrize(
    ("article", "statement", "stated", "official"),
    [
        ("代表非经许可，不受逮捕或者刑事审判。", "受逮捕或者刑事审判", "", "不"),
        ("没有继承人或者继承人均放弃继承的，由民政部门担任。", "有继承人或者继承人均放弃继承的", "有", "没有"),
    ],
)
def test_negation_that_the_statement_cut_off_is_found(article: str, statement: str, stated: str, official: str) -> None:
    aligned = Passages(article).align(statement, least=0.6)

    assert aligned is not None
    assert aligned.differences == (Deviation(matter=Matter.NEGATION, stated=stated, official=official),)


@pytest.mark.parametrize(
    ("article", "statement"),
    [
        ("代表非经许可，不受逮捕或者刑事审判。", "不受逮捕或者刑事审判"),
        ("不得歧视信仰宗教的公民。", "歧视信仰宗教的公民"),
        ("对负责人按日处五十元至一百元的罚款。", "对负责人按日处六十元的罚款"),
        ("处五日以上十日以下拘留，并处罚款。", "对他处七日拘留，并处罚款"),
        ("可以采取措施，应当给付的款额，通知银行从账户内划拨。", "法院可以通知银行从账户内划拨"),
        ("试用期的工资不得低于约定工资的百分之八十。", "约定工资的百分之八十就可以"),
        ("由监察机关领导人员集体研究决定。", "由县监察委员会领导人员集体研究"),
    ],
)
def test_difference_that_decides_nothing_is_left_alone(article: str, statement: str) -> None:
    aligned = Passages(article).align(statement, least=0.5)

    assert aligned is not None
    assert aligned.differences == ()


def test_number_outside_of_a_range_is_found() -> None:
    aligned = Passages("对负责人按日处五十元至一百元的罚款。").align("对负责人按日处三十元的罚款", least=0.6)

    assert aligned is not None
    assert [(found.stated, found.official) for found in aligned.differences] == [("30元", "50元")]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("人民法院", "最高人民法院", True),
        ("监察委员会", "监察机关", True),
        ("基层群众性自治组织", "村民委员会", True),
        ("人民代表大会", "人民代表大会常务委员会", False),
        ("人民法院", "人民检察院", False),
    ],
)
def test_names_of_one_organ_are_known(one: str, other: str, same: bool) -> None:
    assert is_one_organ(one, other) is same


def test_organs_are_named_in_full() -> None:
    assert organs_of("全国人大常委会报全国人大") == {"全国人民代表大会常务委员会", "全国人民代表大会"}
