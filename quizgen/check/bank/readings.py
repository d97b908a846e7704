"""What second readers found: told once the content has any readings, `readings.csv`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from quizgen.check.faults import warning
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, Related
from quizgen.evidence.reading import WEAK, SecondReading
from quizgen.interaction import interaction
from quizgen.model import Item
from quizgen.words.clipping import clip

_NAMED = 10
"""Items of a file that are named."""


def items_are_read_twice(content: Content) -> Iterator[Diagnostic]:
    """Q612: every active item has a second reading of its present text; told once a file."""
    if not content.readings:
        return
    unread = [item for _, item in content.readings.unread(content.items)]
    for _, those in groupby(sorted(unread, key=lambda item: item.where), key=lambda item: item.where.path):
        items = list(those)
        names = "、".join(item.id for item in items[:_NAMED]) + ("等" if len(items) > _NAMED else "")
        message = f"有{len(items)}道题还没有二读，或者二读以后改过：{names}"
        hint = "请用 quizgen readings sheet 生成二读表，请没有看过答案的人作答"
        yield warning("Q612", items[0].where, message, hint=hint)


def second_readers_agree(content: Content) -> Iterator[Diagnostic]:
    """Q613: the second reader answers as the key says; Q614: and does not find the item bad.

    A key that names no option has its own fault.
    """
    for pool, items in content.items.items():
        for item in items:
            reading = content.readings.of(pool, item)
            if item.is_active and reading and item.key and item.key <= set(item.options):
                yield from _judged(item, reading)


def _judged(item: Item, reading: SecondReading) -> Iterator[Diagnostic]:
    beside = (Related(span=reading.where, label=_remark(reading)),)
    if reading.answer != item.key:
        answer, key = (
            interaction(item.type).as_edited(letters, item.options) for letters in (reading.answer, item.key)
        )
        message = f"二读的人答“{answer}”，答案是“{key}”"
        hint = "请对照条文，改答案或改题目；改好后再请人二读"
        span = item.places.get("key", item.where)
        yield warning("Q613", span, message, hint=hint, item=item, related=beside)
    elif reading.rating <= WEAK:
        message = f"二读的人给这道题{reading.rating}分（满分5分）"
        yield warning("Q614", item.where, message, hint="请改写，再请人二读", item=item, related=beside)


def _remark(reading: SecondReading) -> str:
    return f"二读意见：{clip(reading.remark)}" if reading.remark else "二读记录"
