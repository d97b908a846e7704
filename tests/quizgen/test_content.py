"""A folder of content, read once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizgen.content import Content, read_content
from quizgen.diagnostics import Span
from quizgen.evidence.statistics import ExamStatistics, render_statistics
from quizgen.model import ItemId, Pool
from tests.quizgen_content import BANK, FILES, ITEM, LESSON, places, write_content
from tests.quizgen_factories import figures


def test_sound_folder_is_read_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_content(tmp_path / "content", {"course/assets/logo.svg": "<svg/>", "course/guide/README.md": "# 指南\n"})
    monkeypatch.chdir(tmp_path)

    content, found = read_content(Path("content"))

    assert found == []
    assert [item.id for item in content.practice.items] == ["xianfa-01-002", "xianfa-01-003", "xianfa-01-001"]
    assert [item.id for item in content.exam.items] == ["xianfa-01-101"]
    assert content.modules == {"xianfa-01": "xianfa"}
    assert [programme.id for programme in content.programmes] == ["2026"]
    assert list(content.register.statutes) == ["xianfa"]
    assert content.pages == {
        "assets/logo.svg": Span(path="content/course/assets/logo.svg"),
        "guide/": Span(path="content/course/guide/README.md"),
        "": Span(path="content/course/index.md"),
        "lessons/xianfa-01/": Span(path="content/course/lessons/xianfa-01.md"),
    }
    assert content.sources == {
        **{f"content/{name}": text for name, text in FILES.items()},
        "content/course/guide/README.md": "# 指南\n",
    }


def test_programmes_and_lessons_are_found_by_id(tmp_path: Path) -> None:
    content, _ = read_content(write_content(tmp_path))

    assert content.programme("2026") == content.programmes[0]
    assert content.programme("2025") is None
    assert content.lesson(content.lessons[0].id) == content.lessons[0]
    assert Content().lesson(content.lessons[0].id) is None


def test_folder_outside_the_current_one_keeps_its_whole_path(tmp_path: Path) -> None:
    content, _ = read_content(write_content(tmp_path))

    assert content.exam.items[0].where.path == (tmp_path / "banks/exam/xianfa-01.yml").as_posix()


def test_missing_folder_is_a_diagnostic(tmp_path: Path) -> None:
    content, found = read_content(tmp_path / "none")

    assert places(found) == [("Q012", 1, 1)]
    assert content == Content()


def test_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert read_content(tmp_path) == (Content(), [])


def test_files_of_other_kinds_in_a_bank_are_named(tmp_path: Path) -> None:
    changed = {f"banks/exam/{name}": BANK for name in ("a.yaml", ".a.yml.swp", "README.md")}

    content, found = read_content(write_content(tmp_path, changed))

    assert [(d.code, Path(d.span.path).name) for d in found] == [("Q013", "a.yaml")]
    assert len(content.exam.items) == 1


def test_unreadable_file_is_a_diagnostic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_content(tmp_path)
    opened = Path.open

    def refuse_banks(path: Path, *given: Any, **named: Any) -> Any:
        if path.suffix == ".yml":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *given, **named)

    monkeypatch.setattr(Path, "open", refuse_banks)
    content, found = read_content(tmp_path)

    assert [(d.code, d.message) for d in found] == [("Q001", "读不了这个文件：没有权限")] * 5
    assert (content.exam.items, len(content.lessons)) == ((), 1)


def test_folder_that_cannot_be_listed_is_a_diagnostic(tmp_path: Path) -> None:
    write_content(tmp_path)
    (tmp_path / "programmes/2026.yml").unlink()
    (tmp_path / "programmes").rmdir()
    (tmp_path / "programmes").write_text("不是文件夹", encoding="utf-8")

    _, found = read_content(tmp_path)

    assert [(d.code, d.message) for d in found] == [("Q001", "打不开这个文件夹：上级不是文件夹")]


def test_file_that_is_not_utf8_is_left_out(tmp_path: Path) -> None:
    write_content(tmp_path)
    (tmp_path / "banks/exam/xianfa-01.yml").write_bytes(BANK.encode("gbk"))

    content, found = read_content(tmp_path)

    assert [d.code for d in found] == ["Q002"]
    assert content.exam.items == ()


WATCH = """
import sys
from pathlib import Path
from quizgen.content import read_content
from quizgen.model import Pool

