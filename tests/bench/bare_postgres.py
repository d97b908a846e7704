"""The yardstick of beats on PostgreSQL, `python -m tests.bench.bare_postgres`: one load, one compare-and-set.

Flask under the gunicorn of the service, with as many processes and threads. The table `bare (id, version, body)` is
filled by the benchmark.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from typing import Any

import psycopg
from flask import Flask, Response, jsonify, request

from grader.operation.serve import CONNECTIONS, IDLE_SECONDS, THREADS

ADDRESS = "XUEFA_BENCH_POSTGRES"
WORKERS = 2
app = Flask("bare")
_local = threading.local()


def _connection() -> psycopg.Connection[tuple[Any, ...]]:
    if not hasattr(_local, "connection"):
        _local.connection = psycopg.connect(os.environ[ADDRESS], autocommit=True)
    connection: psycopg.Connection[tuple[Any, ...]] = _local.connection
    return connection


@app.get("/api/health")
def health() -> Response:
    """For whoever waits until it answers."""
    return jsonify(status="ok")


@app.post("/api/beat")
def beat() -> Response:
    """Load, save under the next version, answer as a beat is answered; somebody else's save is tried again."""
    request.get_json()
    id, saved = request.cookies["xuefa"], 0
    while not saved:
        found = _connection().execute("select version, body::text from bare where id = %s", [id]).fetchone()
        version, body = found or (0, "")
        saved = (
            _connection()
            .execute(
                "update bare set version = %s, body = %s where id = %s and version = %s",
                [version + 1, body, id, version],
            )
            .rowcount
        )
    return jsonify(page=1, counted=30, lesson_seconds=60, lesson_length=2700, reason="", message="", next=30)


def main() -> None:
    """Become gunicorn."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bare_postgres", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", required=True)
    asked = parser.parse_args()
    os.environ[ADDRESS] = asked.database
    options = {
        "--bind": f"127.0.0.1:{asked.port}",
        "--worker-class": "gthread",
        "--workers": WORKERS,
        "--threads": THREADS,
        "--worker-connections": CONNECTIONS,
        "--keep-alive": IDLE_SECONDS,
        "--log-level": "warning",
    }
    arguments = [str(part) for option in options.items() for part in option]
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", f"{__spec__.name}:app", *arguments])  # noqa: S606


if __name__ == "__main__":
    main()
