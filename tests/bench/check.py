"""Checking 10,000 items, near-duplicates included, and reading 2,000, against libyaml's loader on the same files."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from quizgen.model import FALSE, TRUE, Item, ItemType
from quizgen.parse.bank import parse_bank
from tests.bench.measure import Figure, compared, medians
from tests.course_project import REPOSITORY
from tests.generated_items import generated_items
from tests.quizgen_content import LESSON, write_content

ROUNDS = 3
GOAL, GROWTH = 8.0, 2.3
READ, READ_ROUNDS, READ_RATIO = 2_000, 7, 1.5
A_FILE = 500
QUIZGEN = "from quizgen.cli import main; raise SystemExit(main())"
LOAD = (
    "import sys, pathlib, yaml\n"
    "for path in pathlib.Path(sys.argv[1]).rglob('*.yml'):\n"
    "    yaml.load(path.read_text('utf-8'), Loader=yaml.CSafeLoader)\n"
)


def measure() -> Iterator[Figure]:
    """Whole processes, as an editor starts them; reading alone within one."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        full, half = (_content(Path(folder) / str(count), count) for count in (10_000, 5_000))
        check, load, check_half = medians(
            lambda: _run(QUIZGEN, "check", "--content", str(full)),
            lambda: _run(LOAD, str(full)),
            lambda: _run(QUIZGEN, "check", "--content", str(half)),
            rounds=ROUNDS,
        )
    yield compared("check: 10,000 items", (check, load), yardstick="yaml.load(CSafeLoader)", most=GOAL)
    yield compared("check: growth to 10,000", (check, check_half), yardstick="5,000 items", most_ratio=GROWTH)
    text = bank_text("xianfa-01", generated_items(READ))
    times = medians(
        lambda: parse_bank(text, "bank.yml"),
        lambda: yaml.load(text, Loader=yaml.CSafeLoader),
        rounds=READ_ROUNDS,
    )
    name = f"read: {READ:,} items with positions"
    yield compared(name, times, yardstick="yaml.load(CSafeLoader)", most_ratio=READ_RATIO)


def bank_text(lesson: str, items: Iterable[Item]) -> str:
    """A bank file as an editor writes it; ids are numbered anew with three digits."""
    return f"lesson: {lesson}\nitems:\n" + "\n".join(
        _item_text(f"{lesson}-{100 + number % 900}", item) for number, item in enumerate(items)
    )


def _item_text(id: str, item: Item) -> str:
    judgement = item.type is ItemType.JUDGEMENT
    options = "" if judgement else "    options:\n" + "".join(f"      {k}: {v}\n" for k, v in item.options.items())
    key = {frozenset({TRUE}): "正确", frozenset({FALSE}): "错误"}.get(item.key, "".join(sorted(item.key)))
    return (
        f"  - id: {id}\n    type: {item.type}\n    stem: {item.stem}\n{options}    key: {key}\n"
        f"    rationale: {item.rationale}\n    cites: [xianfa:67]\n    difficulty: {item.difficulty}\n"
        f"    status: {item.status}\n    reviewed: {item.reviewed}\n"
    )


def _content(root: Path, count: int) -> Path:
    """A folder of so many items: a third in practice, the rest in exam, a file and a page for each lesson."""
    items = iter(generated_items(count))
    for number in range(count // A_FILE):
        lesson = f"xianfa-{number + 10}"
        pool = "exam" if number % 3 else "practice"
        own = [next(items) for _ in range(A_FILE)]
        page = LESSON.partition("::: practice")[0].replace("lesson: xianfa-01", f"lesson: {lesson}")
        files = {f"banks/{pool}/{lesson}.yml": bank_text(lesson, own), f"course/lessons/{lesson}.md": page}
        write_content(root, files)
    return root


def _run(program: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-c", program, *arguments], cwd=REPOSITORY, check=True, capture_output=True)
