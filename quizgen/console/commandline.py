"""argparse in Chinese, for both console scripts.

Only documented or long-settled points of argparse are overridden (titles, the formatter, `error`), no global is
patched; messages are translated by their shape, which differs little between Python 3.11 and 3.14.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from quizgen.diagnostics import columns
from quizgen.words.system import os_reason

_WIDTH = 80
"""Columns of help text."""
_USAGE_WIDTH = 64
"""Characters of a usage line, which argparse counts one column each, Chinese ones too."""

_OPTION = r"argument (?P<option>.+?): "
_MESSAGES = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"the following arguments are required: (?P<names>.+)", "缺少必填的参数：{names}"),
        (r"unrecognized arguments: (?P<names>.+)", "不认识的参数：{names}"),
        (r"one of the arguments (?P<names>.+) is required", "这几个参数至少要写一个：{names}"),
        (
            _OPTION + r"invalid choice: (?P<value>.+?) \(choose from (?P<names>.+)\)",
            "{option} 不能是{value}，可选：{names}",
        ),
        (_OPTION + r"unknown parser (?P<value>.+?) \(choices: (?P<names>.+)\)", "没有命令{value}，可用：{names}"),
        (_OPTION + r"expected one argument", "{option} 后面要写一个值"),
        (_OPTION + r"expected at most one argument", "{option} 后面最多写一个值"),
        (_OPTION + r"expected at least one argument", "{option} 后面至少写一个值"),
        (_OPTION + r"expected (?P<count>\d+) arguments?", "{option} 后面要写{count}个值"),
        (_OPTION + r"not allowed with argument (?P<other>.+)", "{option} 不能和 {other} 一起用"),
        (_OPTION + r"ignored explicit argument (?P<value>.+)", "{option} 后面不写值，这里多了{value}"),
        (_OPTION + r"invalid .+? value: (?P<value>.+)", "{option} 的值{value}写法不对"),
        (_OPTION + r"can't open (?P<value>.+?): .+", "{option} 的文件{value}打不开"),
        (_OPTION + r"(?P<rest>.*[一-鿿].*)", "{option}：{rest}"),
    )
)


class _Formatter(argparse.HelpFormatter):
    """Help with each explanation on its own line, wrapped by the width of Chinese characters."""

    def __init__(self, prog: str, **settings: Any) -> None:
        settings |= {"width": _USAGE_WIDTH, "max_help_position": 6}
        super().__init__(prog, **settings)

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrap(" ".join(text.split()), width + _WIDTH - _USAGE_WIDTH)

    def _fill_text(self, text: str, width: int, indent: str) -> str:  # noqa: ARG002 - argparse passes its own width
        paragraphs = (wrap(" ".join(part.split()), _WIDTH - len(indent)) for part in text.split("\n\n"))
        return "\n\n".join("\n".join(indent + line for line in lines) for lines in paragraphs)


class ChineseParser(argparse.ArgumentParser):
    """An argument parser whose usage, help and errors are Chinese; options may not be abbreviated.

    Give every argument a Chinese `help` and, unless it has choices, a `metavar`. `complete` adds the arguments when the
    parser is first used: of many commands only the one that was typed need import what it works with.
    """

    def __init__(self, *, complete: Callable[[ChineseParser], None] | None = None, **given: Any) -> None:
        settings: dict[str, Any] = {"formatter_class": _Formatter, "allow_abbrev": False} | given
        wants_help = settings.pop("add_help", True)
        super().__init__(**settings, add_help=False)
        self._complete = complete
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        if wants_help:
            self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def commands(self, title: str = "命令") -> argparse._SubParsersAction[ChineseParser]:
        """Sub-commands, of which one must be named; add each with `add_parser(name, help=…, description=…)`."""
        return self.add_subparsers(title=title, metavar="命令", required=True, dest="command")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse does, with all arguments there."""
        complete, self._complete = self._complete, None
        if complete:
            complete(self)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Say in Chinese what is wrong and end with status 2."""
        self.exit(2, f"{self.format_usage()}{self.prog}：{translated(message)}\n（--help 显示说明）\n")


class Refused(Exception):
    """A command that can't be carried out, with the sentence that says why and the status to end with."""

    def __init__(self, sentence: str, *, status: int = 2) -> None:
        super().__init__(sentence)
        self.status = status


def run(parser: ChineseParser, arguments: list[str] | None) -> int:
    """Parse the arguments and run the command's `run(options)`; its status, and one sentence for what went wrong."""
    _replace_what_the_terminal_lacks()
    options = parser.parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.run
    try:
        status = command(options)
        sys.stdout.flush()
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return refusal.status
    except BrokenPipeError:
        # Nobody reads any more; the interpreter must not try again to flush when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print("输出没有写完：接收输出的程序已经退出。", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or '文件'}：{os_reason(error)}，没有完成。", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("已中断。", file=sys.stderr)
        return 130
    return status


def _replace_what_the_terminal_lacks() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def translated(message: str) -> str:
    """An error message of argparse in Chinese; one that is Chinese already stays as it is."""
    for pattern, words in _MESSAGES:
        if found := pattern.fullmatch(message):
            parts = found.groupdict()
            if "names" in parts:
                parts["names"] = "、".join(re.split(r", | ", parts["names"].replace("'", "")))
            return words.format_map({name: _quoted(part) for name, part in parts.items()})
    return message if re.search(r"[一-鿿]", message) else f"参数写法不对（{message}）"


def _quoted(part: str) -> str:
    return re.sub(r"^'(.*)'$", r"“\1”", part)


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns: broken at spaces and beside Chinese characters, never before a closing mark."""
    lines, line = [], ""
    for piece in re.findall(r"[　-鿿＀-￯“”‘’—…]|[^　-鿿＀-￯“”‘’—…\s]+|\s+", text):
        closing = piece in "，。、；：？！）》」』”’…—"
        if line and not closing and columns(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line or not piece.isspace() else ""
    return [*lines, line.rstrip()] if line.strip() else lines or [""]
