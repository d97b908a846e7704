"""Second readings: what somebody who saw neither key nor rationale answered to an item, and how good they found it.

`model` and `interaction` only. A reading is of the item as it read then: an item whose stem or options have changed
since has to be read again, unless it reads once more as it was read. Readings are only ever added; the newest of what
an item reads now counts.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from quizgen.diagnostics import Span
from quizgen.interaction import interaction
from quizgen.model import Item, ItemId, Letter, Pool

WEAK = 2
"""A rating (1 to 5) up to which an item is to be rewritten."""
_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReading:
    """One second reading. `text` is the digest of what was read, `rating` 1 (do not use) to 5 (excellent)."""

    pool: Pool
    item: ItemId
    text: str
    answer: frozenset[Letter]
    law: str
    """The article on which the reader decided, as the reader wrote it; may be empty."""
    rating: int
    remark: str
    day: date
    where: Span = field(default=Span(path=""), compare=False, repr=False)


def text_digest(item: Item) -> str:
    """Twelve hexadecimal digits that change with anything a reader sees: type, stem, options and their letters."""
    seen = [item.type, item.stem, *(f"{letter} {text}" for letter, text in item.options.items())]
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()[:_DIGITS]


def answer_from(text: str, item: Item) -> frozenset[Letter] | None:
    """The letters that a reader wrote: `ACD`, `A、C`, full-width too, or 正确, 错误; None where it is no answer."""
    plain = "".join(unicodedata.normalize("NFKC", text).translate(_PLAIN).upper().split())
    letters = {name: letter for letter, name in interaction(item.type).fixed.items()} | _JUDGED
    answer = frozenset([letters[plain]] if plain in letters else (Letter(each) for each in plain))
    is_whole = len(answer) == (1 if plain in letters else len(plain))
    is_one = answer and is_whole and interaction(item.type).is_possible(answer, item.options.keys())
    return answer if is_one else None


_PLAIN = dict.fromkeys(map(ord, "、,;/和与"))
_JUDGED = {word: Letter("T") for word in ("对", "√", "是")} | {word: Letter("F") for word in ("错", "×", "否")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How items and their second readings go together: of `items`, `read` have one that counts."""

    items: int
    read: int
    agreed: int
    rating: float
    """The mean rating of those read; 0 where none was."""


def agreement_words(read: int, agreed: int, rating: float) -> str:
    """What so many readings, at least one, came to."""
    return f"与答案一致{agreed}道（{agreed / read:.1%}），平均评分{rating:.1f}"


class Readings:
    """The readings that count: the newest of each item as it reads now."""

    def __init__(self, readings: Iterable[SecondReading]) -> None:
        self._newest: dict[tuple[Pool, ItemId, str], SecondReading] = {
            (reading.pool, reading.item, reading.text): reading for reading in readings
        }

    def __bool__(self) -> bool:
        return bool(self._newest)

    def of(self, pool: Pool, item: Item) -> SecondReading | None:
        """The reading of the item as it reads now; None where it was never read, or has changed since."""
        return self._newest.get((pool, item.id, text_digest(item)))

    def unread(self, items: Mapping[Pool, Iterable[Item]]) -> Iterator[tuple[Pool, Item]]:
        """The active items without a reading that counts."""
        for pool, those in items.items():
            yield from ((pool, item) for item in those if item.is_active and not self.of(pool, item))

    def agreement(self, items: Mapping[Pool, Iterable[Item]]) -> Agreement:
        """Over the active items: how many were read, answered as the key says, and rated how."""
        active = [(pool, item) for pool, those in items.items() for item in those if item.is_active]
        read = [(item, reading) for pool, item in active if (reading := self.of(pool, item))]
        ratings = [reading.rating for _, reading in read]
        return Agreement(
            items=len(active),
            read=len(read),
            agreed=sum(reading.answer == item.key for item, reading in read),
            rating=sum(ratings) / len(ratings) if ratings else 0.0,
        )
