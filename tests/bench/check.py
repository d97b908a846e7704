"""Checking 10,000 items, near-duplicates included, and reading 2,000, against libyaml's loader on the same files.

And 10,000 items that cite and retell the articles of 76 statutes, against 1,000 of them; see `statutes`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from random import Random

import yaml

from quizgen.law.lawbook import Lawbook
from quizgen.law.register import Register
from quizgen.law.text import StatuteText
from quizgen.model import FALSE, TRUE, Cite, Item, ItemType
from quizgen.parse.bank import parse_bank
from tests.bench.measure import Figure, compared, medians, run
from tests.bench.statutes import statutes, write_statutes
from tests.course_project import REPOSITORY
from tests.generated_items import generated_items
from tests.quizgen_content import LESSON, write_content

ROUNDS = 3
GOAL, GROWTH = 8.0, 2.3
GOAL_ON_TEXTS, GROWTH_ON_TEXTS = 10.0, 13.3
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
        full, half = (_content(Path(folder) / str(count), generated_items(count)) for count in (10_000, 5_000))
        check, load, check_half = medians(
            lambda: _run(QUIZGEN, "check", "--content", str(full)),
            lambda: _run(LOAD, str(full)),
            lambda: _run(QUIZGEN, "check", "--content", str(half)),
            rounds=ROUNDS,
        )
    yield compared("check: 10,000 items", (check, load), yardstick="yaml.load(CSafeLoader)", most=GOAL)
    yield compared("check: growth to 10,000", (check, check_half), yardstick="5,000 items", most_ratio=GROWTH)
    yield from _with_texts()
    text = bank_text("xianfa-01", generated_items(READ))
    times = medians(
        lambda: parse_bank(text, "bank.yml"),
        lambda: yaml.load(text, Loader=yaml.CSafeLoader),
        rounds=READ_ROUNDS,
    )
    name = f"read: {READ:,} items with positions"
    yield compared(name, times, yardstick="yaml.load(CSafeLoader)", most_ratio=READ_RATIO)


def _with_texts() -> Iterator[Figure]:
    """What an item costs must not grow with the number of items: n log n takes 13.3 times as long for ten times n."""
    texts, kind = statutes()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        laws = Path(folder) / "laws"
        register = write_statutes(texts, laws)
        full, tenth = (_content_on(Path(folder) / str(count), count, texts, register) for count in (10_000, 1_000))
        check, load, check_tenth = medians(
            lambda: _run(QUIZGEN, "check", "--content", str(full), "--laws", str(laws)),
            lambda: _run(LOAD, str(full)),
            lambda: _run(QUIZGEN, "check", "--content", str(tenth), "--laws", str(laws)),
            rounds=1,
            warm_up=0,
        )
    name = f"check: 10,000 items, {len(texts)} {kind}"
    yield compared(name, (check, load), yardstick="yaml.load(CSafeLoader)", most=GOAL_ON_TEXTS)
    name = f"check: growth to 10,000 with {kind}"
    yield compared(name, (check, check_tenth), yardstick="1,000 items", most_ratio=GROWTH_ON_TEXTS)


def bank_text(lesson: str, items: Iterable[Item]) -> str:
    """A bank file as an editor writes it; ids are numbered anew with three digits."""
    return f"lesson: {lesson}\nitems:\n" + "\n".join(
        _item_text(f"{lesson}-{100 + number % 900}", item) for number, item in enumerate(items)
    )


def _item_text(id: str, item: Item) -> str:
    judgement, cites = item.type is ItemType.JUDGEMENT, ", ".join(map(str, item.cites))
    options = "" if judgement else "    options:\n" + "".join(f"      {k}: {v}\n" for k, v in item.options.items())
    key = {frozenset({TRUE}): "正确", frozenset({FALSE}): "错误"}.get(item.key, "".join(sorted(item.key)))
    return (
        f"  - id: {id}\n    type: {item.type}\n    stem: {item.stem}\n{options}    key: {key}\n"
        f"    rationale: {item.rationale}\n    cites: [{cites}]\n    difficulty: {item.difficulty}\n"
        f"    status: {item.status}\n    reviewed: {item.reviewed}\n"
    )


def _content_on(root: Path, count: int, texts: Sequence[StatuteText], register: str) -> Path:
    """The same of items that cite an article each and retell how it begins."""
    (root / "laws").mkdir(parents=True)
    _content(root, map(_citing, generated_items(count), cycle(_places(texts))))
    (root / "laws/register.yml").write_text(register, encoding="utf-8")
    return root


def _places(texts: Sequence[StatuteText]) -> list[tuple[StatuteText, str]]:
    """Articles of all statutes, mixed; those that were struck out, which nothing may cite, left out."""
    words = Lawbook(Register(statutes={})).words
    places = [
        (text, article) for text in texts for article in text.articles if article.isdecimal() and words(text, article)
    ]
    Random(1).shuffle(places)  # noqa: S311 - the same in every run
    return places


def _citing(item: Item, place: tuple[StatuteText, str]) -> Item:
    text, article = place
    said = text.articles[article].partition("\n")[0][:120]
    cite = Cite(source=text.id, article=article, span=item.where)
    return replace(item, cites=(cite,), rationale=f"{text.citation(article)}规定，{said}")


def _content(root: Path, given: Iterable[Item]) -> Path:
    """A folder of items: a third in practice, the rest in exam, a file and a page for each lesson."""
    items = list(given)
    for number in range(len(items) // A_FILE):
        lesson = f"xianfa-{number + 10}"
        pool = "exam" if number % 3 else "practice"
        own = items[number * A_FILE : (number + 1) * A_FILE]
        page = LESSON.partition("::: practice")[0].replace("lesson: xianfa-01", f"lesson: {lesson}")
        files = {f"banks/{pool}/{lesson}.yml": bank_text(lesson, own), f"course/lessons/{lesson}.md": page}
        write_content(root, files)
    return root


def _run(program: str, *arguments: str) -> None:
    run("-c", program, *arguments, at=REPOSITORY)
