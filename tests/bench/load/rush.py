"""Everybody hands in at one moment, as at the end of an office's exam: when the last one has an answer."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from grader.operation.serve import raise_file_limit
from tests.bench.load.client import Load, Script, run
from tests.bench.load.run import floor_server
from tests.bench.load.scenario import Person, floor_script
from tests.bench.load.sitting import Sitting
from tests.bench.measure import Figure, duration, unsynced
from tests.e2e.process import Server, deploy

LEARNERS = 500
GOAL_SECONDS = 3.0
_LONGEST_SECONDS = 30.0


def measure() -> Iterator[Figure]:
    """The service, then the floor with as many durable writes, once each."""
    raise_file_limit()
    with ExitStack() as stack:
        folder, sitting = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))), Sitting()
        with unsynced():
            deployment = deploy(folder, learners=LEARNERS)
            sample = sitting.everybody_has_begun(deployment)
        service = stack.enter_context(Server(deployment.data))
        floor = stack.enter_context(floor_server(folder / "floor", sample, writes=2))
        cookies = deployment.cookies(datetime.now(UTC))
        everybody = [Person(number, cookie, service.port) for number, cookie in enumerate(cookies)]
        last, ours = _rush(service, [sitting.hand_in_once(person, deployment) for person in everybody])
        everybody = [replace(person, port=floor.port) for person in everybody]
        last_of_floor, bare = _rush(floor, [_once(floor_script(person)) for person in everybody])
    faults = sum(ours.faults.values())
    yield Figure(
        name=f"load: {LEARNERS} submits of 50 at one moment, the last answered after",
        figure=f"{duration(last)}, {faults} faults",
        yardstick=f"bare Flask, 2 durable: {duration(last_of_floor)}, {sum(bare.faults.values())} faults",
        ratio=last / last_of_floor,
        goal=f"≤ {GOAL_SECONDS:g} s, no fault",
        met=last <= GOAL_SECONDS and not faults,
    )


def _rush(server: Server, scripts: Sequence[Script]) -> tuple[float, Load]:
    """Seconds until the last of them was answered, connecting included."""
    begun = time.perf_counter()
    load = run(server, scripts, seconds=_LONGEST_SECONDS, warm_up=0)
    return time.perf_counter() - begun, load


def _once(script: Script) -> Script:
    yield next(script)
