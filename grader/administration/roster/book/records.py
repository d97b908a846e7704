"""The rows of a sheet by column, whatever its header is called and wherever it stands; what is wrong has its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.administration.roster.book.columns import Column, clean, fold, nearest_hint
from quizgen.office.layout_in import column_letters
from quizgen.office.sheets_in import PLAIN, ROWS_ABOVE, UNCOMPUTED, Sheets, TextRow

MOST_FAULTS = 1000
"""Faults of a sheet after which no further row is looked at."""
_ERROR_VALUES = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})
"""What a spreadsheet shows where a formula fails."""
_REMARK = re.compile(r"[(（].*|[*＊]")
_MOST_NAMED = 10
"""Hidden rows that are named one by one."""

Check = Callable[[str], str]
"""The sentence what is wrong with a cell's text, "" if nothing; blank cells are its business too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong, where, and the way out; a note (`is_note`) says only what was read otherwise or not at all.

    `cell` is such as "D5", or "" for a whole sheet.
    """

    sheet: str
    cell: str
    message: str
    is_note: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row's texts by column label, and its place."""

    sheet: str
    row: int
    texts: Mapping[str, str]
    letters: Mapping[str, str]
    is_hidden: bool = False

    def __getitem__(self, label: str) -> str:
        return self.texts.get(label, "")

    def __contains__(self, label: str) -> bool:
        return label in self.letters

    def having(self, label: str, text: str) -> Record:
        """The record with another text in that column."""
        return replace(self, texts={**self.texts, label: text})

    @property
    def heading(self) -> str:
        """The text of a row that has none but in the column of numbers: a heading within the table."""
        return self["序号"] if not any(text for label, text in self.texts.items() if label != "序号") else ""

    @property
    def first(self) -> str:
        """The first text, for whoever is told of the row."""
        return next(filter(None, self.texts.values()), "")

    def fault(self, label: str, message: str, *, is_note: bool = False) -> Fault:
        """A fault of this cell; of the whole row where the sheet lacks the column."""
        letters = self.letters.get(label, "A")
        return Fault(sheet=self.sheet, cell=f"{letters}{self.row}", message=message, is_note=is_note)


def has_errors(faults: Sequence[Fault]) -> bool:
    """Whether any of them is more than a note, so that the file should be mended before it is imported."""
    return any(not fault.is_note for fault in faults)


def header_fit(rows: Sequence[TextRow], columns: Sequence[Column]) -> frozenset[str]:
    """The labels of the columns that the likeliest header of a sheet has."""
    found = [frozenset(_positions(row, columns)) for row in rows[:ROWS_ABOVE]]
    return max(found, key=len, default=frozenset())


def records(
    sheets: Sheets, sheet: str, columns: Sequence[Column], *, required: Sequence[str]
) -> tuple[list[Record], list[Fault]]:
    """The sheet's rows below its header, tidied, and what is wrong with the header; no rows if a column is missing."""
    rows = sheets.found.get(sheet, ())
    if not rows:
        return [], []
    header = max(rows[:ROWS_ABOVE], key=lambda row: len(_positions(row, columns)))
    positions = _positions(header, columns)
    faults = _header_faults(sheet, header, columns, required)
    if has_errors(faults):
        return [], faults
    letters = {label: column_letters(position) for label, position in positions.items()}
    found = []
    for row in rows:
        texts = {label: clean(label, row.cells[at]) for label, at in positions.items() if at < len(row.cells)}
        # Clerks number the rows ahead; such a row is still empty.
        if row.number > header.number and any(
            text and not (label == "序号" and text.isdigit()) for label, text in texts.items()
        ):
            found.append(Record(sheet=sheet, row=row.number, texts=texts, letters=letters, is_hidden=row.is_hidden))
    hidden = [letters[label] for label, at in positions.items() if at in sheets.hidden.get(sheet, ())]
    return found, [*faults, *_hidden_notes(sheet, found, hidden)]


def _hidden_notes(sheet: str, found: Sequence[Record], columns: Sequence[str]) -> Iterator[Fault]:
    rows = [str(record.row) for record in found if record.is_hidden]
    if rows:
        named = "、".join(rows[:_MOST_NAMED]) + (f"等 {len(rows)} 行" if len(rows) > _MOST_NAMED else "")
        why = f"第 {named} 行在表格里是隐藏的（或被筛选掉了），也一并读取了；不要导入的，请删去这些行再上传。"
        yield Fault(sheet=sheet, cell=f"A{rows[0]}", message=why, is_note=True)
    for letters in columns:
        why = f"{letters} 列在表格里是隐藏的，也一并读取了，请核对其中的内容。"
        yield Fault(sheet=sheet, cell=f"{letters}1", message=why, is_note=True)


