"""`grader statistics`: how the items of a programme did, for the editors."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.administration.statistics import AttemptRow, CountedAttempts, count_attempts
from grader.cli.deployment import data_option, now, opened
from grader.settings import read_settings
from quizgen.console.commandline import ChineseParser
from quizgen.console.output import check_output, write_new
from quizgen.console.progress import counted
from quizgen.evidence.statistics import render_statistics


def _add_statistics(parser: ChineseParser) -> None:
    data_option(parser)
    parser.add_argument("--programme", metavar="方案", required=True, help="方案的标识，如 2026")
    parser.add_argument(
        "--out", metavar="文件", type=Path, help="写到哪个文件；不写则是内容文件夹里的 statistics/方案.json"
    )
    parser.add_argument("--force", action="store_true", help="文件已存在时覆盖")
    parser.set_defaults(run=_statistics)


def _statistics(options: argparse.Namespace) -> int:
    settings = read_settings(options.data)
    out: Path = options.out or settings.content / "statistics" / f"{options.programme}.json"
    if options.out is None:
        out.parent.mkdir(exist_ok=True)
    check_output(out, force=options.force)
    with opened(settings, exclusive=False) as store:
        done = count_attempts(store, options.programme, now=now(), watched=_with_bar)
    write_new(out, render_statistics(done.statistics), force=options.force)
    _print_counted(done)
    return 0


def _with_bar(rows: Sequence[AttemptRow]) -> Iterator[AttemptRow]:
    return counted(rows, "正在统计作答……", total=len(rows))


def _print_counted(done: CountedAttempts) -> None:
    found = done.statistics
    print(f"试卷 {found.papers} 份，试题 {len(found.items)} 道；统计截止时间 {found.as_of}。")
    if exam := found.exam:
        reliability = "" if exam.reliability is None else f"，信度 {exam.reliability:.2f}"
        print(f"学员 {exam.learners} 人的第一次考试：平均得分率 {exam.mean:.1%}{reliability}。")
    if done.left_out:
        print(f"注意：有 {done.left_out} 份考试记录无法读取，没有计入。请检查数据，或从备份恢复。", file=sys.stderr)


OPTIONS = {"statistics": _add_statistics}
"""What completes the parser of each command."""
