"""The command line `quizgen`: one module a family of commands, imported when one of them is used.

May import all of quizgen.
"""

from __future__ import annotations

import signal
import sys
import threading
from importlib import import_module

from quizgen.console.commandline import ChineseParser, run

_FAMILIES = {
    "check": "checking",
    "law": "laws",
    "assemble": "papers",
    "render": "papers",
    "readings": "readings",
    "rollover": "rollover",
    "schema": "schemas",
    "site": "website",
}
"""The module of each command, in the order of the help; its `add_commands` adds those of the family."""


def parser(command: str = "") -> ChineseParser:
    """The parser of the command's family; of all commands where there is no such command."""
    whole = ChineseParser(
        prog="quizgen", description="检查学法考试的课程、题库和方案，组卷，生成课程网站，准备下一年度。"
    )
    commands = whole.commands()
    families = [_FAMILIES[command]] if command in _FAMILIES else dict.fromkeys(_FAMILIES.values())
    for family in families:
        import_module(f"quizgen.cli.{family}").add_commands(commands)
    return whole


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 done, 1 the content has errors or work failed, 2 used wrongly, 130 interrupted."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # a polite kill leaves no part of a file either
    typed = sys.argv[1:] if arguments is None else arguments
    return run(parser(*typed[:1]), arguments)
