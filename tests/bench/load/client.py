"""The load generator: one connection and one script a learner, kept alive; what was answered, how soon, and faults.

A script is a generator that gives requests and is sent their answers, so a later request may depend on an earlier
answer. It is a closed loop: nobody asks before the last answer is there.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

import psutil

from tests.bench.measure import percentile
from tests.e2e.process import Server

LATE_SECONDS = 15.0
"""How long after the end an answer is waited for before it counts as a fault."""
_PAUSE_SECONDS = 0.2
"""Before a learner whose connection failed opens another."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, head and body, and the status that is wanted; one that does not count is neither timed nor told."""

    request: bytes
    status: int = 200
    counts: bool = True
    after: float = 0
    """Seconds to wait before it is sent."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered; `head` is lower case."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """A header's value, "" where it is not there; the name is written in lower case."""
        return self.head.partition(f"\r\n{name}: ".encode())[2].partition(b"\r\n")[0].decode()


Script = Generator[Ask, Answer, None]
"""What one learner does; it starts again when it ends, or stops asking if it ended without asking anything."""


@dataclass
class Load:
    """What the learners met within `seconds` after the warm-up."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    """Seconds of each answer that counts."""
    by_second: Counter[int] = field(default_factory=Counter)
    """Answers in each whole second."""
    server_seconds: float = 0
    """Processor time of the server, warm-up included."""
    answered: int = 0
    """All answers, those of the warm-up and those that do not count included."""
    faults: Counter[str] = field(default_factory=Counter)
    """Also those of the warm-up and of requests that do not count."""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    @property
    def processor(self) -> float:
        """Seconds of the server's processor for each answer."""
        return self.server_seconds / self.answered if self.answered else float("inf")

    @property
    def slowest_second(self) -> int:
        """Answers in the second that had the fewest: a server that stalls now and then shows it here."""
        return min(self.by_second[second] for second in range(int(self.seconds)))

    def latency(self, part: float) -> float:
        """The seconds that this part of the answers did not exceed; infinite where nothing was answered."""
        return percentile(self.latencies, part) if self.latencies else float("inf")


def joined(loads: Sequence[Load]) -> Load:
    """Several turns as one; its seconds follow each other."""
    whole = Load(seconds=sum(load.seconds for load in loads))
    begun = 0
    for load in loads:
        whole.latencies += load.latencies
        whole.by_second.update({begun + second: count for second, count in load.by_second.items()})
        whole.faults += load.faults
        whole.server_seconds += load.server_seconds
        whole.answered += load.answered
        begun += int(load.seconds)
    return whole


def run(server: Server, scripts: Sequence[Script], *, seconds: float, warm_up: float = 1.0) -> Load:
    """Let each script be played by a learner for `warm_up` seconds uncounted, then for whole `seconds`."""
    before = _processor_seconds(server.pid)
    load = asyncio.run(_play_all(server.port, scripts, seconds=seconds, warm_up=warm_up))
    load.server_seconds = _processor_seconds(server.pid) - before
    return load


def _processor_seconds(pid: int) -> float:
    """Of a process and those that it started."""
    server = psutil.Process(pid)
    times = [process.cpu_times() for process in (server, *server.children(recursive=True))]
    return sum(spent.user + spent.system for spent in times)


async def _play_all(port: int, scripts: Sequence[Script], *, seconds: float, warm_up: float) -> Load:
    begin = time.perf_counter() + warm_up
    load = Load(seconds=seconds)
    await asyncio.gather(*(_Learner(port, script, load, begin=begin).play() for script in scripts))
    return load


class _Learner:
    """One script on one connection at a time."""

    def __init__(self, port: int, script: Script, load: Load, *, begin: float) -> None:
        self._port, self._script, self._load = port, script, load
        self._begin, self._end = begin, begin + load.seconds
        self._connection: _Connection | None = None

    async def play(self) -> None:
        ask = next(self._script, None)
        try:
            while ask is not None and time.perf_counter() + ask.after < self._end:
                if ask.after:
                    await asyncio.sleep(ask.after)
                answer = await self._answer(ask)
                try:
                    ask = self._script.send(answer) if answer else ask
                except StopIteration:
                    return
        finally:
            self._script.close()
            if self._connection:
                self._connection.close()

    async def _answer(self, ask: Ask) -> Answer | None:
        """The answer, or None for a fault, after which the same is asked again."""
        try:
            async with asyncio.timeout(self._end + LATE_SECONDS - time.perf_counter()):
                return await self._ask(ask)
        except (OSError, EOFError, TimeoutError) as fault:
            self._load.faults[repr(fault)] += 1
            if self._connection:
                self._connection.close()
            self._connection = None
            await asyncio.sleep(_PAUSE_SECONDS)
            return None

    async def _ask(self, ask: Ask) -> Answer:
        if self._connection is None or self._connection.is_closed:
            loop = asyncio.get_running_loop()
            _, self._connection = await loop.create_connection(_Connection, "127.0.0.1", self._port)
        asked = time.perf_counter()
        answer = await self._connection.ask(ask.request)
        answered = time.perf_counter()
        self._load.answered += 1
        if answer.status != ask.status:
            self._load.faults[f"{answer.status}: {answer.body[:80].decode('utf-8', 'replace')}"] += 1
        elif ask.counts and self._begin <= answered <= self._end:
            self._load.latencies.append(answered - asked)
            self._load.by_second[int(answered - self._begin)] += 1
        return answer


class _Connection(asyncio.Protocol):
    """HTTP/1.1, one request at a time, bodies by Content-Length."""

    def __init__(self) -> None:
        self._received = b""
        self._waiting: asyncio.Future[Answer] | None = None
        self.is_closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    async def ask(self, request: bytes) -> Answer:
        """Raises ConnectionError where the other side hangs up."""
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, rest = self._received.partition(b"\r\n\r\n")
        if not found or self._waiting is None or self._waiting.done():
            return
        answer = Answer(int(head[9:12]), head.lower(), rest)
        if len(rest) >= int(answer.header("content-length") or 0):
            self._received = b""
            self._waiting.set_result(answer)

    def connection_lost(self, _fault: Exception | None) -> None:
        self.is_closed = True
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(ConnectionResetError("closed before the answer"))

    def close(self) -> None:
        self._transport.close()
