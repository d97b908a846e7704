from __future__ import annotations

from datetime import date

import markdown
from markdown.extensions import Extension

from quizgen.law.edition import editions
from quizgen.law.lawbook import Lawbook
from quizgen.law.register import Register, Statute
from quizgen.site.law_links import LawLinks, Links
from quizgen.site.practice import PracticeBlocks
from quizgen.site.search_index import Nearness, Passage, Section, index, sections
from tests.quizgen_laws import statute_text


def _statute(id: str, *, title: str, short: str, articles: int) -> Statute:
    return Statute(
        id=id, title=title, short=short, version=date(2020, 1, 1), effective=date(2020, 1, 1), articles=articles
    )


REGISTER = Register(
    statutes={
        "xianfa": _statute("xianfa", title="中华人民共和国宪法", short="宪法", articles=143),
        "minfadian": _statute("minfadian", title="中华人民共和国民法典", short="民法典", articles=1260),
    }
)


def _passages(text: str, about: str = "") -> list[Passage]:
    """The passages of a page as a build reads them."""
    found: list[Passage] = []
    links = LawLinks(
        Links(book=Lawbook(REGISTER), editions={}), about=lambda: about, href=lambda address: address, read=found.extend
    )
    practice = PracticeBlocks(lambda _: '<div class="practice" data-search-exclude><div><p>题干</p></div><img></div>')
    extensions: list[str | Extension] = ["admonition", "attr_list", "fenced_code", "tables", "toc", practice, links]
    markdown.markdown(text, extensions=extensions, extension_configs={"toc": {"permalink": "#"}})
    return found


def _cites(text: str, about: str = "") -> object:
    return [cite for passage in _passages(text, about) for cite in passage.cites]


def test_sections_begin_at_headings_with_anchors() -> None:
    passages = _passages("引言\n\n## 一、根本法 {#一}\n\n甲<br>乙\n\n- 丙\n- 丁\\*\n")

    assert sections(passages, url="lessons/a/", page="课") == [
        Section(url="lessons/a/", page="课", title="课", text="引言"),
        Section(url="lessons/a/#一", page="课", title="一、根本法", text="甲乙 丙 丁*"),
    ]


def test_sections_leave_out_practice_code_and_forms() -> None:
    passages = _passages("前\n\n::: practice\n:::\n\n```\n代码\n```\n\n<form>表</form>\n\n后\n")

    assert sections(passages, url="a/", page="课") == [Section(url="a/", page="课", title="课", text="前 后")]


def test_raw_html_is_read_as_it_shows() -> None:
    passages = _passages("<div><p>甲&amp;乙</p><script>x</script></div>\n\n按<kbd>回车</kbd>&nbsp;键\n")

    assert [passage.text for passage in passages] == ["甲&乙 按回车 键"]


def test_index_names_the_articles_that_a_section_cites() -> None:
    assert _cites("《宪法》第三十三条和《中华人民共和国民法典》第一千零四十三条第一款") == [
        "minfadian:1043",
        "xianfa:33",
    ]


def test_articles_listed_after_one_title_all_count() -> None:
    assert _cites("见《宪法》第二条、第五条第四款，《某办法》第三条") == ["xianfa:2", "xianfa:5"]


def test_inserted_article_keeps_its_suffix() -> None:
    assert _cites("《宪法》第十七条之一") == ["xianfa:17-1"]


def test_article_that_the_named_statute_does_not_have_is_the_pages_own() -> None:
    assert _cites("《宪法》第二条；声音的保护（第一千零二十三条）", about="minfadian") == ["minfadian:1023", "xianfa:2"]


def test_article_without_a_title_otherwise_follows_the_last_named() -> None:
    assert _cites("第一条。《宪法》第二条讲权力，第三条讲民主集中制") == ["xianfa:2", "xianfa:3"]


def test_articles_of_an_unknown_statute_are_passed_over() -> None:
    assert _cites("《宪法》第二条，《某办法》第三条，第四条") == ["xianfa:2"]


def test_article_beyond_the_statute_is_no_citation() -> None:
    assert _cites("《宪法》第三百条") == []


def test_range_belongs_to_the_statute_named_before_it() -> None:
    assert _cites("《宪法》第三十三条至第五十条", about="minfadian") == ["xianfa:33", "xianfa:50"]


def test_index_tells_how_near_a_section_comes_to_an_article() -> None:
    text = """!!! law "《中华人民共和国宪法》第三十三条第一款"
    条文

!!! tip "提示"
    第三十四条

第三十三条至第三十六条；第三十七条第一款至第三款，第三十六条到第四十条
"""

    (passage,) = _passages(text)

    assert passage.cites == {
        "xianfa:33": Nearness.TEXT,
        "xianfa:34": Nearness.NAMED,
        "xianfa:36": Nearness.RANGE,
        "xianfa:37": Nearness.NAMED,
        "xianfa:40": Nearness.RANGE,
    }


def test_index_tells_laws_and_names() -> None:
    found = sections(_passages("## 二 {#二}\n\n《宪法》第二条"), url="a/", page="课")

    assert index(found[1:], REGISTER) == {
        "laws": [["xianfa", "中华人民共和国宪法", "宪法", []], ["minfadian", "中华人民共和国民法典", "民法典", []]],
        "names": {"xianfa:2": "第二条"},
        "sections": [
            {"url": "a/#二", "page": "课", "title": "二", "text": "《宪法》第二条", "cites": {"xianfa:2": 1}},
        ],
    }


def test_index_tells_which_page_holds_which_articles() -> None:
    text = statute_text("xianfa", title="中华人民共和国宪法", articles=("1", "2", "2-1", "3", "5", "6"))

    laws = index([], REGISTER, editions(REGISTER, {"xianfa": (text,)}, date(2026, 12, 20)))["laws"]

    assert laws == [
        ["xianfa", "中华人民共和国宪法", "宪法", [["laws/xianfa/", "", [[1, 2], "2-1", [3, 3], [5, 6]]]]],
        ["minfadian", "中华人民共和国民法典", "民法典", []],
    ]
