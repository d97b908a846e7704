"""Articles as prose names them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizgen.law.citation import mentions, numeral
from quizgen.law.register import article_title

NAMES = {"宪法", "公务员法"}


def found(text: str) -> list[tuple[str, str, str]]:
    """The words, the statute's name and the article with paragraph and entry."""
    return [
        (text[m.start : m.end], m.statute, ".".join(str(part) for part in (m.article, m.paragraph, m.item) if part))
        for m in mentions(text, NAMES)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("根据《宪法》第三十三条第二款规定", [("《宪法》第三十三条第二款", "宪法", "33.2")]),
        ("《刑法》第17条之一第（三）项", [("《刑法》第17条之一第（三）项", "刑法", "17-1.3")]),
        ("《民法典》（2020年）总则编第 9 条", [("《民法典》（2020年）总则编第 9 条", "民法典", "9")]),
        ("依据宪法第五条", [("宪法第五条", "宪法", "5")]),
        ("按照全国人大组织法第五条", [("全国人大组织法第五条", "全国人大组织法", "5")]),
        (
            "《甲》第一条。该法第二条，本条例第三条",
            [("《甲》第一条", "甲", "1"), ("第二条", "", "2"), ("第三条", "", "3")],
        ),
        ("《适用《民法典》的解释》第三条", [("《适用《民法典》的解释》第三条", "适用《民法典》的解释", "3")]),
        ("无头》第三条", [("第三条", "", "3")]),
        (
            "《甲》第三条、第四条第一款和第三款第二项",
            [("《甲》第三条", "甲", "3"), ("第四条第一款", "甲", "4.1"), ("第三款第二项", "甲", "4.3.2")],
        ),
        ("第十七条之一第一款、第二款", [("第十七条之一第一款", "", "17-1.1"), ("第二款", "", "17-1.2")]),
        ("第一款；第一个条件；第一条件；第五章；第零条；第10000条", []),
    ],
)
def test_articles_are_found_with_their_names_and_places(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(text) == expected


def test_ends_of_a_range_are_marked() -> None:
    ranges = [(m.article, m.in_range) for m in mentions("《甲》第三条至第五条、第七条，第九条—第十条")]

    assert ranges == [("3", True), ("5", True), ("7", False), ("9", True), ("10", True)]


@pytest.mark.parametrize(
    ("text", "number"),
    [("一千零四十三", 1043), ("一〇四三", 1043), ("1043", 1043), ("３", 3), ("十", 10), ("两百", 200),
     ("一万二千", 12_000), ("3万", 30_000), ("一亿零五万", 100_050_000), ("2百", 200)],
)  # fmt: skip
def test_numeral_is_read_in_every_way_of_writing(text: str, number: int) -> None:
    assert numeral(text) == number


@pytest.mark.parametrize("text", ["", "法", "1.5", "-1", "1" * 5000])
def test_other_text_is_no_numeral(text: str) -> None:
    with pytest.raises(ValueError, match="no numeral"):
        numeral(text)


@given(st.integers(1, 9999), st.integers(0, 99))
def test_title_of_an_article_reads_back(number: int, inserted: int) -> None:
    article = f"{number}-{inserted}" if inserted else str(number)

    (mention,) = mentions(article_title(article))

    assert mention.article == article


@given(st.text(alphabet="第一二十百零〇万亿1条之款项至、，《》宪法（） 的", max_size=40))
def test_any_text_gives_mentions_in_order_within_it(text: str) -> None:
    places = [(m.start, m.end) for m in mentions(text, NAMES)]

    assert all(0 <= start < end <= len(text) for start, end in places)
    assert places == sorted(places)
