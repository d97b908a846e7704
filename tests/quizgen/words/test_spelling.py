"""The nearest known word, for any number of misspelt ones."""

from __future__ import annotations

import pytest

from quizgen.words.spelling import Words, did_you_mean, nearest

IDS = [f"xianfa-{lesson:02d}-{number}" for lesson in range(50) for number in range(100, 600)]
"""More than are compared one by one."""


@pytest.mark.parametrize(
    ("word", "near"),
    [("statas", "status"), (" Status", "status"), ("stauts", "status"), ("statuses", "status"), ("colour", "")],
)
def test_nearest_word_is_like_the_misspelt_one(word: str, near: str) -> None:
    assert nearest(word, ["stem", "status"]) == near


def test_alias_comes_before_likeness() -> None:
    assert nearest("Stat", ["stem", "status"], {"stat": "stem"}) == "stem"


def test_hint_asks_for_the_nearest_word_and_is_empty_without_one() -> None:
    words = Words(["xianfa"])

    assert (words.hint("xianfaa"), words.hint("minfadian")) == ("是否应为“xianfa”？", "")
    assert (did_you_mean("xianfaa", ["xianfa"]), did_you_mean("minfadian", ["xianfa"])) == ("是否应为“xianfa”？", "")


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("xianfa-07-1234", "xianfa-07-123"),
        ("xianf-07-123", "xianfa-07-123"),
        ("xianfa-07-l23", "xianfa-07-123"),
        ("xiafna-07-123", "xianfa-07-123"),
        ("minfa-07-123", ""),
    ],
)
def test_one_slip_is_found_among_more_words_than_are_compared(word: str, near: str) -> None:
    assert Words(IDS).nearest(word) == near


def test_comparing_one_by_one_ends_with_its_budget() -> None:
    words = Words(["xianfa-01"] * 15_000)

    assert [words.nearest("xianfa-01-bb") for _ in range(2)] == ["xianfa-01", ""]
