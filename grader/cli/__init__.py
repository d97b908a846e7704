"""The command line `grader`: one module a family of commands. May import all of grader.

Commands that write open the store as its only owner; while the service runs they are refused. Each has a page but
`init` and `reset-password`, for whom nobody is signed in yet.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
from typing import NoReturn

from grader.cli import counting, moving, publishing, rosters, serving, setting_up
from grader.config import SettingsError
from grader.domain.errors import Refusal
from grader.serve import CannotListen
from grader.store.base import StoreError
from quizgen.commandline import ChineseParser, run

_COMMANDS = (setting_up, publishing, serving, rosters, counting, moving)
"""In the order of the help; each adds its commands in `add_commands`."""


def parser() -> ChineseParser:
    """The parser of all commands."""
    whole = ChineseParser(prog="grader", description="学法考试服务：学习时间、考试、证书和统计。")
    commands = whole.commands()
    for module in _COMMANDS:
        module.add_commands(commands)
    return whole


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 done, 1 refused or failed, 2 used wrongly."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("grader").setLevel(logging.INFO)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # warns at each request that waits for a thread
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _end)
    try:
        return run(parser(), arguments)
    except (SettingsError, StoreError, CannotListen, Refusal) as refusal:
        print(refusal, file=sys.stderr)
        return 1


def _end(_signal: int, _frame: object) -> NoReturn:
    """A polite kill ends like Ctrl+C: the store is closed, a temporary folder goes."""
    raise SystemExit(0)
