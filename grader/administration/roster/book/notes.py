"""Which rows of a sheet mean people or units, and which are notes below, headings within, or reserved accounts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from grader.administration.roster.book.columns import account_fault, code_fault, fold, name_fault
from grader.administration.roster.book.records import Fault, Record

_NOTE = re.compile(
    r"(注|备注|说明|填写说明|填表|填报|制表|审核|审批|单位负责人|负责人|联系人|联系电话|合计|共计|总计|小计|共\s*\d+\s*人"
    r"|日期|年\s+月|盖章|单位（盖章）)|[0-9]{1,2}[.、．]\s*[^\s0-9]"
)
"""How a line below the table begins: 注：本表…; not 注册处."""
_IDENTIFYING = ("姓名", "职务级别", "手机号码", "QQ号")
"""What a reserved account has none of until somebody is written beside it."""


def without_notes(found: Sequence[Record], faults: list[Fault]) -> list[Record]:
    """The rows that mean people: reserved accounts beside which nobody was written, and notes below, are told of."""
    kept = above_notes(found, lambda record: _is_somebody(record) or _is_reserved(record), "账号", faults)
    reserved = [record for record in kept if _is_reserved(record)]
    if reserved and len(reserved) < len(found):
        why = f"有 {len(reserved)} 行只有账号、没有填写人员（从第 {reserved[0].row} 行起），没有读取。"
        faults.append(reserved[0].fault("账号", why, is_note=True))
    left = {record.row for record in reserved}
    return [record for record in kept if record.row not in left]


def above_notes(
    found: Sequence[Record], is_meant: Callable[[Record], bool], label: str, faults: list[Fault]
) -> list[Record]:
    """The rows down to the last that is meant; those below are notes, and each is told of at its `label`."""
    end = max((place for place, record in enumerate(found, 1) if is_meant(record)), default=0)
    what = "单位" if label == "代码" else "人员"
    for record in found[end:]:
        why = f"这一行在{what}的下方，不像是{what}，没有读取：“{record.first[:20]}”。"
        faults.append(record.fault(label, why, is_note=True))
    return list(found[:end])


def without_headings(
    found: Sequence[Record], faults: list[Fault], *, others: Mapping[str, Sequence[str]]
) -> list[Record]:
    """The rows that are no headings within the table, of which each is told.

    `others` are the folded names of units that a heading must not be: there is no other column that says the unit.
    """
    for record in found:
        if not (text := record.heading):
            continue
        if fold(text) in others:
            why = (
                f"“{text}”是另一个单位的名称，表里没有“单位”列，不能确定下面的人属于哪个单位。"
                "请加上“单位”列逐人填写，并删去这一行。"
            )
            faults.append(record.fault("序号", why))
        else:
            faults.append(record.fault("序号", f"这一行只有一格有字，没有读取：“{text[:20]}”。", is_note=True))
    return [record for record in found if not record.heading]


def is_unit(record: Record) -> bool:
    """Whether the row means a unit, even one that is written wrongly."""
    if record.heading:
        return False
    return not _NOTE.match(record.first) or bool(record["名称"] and not code_fault(record["代码"]))


def _is_somebody(record: Record) -> bool:
    """Whether the row means a person, even one that is written wrongly."""
    if _NOTE.match(record.first) or _NOTE.match(record["姓名"]):
        return not name_fault(record["姓名"]) and bool(_sound_number(record) or record["手机号码"])
    return bool(record["姓名"]) or sum(bool(text) for text in record.texts.values()) > 2


def _sound_number(record: Record) -> str:
    return "" if account_fault(record["账号"]) else record["账号"]


def _is_reserved(record: Record) -> bool:
    return bool(_sound_number(record)) and not any(record[label] for label in _IDENTIFYING)
