"""What content means, rule by rule; and every fault of a folder of broken files in one run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from quizgen.check.rules import Task, check_content
from quizgen.codes import EXPLANATIONS
from quizgen.content import read_content
from quizgen.diagnostics import Diagnostic, Related, Severity, Span, render_text
from quizgen.model import Pool
from quizgen.parse.programme import parse_programme
from tests.quizgen_content import BANK, EXAM, ITEM, LESSON, PROGRAMME, REGISTER, places, write_content

PRACTICE_PATH, EXAM_PATH = "banks/practice/xianfa-01.yml", "banks/exam/xianfa-01.yml"
SPECIAL = (
    PROGRAMME.replace('"2026"', '"2027"')
    .replace("opens: 2026-03-01 00:00, closes: 2027-01-01", "opens: 2026-12-01 08:00, closes: 2027-03-01")
    .replace("opens: 2026-09-01 08:00, closes: 2026-12-21", "opens: 2026-12-10, closes: 2027-01-10")
)
"""A second programme that begins before the first is over."""
EARLIER = PROGRAMME.replace('"2026"', '"2025"').replace("2026-", "2025-").replace("2027-01-01", "2026-03-01")
"""A programme of the year before."""
LESSON_PATH, PROGRAMME_PATH = "course/lessons/xianfa-01.md", "programmes/2026.yml"


BARE = LESSON[: LESSON.index(":::")]
"""The lesson without its sections."""


def check(root: Path, changed: Mapping[str, str]) -> list[Diagnostic]:
    content, found = read_content(write_content(root, changed))
    assert found == []
    return check_content(content)


def test_sound_content_has_no_fault(tmp_path: Path) -> None:
    assert check(tmp_path, {}) == []


def test_content_of_the_kit_is_sound() -> None:
    content, found = read_content(Path("content"))

    assert check_content(content, found) == []


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (PRACTICE_PATH, BANK + ITEM, [("Q201", 15, 9)]),
        ("banks/practice/b.yml", BANK.replace("xianfa-01", "xianfa-02").replace("启用", "停用"), [("Q202", 3, 9)]),
        (EXAM_PATH, EXAM + "    tiers: [agency, agensy]\n", [("Q203", 15, 21)]),
        (EXAM_PATH, EXAM.replace("xianfa:2", "xianfa:143, xianfaa:1, doc:b"), [("Q204", 11, 25), ("Q204", 11, 36)]),
        (EXAM_PATH, EXAM.replace("xianfa:2", "xianfa:144"), [("Q205", 11, 13)]),
        (EXAM_PATH, EXAM + "    enemies: [xianfa-01-001]\n", [("Q206", 15, 15)]),
        (EXAM_PATH, EXAM + "    enemies: [xianfa-01-101]\n", [("Q207", 15, 15)]),
        (EXAM_PATH, EXAM.replace("2026-11-23", "2018-03-10"), [("Q208", 11, 13)]),
        (LESSON_PATH, LESSON.replace("xianfa-01-001", "xianfa-01-101"), [("Q304", 11, 1)]),
        (PRACTICE_PATH, BANK.replace("启用", "草稿"), [("Q305", 11, 1)]),
        ("course/b/xianfa-01.md", LESSON, [("Q306", 3, 9)]),
        (
            "course/b.md",
            LESSON[: LESSON.index(":::")].replace("lesson: xianfa-01", "lesson: xianfa-02"),
            [("Q307", 3, 9)],
        ),
        (LESSON_PATH, LESSON.replace("module: xianfa", "module: minfa"), [("Q308", 3, 9), ("Q410", 16, 33)]),
        ("course/Admin/notes.txt", "", [("Q311", 1, 1)]),
        ("programmes/b.yml", PROGRAMME, [("Q411", 1, 5)]),
        (PROGRAMME_PATH, PROGRAMME.replace("[xianfa-01]", "[xianfa-01, xianfa-02]"), [("Q408", 20, 27)]),
        (PROGRAMME_PATH, PROGRAMME.replace("[xianfa-01]", "[xianfa-01]\n    electives: [b]"), [("Q408", 21, 17)]),
        (PROGRAMME_PATH, PROGRAMME.replace("{easy: 1}}", "{easy: 1}, b: 1}"), [("Q409", 16, 40)]),
        (PROGRAMME_PATH, PROGRAMME.replace("{easy: 1}", "2"), [("Q410", 16, 26)]),
        (EXAM_PATH, EXAM.replace("启用", "停用"), [("Q410", 16, 33)]),
        (EXAM_PATH, EXAM + "    tiers: [agency]\n", []),
        (PROGRAMME_PATH, PROGRAMME.replace("required_hours: 1", "required_hours: 1.1"), [("Q412", 18, 3)]),
        (PROGRAMME_PATH, PROGRAMME.replace("required_hours: 1", "required_hours: 0"), []),
        (LESSON_PATH, BARE, [("Q320", 3, 9)]),
        (LESSON_PATH, LESSON.replace("hours: 1", "hours: 0.9"), [("Q412", 18, 3)]),
        ("programmes/2027.yml", SPECIAL, [("Q413", 1, 5)]),
        ("programmes/2025.yml", EARLIER, []),
    ],
)
def test_fault_is_placed(tmp_path: Path, path: str, text: str, expected: list[tuple[str, int, int]]) -> None:
    assert places(check(tmp_path, {path: text})) == expected


def test_section_asks_about_its_own_lesson_only(tmp_path: Path) -> None:
    page = LESSON.replace("lesson: xianfa-01", "lesson: xianfa-02")

    found = check(tmp_path, {"course/lessons/xianfa-02.md": page})

    assert places(found) == [("Q319", 11, 1), ("Q319", 15, 1), ("Q319", 19, 1)]


def by(rule: str, *, opens: str = "2026-03-01") -> str:
    text = PROGRAMME.replace("credit_by: sections", f"credit_by: {rule}")
    return text.replace("opens: 2026-03-01", f"opens: {opens}")


@pytest.mark.parametrize(
    ("programme", "expected"),
    [
        (PROGRAMME.replace("credit_by: sections\n", "").replace("credit_hour_minutes: 45\n", ""), []),
        (by("completion"), [("Q415", 8, 12)]),
        (by("completion", opens="2026-01-24"), []),
        (by("time"), [("Q416", 8, 12)]),
        (by("time", opens="2026-01-24"), []),
        (by("time", opens="2026-01-25"), [("Q416", 8, 12)]),
    ],
)
def test_rule_of_credit_is_held_to_the_regulation(
    tmp_path: Path, programme: str, expected: list[tuple[str, int, int]]
) -> None:
    content, found = read_content(write_content(tmp_path, {PROGRAMME_PATH: programme}))

    assert places(check_content(content, found)) == expected


def test_time_is_a_warning_and_completion_an_error() -> None:
    warning, error = (parse_programme(by(rule), "a.yml")[1] for rule in ("time", "completion"))

    assert [fault.severity for fault in (*warning, *error)] == [Severity.WARNING, Severity.ERROR]


def test_double_item_names_the_first_place(tmp_path: Path) -> None:
    (fault,) = check(tmp_path, {PRACTICE_PATH: BANK + ITEM})

    assert fault.message == "练习题库里已有试题“xianfa-01-001”"
    assert fault.item == "xianfa-01-001"
    first = Span(path=f"{tmp_path.as_posix()}/{PRACTICE_PATH}", line=3, column=9, length=13)
    assert fault.related == (Related(span=first, label="第一次出现在这里"),)


def test_same_id_in_both_pools_is_allowed(tmp_path: Path) -> None:
    changed = {EXAM_PATH: EXAM.replace("xianfa-01-101", "xianfa-01-001")}

    assert check(tmp_path, changed) == []


def test_shortage_names_the_cell_and_the_number(tmp_path: Path) -> None:
    (fault,) = check(tmp_path, {PROGRAMME_PATH: PROGRAMME.replace("{easy: 1}", "{easy: 3}")})

    assert fault.message == "题库不够：国家机关工作人员需要宪法容易的单选题3道，能用的只有1道"
    assert fault.hint == "请补充或启用至少2道，或减少题量"


@pytest.mark.parametrize("credit_by", ["sections", "time", "completion"])
def test_hours_out_of_reach_are_told_with_both_numbers_and_the_way_out(tmp_path: Path, credit_by: str) -> None:
    hard = by(credit_by, opens="2026-01-01").replace("hours: 1", "hours: 20")

    (fault,) = check(tmp_path, {PROGRAMME_PATH: hard})

    assert fault.message == "国家机关工作人员合格需要20学时，必修课全部学完只有1学时，没有人能合格"
    assert fault.hint == "请增加必修课，或把“required_hours”改为不超过1"
    assert fault.severity is Severity.ERROR


def test_hours_are_not_reckoned_while_a_required_lesson_is_missing(tmp_path: Path) -> None:
    text = PROGRAMME.replace("required_hours: 1", "required_hours: 2").replace("[xianfa-01]", "[xianfa-01, xianfa-02]")

    assert [fault.code for fault in check(tmp_path, {PROGRAMME_PATH: text})] == ["Q408"]


def test_programmes_at_one_time_are_told_with_the_time_they_share(tmp_path: Path) -> None:
    (fault,) = check(tmp_path, {"programmes/2027.yml": SPECIAL})

    assert fault.message == "方案“2027”与“2026”的时间重叠：2026年12月1日 08:00至2027年1月1日 00:00"
    assert fault.hint == "重叠期间只有先结束的一份生效，请错开两份方案的起止时间"
    assert fault.severity is Severity.WARNING


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


def test_statistics_of_unknown_items_are_one_warning_a_file(tmp_path: Path) -> None:
    line = '"xianfa-01-{}": {{"papers": 1, "responses": 1, "options": {{}}}}'
    items = ",\n".join(line.format(number) for number in (103, 101, 102))
    text = f'{{"programme": "2026", "as_of": "2026-12-31", "papers": 1, "items": {{\n{items}\n}}}}'

    (fault,) = check(tmp_path, {"statistics/2026.json": text})

    assert places([fault]) == [("Q602", 4, 2)]
    assert fault.message == "试题统计里有2道试题不在考试题库里，如“xianfa-01-102”"
    assert fault.severity is Severity.WARNING


OPEN = 'title: "\n'
"""A quotation mark that is never closed: the file can't be read."""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("laws/register.yml", REGISTER + OPEN),
        (LESSON_PATH, LESSON.replace("title: 宪法的地位\n", OPEN)),
        (LESSON_PATH, LESSON.replace("lesson: xianfa-01", "lesson:")),
        (EXAM_PATH, OPEN),
        (EXAM_PATH, ""),
        (PRACTICE_PATH, OPEN),
        (PROGRAMME_PATH, OPEN),
    ],
)
def test_file_that_can_not_be_read_is_one_fault_whatever_refers_to_it(tmp_path: Path, path: str, text: str) -> None:
    content, found = read_content(write_content(tmp_path, {path: text}))

    (fault,) = check_content(content, found)

    assert fault.span.path.endswith(path)


