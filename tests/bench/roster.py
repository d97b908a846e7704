"""Importing a roster of 5,000 learners, and importing the same file again, in memory and on the disk."""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import product

from grader.administration.roster.importing import apply_import, plan_import
from grader.administration.roster.rows import PersonRow, Roster, UnitRow
from grader.domain.account import Account
from grader.store import open_store
from grader.store.base import Store
from grader.store.kinds import ACCOUNT
from quizgen.model import TierId
from tests.bench.measure import Figure, compared, medians

LEARNERS, UNITS = 5_000, 50
GOAL_IMPORT, GOAL_AGAIN = 8.0, 3.0
SURNAMES, MIDDLES, LASTS = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许",
    "学知守用尊崇明普遵依",
    "法律宪民刑行政经社国安全保密家文化教育科技",
)


def measure() -> Iterator[Figure]:
    """Each import beside the bare saving, each import again beside the bare reading, of the same 5,000 accounts."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        yield from _import("memory", "memory:", "memory:")
        yield from _import("tiny store", f"tiny:{folder}/imported", f"tiny:{folder}/saved")


def _import(title: str, url: str, plain_url: str) -> Iterator[Figure]:
    imported, saved = (open_store(place, exclusive=True) for place in (url, plain_url))
    with closing(imported) as store, closing(saved) as plain:
        first = _timed_import(store)
        again = _timed_import(store)
        accounts = [stored.value for row in store.list(ACCOUNT) if (stored := store.load(ACCOUNT, row.id))]
        bare_save, bare_load = _timed_saves(plain, accounts), _timed_loads(plain)
    size = f"{len(accounts):,} learners, {title}"
    yield compared(f"roster: {size}", (first, bare_save), yardstick="bare saves", most=GOAL_IMPORT)
    yield compared(f"roster: again, {size}", (again, bare_load), yardstick="bare loads", most=GOAL_AGAIN)


def _timed_import(store: Store) -> float:
    """Plan as shown to the administrator, then import."""
    now, begun = datetime.now(UTC), time.perf_counter()
    plan = plan_import(store, roster(), programme="2026", now=now)
    result = apply_import(store, plan, by="bench", now=now, new_id=lambda: secrets.token_hex(8))
    if result.refused:
        raise RuntimeError(f"rows were refused: {result.refused[:3]}")
    return time.perf_counter() - begun


def _timed_saves(store: Store, accounts: list[Account]) -> float:
    """Seconds for all of them at the median pace: single writes that the disk holds up for long tell nothing."""
    saves = iter(accounts)

    def save() -> None:
        account = next(saves)
        store.save(ACCOUNT, account.id, account, expected=0)

    return medians(save, rounds=len(accounts), warm_up=0)[0] * len(accounts)


def _timed_loads(store: Store) -> float:
    begun = time.perf_counter()
    for row in store.list(ACCOUNT):
        store.load(ACCOUNT, row.id)
    return time.perf_counter() - begun


def roster() -> Roster:
    """50 units of 100 people with telephones; every name is borne by one or two of them."""
    names = ["".join(parts) for parts in product(SURNAMES, MIDDLES, LASTS)]
    units = tuple(
        UnitRow(row=n, code=f"900001{n:03d}", name=f"示例单位{n}", parent="" if n == 1 else "900001001")
        for n in range(1, UNITS + 1)
    )
    people = tuple(
        PersonRow(
            row=n,
            unit=units[n % UNITS].code,
            name=names[n % len(names)],
            tier=TierId("agency"),
            rank="科员",
            telephone=f"1000{n:07d}",
            order_number=n // UNITS + 1,
        )
        for n in range(LEARNERS)
    )
    return Roster(units=units, people=people)
