"""Serving: waitress with enough threads and connections for readers who keep theirs open, and the sweep beside it."""

from __future__ import annotations

import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from grader.exam import sweep
from grader.web.service import EXTENSION, Service

log = logging.getLogger(__name__)

THREADS = 12
CONNECTIONS = 6000
"""More than the readers planned for: each page that beats keeps a connection open."""
SWEEP_EVERY = timedelta(seconds=30)


class CannotListen(Exception):
    """The address cannot be listened on; `str()` is the Chinese sentence to show."""


def listen(host: str, port: int) -> socket.socket:
    """A bound, listening socket. Raises CannotListen with the way out."""
    raise_file_limit()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except (OSError, OverflowError) as fault:
        listener.close()
        why = getattr(fault, "strerror", None) or "地址或端口不正确"
        raise CannotListen(
            f"无法在 {host}:{port} 上提供服务（{why}）。该端口可能正被其他程序使用，"
            f"请先停止它，或用 --port 换一个端口，例如 --port {port + 1 if 0 < port < 65535 else 8001}。"
        ) from None
    return listener


class _Sockets(dict[int, Any]):
    """waitress' map of open sockets by number, which also keeps in mind which of them came or went."""

    def __init__(self) -> None:
        super().__init__()
        self.changed: set[int] = set()

    def __setitem__(self, number: int, channel: Any) -> None:
        super().__setitem__(number, channel)
        self.changed.add(number)

    def __delitem__(self, number: int) -> None:
        super().__delitem__(number)
        self.changed.add(number)


class Server:
    """waitress with a loop that looks at those connections only where something happens.

    waitress' own asks every open connection, three times a request, what it waits for: with 2,000 readers that is three
    quarters of the processor time. A connection that waits for its next request changes by an event or by waitress'
    maintenance only, and for the latter all are asked once in `LOOK_AT_ALL` seconds.
    """

    LOOK_AT_ALL = 1.0

    def __init__(self, app: Flask, listener: socket.socket) -> None:
        self._sockets = _Sockets()
        self._awaited: dict[int, int] = {}
        """The selector's events by socket; none for one that is left alone while its request is being answered."""
        self._waitress = create_server(
            app,
            map=self._sockets,
            sockets=[listener],
            threads=THREADS,
            connection_limit=CONNECTIONS,
            channel_timeout=120,
            ident=None,
            clear_untrusted_proxy_headers=False,
        )

    def run(self) -> None:
        """Answer until `close()` or an interrupt."""
        try:
            with selectors.DefaultSelector() as selector:
                self._loop(selector)
        except (SystemExit, KeyboardInterrupt):
            self._waitress.task_dispatcher.shutdown()

    def close(self) -> None:
        """Listen no more."""
        self._waitress.close()

    def _loop(self, selector: selectors.BaseSelector) -> None:
        restless: set[int] = set()
        next_look = time.monotonic()
        while self._sockets:
            restless |= self._renew(selector)
            if time.monotonic() >= next_look:
                next_look = time.monotonic() + self.LOOK_AT_ALL
                restless.update(list(self._sockets))
            restless = {number for number in restless if self._await(selector, number)}
            for key, events in selector.select(self.LOOK_AT_ALL):
                restless.add(key.fd)
                if events & selectors.EVENT_READ and (channel := self._sockets.get(key.fd)) is not None:
                    wasyncore.read(channel)
                if events & selectors.EVENT_WRITE and (channel := self._sockets.get(key.fd)) is not None:
                    wasyncore.write(channel)

    def _renew(self, selector: selectors.BaseSelector) -> set[int]:
        """Forget sockets that went, also where another one got the number since; gives what must be looked at."""
        renewed = set()
        while self._sockets.changed:
            number = self._sockets.changed.pop()
            if self._awaited.pop(number, 0):
                selector.unregister(number)
            renewed.add(number)
        return renewed

    def _await(self, selector: selectors.BaseSelector, number: int) -> bool:
        """Let the selector wait for what the connection waits for; whether that may change without an event."""
        channel = self._sockets.get(number)
        if channel is None:
            return False
        can_write = channel.writable() and not channel.accepting
        wanted = (selectors.EVENT_READ if channel.readable() else 0) | (selectors.EVENT_WRITE if can_write else 0)
        awaited = self._awaited.get(number, 0)
        if wanted != awaited:
            with suppress(OSError):  # closed by another thread just now: it will be among those that went
                if not awaited:
                    selector.register(number, wanted)
                elif wanted:
                    selector.modify(number, wanted)
                else:
                    selector.unregister(number)
                self._awaited[number] = wanted
        return channel.accepting or wanted != selectors.EVENT_READ


def make_server(app: Flask, listener: socket.socket) -> Server:
    """A server over a listening socket; `run()` answers until `close()` or an interrupt."""
    return Server(app, listener)


def serve(app: Flask, listener: socket.socket, *, on_ready: Callable[[], None] = lambda: None) -> None:
    """Answer requests until interrupted; attempts whose time is over are settled in the background."""
    stop = threading.Event()
    sweeper = threading.Thread(target=_sweep_until, args=(app, stop), daemon=True, name="sweep")
    sweeper.start()
    server = make_server(app, listener)
    on_ready()
    try:
        server.run()
    finally:
        stop.set()
        sweeper.join(timeout=5)
        server.close()


def raise_file_limit() -> None:
    """Let the process hold as many connections as planned, as far as the system allows."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + 500
    if soft < wanted:
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(limit, soft), hard))


def _sweep_until(app: Flask, stop: threading.Event) -> None:
    service: Service = app.extensions[EXTENSION]
    while not stop.wait(SWEEP_EVERY.total_seconds()):
        try:
            settled = sweep(service.store, service.courses, now=service.now())
        except Exception:
            log.exception("the sweep failed; it goes on at its next turn")
        else:
            if settled:
                log.info("settled %d attempts whose time was over", settled)
