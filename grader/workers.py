"""Serving by several processes: gunicorn behind one address, over a store that processes can share; a sweep in each.

Each process opens its own connections after the fork and shares nothing with the others but the database.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any

from flask import Flask

from grader.serve import CONNECTIONS, IDLE_SECONDS, THREADS, CannotListen, sweep_until
from grader.web.service import EXTENSION, Service

_STUCK_SECONDS = 60
"""A process whose main thread says nothing for so long is replaced."""
_GRACE_SECONDS = 10
"""For requests under way when the service is stopped."""


def serve_by_workers(
    make_app: Callable[[], Flask], listener: socket.socket, *, workers: int, on_ready: Callable[[], None]
) -> None:
    """Answer requests by so many processes until interrupted; `make_app` runs in each. Raises CannotListen."""
    try:
        from gunicorn.app.base import BaseApplication  # noqa: PLC0415 - an extra, and not for Windows
    except ImportError as fault:
        raise CannotListen(
            f"用多个进程提供服务需要 gunicorn（{fault.name} 没有安装，Windows 上不能用）。"
            "请运行 pip install 'xuefa-kit[postgres]'，或去掉 --workers。"
        ) from None

    class Workers(BaseApplication):
        """Gunicorn with the settings below instead of its own configuration files."""

        def load_config(self) -> None:
            for name, value in _settings(listener, workers, on_ready).items():
                if name in self.cfg.settings:  # some are newer than the oldest gunicorn that will do
                    self.cfg.set(name, value)

        def load(self) -> Any:
            return make_app()

    Workers().run()


def _settings(listener: socket.socket, workers: int, on_ready: Callable[[], None]) -> dict[str, Any]:
    return {
        "bind": f"fd://{listener.detach()}",  # gunicorn closes it in its own time
        "workers": workers,
        "worker_class": "gthread",
        "threads": THREADS,
        "worker_connections": CONNECTIONS,
        "keepalive": IDLE_SECONDS,
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
