"""`quizgen law diff`: two versions of a statute, article by article."""

from __future__ import annotations

import argparse
import json
import sys
from argparse import _SubParsersAction
from pathlib import Path

from rich.console import Console
from rich.text import Text

from quizgen.cli.folder import content_options, laws_folder
from quizgen.cli.laws.files import known_laws, named_text, versions
from quizgen.console.commandline import ChineseParser, Refused
from quizgen.console.output import write_new
from quizgen.console.progress import working
from quizgen.law.amendment import Amendment, ChangeKind, amendment
from quizgen.law.redline import Mark
from quizgen.law.text import StatuteText
from quizgen.render.amendment import (
    ChangeEntry,
    amendment_fields,
    amendment_markdown,
    amendment_text,
    entries,
    heading,
    tally,
    told_changes,
)

_FORMATS = ("text", "json", "markdown")
STYLES = {Mark.KEPT: "", Mark.DELETED: "red strike", Mark.INSERTED: "green underline"}
"""Of changed words on a terminal; told apart without colours too."""


def add_command(commands: _SubParsersAction[ChineseParser]) -> None:
    """`diff`."""
    diff = commands.add_parser(
        "diff",
        help="比较一部法律的两个版本",
        description="逐条比较两个版本：修改、新增、删去的条，以及条号变动。只写一个标识时，比较最新的两个版本。",
    )
    diff.add_argument("old", metavar="旧版本", help="文件（.docx、.txt、.json），或 标识@版本日期，或标识")
    diff.add_argument("new", metavar="新版本", nargs="?", help="写法同上")
    content_options(diff)
    diff.add_argument(
        "--format", choices=_FORMATS, help="输出格式：文字、JSON或Markdown；默认文字，写文件时默认Markdown"
    )
    diff.add_argument("--out", metavar="文件", type=Path, help="写到哪个文件；不写则输出到屏幕")
    diff.add_argument("--force", action="store_true", help="文件已存在时覆盖")
    diff.set_defaults(run=_diff)


def _diff(options: argparse.Namespace) -> int:
    content = known_laws(options.content, laws_folder(options.laws))
    if options.new is None:
        old, new = newest_two(versions(options.old, content))
    else:
        old, new = named_text(options.old, content), named_text(options.new, content)
    if old.title != new.title:
        print(f"注意：两个文本的名称不同：《{old.title}》和《{new.title}》。", file=sys.stderr)
    with working("正在比较……"):
        found = amendment(old, new)
    shape = options.format or ("markdown" if options.out else "text")
    if options.out:
        write_new(options.out, _rendered(found, shape), force=options.force)
    elif shape == "text" and (console := Console(highlight=False)).is_terminal:
        _show(found, console)
    else:
        print(_rendered(found, shape), end="")
    return 0


def newest_two(texts: tuple[StatuteText, ...]) -> tuple[StatuteText, StatuteText]:
    """The last two versions; refused where there is only one."""
    if len(texts) < 2:
        one = f"{texts[0].id}@{texts[0].version}"
        raise Refused(f"“{texts[0].id}”只有一个版本（{one}），不能比较。请先用 quizgen law add 导入另一个版本。")
    return texts[-2], texts[-1]


def _rendered(found: Amendment, shape: str) -> str:
    if shape == "json":
        return json.dumps(amendment_fields(found), ensure_ascii=False, indent=2) + "\n"
    return amendment_markdown(found) if shape == "markdown" else amendment_text(found)


def _show(found: Amendment, console: Console) -> None:
    """On a terminal: deleted words red and struck out, inserted ones green and underlined."""
    console.print(Text(heading(found), style="bold"))
    for entry in entries(told_changes(found)):
        console.print()
        console.print(entry_head(entry))
        if entry.pieces:
            words = Text.assemble(*((text, STYLES[mark]) for mark, text in entry.pieces))
            for line in words.split("\n"):
                for part in line.wrap(console, max(20, console.width - 4)):
                    console.print(Text("    ") + part)
    console.print()
    console.print(Text(tally(found), style="bold"))


def entry_head(entry: ChangeEntry) -> Text:
    """第三十三条 → 第三十五条  条号变动."""
    colour = {ChangeKind.NEW: "green", ChangeKind.REPEALED: "red", ChangeKind.RENUMBERED: "cyan"}
    return Text.assemble((entry.title, "bold"), "  ", (entry.label, colour.get(entry.kind, "yellow")))
