"""`quizgen site`: the course as static pages."""

from __future__ import annotations

import argparse
import sys
from argparse import _SubParsersAction
from pathlib import Path

from quizgen.console.commandline import ChineseParser, Refused
from quizgen.console.progress import working


def add_commands(commands: _SubParsersAction[ChineseParser]) -> None:
    """`site`."""
    site = commands.add_parser("site", help="生成课程网站", description="生成课程网站；完整生成后才替换旧网站。")
    site.add_argument(
        "--config", metavar="文件", type=Path, default=Path("mkdocs.yml"), help="网站配置，默认 mkdocs.yml"
    )
    site.add_argument("--out", metavar="目录", type=Path, default=Path("var/site"), help="写到哪里，默认 var/site")
    site.add_argument(
        "--laws", metavar="目录", type=Path, help="法律原文所在目录，默认配置文件旁边的 var/laws（有就用）"
    )
    site.add_argument("--no-strict", dest="strict", action="store_false", help="有警告时也生成")
    site.set_defaults(run=_site)


def _site(options: argparse.Namespace) -> int:
    from quizgen.site.build import build_site  # noqa: PLC0415 - mkdocs takes most of a second to import; only this command needs it

    if not options.config.is_file():
        raise Refused(f"没有网站配置“{options.config}”。请在项目的文件夹里运行，或用 --config 指出它的位置。")
    if options.laws and not options.laws.is_dir():
        raise Refused(f"没有法律原文目录“{options.laws}”。请用 quizgen law add 导入法律原文，或改正 --laws。")
    with working("正在生成课程网站……"):
        problems = build_site(options.config, options.out, strict=options.strict, laws=options.laws)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print(f"网站没有生成：有{len(problems)}个问题。原来的网站保持不变。", file=sys.stderr)
        return 1
    print(f"网站已生成到 {options.out}。", file=sys.stderr)
    return 0
