"""What else the machine did while something was measured: its load, how busy it was before and after, its disk."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from tests.bench.measure import duration

_LOOK_SECONDS = 0.5
_WRITE_EVERY = 0.05


def busy_share() -> float:
    """The share of all cores that was in use in the last half second, from 0 to 1."""
    return psutil.cpu_percent(interval=_LOOK_SECONDS) / 100


@contextmanager
def told(notes: list[str]) -> Iterator[None]:
    """Add a sentence to `notes` about what the machine did besides, just before and just after.

    And how long the disk took at most to keep four kilobytes: nobody whose save is durable is answered sooner.
    """
    before, writes = busy_share(), list[float]()
    ended = threading.Event()
    writer = threading.Thread(target=_write_until, args=(ended, writes))
    writer.start()
    try:
        yield
    finally:
        ended.set()
        writer.join()
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    notes.append(
        f"busy by others before {before:.0%}, after {busy_share():.0%} of {os.cpu_count()} cores; load {load}; "
        f"the slowest of {len(writes)} bare writes by one thread took {duration(max(writes))}"
    )


def _write_until(ended: threading.Event, seconds: list[float]) -> None:
    """Write over the same place of one file again and again, and wait each time until it is durable."""
    with tempfile.TemporaryFile() as file:
        while not ended.wait(_WRITE_EVERY):
            begun = time.perf_counter()
            os.pwrite(file.fileno(), b" " * 4096, 0)
            os.fdatasync(file.fileno())
            seconds.append(time.perf_counter() - begun)
