"""What else the machine did while something was measured: its load, and how busy it was before and after."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

_LOOK_SECONDS = 0.5


def busy_share() -> float:
    """The share of all cores that was in use in the last half second, from 0 to 1."""
    return psutil.cpu_percent(interval=_LOOK_SECONDS) / 100


@contextmanager
def told(notes: list[str]) -> Iterator[None]:
    """Add a sentence to `notes` about what the machine did besides, just before and just after."""
    before = busy_share()
    yield
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    notes.append(f"busy by others before {before:.0%}, after {busy_share():.0%} of {os.cpu_count()} cores; load {load}")
