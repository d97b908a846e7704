"""The content folder as commands read it: where it is, and where statute texts are."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from quizgen.check.rules import check_content
from quizgen.console.commandline import ChineseParser, Refused
from quizgen.console.progress import working
from quizgen.console.sharing import shared
from quizgen.content import Content, read_content, shown
from quizgen.diagnostics import Diagnostic
from quizgen.words.system import uncollected

STATUTE_TEXTS = Path("var/laws")
"""Where `law add` keeps the texts of statutes unless told otherwise."""


def content_options(parser: ChineseParser) -> None:
    """`--content` and `--laws`."""
    parser.add_argument(
        "--content", metavar="目录", type=Path, default=Path("content"), help="内容文件夹，默认 content"
    )
    parser.add_argument(
        "--laws", metavar="目录", type=Path, help="法律原文的文件夹，用来核对条文；默认 var/laws（有就用）"
    )


def content_folder(given: Path) -> Path:
    """The content folder that was named; refused where there is none."""
    if not given.is_dir():
        raise Refused(f"没有内容文件夹“{shown(given)}”。请在项目的文件夹里运行，或用 --content 指出它的位置。")
    return given


def laws_folder(given: Path | None) -> Path | None:
    """The folder of statute texts: the one named, or `var/laws` where there is one."""
    if given is not None and not given.is_dir():
        raise Refused(f"没有法律原文的文件夹“{shown(given)}”。请检查 --laws，或先用 quizgen law add 导入法律原文。")
    return given or (STATUTE_TEXTS if STATUTE_TEXTS.is_dir() else None)


def checked(folder: Path, laws: Path | None) -> tuple[Content, list[Diagnostic]]:
    """The content of a folder and every fault of it."""
    root, texts = content_folder(folder), laws_folder(laws)
    with uncollected():
        with working("正在读取内容……"):
            content, faults = read_content(root, laws=texts)
        return content, check_content(content, faults, run=partial(shared, during=_checking))


def _checking() -> AbstractContextManager[object]:
    return working("正在检查内容……")
