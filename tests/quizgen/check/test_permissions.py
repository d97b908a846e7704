"""Keys that begin with 可以, beside a law that only forbids."""

from __future__ import annotations

import pytest

from quizgen.check.items.permissions import permitted_keys_are_not_forbidden
from quizgen.content import Content
from quizgen.model import Bank, Pool
from tests.quizgen_factories import item

FORBIDDEN = "《宪法》第五条规定，任何单位不得收取费用，B项正确。A项可以先收的说法没有依据。"


def told(option: str, *, rationale: str = FORBIDDEN, stem: str = "这样做（　　）。") -> list[tuple[str, str]]:
    options = {"A": "可以，先收再退", "B": option, "C": "不可以，要先备案"}
    given = item(stem=stem, options=options, key="B", rationale=rationale)
    found = permitted_keys_are_not_forbidden(Content(exam=Bank(pool=Pool.EXAM, items=(given,))))
    return [(fault.code, fault.message) for fault in found]


def test_key_that_allows_what_the_law_only_forbids_is_told() -> None:
    assert told("可以，数额不大") == [("Q236", "正确选项开头说可以，解析里的法律只说“不得”")]
    assert told("可以收，数额不大") == [("Q236", "正确选项开头说可以，解析里的法律只说“不得”")]


def test_key_that_allows_and_says_why_not_is_told() -> None:
    found = told("可以，没有法律依据", rationale="《宪法》第五条，B项正确。")

    assert found == [("Q236", "正确选项开头说可以，同一项里却说“没有法律依据”")]


@pytest.mark.parametrize(
    "option",
    ["不可以，数额再小也一样", "可以，但要先补充证据", "可以收，也可以不收", "可以除外", "对乙公司有效，数额不大"],
)
def test_key_that_forbids_or_allows_with_a_condition_is_left_alone(option: str) -> None:
    assert told(option) == []


@pytest.mark.parametrize(
    "rationale",
    [
        "《宪法》第五条规定，不得收取费用，法律另有规定的可以收取，B项正确。",
        "《宪法》第五条规定，除法律另有规定外，不得收取费用，B项正确。",
        "B项正确。《宪法》第五条规定，公民有权收取费用。",
    ],
)
def test_law_that_allows_something_too_is_left_alone(rationale: str) -> None:
    assert told("可以，数额不大", rationale=rationale) == []


def test_stem_that_may_ask_for_what_is_wrong_is_left_alone() -> None:
    assert told("可以，数额不大", stem="下列做法错误的是（　　）。") == []
