"""The HTTP server: threads that share one epoll. Whichever is free reads a connection, answers it and waits again.

Connections are waitress' channels, with its parser, limits, buffers and tasks. Not used are waitress' loop, which asks
every connection at every event, and its queue between the thread that reads and the threads that work. No thread ever
waits for a client: what has come is read, and what a client does not take yet is kept and sent later. Requests that
take long wait in a line for threads of their own, so that they never hold those of everybody else. For Linux only.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from heapq import nsmallest
from queue import SimpleQueue
from select import EPOLLIN, EPOLLONESHOT, EPOLLOUT, epoll
from typing import Any, cast

from flask import Flask
from waitress.adjustments import Adjustments

from grader.operation.http_channel import Channel
from grader.operation.letting_in import letting_in

log = logging.getLogger(__name__)

_IN, _OUT = EPOLLIN | EPOLLONESHOT, EPOLLOUT | EPOLLONESHOT
"""Told once: then the connection belongs to the thread that was told, until that thread asks to be told again."""
_TICK_SECONDS = 1.0
_PAUSE_SECONDS = 0.05
"""Before the next connection is taken where none can be."""
_ENDING_SECONDS = 5.0
"""For requests under way when the server is stopped."""


class _Limits(Adjustments):
    """Waitress' settings, with two that it lets nobody set: both keep a thread from waiting for a slow client."""

    send_bytes = 18_000
    """An answer of fewer bytes is sent in one piece when it is complete."""
    outbuf_high_watermark = 1 << 40
    """What is not taken yet goes to a temporary file from a megabyte on, however much there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LongWork:
    """A kind of request, told by method and path, that so many threads of its own answer.

    So many may wait in line; further ones are answered like all others, by whoever is free. `computes` is for work that
    computes for seconds, during which all others are let in sooner.
    """

    takes: Callable[[str, str], bool]
    threads: int
    longest_line: int
    computes: bool = False


class _Line:
    """Connections whose request waits for a thread of its kind; None tells a thread to end."""

    def __init__(self, work: LongWork) -> None:
        self.work = work
        self.waiting: SimpleQueue[Channel | None] = SimpleQueue()

    def takes(self, channel: Channel) -> bool:
        """Whether the connection's next request is of this kind and may still wait."""
        request: Any = channel.requests[0]  # its type does not tell of what a parsed request has
        is_long = request.error is None and self.work.takes(request.command, request.path)
        return is_long and self.waiting.qsize() < self.work.longest_line


