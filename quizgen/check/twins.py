"""Items that are the same, or nearly, within a bank and across both: doubles, and exam items seen in practice.

All items are compared but those that are 停用 (retired ones meet no learner; drafts are to be used). Each item is told
once, beside its nearest partner before it; for an exam item a partner in practice comes first, since that is a leak.
"""

from __future__ import annotations

from collections.abc import Iterator

from quizgen.check.faults import POOL_NAMES, error, position, warning
from quizgen.check.likeness import Index, Print, Prints, spread
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic
from quizgen.model import Item, ItemType, Pool, Status
from quizgen.source import clip

_Entry = tuple[Pool, Item, Print]


def items_have_no_twins(content: Content) -> Iterator[Diagnostic]:
    """Q221 to Q225: no item is another one again, or nearly so; above all no exam item is one of practice."""
    entries = _entries(content)
    seen: dict[Pool, dict[tuple[str, ...], tuple[Item, Print]]] = {pool: {} for pool in Pool}
    counts = spread(print for _, _, print in entries)
    near = {pool: Index(counts) for pool in Pool}
    for pool, item, print in entries:
        earlier = (Pool.PRACTICE,) if pool is Pool.PRACTICE else (Pool.PRACTICE, Pool.EXAM)
        same = next(((other, seen[other][print.text]) for other in earlier if print.text in seen[other]), None)
        if same:
            yield _double(item, print, pool, *same)
            continue
        seen[pool][print.text] = item, print
        twins = ((other, near[other].nearest(print)) for other in earlier)
        twin = next(((other, found) for other, found in twins if found), None)
        if twin:
            yield _near(item, pool, *twin)
        near[pool].add(item, print)


def _entries(content: Content) -> list[_Entry]:
    """The items that can be compared, practice first; a double id or a text not read is a fault of its own."""
    prints = Prints()
    return [
        (bank.pool, item, prints.of(item))
        for bank in content.banks
        for item in reversed(bank.by_id().values())
        if item.status is not Status.RETIRED and item.stem and (item.options or item.type is ItemType.JUDGEMENT)
    ]


_SINCE = "比较时不计标点、空格、全半角、大小写和选项顺序"


def _double(item: Item, print: Print, pool: Pool, other_pool: Pool, other: tuple[Item, Print]) -> Diagnostic:
    partner, span = other[0], item.places.get("stem", item.where)
    contrary = bool(print.keyed and other[1].keyed) and print.keyed != other[1].keyed
    but = "，正确答案却不同" if contrary else ""
    if pool is not other_pool:
        message = f"考试题“{clip(item.id)}”就是练习题“{clip(partner.id)}”{but}，学员考前就能看到答案"
        hint = f"练习题在 {position(partner.where)}；请换掉其中一道（{_SINCE}）"
        return error("Q221", span, message, hint=hint)
    message = f"{POOL_NAMES[pool]}里，“{clip(item.id)}”与“{clip(partner.id)}”是同一道题{but}"
    hint = f"另一道在 {position(partner.where)}；请删去或停用其中一道（{_SINCE}）"
    if contrary:
        return error("Q225", span, message, hint=f"另一道在 {position(partner.where)}；请核对哪个答案对，只留一道")
    return warning("Q223", span, message, hint=hint)


def _near(item: Item, pool: Pool, other_pool: Pool, found: tuple[Item, float]) -> Diagnostic:
    partner, span = found[0], item.places.get("stem", item.where)
    degree = f"相似度{min(99, int(found[1] * 100))}%"
    keep = "确有必要保留的，请在本题写“waive”和理由"
    if pool is not other_pool:
        message = f"考试题“{clip(item.id)}”与练习题“{clip(partner.id)}”几乎相同（{degree}），学员考前就能看到答案"
        hint = f"练习题在 {position(partner.where)}；请换掉其中一道。{keep}"
        return warning("Q222", span, message, hint=hint)
    message = f"{POOL_NAMES[pool]}里，“{clip(item.id)}”与“{clip(partner.id)}”几乎相同（{degree}）"
    hint = f"另一道在 {position(partner.where)}；请改写一道，或把两题列为互斥题。{keep}"
    return warning("Q224", span, message, hint=hint)
