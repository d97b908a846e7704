"""Papers of equal expected score: items of a drawn paper change places with others until its sum meets the target.

The standard library, `eligible`, `exposure`, `model` and `programme` only. Sums are taken with `fsum`, because `sum` of
floats differs between Python versions and a paper must not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import fsum
from random import Random
from statistics import fmean

from quizgen.draw.eligible import Eligible
from quizgen.draw.exposure import Exposure, Levels
from quizgen.model import Difficulty, ItemId
from quizgen.programme import Stratum

_TOLERANCE = 0.001
"""How far a paper may stay from its target, as a share of the full score."""
_FAR = 0.005
"""How far it may stay from its target for the sake of even use, as a share of the full score."""
_STEP = 0.15
"""How much less or more than before is expected at a place, at most; larger steps would favour extreme items."""
_ROUNDS = 3
"""How often every place of a paper is tried before the paper stays as it is."""

Points = Mapping[Stratum, Sequence[float]]
"""What each of the places that a stratum fills on a paper is worth."""
_Place = tuple[Stratum, int]
"""A stratum and the number of one of its picks."""


def balance(
    picks: Mapping[Stratum, list[ItemId]],
    index: Eligible,
    *,
    points: Points,
    levels: Mapping[Stratum, Levels],
    exposure: Exposure,
    rng: Random,
) -> None:
    """Exchange picks for other items of the same stratum and level of use until the expected score is the target's.

    `points` has a value for each pick. Quotas stay met, enemies apart and what the learner has had as rare as it was.
    Where those levels leave it far from the target, as where one tier's own items lag behind those that it shares with
    others, strata of such uneven use give items of any level that the learner has not had: equal papers matter more.
    Where places of one stratum are worth different points, items are chosen as if all were worth the mean and then
    trade places: otherwise what is left of the stratum would drift away from its mean.
    """
    even = {stratum: [fmean(worth)] * len(worth) for stratum, worth in points.items() if worth}
    draft = _Draft(picks, index, points=even)
    _exchange(draft, levels=levels, highest=exposure.highest, within=_TOLERANCE, rng=rng)
    _exchange(draft, levels=levels, highest=exposure.highest_of_uneven, within=_FAR, rng=rng)
    mixed = [stratum for stratum in picks if stratum in index.uneven and len(set(points[stratum])) > 1]
    if mixed:
        draft = _Draft(picks, index, points=points)
        for stratum, at in _in_any_order(draft.places(mixed), rng) * _ROUNDS:
            draft.trade(stratum, at)


def _exchange(
    draft: _Draft,
    *,
    levels: Mapping[Stratum, Levels],
    highest: Callable[[ItemId, Levels], int],
    within: float,
    rng: Random,
) -> None:
    """Give places other items, each tried up to `_ROUNDS` times, until the target is near or nothing helps.

    `highest` says up to which level of use another item may take the place of one, `within` how near is near enough,
    as a share of the full score.
    """
    for _ in range(_ROUNDS):
        before = draft.excess
        if draft.is_within(within):
            return
        for stratum, at in _in_any_order(draft.places(draft.uneven), rng):
            ranks = levels[stratum]
            limit = highest(draft.picks[stratum][at], ranks)
            draft.exchange(stratum, at, [ids for level, ids in ranks.items() if level <= limit], rng=rng)
            if draft.is_within(within):
                return
        if draft.excess == before:
            return


def _in_any_order(places: Iterable[_Place], rng: Random) -> list[_Place]:
    return sorted(places, key=lambda _: rng.random())


class _Draft:
    """The picks of one paper, and by how many points it is expected to score more than the target (`excess`)."""

    def __init__(self, picks: Mapping[Stratum, list[ItemId]], index: Eligible, *, points: Points) -> None:
        self.picks = picks
        self.uneven = [stratum for stratum in picks if stratum in index.uneven and any(points.get(stratum, ()))]
        self._index = index
        self._points = points
        self._taken = {id for ids in picks.values() for id in ids}
        worth = [
            (each, id) for stratum, ids in picks.items() if ids for each, id in zip(points[stratum], ids, strict=True)
        ]
        self.excess = fsum(each * index.expected[id] for each, id in worth) - target(index, points)
        self._full = fsum(each for each, _ in worth)

    def is_within(self, share: float) -> bool:
        """Whether it is as near to the target as this share of the full score."""
        return abs(self.excess) <= share * self._full

    def places(self, strata: Iterable[Stratum]) -> Iterator[_Place]:
        """The places that these strata fill."""
        return ((stratum, at) for stratum in strata for at in range(len(self.picks[stratum])))

    def exchange(self, stratum: Stratum, at: int, pools: Iterable[Sequence[ItemId]], *, rng: Random) -> None:
        """Give a place to an item that brings the paper closer to the target: the closest, within a step, if any does.

        Those about as good are chosen among by chance.
        """
        expected, worth, old = self._index.expected, self._points[stratum][at], self.picks[stratum][at]
        off = self.excess / worth
        ideal, aim = expected[old] - off, expected[old] - max(-_STEP, min(_STEP, off))
        free = [id for ids in pools for id in self._free(ids) if abs(expected[id] - ideal) < abs(off)]
        if not free:
            return
        gaps = [abs(expected[id] - aim) for id in free]
        good = max(min(gaps), _TOLERANCE * self._full / worth)
        best = [id for id, gap in zip(free, gaps, strict=True) if gap <= good]
        new = best[int(rng.random() * len(best))]
        self.picks[stratum][at] = new
        self._taken ^= {old, new}
        self.excess += worth * (expected[new] - expected[old])

    def trade(self, stratum: Stratum, at: int) -> None:
        """Let a place change its item with another place of the stratum, where that brings the paper closer."""
        ids, points, expected = self.picks[stratum], self._points[stratum], self._index.expected

        def excess(other: int) -> float:
            return self.excess + (points[at] - points[other]) * (expected[ids[other]] - expected[ids[at]])

        best = min(range(len(ids)), key=lambda other: abs(excess(other)))
        self.excess = excess(best)
        ids[at], ids[best] = ids[best], ids[at]

    def _free(self, ids: Sequence[ItemId]) -> list[ItemId]:
        taken, enemies = self._taken, self._index.enemies
        return [id for id in ids if id not in taken and (id not in enemies or enemies[id].isdisjoint(taken))]


def target(index: Eligible, points: Points) -> float:
    """The expected score of papers, on average, when the items of each stratum are used alike.

    Only then can all papers meet it for ever: with another target some items would be used more and more.
    """
    return fsum(fsum(worth) * _mean(index, stratum, points) for stratum, worth in points.items() if worth)


def _mean(index: Eligible, stratum: Stratum, points: Points) -> float:
    """What is expected of an item drawn for a stratum.

    For any difficulty those come first that the quotas of one difficulty use less, so that use rises, from the lowest
    up, to one level.
    """
    type, module, difficulty = stratum
    if difficulty:
        return index.means[stratum]
    cells = []
    for each in Difficulty:
        cell = (type, module, each)
        if size := len(index.strata.get(cell, ())):
            cells.append((len(points.get(cell, ())) / size, size, index.means[cell]))
    return _poured(cells, len(points[stratum]))


def _poured(cells: Iterable[tuple[float, int, float]], count: int) -> float:
    """The mean of `count` items poured over cells of (uses in a paper, items, mean) until all stand at one level."""
    lowest: list[tuple[float, int, float]] = []
    level = 0.0
    for cell in sorted(cells):
        if lowest and level <= cell[0]:
            break
        lowest.append(cell)
        level = fsum([count, *(use * size for use, size, _ in lowest)]) / sum(size for _, size, _ in lowest)
    return fsum((level - use) * size * mean for use, size, mean in lowest) / count
