"""Which article takes up what a repealed one ruled, in other words."""

from __future__ import annotations

from quizgen.law.successor import successors

ARTICLES = {
    "9": "国家对支持、协助测试工作的个人和组织给予保护。对作出重大贡献的，按照国家有关规定给予表彰和奖励。",
    "20": "测试机构应当建立档案，保存期限不少于三十年。",
    "21": "测试机构应当公布收费标准，不得收取押金。",
}


def test_article_that_says_the_same_in_other_words_is_named() -> None:
    repealed = {"7": "国家对支持、协助测试工作的组织和个人给予保护，对有重大贡献的给予奖励。"}

    assert successors(repealed, ARTICLES) == {"7": "9"}


def test_common_words_alone_make_no_successor() -> None:
    repealed = {"8": "测试机构应当接受监督检查。", "30": "本法所称测试，是指对能力的考核。", "31": ""}

    assert successors(repealed, ARTICLES) == {}


def test_nothing_is_named_where_two_articles_are_as_near() -> None:
    twice = {**ARTICLES, "22": ARTICLES["20"]}

    assert successors({"5": "测试机构应当建立档案，保存三十年。"}, twice) == {}
    assert successors({"5": "测试机构应当建立档案，保存三十年。"}, ARTICLES) == {"5": "20"}
