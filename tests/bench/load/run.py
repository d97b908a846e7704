"""A scenario at several numbers of clients: the service and its floor in turns, under the same client."""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from grader.operation.serve import raise_file_limit
from tests.bench.load.client import Load, Script, joined, run
from tests.bench.load.machine import told
from tests.bench.load.scenario import Person, Scenario, floor_script
from tests.bench.measure import Figure, duration, unsynced
from tests.e2e.process import Deployment, Server, deploy

_THINKING = random.Random(2026)  # noqa: S311 - how long somebody thinks, nothing secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What is aimed at for a number of clients: the least share of the floor's rate, the longest p99 in seconds."""

    clients: int
    share: float | None = None
    p99: float | None = None


def measure_load(scenario: Scenario, goals: Sequence[Goal]) -> Iterator[Figure]:
    """Three lines for each number of clients; every turn is some seconds of the service, then as many of the floor.

    A server that has a quick and a slow state shows both in the turns, and in the slowest second.
    """
    raise_file_limit()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        with unsynced():
            deployment = deploy(folder, learners=max(scenario.learners, *(goal.clients for goal in goals)))
            sample = scenario.prepare(deployment)
        service = stack.enter_context(Server(deployment.data))
        floor = stack.enter_context(floor_server(folder / "floor", sample, writes=scenario.writes))
        cookies = deployment.cookies(datetime.now(UTC))
        for goal in goals:
            notes: list[str] = []
            pairs: list[tuple[Load, Load]] = []
            warm_up = 1 + goal.clients / 100  # each learner's documents are read once
            with told(notes):
                for _ in range(scenario.turns):
                    people = cookies[: goal.clients]
                    scripts = _scripts(scenario, deployment, people, service.port)
                    bare = _floor_scripts(scenario, people, floor.port)
                    pairs.append(
                        (
                            run(service, scripts, seconds=scenario.seconds, warm_up=warm_up),
                            run(floor, bare, seconds=scenario.seconds, warm_up=warm_up),
                        )
                    )
            yield from _figures(scenario, goal, pairs)
            print(f"  {scenario.name}, {goal.clients} clients: {notes[0]}", file=sys.stderr, flush=True)


def floor_server(folder: Path, sample: bytes, *, writes: int) -> Server:
    """The bare handler, which writes into a folder that is made for it; not started yet."""
    folder.mkdir()
    (folder / "sample").write_bytes(sample)
    module = (sys.executable, "-m", "tests.bench.load.floor")
    options = ("--folder", str(folder / "files"), "--sample", str(folder / "sample"), "--writes", str(writes))
    return Server(folder, arguments=(*module, *options))


def _scripts(scenario: Scenario, deployment: Deployment, cookies: Sequence[str], port: int) -> list[Script]:
    scripts = (scenario.script(person, deployment) for person in _people(cookies, port))
    return [_paced(script, scenario.pause) for script in scripts]


def _floor_scripts(scenario: Scenario, cookies: Sequence[str], port: int) -> list[Script]:
    return [_paced(floor_script(person), scenario.pause) for person in _people(cookies, port)]


def _paced(script: Script, pause: float) -> Script:
    """The script of somebody who thinks before each request, between nothing and twice as long as the pause."""
    try:
        ask = next(script)
        while True:
            answer = yield replace(ask, after=_THINKING.uniform(0, 2 * pause)) if pause else ask
            ask = script.send(answer)
    except StopIteration:
        return


def _people(cookies: Sequence[str], port: int) -> Iterator[Person]:
    return (Person(number, cookie, port) for number, cookie in enumerate(cookies))


def _figures(scenario: Scenario, goal: Goal, pairs: Sequence[tuple[Load, Load]]) -> Iterator[Figure]:
    ours, bare = joined([pair[0] for pair in pairs]), joined([pair[1] for pair in pairs])
    name = f"load: {scenario.name}, {goal.clients} clients"
    share = ours.rate / bare.rate if bare.rate else float("nan")
    yield Figure(
        name=f"{name}, a second (slowest)",
        figure=f"{ours.rate:.0f} ({ours.slowest_second})",
        yardstick=f"bare Flask, {scenario.writes} durable: {bare.rate:.0f} ({bare.slowest_second})",
        ratio=share,
        goal=f"ratio ≥ {goal.share:g}, no fault" if goal.share else "no fault",
        met=(not goal.share or share >= goal.share) and not ours.faults,
    )
    yield Figure(
        name=f"{name}, p50 p95 p99 max",
        figure=_spread(ours),
        yardstick=f"the same: {_spread(bare)}",
        ratio=ours.latency(0.99) / bare.latency(0.99),
        goal=f"p99 ≤ {duration(goal.p99)}" if goal.p99 else "-",
        met=ours.latency(0.99) <= goal.p99 if goal.p99 else None,
    )
    yield Figure(
        name=f"{name}, processor for each answer",
        figure=duration(ours.processor),
        yardstick=f"the same: {duration(bare.processor)}",
        ratio=ours.processor / bare.processor,
    )
    for side, load in (("service", ours), ("floor", bare)):
        for fault, count in load.faults.most_common(3):
            print(f"  {name}: {count} faults of the {side}: {fault}", file=sys.stderr, flush=True)


def _spread(load: Load) -> str:
    return " ".join(duration(load.latency(part)) for part in (0.5, 0.95, 0.99, 1))
