from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
from flask import Flask, request

from grader.serve import CannotListen, Server, listen, make_server

LARGE = 8_000_000
"""More bytes than any buffer on the way takes."""
NEXT = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n"
LAST = b"POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\n"
"""Heads of requests with a body of three bytes."""


def application() -> Flask:
    app = Flask("served")

    @app.post("/echo")
    def echo() -> bytes:
        return request.get_data()

    @app.get("/large")
    def large() -> bytes:
        return b"x" * LARGE

    @app.get("/slow")
    def slow() -> str:
        time.sleep(0.3)
        return "slow"

    return app


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """An application served in a thread."""
    listener = listen("127.0.0.1", 0)
    port = int(listener.getsockname()[1])
    server = make_server(application(), listener)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield port
    server.close()
    thread.join(timeout=5)
    assert not thread.is_alive()


def connection(port: int) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", port, timeout=10)


def everything_from(client: socket.socket) -> bytes:
    """What comes until the server closes the connection."""
    parts = []
    while part := client.recv(65536):
        parts.append(part)
    return b"".join(parts)


def asked(connection: HTTPConnection, path: str, body: bytes | None = None) -> bytes:
    connection.request("POST" if body is not None else "GET", path, body)
    return connection.getresponse().read()


def test_connections_are_answered_again_and_again_without_delay(port: int) -> None:
    connections, longest = [connection(port) for _ in range(150)], 0.0

    for number in range(4):
        for place, kept in enumerate(connections):
            body, begun = f"{number}/{place}".encode(), time.monotonic()
            assert asked(kept, "/echo", body) == body
            longest = max(longest, time.monotonic() - begun)

    for kept in connections:
        kept.close()
    assert longest < Server.LOOK_AT_ALL


def test_numbers_of_closed_connections_serve_new_ones(port: int) -> None:
    begun = time.monotonic()

    for number in range(100):
        body = b"%03d" % number
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            client.sendall(LAST + body)
            assert everything_from(client).endswith(b"\r\n\r\n" + body)

    assert time.monotonic() - begun < 100 * Server.LOOK_AT_ALL / 5


def test_large_bodies_arrive_whole_both_ways(port: int) -> None:
    kept, body = connection(port), bytes(range(256)) * 4_000

    assert asked(kept, "/echo", body) == body
    assert asked(kept, "/large") == b"x" * LARGE
    assert asked(kept, "/echo", b"after") == b"after"
    kept.close()


def test_slow_reader_keeps_nobody_waiting(port: int) -> None:
    reader, other = connection(port), connection(port)
    reader.request("GET", "/large")

    begun = time.monotonic()
    for number in range(20):
        assert asked(other, "/echo", str(number).encode()) == str(number).encode()

    assert time.monotonic() - begun < 5
    assert len(reader.getresponse().read()) == LARGE
    reader.close()
    other.close()


def test_pipelined_requests_are_answered_in_order(port: int) -> None:
    bodies = [b"%03d" % number for number in range(5)]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(b"".join(NEXT + body for body in bodies) + LAST + b"end")
        answers = everything_from(client)

    found = [answer.rpartition(b"\r\n\r\n")[2] for answer in answers.split(b"HTTP/1.1 200 OK")[1:]]
    assert found == [*bodies, b"end"]


def test_client_who_goes_away_disturbs_nobody(port: int) -> None:
    for path in ("/large", "/slow"):
        leaving = connection(port)
        leaving.request("GET", path)
        leaving.close()
    with socket.create_connection(("127.0.0.1", port)) as half:
        half.sendall(b"POST /echo HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf")

    staying = connection(port)
    assert asked(staying, "/echo", b"here") == b"here"
    staying.close()


def test_expectation_is_answered_before_the_body_comes(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(LAST.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n"))
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"

        client.sendall(b"end")

        assert everything_from(client).endswith(b"end")


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("192.0.2.1", 8000)])
def test_listen_says_what_to_do_where_it_cannot(host: str, port: int) -> None:
    with pytest.raises(CannotListen, match=f"无法在 {host}:{port} 上提供服务"):
        listen(host, port)
