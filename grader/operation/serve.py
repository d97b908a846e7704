"""Serving: enough threads and connections for readers who keep theirs open, and the sweep beside it."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from flask import Flask
from waitress.server import create_server

from grader.accounts.passwords import AT_ONCE
from grader.administration.drafts import forget_ended
from grader.exam import sweep
from grader.store.base import Unavailable
from grader.web.service import EXTENSION, Service
from quizgen.office import reader
from quizgen.words.system import os_reason

if TYPE_CHECKING:
    from grader.operation.http_server import Server

log = logging.getLogger(__name__)

THREADS = 12
CONNECTIONS = 6000
"""More than the readers planned for: each page that beats keeps a connection open."""
_OTHER_FILES = 500
"""Open at the same time besides connections, at most."""
IDLE_SECONDS = 120
"""A connection on which nothing was sent for so long is closed: four beats were missed."""
LARGEST_BODY = 32 * 1024 * 1024
"""Bytes that are taken in at all; well above the largest upload allowed, so that the page can still say so."""
LARGEST_HEAD = 32 * 1024
"""Bytes of a request's head, cookies and all; a browser's has a few thousand."""
MOST_SIGN_INS = 300
"""Sign-ins that wait in line, ten seconds' work for two cores; further ones are asked to try again."""
MOST_UPLOADS = 30
PASSWORDS = ("/my/sign-in", "/my/first-sign-in", "/my/password")
UPLOADS = (
    *("/admin/roster", "/admin/roster/confirm", "/admin/content"),
    *("/admin/corrections/list", "/admin/exemptions/list", "/admin/reports/names"),
)
"""Pages that take workbooks, or do what one said for thousands of people."""
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
        why = "地址或端口不正确" if isinstance(fault, (OverflowError, socket.gaierror)) else os_reason(fault)
        raise CannotListen(
            f"无法在 {host}:{port} 上提供服务（{why}）。该端口可能正被其他程序使用，"
            f"请先停止它，或用 --port 换一个端口，例如 --port {port + 1 if 0 < port < 65535 else 8001}。"
        ) from None
    return listener


def address_of(host: str, listener: socket.socket) -> str:
    """What a browser on this machine opens to reach the listener bound to `host`."""
    wildcard = host in {"", "0.0.0.0", "::"}  # noqa: S104 - compared, not bound
    name = "127.0.0.1" if wildcard else f"[{host}]" if ":" in host else host
    return f"http://{name}:{listener.getsockname()[1]}"


class Answering(Protocol):
    """A server over a listening socket."""

    def run(self) -> None:
        """Answer until `close` or an interrupt."""

    def close(self) -> None:
        """Finish what is under way, for seconds at most, and hang up."""


def make_server(app: Flask, listener: socket.socket) -> Answering:
    """A server over a listening socket: ours, or waitress' own where the system has no epoll (macOS, Windows)."""
    try:
        return threads_server(app, listener, core=_core(listener.getsockname()[1]))
    except ImportError:
        return waitress_server(app, listener)


def threads_server(
    app: Flask,
    listener: socket.socket,
    *,
    before_accept: Callable[[int], None] = lambda _count: None,
    core: int | None = None,
) -> Server:
    """Our own server; see there for what it is told. Raises ImportError without epoll."""
    from grader.operation.http_server import LongWork, Server  # noqa: PLC0415 - for Linux only

    return Server(
        app,
        listener,
        threads=THREADS,
        connections=raise_file_limit(),
        idle_seconds=IDLE_SECONDS,
        largest_body=LARGEST_BODY,
        largest_head=LARGEST_HEAD,
        long_work=(
            # More threads than hash at a time: while a password is being checked other requests are got ready.
            LongWork(takes=partial(_is_sent_to, PASSWORDS), threads=AT_ONCE + 3, longest_line=MOST_SIGN_INS),
            LongWork(
                takes=partial(_is_sent_to, UPLOADS),
                threads=reader.AT_ONCE,
                longest_line=MOST_UPLOADS,
                computes=True,
            ),
        ),
        before_accept=before_accept,
        core=core,
    )


def _core(port: int) -> int | None:
    """The processor core for a single process' requests: only one thread at a time has the interpreter anyway.

    To hand it over at each call of the system, forty times a request, costs a third of the time between two cores. By
    the port, so that services on one machine take different ones; None where the system lets nobody choose.
    """
    if not hasattr(os, "sched_getaffinity"):
        return None
    cores = sorted(os.sched_getaffinity(0))
    return cores[port % len(cores)]


def _is_sent_to(pages: tuple[str, ...], method: str, path: str) -> bool:
    """Whether it is a form of one of these pages, below whatever sub-path."""
    return method == "POST" and path.endswith(pages)


def waitress_server(app: Flask, listener: socket.socket) -> Answering:
    """Waitress with the same limits."""
    return create_server(
        app,
        sockets=[listener],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
        channel_timeout=IDLE_SECONDS,
        cleanup_interval=IDLE_SECONDS // 4,
        max_request_body_size=LARGEST_BODY,
        max_request_header_size=LARGEST_HEAD,
        ident=None,
        clear_untrusted_proxy_headers=False,
    )


def serve(app: Flask, listener: socket.socket, *, on_ready: Callable[[], None] = lambda: None) -> None:
    """Answer requests until interrupted; attempts whose time is over are settled in the background."""
    stop = threading.Event()
    sweeper = threading.Thread(target=sweep_until, args=(app, stop), daemon=True, name="sweep")
    sweeper.start()
    server = make_server(app, listener)
    on_ready()
    try:
        server.run()
    finally:
        stop.set()
        sweeper.join(timeout=5)
        server.close()


def raise_file_limit() -> int:
    """Let the process hold as many connections as planned, as far as the system allows; gives how many that are."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + _OTHER_FILES
    if soft < wanted:
        soft = max(wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), soft)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return min(CONNECTIONS, max(soft - _OTHER_FILES, soft // 2))


def sweep_until(app: Flask, stop: threading.Event) -> None:
    """Settle attempts whose time is over and forget what pages put aside, every half minute, until told to stop.

    Whatever fails is logged.
    """
    service: Service = app.extensions[EXTENSION]
    while not stop.wait(SWEEP_EVERY.total_seconds()):
        try:
            settled = sweep(service.store, service.courses, now=service.now())
            forget_ended(service.store, now=service.now())
        except Unavailable as fault:
            log.warning("the sweep waits for the database: %s", fault)
        except Exception:
            log.exception("the sweep failed; it goes on at its next turn")
        else:
            if settled:
                log.info("settled %d attempts whose time was over", settled)
