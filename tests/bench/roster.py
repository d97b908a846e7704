"""A roster of 5,000 learners: imported, imported again, written as a workbook and checked as a clerk's upload."""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from openpyxl import load_workbook

from grader.administration.roster.book.template import write_template
from grader.administration.roster.export import people_rows
from grader.administration.roster.importing import apply_import, check_roster, plan_import
from grader.administration.roster.rows import PersonRow, Roster, UnitRow
from grader.domain.people.account import Account, UnitId
from grader.store import open_store
from grader.store.base import Store
from grader.store.kinds import ACCOUNT, UNIT
from quizgen.model import TierId
from tests.bench.measure import Figure, compared, medians
from tests.grader_factories import AGENCY, programme, tier

LEARNERS, UNITS = 5_000, 50
GOAL_IMPORT, GOAL_AGAIN, GOAL_DRY_RUN, GOAL_WORKBOOK = 8.0, 3.0, 5.0, 3.0
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
        yield from _files(f"tiny:{folder}/imported", Path(folder))


def _files(url: str, folder: Path) -> Iterator[Figure]:
    """Of the people imported before: their workbook written, checked as a clerk's upload, and imported again."""
    rules = programme(tiers={AGENCY: tier()}, ranks={"科员": AGENCY})
    with closing(open_store(url, exclusive=True)) as store:
        units = {UnitId(row.id): row.summary for row in store.list(UNIT)}
        path, begun = folder / "roster.xlsx", time.perf_counter()
        with path.open("wb") as stream:
            write_template(stream, programme=rules, people=people_rows(store, units, rules))
        written = time.perf_counter()
        bare = sum(1 for _ in load_workbook(path, read_only=True)["花名册"].iter_rows(values_only=True))
        read = time.perf_counter()
        checked = check_roster(store, path, programme=rules, now=datetime.now(UTC))
        done = time.perf_counter()
    if not checked.is_sound or checked.plan.people or bare <= LEARNERS:
        raise RuntimeError("what was exported does not import as it is")
    size, yardstick = f"{checked.plan.unchanged:,} rows", "bare reading of it"
    made, looked, plain = written - begun, done - read, read - written
    yield compared(f"roster: export as a workbook, {size}", (made, plain), yardstick=yardstick, most=GOAL_WORKBOOK)
    yield compared(f"roster: dry run of a workbook, {size}", (looked, plain), yardstick=yardstick, most=GOAL_DRY_RUN)


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
