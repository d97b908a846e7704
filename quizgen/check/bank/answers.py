"""Items of one bank that answer each other: a judgement that states what a choice asks, or one stem with two keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from quizgen.check.bank.likeness import PrintIndex, Prints, Rarity, bare
from quizgen.check.faults import warning
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, Related
from quizgen.interaction import interaction
from quizgen.model import JUDGEMENT_OPTIONS, TRUE, Item, ItemType, Status
from quizgen.words.clipping import clip

_BLANK = re.compile(r"[（(]\s*[）)]|_{2,}")
_SHORTEST = 12
"""Characters of a stem from which on two that are the same are no accident."""


def items_do_not_answer_each_other(content: Content) -> Iterator[Diagnostic]:
    """Q227 and Q228: no judgement states what a choice asks; no two choices share a stem."""
    for bank in content.banks:
        items = [item for item in bank.items if item.status is not Status.RETIRED and item.stem]
        yield from _stated(items)
        yield from _same_stems(items)


def _stated(items: list[Item]) -> Iterator[Diagnostic]:
    """Each choice beside the judgement that is nearest to what it says when its key is filled in."""
    prints = Prints()
    judgements = [(item, prints.of(item)) for item in items if interaction(item.type).judges_stem]
    said = [(item, prints.of(_filled(item))) for item in items if item.key and not interaction(item.type).fixed]
    rarity = Rarity(print for _, print in (*judgements, *said))
    index = PrintIndex()
    for item, print in judgements:
        index.add(item, print, rarity.rare(print))
    for item, print in said:
        if found := index.nearest(print, rarity.rare(print), apart=item.enemies):
            other = found[0]
            if item.id not in other.enemies:
                message = f"判断题“{clip(other.id)}”说出了这道题的答案，两题可能出现在同一份试卷里"
                yield _told("Q227", item, other, message)


def _filled(item: Item) -> Item:
    """The choice as a statement: its key in the blank, or behind the stem where it has none."""
    key = "、".join(text for letter, text in item.options.items() if letter in item.key)
    stem = _BLANK.sub(lambda _: key, item.stem, count=1) if _BLANK.search(item.stem) else f"{item.stem}{key}"
    return replace(item, type=ItemType.JUDGEMENT, stem=stem, options=JUDGEMENT_OPTIONS, key=frozenset({TRUE}))


def _same_stems(items: list[Item]) -> Iterator[Diagnostic]:
    """Choices with one stem and other options or another key; those that are the same in all are Q223 and Q225."""
    first: dict[str, Item] = {}
    for item in items:
        stem = bare(item.stem)
        if interaction(item.type).fixed or len(stem) < _SHORTEST:
            continue
        other = first.setdefault(stem, item)
        apart = other.id in item.enemies or item.id in other.enemies
        if other is not item and not apart and _offered(other) != _offered(item):
            yield _told("Q228", item, other, f"题干与“{clip(other.id)}”一字不差，选项不同")


def _offered(item: Item) -> set[str]:
    return {bare(text) for text in item.options.values()}


def _told(code: str, item: Item, other: Item, message: str) -> Diagnostic:
    related = (Related(span=other.places.get("stem", other.where), label="另一道在这里"),)
    hint = "请改写一道，或把两题列为互斥题（enemies）"
    return warning(code, item.places.get("stem", item.where), message, hint=hint, item=item, related=related)
