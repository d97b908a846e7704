"""Which article a text speaks of, by the words that few articles have. Pure.

A text that retells an article shares runs of three characters with it that hardly any other article has. Each counts
with the logarithm of articles ÷ articles that have it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain
from math import log
from typing import NamedTuple

RARE = 12
"""A run that more articles have than this says nothing of which one is meant."""
_OTHER = re.compile("[^\u4e00-\u9fff]+")
_NAMES = re.compile(r"《[^《》]{1,60}》|第[零〇一二三四五六七八九十百千\d]{1,12}[条款项]")
"""Names and numbers of articles: which one is meant is to be seen from the words alone."""


class Place(NamedTuple):
    """An article of a statute, by id and number."""

    statute: str
    article: str


class Concordance:
    """The rare runs of all articles."""

    def __init__(self, articles: Iterable[tuple[Place, str]]) -> None:
        self._places: list[Place] = []
        having: defaultdict[str, list[int]] = defaultdict(list)
        for number, (place, text) in enumerate(articles):
            self._places.append(place)
            for run in _runs(text):
                having[run].append(number)
        self._having = {run: numbers for run, numbers in having.items() if len(numbers) <= RARE}
        self._runs = frozenset(self._having)
        self._numbers = {place: number for number, place in enumerate(self._places)}
        self._weight = [log(max(1, len(self._places)) / max(1, shared)) for shared in range(RARE + 1)]
        """What a run weighs that so many articles have."""

    def weights(self, text: str, *, least: float = 0.0) -> Mapping[Place, float]:
        """How much of what the text says is in each article that shares a rare run with it, from `least` upwards."""
        weights: dict[int, float] = {}
        for found in self._rare(text):
            weight = self._weight[len(found)]
            for number in found:
                weights[number] = weights.get(number, 0.0) + weight
        return {self._places[number]: weight for number, weight in weights.items() if weight >= least}

    def may_outweigh(self, text: str, known: Iterable[Place], *, least: float, margin: float) -> bool:
        """Whether an article may weigh `least`, and `margin` times as much as any of those `known`.

        Runs are counted, not weighed: a quick answer, and a sure one where it is no.
        """
        shared = Counter(chain.from_iterable(self._rare(text)))
        own = max((shared.pop(self._numbers.get(place, -1), 0) for place in known), default=0)
        heaviest, lightest = self._weight[1], self._weight[RARE]
        return max(shared.values(), default=0) * heaviest >= max(least, margin * own * lightest)

    def _rare(self, text: str) -> list[list[int]]:
        """For each rare run of the text the articles that have it."""
        return [self._having[run] for run in self._runs & _runs(_NAMES.sub("\n", text))]


def _runs(text: str) -> set[str]:
    return {part[place : place + 3] for part in _OTHER.split(text) for place in range(len(part) - 2)}
