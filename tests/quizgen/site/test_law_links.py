"""Links from lessons and rationales to the articles that they name."""

from __future__ import annotations

import re
from datetime import date

import markdown
import pytest

from quizgen.law.edition import editions
from quizgen.law.lawbook import Lawbook
from quizgen.law.register import Register
from quizgen.site.law_links import LawLinks, Links, linked
from tests.quizgen_factories import cite
from tests.quizgen_laws import numbers, register_of, statute_text

TEXT = statute_text("a", title="中华人民共和国甲法", articles=[*numbers(20), "17-1"])
BARE = statute_text("b", title="中华人民共和国乙法", articles=numbers(20))
REGISTER: Register = register_of(TEXT, BARE)
LINKS = Links(book=Lawbook(REGISTER, {"a": (TEXT,)}), editions=editions(REGISTER, {"a": (TEXT,)}, date(2026, 12, 20)))
LINK = re.compile(r'<a class="law-link" href="([^"]*)"[^>]*>([^<]*)</a>')
DATABASE = "https://flk.npc.gov.cn/"


def page(text: str, about: str = "") -> str:
    links = LawLinks(LINKS, about=lambda: about, href=lambda address: f"../{address}")
    return markdown.markdown(text, extensions=["admonition", "tables", links])


def links(html: str) -> list[tuple[str, str]]:
    return [(words, address) for address, words in LINK.findall(html)]


def test_named_article_leads_to_its_place() -> None:
    html = page("根据《甲法》第三条第二款，应当办理。")

    assert html == '<p>根据<a class="law-link" href="../laws/a/#t3k2">《甲法》第三条第二款</a>，应当办理。</p>'


def test_every_article_of_a_list_is_linked() -> None:
    assert links(page("《中华人民共和国甲法》第三条、第五条和第十七条之一")) == [
        ("《中华人民共和国甲法》第三条", "../laws/a/#t3"),
        ("第五条", "../laws/a/#t5"),
        ("第十七条之一", "../laws/a/#t17-1"),
    ]


def test_words_around_and_between_links_stay_in_order() -> None:
    html = page("前《甲法》第一条**粗《甲法》第二条体**中《甲法》第三条和第四条后")

    assert re.sub("<[^>]*>", "", html) == "前《甲法》第一条粗《甲法》第二条体中《甲法》第三条和第四条后"
    assert [words for words, _ in links(html)] == ["《甲法》第一条", "《甲法》第二条", "《甲法》第三条", "第四条"]


@pytest.mark.parametrize(
    "text",
    [
        "《甲法》第九十九条",
        "《乙法》第三条",
        "《某办法》第三条",
        "`《甲法》第三条`",
        "## 《甲法》第三条",
        "[《甲法》第三条](https://example.org/)",
        "    《甲法》第三条",
        "第三条",
    ],
)
def test_what_has_no_place_or_is_no_prose_stays_text(text: str) -> None:
    assert links(page(text)) == []


def test_unnamed_article_is_the_pages_own_statutes() -> None:
    assert links(page("应当办理（第三条第二款）。", about="a")) == [("第三条第二款", "../laws/a/#t3k2")]


def test_name_and_article_in_different_elements_are_one_mention() -> None:
    assert links(page("《甲法》**第三条**和*《甲法》*第四条")) == [
        ("第三条", "../laws/a/#t3"),
        ("第四条", "../laws/a/#t4"),
    ]


def test_article_after_a_named_one_is_of_the_same_statute() -> None:
    assert links(page("《甲法》第三条。第四条。", about="b")) == [
        ("《甲法》第三条", "../laws/a/#t3"),
        ("第四条", "../laws/a/#t4"),
    ]


def test_unnamed_article_of_a_rationale_is_that_of_its_cite() -> None:
    found = linked("<p>第三条，第四条</p>", LINKS, [cite("a:4")], href=lambda address: address)

    assert links(found) == [("第四条", "laws/a/#t4")]


@pytest.mark.parametrize("text", ["《乙法》很短，第三条写明。", "该法第三条", "前述规定第三条", "《某办法》与第三条"])
def test_unnamed_article_stays_text_where_it_may_be_another_statutes(text: str) -> None:
    assert links(page(text, about="a")) == []


def test_law_box_leads_to_its_article_and_leaves_the_quotation_alone() -> None:
    html = page('!!! law "《中华人民共和国甲法》第五条第三款"\n    依照第三条办理。\n', about="a")

    assert links(html) == [("《中华人民共和国甲法》第五条第三款", "../laws/a/#t5k3")]


def test_law_box_without_a_text_leads_to_the_official_database() -> None:
    html = page('!!! law "《中华人民共和国乙法》第五条"\n    条文。\n\n!!! law "《某办法》第五条"\n    条文。\n')

    assert links(html) == [("《中华人民共和国乙法》第五条", DATABASE)]


def test_table_cells_are_linked_each_by_itself() -> None:
    html = page("| 义务 | 条文 |\n|---|---|\n| 纳税 | 第三条 |\n| 其他 | 《乙法》和第三条 |\n", about="a")

    assert links(html) == [("第三条", "../laws/a/#t3")]


def test_rationale_is_linked_outside_code() -> None:
    html = "<p>《甲法》第三条&lt;甲&gt;<strong>第四条</strong><code>《甲法》第五条</code></p><p>《甲法》第六条</p>"

    found = linked(html, LINKS, (), href=lambda address: f"../{address}?a&b")

    assert links(found) == [
        ("《甲法》第三条", "../laws/a/#t3?a&amp;b"),
        ("第四条", "../laws/a/#t4?a&amp;b"),
        ("《甲法》第六条", "../laws/a/#t6?a&amp;b"),
    ]
    assert LINK.sub(r"\2", found) == html


def test_citation_of_an_item_has_the_articles_address() -> None:
    cites = [cite(text) for text in ("a:17-1", "a:99", "b:3", "doc:c")]

    assert [LINKS.cited(one) for one in cites] == ["laws/a/#t17-1", None, None, None]
