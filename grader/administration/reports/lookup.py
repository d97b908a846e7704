"""按名单查询: what each year came to for the people on a list of names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from grader.administration.reports.learners import LearnerRow, View
from grader.administration.reports.table import Column, Form
from grader.administration.roster.book.reading import ReadersBusy
from grader.course import Course
from grader.domain.errors import BadFile, Malformed
from grader.domain.figures import LearnerEntry
from grader.domain.people.account import UnitId
from grader.domain.people.unit import UnitSummary
from grader.domain.serial import format_serial
from grader.store.base import Store
from quizgen.office.reader import NoReaderFree, read_sheets
from quizgen.office.sheets_in import BadSheets

MOST_NAMES = 1_000
_TEXTS = frozenset({".txt", ".csv"})
_SHEETS = ("名单", "Sheet1", "Sheet2", "工作表1", "学员", "人员")
_BETWEEN = re.compile(r"[\s、，,；;]+")
"""Between two names, as in 赵学法、钱守法."""
_PADDED = re.compile(r"(?<![^\s、，,；;])([\u3400-\u9fff])[ \u3000]+(?=[\u3400-\u9fff])")
"""A single character is no name: 张　三 is one, padded to the width of others."""


class TooManyNames(Malformed):
    """More names than are looked up at once."""

    code = "too-many-names"
    sentence = "没有查询：一共 {found} 个姓名，超过一次的上限 {most} 个。请分几次查询。"


class NoNames(Malformed):
    """Nothing to look for."""

    code = "no-names"
    sentence = "没有查询：请粘贴姓名，或选择写有姓名的文件（第一列，或标题为“姓名”的一列）。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One person in one year."""

    programme: str
    row: LearnerRow
    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What was found, by the order of the names, and who was not; `shared` are names that several people bear."""

    found: tuple[Found, ...]
    unknown: tuple[str, ...]
    shared: tuple[str, ...]


COLUMNS: tuple[Column[Found], ...] = (
    Column(label="姓名", width=5, value=lambda one: one.row.account.name),
    Column(label="单位", width=14, value=lambda one: one.row.unit),
    Column(label="学法账号", width=8, value=lambda one: one.row.account.number),
    Column(label="年度", width=12, value=lambda one: one.programme),
    Column(label="学时", width=4, form=Form.NUMBER, value=lambda one: one.row.hours),
    Column(label="最好成绩", width=4, form=Form.NUMBER, value=lambda one: one.row.standing.best),
    Column(label="等次", width=4, value=lambda one: one.row.band or None),
    Column(label="完成情况", width=7, value=lambda one: one.row.state),
    Column(label="证书编号", width=12, value=lambda one: one.serial or None),
)


def names_in(text: str) -> list[str]:
    """The names of a pasted text, each once. Raises NoNames, TooManyNames."""
    return _checked(_BETWEEN.split(_PADDED.sub(r"\1", text)))


def names_of_file(source: BinaryIO, name: str) -> list[str]:
    """The names of a workbook's column 姓名 (its first column where none is called so), or of a text file.

    Raises BadFile, NoNames, TooManyNames, ReadersBusy.
    """
    if Path(name).suffix.lower() in _TEXTS:
        return names_in(_decoded(source.read(2**20)))
    try:
        sheets = read_sheets(source, _SHEETS, what="名单")
    except BadSheets as fault:
        raise BadFile(why=str(fault)) from fault
    except NoReaderFree as fault:
        raise ReadersBusy from fault
    rows = [row.cells for rows in sheets.found.values() for row in rows]
    column = next((row.index("姓名") for row in rows if "姓名" in row), 0)
    return _checked("".join(row[column].split()) for row in rows if len(row) > column)


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile(why="无法识别文件的编码。请另存为 .xlsx，或把姓名粘贴到文本框。")


def _checked(names: Iterable[str]) -> list[str]:
    found = list(dict.fromkeys(name for name in names if name and name not in {"姓名", "序号"}))
    if not found:
        raise NoNames
    if len(found) > MOST_NAMES:
        raise TooManyNames(found=len(found), most=MOST_NAMES)
    return found


def look_up(
    store: Store,
    courses: Sequence[Course],
    units: Mapping[UnitId, UnitSummary],
    names: Sequence[str],
    *,
    now: datetime,
) -> Lookup:
    """Everybody of these units who bears one of the names, in every year, newest first."""
    found: defaultdict[str, list[Found]] = defaultdict(list)
    wanted = frozenset(names)
    for course in courses:
        view = View(course, now=now)
        for entry in store.learners(view.programme.id, list(units)):
            if entry.account.name in wanted:
                found[entry.account.name].append(_found(view, entry, units))
    return Lookup(
        found=tuple(one for name in names for one in sorted(found[name], key=lambda one: one.row.id)),
        unknown=tuple(name for name in names if not found[name]),
        shared=tuple(name for name in names if len({one.row.id for one in found[name]}) > 1),
    )


def _found(view: View, entry: LearnerEntry, units: Mapping[UnitId, UnitSummary]) -> Found:
    serial = entry.dossier.serial if entry.dossier else ""
    return Found(
        programme=view.programme.title,
        row=view.row(entry, units),
        serial=format_serial(serial) if serial else "",  # type: ignore[arg-type]  # a serial, kept as text
    )
