"""`quizgen law`: texts of statutes: `add`, `diff` and `stale`."""

from __future__ import annotations

from argparse import _SubParsersAction

from quizgen.cli.laws import add, diff, stale
from quizgen.console.commandline import ChineseParser


def add_commands(commands: _SubParsersAction[ChineseParser]) -> None:
    """`law` with its sub-commands."""
    law = commands.add_parser(
        "law",
        help="导入、比较法律原文，列出要重新审核的内容",
        description="导入法律的官方文本，比较两个版本，列出法律修改后要重新审核的试题和课程。",
    )
    subcommands = law.commands()
    add.add_command(subcommands)
    diff.add_command(subcommands)
    stale.add_command(subcommands)
