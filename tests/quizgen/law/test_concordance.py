"""Which article a text speaks of, by the words that few articles have."""

from __future__ import annotations

from quizgen.law.concordance import RARE, Concordance, Place

ONE, OTHER = Place("ceshi-fa", "1"), Place("ceshi-fa", "2")
ARTICLES = [
    (ONE, "测试机构应当建立档案，保存期限不少于三十年。"),
    (OTHER, "测试机构不得收取押金。"),
    *((Place("bie-fa", str(number)), "依照本法执行。") for number in range(RARE + 1)),
]


def test_text_weighs_most_in_the_article_that_it_retells() -> None:
    weights = Concordance(ARTICLES).weights("某测试机构收取押金，档案只保存了十年。")

    assert weights[OTHER] > weights[ONE] > 0


def test_words_of_many_articles_and_names_of_articles_weigh_nothing() -> None:
    book = Concordance([*ARTICLES, (Place("x", "1"), "中华人民共和国测试法第三十三条")])

    assert book.weights("依照本法执行。") == {}
    assert book.weights("见《中华人民共和国测试法》第三十三条。") == {}


def test_punctuation_parts_what_is_no_run() -> None:
    assert Concordance(ARTICLES).weights("测试，机构；不得。收取") == {}


def test_article_that_outweighs_the_known_ones_is_never_ruled_out() -> None:
    others = [(Place("bie-fa", str(number)), "依照本法执行。") for number in range(1_000)]
    book = Concordance([*ARTICLES[:2], *others])

    assert book.may_outweigh("测试机构收取押金。", [ONE], least=20.0, margin=1.5)
    assert not book.may_outweigh("测试机构收取押金。", [OTHER], least=20.0, margin=1.5)
    assert not book.may_outweigh("测试机构收取押金。", [ONE], least=90.0, margin=1.5)
    assert not Concordance([]).may_outweigh("测试机构收取押金。", [ONE], least=20.0, margin=1.5)
