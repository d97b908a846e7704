"""The command line `quizgen`: one module a family of commands. May import all of quizgen."""

from __future__ import annotations

import signal
import threading

from quizgen.cli import checking, laws, papers, readings, rollover, schemas, website
from quizgen.console.commandline import ChineseParser, run

_COMMANDS = (checking, laws, papers, readings, rollover, schemas, website)
"""In the order of the help; each adds its commands in `add_commands`."""


def parser() -> ChineseParser:
    """The parser of all commands."""
    whole = ChineseParser(
        prog="quizgen", description="检查学法考试的课程、题库和方案，组卷，生成课程网站，准备下一年度。"
    )
    commands = whole.commands()
    for module in _COMMANDS:
        module.add_commands(commands)
    return whole


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 done, 1 the content has errors or work failed, 2 used wrongly, 130 interrupted."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # a polite kill leaves no part of a file either
    return run(parser(), arguments)
