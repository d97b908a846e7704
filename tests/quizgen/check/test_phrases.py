"""Set phrases and slips: told in what is meant to be right, at their place; never in what is meant to be wrong."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from quizgen.check.items.phrases import abolished_names_are_marked, phrases_are_right
from quizgen.content import read_content
from quizgen.diagnostics import Diagnostic, Severity
from quizgen.parse.phrases import standard_phrases
from quizgen.phrase import Order, Phrase
from tests.course_project import REPOSITORY
from tests.quizgen_content import EXAM, LESSON, places, write_content

EXAM_PATH, LESSON_PATH = "banks/exam/xianfa-01.yml", "course/lessons/xianfa-01.md"
STEM = "人民行使国家权力的机关是（　　）。"
JUDGEMENT = EXAM.replace("single", "judgement").replace(
    "    options:\n      A: 行政机关\n      B: 人民代表大会\n    key: B", "    key: 正确"
)


def slips(root: Path, path: str, text: str) -> list[Diagnostic]:
    content, found = read_content(write_content(root, {path: text}))
    assert [fault for fault in found if fault.severity is Severity.ERROR] == []
    return list(phrases_are_right(content))


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (EXAM_PATH, EXAM.replace(STEM, "坚持以法治国（　　）。"), [("Q231", 5, 13)]),
        (EXAM_PATH, EXAM.replace(STEM, "'坚持以法治国（　　）。'"), [("Q231", 5, 14)]),
        (EXAM_PATH, EXAM.replace(STEM, '"坚持\\u4ee5法治国（　　）。"'), [("Q231", 5, 11)]),
        (EXAM_PATH, EXAM.replace(STEM, ">-\n      坚持\n      以法治国（　　）。"), [("Q231", 7, 7)]),
        (EXAM_PATH, EXAM.replace(STEM, ">-\n      坚持 以法治国 和以法\n      治国（　　）。"), [("Q231", 6, 10)]),
        (EXAM_PATH, EXAM.replace(STEM, "以法治国，以法治国（　　）。"), [("Q231", 5, 11), ("Q231", 5, 16)]),
        (EXAM_PATH, EXAM.replace("人民代表大会", "以法治国"), [("Q231", 8, 10)]),
        (EXAM_PATH, EXAM.replace("行政机关", "以法治国"), []),
        (EXAM_PATH, EXAM.replace("了这一点", "以法治国"), [("Q231", 10, 28)]),
        (EXAM_PATH, EXAM.replace("了这一点", "，不是以法治国").replace("行政机关", "以法治国"), []),
        (EXAM_PATH, JUDGEMENT.replace(STEM, "坚持以法治国。（　　）"), [("Q231", 5, 13)]),
        (EXAM_PATH, JUDGEMENT.replace(STEM, "坚持以法治国。（　　）").replace("正确", "错误"), []),
        (EXAM_PATH, EXAM.replace("了这一点", "全民守法、公正司法、严格执法、科学立法"), [("Q232", 10, 28)]),
        (LESSON_PATH, LESSON.replace("正文。", "第一行。\n坚持以法治国。"), [("Q231", 9, 3)]),
        (LESSON_PATH, LESSON.replace("正文。", "```\n坚持以法治国。\n```"), []),
        ("course/index.md", "# 坚持以法治国\n", []),
    ],
)  # fmt: skip
def test_slip_is_placed(tmp_path: Path, path: str, text: str, expected: list[tuple[str, int, int]]) -> None:
    assert places(slips(tmp_path, path, text)) == expected


def test_slip_names_the_right_form_and_the_reason(tmp_path: Path) -> None:
    (fault,) = slips(tmp_path, EXAM_PATH, EXAM.replace(STEM, "坚持以法治国（　　）。"))

    assert (fault.message, fault.hint) == ("“以法治国”应为“依法治国”", "宪法第五条第一款的用语是“依法治国”")
    assert (fault.severity, fault.span.length) == (Severity.WARNING, 4)


def test_phrase_repeated_without_end_is_told_twenty_times(tmp_path: Path) -> None:
    assert len(slips(tmp_path, LESSON_PATH, LESSON.replace("正文。", "以法治国。" * 500))) == 20


def test_folders_own_list_takes_the_place_of_the_kits(tmp_path: Path) -> None:
    own = "phrases:\n  - {wrong: [机关], right: 单位, why: 本单位的写法}\n"
    write_content(tmp_path, {"phrases.yml": own, EXAM_PATH: EXAM.replace(STEM, "以法治国的机关是（　　）。")})

    content, found = read_content(tmp_path)

    assert found == []
    assert places(phrases_are_right(content)) == [("Q231", 5, 16)]


def test_kits_content_has_no_slip() -> None:
    content, _ = read_content(REPOSITORY / "content")

    assert list(phrases_are_right(content)) == []


def test_official_texts_have_no_slip() -> None:
    folder = REPOSITORY / os.environ.get("STATUTE_TEXTS", "../shared/laws")
    if not folder.is_dir():
        pytest.skip(f"no statute texts in {folder}; name their folder in STATUTE_TEXTS")
    listed = standard_phrases()
    entries: list[Phrase | Order] = [*listed.phrases, *listed.orders]

    found = {
        (path.stem, form)
        for path in folder.glob("*.json")
        for text in json.loads(path.read_text(encoding="utf-8"))["articles"].values()
        for entry in entries
        for _, form in entry.slips(text)
    }

    assert found == set()


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (EXAM_PATH, EXAM.replace(STEM, "根据《合同法》，人民行使国家权力的机关是（　　）。"), [("Q234", 5, 14)]),
        (EXAM_PATH, EXAM.replace("A: 行政机关", "A: 依照《合同法》行事的机关"), []),
        (EXAM_PATH, EXAM.replace(STEM, "根据原《合同法》，人民行使国家权力的机关是（　　）。"), []),
        (LESSON_PATH, LESSON + "\n依照物权法第二条，物权受保护。\n", None),
    ],
)
def test_abolished_statute_is_told_where_it_is_used(
    tmp_path: Path, path: str, text: str, expected: list[tuple[str, int, int]] | None
) -> None:
    content, _ = read_content(write_content(tmp_path, {path: text}))

    found = list(abolished_names_are_marked(content))

    if expected is None:
        (fault,) = found
        assert (fault.code, fault.message) == ("Q234", "“物权法”自2021-01-01起已经废止")
        assert fault.hint == "现在是民法典；讲从前的规定，请写明“原”或“已废止”"
    else:
        assert places(found) == expected


def test_what_is_abolished_after_the_last_exam_is_still_law(tmp_path: Path) -> None:
    later = "abolished:\n  - {names: [行政处罚法], since: 2099-01-01, instead: 行政法典}\n"
    text = EXAM.replace(STEM, "根据《行政处罚法》，人民行使国家权力的机关是（　　）。")

    content, _ = read_content(write_content(tmp_path, {EXAM_PATH: text, "phrases.yml": later}))

    assert list(abolished_names_are_marked(content)) == []


@pytest.mark.parametrize(("words", "told"), [("该条列出三种情形", 0), ("本条列举的事项", 0), ("该条列第三条", 1)])
def test_article_that_lists_is_no_slip_of_a_regulation(tmp_path: Path, words: str, told: int) -> None:
    assert len(slips(tmp_path, LESSON_PATH, LESSON.replace("正文。", f"{words}。"))) == told
