"""What a filled roster says: its sound rows, and every fault of the others.

Cells are read as a clerk means them: full-width digits, spaces and other names of headers are understood; whatever
cannot be is a `Fault` with its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from grader.administration.roster.columns import (
    GUIDE_SHEET,
    PEOPLE_COLUMNS,
    UNIT_COLUMNS,
    Column,
    account_fault,
    by_title,
    choice_fault,
    choices,
    clean,
    code_fault,
    fold,
    name_fault,
    nearest_hint,
    order_fault,
    qq_fault,
    telephone_fault,
    text_fault,
    unit_fault,
)
from grader.administration.roster.rows import PEOPLE_SHEET, ROLE_TITLES, UNITS_SHEET, PersonRow, Roster, UnitRow
from grader.certificates.fonts import default_fonts
from grader.domain.account import Role, login_form
from quizgen.model import TierId
from quizgen.office.sheets_in import ROWS_ABOVE, UNCOMPUTED, Sheets, TextRow

MOST_FAULTS = 1000
"""Faults of a sheet after which no further row is looked at."""
_ERROR_VALUES = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})
"""What a spreadsheet shows where a formula fails."""
_REMARK = re.compile(r"[(（].*|[*＊]")

Check = Callable[[str], str]
"""The sentence what is wrong with a cell's text, "" if nothing; blank cells are its business too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong, where, and the way out; a note (`is_note`) says only what was not read.

    `cell` is such as "D5", or "" for a whole sheet.
    """

    sheet: str
    cell: str
    message: str
    is_note: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """One row's texts by column label, and its place."""

    sheet: str
    row: int
    texts: Mapping[str, str]
    letters: Mapping[str, str]

    def __getitem__(self, label: str) -> str:
        return self.texts.get(label, "")

    def fault(self, label: str, message: str) -> Fault:
        return Fault(sheet=self.sheet, cell=f"{self.letters[label]}{self.row}", message=message)


def read_roster(
    sheets: Sheets,
    *,
    tiers: Mapping[TierId, str],
    exemptions: Mapping[str, str],
    known_units: Collection[str] | None = None,
) -> tuple[Roster, list[Fault]]:
    """The sound rows of the workbook, and every fault in it in the order of sheets and rows.

    `tiers` and `exemptions` are the programme's titles by id; `known_units` the unit codes that exist already (None:
    not checked here).
    """
    faults = [
        Fault(sheet=title, cell="", message=f"工作表“{title}”不在模板中，没有读取。", is_note=True)
        for title in sheets.others
        if title != GUIDE_SHEET
    ]
    if PEOPLE_SHEET not in sheets.found:
        hint = nearest_hint(PEOPLE_SHEET, sheets.others)
        why = f"文件中没有工作表“{PEOPLE_SHEET}”。{hint}请用下载的模板填写，不要改动工作表名称。"
        faults.append(Fault(sheet=PEOPLE_SHEET, cell="", message=why))
    units, unit_faults = _records(sheets, UNITS_SHEET, UNIT_COLUMNS)
    people, people_faults = _records(sheets, PEOPLE_SHEET, PEOPLE_COLUMNS)
    codes = {*(known_units or ()), *(record["单位代码"] for record in units)}
    # Where the units could not be read, or are unknown here, no code can be called missing.
    is_known: Check = partial(
        unit_fault, codes=codes if known_units is not None and not has_errors(unit_faults) else None
    )
    unit_rows = tuple(_unit_rows(units, is_known, unit_faults))
    people_rows = tuple(_people_rows(people, is_known, people_faults, tiers=tiers, exemptions=exemptions))
    if not people and not has_errors([*faults, *people_faults]):
        people_faults.append(_nobody(has_units=bool(units)))
    return Roster(units=unit_rows, people=people_rows), [*faults, *unit_faults, *people_faults]


def has_errors(faults: Sequence[Fault]) -> bool:
    """Whether any of them is more than a note, so that the file should be mended before it is imported."""
    return any(not fault.is_note for fault in faults)


def _nobody(*, has_units: bool) -> Fault:
    outcome = f"，只导入“{UNITS_SHEET}”表。" if has_units else "。请每行填写一人后再导入。"
    return Fault(sheet=PEOPLE_SHEET, cell="", message=f"花名册里没有填写人员{outcome}", is_note=has_units)


