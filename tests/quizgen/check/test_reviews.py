"""Review dates that can't be true, judged by the programmes alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizgen.check.rules import check_content
from quizgen.content import read_content
from quizgen.diagnostics import Diagnostic, Severity
from tests.quizgen_content import BANK, EXAM, LESSON, write_content

PRACTICE_PATH, EXAM_PATH = "banks/practice/xianfa-01.yml", "banks/exam/xianfa-01.yml"
LESSON_PATH = "course/lessons/xianfa-01.md"


def checked(root: Path, files: dict[str, str]) -> list[Diagnostic]:
    content, found = read_content(write_content(root, files))
    return [fault for fault in check_content(content, found) if fault.code in {"Q291", "Q292"}]


def test_year_long_past_the_last_exam_is_an_error_in_items_and_lessons(tmp_path: Path) -> None:
    files = {EXAM_PATH: EXAM.replace("2026-11-23", "2062-11-23"), LESSON_PATH: LESSON.replace("2026-", "2062-")}

    item, lesson = checked(tmp_path, files)

    assert item.message == "试题的审核日期2062-11-23比所有方案的考试（到2026-12-20为止）晚一年以上"
    assert (item.item, item.span.line, item.span.column) == ("xianfa-01-101", 14, 15)
    assert (lesson.code, lesson.severity, lesson.item) == ("Q291", Severity.ERROR, None)


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        ("2026-12-20", []),  # the last day of the exam
        ("2026-12-21", ["Q292"]),
        ("2027-12-21", ["Q292"]),
        ("2027-12-22", ["Q291"]),
    ],
)
def test_review_between_the_years_is_a_warning_once(tmp_path: Path, day: str, codes: list[str]) -> None:
    found = checked(tmp_path, {EXAM_PATH: EXAM.replace("2026-11-23", day)})

    assert [fault.code for fault in found] == codes


def test_early_reviews_for_next_year_are_told_once_with_their_number(tmp_path: Path) -> None:
    files = {EXAM_PATH: EXAM.replace("2026-11-23", "2027-01-15"), PRACTICE_PATH: BANK.replace("2026-11", "2027-02")}

    (fault,) = checked(tmp_path, files)

    assert fault.message == "有2处审核日期晚于所有方案的考试（到2026-12-20为止），如2027-01-15"


def test_without_a_programme_nothing_is_said_of_dates(tmp_path: Path) -> None:
    write_content(tmp_path, {EXAM_PATH: EXAM.replace("2026-11-23", "2062-11-23")})
    (tmp_path / "programmes" / "2026.yml").unlink()

    content, found = read_content(tmp_path)

    assert not {"Q291", "Q292"} & {fault.code for fault in check_content(content, found)}
