"""argparse in Chinese: no English sentence reaches a reader, on any supported Python."""

from __future__ import annotations

import argparse
import re

import pytest

from quizgen.console.commandline import ChineseParser, translated, wrap
from quizgen.diagnostics import columns


def parser() -> ChineseParser:
    made = ChineseParser(prog="kit", description="说明这个程序的用处。")
    commands = made.commands()
    draw = commands.add_parser("draw", help="组卷", description="组一份试卷。")
    draw.add_argument("file", metavar="文件", help="读哪个文件")
    draw.add_argument("--count", metavar="数量", type=int, required=True, help="组几份")
    draw.add_argument("--kind", choices=("a", "b"), help="哪一种")
    draw.add_argument("--pair", metavar=("甲", "乙"), nargs=2, help="两个值")
    draw.add_argument("--many", metavar="值", nargs="+", help="一个以上的值")
    draw.add_argument("--maybe", metavar="值", nargs="?", help="可有可无的值")
    draw.add_argument("--date", metavar="日期", type=a_date, help="日期")
    draw.add_argument("--read", metavar="文件", type=argparse.FileType(), help="读哪个文件")
    either = draw.add_mutually_exclusive_group(required=True)
    either.add_argument("--quiet", action="store_true", help="少说")
    either.add_argument("--loud", action="store_true", help="多说")
    return made


def a_date(text: str) -> str:
    raise argparse.ArgumentTypeError(f"日期写作2026-11-23，不是{text}")


SOUND = ["draw", "f", "--count", "1", "--quiet"]


@pytest.mark.parametrize("arguments", [["--help"], ["draw", "-h"]])
def test_help_is_chinese(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(arguments)

    text = capsys.readouterr().out
    words = set(re.findall(r"(?<![-{,\w])[A-Za-z]{2,}", text))
    assert ended.value.code == 0
    assert words <= {"kit", "draw"}
    assert text.startswith("用法：kit")
    assert "显示这份说明" in text
    assert all(columns(line) <= 80 for line in text.splitlines())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "缺少必填的参数：命令"),
        (["drow"], "命令 不能是“drow”，可选：draw"),
        (["draw"], "缺少必填的参数：文件、--count"),
        (["draw", "f", "--count", "1"], "这几个参数至少要写一个：--quiet、--loud"),
        ([*SOUND, "--loud"], "--loud 不能和 --quiet 一起用"),
        ([*SOUND, "x", "--y"], "不认识的参数：x、--y"),
        ([*SOUND, "--count", "一"], "--count 的值“一”写法不对"),
        ([*SOUND, "--count"], "--count 后面要写一个值"),
        ([*SOUND, "--kind", "c"], "--kind 不能是“c”，可选：a、b"),
        ([*SOUND, "--pair", "1"], "--pair 后面要写2个值"),
        ([*SOUND, "--many"], "--many 后面至少写一个值"),
        ([*SOUND, "--quiet=1"], "--quiet 后面不写值，这里多了“1”"),
        ([*SOUND, "--date", "昨天"], "--date：日期写作2026-11-23，不是昨天"),
        ([*SOUND, "--read", "/none/such"], "--read 的文件“/none/such”打不开"),
        ([*SOUND, "--coun", "2"], "不认识的参数：--coun、2"),
    ],
)
def test_error_is_chinese(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(arguments)

    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert re.findall(r"^kit(?: draw)?：(.*)$", told, re.MULTILINE) == [sentence]
    assert told.endswith("（--help 显示说明）\n")


def test_message_of_a_shape_unknown_yet_keeps_its_facts() -> None:
    assert translated("argument --x: something new") == "参数写法不对（argument --x: something new）"
    assert translated("内容已是中文") == "内容已是中文"


def test_sound_arguments_are_parsed() -> None:
    options = parser().parse_args(SOUND)

    assert (options.command, options.file, options.count, options.quiet) == ("draw", "f", 1, True)


def test_parser_without_help_is_possible() -> None:
    assert "--help" not in ChineseParser(prog="kit", add_help=False).format_usage()


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("一二三四五六", 8, ["一二三四", "五六"]),
        ("一二三四，五", 8, ["一二三四，", "五"]),
        ("写到 content 文件夹", 12, ["写到 content", "文件夹"]),
        ("a-long-word-that-stays-whole 完", 10, ["a-long-word-that-stays-whole", "完"]),
    ],
)
def test_wrap_counts_columns(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


def test_paragraphs_of_a_description_stay_apart() -> None:
    text = ChineseParser(prog="kit", description="第一段。\n\n第二段\n续行。").format_help()

    assert "第一段。\n\n第二段 续行。" in text
