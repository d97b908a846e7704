"""The HTTP server against slow, silent, greedy and rude clients: everybody else is answered all the same."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from threading import Barrier, Event

import pytest
from flask import Flask, Response, request

pytest.importorskip("grader.operation.http_server", reason="for Linux only")

from grader.operation.http_server import LongWork, Server
from grader.operation.letting_in import SOONER_SECONDS
from grader.operation.serve import listen

THREADS = 3
MANY = 14
"""Bad clients: more than there are threads."""
HEAD = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n"
LARGE = 12_000_000
"""Bytes: more than the system buffers for one connection."""


@dataclass
class Served:
    """A running server and the application's state."""

    port: int
    server: Server
    meeting: Barrier = field(default_factory=lambda: Barrier(THREADS))
    go_on: Event = field(default_factory=Event)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)


def _application(meeting: Barrier, go_on: Event) -> Flask:
    app = Flask("served")

    @app.post("/echo")
    def echo() -> bytes:
        return request.get_data()

    @app.get("/cores")
    @app.get("/long/cores")
    def cores() -> str:
        return " ".join(map(str, sorted(os.sched_getaffinity(0))))

    @app.get("/large")
    def large() -> bytes:
        return b"x" * LARGE

    @app.get("/stream")
    def stream() -> Response:
        return Response(b"x" * 1000 for _ in range(100))

    @app.get("/meet")
    def meet() -> str:
        return str(meeting.wait(timeout=10) >= 0)

    @app.get("/long")
    def long() -> str:
        return str(go_on.wait(timeout=10))

    @app.get("/broken")
    def broken() -> Response:
        def halves() -> Iterator[bytes]:
            yield b"one half"
            raise RuntimeError("the other half is missing")

        return Response(halves(), headers={"Content-Length": "16"})

    return app


def _server(
    listener: socket.socket,
    app: Flask,
    *,
    connections: int = 100,
    idle_seconds: float = 60,
    longest_line: int = 100,
    core: int | None = None,
) -> Server:
    return Server(
        app,
        listener,
        threads=THREADS,
        connections=connections,
        idle_seconds=idle_seconds,
        largest_body=1_000_000,
        largest_head=10_000,
        long_work=[
            LongWork(
                takes=lambda _, path: path.startswith("/long"), threads=1, longest_line=longest_line, computes=True
            )
        ],
        core=core,
    )


@contextmanager
def serving(
    *, connections: int = 100, idle_seconds: float = 60, longest_line: int = 100, core: int | None = None
) -> Iterator[Served]:
    meeting, go_on = Barrier(THREADS), Event()
    listener = listen("127.0.0.1", 0)
    server = _server(
        listener,
        _application(meeting, go_on),
        connections=connections,
        idle_seconds=idle_seconds,
        longest_line=longest_line,
        core=core,
    )
    running = threading.Thread(target=server.run, daemon=True)
    running.start()
    try:
        yield Served(int(listener.getsockname()[1]), server, meeting, go_on)
    finally:
        go_on.set()
        server.close()
        running.join(timeout=10)


def echoed(port: int, *words: bytes) -> list[bytes]:
    """What a well-behaved client gets back on one connection."""
    client = HTTPConnection("127.0.0.1", port, timeout=10)
    answers = []
    for word in words:
        client.request("POST", "/echo", word)
        answers.append(client.getresponse().read())
    client.close()
    return answers


def received(client: socket.socket) -> bytes:
    """All that comes until the other side hangs up."""
    whole = b""
    while part := client.recv(1_000_000):
        whole += part
    return whole


