"""The same words with and without a negation."""

from __future__ import annotations

import pytest

from quizgen.law.restating.denial import denied_by_one


@pytest.mark.parametrize(
    ("one", "other", "ours", "theirs"),
    [
        ("这样的天气可以升挂国旗", "遇有恶劣天气，可以不升挂", "可以升挂", "可以不升挂"),
        ("天气不好可以不升挂国旗", "节日可以升挂国旗", "可以不升挂", "可以升挂"),
        ("分摊办法法律有规定", "法律没有规定的，可以适用习惯", "法律有规定", "法律没有规定"),
    ],
)
def test_words_that_one_text_denies_are_found(one: str, other: str, ours: str, theirs: str) -> None:
    assert list(denied_by_one(one, other)) == [(ours, theirs)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("可以不升挂", "可以不升挂"),
        ("可以升挂，也可以不升挂", "可以升挂"),
        ("可以升挂", "可以升挂；遇有恶劣天气可以不升挂"),
        ("因工负伤", "非因工负伤"),
        ("共有的动产", "共有的不动产"),
        ("依照有证据", "除非有证据"),
        ("", "可以不升挂"),
    ],
)
def test_words_that_both_deny_or_that_differ_otherwise_are_left_alone(one: str, other: str) -> None:
    assert list(denied_by_one(one, other)) == []
