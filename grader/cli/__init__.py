"""The command line `grader`: one module a family of commands, imported when one of them is used.

Commands that write open the store as its only owner; while the service runs they are refused. Each has a page but
`init` and `reset-password`, for whom nobody is signed in yet.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
from functools import partial
from importlib import import_module
from typing import NoReturn

from grader.domain.errors import Refusal
from grader.settings import SettingsError
from grader.store.base import StoreError
from quizgen.console.commandline import ChineseParser, run
from quizgen.words.system import uncollected

_COMMANDS = (
    ("init", "setting_up", "初始化", "建立数据文件夹、密钥和第一个管理员账号。"),
    ("reset-password", "setting_up", "重置密码", "给忘记密码的账号一个一次性密码。"),
    ("account", "accounts", "账号管理", "查看一个账号，重置密码，设为失效或恢复，变更角色，全部退出登录。"),
    ("security-log", "accounts", "安全记录", "列出登录、失败、拒绝和账号变动，新的在前；服务运行时也可以使用。"),
    ("publish", "publishing", "发布", "检查内容文件夹，通过后发布方案和题库。"),
    ("serve", "serving", "启动服务", "启动学法考试服务，按 Ctrl+C 停止。"),
    ("demo", "showing", "演示", "用虚构的示例县启动一套完整的演示。"),
    ("year", "year", "年度设置", "查看正在执行的规则；延长时间、增加补考、修改联系方式。"),
    ("units", "rosters", "单位", "导入、列出、合并、分设、撤销单位，生成单位表。"),
    ("roster", "rosters", "花名册", "导入、导出花名册，生成导入模板和账号发放单。"),
    (
        "statistics",
        "counting",
        "试题统计",
        (
            "统计一个方案的作答：每道题的得分率、区分度、各选项的人数和使用次数，供下一年改题、组卷用。每名学员只计第一次完成的考试；"
            "文件里没有个人信息。服务运行时也可以使用。"
        ),
    ),
    ("audit", "auditing", "操作记录", "查看管理员的操作记录，核对它们有没有被改动。"),
    (
        "archive",
        "archiving",
        "归档",
        "把一个年度按单位归档：报表、证书、登记表、学习记录，一个单位一个 ZIP 文件。",
    ),
    ("migrate", "moving", "更新数据表", "把数据库的表更新到本版本。"),
    ("export-data", "moving", "导出数据", "把全部数据导出成一个文件，用于搬迁。"),
    ("import-data", "moving", "导入数据", "把导出的文件导入到空的数据位置。"),
)
"""In the order of the help: name, the module of its family, what the list of commands says, what its own help says."""


def parser() -> ChineseParser:
    """The parser of all commands."""
    whole = ChineseParser(prog="grader", description="学法考试服务：学时、考试、证书和统计。")
    commands = whole.commands()
    for name, family, short, description in _COMMANDS:
        commands.add_parser(name, help=short, description=description, complete=partial(_complete, family, name))
    return whole


def _complete(family: str, name: str, command: ChineseParser) -> None:
    """Add the options of one command; they stand in its family's `OPTIONS`. Modules stay, so they are not walked."""
    with uncollected():
        options = import_module(f"grader.cli.{family}").OPTIONS
    options[name](command)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 done, 1 refused or failed, 2 used wrongly."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("grader").setLevel(logging.INFO)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # warns at each request that waits for a thread
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _end)
    try:
        return run(parser(), arguments)
    except (SettingsError, StoreError, Refusal) as refusal:
        print(refusal, file=sys.stderr)
        return 1


def _end(_signal: int, _frame: object) -> NoReturn:
    """A polite kill ends like Ctrl+C: the store is closed, a temporary folder goes."""
    raise SystemExit(0)
