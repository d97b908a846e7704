"""Which article of the new version takes up what a repealed one ruled, though in other words.

Compared are pairs of neighbouring characters; one that few articles have weighs more than one that many have
(logarithm of articles ÷ articles that have it). The best share must be large, and no other article near it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from math import log

from quizgen.law.wording import plain

LEAST = 0.45
"""Weighted share, from 0 to 1, of the old article's pairs that its successor has."""
MARGIN = 1.2
"""How much larger it must be than the next article's."""


def successors(repealed: Mapping[str, str], articles: Mapping[str, str]) -> dict[str, str]:
    """The number of the article that follows each repealed one, where one clearly does."""
    pairs = {number: frozenset(_pairs(text)) for number, text in articles.items()}
    spread = Counter(pair for having in pairs.values() for pair in having)
    found = {}
    for number, text in repealed.items():
        weights = {pair: log((1 + len(pairs)) / (1 + spread[pair])) for pair in _pairs(text)}
        whole = sum(weights.values())
        shares = sorted(((_weight(weights, having), to) for to, having in pairs.items()), reverse=True)
        best, second = (*shares[:2], (0.0, ""), (0.0, ""))[:2]
        if whole and best[0] >= LEAST * whole and best[0] >= MARGIN * second[0]:
            found[number] = best[1]
    return found


def _weight(weights: Mapping[str, float], having: Iterable[str]) -> float:
    return sum(weights[pair] for pair in having if pair in weights)


def _pairs(text: str) -> Iterator[str]:
    words = plain(text)
    return (words[place : place + 2] for place in range(len(words) - 1))
