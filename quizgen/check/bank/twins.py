"""Items that are the same, or nearly, within a bank and across both: doubles, and exam items seen in practice.

Each item is told once, beside its nearest partner before it; for an exam item a partner in practice comes first, since
that is a leak.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain

from quizgen.check.bank.likeness import Print, Printed, PrintIndex, Rarity
from quizgen.check.faults import error, warning
from quizgen.diagnostics import Diagnostic, Related
from quizgen.model import Item, ItemId, Pool
from quizgen.words.clipping import clip

_SINCE = "比较时不计标点、空格、全半角、大小写和选项顺序"


def twins(practice: Sequence[Printed], exam: Sequence[Printed]) -> Iterator[Diagnostic]:
    """Q221 to Q225: no item is another one again, or nearly so; above all no exam item is one of practice."""
    rarity = Rarity(print for _, print in chain(practice, exam))
    shelves = [_Shelf(Pool.PRACTICE, practice)]
    yield from _compared(practice, shelves, rarity)
    shelves.append(_Shelf(Pool.EXAM, exam))
    yield from _compared(exam, shelves, rarity)


def _compared(entries: Sequence[Printed], shelves: Sequence[_Shelf], rarity: Rarity) -> Iterator[Diagnostic]:
    """The fault of each of these items, which are put on the last of the shelves."""
    own = shelves[-1]
    for item, print in entries:
        rare = rarity.rare(print)
        doubles = (shelf.double(item, print, own.pool) for shelf in shelves)
        nearly = (shelf.near(item, print, rare, pool=own.pool) for shelf in shelves)
        if fault := next(filter(None, chain(doubles, nearly)), None):
            yield fault
        own.add(item, print, rare)


class _Shelf:
    """The items of one bank that were compared so far."""

    def __init__(self, pool: Pool, entries: Sequence[Printed]) -> None:
        self.pool = pool
        self.same: dict[tuple[str, ...], tuple[Item, Print]] = {}
        self.index = PrintIndex()
        self.enemies: defaultdict[ItemId, set[ItemId]] = defaultdict(set)
        for item, _ in entries:
            self.enemies[item.id] |= item.enemies
            for enemy in item.enemies:
                self.enemies[enemy].add(item.id)

    def add(self, item: Item, print: Print, rare: list[int]) -> None:
        """Remember an item, once for all that are the same."""
        if print.text not in self.same:
            self.same[print.text] = item, print
            self.index.add(item, print, rare)

    def double(self, item: Item, print: Print, pool: Pool) -> Diagnostic | None:
        """That an item of `pool` is one of these."""
        if print.text not in self.same:
            return None
        other, known = self.same[print.text]
        contrary = bool(print.keyed and known.keyed) and print.keyed != known.keyed
        return _double(item, other, leak=pool is not self.pool, contrary=contrary)

    def near(self, item: Item, print: Print, rare: list[int], *, pool: Pool) -> Diagnostic | None:
        """That an item of `pool` is nearly one of these; enemies never meet on a paper and may be alike."""
        apart = self.enemies[item.id] if pool is self.pool else ()
        found = self.index.nearest(print, rare, apart=apart)
        return _near(item, *found, leak=pool is not self.pool) if found else None


def _double(item: Item, other: Item, *, leak: bool, contrary: bool) -> Diagnostic:
    span, beside = item.places.get("stem", item.where), _beside(other, leak=leak)
    but = "，正确答案却不同" if contrary else ""
    if leak:
        message = f"考试题“{clip(item.id)}”就是练习题“{clip(other.id)}”{but}，学员考前就能看到答案"
        return error("Q221", span, message, hint=f"请换掉其中一道（{_SINCE}）", item=item, related=beside)
    message = f"“{clip(item.id)}”与同一题库的“{clip(other.id)}”是同一道题{but}"
    if contrary:
        return error("Q225", span, message, hint="请核对哪个答案对，只留一道", item=item, related=beside)
    return warning("Q223", span, message, hint=f"请删去或停用其中一道（{_SINCE}）", item=item, related=beside)


def _near(item: Item, other: Item, likeness: float, *, leak: bool) -> Diagnostic:
    span, beside = item.places.get("stem", item.where), _beside(other, leak=leak)
    degree = f"相似度{min(99, int(likeness * 100))}%"
    keep = "确有必要保留的，请在本题写“waive”和理由"
    if leak:
        message = f"考试题“{clip(item.id)}”与练习题“{clip(other.id)}”几乎相同（{degree}），学员考前就能看到答案"
        return warning("Q222", span, message, hint=f"请换掉其中一道。{keep}", item=item, related=beside)
    message = f"“{clip(item.id)}”与同一题库的“{clip(other.id)}”几乎相同（{degree}）"
    hint = f"请改写一道，或把两题列为互斥题（enemies）。{keep}"
    return warning("Q224", span, message, hint=hint, item=item, related=beside)


def _beside(other: Item, *, leak: bool) -> tuple[Related]:
    label = "练习题在这里" if leak else "另一道在这里"
    return (Related(span=other.places.get("stem", other.where), label=label),)
