"""Serving by several processes: gunicorn keeps them, over a store that they can share; a sweep in each.

Each answers by the very server that a single process has, so slow clients hold no thread here either.

The application is made before the fork and asks the database for nothing until it is used: each process has its own
connections and shares nothing with the others but the database.
"""

from __future__ import annotations

import os
import select
import socket
import threading
import time
from collections.abc import Callable
from math import log2
from typing import Any

from flask import Flask

from grader.operation.serve import CannotListen, sweep_until, threads_server
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
    if not hasattr(select, "epoll"):
        raise CannotListen("用多个进程提供服务只能在 Linux 上。请去掉 --workers，用一个进程提供服务。")
    try:
        from gunicorn.app.base import BaseApplication  # noqa: PLC0415 - an extra
        from gunicorn.workers.base import Worker  # noqa: PLC0415 - the same
    except ImportError as fault:
        raise CannotListen(
            f"用多个进程提供服务需要 gunicorn（{fault.name} 没有安装）。"
            "请运行 pip install 'psycopg[binary]' gunicorn，或去掉 --workers。"
        ) from None

    class ThreadsWorker(Worker):
        """A process of ours under gunicorn: it says that it lives, and ends when gunicorn says so or is gone."""

        def run(self) -> None:
            listener: Any = self.sockets[0]  # gunicorn's own kind, which holds a socket
            app: Any = self.app.callable
            server = threads_server(app, listener.sock, before_accept=_give_way)
            server.run(self._goes_on)

        def _goes_on(self) -> bool:
            self.notify()
            return self.alive and self.ppid == os.getppid()

    class Workers(BaseApplication):
        """Gunicorn with the settings below instead of its own configuration files."""

        def load_config(self) -> None:
            for name, value in {**_settings(listener, workers, on_ready), "worker_class": ThreadsWorker}.items():
                if name in self.cfg.settings:  # some are newer than the oldest gunicorn that will do
                    self.cfg.set(name, value)

        def load(self) -> Any:
            return make_app()

    Workers().run()


def _give_way(connections: int) -> None:
    """Wait the longer before a connection is taken the more there are: the process that has fewest comes first.

    Otherwise the first to wake takes them all, and keeps them as long as browsers keep them open.
    """
    time.sleep(_SECONDS_A_DOUBLING * log2(1 + connections))


def _settings(listener: socket.socket, workers: int, on_ready: Callable[[], None]) -> dict[str, Any]:
    return {
        "bind": f"fd://{listener.detach()}",  # gunicorn closes it in its own time
        "workers": workers,
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
