"""Beats beside clients that send half a request or nothing: what everybody else waits, with them and without."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from grader.operation.serve import raise_file_limit
from tests.bench.load.client import Load, Script, joined, run
from tests.bench.load.scenario import BEATS, Person
from tests.bench.measure import Figure, duration, unsynced
from tests.e2e.process import Server, deploy

CLIENTS = 16
TURNS = 3
SECONDS = 5.0
MOST_RATIO = 1.25
_HEAD = b"POST /api/beat HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 50\r\n"
COMPANY: dict[str, tuple[int, bytes]] = {
    "14 half-sent bodies": (14, _HEAD + b'\r\n{"lesson"'),
    "14 half-sent heads": (14, _HEAD),
    "14 silent connections": (14, b""),
    "6,000 idle connections": (6000, b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
}
"""How many there are, and what each of them sends before it waits for ever."""


def measure() -> Iterator[Figure]:
    """One line for each kind of company; the yardstick is the same service alone, in turns."""
    raise_file_limit()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        with unsynced():
            deployment = deploy(folder, learners=CLIENTS)
            BEATS.prepare(deployment)
        service = stack.enter_context(Server(deployment.data))
        cookies = deployment.cookies(datetime.now(UTC))

        def load() -> Load:
            people = (Person(number, cookie, service.port) for number, cookie in enumerate(cookies))
            scripts: list[Script] = [BEATS.script(person, deployment) for person in people]
            return run(service, scripts, seconds=SECONDS)

        for name, (count, sent) in COMPANY.items():
            pairs: list[tuple[Load, Load]] = []
            for _ in range(TURNS):
                with beside(service.port, count, sent):
                    disturbed = load()
                pairs.append((disturbed, load()))
            yield _figure(name, pairs)


@contextmanager
def beside(port: int, count: int, sent: bytes) -> Iterator[None]:
    """So many connections that send this and then nothing; closed at the end."""
    with ExitStack() as stack:
        for _ in range(count):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            client.sendall(sent)
        yield


def _figure(name: str, pairs: Sequence[tuple[Load, Load]]) -> Figure:
    disturbed, alone = joined([pair[0] for pair in pairs]), joined([pair[1] for pair in pairs])
    ratio = disturbed.latency(0.99) / alone.latency(0.99)
    return Figure(
        name=f"load: p99 of {CLIENTS} clients beside {name} (a second)",
        figure=f"{duration(disturbed.latency(0.99))} ({disturbed.rate:.0f})",
        yardstick=f"alone: {duration(alone.latency(0.99))} ({alone.rate:.0f})",
        ratio=ratio,
        goal=f"ratio ≤ {MOST_RATIO:g}, no fault",
        met=ratio <= MOST_RATIO and not disturbed.faults,
    )
