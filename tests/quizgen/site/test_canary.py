"""Nothing of an exam bank reaches the site: planted strings are not in it, and no exam file is even looked at."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from quizgen.site.build import build_site
from tests.course_project import copy_project

pytestmark = pytest.mark.slow

PLANTED = """\
lesson: xianfa-01
items:
  - id: xianfa-01-987
    type: single
    stem: 金丝雀题干七三一的是（　　）。
    options:
      A: 金丝雀选项甲七三一
      B: 金丝雀选项乙七三一
      C: 金丝雀选项丙七三一
      D: 金丝雀选项丁七三一
    key: B
    rationale: 金丝雀解析七三一。
    cites: [xianfa:33]
    difficulty: easy
    status: 启用
    reviewed: 2031-07-13
    enemies: [xianfa-01-986]
"""
CANARIES = ("金丝雀", "七三一", "xianfa-01-987", "xianfa-01-986", "2031-07-13")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    copy_project(tmp_path)
    return tmp_path


def _found(site: Path) -> set[str]:
    """The canaries in any file of the site: plain, escaped as in JSON, or compressed."""
    found = set()
    for path in (path for path in site.rglob("*") if path.is_file()):
        data = path.read_bytes()
        data = gzip.decompress(data) if path.suffix == ".gz" else data
        for canary in CANARIES:
            if canary.encode() in data or json.dumps(canary)[1:-1].encode() in data or canary in path.as_posix():
                found.add(canary)
    return found


def _plant(bank: Path) -> None:
    bank.parent.mkdir(parents=True, exist_ok=True)
    bank.write_text(PLANTED, encoding="utf-8")


def test_no_string_of_an_exam_bank_is_in_the_site(project: Path) -> None:
    _plant(project / "content/banks/exam/canary.yml")

    assert build_site(project / "mkdocs.yml", project / "out") == []

    assert _found(project / "out") == set()


def test_canaries_are_found_where_they_may_stand(project: Path) -> None:
    bank = project / "content/banks/practice/canary.yml"
    _plant(bank)
    bank.write_text(bank.read_text(encoding="utf-8").replace("    enemies: [xianfa-01-986]\n", ""), encoding="utf-8")
    lesson = project / "content/course/lessons/xianfa-01.md"
    lesson.write_text(lesson.read_text(encoding="utf-8") + "\n::: practice\nxianfa-01-987\n:::\n", encoding="utf-8")

    assert build_site(project / "mkdocs.yml", project / "out") == []

    assert _found(project / "out") == {"金丝雀", "七三一", "xianfa-01-987"}


def test_exam_item_named_in_a_lesson_is_unknown(project: Path) -> None:
    _plant(project / "content/banks/exam/canary.yml")
    lesson = project / "content/course/lessons/xianfa-01.md"
    lesson.write_text(lesson.read_text(encoding="utf-8") + "\n::: practice\nxianfa-01-987\n:::\n", encoding="utf-8")

    (problem,) = build_site(project / "mkdocs.yml", project / "out")

    assert "error[Q304]" in problem
    assert "金丝雀" not in problem


WATCHED_BUILD = """
import json, os, sys
from pathlib import Path

seen = []

def watch(event, arguments):
    if event in {"open", "os.listdir", "os.scandir"} and isinstance(arguments[0], (str, bytes, os.PathLike)):
        seen.append(os.fsdecode(arguments[0]))

sys.addaudithook(watch)
from quizgen.site.build import build_site
from quizgen.site.inputs import site_digest
config = Path(sys.argv[1])
site_digest(config)
problems = build_site(config, config.parent / "out")
print(json.dumps({"problems": problems, "seen": seen}))
"""


def test_build_never_looks_below_the_exam_banks(project: Path) -> None:
    _plant(project / "content/banks/exam/canary.yml")
    command = [sys.executable, "-c", WATCHED_BUILD, str(project / "mkdocs.yml")]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    told = json.loads(done.stdout)
    assert told["problems"] == []
    assert any("banks/practice" in path for path in told["seen"])
    assert [path for path in told["seen"] if "banks/exam" in path or path.rstrip("/").endswith("banks")] == []
