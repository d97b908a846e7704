"""`quizgen readings`: a sheet for the second reader, and what was written on it."""

from __future__ import annotations

import argparse
from argparse import _SubParsersAction
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from quizgen.cli.folder import content_folder
from quizgen.console.commandline import ChineseParser, Refused
from quizgen.console.output import write_new
from quizgen.content import Content, read_content, shown
from quizgen.diagnostics import Diagnostic, has_errors, render_text
from quizgen.evidence.reading import WEAK, Readings, SecondReading, agreement_words, answer_from, text_digest
from quizgen.interaction import interaction
from quizgen.model import Item, ItemId, Letter, Pool
from quizgen.office.csv_out import csv_bytes
from quizgen.office.reader import read_sheets
from quizgen.office.sheets_in import BadSheets
from quizgen.parse.readings import (
    COLUMNS,
    POOLS,
    ReadRow,
    parse_readings,
    rating_from,
    record_of,
    rows_below_head,
    rows_of,
)
from quizgen.parse.source.text import decode
from quizgen.words.clipping import clip
from quizgen.words.files import replace_file
from quizgen.words.system import os_reason

_BEFORE, _AFTER = ("题库", "题号", "版本", "题型", "题目"), ("作答", "依据", "评分", "意见")
"""Columns of a sheet before and after those of the options."""
_NEEDED = ("题库", "题号", "版本", "作答", "评分")


def add_commands(commands: _SubParsersAction[ChineseParser]) -> None:
    """`readings` with its sub-commands."""
    readings = commands.add_parser(
        "readings",
        help="请人二读试题，记录二读结果",
        description="二读：请没有看过答案和解析的人凭题面作答、评分，再与答案比较。",
    )
    subcommands = readings.commands()
    sheet = subcommands.add_parser(
        "sheet", help="生成二读表", description="把还没有二读的试题写成一张表，只有题面，没有答案和解析。"
    )
    _content_option(sheet)
    sheet.add_argument("--lessons", metavar="课程", nargs="+", default=[], help="只要这些课程的试题，如 xianfa-01")
    sheet.add_argument("--all", action="store_true", help="已经二读的也要")
    sheet.add_argument("--out", metavar="文件", type=Path, required=True, help="写到哪个文件，如 erdu.xlsx 或 erdu.csv")
    sheet.add_argument("--force", action="store_true", help="文件已存在时覆盖")
    sheet.set_defaults(run=_sheet)
    take = subcommands.add_parser(
        "take", help="收回二读表", description="把填好的二读表记入 readings.csv，再与答案比较。没有作答的行略过。"
    )
    _content_option(take)
    take.add_argument("sheet", metavar="二读表", type=Path, help="填好的二读表（.xlsx 或 .csv）")
    take.set_defaults(run=_take)


def _content_option(parser: ChineseParser) -> None:
    parser.add_argument(
        "--content", metavar="目录", type=Path, default=Path("content"), help="内容文件夹，默认 content"
    )


def _sheet(options: argparse.Namespace) -> int:
    content = _content(options.content)
    unknown = sorted(set(options.lessons) - set(content.modules))
    if unknown:
        raise Refused(f"没有课程“{clip(unknown[0])}”。请写课程的标识，如 xianfa-01。")
    known = Readings(()) if options.all else content.readings
    items = [
        (pool, item)
        for pool, item in known.unread(content.items)
        if not options.lessons or item.lesson in options.lessons
    ]
    if not items:
        raise Refused("没有要二读的试题：都已经二读，题面也没有改过。要重新二读请加 --all。", status=1)
    letters = sorted({letter for _, item in items for letter in _own_options(item)})
    rows = [_line(pool, item, letters) for pool, item in items]
    render = _workbook if _is_workbook(options.out) else csv_bytes
    write_new(options.out, render((*_BEFORE, *letters, *_AFTER), rows), force=options.force)
    print(
        f"共{len(items)}道题。请没有看过答案的人填“作答”（如 A、ACD、正确、错误）、“依据”（如 宪法第三十三条）和“评分”"
        "（5分很好，1分不能用），写好后用 quizgen readings take 收回。"
    )
    return 0


