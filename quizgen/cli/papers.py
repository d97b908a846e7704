"""`quizgen assemble` and `quizgen render`: papers drawn from the exam bank."""

from __future__ import annotations

import argparse
import json
from argparse import _SubParsersAction
from pathlib import Path

from quizgen.cli.selection import Selection, paper_options, selected
from quizgen.cli.simulating import paper_record, simulate, simulation_options
from quizgen.console.commandline import ChineseParser, Refused
from quizgen.console.output import write_new
from quizgen.draw.assemble import CannotFill, assemble
from quizgen.paper import Paper
from quizgen.render.paper import render_paper


def add_commands(commands: _SubParsersAction[ChineseParser]) -> None:
    """`assemble` and `render`."""
    draw = commands.add_parser(
        "assemble",
        help="组一份试卷，或模拟组许多份",
        description="按方案组一份试卷，写成JSON；用 --count 组许多份，看各份试卷难度是否相当、试题使用是否均匀。",
    )
    paper_options(draw)
    draw.add_argument(
        "--out", metavar="文件", type=Path, help="写到哪个文件；一份试卷时不写则输出到屏幕，许多份时每行一份"
    )
    simulation_options(draw)
    draw.set_defaults(run=_assemble)

    render = commands.add_parser("render", help="生成可打印的试卷", description="按方案组一份试卷，生成可打印的网页。")
    paper_options(render)
    render.add_argument("--out", metavar="文件", type=Path, required=True, help="写到哪个文件，如 试卷.html")
    render.set_defaults(run=_render)


def _assemble(options: argparse.Namespace) -> int:
    if options.count > 1:
        if options.with_keys and options.out is None:
            raise Refused("许多份试卷写到文件时才附正确答案：请用 --out 写明文件，或不用 --with-keys。")
        return simulate(options)
    if options.report or options.attempts > 1:
        raise Refused("--report 和 --attempts 要同 --count 一起用，如 --count 10000。")
    selection = selected(options)
    record = paper_record(_drawn(selection), selection.content.exam.by_id() if options.with_keys else {})
    text = json.dumps(record, ensure_ascii=False, indent=2) + "\n"
    if options.out is None:
        print(text, end="")
    else:
        write_new(options.out, text, force=options.force)
    return 0


def _render(options: argparse.Namespace) -> int:
    selection = selected(options)
    title = f"{selection.programme.title}试卷（{selection.tier.title}）"
    items = selection.content.exam.by_id()
    page = render_paper(_drawn(selection), items, title=title, with_keys=options.with_keys)
    write_new(options.out, page, force=options.force)
    return 0


def _drawn(selection: Selection) -> Paper:
    try:
        return assemble(
            selection.content.exam.items,
            selection.blueprint,
            tier=selection.tier.id,
            modules=selection.content.modules,
            seed=selection.seed,
            content=selection.digest,
        )
    except CannotFill as refusal:
        raise Refused(str(refusal), status=1) from refusal
