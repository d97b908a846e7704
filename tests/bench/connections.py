"""Two thousand readers with a lesson open, each on a connection of its own, against a real `grader serve`."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import tempfile
import time
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from grader.operation.serve import raise_file_limit
from grader.study import INTERVAL
from tests.bench.measure import Figure, duration, percentile, unsynced
from tests.e2e.notice_2024 import REQUIRED
from tests.e2e.process import TIER, Deployment, Server, deploy

READERS = 2_000
ROUNDS = 2
"""Beats of each reader; the first opens the page."""
OPENING_SECONDS = 10.0
"""Over which the connections are opened, before the first beat."""
LESSON = REQUIRED[TIER][0]
BARE = (sys.executable, "-m", "tests.bench.bare")


@dataclass
class Load:
    """What the readers met: seconds of each answer, and what was not answered as it should be."""

    latencies: list[float] = field(default_factory=list)
    refused: int = 0
    errors: list[str] = field(default_factory=list)
    server_seconds: float = 0
    """Processor time of the server's process."""


def measure() -> Iterator[Figure]:
    """The service and its yardstick one after the other, under the same load by the same client."""
    raise_file_limit()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        with unsynced():
            deployment = deploy(Path(folder), learners=READERS)
        floor = _loaded(Server(deployment.data, arguments=BARE), deployment)
        service = _loaded(Server(deployment.data), deployment)
    for part in (0.5, 0.95, 0.99):
        ours, bare = percentile(service.latencies, part), percentile(floor.latencies, part)
        yield Figure(
            name=f"connections: p{part * 100:g} of {len(service.latencies):,} beats, {READERS:,} open",
            figure=duration(ours),
            yardstick=f"bare Flask and waitress: {duration(bare)}",
            ratio=ours / bare,
        )
    yield Figure(
        name="connections: processor time of the server",
        figure=duration(service.server_seconds),
        yardstick=f"bare Flask and waitress: {duration(floor.server_seconds)}",
        ratio=service.server_seconds / floor.server_seconds,
    )
    yield Figure(
        name="connections: refused, other faults",
        figure=f"{service.refused}, {len(service.errors)}" + "".join(f" ({fault})" for fault in service.errors[:1]),
        yardstick=f"bare Flask and waitress: {floor.refused}, {len(floor.errors)}",
        goal="0, 0",
        met=not service.refused and not service.errors and len(service.latencies) == READERS * ROUNDS,
    )


def _loaded(server: Server, deployment: Deployment) -> Load:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with server:
        load = asyncio.run(_read_together(server.port, deployment.cookies(datetime.now(UTC))))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    load.server_seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return load


async def _read_together(port: int, cookies: Sequence[str]) -> Load:
    load, begun = Load(), time.perf_counter()
    await asyncio.gather(
        *(_read(port, cookie, load, place=number / len(cookies), begun=begun) for number, cookie in enumerate(cookies))
    )
    return load


async def _read(port: int, cookie: str, load: Load, *, place: float, begun: float) -> None:
    """Open a connection, then send a beat every 30 s; `place` from 0 to 1 tells this reader's turn."""
    await _until(begun + place * OPENING_SECONDS)
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        load.refused += 1
        return
    page: int | None = None
    try:
        for number in range(ROUNDS):
            await _until(begun + OPENING_SECONDS + (place + number) * INTERVAL)
            page = await _beat(reader, writer, cookie, page=page, port=port, load=load)
    except (OSError, EOFError, ValueError) as fault:
        load.errors.append(repr(fault))
    finally:
        writer.close()


async def _until(moment: float) -> None:
    await asyncio.sleep(max(moment - time.perf_counter(), 0))


async def _beat(
    reader: StreamReader, writer: StreamWriter, cookie: str, *, page: int | None, port: int, load: Load
) -> int:
    """One request and its answer; gives the page's number. Raises ValueError for any answer but 200."""
    body = json.dumps({"lesson": LESSON, "page": page}).encode()
    head = (
        f"POST /api/beat HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        f"Cookie: xuefa={cookie}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    begun = time.perf_counter()
    writer.write(head.encode() + body)
    await writer.drain()
    answered = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    lines = answered.split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    content = await reader.readexactly(int(headers["content-length"]))
    load.latencies.append(time.perf_counter() - begun)
    if " 200 " not in lines[0]:
        raise ValueError(f"{lines[0]}: {content.decode()}")
    return int(json.loads(content)["page"])
