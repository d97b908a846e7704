"""Drawing papers from a bank, pure: quotas, enemies apart, least-used first. Standard library and pure modules only.

A stratum is what one quota draws from: the eligible items of a type, a module and a difficulty (or any difficulty).
Papers of one blueprint are parallel because the strata fix how many items of each difficulty a paper has; only
quotas of any difficulty leave room, and within a level of `_by_preference` any item is as good as another, which is
where a finer balance of expected scores belongs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import repeat
from random import Random
from types import MappingProxyType
from typing import TypeVar

from quizgen.model import JUDGEMENT_OPTIONS, Difficulty, Item, ItemId, ItemType, LessonId, Letter, ModuleId, TierId
from quizgen.paper import Paper, PaperItem
from quizgen.programme import Blueprint, Quota

Stratum = tuple[ItemType, ModuleId, Difficulty | None]
CHECKED_SEED = ""
"""The seed of the draw by which `shortages` finds that a bank fills a blueprint; with nothing had or used it does."""
_Picks = dict[Stratum, list[ItemId]]
_T = TypeVar("_T")

_NOBODY: frozenset[ItemId] = frozenset()
_UNUSED: Mapping[ItemId, int] = MappingProxyType({})
_AFTER_ALL_USES = 1 << 40
"""Added to the use count of items that the learner has had, so that they come after every other item."""
_STEPS = 5_000
"""How many choices the search for a paper without enemies may make before it gives up (well under a second)."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligible:
    """What one tier's papers are drawn from, indexed once for any number of draws."""

    strata: Mapping[Stratum, tuple[ItemId, ...]]
    enemies: Mapping[ItemId, frozenset[ItemId]]
    """Both ways, among eligible items only; an item without enemies has no entry."""
    options: Mapping[ItemId, tuple[Letter, ...]]


def eligible(items: Iterable[Item], *, tier: TierId, modules: Mapping[LessonId, ModuleId]) -> Eligible:
    """The active items of a tier whose lesson belongs to a module; independent of the order of `items`."""
    usable = {
        item.id: item
        for item in sorted(items, key=lambda item: item.id)
        if item.is_active and item.lesson in modules and (not item.tiers or tier in item.tiers)
    }
    strata: defaultdict[Stratum, list[ItemId]] = defaultdict(list)
    enemies: defaultdict[ItemId, set[ItemId]] = defaultdict(set)
    for item in usable.values():
        for difficulty in (item.difficulty, None):
            strata[item.type, modules[item.lesson], difficulty].append(item.id)
        for enemy in item.enemies:
            if enemy in usable and enemy != item.id:
                enemies[item.id].add(enemy)
                enemies[enemy].add(item.id)
    return Eligible(
        strata={stratum: tuple(ids) for stratum, ids in strata.items()},
        enemies={id: frozenset(others) for id, others in enemies.items()},
        options={item.id: tuple(item.options) for item in usable.values()},
    )


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
    picks = _choose(index, blueprint, had=had, uses=uses, rng=rng)
    short = _shortages(blueprint, picks)
    if short:
        raise CannotFill(blueprint.id, short)
    places: list[PaperItem] = []
    for section in blueprint.sections:
        ids = [
            picks[quota.type, quota.module, quota.difficulty].pop()
            for quota in section.quotas
            for _ in range(quota.count)
        ]
        for id in _shuffled(ids, rng):
            options = _shown(section.type, index.options[id], rng=rng)
            places.append(PaperItem(item=id, type=section.type, options=options, points=section.points))
    return Paper(content=content, blueprint=blueprint.id, seed=seed, items=tuple(places))


def _shown(type: ItemType, options: tuple[Letter, ...], *, rng: Random) -> tuple[Letter, ...]:
    return tuple(JUDGEMENT_OPTIONS) if type is ItemType.JUDGEMENT else tuple(_shuffled(options, rng))


def _shuffled(values: Sequence[_T], rng: Random) -> list[_T]:
    """In random order; only `random()` is promised to give the same sequence on every Python version."""
    return sorted(values, key=lambda _: rng.random())


def _shortages(blueprint: Blueprint, picks: _Picks) -> list[Shortage]:
    left = {stratum: len(ids) for stratum, ids in picks.items()}
    short = []
    for quota in (quota for section in blueprint.sections for quota in section.quotas):
        stratum = (quota.type, quota.module, quota.difficulty)
        found = min(quota.count, left[stratum])
        left[stratum] -= found
        if found < quota.count:
            short.append(Shortage(quota=quota, found=found))
    return short


def _choose(
    index: Eligible, blueprint: Blueprint, *, had: Set[ItemId], uses: Mapping[ItemId, int], rng: Random
) -> _Picks:
    """Items for each stratum: greedily, and by search where enemies make that fall short or repeat an item."""
    need = _need(index, blueprint)
    picks, is_best = _greedy(index, need, had=had, uses=uses, rng=rng)
    if is_best:
        return picks
    pools = {stratum: list(_by_preference(index, stratum, had=had, uses=uses, rng=rng)) for stratum in need}
    better = _Search(_without_repeats(need, pools, had=had), index.enemies).picks()
    if better or all(len(picks[stratum]) == count for stratum, count in need.items()):
        return better or picks
    cells = [_Cell(stratum=stratum, count=count, pool=pools[stratum]) for stratum, count in need.items()]
    return _Search(cells, index.enemies).picks() or picks


def _need(index: Eligible, blueprint: Blueprint) -> dict[Stratum, int]:
    """How many items each stratum gives: those of one difficulty before those of any, then the tightest first."""
    need: Counter[Stratum] = Counter()
    for section in blueprint.sections:
        for quota in section.quotas:
            need[quota.type, quota.module, quota.difficulty] += quota.count
    spare = {stratum: len(index.strata.get(stratum, ())) - count for stratum, count in need.items()}
    return {stratum: need[stratum] for stratum in sorted(need, key=lambda s: (s[2] is None, spare[s]))}


