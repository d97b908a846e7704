"""Drawing a paper of 50 from a bank of 2,000 against bare stratified sampling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from random import Random

from quizgen.assemble import draw, eligible
from quizgen.model import Difficulty, Item, ItemId, ItemType, LessonId, ModuleId
from quizgen.programme import Blueprint, Section
from tests.bench.measure import Figure, compared, medians
from tests.quizgen_factories import TIER, item, quota

DRAWS = 2_000
GOAL = 0.001
MODULES = tuple(f"module{letter}" for letter in "abcd")
CELLS = tuple(product(ItemType, MODULES, Difficulty))
SIZES = {ItemType.SINGLE: 25, ItemType.MULTIPLE: 10, ItemType.JUDGEMENT: 15}
ENEMIES = 200
"""Groups of three items that must not meet on a paper."""


def measure() -> Iterator[Figure]:
    """One bank without enemies and one with them; use counts grow as they do in the service."""
    for title, enemies in (("no enemies", 0), (f"{ENEMIES} groups of three enemies", ENEMIES)):
        yield _measure(title, bank(enemies))


def _measure(title: str, items: list[Item]) -> Figure:
    index = eligible(items, tier=TIER, modules={LessonId(f"{module}-01"): ModuleId(module) for module in MODULES})
    plan, uses, seeds = blueprint(), Counter[ItemId](), iter(range(10 * DRAWS))
    rng = Random(1)  # noqa: S311 - the same choices in every run

    def ours() -> None:
        paper = draw(index, plan, seed=str(next(seeds)), content="", uses=uses)
        uses.update(place.item for place in paper.items)

    def sampled() -> list[ItemId]:
        quotas = (quota for section in plan.sections for quota in section.quotas)
        return [id for q in quotas for id in rng.sample(index.strata[q.type, q.module, q.difficulty], q.count)]

    times = medians(ours, sampled, rounds=DRAWS, warm_up=50)
    return compared(f"draw: 50 of {len(items)}, {title}", times, yardstick="random.sample per stratum", most=GOAL)


def bank(enemies: int) -> list[Item]:
    """2,000 items, alike in number in each of 36 cells, and so many groups of three enemies spread over them."""
    counts = Counter(CELLS[number % len(CELLS)] for number in range(2_000))
    numbers = {module: iter(range(101, 10_000)) for module in MODULES}
    items = [
        item(f"{module}-01-{next(numbers[module])}", type=type, difficulty=difficulty)
        for (type, module, difficulty), count in counts.items()
        for _ in range(count)
    ]
    for first in range(enemies):
        group = [items[first], items[first + enemies], items[first + 2 * enemies]]
        for member in group:
            items[items.index(member)] = replace(member, enemies=frozenset(g.id for g in group if g is not member))
    return items


def blueprint() -> Blueprint:
    """25 single, 10 multiple and 15 judgements, spread over the modules and difficulties."""
    sections = []
    for type, size in SIZES.items():
        cells = Counter(list(product(MODULES, Difficulty))[number % 12] for number in range(size))
        quotas = tuple(
            quota(count, type=type, module=module, difficulty=difficulty)
            for (module, difficulty), count in cells.items()
        )
        sections.append(Section(type=type, points=2, quotas=quotas))
    return Blueprint(id="bench", sections=tuple(sections))
