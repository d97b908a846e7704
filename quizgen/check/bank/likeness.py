"""How alike two items are, and an index that finds the most alike one.

An item is taken as three sets of shingles (three characters in a row, with a mark at either end of a text): of its
stem, of all its options and of the options in the key. Sets forget the order of options, and one small edit changes
at most four shingles on either side. Likeness is Dice's coefficient of such sets: twice what is shared, divided by
the sum of their sizes (0 nothing shared, 1 all).

Finding is a similarity join with rare shingles first (prefix filtering: Chaudhuri, Ganti and Kaushik, A primitive
operator for similarity joins, ICDE 2006). Items that share no rare shingle are never compared, and posting lists and
candidates are capped, so that the work for an item has a bound whatever the bank holds: a bank of one template ten
thousand times is read as fast as one of ten thousand texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass
from itertools import chain, count
from operator import itemgetter
from typing import NamedTuple

from quizgen.interaction import interaction
from quizgen.model import Item, ItemId

TWIN = 0.8
"""Items from here on are twins: 30 characters of 150 may differ. Different items of one article stay below 0.5;
sentences that statutes make from one formula (of fines, of special cases) reach 0.7 and differ in law."""
TWIN_PART = 0.5
"""Stem and options must each be alike as well: one long scene may carry several questions, one stem several topics."""
TWIN_SHORT, SMALL_EDIT = 0.5, 8
"""Of short texts one small edit changes a large part: with at most eight shingles changed, half is enough."""
TWIN_QUESTION = 0.85
"""The same question with the same right options is a twin whatever its distractors are."""

_RARE = 16
"""Shingles by which an item is found. Those that no other item has can't help and aren't counted."""
_POSTED = 40
"""Items remembered for one shingle, the earliest ones; a list that is cut short there says little."""
_ENOUGH = 4
"""With so many lists that aren't cut short, the others aren't asked: they bring candidates, but hardly twins."""
_COMPARED = 8
"""Candidates that are compared in full, those sharing the most rare shingles first."""
_PART = 5
"""A candidate that is in fewer than one of five such lists is no twin."""

Shingles = frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """An item as sets of shingles; `text` is equal for items that differ only in what `bare` leaves out.

    `keyed` holds the options of the key as texts (a judgement's as its letter), `whole` stem and options together.
    """

    text: tuple[str, ...]
    keyed: frozenset[str]
    stem: Shingles
    options: Shingles
    key: Shingles
    whole: Shingles


class Printed(NamedTuple):
    """An item with its print."""

    item: Item
    print: Print


class Prints:
    """Makes prints; shingles are numbered, so that each is kept once."""

    def __init__(self) -> None:
        self.numbers: defaultdict[str, int] = defaultdict(count().__next__)

    def of(self, item: Item) -> Print:
        """The print of an item; a judgement is its stem alone, and its key a word."""
        options = {} if interaction(item.type).fixed else item.options
        texts = {letter: bare(text) for letter, text in options.items()}
        text = bare(item.stem)
        stem = self._shingles(text)
        parts = {letter: self._shingles(option) for letter, option in texts.items()}
        offered = frozenset[int]().union(*parts.values())
        return Print(
            text=(text, *sorted(texts.values())),
            keyed=frozenset(texts.get(letter, letter) for letter in item.key if letter in item.options),
            stem=stem,
            options=offered,
            whole=stem | offered,
            key=frozenset[int]().union(*(part for letter, part in parts.items() if letter in item.key)),
        )

    def _shingles(self, text: str) -> Shingles:
        marked = f"\x02{text}\x03"
        return frozenset([self.numbers[marked[start : start + 3]] for start in range(len(marked) - 2)])


def bare(text: str) -> str:
    """The text without what makes no difference: width, case, spaces, punctuation; as it is when nothing is left."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _MARKS.sub("", folded) or "".join(folded.split())


_MARKS = re.compile(r"[\W_]+")


def likeness(one: Print, other: Print) -> float:
    """How alike two items are when they are twins, above 0 and at most 1; 0 when they aren't."""
    stem = overlap(one.stem, other.stem)
    if stem < TWIN_PART:
        return 0.0
    whole = overlap(one.whole, other.whole)
    if whole >= TWIN and overlap(one.options, other.options) >= TWIN_PART:
        return whole
    if whole >= TWIN_SHORT and len(one.whole ^ other.whole) <= SMALL_EDIT:
        return whole
    if one.key and min(stem, overlap(one.key, other.key)) >= TWIN_QUESTION:
        return stem
    return 0.0


def overlap(one: Shingles, other: Shingles) -> float:
    """Dice's coefficient of two sets, from 0 (nothing shared) to 1."""
    size = len(one) + len(other)
    return 2 * len(one & other) / size if size else 1.0


class Rarity:
    """The shingles that several items have, the rarest first, and so those of an item that are its rare ones."""

    def __init__(self, prints: Iterable[Print]) -> None:
        items = Counter(chain.from_iterable(print.whole for print in prints))
        shared = sorted((count, shingle) for shingle, count in items.items() if count > 1)
        self._places = {shingle: place for place, (_, shingle) in enumerate(shared, start=1)}

    def rare(self, print: Print) -> list[int]:
        """The places in that order of the item's rarest shingles that another item has too."""
        return sorted(filter(None, map(self._places.get, print.whole)))[:_RARE]


class PrintIndex:
    """Items by their rare shingles, to find the most alike of those added so far."""

    def __init__(self) -> None:
        self.items: list[tuple[Item, Print]] = []
        self.posted: defaultdict[int, list[int]] = defaultdict(list)

    def add(self, item: Item, print: Print, rare: Iterable[int]) -> None:
        """Remember an item."""
        for shingle in rare:
            if len(posted := self.posted[shingle]) < _POSTED:
                posted.append(len(self.items))
        self.items.append((item, print))

    def nearest(self, print: Print, rare: Iterable[int], *, apart: Container[ItemId] = ()) -> tuple[Item, float] | None:
        """The twin most like it, the earliest of equals, with the likeness; None without a twin.

        Items in `apart` are passed over.
        """
        return self.best(print, self.likely(rare), apart=apart)

    def best(self, print: Print, numbers: Iterable[int], *, apart: Container[ItemId] = ()) -> tuple[Item, float] | None:
        """The same, of the items with these numbers."""
        candidates = [
            (likeness(print, self.items[number][1]), -number)
            for number in numbers
            if self.items[number][0].id not in apart
        ]
        best, number = max(candidates, default=(0.0, 0))
        return (self.items[-number][0], best) if best else None

    def likely(self, rare: Iterable[int]) -> list[int]:
        """The items, by number, that share so many of the rare shingles that one may be a twin; at most eight."""
        lists = [self.posted[shingle] for shingle in rare if shingle in self.posted]
        whole = [posted for posted in lists if len(posted) < _POSTED]
        shared = Counter(chain.from_iterable(whole if len(whole) >= _ENOUGH else lists))
        least = max(1, len(whole) // _PART)
        enough = [entry for entry in shared.items() if entry[1] >= least]
        return [number for number, _ in sorted(enough, key=itemgetter(1), reverse=True)[:_COMPARED]]
