"""Progress of long work on a terminal's error stream; nothing where nobody watches (piped, redirected, CI)."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

T = TypeVar("T")


def working(title: str) -> AbstractContextManager[object]:
    """A sign of life beside `title` while work of unknown length goes on; it leaves no trace."""
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console  # noqa: PLC0415 - nobody who does not watch waits for it

    return Console(stderr=True).status(title)


def counted(values: Iterable[T], title: str, *, total: int) -> Iterator[T]:
    """The values, with a bar that says how many of `total` are done; it leaves no trace."""
    if not sys.stderr.isatty():
        yield from values
        return
    from rich.console import Console  # noqa: PLC0415 - as above
    from rich.progress import track  # noqa: PLC0415 - as above

    yield from track(values, title, total=total, console=Console(stderr=True), transient=True)
