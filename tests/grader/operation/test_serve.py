"""Listening and serving: waitress set up as the service needs it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest
from flask import Flask, request

from grader.operation import serve
from grader.operation.serve import CannotListen, address_of, listen, make_server

REQUEST = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nend"


@contextmanager
def serving() -> Iterator[int]:
    """An application that gives back what it is sent, served in a thread; gives the port."""
    app = Flask("served")

    @app.post("/echo")
    def echo() -> bytes:
        return request.get_data()

    listener = listen("127.0.0.1", 0)
    server = make_server(app, listener)
    threading.Thread(target=server.run, daemon=True).start()
    yield int(listener.getsockname()[1])
    server.close()


def test_connection_is_kept_for_the_next_request() -> None:
    with serving() as port:
        client = HTTPConnection("127.0.0.1", port, timeout=10)
        answers = []
        for word in (b"one", b"two", b"three"):
            client.request("POST", "/echo", word)
            answers.append(client.getresponse().read())
        client.close()

    assert answers == [b"one", b"two", b"three"]


def test_body_beyond_all_bounds_is_not_taken_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "LARGEST_BODY", 10)
    with serving() as port:
        client = HTTPConnection("127.0.0.1", port, timeout=10)
        client.request("POST", "/echo", b"x" * 11)
        status = client.getresponse().status
        client.close()

    assert status == 413


def test_idle_connection_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "IDLE_SECONDS", 1)
    with serving() as port, socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(REQUEST)
        received = b""
        while part := client.recv(65536):
            received += part

    assert received.endswith(b"end")


@pytest.mark.parametrize(
    ("soft", "hard", "connections"), [(256, 256, 128), (1024, 4096, 3596), (1024, -1, 6000), (100_000, 100_000, 6000)]
)
def test_connections_are_as_many_as_the_system_lets_files_be_open(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, connections: int
) -> None:
    resource = pytest.importorskip("resource")
    limits = [(soft, hard)]
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: limits[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _kind, wanted: limits.append(wanted))

    assert serve.raise_file_limit() == connections
    assert limits[-1][0] >= connections


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("192.0.2.1", 8000)])
def test_listen_says_what_to_do_where_it_cannot(host: str, port: int) -> None:
    with pytest.raises(CannotListen, match=f"无法在 {host}:{port} 上提供服务"):
        listen(host, port)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1"),
        ("xuefa.example.org", "http://xuefa.example.org"),
        ("0.0.0.0", "http://127.0.0.1"),  # noqa: S104 - nothing is bound
        ("", "http://127.0.0.1"),
        ("::", "http://127.0.0.1"),
        ("::1", "http://[::1]"),
    ],
)
def test_address_is_one_that_a_browser_here_can_open(host: str, address: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        assert address_of(host, listener) == f"{address}:{port}"


def test_listen_tells_in_chinese_why_it_cannot() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(CannotListen) as taken:
            listen("127.0.0.1", port)
    with pytest.raises(CannotListen) as nowhere:
        listen("no.such.host.invalid", 8000)

    assert str(taken.value) == (
        f"无法在 127.0.0.1:{port} 上提供服务（端口已被占用）。该端口可能正被其他程序使用，"
        f"请先停止它，或用 --port 换一个端口，例如 --port {port + 1}。"
    )
    assert str(nowhere.value).startswith("无法在 no.such.host.invalid:8000 上提供服务（地址或端口不正确）。")
