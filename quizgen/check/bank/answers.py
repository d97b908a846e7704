"""Items of one bank that answer each other: a judgement that states what a choice asks, or one stem with two keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from quizgen.check.bank.likeness import Print, Printed, PrintIndex, Prints, Rarity, overlap
from quizgen.check.faults import warning
from quizgen.diagnostics import Diagnostic, Related
from quizgen.interaction import interaction
from quizgen.model import JUDGEMENT_OPTIONS, TRUE, Item, ItemType
from quizgen.words.clipping import clip

_BLANK = re.compile(r"[（(]\s*[）)]|_{2,}")
_ROUGHLY = 0.4
"""The likeness without the shingles at the seams from which on it is worth while to read the filled stem."""
_SHORTEST = 12
"""Characters of a stem from which on two that are the same are no accident."""


def stated_answers(entries: Sequence[Printed], prints: Prints) -> Iterator[Diagnostic]:
    """Q227: each choice beside the judgement that is nearest to what it says when its key is filled in."""
    judgements = [entry for entry in entries if interaction(entry.item.type).judges_stem]
    said = [
        Printed(item, _said(print))
        for item, print in entries
        if judgements and item.key and not interaction(item.type).fixed
    ]
    rarity = Rarity(print for _, print in chain(judgements, said))
    index = PrintIndex()
    for item, print in judgements:
        index.add(item, print, rarity.rare(print))
    for item, print in said:
        near = [
            number
            for number in index.likely(rarity.rare(print))
            if overlap(print.stem, index.items[number][1].stem) >= _ROUGHLY
        ]
        found = index.best(prints.of(_filled(item)), near, apart=item.enemies) if near else None
        if found and item.id not in found[0].enemies:
            message = f"判断题“{clip(found[0].id)}”说出了这道题的答案，两题可能出现在同一份试卷里"
            yield _told("Q227", item, found[0], message)


def _said(print: Print) -> Print:
    """The shingles of a choice with its key filled in, but for those at the seams."""
    said = print.stem | print.key
    return replace(print, stem=said, whole=said, options=frozenset(), key=frozenset())


def _filled(item: Item) -> Item:
    """The choice as a statement: its key in the blank, or behind the stem where it has none."""
    key = "、".join(text for letter, text in item.options.items() if letter in item.key)
    stem = _BLANK.sub(lambda _: key, item.stem, count=1) if _BLANK.search(item.stem) else f"{item.stem}{key}"
    return replace(item, type=ItemType.JUDGEMENT, stem=stem, options=JUDGEMENT_OPTIONS, key=frozenset({TRUE}))


def same_stems(entries: Sequence[Printed]) -> Iterator[Diagnostic]:
    """Q228: choices with one stem and other options or another key; the same in all are Q223 and Q225."""
    first: dict[str, Printed] = {}
    for entry in entries:
        item, stem = entry.item, entry.print.text[0]
        if interaction(item.type).fixed or len(stem) < _SHORTEST:
            continue
        other = first.setdefault(stem, entry)
        apart = other.item.id in item.enemies or item.id in other.item.enemies
        if other is not entry and not apart and set(other.print.text[1:]) != set(entry.print.text[1:]):
            yield _told("Q228", item, other.item, f"题干与“{clip(other.item.id)}”一字不差，选项不同")


def _told(code: str, item: Item, other: Item, message: str) -> Diagnostic:
    related = (Related(span=other.places.get("stem", other.where), label="另一道在这里"),)
    hint = "请改写一道，或把两题列为互斥题（enemies）"
    return warning(code, item.places.get("stem", item.where), message, hint=hint, item=item, related=related)
