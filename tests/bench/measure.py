"""Figures and how they are taken: each beside its yardstick in the same run, interleaved, as medians."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

Work = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table. `ratio` is the figure through its yardstick; `met` is None where nothing was aimed at."""

    name: str
    figure: str
    yardstick: str
    ratio: float | None = None
    goal: str = "-"
    met: bool | None = None


def medians(*works: Work, rounds: int, warm_up: int = 1) -> list[float]:
    """Median seconds of each work, in the order given.

    They take turns, and turns at being first, so that what else the machine does falls on all alike.
    """
    turns = deque((work, list[float]()) for work in works)
    taken = [times for _, times in turns]
    for number in range(-warm_up, rounds):
        for work, times in turns:
            begun = time.perf_counter()
            work()
            if number >= 0:
                times.append(time.perf_counter() - begun)
        turns.rotate(1)
    return [statistics.median(times) for times in taken]


def compared(
    name: str, seconds: Sequence[float], *, yardstick: str, most: float | None = None, most_ratio: float | None = None
) -> Figure:
    """A figure and its yardstick in seconds, at most `most` seconds or `most_ratio` yardsticks as the goal."""
    figure, floor = seconds
    ratio = figure / floor
    goals = [
        *([(f"≤ {duration(most)}", figure <= most)] if most is not None else []),
        *([(f"ratio ≤ {most_ratio:g}", ratio <= most_ratio)] if most_ratio is not None else []),
    ]
    return Figure(
        name=name,
        figure=duration(figure),
        yardstick=f"{yardstick}: {duration(floor)}",
        ratio=ratio,
        goal=", ".join(text for text, _ in goals) or "-",
        met=all(met for _, met in goals) if goals else None,
    )


def run(*arguments: str, at: Path) -> None:
    """Run Python with these arguments; where it fails, say what it said.

    It keeps its compiled modules, as it does for whoever does not forbid it.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run([sys.executable, *arguments], cwd=at, env=kept, capture_output=True, text=True, check=False)
    if done.returncode:
        said = f"{done.stdout[-_SHOWN:]}{done.stderr[-_SHOWN:]}"
        raise RuntimeError(f"exit code {done.returncode} of {' '.join(arguments)}\n{said}")


_SHOWN = 2_000
"""Characters of the end of an output that are shown."""


def duration(seconds: float) -> str:
    """Three digits and the unit that suits them."""
    for factor, unit in ((1, "s"), (1e3, "ms")):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def percentile(values: Sequence[float], part: float) -> float:
    """The value that this part of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)]


@contextmanager
def unsynced() -> Iterator[None]:
    """Nothing is forced to the disk until the end, then all is: for filling a store before anything is measured.

    What was left to the system would be written while something is measured, which then waits for it.
    """
    with patch("os.fsync", lambda _file: None):
        yield
    os.sync()


def durable_write(path: Path, data: bytes) -> None:
    """The floor of every save that survives a power cut: a temporary file, fsync, rename."""
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