def test_slip_in_one_item_leaves_what_refers_to_it_and_faults_elsewhere(tmp_path: Path) -> None:
    slipped = BANK.replace("stem: ", "stem：") + ITEM.replace("-001", "-009").replace("xianfa:2", "xianfa:144")
    files = {PRACTICE_PATH: slipped, EXAM_PATH: EXAM.replace("xianfa:2", "xianfa:145")}

    content, found = read_content(write_content(tmp_path, files))
    faults = check_content(content, found)

    assert [fault.code for fault in faults if fault.severity is Severity.ERROR] == ["Q205", "Q005", "Q205"]


def test_item_that_is_lost_is_not_told_again_where_it_is_named(tmp_path: Path) -> None:
    content, found = read_content(write_content(tmp_path, {PRACTICE_PATH: BANK.replace("id: xianfa", "id: @xianfa")}))

    assert [fault.code for fault in check_content(content, found)] == ["Q005"]


def test_bank_that_is_not_text_is_one_fault(tmp_path: Path) -> None:
    write_content(tmp_path).joinpath(PRACTICE_PATH).write_bytes(BANK.encode("gbk"))

    content, found = read_content(tmp_path)

    assert [fault.code for fault in check_content(content, found)] == ["Q002"]


def test_lesson_that_does_not_exist_is_told_once_a_file(tmp_path: Path) -> None:
    bank = (BANK + ITEM.replace("-001", "-002").replace("国家", "中华人民共和国")).replace("xianfa-01", "xianfa-02")

    faults = check(tmp_path, {"banks/practice/b.yml": bank.replace("启用", "停用")})

    assert places(faults) == [("Q202", 3, 9)]


