"""Drawing 50 items from a bank of 2,000: the time of one paper; over 10,000, how equal they are, how used the items.

Each stands beside bare stratified sampling. The bank's facilities spread inside every cell (standard deviation 0.1).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from random import Random
from statistics import pstdev

from quizgen.draw.assemble import Eligible, draw, eligible
from quizgen.model import Difficulty, Item, ItemId, ItemType, LessonId, ModuleId
from quizgen.programme import Blueprint, PaperSection
from tests.bench.measure import Figure, compared, medians
from tests.quizgen_factories import TIER, item, quota, varied

DRAWS = 2_000
PAPERS = 10_000
GOAL = 0.001
SPREAD = 0.5
"""The most points that the expected scores of papers may differ by, as a standard deviation."""
EXPOSURE = 1.2
"""The most uses of an item of a stratum through the fewest."""
MODULES = tuple(f"module{letter}" for letter in "abcd")
CELLS = tuple(product(ItemType, MODULES, Difficulty))
SIZES = {ItemType.SINGLE: 25, ItemType.MULTIPLE: 10, ItemType.JUDGEMENT: 15}
ENEMIES = 200
"""Groups of three items that must not meet on a paper."""


def measure() -> Iterator[Figure]:
    """One bank without enemies and one with them; use counts grow as they do in the service."""
    for title, enemies in (("no enemies", 0), (f"{ENEMIES} groups of three enemies", ENEMIES)):
        index = eligible(bank(enemies), tier=TIER, modules=_modules())
        yield from _times(title, index)
        yield from _papers(title, index)


def _modules() -> dict[LessonId, ModuleId]:
    return {LessonId(f"{module}-01"): ModuleId(module) for module in MODULES}


def _times(title: str, index: Eligible) -> Iterator[Figure]:
    """Balanced, with history: every other paper is a learner's second."""
    plan, uses, seeds = blueprint(), Counter[ItemId](), iter(range(10 * DRAWS))
    rng = Random(1)  # noqa: S311 - the same choices in every run
    had: set[ItemId] = set()

    def ours() -> None:
        seed = next(seeds)
        if seed % 2 == 0:
            had.clear()
        ids = [place.item for place in draw(index, plan, seed=str(seed), content="", uses=uses, had=had).items]
        uses.update(ids)
        had.update(ids)

    def sampled() -> list[ItemId]:
        return _sampled(index, plan, rng)

    def shuffled() -> list[list[str]]:
        return [rng.sample(index.options[id], len(index.options[id])) for id in sampled()]

    figure, bare, ordered = medians(ours, sampled, shuffled, rounds=DRAWS, warm_up=50)
    name = f"draw: 50 of 2000, {title}"
    yield compared(name, (figure, bare), yardstick="random.sample per stratum", most=GOAL)
    yield compared(name, (figure, ordered), yardstick="the same and options in order of chance", most=GOAL)


def _sampled(index: Eligible, plan: Blueprint, rng: Random) -> list[ItemId]:
    quotas = (quota for section in plan.sections for quota in section.quotas)
    return [id for quota in quotas for id in rng.sample(index.strata[quota.stratum], quota.count)]


def _papers(title: str, index: Eligible) -> Iterator[Figure]:
    plan, uses, plain_uses = blueprint(), Counter[ItemId](), Counter[ItemId]()
    rng = Random(1)  # noqa: S311 - the same choices in every run
    balanced, plain = [], []
    for seed in range(PAPERS):
        ids = [place.item for place in draw(index, plan, seed=str(seed), content="", uses=uses).items]
        uses.update(ids)
        balanced.append(2 * sum(index.expected[id] for id in ids))
        ids = _sampled(index, plan, rng)
        plain_uses.update(ids)
        plain.append(2 * sum(index.expected[id] for id in ids))
    yield _beside(f"sd of expected score, {title}", pstdev(balanced), pstdev(plain), most=SPREAD)
    most = max(_exposures(index, plan, uses)), max(_exposures(index, plan, plain_uses))
    yield _beside(f"most through least used, {title}", *most, most=EXPOSURE)


def _exposures(index: Eligible, plan: Blueprint, uses: Counter[ItemId]) -> Iterator[float]:
    for stratum in {each.stratum for section in plan.sections for each in section.quotas}:
        counts = [uses[id] for id in index.strata[stratum]]
        yield max(counts) / min(counts)


def _beside(name: str, figure: float, plain: float, *, most: float) -> Figure:
    return Figure(
        name=f"{PAPERS} papers: {name}",
        figure=f"{figure:.3f}",
        yardstick=f"random.sample per stratum: {plain:.3f}",
        ratio=figure / plain,
        goal=f"≤ {most:g}",
        met=figure <= most,
    )


def bank(enemies: int) -> list[Item]:
    """2,000 items, alike in number in each of 36 cells, and so many groups of three enemies spread over them."""
    counts = Counter(CELLS[number % len(CELLS)] for number in range(2_000))
    numbers = {module: iter(range(101, 10_000)) for module in MODULES}
    items = varied(
        item(f"{module}-01-{next(numbers[module])}", type=type, difficulty=difficulty)
        for (type, module, difficulty), count in counts.items()
        for _ in range(count)
    )
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
        sections.append(PaperSection(type=type, points=2, quotas=quotas))
    return Blueprint(id="bench", sections=tuple(sections))
