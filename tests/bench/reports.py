"""Reports on the embedded store at 5,000 and 50,000 learners: pages, figures, files, and beats beside an export."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from flask.testing import FlaskClient

from grader.store.kinds import ACCOUNT
from grader.store.update import update
from tests.bench import beat
from tests.bench.county import (
    A_UNIT,
    MEMORY,
    PAGE_GOALS,
    REPORT_GOALS,
    ROUNDS,
    SIZES,
    browser_of,
    fill,
    settled_in,
    store_of,
)
from tests.bench.measure import Figure, compared, duration, medians, percentile
from tests.e2e.process import Deployment

MOST_BYTES = 60_000
GOAL_WORKBOOK = 3.0
GOAL_BESIDE = 0.1
BEATS = 400


def measure() -> Iterator[Figure]:
    """Each size by itself, beside a county of 100 learners; then beats beside a workbook of 5,000 rows."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        small = fill(Path(folder, "small"), A_UNIT)
        for size in SIZES:
            yield from measure_at(small, fill(Path(folder, str(size)), size), size)
        yield from _beats_beside()


def measure_at(small: Deployment, county: Deployment, size: int) -> Iterator[Figure]:
    """The pages and files of one size."""
    day = (datetime.now(UTC) - timedelta(days=20)).date().isoformat()
    pages = {
        "learners": "reports/learners",
        "learners, one state": "reports/learners?state=exam_due",
        "learners, those one figure counted": "reports/learners?measure=hours_due&page=3",
        "learners, by hours": "reports/learners?order=hours",
        "learners of three weeks ago, one state": f"reports/learners?state=not_started&day={day}",
        "supervision": "supervision",
    }
    reports = {
        "units": "reports/units",
        "units, by tier": "reports/units?by=tier",
        "units three weeks ago": f"reports/units?day={day}",
        "weeks": "reports/progress",
    }
    with closing(store_of(small)) as few, closing(store_of(county)) as many:
        browsers = browser_of(county, many), browser_of(small, few)
        for title, path in (pages | reports).items():
            goal = PAGE_GOALS[size] if title in pages else REPORT_GOALS[size] if title != "weeks" else None
            yield from _page(browsers, title, path, size, goal)
        if size == SIZES[0]:
            for format, most in (("xlsx", GOAL_WORKBOOK), ("csv", None), ("pdf", None)):
                work = [partial(opened, browser, f"reports/learners/{format}") for browser in browsers]
                times = medians(*work, rounds=2)
                name = f"reports: {format.upper()} of {size:,} rows"
                yield compared(name, times, yardstick=f"of {A_UNIT} rows", most=most)


def _page(
    browsers: tuple[FlaskClient, FlaskClient], title: str, path: str, size: int, goal: float | None
) -> Iterator[Figure]:
    times = medians(*(partial(opened, browser, path) for browser in browsers), rounds=ROUNDS)
    length = len(opened(browsers[0], path))
    if length > MOST_BYTES:
        raise RuntimeError(f"{path} has {length} bytes")
    name = f"reports: {title}, {length / 1000:.0f} kB, {size:,} learners"
    yield compared(name, times, yardstick=f"the same, {A_UNIT} learners", most=goal)


def opened(browser: FlaskClient, path: str) -> bytes:
    """The page or file; raises RuntimeError for anything but success."""
    answer = browser.get(f"/admin/{path}", base_url="http://127.0.0.1")
    if answer.status_code != 200:
        raise RuntimeError(f"{path} came with {answer.status}")
    data: bytes = answer.data
    return data


def _beats_beside() -> Iterator[Figure]:
    """How long the slowest beats take while somebody exports, and while nobody does."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        county = beat.county_of(folder, SIZES[0], stack)
        for row in county.store.list(ACCOUNT, role="county"):
            update(county.store, ACCOUNT, row.id, settled_in)
        browser, work = browser_of(county.deployment, county.store), beat.requests_of(county)
        opened(browser, "reports/learners/xlsx")
        alone = _percentile(work, lambda: None)
        beside = _percentile(work, partial(opened, browser, "reports/learners/xlsx"))
    yield Figure(
        name=f"reports: p99 of beats beside an export of {SIZES[0]:,} rows",
        figure=duration(beside),
        yardstick=f"without: {duration(alone)}",
        ratio=beside / alone,
        goal=f"≤ {duration(GOAL_BESIDE)}",
        met=beside <= GOAL_BESIDE,
    )


def _percentile(work: Callable[[], object], beside: Callable[[], object]) -> float:
    """The 99th percentile of the work's seconds while the other one is done again and again."""
    ends, taken = threading.Event(), []

    def repeat() -> None:
        while not ends.is_set():
            beside()
            ends.wait(0.01)

    other = threading.Thread(target=repeat)
    other.start()
    try:
        for _ in range(BEATS):
            begun = time.perf_counter()
            work()
            taken.append(time.perf_counter() - begun)
            time.sleep(0.005)
    finally:
        ends.set()
        other.join()
    return percentile(taken, 0.99)
