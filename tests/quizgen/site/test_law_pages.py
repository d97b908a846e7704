"""Statutes as pages: what they say, what they escape, how they lead to each other."""

from __future__ import annotations

import os
import re
from datetime import date

import pytest

from quizgen.content import read_content
from quizgen.law.edition import editions
from quizgen.law.text import StatuteText
from quizgen.site.law_pages import LawPage, law_pages, source
from tests.course_project import REPOSITORY
from tests.quizgen_laws import CODE, CONSTITUTION, heading, register_of, statute_text

DAY = date(2026, 12, 20)


def pages(*texts: StatuteText) -> dict[str, LawPage]:
    shown = editions(register_of(*texts), {text.id: tuple(t for t in texts if t.id == text.id) for text in texts}, DAY)
    return {page.address: page for page in law_pages(shown)}


def words(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html).split())


def test_no_texts_make_no_pages() -> None:
    assert pages() == {}


def test_list_names_every_statute_with_its_size_and_date() -> None:
    page = pages(CONSTITUTION, statute_text(effective=None))["laws/"]

    assert page.title == "法律法规"
    assert '<li><a href="xianfa/">中华人民共和国宪法</a><small>143条，2020年7月1日起施行</small></li>' in page.html
    assert '<li><a href="ceshi-fa/">中华人民共和国测试法</a><small>3条，2020年1月2日通过</small></li>' in page.html
    assert "以 国家法律法规数据库 公布的文本为准" in words(page.html)


def test_article_has_its_paragraphs_and_entries_apart() -> None:
    page = pages(statute_text(articles={"1": "甲：\n（一）乙；\n（二）丙。\n丁。"}))["laws/ceshi-fa/"]

    article = page.html[page.html.index('<div class="law-article"') :]
    assert article == (
        '<div class="law-article" id="t1">\n'
        '<p><a class="law-number" href="#t1">第一条</a>\u3000甲：</p>\n<p>（一）乙；</p>\n<p>（二）丙。</p>\n'
        '<p id="t1k2">丁。</p>\n</div>\n</div>\n'
    )


def test_statute_on_one_page_says_history_version_and_contents() -> None:
    page = pages(CONSTITUTION)["laws/xianfa/"]

    assert "（2020年1月2日测试会议通过）" in page.html
    assert "本页为2020年1月2日通过的文本，自2020年7月1日起施行。以 国家法律法规数据库 公布的文本为准。" in words(
        page.html
    )
    assert '<a href="#m2">第二章 测试权利</a> <small>第33—143条</small>' in page.html
    assert '<h2 id="xuyan">序言</h2>\n<p>测试序言第一段。</p>\n<p>测试序言第二段。</p>' in page.html
    assert page.contents == ((2, "xuyan", "序言"), (2, "m1", "第一章 测试总纲"), (2, "m2", "第二章 测试权利"))


def test_statute_on_several_pages_has_a_list_of_them_and_leads_through() -> None:
    found = pages(CODE)
    own = [page for address, page in found.items() if address.startswith("laws/minfadian/")]

    first = found["laws/minfadian/"]
    assert '<a href="t121/#m3">第二章 测试主体</a> <small>第121—204条</small>' in first.html
    assert [(page.before, page.after) for page in own[:3]] == [
        ("", "laws/minfadian/t1/"),
        ("laws/minfadian/", "laws/minfadian/t121/"),
        ("laws/minfadian/t1/", "laws/minfadian/t205/"),
    ]
    assert own[-1].after == ""
    assert '<ol class="law-outline" data-pages="1 121 205 ' in first.html
    assert found["laws/minfadian/t121/"].title == "民法典第一百二十一条至第二百零四条"
    assert words(found["laws/minfadian/t121/"].html).startswith(
        "法律法规 › 民法典 中华人民共和国民法典 第一编 测试总则 第二章 测试主体 第一百二十一条至第二百零四条"
    )


def test_long_statute_without_headings_lists_its_pages() -> None:
    text = statute_text(articles=[str(number) for number in range(1, 161)])

    assert '<a href="t151/">第一百五十一条至第一百六十条</a>' in pages(text)["laws/ceshi-fa/"].html


def test_heading_of_one_article_names_it_alone() -> None:
    text = statute_text(headings=[heading("章", "附则", 3, 3)])

    assert "<small>第3条</small>" in pages(text)["laws/ceshi-fa/"].html


def test_coming_version_is_announced() -> None:
    present, coming = statute_text(), statute_text(version="2026-10-30", effective="2027-01-01")
    undated = statute_text(version="2026-12-30", effective=None)

    assert "2027年1月1日起施行新文本（2026年10月30日通过）。" in pages(present, coming)["laws/ceshi-fa/"].html
    assert "新文本已于2026年12月30日通过。" in pages(present, undated)["laws/ceshi-fa/"].html
    assert "新文本" not in pages(present)["laws/ceshi-fa/"].html


def test_law_text_is_escaped_and_never_interpreted() -> None:
    tricks = "<script>alert(1)</script> **粗** [甲](b) {{ x }} &amp;"
    text = statute_text(
        title=f"中华人民共和国{tricks}",
        articles={"1": tricks},
        headings=[heading("章", tricks, 1, 1)],
        history=[tricks],
    )

    page = pages(text)["laws/ceshi-fa/"]

    assert "<script" not in page.html
    assert page.html.count("&lt;script&gt;alert(1)&lt;/script&gt; **粗** [甲](b) {{ x }} &amp;amp;") == 5


def test_official_texts_make_pages_that_an_old_telephone_holds() -> None:
    folder = REPOSITORY / os.environ.get("STATUTE_TEXTS", "../shared/laws")
    if not folder.is_dir():
        pytest.skip(f"no statute texts in {folder}; name their folder in STATUTE_TEXTS")
    content, found = read_content(REPOSITORY / "content", laws=folder)
    texts = [versions[-1] for versions in content.texts.values()]

    made = pages(*texts)

    assert found == []
    assert sum(page.html.count('class="law-article"') for page in made.values()) == sum(len(t.articles) for t in texts)
    assert max(len(page.html.encode()) for page in made.values()) < 250_000


def test_source_is_the_file_of_an_address() -> None:
    assert [source(address) for address in ("laws/", "laws/xianfa/#t33", "laws/minfadian/t1/")] == [
        "laws.md",
        "laws/xianfa.md#t33",
        "laws/minfadian/t1.md",
    ]