def until(is_so: Callable[[], bool]) -> bool:
    """Whether it becomes so within ten seconds."""
    for _ in range(1000):
        if is_so():
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize(
    "sent",
    [b"", b"POST /echo HT", HEAD[:-2], HEAD, HEAD + b"tw", b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n"],
    ids=["silent", "half a request line", "half a head", "no body", "half a body", "answer not read"],
)
def test_bad_clients_leave_the_others_alone(sent: bytes) -> None:
    with ExitStack() as stack:
        served = stack.enter_context(serving())
        for _ in range(MANY):
            stack.enter_context(served.connect()).sendall(sent)

        assert echoed(served.port, b"one", b"two") == [b"one", b"two"]


def test_slow_request_is_answered_when_it_is_whole() -> None:
    with serving() as served, served.connect() as client:
        for byte in HEAD + b"en":
            client.sendall(bytes([byte]))
        assert echoed(served.port, b"other") == [b"other"]
        client.sendall(b"d")

        assert client.recv(1000).endswith(b"\r\n\r\nend")


def test_slow_reader_gets_everything() -> None:
    with serving() as served, served.connect() as client:
        client.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert echoed(served.port, b"other") == [b"other"]

        assert received(client).partition(b"\r\n\r\n")[2] == b"x" * LARGE


def test_streamed_answer_is_whole() -> None:
    with serving() as served:
        client = HTTPConnection("127.0.0.1", served.port, timeout=10)
        client.request("GET", "/stream")

        assert client.getresponse().read() == b"x" * 100_000


def test_requests_sent_at_once_are_answered_in_order() -> None:
    with serving() as served, served.connect() as client:
        client.sendall((HEAD + b"one") + (HEAD + b"two") + b"POST /echo HTTP/1.0\r\nContent-Length: 3\r\n\r\nend")

        answers = received(client)

    assert [answers.count(word) for word in (b"200 OK", b"one", b"two", b"end")] == [3, 1, 1, 1]
    assert answers.index(b"one") < answers.index(b"two") < answers.index(b"end")


def test_all_threads_answer_at_the_same_time() -> None:
    with serving() as served, ExitStack() as stack:
        clients = [stack.enter_context(served.connect()) for _ in range(THREADS)]
        for client in clients:
            client.sendall(b"GET /meet HTTP/1.0\r\n\r\n")

        assert [received(client)[-4:] for client in clients] == [b"True"] * THREADS


def test_client_that_hangs_up_is_forgotten() -> None:
    with serving() as served:
        for sent in (b"", HEAD, HEAD + b"end", b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n"):
            with served.connect() as client:
                client.sendall(sent)

        assert until(lambda: not served.server.active_channels)
        assert echoed(served.port, b"one") == [b"one"]


def test_answer_that_breaks_off_ends_its_connection_only() -> None:
    with serving() as served, served.connect() as client:
        client.sendall(b"GET /broken HTTP/1.1\r\nHost: x\r\n\r\n")

        assert received(client).endswith(b"one half")
        assert echoed(served.port, b"one") == [b"one"]


def test_nonsense_is_told_to_be_nonsense() -> None:
    with serving() as served, served.connect() as client:
        client.sendall(b"nonsense\r\n\r\n")

        assert received(client).startswith(b"HTTP/1.0 400 Bad Request")


def test_body_beyond_all_bounds_is_refused() -> None:
    with serving() as served, served.connect() as client:
        client.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000001\r\n\r\n")

        assert received(client).startswith(b"HTTP/1.1 413")


def test_body_in_chunks_is_refused_before_any_of_it_is_read() -> None:
    """Taking chunks apart costs a hundred times a plain body, and a chunk's first line has no bound."""
    with serving() as served, served.connect() as client:
        client.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")

        assert received(client).startswith(b"HTTP/1.1 501")


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (b"nonsense\r\n\r\n", "提交的内容格式不正确，未作记录。"),
        (b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\n\r\n", "地址过长，无法打开。请检查地址，或回到首页查找。"),
        (b"POST /echo HTTP/1.1\r\nContent-Length: 1000001\r\n\r\n", "提交的内容过大，未作记录。"),
        (b"POST /echo HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", "请求无法完成，请返回重试。"),
    ],
)
def test_what_never_reaches_the_application_is_told_in_a_sentence(sent: bytes, sentence: str) -> None:
    with serving() as served, served.connect() as client:
        client.sendall(sent)

        assert received(client).partition(b"\r\n\r\n")[2].decode() == sentence


def test_expectation_is_answered_before_the_body() -> None:
    with serving() as served, served.connect() as client:
        client.sendall(HEAD[:-2] + b"Expect: 100-continue\r\n\r\n")
        assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"end")

        assert client.recv(1000).endswith(b"end")


@pytest.mark.parametrize("length", [b"", b"Content-Length: 0\r\n"])
def test_expectation_without_a_body_is_answered_at_once(length: bytes) -> None:
    with serving() as served, served.connect() as client:
        client.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n" + length + b"\r\n")

        assert client.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")


def test_expectation_of_too_large_a_body_is_refused_at_once() -> None:
    with serving() as served, served.connect() as client:
        client.sendall(b"POST /echo HTTP/1.1\r\nContent-Length: 1000001\r\nExpect: 100-continue\r\n\r\n")

        assert client.recv(1000).startswith(b"HTTP/1.1 413 ")


