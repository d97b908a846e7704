"""`quizgen check`: every fault of the content at once."""

from __future__ import annotations

import argparse
from argparse import _SubParsersAction
from collections.abc import Callable

from quizgen.cli.folder import checked, content_options
from quizgen.codes import EXPLANATIONS
from quizgen.console.commandline import ChineseParser, Refused
from quizgen.console.progress import working
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, has_errors, render_github, render_json, render_text
from quizgen.spelling import did_you_mean


def add_commands(commands: _SubParsersAction[ChineseParser]) -> None:
    """`check`."""
    check = commands.add_parser(
        "check", help="检查内容", description="检查课程、题库、方案和法律登记表，一次列出所有问题。"
    )
    content_options(check)
    check.add_argument("--format", choices=tuple(_FORMATS), default="text", help="输出格式：文字、JSON或GitHub注释")
    check.add_argument("--explain", metavar="代码", help="说明一个诊断代码的含义，如 Q104")
    check.set_defaults(run=_check)


def _check(options: argparse.Namespace) -> int:
    if options.explain is not None:
        print(_explanation(options.explain))
        return 0
    with working("正在检查内容……"):
        content, found = checked(options.content, options.laws)
    print(_FORMATS[options.format](found, content), end="")
    return 1 if has_errors(found) else 0


def _explanation(code: str) -> str:
    name = code.strip().upper()
    if name not in EXPLANATIONS:
        raise Refused(f"没有诊断代码“{code}”。{did_you_mean(name.lower(), map(str.lower, EXPLANATIONS)).upper()}")
    return f"{name}：{EXPLANATIONS[name]}"


def _text(found: list[Diagnostic], content: Content) -> str:
    return render_text(found, content.sources) or f"检查通过：{_size(content)}，没有发现问题。\n"


def _size(content: Content) -> str:
    practice, exam = len(content.practice.items), len(content.exam.items)
    return f"{len(content.programmes)}个方案、{len(content.lessons)}门课程、练习题{practice}道、考试题{exam}道"


_FORMATS: dict[str, Callable[[list[Diagnostic], Content], str]] = {
    "text": _text,
    "json": lambda found, _: render_json(found),
    "github": lambda found, _: render_github(found),
}