touched = []
watched = {"open", "os.listdir", "os.scandir"}
sys.addaudithook(lambda event, args: touched.append(str(args[0])) if event in watched else None)
content, found = read_content(Path(sys.argv[1]), pools=frozenset({Pool.PRACTICE}))
assert len(content.practice.items) == 3 and not content.exam.items and not found
print([path for path in touched if "exam" in path or "statistics" in path])
"""


def test_practice_alone_never_touches_the_exam_banks_and_their_statistics(tmp_path: Path) -> None:
    write_content(tmp_path / "content", {"statistics/2026.json": statistics("2026", 200, 0.5)})

    done = subprocess.run(
        [sys.executable, "-c", WATCH, str(tmp_path / "content")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        check=False,
    )

    assert (done.stdout, done.stderr) == ("[]\n", "")


def statistics(programme: str, responses: int, facility: float) -> str:
    """Statistics of the exam bank's only item (easy, reviewed on 23 November 2026), as of the programme's last day."""
    id = ItemId("xianfa-01-101")
    day = date(int(programme), 12, 31)
    found = {id: figures(papers=responses, responses=responses, facility=facility, as_of=day)}
    return render_statistics(ExamStatistics(programme=programme, as_of=day, papers=1000, items=found))


def test_text_takes_the_day_of_effect_from_the_register(tmp_path: Path) -> None:
    write_content(tmp_path / "content")
    laws = tmp_path / "laws"
    laws.mkdir()
    text = '{"title": "中华人民共和国宪法", "version": "2018-03-11", "articles": {"1": "甲。"}}'
    (laws / "xianfa.json").write_text(text, encoding="utf-8")

    content, _ = read_content(tmp_path / "content", laws=laws)

    assert [text.effective for text in content.texts["xianfa"]] == [date(2018, 3, 11)]


def test_statistics_give_exam_items_their_facility(tmp_path: Path) -> None:
    changed = {"statistics/2026.json": statistics("2026", 200, 0.5), "statistics/2027.json": statistics("2027", 9, 0.1)}

    content, found = read_content(write_content(tmp_path, changed))

    figures = content.statistics[ItemId("xianfa-01-101")]
    assert found == []
    assert (figures.papers, figures.responses, figures.as_of) == (209, 200, date(2026, 12, 31))
    assert [item.facility for bank in content.banks for item in bank.items] == [None, None, None, 0.5]


def test_statistics_older_than_the_review_give_no_facility(tmp_path: Path) -> None:
    content, _ = read_content(write_content(tmp_path, {"statistics/2025.json": statistics("2025", 200, 0.5)}))

    assert content.exam.items[0].facility is None
    assert list(content.statistics) == ["xianfa-01-101"]


def test_practice_item_of_the_same_id_takes_nothing_from_statistics(tmp_path: Path) -> None:
    changed = {"banks/practice/b.yml": BANK.replace("xianfa-01-001", "xianfa-01-101")}

    content, _ = read_content(write_content(tmp_path, {**changed, "statistics/2026.json": statistics("2026", 90, 0.5)}))

    assert [item.facility for item in content.practice.items] == [None] * 4


def test_pools_that_were_read_are_remembered(tmp_path: Path) -> None:
    content, _ = read_content(write_content(tmp_path), pools=frozenset({Pool.PRACTICE}))

    assert content.pools == {Pool.PRACTICE}
    assert [bank.pool for bank in content.banks] == [Pool.PRACTICE, Pool.EXAM]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(data=st.binary(max_size=200), name=st.sampled_from(sorted(FILES)))
def test_any_bytes_in_any_file_give_content_and_diagnostics(tmp_path: Path, data: bytes, name: str) -> None:
    write_content(tmp_path)
    (tmp_path / name).write_bytes(data)

    content, found = read_content(tmp_path)

    assert found or data == (FILES[name]).encode() or name.endswith(".md")
    assert isinstance(content, Content)


def test_page_of_a_lesson_keeps_its_address(tmp_path: Path) -> None:
    page = LESSON.replace("lesson: xianfa-01", "lesson: xianfa-02")

    content, _ = read_content(write_content(tmp_path, {"course/index.md": page, "course/a/index.md": page}))

    assert [lesson.path for lesson in content.lessons] == ["a/", "", "lessons/xianfa-01/"]


def test_file_of_any_size_is_refused_without_being_read(tmp_path: Path) -> None:
    write_content(tmp_path)
    with (tmp_path / "banks/exam/xianfa-01.yml").open("wb") as file:
        file.truncate(1 << 40)

    _, found = read_content(tmp_path)

    assert [(d.code, d.message) for d in found] == [("Q010", "文件太大，上限是8,000,000字节")]


def test_faults_of_one_file_are_told_up_to_a_thousand_errors_first(tmp_path: Path) -> None:
    item = ITEM.replace("（　　）", "人民")
    bank = BANK + "".join(item.replace("-001", f"-{number}") for number in range(100, 1000)) * 2
    write_content(tmp_path, {"banks/exam/b.yml": f"{bank}  - {{id: xianfa-01-002}}\n"})

    _, found = read_content(tmp_path)

    assert Counter(fault.code for fault in found) == {"Q021": 8, "Q110": 992, "Q014": 1}


def test_faults_of_one_file_are_bounded(tmp_path: Path) -> None:
    write_content(tmp_path, {"banks/exam/b.yml": "lesson: xianfa-01\nitems:\n" + "  - {idd: 1}\n" * 20_000})

    _, found = read_content(tmp_path)

    assert len(found) == 1001


def test_page_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    write_content(tmp_path, {"course/lessons/xianfa-01.md": LESSON + "文" * 400_000})

    content, found = read_content(tmp_path)

    assert (content.lessons, places(found)) == ((), [("Q010", 1, 1)])
