"""Texts of statutes as JSON."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizgen.law.text import Heading, StatuteText
from quizgen.parse.statute_text import parse_statute_text

FIELDS = {
    "title": "中华人民共和国测试法",
    "version": "2026-03-01",
    "effective": "2026-07-01",
    "articles": {"1": "第一款。\n第二款：\n（一）甲。", "1-1": "之一。"},
    "structure": [{"level": "章", "title": "第一章 总则", "first": "1", "last": "1-1"}],
    "history": ["2026年3月1日通过"],
    "preamble": "序言。",
    "source": "别处来的，不看",
}


def reason(fields: object, path: str = "laws/ceshi-fa.json") -> str:
    text, found = parse_statute_text(json.dumps(fields), path)
    assert text is None
    assert [(d.code, d.span.path) for d in found] == [("Q503", path)]
    return found[0].message.removeprefix("法律原文读不出来：")


def test_whole_text_is_read() -> None:
    text, found = parse_statute_text(json.dumps(FIELDS), "laws/ceshi-fa@2026-03-01.json")

    assert found == []
    assert text == StatuteText(
        id="ceshi-fa",
        title="中华人民共和国测试法",
        short="测试法",
        version=date(2026, 3, 1),
        effective=date(2026, 7, 1),
        articles={"1": "第一款。\n第二款：\n（一）甲。", "1-1": "之一。"},
        headings=(Heading(level="章", title="第一章 总则", first="1", last="1-1"),),
        history=("2026年3月1日通过",),
        preamble="序言。",
    )


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"title": ""}, "“title”应当是文字"),
        ({"version": "2026年"}, "“version”应当是日期，如2026-11-23"),
        ({"effective": 20260701}, "“effective”应当是文字"),
        ({"articles": {}}, "“articles”应当是条号和条文"),
        ({"articles": {"第一条": "甲"}}, "“articles”应当是条号和条文，条号写作33或17-1"),
        ({"articles": {"1": None}}, "“articles”应当是条号和条文，条号写作33或17-1"),
        ({"structure": ["第一章"]}, "“structure”应当是编、章、节的列表"),
        ({"structure": [{"level": "章"}]}, "“title”应当是文字"),
        ({"history": "2026年"}, "“history”应当是文字的列表"),
    ],
)
def test_what_does_not_fit_is_named(changed: dict[str, object], expected: str) -> None:
    assert reason({**FIELDS, **changed}) == expected


def test_other_json_and_other_names_are_refused() -> None:
    assert reason([]) == "应当是一个JSON对象"
    assert reason(FIELDS, "laws/测试法.json").startswith("文件名应当是")


def test_json_nested_without_end_is_refused() -> None:
    text, found = parse_statute_text("[" * 200_000, "laws/a.json")

    assert (text, [d.message for d in found]) == (None, ["法律原文读不出来：不是JSON"])


@given(st.text())
def test_any_text_gives_a_text_or_a_reason(text: str) -> None:
    statute, found = parse_statute_text(text, "laws/a.json")

    assert (statute is None) == bool(found)
