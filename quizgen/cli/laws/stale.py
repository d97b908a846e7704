"""`quizgen law stale`: items and lessons to review because a statute changed, as an editor's units of work."""

from __future__ import annotations

import argparse
import json
import re
from argparse import _SubParsersAction
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.text import Text

from quizgen.cli.folder import content_folder, content_options, laws_folder
from quizgen.cli.laws.diff import STYLES
from quizgen.cli.laws.files import named_text, statute_id
from quizgen.console.commandline import ChineseParser, Refused
from quizgen.console.output import write_new
from quizgen.console.progress import working
from quizgen.content import Content, read_content
from quizgen.diagnostics import has_errors, summary
from quizgen.law.amendment import Amendment, amendment
from quizgen.law.redline import Mark
from quizgen.law.text import StatuteText
from quizgen.render.staleness import rows, stale_csv, stale_text, stale_workbook
from quizgen.rollover.staleness import StaleStatute, stale_work
from quizgen.words.spelling import did_you_mean

_MARKED = (
    (re.compile("〔-.*?-〕", re.DOTALL), STYLES[Mark.DELETED]),
    (re.compile(r"〔\+.*?\+〕", re.DOTALL), STYLES[Mark.INSERTED]),
)
"""How changed words look on a terminal."""


def add_command(commands: _SubParsersAction[ChineseParser]) -> None:
    """`stale`."""
    stale = commands.add_parser(
        "stale",
        help="列出法律修改后要重新审核的试题和课程",
        description="列出引用了修改、删去或变动条号的条文，而在新版本之前审核的试题和课程。"
        "默认比较审核时的版本和最新的版本（包括已经通过、还没有施行的）；"
        "没有这两版原文时，列出最新版本通过以前审核的全部试题和课程。",
    )
    stale.add_argument("statutes", metavar="标识", nargs="*", help="只看这几部法律，如 minfadian；不写则看全部")
    content_options(stale)
    stale.add_argument("--old", metavar="旧版本", help="指定旧版本：文件，或 标识@版本日期；与 --new 一起用")
    stale.add_argument("--new", metavar="新版本", help="指定新版本，写法同上")
    stale.add_argument("--format", choices=tuple(_FORMATS), default="text", help="输出格式：文字、JSON、CSV或Excel")
    stale.add_argument("--out", metavar="文件", type=Path, help="写到哪个文件；Excel必须写")
    stale.add_argument("--force", action="store_true", help="文件已存在时覆盖")
    stale.set_defaults(run=_stale)


def _stale(options: argparse.Namespace) -> int:
    if options.format == "xlsx" and not options.out:
        raise Refused("Excel格式要用 --out 写到文件，如 --out 待审核.xlsx。")
    with working("正在查找要重新审核的内容……"):
        content = _content(options)
        given = _given(options, content)
        _check_known(options.statutes, content)
        work = stale_work(content, statutes=given or options.statutes, amendments=given)
    if options.out:
        write_new(options.out, _FORMATS[options.format](work), force=options.force)
    elif options.format == "text" and (console := Console(highlight=False)).is_terminal:
        console.print(_coloured(work))
    else:
        written = _FORMATS[options.format](work)
        print(written if isinstance(written, str) else written.decode(), end="")
    return 0


def _content(options: argparse.Namespace) -> Content:
    content, found = read_content(content_folder(options.content), laws=laws_folder(options.laws))
    if has_errors(found):
        raise Refused(f"内容有错误（{summary(found)}），没有查找。请先运行 quizgen check 并改正。", status=1)
    return content


def _given(options: argparse.Namespace, content: Content) -> Mapping[str, Amendment]:
    """The amendment between `--old` and `--new`, by the statute's id; empty where none are given."""
    if not options.old and not options.new:
        return {}
    if not options.old or not options.new:
        raise Refused("--old 和 --new 要一起写。")
    old, new = named_text(options.old, content), named_text(options.new, content)
    return {_id(new, options.statutes, content): amendment(old, new)}


def _id(text: StatuteText, statutes: list[str], content: Content) -> str:
    if id := statutes[0] if len(statutes) == 1 else statute_id(text.title, content):
        return id
    raise Refused(f"登记表里没有《{text.title}》。请在命令后面写明它的标识，如 quizgen law stale minfadian --old …。")


def _check_known(statutes: list[str], content: Content) -> None:
    known = {*content.register.statutes, *content.texts}
    for id in statutes:
        if id not in known:
            raise Refused(f"没有登记法律“{id}”。{did_you_mean(id, known)}")


def _coloured(work: list[StaleStatute]) -> Text:
    """The text with changed words in colour; the marks around them stay, so that they can be copied."""
    text = Text(stale_text(work))
    for words, style in _MARKED:
        text.highlight_regex(words, style)
    return text


def _json(work: list[StaleStatute]) -> str:
    return json.dumps([asdict(row) for row in rows(work)], ensure_ascii=False, indent=2) + "\n"


_FORMATS: Mapping[str, Callable[[list[StaleStatute]], str | bytes]] = {
    "text": stale_text,
    "json": _json,
    "csv": stale_csv,
    "xlsx": stale_workbook,
}
