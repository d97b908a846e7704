"""`grader publish`: what the content folder says becomes what the service uses."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from grader.administration.publish import check_folder, publish_folder
from grader.administration.year.change import LaidChanges
from grader.cli.deployment import OPERATOR, data_option, now, opened
from grader.settings import read_settings
from quizgen.console.commandline import ChineseParser
from quizgen.diagnostics import render_text


def _add_publish(parser: ChineseParser) -> None:
    data_option(parser)
    parser.add_argument("--content", metavar="目录", type=Path, help="内容文件夹；不写则用设置里的")
    parser.add_argument("--programme", metavar="方案", help="只发布这一个方案，如 2026；不写则全部发布")
    parser.add_argument("--allow-sample-bank", action="store_true", help="允许用本软件自带的公开示例题考试")
    way = parser.add_mutually_exclusive_group()
    keep, drop = "保留年度设置里的修改，其余照文件夹发布", "不再要年度设置里的修改，一律以文件夹为准"
    way.add_argument("--keep-changes", dest="changes", action="store_const", const=LaidChanges.KEEP, help=keep)
    way.add_argument("--drop-changes", dest="changes", action="store_const", const=LaidChanges.DROP, help=drop)
    parser.set_defaults(run=_publish, changes=LaidChanges.REFUSE)


def _publish(options: argparse.Namespace) -> int:
    settings = read_settings(options.data)
    with opened(settings, exclusive=True) as store:
        checked = check_folder(options.content or settings.content)
        if checked.diagnostics:
            print(render_text(list(checked.diagnostics), checked.source.sources), end="", file=sys.stderr)
        if not checked.is_sound:
            print("内容有错误，没有发布；原来发布的内容继续有效。", file=sys.stderr)
            return 1
        published = publish_folder(
            store,
            checked,
            by=OPERATOR,
            now=now(),
            programme=options.programme,
            allow_sample=options.allow_sample_bank,
            changes=options.changes,
        )
    for done in published:
        print(f"{done.title}（{done.programme}）：{done.outcome}（版本 {done.digest[:8]}）。")
        if done.lowered:
            print(f"  按新规则，以下 {len(done.lowered)} 人的学时会减少（已达到的不受影响）：{'、'.join(done.lowered)}")
    return 0


OPTIONS = {"publish": _add_publish}
"""What completes the parser of each command."""
