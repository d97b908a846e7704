"""Signing in: how many a second beside bare argon2 on the same cores, at a fixed pace, and others beside it."""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

from argon2 import PasswordHasher

from grader.accounts.passwords import AT_ONCE
from tests.bench.load.machine import told
from tests.bench.load.scenario import BEATS, Person
from tests.bench.measure import Figure, duration, percentile, unsynced
from tests.e2e.process import PASSWORD, Deployment, Server, deploy

LEARNERS = 100
CLIENTS = 8
SECONDS, TURNS = 3.0, 2
PACE, MINUTE = 20, 60.0
"""Sign-ins a second, and for how many seconds."""
ALONE = 5.0
"""Seconds of beats without sign-ins."""
BEATS_A_SECOND = 67
"""Of 2,000 readers."""
OFFICE = 50
GOAL_SHARE, GOAL_P99, GOAL_OFFICE = 0.8, 0.3, 10.0
_TOKEN = re.compile(rb'name="token" value="([0-9a-f]+)"')
_COOKIE = re.compile(rb"(?i:set-cookie): xuefa=([^;]+)")
_LENGTH = re.compile(rb"(?i:content-length): (\d+)")


@dataclass
class Paced:
    """What was met at a fixed pace: seconds of each answer, and how often each status came."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def p99(self) -> float:
        return percentile(self.seconds, 0.99)


def measure() -> Iterator[Figure]:
    """Closed loop beside bare hashing, then the pace of a busy morning, then one office at once."""
    notes: list[str] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, told(notes):
        with unsynced():
            deployment = deploy(Path(folder), learners=LEARNERS)
            BEATS.prepare(deployment)
        with Server(deployment.data) as service:
            yield _closed_loop(service, deployment)
            yield from _beside_others(service, deployment)
            yield _office(service, deployment)
    print(f"  sign-ins: {notes[0]}", file=sys.stderr, flush=True)


def _closed_loop(service: Server, deployment: Deployment) -> Figure:
    names = cycle([learner.number for learner in deployment.learners])
    statuses, hashed = Counter[int](), 0.0
    for _ in range(TURNS):
        statuses += asyncio.run(_signing_in(service.port, names))
        hashed += _bare_hashes(SECONDS) / TURNS
    rate = statuses[302] / SECONDS / TURNS
    return Figure(
        name=f"sign-ins: {CLIENTS} clients",
        figure=f"{rate:.3g}/s, {statuses.total() - statuses[302]} refused",
        yardstick=f"bare argon2, {AT_ONCE} at a time: {hashed:.3g}/s",
        ratio=rate / hashed,
        goal=f"ratio ≥ {GOAL_SHARE}",
        met=rate >= GOAL_SHARE * hashed and statuses.keys() == {302},
    )


async def _signing_in(port: int, names: Iterator[str]) -> Counter[int]:
    """Everybody opens the form and sends it, again and again; gives how often each status came in time."""
    statuses, until = Counter[int](), time.perf_counter() + SECONDS

    async def client() -> None:
        while time.perf_counter() < until:
            status = await _sign_in(port, next(names))
            statuses[status] += time.perf_counter() <= until

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return statuses


def _bare_hashes(seconds: float) -> float:
    """Hashes a second that threads make which do nothing else, as many as the service makes at a time."""
    hasher = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)
    hash, until = hasher.hash(PASSWORD), time.perf_counter() + seconds
    counts = [0] * AT_ONCE

    def work(number: int) -> None:
        while time.perf_counter() < until:
            hasher.verify(hash, PASSWORD)
            counts[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _beside_others(service: Server, deployment: Deployment) -> Iterator[Figure]:
    signed, beats, alone = asyncio.run(_morning(service.port, deployment))
    refused = sum(signed.statuses.values()) - signed.statuses[302]
    yield Figure(
        name=f"sign-ins: {PACE} a second for {MINUTE:g} s",
        figure=f"{refused} refused, p99 {duration(signed.p99)}",
        yardstick=f"{sum(signed.statuses.values())} sent",
        goal="0 refused",
        met=not refused,
    )
    yield Figure(
        name=f"sign-ins: p99 of {BEATS_A_SECOND} beats a second beside them",
        figure=duration(beats.p99) + (f", {beats.statuses}" if beats.statuses.keys() != {200} else ""),
        yardstick=f"the same alone: {duration(alone.p99)}",
        ratio=beats.p99 / alone.p99,
        goal=f"≤ {duration(GOAL_P99)}",
        met=beats.p99 <= GOAL_P99 and beats.statuses.keys() == {200},
    )


async def _morning(port: int, deployment: Deployment) -> tuple[Paced, Paced, Paced]:
    names = cycle([learner.number for learner in deployment.learners])
    people = [Person(number, cookie, port) for number, cookie in enumerate(deployment.cookies(datetime.now(UTC)))]
    turns = cycle(people)

    async def beat() -> int:
        ask = next(BEATS.script(next(turns), deployment))
        return await exchange(port, [lambda _head, _body: ask.request])

    async def sign_in() -> int:
        return await _sign_in(port, next(names))

    alone = await paced(beat, BEATS_A_SECOND, ALONE)
    signed, beats = await asyncio.gather(paced(sign_in, PACE, MINUTE), paced(beat, BEATS_A_SECOND, MINUTE))
    return signed, beats, alone


def _office(service: Server, deployment: Deployment) -> Figure:
    """Everybody of an office at once, each with a browser of their own."""

    async def all_at_once() -> Paced:
        met, begun = Paced(), time.perf_counter()

        async def one(name: str) -> None:
            met.statuses[await _sign_in(service.port, name)] += 1
            met.seconds.append(time.perf_counter() - begun)

        await asyncio.gather(*(one(learner.number) for learner in deployment.learners[:OFFICE]))
        return met

    met, hashed = asyncio.run(all_at_once()), _bare_hashes(SECONDS)
    return Figure(
        name=f"sign-ins: {OFFICE} of one office at once",
        figure=f"{met.statuses[302]} in, the last after {duration(max(met.seconds))}",
        yardstick=f"bare argon2: {duration(OFFICE / hashed)}",
        ratio=max(met.seconds) * hashed / OFFICE,
        goal=f"all within {GOAL_OFFICE:g} s",
        met=met.statuses[302] == OFFICE and max(met.seconds) <= GOAL_OFFICE,
    )


async def paced(act: Callable[[], Awaitable[int]], pace: float, seconds: float) -> Paced:
    """Begin so many a second, whether or not the earlier ones have ended."""
    met, begun = Paced(), time.perf_counter()

    async def one(number: int) -> None:
        await asyncio.sleep(max(begun + number / pace - time.perf_counter(), 0))
        started = time.perf_counter()
        met.statuses[await act()] += 1
        met.seconds.append(time.perf_counter() - started)

    await asyncio.gather(*(one(number) for number in range(int(pace * seconds))))
    return met


async def _sign_in(port: int, name: str) -> int:
    def form(head: bytes, body: bytes) -> bytes:
        token, cookie = _TOKEN.search(body), _COOKIE.search(head)
        assert token
        assert cookie
        fields = f"token={token[1].decode()}&name={name}&password={PASSWORD}".encode()
        person = Person(0, cookie[1].decode(), port)
        return person.post("/my/sign-in", fields, type="application/x-www-form-urlencoded")

    return await exchange(port, [lambda _head, _body: Person(0, "", port).get("/my/sign-in"), form])


async def exchange(port: int, asks: Sequence[Callable[[bytes, bytes], bytes]]) -> int:
    """Ask on one connection, each time what is made of the answer before; gives the last status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = body = b""
    try:
        for ask in asks:
            writer.write(ask(head, body))
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            body = await reader.readexactly(int(length[1])) if length else b""
    finally:
        writer.close()
    return int(head[9:12])