class Server:
    """Answers requests at one listening socket; made by `grader.operation.serve.make_server`.

    `before_accept` is told how many connections there are, before another is taken. On `core` all requests are answered
    but those that take long; None leaves that to the system.
    """

    def __init__(
        self,
        application: Flask,
        listener: socket.socket,
        *,
        threads: int,
        connections: int,
        idle_seconds: float,
        largest_body: int,
        largest_head: int,
        long_work: Sequence[LongWork] = (),
        before_accept: Callable[[int], None] = lambda _count: None,
        core: int | None = None,
    ) -> None:
        self.application = application
        self.adj = _Limits(
            sockets=[listener],
            max_request_body_size=largest_body,
            max_request_header_size=largest_head,
            ident=None,
            clear_untrusted_proxy_headers=False,
        )
        self.server_name = self.adj.server_name
        self.effective_port = listener.getsockname()[1]
        self.active_channels: dict[int, Channel] = {}
        self._listener = listener
        self._connections = connections
        self._idle_seconds = idle_seconds
        self._before_accept = before_accept
        self._core = core
        self._ending = threading.Event()
        self._bell = os.eventfd(0, os.EFD_NONBLOCK)
        self._epoll = epoll()
        listener.settimeout(0)
        self._epoll.register(listener.fileno(), _IN)
        self._epoll.register(self._bell, EPOLLIN)
        self._threads = [
            threading.Thread(target=self._work, name=f"http-{number}", daemon=True) for number in range(threads)
        ]
        self._lines = [_Line(work) for work in long_work]
        self._threads += [
            threading.Thread(target=self._work_on, args=(line,), name="http-long", daemon=True)
            for line in self._lines
            for _ in range(line.work.threads)
        ]

    def run(self, goes_on: Callable[[], bool] = lambda: True) -> None:
        """Answer until `close`, an interrupt, or `goes_on`, which is asked every second, says no."""
        try:
            for thread in self._threads:
                thread.start()
            while goes_on() and not self._ending.wait(min(_TICK_SECONDS, self._idle_seconds / 4)):
                self._hang_up_on_the_idle()
        except (KeyboardInterrupt, SystemExit):
            pass
        finally:
            self.close()

    def close(self) -> None:
        """Take no more requests, finish those under way (for five seconds at most), hang up on everybody."""
        if self._ending.is_set():
            return
        self._ending.set()
        os.eventfd_write(self._bell, 1)
        for line in self._lines:
            for _ in range(line.work.threads):
                line.waiting.put(None)
        until = time.monotonic() + _ENDING_SECONDS
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(until - time.monotonic(), 0))
        for channel in list(self.active_channels.values()):
            _hang_up(channel)
        self._listener.close()
        if not any(thread.is_alive() for thread in self._threads):
            self._epoll.close()
            os.close(self._bell)

    def add_task(self, _channel: Channel) -> None:
        """Called by a channel that has a whole request: the thread that read it also answers it."""

    def pull_trigger(self) -> None:
        """Called by a channel that has something to send: the thread that answered also sends."""

    def _work(self) -> None:
        if self._core is not None:
            with suppress(OSError):  # a container may forbid it
                os.sched_setaffinity(0, {self._core})  # of this thread
        while not self._ending.is_set():
            for file, _event in self._epoll.poll(maxevents=1):
                if file == self._listener.fileno():
                    self._accept()
                elif channel := self.active_channels.get(file):
                    self._attend(channel)

    def _work_on(self, line: _Line) -> None:
        while (channel := line.waiting.get()) is not None and not self._ending.is_set():
            with letting_in() if line.work.computes else nullcontext():
                self._answer(channel)

    def _accept(self) -> None:
        try:
            if self._has_room():
                self._before_accept(len(self.active_channels))
                self._take_in(*self._listener.accept())
        except (BlockingIOError, ConnectionError):  # somebody else took it, or it is gone
            pass
        except OSError as fault:
            log.warning("a connection could not be taken: %s", fault)
            time.sleep(_PAUSE_SECONDS)
        finally:
            if not self._ending.is_set():
                self._epoll.modify(self._listener.fileno(), _IN)

    def _has_room(self) -> bool:
        """Whether one more connection may be taken; the limit makes those that were silent longest give way."""
        excess = len(self.active_channels) - self._connections
        if excess < 0:
            return True
        waiting = (channel for channel in list(self.active_channels.values()) if not channel.requests)
        for channel in nsmallest(excess + 1 + self._connections // 100, waiting, key=_last_activity):
            _hang_up(channel)
        time.sleep(_PAUSE_SECONDS)  # while the other threads close them
        return len(self.active_channels) < self._connections

    def _take_in(self, connection: socket.socket, address: object) -> None:
        for level, option, value in self.adj.socket_options:
            connection.setsockopt(level, option, value)
        Channel(cast("Any", self), connection, address, self.adj, map=cast("Any", self.active_channels))
        self._epoll.register(connection.fileno(), _IN)

    def _attend(self, channel: Channel) -> None:
        """Read or send what can be; a request that takes long waits in its line, any other is answered here."""
        try:
            if channel.writable():
                channel.handle_write()
            else:
                channel.handle_read()
            if channel.requests and (line := next((line for line in self._lines if line.takes(channel)), None)):
                line.waiting.put(channel)  # the connection belongs to the thread that takes it from there
                return
        except Exception:
            log.exception("a connection failed and was closed")
            channel.handle_close()
        else:
            self._answer(channel)

    def _answer(self, channel: Channel) -> None:
        """Answer what is complete; then the connection is free again, or closed."""
        try:
            while channel.requests:
                channel.service()
            if channel.writable():
                channel.handle_write()
            if channel.socket is not None:
                self._epoll.modify(channel.socket.fileno(), _OUT if channel.writable() else _IN)
        except Exception:
            log.exception("a connection failed and was closed")
            channel.handle_close()

    def _hang_up_on_the_idle(self) -> None:
        oldest = time.time() - self._idle_seconds
        for channel in list(self.active_channels.values()):
            if channel.last_activity < oldest and not channel.requests:
                _hang_up(channel)


def _hang_up(channel: Channel) -> None:
    """End the connection without closing it: the thread that is told so closes it, so that no two ever hold one."""
    connection = channel.socket
    try:
        if connection is not None:
            connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # closed in this moment
        pass


def _last_activity(channel: Channel) -> float:
    return channel.last_activity
