"""`quizgen assemble --count`: thousands of papers, what they come to, and the report about it."""

from __future__ import annotations

import argparse
import json
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, BinaryIO

from rich.console import Console
from rich.table import Table

from quizgen.cli.selection import Selection, selected
from quizgen.console.alignment import aligned
from quizgen.console.commandline import ChineseParser, Refused
from quizgen.console.output import check_output, write_new
from quizgen.console.progress import counted
from quizgen.draw.assemble import CannotFill
from quizgen.draw.eligible import eligible
from quizgen.draw.simulation import DrawnPaper, Tally, drawn_papers
from quizgen.model import Item, ItemId
from quizgen.paper import Paper
from quizgen.render.simulation import Finding, findings, render_simulation
from quizgen.words.files import replacing

_MOST_PAPERS = 1_000_000
_MOST_ATTEMPTS = 50


def simulation_options(parser: ChineseParser) -> None:
    """`--count`, `--attempts` and `--report`."""
    parser.add_argument(
        "--count", metavar="份数", type=_whole(_MOST_PAPERS), default=1, help="组多少份试卷，如 10000；默认1份"
    )
    parser.add_argument(
        "--attempts",
        metavar="次数",
        type=_whole(_MOST_ATTEMPTS),
        default=1,
        help="每名学员考几次，后一次的试卷避开以前的试题；默认1次",
    )
    parser.add_argument("--report", metavar="文件", type=Path, help="把结果画成可打印的网页，如 report.html")


def _whole(most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if text.isascii() and text.isdecimal() and 1 <= int(text[:20]) <= most:
            return int(text)
        raise ArgumentTypeError(f"“{text[:20]}”不行，请写1到{most}的整数")

    return parse


def simulate(options: argparse.Namespace) -> int:
    """Draw the papers, write them and the report where asked, and print what they come to."""
    for path in (options.out, options.report):
        if path:
            check_output(path, force=options.force)
    if options.out and options.report and options.out.absolute() == options.report.absolute():
        raise Refused("--out 和 --report 写的是同一个文件，请分开。")
    selection = selected(options)
    tally = _tally(options, selection)
    title = f"{selection.programme.title}（{selection.tier.title}）组卷模拟"
    simulation = tally.result()
    _print(title, findings(simulation, modules=selection.programme.modules))
    if options.report:
        page = render_simulation(simulation, title=title, seed=selection.seed, modules=selection.programme.modules)
        write_new(options.report, page, force=options.force)
    return 0


def _tally(options: argparse.Namespace, selection: Selection) -> Tally:
    content = selection.content
    index = eligible(content.exam.items, tier=selection.tier.id, modules=content.modules)
    items = content.exam.by_id()
    count, attempts, seed = options.count, options.attempts, selection.seed
    keys = {id: item.key for id, item in items.items()}
    tally = Tally(index, selection.blueprint, keys=keys, count=count, attempts=attempts, seed=seed)
    papers = drawn_papers(
        index, selection.blueprint, count=count, attempts=attempts, seed=seed, content=selection.digest
    )
    try:
        with replacing(options.out) if options.out else nullcontext() as file:
            for drawn in counted(papers, "正在组卷……", total=count):
                tally.add(drawn)
                if file:
                    _write(file, drawn, items if options.with_keys else {})
    except CannotFill as refusal:
        raise Refused(str(refusal), status=1) from refusal
    if options.out:
        print(f"已写入 {options.out}。", file=sys.stderr)
    return tally


def _write(file: BinaryIO, drawn: DrawnPaper, items: Mapping[ItemId, Item]) -> None:
    numbers = {"learner": drawn.learner, "attempt": drawn.attempt, "expected": round(drawn.expected, 6)}
    line = json.dumps(numbers | paper_record(drawn.paper, items), ensure_ascii=False)
    file.write(f"{line}\n".encode())


def paper_record(paper: Paper, items: Mapping[ItemId, Item]) -> dict[str, Any]:
    """A paper as it is written in JSON; with the keys of `items`, where any are given."""
    places = [
        {"item": place.item, "type": place.type, "options": place.options, "points": place.points}
        for place in paper.items
    ]
    plain = {"content": paper.content, "blueprint": paper.blueprint, "seed": paper.seed, "items": places}
    keys = {place.item: sorted(items[place.item].key) for place in paper.items} if items else {}
    return plain | ({"keys": keys} if keys else {})


def _print(title: str, found: Sequence[Finding]) -> None:
    console = Console()
    if not console.is_terminal:
        rows = [_HEADINGS, *((each.name, each.value, each.plain) for each in found)]
        print(f"{title}\n\n{aligned(rows)}")
        return
    table = Table(title=title, title_justify="left", title_style="bold")
    for heading in _HEADINGS:
        table.add_column(heading, overflow="fold")
    for each in found:
        table.add_row(each.name, each.value, each.plain)
    console.print(table)


_HEADINGS = ("", "组卷结果", "普通分层抽题")
