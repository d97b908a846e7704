"""What content means, rule by rule; and every fault of a folder of broken files in one run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from quizgen.check import check_content
from quizgen.codes import EXPLANATIONS
from quizgen.content import read_content
from quizgen.diagnostics import Diagnostic, render_text
from quizgen.model import Pool
from tests.quizgen_content import BANK, ITEM, LESSON, PROGRAMME, REGISTER, places, write_content

EXAM = BANK.replace("xianfa-01-001", "xianfa-01-101")
PRACTICE_PATH, EXAM_PATH = "banks/practice/xianfa-01.yml", "banks/exam/xianfa-01.yml"
LESSON_PATH, PROGRAMME_PATH = "course/lessons/xianfa-01.md", "programmes/2026.yml"


def check(root: Path, changed: Mapping[str, str]) -> list[Diagnostic]:
    content, found = read_content(write_content(root, changed))
    assert found == []
    return check_content(content)


def test_sound_content_has_no_fault(tmp_path: Path) -> None:
    assert check(tmp_path, {}) == []


def test_content_of_the_kit_is_sound() -> None:
    content, found = read_content(Path("content"))

    assert found + check_content(content) == []


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (PRACTICE_PATH, BANK + ITEM, [("Q201", 15, 9)]),
        ("banks/practice/b.yml", BANK.replace("xianfa-01", "xianfa-02"), [("Q202", 3, 9)]),
        (EXAM_PATH, EXAM + "    tiers: [agency, agensy]\n", [("Q203", 15, 21)]),
        (EXAM_PATH, EXAM.replace("xianfa:2", "xianfa:143, xianfaa:1, doc:b"), [("Q204", 11, 25), ("Q204", 11, 36)]),
        (EXAM_PATH, EXAM.replace("xianfa:2", "xianfa:144"), [("Q205", 11, 13)]),
        (EXAM_PATH, EXAM + "    enemies: [xianfa-01-001]\n", [("Q206", 15, 15)]),
        (EXAM_PATH, EXAM + "    enemies: [xianfa-01-101]\n", [("Q207", 15, 15)]),
        (EXAM_PATH, EXAM.replace("2026-11-23", "2018-03-10"), [("Q208", 11, 13)]),
        (LESSON_PATH, LESSON.replace("xianfa-01-001", "xianfa-01-101"), [("Q304", 11, 1)]),
        (PRACTICE_PATH, BANK.replace("启用", "草稿"), [("Q305", 11, 1)]),
        ("course/b/xianfa-01.md", LESSON, [("Q306", 3, 9)]),
        ("course/b.md", LESSON.replace("lesson: xianfa-01", "lesson: xianfa-02"), [("Q307", 3, 9)]),
        (LESSON_PATH, LESSON.replace("module: xianfa", "module: minfa"), [("Q308", 3, 9), ("Q410", 16, 33)]),
        ("course/Admin/notes.txt", "", [("Q311", 1, 1)]),
        ("programmes/b.yml", PROGRAMME, [("Q411", 1, 5)]),
        (PROGRAMME_PATH, PROGRAMME.replace("[xianfa-01]", "[xianfa-01, xianfa-02]"), [("Q408", 20, 27)]),
        (PROGRAMME_PATH, PROGRAMME.replace("[xianfa-01]", "[xianfa-01]\n    electives: [b]"), [("Q408", 21, 17)]),
        (PROGRAMME_PATH, PROGRAMME.replace("{easy: 1}}", "{easy: 1}, b: 1}"), [("Q409", 16, 40)]),
        (PROGRAMME_PATH, PROGRAMME.replace("{easy: 1}", "2"), [("Q410", 16, 26)]),
        (EXAM_PATH, EXAM.replace("启用", "停用"), [("Q410", 16, 33)]),
        (EXAM_PATH, EXAM + "    tiers: [agency]\n", []),
    ],
)
def test_fault_is_placed(tmp_path: Path, path: str, text: str, expected: list[tuple[str, int, int]]) -> None:
    assert places(check(tmp_path, {path: text})) == expected


def test_double_item_names_the_first_place(tmp_path: Path) -> None:
    (fault,) = check(tmp_path, {PRACTICE_PATH: BANK + ITEM})

    assert fault.message == "练习题库里已有试题“xianfa-01-001”"
    assert fault.hint == f"第一次出现在 {tmp_path.as_posix()}/{PRACTICE_PATH}:3:9；请换一个没有用过的编号"


def test_same_id_in_both_pools_is_allowed(tmp_path: Path) -> None:
    changed = {EXAM_PATH: BANK}

    assert check(tmp_path, changed) == []


def test_shortage_names_the_cell_and_the_number(tmp_path: Path) -> None:
    (fault,) = check(tmp_path, {PROGRAMME_PATH: PROGRAMME.replace("{easy: 1}", "{easy: 3}")})

    assert fault.message == "题库不够：国家机关工作人员需要宪法容易的单选题3道，能用的只有1道"
    assert fault.hint == "请补充或启用至少2道，或减少题量"


def test_shortage_is_not_told_for_a_bank_that_was_not_read(tmp_path: Path) -> None:
    content, _ = read_content(write_content(tmp_path), pools=frozenset({Pool.PRACTICE}))

    assert check_content(content) == []


def test_blueprint_that_does_not_exist_is_told_once(tmp_path: Path) -> None:
    changed = {PROGRAMME_PATH: PROGRAMME.replace("blueprint: standard", "blueprint: other")}

    content, found = read_content(write_content(tmp_path, changed))

    assert places(found) == [("Q404", 21, 16)]
    assert check_content(content) == []


def test_lesson_may_have_any_module_while_there_is_no_programme(tmp_path: Path) -> None:
    write_content(tmp_path, {LESSON_PATH: LESSON.replace("module: xianfa", "module: other")})
    (tmp_path / PROGRAMME_PATH).unlink()

    content, _ = read_content(tmp_path)

    assert check_content(content) == []


def test_unknown_statute_without_a_near_one_is_to_be_registered(tmp_path: Path) -> None:
    (fault,) = check(tmp_path, {EXAM_PATH: EXAM.replace("xianfa:2", "minfadian:2")})

    assert (fault.message, fault.hint) == ("没有登记法律“minfadian”", "请先在 laws/register.yml 里登记")


def test_statute_of_a_later_version_ages_only_active_items(tmp_path: Path) -> None:
    register = REGISTER.replace("2018-03-11", "2026-12-01")

    faults = check(tmp_path, {"laws/register.yml": register, PRACTICE_PATH: BANK.replace("启用", "草稿")})

    assert [(d.code, Path(d.span.path).parent.name) for d in faults] == [("Q208", "exam"), ("Q305", "lessons")]


def test_every_fault_of_broken_files_shows_in_one_run(
    golden: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parent / "broken")

    content, found = read_content(Path("content"))
    text = render_text(found + check_content(content), content.sources)

    golden("broken.txt", text)
    untold = set(EXPLANATIONS) - set(re.findall(r"Q\d{3}", text))
    assert untold == {"Q001", "Q012"}, "what a file can't show: no permission, no folder"
