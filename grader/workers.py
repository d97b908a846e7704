"""Serving by several processes: gunicorn behind one address, over a store that processes can share; a sweep in each.

The application is made before the fork and asks the database for nothing until it is used: each process has its own
connections and shares nothing with the others but the database.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from math import log2
from typing import Any

from flask import Flask

from grader.serve import CONNECTIONS, IDLE_SECONDS, THREADS, CannotListen, sweep_until
from grader.web.service import EXTENSION, Service

_STUCK_SECONDS = 60
"""A process whose main thread says nothing for so long is replaced."""
_SECONDS_A_DOUBLING = 0.00025
"""How much longer a process with twice as many connections lets the others take the next one; 3 ms at thousands."""
_GRACE_SECONDS = 10
"""For requests under way when the service is stopped."""


def serve_by_workers(
    make_app: Callable[[], Flask], listener: socket.socket, *, workers: int, on_ready: Callable[[], None]
) -> None:
    """Answer requests by so many processes until interrupted. Raises CannotListen.

    `make_app` gives an application that has no connection yet.
    """
    try:
        from gunicorn.app.base import BaseApplication  # noqa: PLC0415 - an extra, and not for Windows
        from gunicorn.workers.gthread import ThreadWorker  # noqa: PLC0415 - the same
    except ImportError as fault:
        raise CannotListen(
            f"用多个进程提供服务需要 gunicorn（{fault.name} 没有安装，Windows 上不能用）。"
            "请运行 pip install 'psycopg[binary]' gunicorn，或去掉 --workers。"
        ) from None

    class FairWorker(ThreadWorker):
        """A worker that waits the longer before it takes a connection the more it has: the emptier one comes first.

        Otherwise the first to wake takes them all, and keeps them as long as browsers keep them open.
        """

        def accept(self, *listener: Any) -> None:
            time.sleep(_SECONDS_A_DOUBLING * log2(1 + self.nr_conns))
            super().accept(*listener)

    class Workers(BaseApplication):
        """Gunicorn with the settings below instead of its own configuration files."""

        def load_config(self) -> None:
            for name, value in {**_settings(listener, workers, on_ready), "worker_class": FairWorker}.items():
                if name in self.cfg.settings:  # some are newer than the oldest gunicorn that will do
                    self.cfg.set(name, value)

        def load(self) -> Any:
            return make_app()

    Workers().run()


def _settings(listener: socket.socket, workers: int, on_ready: Callable[[], None]) -> dict[str, Any]:
    return {
        "bind": f"fd://{listener.detach()}",  # gunicorn closes it in its own time
        "workers": workers,
        "threads": THREADS,
        "worker_connections": CONNECTIONS,
        "keepalive": IDLE_SECONDS,
        "preload_app": True,  # all processes are there at once, so that none takes every early connection
        "timeout": _STUCK_SECONDS,
        "graceful_timeout": _GRACE_SECONDS,
        "loglevel": "warning",
        "control_socket_disable": True,
        "when_ready": lambda _server: on_ready(),
        "post_worker_init": _start_sweep,
        "worker_exit": _close,
    }


def _start_sweep(worker: Any) -> None:
    threading.Thread(
        target=sweep_until, args=(worker.app.callable, threading.Event()), daemon=True, name="sweep"
    ).start()


def _close(_server: Any, worker: Any) -> None:
    app = worker.app.callable
    if app is not None:  # it is None where the worker ended before it had one
        service: Service = app.extensions[EXTENSION]
        service.store.close()
