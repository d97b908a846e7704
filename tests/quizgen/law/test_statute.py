"""Statutes and how their articles are named."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizgen.law.register import Register, Statute, article_number, article_title, in_title_marks, names_of

CRIMINAL_LAW = Statute(
    id="xingfa",
    title="中华人民共和国刑法",
    short="刑法",
    version=date(2023, 12, 29),
    effective=date(2024, 3, 1),
    articles=452,
)


def test_statute_is_known_by_each_of_its_names() -> None:
    register = Register(statutes={"xingfa": CRIMINAL_LAW})

    assert register.ids_by_name == {"中华人民共和国刑法": "xingfa", "刑法": "xingfa"}
    assert names_of("城市规划条例", "《规划条例》") == ("城市规划条例", "规划条例")


def test_title_marks_are_written_once() -> None:
    assert [in_title_marks(name) for name in ("刑法", "《刑法》")] == ["《刑法》", "《刑法》"]


def test_inserted_articles_follow_the_one_before_them() -> None:
    assert sorted(["18", "17-1", "2", "17"], key=article_number) == ["2", "17", "17-1", "18"]


@pytest.mark.parametrize(
    ("article", "there"),
    [("1", True), ("452", True), ("453", False), ("0", False), ("17-1", True), ("453-1", False), ("", False),
     ("十七", False), ("-1", False)],
)  # fmt: skip
def test_article_lies_within_the_numbering(article: str, there: bool) -> None:
    assert CRIMINAL_LAW.has_article(article) is there


@pytest.mark.parametrize(
    ("article", "title"),
    [
        ("1", "第一条"),
        ("10", "第十条"),
        ("18", "第十八条"),
        ("20", "第二十条"),
        ("33", "第三十三条"),
        ("100", "第一百条"),
        ("101", "第一百零一条"),
        ("110", "第一百一十条"),
        ("1000", "第一千条"),
        ("1001", "第一千零一条"),
        ("1010", "第一千零一十条"),
        ("1043", "第一千零四十三条"),
        ("1260", "第一千二百六十条"),
        ("17-1", "第十七条之一"),
        ("120-10", "第一百二十条之十"),
    ],
)
def test_article_is_named_in_chinese_numerals(article: str, title: str) -> None:
    assert article_title(article) == title


@given(st.integers(1, 9999))
def test_numerals_read_back_to_the_number(number: int) -> None:
    text = article_title(str(number)).removeprefix("第").removesuffix("条")
    units, digits = {"千": 1000, "百": 100, "十": 10}, "零一二三四五六七八九"

    total, digit = 0, 0
    for char in text:
        if char in units:
            total, digit = total + (digit or 1) * units[char], 0
        else:
            digit = digits.index(char)

    assert total + digit == number
