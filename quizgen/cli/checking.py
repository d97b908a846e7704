"""`quizgen check`: every fault of the content at once."""

from __future__ import annotations

import argparse
from argparse import _SubParsersAction
from collections.abc import Callable, Sequence

from quizgen.check.trial import Tried, try_rules
from quizgen.cli.folder import checked, content_options
from quizgen.codes import EXPLANATIONS
from quizgen.console.alignment import aligned
from quizgen.console.commandline import ChineseParser, Refused
from quizgen.console.progress import working
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, has_errors, render_github, render_json, render_text
from quizgen.evidence.reading import agreement_words
from quizgen.words.spelling import did_you_mean


def add_commands(commands: _SubParsersAction[ChineseParser]) -> None:
    """`check`."""
    check = commands.add_parser(
        "check", help="检查内容", description="检查课程、题库、方案和法律登记表，一次列出所有问题。"
    )
    content_options(check)
    check.add_argument("--format", choices=tuple(_FORMATS), default="text", help="输出格式：文字、JSON或GitHub注释")
    check.add_argument("--explain", metavar="代码", help="说明一个诊断代码的含义，如 Q104")
    check.add_argument(
        "--mutate", action="store_true", help="在每道试题里各改错一处，看检查能发现多少（不改动文件），并举出没有发现的"
    )
    check.add_argument("--strict", action="store_true", help="有警告也算没有通过（退出码为1），用于提交前或自动检查")
    check.set_defaults(run=_check)


def _check(options: argparse.Namespace) -> int:
    if options.explain is not None:
        print(_explanation(options.explain))
        return 0
    content, found = checked(options.content, options.laws)
    if options.mutate and not has_errors(found):
        with working("正在逐题改错……"):
            print(_tried(try_rules(content), with_texts=bool(content.texts)))
        return 0
    print(_FORMATS[options.format](found, content), end="")
    return 1 if has_errors(found) or (options.strict and found) else 0


def _tried(tried: Sequence[Tried], *, with_texts: bool) -> str:
    """The share of slips that the checks found, and examples of those that they did not."""
    if not tried:
        return "题库里没有启用的试题，没有可以改错的内容。"
    made, found = (sum(values) for values in zip(*((one.made, one.found) for one in tried), strict=True))
    rows = [
        ("改错的地方", "改了", "发现", "比例"),
        *map(_row, tried),
        ("合计", f"{made}", f"{found}", _share(found, made)),
    ]
    missed = [f"  {one.slip}：{mutant.original}，{mutant.words}" for one in tried for mutant in one.missed[:_EXAMPLES]]
    notes = [] if with_texts else ["没有给出法律原文（--laws），只能发现一小部分。"]
    told = ["", "没有发现的，举例：", *missed] if missed else []
    return "\n".join([*notes, aligned(rows), *told, "", "没有发现的错，只能靠人审。"])


def _row(tried: Tried) -> tuple[str, str, str, str]:
    return str(tried.slip), f"{tried.made}", f"{tried.found}", _share(tried.found, tried.made)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%"


_EXAMPLES = 3
"""Of each kind of slip."""


def _explanation(code: str) -> str:
    name = code.strip().upper()
    if name not in EXPLANATIONS:
        raise Refused(f"没有诊断代码“{code}”。{did_you_mean(name.lower(), map(str.lower, EXPLANATIONS)).upper()}")
    return f"{name}：{EXPLANATIONS[name]}"


def _text(found: list[Diagnostic], content: Content) -> str:
    return render_text(found, content.sources) or f"检查通过：{_size(content)}，没有发现问题。\n"


def _size(content: Content) -> str:
    practice, exam = len(content.practice.items), len(content.exam.items)
    items = f"练习题{practice}道、考试题{exam}道{_read(content)}"
    return f"{len(content.programmes)}个方案、{len(content.lessons)}门课程、{items}"


def _read(content: Content) -> str:
    """What second readers came to, where there are any."""
    found = content.readings.agreement(content.items)
    if not found.read:
        return ""
    return f"（二读{found.read}道，{agreement_words(found.read, found.agreed, found.rating)}）"


_FORMATS: dict[str, Callable[[list[Diagnostic], Content], str]] = {
    "text": _text,
    "json": lambda found, _: render_json(found),
    "github": lambda found, _: render_github(found),
}