def _workbook(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    from quizgen.office.sheets_out import table_bytes  # noqa: PLC0415 - openpyxl takes a third of a second

    widths = {name: _WIDTHS.get(name, _OPTION_WIDTH) for name in head}
    return table_bytes(_TITLE, widths, rows, choices={"评分": tuple("12345")})


_TITLE = "二读表"
"""Of the sheet in a workbook."""
_WIDTHS = {"题库": 8, "题号": 17, "版本": 11, "题型": 8, "题目": 60, "作答": 8, "依据": 22, "评分": 6, "意见": 40}
_OPTION_WIDTH = 28
_LONGEST = 2_000
"""Characters of a cell of a workbook that are read."""


def _is_workbook(path: Path) -> bool:
    return path.suffix.lower() == ".xlsx"


def _line(pool: Pool, item: Item, letters: Sequence[Letter]) -> list[str]:
    options = [_own_options(item).get(letter, "") for letter in letters]
    return [pool.label, item.id, text_digest(item), item.type.label, item.stem, *options, *("" for _ in _AFTER)]


def _own_options(item: Item) -> Mapping[Letter, str]:
    """Those that only this item has."""
    return {} if interaction(item.type).fixed else item.options


def _take(options: argparse.Namespace) -> int:
    content, today = _content(options.content), date.today()  # noqa: DTZ011 - the day on the editor's wall
    rows = _written(options.sheet)
    items = {(pool, item.id): item for pool, those in content.items.items() for item in those}
    readings, refused = [], []
    for row in rows:
        try:
            readings.append(_reading(row, items, today))
        except _Unfit as fault:
            refused.append(f"  第{row.where.line}行（{clip(row.values['题号'])}）：{fault}")
    if refused:
        raise Refused("\n".join(["二读表有这些地方要改，整张表没有记入：", *refused[:_MOST_TOLD]]), status=1)
    if not readings:
        raise Refused("二读表里没有填写作答的行，没有可以记入的。", status=1)
    _record(options.content / "readings.csv", readings)
    print("\n".join(_told(readings, items)))
    return 0


_MOST_TOLD = 50
"""Rows, or items, that are told of one by one."""


class _Unfit(Exception):
    """Why a row is not taken, in Chinese."""


def _written(path: Path) -> list[ReadRow]:
    """The rows that have an answer."""
    rows, faults = _workbook_rows(path) if _is_workbook(path) else _csv_rows(path)
    if faults:
        raise Refused(render_text(faults, {}), status=1)
    return [row for row in rows if row.values["作答"]]


def _csv_rows(path: Path) -> tuple[list[ReadRow], list[Diagnostic]]:
    try:
        text, found = decode(path.read_bytes(), shown(path))
    except OSError as error:
        raise Refused(f"读不了“{shown(path)}”：{os_reason(error)}") from error
    rows, faults = rows_of(text, shown(path), needed=_NEEDED) if not has_errors(found) else ([], [])
    return rows, [*found, *faults]


def _workbook_rows(path: Path) -> tuple[list[ReadRow], list[Diagnostic]]:
    try:
        sheets = read_sheets(path, [_TITLE], what=_TITLE, longest=_LONGEST)
    except BadSheets as fault:
        raise Refused(str(fault), status=1) from fault
    if _TITLE not in sheets.found:
        raise Refused(
            f"工作簿里没有工作表“{_TITLE}”。请用 quizgen readings sheet 生成的表填写，不要改工作表的名称。", status=1
        )
    lines = ((row.number, row.cells) for row in sheets.found[_TITLE])
    return rows_below_head(lines, shown(path), needed=_NEEDED)


def _reading(row: ReadRow, items: Mapping[tuple[Pool, ItemId], Item], today: date) -> SecondReading:
    values = row.values
    pool = POOLS.get(values["题库"])
    item = items.get((pool, ItemId(values["题号"]))) if pool else None
    if pool is None or item is None:
        raise _Unfit("题库里没有这道题，请不要改动“题库”和“题号”")
    if values["版本"] != text_digest(item):
        raise _Unfit("生成二读表以后题面改过，请重新生成这道题的二读表")
    answer = answer_from(values["作答"], item)
    if answer is None:
        raise _Unfit(f"作答“{clip(values['作答'])}”不是这道{item.type.label}的回答")
    try:
        rating = rating_from(values["评分"])
    except ValueError:
        raise _Unfit("评分要写1到5的整数") from None
    remark, law = values.get("意见", ""), values.get("依据", "")
    return SecondReading(
        pool=pool, item=item.id, text=text_digest(item), answer=answer, law=law, rating=rating, remark=remark, day=today
    )


def _record(path: Path, readings: Sequence[SecondReading]) -> None:
    """Add to the file; one that cannot be read in full is left as it is."""
    old: list[SecondReading] = []
    if path.exists():
        text, found = decode(path.read_bytes(), shown(path))
        old, faults = parse_readings(text, shown(path))
        if found or faults:
            raise Refused(render_text([*found, *faults], {}), status=1)
    replace_file(path, csv_bytes(COLUMNS, map(record_of, [*old, *readings])))


def _told(readings: Sequence[SecondReading], items: Mapping[tuple[Pool, ItemId], Item]) -> Iterator[str]:
    """What the readings came to: differences first, then weak items, then the figures."""
    read = [(items[reading.pool, reading.item], reading) for reading in readings]
    differing = [_difference(item, reading) for item, reading in read if reading.answer != item.key]
    weak = [f"  {item.id}：{one.rating}分，{clip(one.remark)}" for item, one in read if one.rating <= WEAK]
    if differing:
        yield from ("与答案不同的，请对照条文改正后再请人二读：", *differing[:_MOST_TOLD])
    if weak:
        yield from (f"评分不超过{WEAK}分的，请改写后再请人二读：", *weak[:_MOST_TOLD])
    agreed = len(read) - len(differing)
    rating = sum(reading.rating for _, reading in read) / len(read)
    yield f"记入{len(read)}道题的二读：{agreement_words(len(read), agreed, rating)}。"


def _difference(item: Item, reading: SecondReading) -> str:
    answer, key = (interaction(item.type).as_edited(letters, item.options) for letters in (reading.answer, item.key))
    return f"  {item.id}：答“{answer}”，答案“{key}”"


def _content(folder: Path) -> Content:
    content, _ = read_content(content_folder(folder))
    return content
