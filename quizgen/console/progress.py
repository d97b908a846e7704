"""Progress of long work on a terminal's error stream; nothing where nobody watches (piped, redirected, CI)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import TypeVar

from rich.console import Console
from rich.progress import track
from rich.status import Status

T = TypeVar("T")


def working(title: str) -> AbstractContextManager[Status]:
    """A sign of life beside `title` while work of unknown length goes on; it leaves no trace."""
    return Console(stderr=True).status(title)


def counted(values: Iterable[T], title: str, *, total: int) -> Iterator[T]:
    """The values, with a bar that says how many of `total` are done; it leaves no trace."""
    console = Console(stderr=True)
    yield from track(values, title, total=total, console=console, transient=True, disable=not console.is_terminal)
