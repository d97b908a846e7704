"""Drawing papers from a bank, pure: quotas, enemies apart, least-used first, equal expected scores.

A stratum is what one quota draws from: the eligible items of a type, a module
and a difficulty (or any difficulty). A paper is made in three steps, in the order of what may not be given up:

1. each stratum gives its least-used items, what the learner has had last, enemies apart (`_greedy`, `exposure`);
2. where enemies make that fall short or repeat an item, backtracking finds a paper (`enemy_search`);
3. items change places with others of their stratum and level of use until the expected score, the sum of points ×
   expected share, meets one target for all papers of the blueprint (`balance`).

Why so. The first step alone makes every paper right and exposure flat; its expected scores still spread with the
facilities inside a stratum (sd about 1.4 of 100 points for an sd of 0.1). Exchanges cost some tens of microseconds and
touch neither quotas nor exposure. Drawing whole papers until one fits throws away least-used order: late in a round few
papers are left to choose from. An integer programme for each paper (van der Linden's shadow tests are one for each
item) gives the same within tolerance, but takes 10–100 ms and a solver. Randomised exposure control (Sympson–Hetter)
answers adaptive tests, where the best item would always win; here nothing favours an item, and counting holds exposure
closer than chance can. Parallel forms made beforehand are as even, but all who sit the same form share every item.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import TypeVar

from quizgen.draw.balance import Points, balance
from quizgen.draw.eligible import Eligible, eligible
from quizgen.draw.enemy_search import Cell, Search, without_repeats
from quizgen.draw.exposure import Exposure, Levels, by_preference, step_back
from quizgen.interaction import interaction
from quizgen.model import Item, ItemId, LessonId, Letter, ModuleId, TierId
from quizgen.paper import Paper, PaperItem
from quizgen.programme import Blueprint, Quota, Stratum

__all__ = [
    "CHECKED_SEED",
    "CannotFill",
    "Eligible",
    "Shortage",
    "assemble",
    "draw",
    "eligible",
    "shortages",
]

CHECKED_SEED = ""
"""The seed of the draw by which `shortages` finds that a bank fills a blueprint; with nothing had or used it does."""
_Picks = dict[Stratum, list[ItemId]]
_T = TypeVar("_T")

_NOBODY: frozenset[ItemId] = frozenset()
_UNUSED: Mapping[ItemId, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """A quota that cannot be filled: `found` of `quota.count` items can stand on one paper with the rest."""

    quota: Quota
    found: int

    def __str__(self) -> str:
        difficulty = self.quota.difficulty.label if self.quota.difficulty else "不限难度"
        where = f"{self.quota.type.label}、{self.quota.module}、{difficulty}"
        return f"{where}需要{self.quota.count}题，能同卷的只有{self.found}题"


class CannotFill(Exception):
    """The bank cannot fill the blueprint: which quotas, and how many items each could have."""

    def __init__(self, blueprint: str, shortages: Sequence[Shortage]) -> None:
        self.blueprint = blueprint
        self.shortages = list(shortages)
        super().__init__(blueprint, self.shortages)

    def __str__(self) -> str:
        cells = "；".join(map(str, self.shortages))
        return f"题库不足，按组卷方案“{self.blueprint}”出不了试卷：{cells}。请补充启用的试题、减少互斥题，或调小题量。"


def shortages(
    items: Iterable[Item], blueprint: Blueprint, *, tier: TierId, modules: Mapping[LessonId, ModuleId]
) -> list[Shortage]:
    """The quotas that the bank cannot fill for a tier, in the blueprint's order; empty when papers can be drawn."""
    try:
        draw(eligible(items, tier=tier, modules=modules), blueprint, seed=CHECKED_SEED, content="")
    except CannotFill as refusal:
        return refusal.shortages
    return []


def assemble(
    items: Iterable[Item],
    blueprint: Blueprint,
    *,
    tier: TierId,
    modules: Mapping[LessonId, ModuleId],
    seed: str,
    content: str,
    had: Set[ItemId] = frozenset(),
    uses: Mapping[ItemId, int] = _UNUSED,
) -> Paper:
    """One paper drawn straight from a bank; see `draw`, which spares the indexing of repeated draws."""
    index = eligible(items, tier=tier, modules=modules)
    return draw(index, blueprint, seed=seed, content=content, had=had, uses=uses)


