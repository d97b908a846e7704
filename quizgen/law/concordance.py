"""Which article a text speaks of, by the words that few articles have. Pure.

A text that retells an article shares runs of three characters with it that hardly any other article has. Each counts
with the logarithm of articles ÷ articles that have it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
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
        places: defaultdict[str, list[Place]] = defaultdict(list)
        count = 0
        for place, text in articles:
            count += 1
            for run in _runs(text):
                places[run].append(place)
        self._rare = {run: (found, log(count / len(found))) for run, found in places.items() if len(found) <= RARE}

    def weights(self, text: str) -> Mapping[Place, float]:
        """How much of what the text says is in each article that shares a rare run with it; from 0 upwards."""
        weights: Counter[Place] = Counter()
        for run in _runs(_NAMES.sub("\n", text)):
            places, weight = self._rare.get(run, _NOWHERE)
            for place in places:
                weights[place] += weight  # type: ignore[assignment]  # a Counter of floats
        return weights


_NOWHERE: tuple[list[Place], float] = ([], 0.0)


def _runs(text: str) -> set[str]:
    return {part[place : place + 3] for part in _OTHER.split(text) for place in range(len(part) - 2)}