def _greedy(
    index: Eligible, need: Mapping[Stratum, int], *, had: Set[ItemId], uses: Mapping[ItemId, int], rng: Random
) -> tuple[_Picks, bool]:
    """The preferred items of each stratum, and whether enemies cost neither an item nor a repeat."""
    taken: set[ItemId] = set()
    kept_apart: set[ItemId] = set()
    picks: _Picks = {}
    is_best = True
    for stratum, count in need.items():
        picked = picks[stratum] = []
        is_passed_over = False
        for id in _by_preference(index, stratum, had=had, uses=uses, rng=rng):
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


def _by_preference(
    index: Eligible, stratum: Stratum, *, had: Set[ItemId], uses: Mapping[ItemId, int], rng: Random
) -> Iterator[ItemId]:
    """A stratum's items in the order in which a paper wants them: by level of use, by chance within a level."""
    pool = index.strata.get(stratum, ())
    levels: defaultdict[int, list[ItemId]] = defaultdict(list)
    for id, count in zip(pool, map(uses.get, pool, repeat(0)), strict=True):
        levels[count + _AFTER_ALL_USES if id in had else count].append(id)
    for level in sorted(levels):
        rest = levels[level]
        while rest:
            at = int(rng.random() * len(rest))
            rest[at], rest[-1] = rest[-1], rest[at]
            yield rest.pop()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """`count` items to be found in `pool`, which is in order of preference."""

    stratum: Stratum
    count: int
    pool: Sequence[ItemId]


def _without_repeats(
    need: Mapping[Stratum, int], pools: Mapping[Stratum, Sequence[ItemId]], *, had: Set[ItemId]
) -> list[_Cell]:
    """Cells that together repeat no more items of `had` than the sizes of the strata force."""
    cells = []
    taken: Counter[tuple[ItemType, ModuleId]] = Counter()
    for stratum, count in need.items():
        fresh = [id for id in pools[stratum] if id not in had]
        again = [id for id in pools[stratum] if id in had]
        spare = len(fresh) - (0 if stratum[2] else taken[stratum[:2]])
        first = min(count, spare)
        taken[stratum[:2]] += first
        cells.append(_Cell(stratum=stratum, count=first, pool=fresh))
        cells.append(_Cell(stratum=stratum, count=count - first, pool=again))
    return cells


class _Search:
    """Backtracking that keeps enemies apart: fills the tightest cell first and undoes what leaves another one short.

    Cells of any difficulty come last: an item left out of a cell of its own difficulty is of no use to them either,
    since it could change places with the one taken there instead.
    """

    def __init__(self, cells: Sequence[_Cell], enemies: Mapping[ItemId, frozenset[ItemId]]) -> None:
        self._cells = cells
        self._enemies = enemies
        self._pools = [sorted(cell.pool, key=self._number_of_enemies) for cell in cells]
        self._open = [cell.count for cell in cells]
        self._free = [len(cell.pool) for cell in cells]
        self._picked: list[list[ItemId]] = [[] for _ in cells]
        self._at: defaultdict[ItemId, list[int]] = defaultdict(list)
        for number, cell in enumerate(cells):
            for id in cell.pool:
                self._at[id].append(number)
        self._out: dict[ItemId, None] = {}
        self._steps = _STEPS

    def picks(self) -> _Picks | None:
        """Items for each stratum, or None when there is no such paper or the search gives up."""
        if any(free < count for free, count in zip(self._free, self._open, strict=True)) or not self._fill():
            return None
        picks: defaultdict[Stratum, list[ItemId]] = defaultdict(list)
        for cell, picked in zip(self._cells, self._picked, strict=True):
            picks[cell.stratum] += picked
        return dict(picks)

    def _fill(self) -> bool:
        cell = min((number for number, count in enumerate(self._open) if count), key=self._urgency, default=None)
        if cell is None:
            return True
        start = len(self._out)
        while self._steps > 0:
            id = next(id for id in self._pools[cell] if id not in self._out)
            before = len(self._out)
            if self._take(cell, id) and self._fill():
                return True
            self._give_back(cell, until=before)
            self._steps -= 1
            if not self._leave_out([id]):
                break
        self._restore(start)
        return False

    def _number_of_enemies(self, id: ItemId) -> int:
        return len(self._enemies.get(id, _NOBODY))

    def _urgency(self, cell: int) -> tuple[bool, int]:
        return self._cells[cell].stratum[2] is None, self._free[cell] - self._open[cell]

    def _take(self, cell: int, id: ItemId) -> bool:
        """Put an item on the paper; whether every cell can still be filled."""
        self._picked[cell].append(id)
        self._open[cell] -= 1
        return self._leave_out([id, *self._enemies.get(id, _NOBODY)])

    def _give_back(self, cell: int, *, until: int) -> None:
        self._picked[cell].pop()
        self._open[cell] += 1
        self._restore(until)

    def _leave_out(self, ids: Iterable[ItemId]) -> bool:
        for id in ids:
            if id not in self._out:
                self._out[id] = None
                for cell in self._at.get(id, ()):
                    self._free[cell] -= 1
        return all(free >= count for free, count in zip(self._free, self._open, strict=True))

    def _restore(self, until: int) -> None:
        """Bring back what was left out last, so that `until` items stay out."""
        while len(self._out) > until:
            id, _ = self._out.popitem()
            for cell in self._at.get(id, ()):
                self._free[cell] += 1
