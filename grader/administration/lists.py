"""Lists of people that an administrator pastes or uploads: a person a line, each found or the sentence why not."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from grader.accounts.signin import account_named
from grader.administration.roster.book.reading import ReadersBusy
from grader.domain.errors import BadFile
from grader.domain.people.account import Account, Role, UnitId
from grader.store.base import Store
from quizgen.office.reader import NoReaderFree, read_sheets
from quizgen.office.sheets_in import ROWS_ABOVE, BadSheets

MOST_LINES = 2000
_SHEET = "名单"
_HEADERS = frozenset({"学法账号", "账号"})
_PARTS = re.compile(r"\t|[,，]|\s{2,}")
"""A tab (pasted from a spreadsheet), a comma, or spaces: `9000010010001\t赵学法`; not the one space in `赵 学法`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that is not blank: its number from 1, and its cells without spaces around."""

    number: int
    cells: tuple[str, ...]

    def cell(self, place: int) -> str:
        """The cell of this place from 0; "" where there is none."""
        return self.cells[place] if place < len(self.cells) else ""


def lines_of(text: str) -> list[Line]:
    """The lines of a pasted list, a header left out. Raises BadFile for too many."""
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = tuple(cell.strip() for cell in _PARTS.split(line.strip()))
        if any(cells) and cells[0] not in _HEADERS:
            lines.append(Line(number=number, cells=cells))
    if len(lines) > MOST_LINES:
        raise BadFile(why=f"名单有 {len(lines)} 行，一次最多 {MOST_LINES} 行。请分几次办理。")
    return lines


def text_of_workbook(source: Path | BinaryIO) -> str:
    """A workbook's or a CSV file's list as text to paste, from its sheet 名单 or its only one.

    Titles above the header and columns before the account number are left out. Raises BadFile with the one sentence why
    it can't be read, ReadersBusy.
    """
    try:
        sheets = read_sheets(source, (), what="名单")
    except BadSheets as fault:
        raise BadFile(why=str(fault)) from fault
    except NoReaderFree as fault:
        raise ReadersBusy from fault
    filled = [rows for rows in sheets.found.values() if rows]
    rows = sheets.found.get(_SHEET) or (filled[0] if len(filled) == 1 else None)
    if rows is None:
        raise BadFile(
            why="文件里没有内容。请填好名单后再上传。"
            if not filled
            else "文件里有几张工作表，不能确定名单是哪一张。请把名单所在的工作表改名为“名单”后再上传。"
        )
    top, left = _header([row.cells for row in rows])
    return "\n".join("\t".join(row.cells[left:]) for row in rows[top:])


def _header(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """The row of the header and the column of the account number, from 0; the corner where there is no header."""
    places = ((top, left) for top, row in enumerate(rows[:ROWS_ABOVE]) for left, text in enumerate(row))
    return next(((top, left) for top, left in places if "".join(rows[top][left].split()) in _HEADERS), (0, 0))


def person_of(store: Store, units: Collection[UnitId], line: Line) -> Account | str:
    """The learner whose account number and name a line begins with, or the sentence why there is none.

    Somebody of another unit answers like nobody.
    """
    number, name = line.cell(0), "".join(line.cell(1).split())
    if not number or not name:
        return "请写学法账号和姓名，中间用制表符或逗号隔开。"
    account = account_named(store, number)
    if account is None or account.role is not Role.LEARNER or account.unit not in units:
        return f"您管理的范围内没有账号是“{number[:40]}”的学员。"
    if "".join(account.name.split()) != name:
        return f"账号“{number[:40]}”的姓名不是“{name[:40]}”，请核对。"
    return account