def test_review_date_that_was_not_read_ages_nothing(tmp_path: Path) -> None:
    changed = {EXAM_PATH: EXAM.replace("reviewed: 2026-11-23", "reviewed: 2026.11.23")}

    content, found = read_content(write_content(tmp_path, changed))

    assert [fault.code for fault in check_content(content, found)] == ["Q024"]


TOLD_ELSEWHERE: frozenset[str] = frozenset(
    f"Q{number}"
    for number in (*range(217, 221), 226, 234, 235, 236, *range(241, 249), 418, *range(511, 524), *range(611, 615))
) | {"Q014"}
"""Codes of faults that need a whole bank, second readings, ranks, texts of statutes or official files.

The tests of their rules show them.
"""


def test_every_fault_of_broken_files_shows_in_one_run(
    golden: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parent / "broken")

    content, found = read_content(Path("content"), laws=Path("laws"))
    text = render_text(check_content(replace(content, unread=frozenset()), found), content.sources)

    golden("broken.txt", text)
    untold = set(EXPLANATIONS) - set(re.findall(r"Q\d{3}", text))
    assert untold == {"Q001", "Q012"} | TOLD_ELSEWHERE, "what a file can't show: no permission, no folder"


def test_work_in_parts_finds_the_same_in_the_same_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items = "".join(ITEM.replace("xianfa-01-001", f"xianfa-01-{number}") for number in range(101, 190))
    wrong = items.replace("xianfa:2", "xianfa:144")
    content, found = read_content(write_content(tmp_path, {PRACTICE_PATH: BANK + wrong, EXAM_PATH: EXAM + wrong}))
    whole = check_content(content, found)
    shares = []

    def last_first(tasks: Sequence[Task]) -> list[list[Diagnostic]]:
        shares.append(len(tasks))
        return [task() for task in reversed(tasks)][::-1]

    monkeypatch.setattr("quizgen.check.rules.MANY", 100)
    assert check_content(content, found, run=last_first) == whole
    assert {"Q201", "Q205"} <= {fault.code for fault in whole}
    assert shares[0] > 80