def _positions(row: TextRow, columns: Sequence[Column]) -> dict[str, int]:
    """Where the columns stand in a header, by label, counted from 0; of several the one that is called most nearly so.

    `手机` goes before `联系电话`.
    """
    labels = _labels(columns)
    nearness = {name: place for place, name in enumerate(labels)}
    found: dict[str, tuple[int, int]] = {}
    for position, text in enumerate(row.cells):
        name = _fold_header(text)
        if label := labels.get(name):
            found[label] = min(found.get(label, (nearness[name], position)), (nearness[name], position))
    return {label: position for label, (_, position) in found.items()}


def _labels(columns: Sequence[Column]) -> dict[str, str]:
    return {fold(name): column.label for column in columns for name in (column.label, *column.aliases)}


def _fold_header(text: str) -> str:
    return fold(_REMARK.sub("", text))


def _header_faults(sheet: str, header: TextRow, columns: Sequence[Column], required: Sequence[str]) -> list[Fault]:
    positions = _positions(header, columns)
    if not positions:
        named = "”“".join(required)
        why = (
            f"没有找到表头：前 {ROWS_ABOVE} 行里没有写着“{named}”等列名的一行。请在名单上面加上列名，或使用下载的模板。"
        )
        return [Fault(sheet=sheet, cell="", message=why)]
    extra = {
        position: text for position, text in enumerate(header.cells) if text and position not in positions.values()
    }
    faults = []
    if missing := [label for label in required if label not in positions]:
        names = "、".join(f"“{label}”" for label in missing)
        hints = "".join(f"（{label}：{hint}）" for label in missing if (hint := nearest_hint(label, extra.values())))
        why = f"第 {header.number} 行表头中缺少{names}列{hints}。请补上，或使用下载的模板。"
        faults.append(Fault(sheet=sheet, cell=f"A{header.number}", message=why))
    absent = [column.label for column in columns if column.label not in positions]
    for position, text in extra.items():
        cell = f"{column_letters(position)}{header.number}"
        label = _labels(columns).get(_fold_header(text), "")
        read = positions.get(label, 0)
        if label and _fold_header(text) == _fold_header(header.cells[read]):
            why = f"“{label}”列出现了两次（另一列是 {column_letters(read)} 列），请只保留一列。"
            faults.append(Fault(sheet=sheet, cell=cell, message=why))
            continue
        if label:
            why = f"“{text}”列没有读取：{label}读取的是 {column_letters(read)} 列“{header.cells[read]}”，请核对。"
        else:
            why = f"“{text}”列不在模板中，没有读取。{nearest_hint(text, absent)}"
        faults.append(Fault(sheet=sheet, cell=cell, message=why, is_note=True))
    return faults


def while_few(found: Sequence[Record], faults: list[Fault]) -> Iterator[Record]:
    """The records in order until there are so many errors that nobody would read more of them; that is told."""
    for record in found:
        if len(faults) >= MOST_FAULTS and sum(not fault.is_note for fault in faults) >= MOST_FAULTS:
            why = f"问题已有 {MOST_FAULTS} 处，第 {record.row} 行起没有再检查。请先改好前面的，再重新上传。"
            faults.append(Fault(sheet=record.sheet, cell=f"A{record.row}", message=why))
            return
        yield record


def checked(record: Record, checks: Mapping[str, Check]) -> list[Fault]:
    """What is wrong with the record's cells, column by column."""
    faults = []
    for label, check in checks.items():
        text = record[label]
        if why := formula_fault(text) or check(text):
            faults.append(record.fault(label, why))
    return faults


def in_order(faults: Sequence[Fault]) -> list[Fault]:
    """The faults of one row from left to right."""
    return sorted(faults, key=lambda fault: (len(fault.cell), fault.cell))


def formula_fault(text: str) -> str:
    """A formula that nobody computed, or that failed."""
    if text == UNCOMPUTED:
        return "单元格中是公式，还没有算出结果。请改填文字，或用 Excel、WPS 打开后保存，再重新上传。"
    return f"单元格中是公式错误“{text}”，请改填文字。" if text in _ERROR_VALUES else ""


def number_of(text: str) -> int | None:
    """The order number of a sound cell; None for a blank one."""
    return int(text) if text else None


def is_plain(sheets: Sheets) -> bool:
    """Whether the file was plain text, which has no sheets."""
    return PLAIN in sheets.found
