"""Lesson pages: front matter, practice blocks, positions from the top of the file."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizgen.diagnostics import Span
from quizgen.lesson import Lesson, LessonSection
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
        hours=1,
        reviewed=date(2026, 11, 23),
        path="lessons/xianfa-01/",
        sections=tuple(LessonSection(items=(ItemId(f"xianfa-01-00{number}"),)) for number in (1, 2, 3)),
    )
    assert lesson.where == Span(path="a.md", line=3, column=9, length=9)
    assert lesson.practice[0] == (ItemId("xianfa-01-001"), Span(path="a.md", line=11, column=1, length=13))


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
        ("hours: 1\n", "hours: 1\nminutes: 45分钟\n", [("Q025", 6, 10)]),
        ("hours: 1\n", "hours: 1\nminutes: 0\n", [("Q025", 6, 10)]),
        ("hours: 1\n", "hours: 1\nauthor: 某人\n", [("Q020", 6, 1)]),
        ("hours: 1\n", "hours: 1\n\tx: 1\n", [("Q004", 6, 1)]),
        ("hours: 1\n", "", [("Q021", 2, 1)]),
        ("hours: 1\n", "hours: 0\n", [("Q025", 5, 8)]),
        ("hours: 1\n", "hours: 45\n", [("Q025", 5, 8)]),
        ("title: 宪法的地位", "title: a: b", [("Q005", 2, 9)]),
        ("---\n正文", "正文", [("Q309", 1, 1)]),
    ],
)
def test_fault_of_front_matter_counts_from_the_top(old: str, new: str, expected: list[tuple[str, int, int]]) -> None:
    _, found = parse_lesson(LESSON.replace(old, new), "a.md", address="a/")

    assert places(found) == expected


def test_front_matter_may_have_the_renderers_own_fields() -> None:
    text = LESSON.replace("hours: 1\n", "hours: 1\nhide: [toc]\nsearch: {exclude: true}\ndescription: 说明\n")

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


SECTIONS = """\
::: practice 1
xianfa-01-001
:::
正文
::: practice 2 xianfa-01-002
xianfa-01-003
:::

:::practice   3
xianfa-01-004
:::
"""


def with_blocks(blocks: str) -> str:
    return LESSON[: LESSON.index("::: practice")] + blocks


def test_numbered_blocks_are_the_lessons_sections() -> None:
    lesson, found = parse_lesson(with_blocks(SECTIONS + "\n::: practice\nxianfa-01-004\n:::\n"), "a.md", address="a/")

    assert found == []
    assert lesson
    assert [section.items for section in lesson.sections] == [
        ("xianfa-01-001",),
        ("xianfa-01-002", "xianfa-01-003"),
        ("xianfa-01-004",),
    ]
    assert lesson.sections[1].where == Span(path="a.md", line=14, column=14, length=1)
    assert lesson.sections[1].places[0] == Span(path="a.md", line=14, column=16, length=13)


def test_lesson_without_an_estimate_has_its_hours() -> None:
    lesson, found = parse_lesson(LESSON.replace("hours: 1", "hours: 1.5"), "a.md", address="a/")

    assert found == []
    assert lesson
    assert (lesson.hours, lesson.minutes) == (1.5, None)


def test_lesson_may_say_how_long_it_takes_to_read() -> None:
    lesson, found = parse_lesson(LESSON.replace("hours: 1", "hours: 1\nminutes: 40"), "a.md", address="a/")

    assert found == []
    assert lesson
    assert (lesson.hours, lesson.minutes) == (1, 40)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("practice 2", "practice 3", [("Q316", 14, 14)]),
        ("practice 1", "practice 0", [("Q316", 10, 14)]),
        ("practice   3", "practice", [("Q316", 14, 14)]),
        (":::practice   3\nxianfa-01-004\n:::\n", "", [("Q316", 14, 14)]),
        ("正文\n", "::: practice 2\nxianfa-01-009\n:::\n", [("Q316", 16, 14), ("Q316", 20, 15)]),
        ("xianfa-01-004", "xianfa-01-001", [("Q317", 19, 1)]),
        ("xianfa-01-001\n", "", [("Q318", 10, 14)]),
        ("practice 2", "practice2", [("Q303", 14, 1), ("Q303", 16, 1), ("Q316", 18, 15)]),
        ("practice 2", "practice 第2", [("Q302", 14, 14), ("Q316", 18, 15)]),
    ],
)
def test_fault_of_a_section_is_placed(old: str, new: str, expected: list[tuple[str, int, int]]) -> None:
    _, found = parse_lesson(with_blocks(SECTIONS.replace(old, new)), "a.md", address="a/")

    assert sorted(places(found), key=lambda place: place[1:]) == expected


def test_page_that_is_no_lesson_has_no_sections() -> None:
    _, found = parse_lesson("# 通知\n\n::: practice 1\nxianfa-01-001\n:::\n", "a.md", address="a/")

    assert places(found) == [("Q316", 3, 14)]


@given(st.text(alphabet="-:= practice\n`~x甲[]{}'", max_size=120))
def test_any_text_gives_a_lesson_or_none(text: str) -> None:
    _, found = parse_lesson(text, "a.md", address="a/")

    assert all(1 <= d.span.line <= text.count("\n") + 1 for d in found)
