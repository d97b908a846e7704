"""The same words with a negation in one text and without it in the other. Pure.

可以不升挂 in an article and 可以升挂 in what retells it: two characters on either side of the negation are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

_SIDE = 2
"""Characters on either side that must be the same. With fewer on one side words of other things are met."""
_MOST = 200
"""Negations of a text that are looked at; the longest article has about a hundred."""
_NEGATION = re.compile(
    f"(?<=[\u4e00-\u9fff]{{{_SIDE}}})"
    "(?P<word>没有|无须|并非|不(?!动产|特定)|未(?!成年)|(?<!除)非(?!法人|公有|营利))"
    f"(?=[\u4e00-\u9fff]{{{_SIDE}}})"
)
_WITHOUT = {"没有": "有", "无须": "须", "并非": "是"}


@dataclass(frozen=True, slots=True)
class Denial:
    """A negation with what stands beside it, and the same words without it."""

    words: str
    without: str


@lru_cache(maxsize=4096)
def denials(text: str) -> tuple[Denial, ...]:
    """The negations of a plain text whose words the text does not also say without them."""
    return tuple(islice(_denials(text), _MOST))


def _denials(text: str) -> Iterator[Denial]:
    for match in _NEGATION.finditer(text):
        left, right = text[match.start() - _SIDE : match.start()], text[match.end() : match.end() + _SIDE]
        without = f"{left}{_WITHOUT.get(match['word'], '')}{right}"
        if without not in text:
            yield Denial(words=f"{left}{match['word']}{right}", without=without)


def denied_by_one(one: str, other: str) -> Iterator[tuple[str, str]]:
    """The words of both plain texts, as `one` and as `other` has them, where only one of the two denies them."""
    for said, unsaid, is_ours in ((one, other, True), (other, one, False)):
        for denial in denials(said):
            if denial.without in unsaid and denial.words not in unsaid:
                yield (denial.words, denial.without) if is_ours else (denial.without, denial.words)