def test_silent_connections_give_way_at_the_limit() -> None:
    with serving(connections=5) as served, ExitStack() as stack:
        for _ in range(10):
            stack.enter_context(served.connect())

        assert echoed(served.port, b"one") == [b"one"]
        assert until(lambda: len(served.server.active_channels) <= 5)


def test_connection_silent_for_too_long_is_ended_and_an_answer_under_way_is_not() -> None:
    with serving(idle_seconds=0.2) as served, served.connect() as silent, served.connect() as waiting:
        waiting.sendall(b"GET /meet HTTP/1.0\r\n\r\n")
        assert received(silent) == b""
        served.meeting.abort()

        assert received(waiting).startswith(b"HTTP/1.0 500")


def test_close_lets_a_request_end_and_takes_no_other() -> None:
    with serving() as served, served.connect() as client:
        client.sendall(b"GET /meet HTTP/1.0\r\n\r\n")
        assert until(lambda: served.meeting.n_waiting == 1)
        closing = threading.Thread(target=served.server.close)
        closing.start()
        for _ in range(THREADS - 1):
            threading.Thread(target=served.meeting.wait).start()
        closing.join(timeout=10)

        assert received(client).endswith(b"True")
        with pytest.raises(ConnectionError):
            served.connect()


def asking_for_long_work(served: Served, stack: ExitStack, clients: int) -> list[socket.socket]:
    asking = [stack.enter_context(served.connect()) for _ in range(clients)]
    for client in asking:
        client.sendall(b"GET /long HTTP/1.0\r\n\r\n")
    return asking


def test_long_work_waits_in_its_line_and_holds_nobody_up() -> None:
    with serving() as served, ExitStack() as stack:
        asking = asking_for_long_work(served, stack, MANY)

        meanwhile = echoed(served.port, b"one", b"two")
        is_let_in_sooner = until(lambda: sys.getswitchinterval() == pytest.approx(SOONER_SECONDS))
        served.go_on.set()

        assert meanwhile == [b"one", b"two"]
        assert is_let_in_sooner
        assert [received(client)[-4:] for client in asking] == [b"True"] * MANY


def test_long_work_beyond_the_line_is_answered_like_all_other() -> None:
    with serving(longest_line=0) as served, ExitStack() as stack:
        asking = asking_for_long_work(served, stack, THREADS - 1)

        meanwhile = echoed(served.port, b"one")
        served.go_on.set()

        assert meanwhile == [b"one"]
        assert [received(client)[-4:] for client in asking] == [b"True"] * (THREADS - 1)


def test_head_beyond_all_bounds_is_refused() -> None:
    with serving() as served, served.connect() as client:
        client.sendall(b"GET /long HTTP/1.1\r\nHost: x\r\nCookie: " + b"x" * 10_000 + b"\r\n\r\n")

        assert b" 431 " in received(client)[:20]


def test_close_ends_while_work_waits_in_line() -> None:
    with serving() as served, ExitStack() as stack:
        asking_for_long_work(served, stack, MANY)
        served.go_on.set()

        served.server.close()

        assert until(lambda: not any(thread.is_alive() for thread in served.server._threads))


def test_interrupt_while_the_threads_start_ends_it_as_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first thread answers before the last one runs; Ctrl+C may come in between."""
    start = threading.Thread.start

    def interrupted(thread: threading.Thread) -> None:
        if thread.name == f"http-{THREADS - 1}":
            raise KeyboardInterrupt
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    server = _server(listen("127.0.0.1", 0), Flask("served"))

    server.run()

    assert until(lambda: not any(thread.is_alive() for thread in server._threads))


@pytest.mark.parametrize(("path", "is_bound"), [("/cores", True), ("/long/cores", False)])
def test_requests_are_answered_on_one_core_but_those_that_take_long(path: str, is_bound: bool) -> None:
    all_cores = sorted(os.sched_getaffinity(0))
    bound = all_cores[-1:]

    with serving(core=bound[0]) as served:
        client = HTTPConnection("127.0.0.1", served.port, timeout=10)
        client.request("GET", path)
        told = [int(core) for core in client.getresponse().read().split()]
        client.close()

    assert told == (bound if is_bound else all_cores)


def test_requests_are_answered_on_any_core_where_none_is_said() -> None:
    with serving() as served:
        client = HTTPConnection("127.0.0.1", served.port, timeout=10)
        client.request("GET", "/cores")
        told = {int(core) for core in client.getresponse().read().split()}
        client.close()

    assert told == os.sched_getaffinity(0)