def draw(
    index: Eligible,
    blueprint: Blueprint,
    *,
    seed: str,
    content: str,
    had: Set[ItemId] = frozenset(),
    uses: Mapping[ItemId, int] = _UNUSED,
) -> Paper:
    """A paper that meets every quota and holds no enemies, the same one for the same arguments; or `CannotFill`.

    In each stratum items of `had` come last and the least used (`uses`: papers so far) first, otherwise by chance.
    """
    rng = Random(seed)  # noqa: S311 - a paper must follow from its seed; secrecy lies in the seed
    exposure = Exposure(uses=uses, had=had)
    points = _points(blueprint)
    need = _need(index, points)
    levels = {stratum: exposure.levels(index.strata.get(stratum, ())) for stratum in need}
    step_back(levels, index.enemies)
    picks = _choose(index, need, levels, had=had, rng=rng)
    short = _shortages(blueprint, picks)
    if short:
        raise CannotFill(blueprint.id, short)
    balance(picks, index, points=points, levels=levels, exposure=exposure, rng=rng)
    places: list[PaperItem] = []
    for section in blueprint.sections:
        ids = [picks[quota.stratum].pop() for quota in section.quotas for _ in range(quota.count)]
        for id in _shuffled(ids, rng):
            options = tuple(interaction(section.type).fixed) or _shown(index, id, rng=rng)
            places.append(PaperItem(item=id, type=section.type, options=options, points=section.points))
    return Paper(content=content, blueprint=blueprint.id, seed=seed, items=tuple(places))


def _shown(index: Eligible, id: ItemId, *, rng: Random) -> tuple[Letter, ...]:
    shuffled, pinned = _shuffled(index.options[id], rng), index.pinned.get(id)
    if pinned is None:
        return tuple(shuffled)
    return (*(letter for letter in shuffled if letter not in pinned), *sorted(pinned))


def _shuffled(values: Sequence[_T], rng: Random) -> list[_T]:
    """In random order; only `random()` is promised to give the same sequence on every Python version."""
    return sorted(values, key=lambda _: rng.random())


def _shortages(blueprint: Blueprint, picks: _Picks) -> list[Shortage]:
    left = {stratum: len(ids) for stratum, ids in picks.items()}
    short = []
    for quota in blueprint.quotas:
        found = min(quota.count, left[quota.stratum])
        left[quota.stratum] -= found
        if found < quota.count:
            short.append(Shortage(quota=quota, found=found))
    return short


def _choose(
    index: Eligible, need: Mapping[Stratum, int], levels: Mapping[Stratum, Levels], *, had: Set[ItemId], rng: Random
) -> _Picks:
    """Items for each stratum: greedily, and by search where enemies make that fall short or repeat an item."""
    picks, is_best = _greedy(index, need, levels, had=had, rng=rng)
    if is_best:
        return picks
    pools = {stratum: list(by_preference(levels[stratum], rng)) for stratum in need}
    better = Search(without_repeats(need, pools, had=had), index.enemies).picks()
    if better or all(len(picks[stratum]) == count for stratum, count in need.items()):
        return better or picks
    cells = [Cell(stratum=stratum, count=count, pool=pools[stratum]) for stratum, count in need.items()]
    return Search(cells, index.enemies).picks() or picks


def _points(blueprint: Blueprint) -> Points:
    """What the items that each stratum gives are worth, the last on the paper first."""
    points: defaultdict[Stratum, list[float]] = defaultdict(list)
    for section in reversed(blueprint.sections):
        for quota in section.quotas:
            points[quota.stratum] += [section.points] * quota.count
    return points


def _need(index: Eligible, points: Points) -> dict[Stratum, int]:
    """How many items each stratum gives: those of one difficulty before those of any, then the tightest first."""
    spare = {stratum: len(index.strata.get(stratum, ())) - len(places) for stratum, places in points.items()}
    return {s: len(points[s]) for s in sorted(points, key=lambda s: (s[2] is None, spare[s]))}


def _greedy(
    index: Eligible, need: Mapping[Stratum, int], levels: Mapping[Stratum, Levels], *, had: Set[ItemId], rng: Random
) -> tuple[_Picks, bool]:
    """The preferred items of each stratum, and whether enemies cost neither an item nor a repeat."""
    taken: set[ItemId] = set()
    kept_apart: set[ItemId] = set()
    picks: _Picks = {}
    is_best = True
    for stratum, count in need.items():
        picked = picks[stratum] = []
        is_passed_over = False
        for id in by_preference(levels[stratum], rng):
            if len(picked) == count:
                break
            if id in kept_apart:
                is_passed_over |= id not in had
            elif id not in taken:
                picked.append(id)
                kept_apart |= index.enemies.get(id, _NOBODY)
                is_best &= not (is_passed_over and id in had)
        taken.update(picked)
        is_best &= len(picked) == count
    return picks, is_best
