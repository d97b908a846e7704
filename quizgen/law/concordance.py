"""Which article a text speaks of, by the words that few articles have. Pure.

A text that retells an article shares runs of three characters with it that hardly any other article has. Each counts
with the logarithm of articles ÷ articles that have it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
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
        count = len(self._places)
        self._rare = {run: (found, log(count / len(found))) for run, found in having.items() if len(found) <= RARE}

    def weights(self, text: str, *, least: float = 0.0) -> Mapping[Place, float]:
        """How much of what the text says is in each article that shares a rare run with it, from `least` upwards."""
        weights: dict[int, float] = {}
        for run in self._rare.keys() & _runs(_NAMES.sub("\n", text)):
            found, weight = self._rare[run]
            for number in found:
                weights[number] = weights.get(number, 0.0) + weight
        return {self._places[number]: weight for number, weight in weights.items() if weight >= least}


def _runs(text: str) -> set[str]:
    return {part[place : place + 3] for part in _OTHER.split(text) for place in range(len(part) - 2)}
