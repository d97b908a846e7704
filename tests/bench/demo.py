"""How long `grader demo` takes until a browser gets its first pages, as a process, the site being built."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from grader.demo.run import build_site_if_changed
from tests.bench.measure import Figure, compared
from tests.e2e.process import GRADER, Server

ROUNDS = 3
GOAL = 5.0
_BARE_PROGRAM = """\
import sys
import flask, waitress
app = flask.Flask("bare")
app.add_url_rule("/", view_func=lambda: "")
waitress.serve(app, port=int(sys.argv[-1]))
"""
BARE = (sys.executable, "-c", _BARE_PROGRAM)


def measure() -> Iterator[Figure]:
    """The course page and the sign-in page, each against a bare Flask application on waitress."""
    build_site_if_changed()
    rounds = [
        (*_first_pages((*GRADER, "demo"), "/", "/my/sign-in"), *_first_pages(BARE, "/")) for _ in range(ROUNDS + 1)
    ]
    home, sign_in, bare = (statistics.median(times) for times in zip(*rounds[1:], strict=True))
    for name, seconds in (("demo: first course page", home), ("demo: first sign-in page", sign_in)):
        yield compared(name, (seconds, bare), yardstick="bare Flask and waitress", most=GOAL)


def _first_pages(command: tuple[str, ...], *paths: str) -> Iterator[float]:
    """Seconds from the start of the process to the first 200 of each page."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        server = Server(Path(folder) / "data", arguments=command)
        begun = time.perf_counter()
        try:
            server.start(paths[0])
            yield time.perf_counter() - begun
            for path in paths[1:]:
                server.wait_for(path)
                yield time.perf_counter() - begun
        finally:
            server.interrupt()
