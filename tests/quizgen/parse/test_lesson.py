"""Lesson pages: front matter, practice blocks, positions from the top of the file."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizgen.diagnostics import Span
from quizgen.lesson import Lesson
from quizgen.model import ItemId, LessonId, ModuleId
from quizgen.parse.lesson import PracticeBlock, parse_lesson, practice_blocks
from tests.quizgen_content import LESSON, places


def test_lesson_is_read_in_full() -> None:
    lesson, found = parse_lesson(LESSON, "a.md", address="lessons/xianfa-01/")

    assert found == []
    assert lesson == Lesson(
        id=LessonId("xianfa-01"),
        title="宪法的地位",
        module=ModuleId("xianfa"),
        minutes=45,
        reviewed=date(2026, 11, 23),
        path="lessons/xianfa-01/",
    )
    assert lesson.where == Span(path="a.md", line=3, column=9, length=9)
    assert lesson.practice == ((ItemId("xianfa-01-001"), Span(path="a.md", line=11, column=1, length=13)),)
    assert lesson.seconds == 2700


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# 通知\n",
        "---\n---\n正文\n",
        "---\ntitle: 通知\nhide: [toc]\n---\n正文\n",
        "正文\n\n---\n\nlesson: 不是页首\n",
    ],
)
def test_page_without_lesson_is_no_lesson(text: str) -> None:
    assert parse_lesson(text, "a.md", address="a/") == (None, [])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("lesson: xianfa-01\n", "", [("Q021", 2, 1)]),
        ("lesson: xianfa-01\n", "leson: xianfa-01\n", [("Q020", 3, 1)]),
        ("lesson: xianfa-01\n", "lesson: 宪法一\n", [("Q028", 3, 9)]),
        ("minutes: 45\n", "minutes: 45分钟\n", [("Q025", 5, 10)]),
        ("minutes: 45\n", "minutes: 0\n", [("Q025", 5, 10)]),
        ("minutes: 45\n", "minutes: 45\nauthor: 某人\n", [("Q020", 6, 1)]),
        ("minutes: 45\n", "minutes: 45\n\tx: 1\n", [("Q004", 6, 1)]),
        ("title: 宪法的地位", "title: a: b", [("Q005", 2, 9)]),
        ("---\n正文", "正文", [("Q309", 1, 1)]),
    ],
)
def test_fault_of_front_matter_counts_from_the_top(old: str, new: str, expected: list[tuple[str, int, int]]) -> None:
    _, found = parse_lesson(LESSON.replace(old, new), "a.md", address="a/")

    assert places(found) == expected


def test_front_matter_may_have_the_renderers_own_fields() -> None:
    text = LESSON.replace("minutes: 45\n", "minutes: 45\nhide: [toc]\nsearch: {exclude: true}\ndescription: 说明\n")

    _, found = parse_lesson(text, "a.md", address="a/")

    assert found == []


def test_block_names_items_on_its_lines_or_its_opening() -> None:
    text = "::: practice xianfa-01-001 xianfa-01-002\nxianfa-01-003\n\n:::\n正文\n:::practice\n:::\n"

    blocks, found = practice_blocks(text, "a.md")

    assert found == []
    assert [(b.first, b.last, [id for id, _ in b.items]) for b in blocks] == [
        (1, 4, ["xianfa-01-001", "xianfa-01-002", "xianfa-01-003"]),
        (6, 7, []),
    ]
    assert blocks[0].items[1][1] == Span(path="a.md", line=1, column=28, length=13)


def test_block_in_fenced_code_is_text() -> None:
    text = "```\n::: practice\n文字\n```\n~~~~ md\n:::\n~~~\n~~~~\n::: practice\n:::\n"

    blocks, found = practice_blocks(text, "a.md")

    assert (blocks, found) == ([PracticeBlock(first=9, last=10, items=())], [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("正文\n::: practice\nxianfa-01-001\n", [("Q301", 2, 1)]),
        ("::: practice\n::: practice\n:::\n", [("Q301", 1, 1)]),
        ("::: practice\n  请 作答\n:::\n", [("Q302", 2, 3), ("Q302", 2, 5)]),
        ("::: practise\nxianfa-01-001\n:::\n", [("Q303", 1, 1), ("Q303", 3, 1)]),
        ("::: practice xianfa-01-001\nxianfa-01-001\n:::\n", [("Q310", 2, 1)]),
    ],
)
def test_fault_of_a_block_is_placed(text: str, expected: list[tuple[str, int, int]]) -> None:
    _, found = practice_blocks(text, "a.md")

    assert places(found) == expected


@given(st.text(alphabet="-:= practice\n`~x甲[]{}'", max_size=120))
def test_any_text_gives_a_lesson_or_none(text: str) -> None:
    _, found = parse_lesson(text, "a.md", address="a/")

    assert all(1 <= d.span.line <= text.count("\n") + 1 for d in found)
