"""`grader demo`: the demonstration."""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.cli.deployment import address_options
from grader.demo.run import run_demo
from grader.operation.serve import CannotListen
from quizgen.console.commandline import ChineseParser, Refused


def _add_demo(parser: ChineseParser) -> None:
    address_options(parser)
    parser.add_argument("--data", metavar="目录", type=Path, help="把演示数据保存在这里；不写则退出时删除")
    parser.set_defaults(run=_demo)


def _demo(options: argparse.Namespace) -> int:
    try:
        return run_demo(host=options.host, port=options.port, data=options.data)
    except CannotListen as fault:
        raise Refused(str(fault), status=1) from None


OPTIONS = {"demo": _add_demo}
"""What completes the parser of each command."""
