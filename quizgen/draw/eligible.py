"""What one tier's papers are drawn from, indexed once for all draws."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean

from quizgen.model import Item, ItemId, LessonId, Letter, ModuleId, TierId
from quizgen.programme import Stratum


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligible:
    """The items that a tier may get, by stratum, and what drawing must know of each."""

    strata: Mapping[Stratum, tuple[ItemId, ...]]
    enemies: Mapping[ItemId, frozenset[ItemId]]
    """Both ways, among eligible items only; an item without enemies has no entry."""
    options: Mapping[ItemId, tuple[Letter, ...]]
    pinned: Mapping[ItemId, frozenset[Letter]]
    """The options that come last; an item without any has no entry."""
    expected: Mapping[ItemId, float]
    """The share of points (0 to 1) that learners are expected to score."""
    measured: frozenset[ItemId]
    """The items whose share is a facility; that of the others is their level's estimate."""
    means: Mapping[Stratum, float]
    """The mean of `expected` over a stratum's items."""
    uneven: frozenset[Stratum]
    """The strata whose items differ in what is expected."""


def eligible(items: Iterable[Item], *, tier: TierId, modules: Mapping[LessonId, ModuleId]) -> Eligible:
    """The active items of a tier whose lesson belongs to a module; independent of the order of `items`."""
    usable = {
        item.id: item
        for item in sorted(items, key=lambda item: item.id)
        if item.is_active and item.lesson in modules and (not item.tiers or tier in item.tiers)
    }
    expected = {item.id: item.expected for item in usable.values()}
    strata: defaultdict[Stratum, list[ItemId]] = defaultdict(list)
    for item in usable.values():
        for difficulty in (item.difficulty, None):
            strata[item.type, modules[item.lesson], difficulty].append(item.id)
    shares = {stratum: [expected[id] for id in ids] for stratum, ids in strata.items()}
    return Eligible(
        strata={stratum: tuple(ids) for stratum, ids in strata.items()},
        enemies=_enemies(usable),
        options={item.id: tuple(item.options) for item in usable.values()},
        pinned={item.id: item.pinned for item in usable.values() if item.pinned},
        expected=expected,
        measured=frozenset(item.id for item in usable.values() if item.facility is not None),
        means={stratum: fmean(values) for stratum, values in shares.items()},
        uneven=frozenset(stratum for stratum, values in shares.items() if min(values) < max(values)),
    )


def _enemies(usable: Mapping[ItemId, Item]) -> dict[ItemId, frozenset[ItemId]]:
    enemies: defaultdict[ItemId, set[ItemId]] = defaultdict(set)
    for item in usable.values():
        for enemy in item.enemies:
            if enemy in usable and enemy != item.id:
                enemies[item.id].add(enemy)
                enemies[enemy].add(item.id)
    return {id: frozenset(others) for id, others in enemies.items()}