def _records(sheets: Sheets, sheet: str, columns: Sequence[Column]) -> tuple[list[_Record], list[Fault]]:
    """The sheet's rows below its header, tidied, and what is wrong with the header; no rows if a column is missing."""
    rows = sheets.found.get(sheet, ())
    if not rows:
        return [], []
    header = max(rows[:ROWS_ABOVE], key=lambda row: len(_positions(row, columns)))
    positions = _positions(header, columns)
    faults = _header_faults(sheet, header, columns)
    if has_errors(faults):
        return [], faults
    letters = {label: _column_letter(position + 1) for label, position in positions.items()}
    records = []
    for row in rows:
        texts = {label: clean(label, row.cells[at]) for label, at in positions.items() if at < len(row.cells)}
        # Clerks number the rows ahead; such a row is still empty.
        if row.number > header.number and any(text for label, text in texts.items() if label != "序号"):
            records.append(_Record(sheet=sheet, row=row.number, texts=texts, letters=letters))
    return records, faults


def _column_letter(number: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def _positions(row: TextRow, columns: Sequence[Column]) -> dict[str, int]:
    """Where the columns stand in a header, by label, counted from 0."""
    labels = {fold(name): column.label for column in columns for name in (column.label, *column.aliases)}
    found: dict[str, int] = {}
    for position, text in enumerate(row.cells):
        label = labels.get(_fold_header(text))
        if label:
            found.setdefault(label, position)
    return found


def _header_faults(sheet: str, header: TextRow, columns: Sequence[Column]) -> list[Fault]:
    positions = _positions(header, columns)
    extra = {
        position: text for position, text in enumerate(header.cells) if text and position not in positions.values()
    }
    missing = [column.label for column in columns if column.label not in positions]
    labels = {fold(name): column.label for column in columns for name in (column.label, *column.aliases)}
    faults = []
    if missing:
        names = "、".join(f"“{label}”" for label in missing)
        hints = "".join(f"（{label}：{hint}）" for label in missing if (hint := nearest_hint(label, extra.values())))
        why = f"第 {header.number} 行表头中缺少{names}列{hints}。请补上（内容可以空着），或使用下载的模板。"
        faults.append(Fault(sheet=sheet, cell=f"A{header.number}", message=why))
    for position, text in extra.items():
        cell = f"{_column_letter(position + 1)}{header.number}"
        if label := labels.get(_fold_header(text), ""):
            why = f"“{label}”列出现了两次（另一列是 {_column_letter(positions[label] + 1)} 列），请只保留一列。"
            faults.append(Fault(sheet=sheet, cell=cell, message=why))
        else:
            faults.append(Fault(sheet=sheet, cell=cell, message=f"“{text}”列不在模板中，没有读取。", is_note=True))
    return faults


def _while_few(records: Sequence[_Record], faults: list[Fault]) -> Iterator[_Record]:
    """The records in order until there are so many faults that nobody would read more of them; that is told."""
    for record in records:
        if len(faults) >= MOST_FAULTS:
            why = f"问题已有 {MOST_FAULTS} 处，第 {record.row} 行起没有再检查。请先改好前面的，再重新上传。"
            faults.append(Fault(sheet=record.sheet, cell=f"A{record.row}", message=why))
            return
        yield record


def _unit_rows(records: Sequence[_Record], is_known: Check, faults: list[Fault]) -> Iterator[UnitRow]:
    checks: dict[str, Check] = {
        "单位代码": code_fault,
        "单位名称": partial(text_fault, label="单位名称", required=True),
        "上级单位代码": lambda text: is_known(text) if text else "",
        "单位类别": partial(text_fault, label="单位类别"),
        "序号": order_fault,
    }
    seen: dict[str, int] = {}
    for record in _while_few(records, faults):
        found = _check(record, checks)
        code = record["单位代码"]
        first = seen.setdefault(code, record.row)
        if code and first != record.row:
            found.append(record.fault("单位代码", f"单位代码“{code}”与第 {first} 行重复，请删去一行或改正。"))
        if code and record["上级单位代码"] == code:
            found.append(record.fault("上级单位代码", f"上级单位代码不能是本单位的代码“{code}”，请改正。"))
        faults += found
        if not found:
            yield UnitRow(
                row=record.row,
                code=code,
                name=record["单位名称"],
                parent=record["上级单位代码"],
                kind=record["单位类别"],
                order_number=_number(record["序号"]),
            )


def _people_rows(
    records: Sequence[_Record],
    is_known: Check,
    faults: list[Fault],
    *,
    tiers: Mapping[TierId, str],
    exemptions: Mapping[str, str],
) -> Iterator[PersonRow]:
    roles = by_title(ROLE_TITLES)
    tier_ids = by_title(tiers)
    exemption_ids = by_title(exemptions)
    checks: dict[str, Check] = {
        "单位代码": is_known,
        "姓名": name_fault,
        "人员类别": partial(choice_fault, label="人员类别", titles=tuple(ROLE_TITLES.values())),
        "人员层次": partial(choice_fault, label="人员层次", titles=tuple(tiers.values())),
        "职务级别": partial(text_fault, label="职务级别"),
        "手机号": telephone_fault,
        "QQ号": qq_fault,
        "学法账号": account_fault,
        "序号": order_fault,
        "可不参加": partial(choice_fault, label="可不参加情形", titles=tuple(exemptions.values())),
    }
    first_tier = next(iter(tiers), TierId(""))
    seen: dict[str, tuple[int, str]] = {}
    for record in _while_few(records, faults):
        found = _check(record, checks)
        role = roles.get(fold(record["人员类别"]), Role.LEARNER)
        if not record["人员层次"] and role is Role.LEARNER:
            found.append(record.fault("人员层次", f"人员层次空着。{choices(tuple(tiers.values()))}"))
        found += _doubles(record, seen)
        faults += found
        if not found:
            faults += _rare_characters(record)
            yield PersonRow(
                row=record.row,
                unit=record["单位代码"],
                name=record["姓名"],
                # An administrator need not be of any tier, but every placement names one.
                tier=tier_ids.get(fold(record["人员层次"]), first_tier),
                role=role,
                rank=record["职务级别"],
                telephone=record["手机号"],
                qq=record["QQ号"],
                number=record["学法账号"],
                order_number=_number(record["序号"]),
                exemption=exemption_ids.get(fold(record["可不参加"]), ""),
            )


def _rare_characters(record: _Record) -> list[Fault]:
    """A note on characters of the name that the kit's certificate fonts lack: the person can learn all the same."""
    missing = default_fonts().missing(record["姓名"])
    if not missing:
        return []
    named = "、".join(f"“{c}”（U+{ord(c):04X}）" for c in missing)
    why = f"姓名中的{named}在自带的证书字库里没有，打印证书前须由系统管理员加装字体；请核对写法。"
    return [replace(record.fault("姓名", why), is_note=True)]


def _check(record: _Record, checks: Mapping[str, Check]) -> list[Fault]:
    faults = []
    for label, check in checks.items():
        text = record[label]
        if why := _formula_fault(text) or check(text):
            faults.append(record.fault(label, why))
    return faults


def _formula_fault(text: str) -> str:
    if text == UNCOMPUTED:
        return "单元格中是公式，还没有算出结果。请改填文字，或用 Excel、WPS 打开后保存，再重新上传。"
    return f"单元格中是公式错误“{text}”，请改填文字。" if text in _ERROR_VALUES else ""


def _doubles(record: _Record, seen: dict[str, tuple[int, str]]) -> list[Fault]:
    """Login names that another row has; telephone, QQ number and account number share one space."""
    faults = []
    for label in ("手机号", "QQ号", "学法账号"):
        text = record[label]
        if not text or _formula_fault(text):
            continue
        row, other = seen.setdefault(login_form(text), (record.row, label))
        if row != record.row:
            faults.append(record.fault(label, f"{label}“{text}”与第 {row} 行的{other}重复，每人的必须不同，请改正。"))
    return faults


def _fold_header(text: str) -> str:
    return fold(_REMARK.sub("", text))


def _number(text: str) -> int | None:
    return int(text) if text else None
