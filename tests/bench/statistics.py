"""Statistics of 20,000 attempts of 50 items against bare reading of the same attempts, in memory and on the disk."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from random import Random

from grader.administration.publish import publish
from grader.administration.statistics import count_attempts
from grader.domain.exam.attempt import Attempt, Given
from grader.domain.people.account import AccountId
from grader.store import open_store
from grader.store.base import Store
from grader.store.kinds import ATTEMPT
from quizgen.draw.assemble import draw, eligible
from quizgen.model import Item, ItemId, Letter
from tests.bench.draw import MODULES, bank, blueprint
from tests.bench.measure import Figure, compared, unsynced
from tests.grader_factories import AGENCY, NOON, attempt, content, lesson, programme, tier

ATTEMPTS = 20_000
GOAL_RATIO = 2.0
"""At most twice as long as the reading alone, whatever the store."""


def measure() -> Iterator[Figure]:
    """Each store's statistics beside the bare loading of every attempt."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for title, url in (("memory", "memory:"), ("tiny store", f"tiny:{folder}/store")):
            with closing(open_store(url, exclusive=True)) as store:
                with unsynced():
                    _fill(store)
                begun = time.perf_counter()
                for row in store.list(ATTEMPT):
                    store.load(ATTEMPT, row.id)
                read = time.perf_counter()
                count_attempts(store, "2026", now=NOON + timedelta(days=1))
                seconds = time.perf_counter() - read
                name = f"statistics: {ATTEMPTS:,} attempts, {title}"
                yield compared(name, [seconds, read - begun], yardstick="loading each", most_ratio=GOAL_RATIO)


def _fill(store: Store) -> None:
    items = bank(0)
    plan = programme(
        modules=dict.fromkeys(MODULES, "模块"),
        blueprints={"bench": blueprint()},
        tiers={AGENCY: tier(blueprint="bench", required=(), electives=())},
    )
    held = content(programme=plan, lessons=[lesson(f"{name}-01") for name in MODULES], items=tuple(items))
    digest = publish(store, held, by="bench", now=NOON).digest
    index, rng = eligible(items, tier=AGENCY, modules=held.modules), Random(1)  # noqa: S311 - the same in every run
    known = held.exam_items()
    for number in range(ATTEMPTS):
        sat = attempt(f"t{number:05}", account=AccountId(f"a{number:05}"), submitted=NOON)
        paper = draw(index, plan.blueprints["bench"], seed=str(number), content=digest)
        store.save(ATTEMPT, sat.id, _answered(replace(sat, paper=paper), known, rng), expected=0)


def _answered(sat: Attempt, items: dict[ItemId, Item], rng: Random) -> Attempt:
    """Right in seven of ten, otherwise the first option."""
    responses = {
        place.item: Given(
            options=items[place.item].key if rng.random() < 0.7 else frozenset({Letter(place.options[0])}),
            sequence=number,
            at=NOON,
        )
        for number, place in enumerate(sat.paper.items)
    }
    return replace(sat, responses=responses)
