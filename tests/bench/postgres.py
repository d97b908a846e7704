"""Many processes on PostgreSQL: beats by two workers, a report over a million learners, look-ups at that size."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from random import Random

from grader.accounts.signin import account_named
from grader.certificates.certify import verify_serial
from grader.domain.people.account import UnitId
from grader.settings import read_settings
from grader.store import migrate_store, open_store
from grader.store.kinds import DOSSIER, dossier_id
from tests.bench.bare_postgres import WORKERS
from tests.bench.beat import STUDIED, mid_year
from tests.bench.measure import Figure, compared, medians
from tests.bench.million import BEGUN, LEARNERS, UNITS, fill, learner_id, serial
from tests.e2e.process import GRADER, Deployment, Server, deploy
from tests.postgres_server import Database, any_server, fresh_database

READERS = 64
"""Each on a connection of its own, sending the next beat as soon as the last is answered."""
SECONDS = 5.0
TURNS = 3
GOAL_SHARE = 0.6
COUNTY, COUNTY_UNITS, GOAL_REPORT = 50_000, 500, 0.3


def measure() -> Iterator[Figure]:
    """Beats, on the server that the tests would use."""
    with (
        any_server(durable=True) as address,
        fresh_database(address) as database,
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
    ):
        yield _beats(database, Path(folder))
        with fresh_database(address) as county:
            yield _by_tier(county)


def _by_tier(database: Database) -> Figure:
    """What a unit report by tier or rank asks for, of all units of a county."""
    migrate_store(database.address)
    fill(database, learners=COUNTY, units=COUNTY_UNITS)
    with closing(open_store(database.address, exclusive=True)) as store:
        times = medians(
            lambda: store.cells("2026", at=BEGUN),
            lambda: store.figures("2026", at=BEGUN),
            rounds=7,
        )
    name = f"postgres: report by unit, tier and rank, {COUNTY:,} learners in {COUNTY_UNITS} units"
    return compared(name, times, yardstick="by unit alone", most=GOAL_REPORT)


def measure_million() -> Iterator[Figure]:
    """The report and the look-ups, on the same server."""
    with any_server(durable=True) as address, fresh_database(address) as database:
        yield from _at_a_million(database)


def _at_a_million(database: Database) -> Iterator[Figure]:
    """The yardstick of the report is one look at every row that it needs; of the look-ups, one row by its key."""
    migrate_store(database.address)
    size = fill(database)
    store, rng = open_store(database.address, exclusive=True), Random(1)  # noqa: S311 - the same in every run
    units = frozenset(UnitId(f"u{number}") for number in range(UNITS))
    few = frozenset(islice(units, 20))

    def all_rows() -> None:
        connection.execute("select (select count(placed_at) from learner), (select count(qualified) from progress)")

    def one_row() -> None:
        key = [learner_id(rng.randrange(LEARNERS))]
        connection.execute("select body::text from document where kind = 'account' and id = %s", key).fetchone()

    with database.connect() as connection, closing(store):
        report, narrow, floor = medians(
            lambda: store.figures("2026", at=BEGUN, units=units),
            lambda: store.figures("2026", at=BEGUN, units=few),
            all_rows,
            rounds=7,
        )
        by_serial, by_name, row = medians(
            lambda: verify_serial(store, serial(rng.randrange(LEARNERS // 10) * 10)),
            lambda: account_named(store, f"n{rng.randrange(LEARNERS)}"),
            one_row,
            rounds=300,
        )
    name, yardstick = (
        f"postgres: report, {LEARNERS:,} learners, {UNITS:,} units",
        f"reading all rows beside {size}-byte bodies",
    )
    yield compared(name, (report, floor), yardstick=yardstick, most=1)
    yield compared("postgres: report on 20 units of these", (narrow, floor), yardstick=yardstick, most=1)
    yield compared("postgres: certificate by serial", (by_serial, row), yardstick="one row by its key", most=0.005)
    yield compared("postgres: account by login name", (by_name, row), yardstick="one row by its key", most=0.005)


def _beats(database: Database, folder: Path) -> Figure:
    """The service and the bare handler in turns, each with two gunicorn workers, under the same client."""
    deployment = deploy(folder, learners=READERS, store=database.address)
    size = _fill(database, deployment)
    service = Server(
        deployment.data, arguments=(*GRADER, "serve", "--data", str(deployment.data), "--workers", str(WORKERS))
    )
    counts: dict[str, list[float]] = {"service": [], "bare": []}
    for _ in range(TURNS):
        with service:
            counts["service"].append(_per_second(service.port, deployment.cookies(datetime.now(UTC))))
        with _bare(database, folder) as bare:
            counts["bare"].append(_per_second(bare.port, [person.id for person in deployment.learners]))
    ours, floor = (sorted(counts[name])[TURNS // 2] for name in ("service", "bare"))
    return Figure(
        name=f"postgres: beats a second, {WORKERS} workers",
        figure=f"{ours:.0f}",
        yardstick=f"bare Flask, load and save of {size} bytes: {floor:.0f}",
        ratio=ours / floor,
        goal=f"ratio ≥ {GOAL_SHARE}",
        met=ours / floor >= GOAL_SHARE,
    )


def _fill(database: Database, deployment: Deployment) -> int:
    """Everybody in mid-year, in both tables; gives the size of a body in bytes."""
    store = open_store(read_settings(deployment.data).store, exclusive=True)
    now = datetime.now(UTC)
    for person in deployment.learners:
        dossier = mid_year(deployment, person, now)
        store.save(DOSSIER, dossier_id(dossier.programme, person.id), dossier, expected=0)
    store.close()
    with database.connect() as connection:
        connection.execute("create table bare (id text primary key, version integer, body json) with (fillfactor = 85)")
        connection.execute("insert into bare select summary->>'account', 1, body from document where kind = 'dossier'")
        [size] = connection.execute("select avg(length(body::text))::int from bare").fetchone() or [0]
    return int(str(size))


def _bare(database: Database, folder: Path) -> Server:
    command = (sys.executable, "-m", "tests.bench.bare_postgres", "--database", database.address)
    return Server(folder / "bare", arguments=command)


def _per_second(port: int, cookies: Sequence[str]) -> float:
    return asyncio.run(_answered(port, cookies)) / SECONDS


async def _answered(port: int, cookies: Sequence[str]) -> int:
    """How many beats are answered within the time, after a second of warming up."""
    begun = time.perf_counter() + 1
    counts = await asyncio.gather(*(_reader(port, cookie, begun, begun + SECONDS) for cookie in cookies))
    return sum(counts)


async def _reader(port: int, cookie: str, begun: float, end: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = _request(port, cookie)
    answered = 0
    try:
        while (now := time.perf_counter()) < end:
            await _ask(reader, writer, request)
            answered += now >= begun
    finally:
        writer.close()
    return answered


def _request(port: int, cookie: str) -> bytes:
    body = b'{"lesson":"%s","page":%d}' % (STUDIED[-1].encode(), len(STUDIED))
    head = (
        f"POST /api/beat HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        f"Cookie: xuefa={cookie}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _ask(reader: StreamReader, writer: StreamWriter, request: bytes) -> None:
    """Raises RuntimeError for any answer but 200."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    content = await reader.readexactly(length)
    if b" 200 " not in head[:20]:
        raise RuntimeError(f"a beat was answered with {head[:40]!r}: {content.decode()}")
