"""Which statute an article belongs to that a text names."""

from __future__ import annotations

import pytest

from quizgen.law.lawbook import Lawbook
from tests.quizgen_factories import cite
from tests.quizgen_laws import numbers, register_of, statute_text

LONG = statute_text("a", title="中华人民共和国甲法", articles=numbers(20))
SHORT = statute_text("b", title="中华人民共和国乙法", articles=numbers(5))
RULES = statute_text("c", title="丙条例", articles=numbers(9))
BOOK = Lawbook(register_of(LONG, SHORT, RULES))


def named(text: str, *cites: str, about: str = "") -> str:
    found = BOOK.named(text, map(cite, cites), about=about)
    return " ".join(f"{one.statute}:{one.article}" for one in found)


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("《甲法》第三条。第四条", "a:3 a:4"),
        ("《甲法》第三条\n\n第四条", "a:3 a:4"),
        ("第四条", ""),
        ("《甲法》第三条，《某办法》第二条，第四条", "a:3"),
        ("《甲法》第三条；《乙法》很短，第四条", "a:3 b:4"),
    ],
)
def test_article_without_a_name_belongs_to_the_statute_named_last(text: str, articles: str) -> None:
    assert named(text) == articles


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("《丙条例》（以下称条例）很短。《乙法》第三条。条例第九条", "b:3 c:9"),
        ("《丙条例》很短。《乙法》第三条，依照条例第九条", "b:3 c:9"),
        ("《乙法》第三条，《丙条例》第一条，《甲法》第三条，条例第九条，第八条", "b:3 c:1 a:3 c:9 c:8"),
        ("《丙条例》第一条，《甲法》第三条，该条例第九条", "c:1 a:3 a:9"),
        ("《甲法》第三条，条例第九条", "a:3 a:9"),
    ],
)
def test_kind_of_statute_stands_for_the_name_before_it(text: str, articles: str) -> None:
    assert named(text) == articles


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("《乙法》（以下简称乙诉法）很短。《甲法》第三条，依照乙诉法第五条", "a:3 b:5"),
        ("《乙法》（以下称为“乙诉法”）很短。《甲法》第三条，《乙诉法》第五条、第六条", "a:3 b:5 b:6"),
        ("《甲法》第三条，依照乙诉法第五条", "a:3"),
        ("《丁法》（以下简称丁诉法）很短。《甲法》第三条，依照丁诉法第五条", "a:3"),
    ],
)
def test_short_name_that_the_text_gives_stands_for_the_full_one(text: str, articles: str) -> None:
    assert named(text) == articles


def test_article_after_no_known_name_is_that_of_the_cite() -> None:
    assert named("第三条，第四条，《某办法》与第三条", "a:3") == "a:3 a:3"


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("第三条", "a:3"),
        ("应当办理（第三条）", "a:3"),
        ("《乙法》第三条，第四条", "b:3 b:4"),
        ("《乙法》第三条\n第四条", "b:3 a:4"),
        ("《乙法》第三条；（第九条）", "b:3 a:9"),
        ("《乙法》第三条\n\n    第四条\n\n第五条", "b:3 b:4 a:5"),
        ("该法第三条", ""),
        ("前述规定第三条", ""),
        ("《某办法》与第三条", ""),
        ("修正乙法时，又在第三条增写一句", ""),
        ("修正甲法时，又在第三条增写一句", "a:3"),
        ("乙法也是如此（第三条）", "a:3"),
        ("第九十九条", ""),
    ],
)
def test_article_without_a_name_on_a_page_about_a_statute(text: str, articles: str) -> None:
    assert named(text, about="a") == articles
