"""What was deleted and inserted between two wordings, readable for people."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple


class Mark(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    DELETED = "deleted"
    INSERTED = "inserted"


class Piece(NamedTuple):
    """A run of text and what became of it; never empty."""

    mark: Mark
    text: str


_WORD = re.compile(
    r"（[零〇一二三四五六七八九十百]+）|第[零〇一二三四五六七八九十百千]+[条款项章节编]|[零〇一二三四五六七八九十百千万]+|[0-9]+|[A-Za-z]+|.",
    re.DOTALL,
)
_SENTENCE = re.compile(r"[^。；\n]*[。；\n]?")
_MOST = 600_000
"""Product of the numbers of words that are compared one by one; above it sentences are, then nothing."""
_ISLAND = 2
"""A run of fewer words that stayed between two changes is shown as changed: shreds can't be read."""
_JOINTS = frozenset("，。；：、\n")


def redline(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces in order, deletions before insertions; the kept and deleted ones make `before`, the others `after`."""
    words = [found[0] for found in _WORD.finditer(before)], [found[0] for found in _WORD.finditer(after)]
    if len(words[0]) * len(words[1]) > _MOST:
        words = _SENTENCE.findall(before), _SENTENCE.findall(after)
    return tuple(_joined(_pieces(*words)))


def _pieces(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    start = _common(before, after)
    rest = min(len(before), len(after)) - start
    end = min(rest, _common(before[::-1], after[::-1]))
    yield Piece(Mark.KEPT, "".join(before[:start]))
    yield from _middle(before[start : len(before) - end], after[start : len(after) - end])
    yield Piece(Mark.KEPT, "".join(before[len(before) - end :]))


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    """How many words both begin with."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((place for place, (left, right) in pairs if left != right), min(len(before), len(after)))


def _middle(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    if len(before) * len(after) > _MOST:
        yield from (Piece(Mark.DELETED, "".join(before)), Piece(Mark.INSERTED, "".join(after)))
        return
    for tag, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        kept = before[i:j]
        if tag == "equal" and (len(kept) >= _ISLAND or i == 0 or j == len(before) or kept[0] in _JOINTS):
            yield Piece(Mark.KEPT, "".join(kept))
        else:
            yield Piece(Mark.DELETED, "".join(kept))
            yield Piece(Mark.INSERTED, "".join(after[k:m]))


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbouring pieces of a kind as one, within a change the deletions first."""
    deleted = inserted = kept = ""
    for mark, text in pieces:
        if mark is Mark.KEPT and text:
            yield from _filled(Piece(Mark.DELETED, deleted), Piece(Mark.INSERTED, inserted))
            deleted, inserted, kept = "", "", kept + text
        elif text:
            yield from _filled(Piece(Mark.KEPT, kept))
            kept = ""
            deleted += text if mark is Mark.DELETED else ""
            inserted += text if mark is Mark.INSERTED else ""
    yield from _filled(Piece(Mark.DELETED, deleted), Piece(Mark.INSERTED, inserted), Piece(Mark.KEPT, kept))


def _filled(*pieces: Piece) -> Iterator[Piece]:
    return (piece for piece in pieces if piece.text)
