"""How a statute is laid out as pages, and where its articles stand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizgen.law.edition import PAGE_ARTICLES, Edition, anchor, editions
from quizgen.law.text import LEVELS, StatuteText
from tests.quizgen_laws import heading, numbers, register_of, statute_text

DAY = date(2026, 12, 20)


def edition(text: StatuteText) -> Edition:
    return editions(register_of(text), {text.id: (text,)}, DAY)[text.id]


def layout(text: StatuteText) -> list[tuple[str, str]]:
    return [(part.address, " / ".join(part.titles)) for part in edition(text).parts]


def test_short_statute_is_one_page() -> None:
    found = edition(statute_text(headings=[heading("章", "第一章 总则", 1, 3)]))

    assert [(part.address, part.titles, part.span) for part in found.parts] == [
        ("laws/ceshi-fa/", (), "第一条至第三条"),
    ]
    assert found.address == "laws/ceshi-fa/"


def test_long_statute_is_cut_at_its_books_and_large_books_at_chapters() -> None:
    chapters = [
        heading("章", "第一章 甲", 1, 100),
        heading("章", "第二章 乙", 101, 140),
        heading("章", "第三章 丙", 141, 200),
    ]
    books = [heading("编", "第一编 总则", 1, 200), *chapters, heading("编", "第二编 物权", 201, 240)]

    assert layout(statute_text(articles=numbers(240), headings=books)) == [
        ("laws/ceshi-fa/t1/", "第一编 总则 / 第一章 甲至第二章 乙"),
        ("laws/ceshi-fa/t141/", "第一编 总则 / 第三章 丙"),
        ("laws/ceshi-fa/t201/", "第二编 物权"),
    ]


def test_few_closing_articles_stay_with_the_book_before() -> None:
    books = [heading("编", "第一编 甲", 1, 120), heading("编", "第二编 乙", 121, 200), heading("编", "附则", 201, 202)]

    assert layout(statute_text(articles=numbers(202), headings=books)) == [
        ("laws/ceshi-fa/t1/", "第一编 甲"),
        ("laws/ceshi-fa/t121/", "第二编 乙至附则"),
    ]


def test_long_statute_without_headings_is_cut_by_number() -> None:
    assert layout(statute_text(articles=numbers(310))) == [
        ("laws/ceshi-fa/t1/", ""),
        ("laws/ceshi-fa/t151/", ""),
        ("laws/ceshi-fa/t301/", ""),
    ]


def test_single_article_of_a_page_is_its_span() -> None:
    assert edition(statute_text(articles=["1"])).parts[0].span == "第一条"


def test_article_has_one_place() -> None:
    found = edition(statute_text(articles=("1", "17", "17-1")))

    assert found.place("17") == "laws/ceshi-fa/#t17"
    assert found.place("17-1") == "laws/ceshi-fa/#t17-1"
    assert found.place("18") is None


@pytest.mark.parametrize(("paragraph", "place"), [(None, "t1"), (1, "t1"), (2, "t1k2"), (6, "t1"), (0, "t1")])
def test_paragraph_beyond_the_article_leads_to_the_article(paragraph: int | None, place: str) -> None:
    assert edition(statute_text()).place("1", paragraph) == f"laws/ceshi-fa/#{place}"


def test_headings_that_cannot_be_placed_are_left_out() -> None:
    sound = heading("章", "第一章 总则", 1, 3)
    unsound = [heading("章", "第二章 空", 7, 9), heading("卷", "卷一", 1, 3), heading("章", "第三章 半", 3, 9)]

    found = edition(statute_text(headings=[sound, *unsound]))

    assert found.outline == (sound,)
    assert list(found.headings(found.parts[0])) == [("m1", sound)]


def test_page_has_the_headings_that_begin_on_it() -> None:
    first, second = heading("章", "第一章", 1, 100), heading("章", "第二章", 101, 200)

    found = edition(statute_text(articles=numbers(200), headings=[first, second]))

    assert [list(found.headings(part)) for part in found.parts] == [[("m1", first)], [("m2", second)]]


def test_depth_counts_the_levels_that_the_statute_uses() -> None:
    rows = [heading("章", "第一章", 1, 3), heading("节", "第一节", 1, 2), heading("节", "第二节", 3, 3)]

    found = edition(statute_text(headings=rows))

    assert [found.depth(row) for row in rows] == [0, 1, 1]


def test_edition_is_the_version_in_force_and_knows_the_coming_one() -> None:
    old = statute_text(version="2010-01-01", effective="2010-01-01")
    present = statute_text(version="2020-01-01", effective="2020-07-01")
    coming = statute_text(version="2026-10-30", effective="2027-01-01")
    texts = {"ceshi-fa": (old, present, coming)}

    now = editions(register_of(old), texts, DAY)["ceshi-fa"]
    later = editions(register_of(old), texts, date(2027, 12, 20))["ceshi-fa"]

    assert (now.text, now.coming) == (present, coming)
    assert (later.text, later.coming) == (coming, None)


def test_newer_version_that_does_not_say_when_is_coming_until_it_is_registered() -> None:
    present = statute_text(version="2020-01-01", effective="2020-07-01")
    undated = statute_text(version="2026-10-30", effective=None)
    texts = {"ceshi-fa": (present, undated)}

    before = editions(register_of(present), texts, DAY)["ceshi-fa"]
    after = editions(register_of(undated), texts, DAY)["ceshi-fa"]

    assert (before.text, before.coming) == (present, undated)
    assert (after.text, after.coming) == (undated, None)


def test_statute_that_is_not_yet_in_force_is_shown_as_it_will_be() -> None:
    first = statute_text(effective="2027-01-01")

    assert edition(first).text == first


def test_unregistered_statutes_and_those_without_a_text_have_no_edition() -> None:
    known, unknown = statute_text("a"), statute_text("b")

    assert editions(register_of(known), {"b": (unknown,)}, DAY) == {}


@given(
    st.integers(1, 700).flatmap(
        lambda last: st.tuples(
            st.just(last), st.lists(st.tuples(st.sampled_from(LEVELS), st.integers(1, last), st.integers(1, last)))
        )
    )
)
def test_pages_hold_every_article_once_and_in_order(drawn: tuple[int, list[tuple[str, int, int]]]) -> None:
    last, rows = drawn
    headings = [heading(level, level, *sorted(ends)) for level, *ends in rows]

    found = edition(statute_text(articles=dict.fromkeys(numbers(last), "条文。"), headings=headings))

    assert [article for part in found.parts for article in part.articles] == numbers(last)
    assert all(len(part.articles) <= PAGE_ARTICLES for part in found.parts)
    assert len({part.address for part in found.parts}) == len(found.parts)


def test_anchors_tell_article_and_paragraph() -> None:
    assert (anchor("33"), anchor("33", 3), anchor("17-1", 2)) == ("t33", "t33k3", "t17-1k2")
