"""What commands on a deployment share: its folder, its store, the time, who did it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from grader.config import Settings
from grader.store import open_store
from grader.store.base import Store
from quizgen.commandline import ChineseParser

OPERATOR = "command-line"
"""Who did it, in acts, when it was done from the command line."""


def data_option(parser: ChineseParser) -> None:
    """`--data`, the folder of the deployment."""
    parser.add_argument("--data", metavar="目录", type=Path, default=Path("var/data"), help="数据文件夹，默认 var/data")


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@contextmanager
def opened(settings: Settings, *, exclusive: bool) -> Iterator[Store]:
    """The store of these settings, closed at the end; `exclusive` for whoever writes. Raises StoreError."""
    store = open_store(settings.store, exclusive=exclusive)
    try:
        yield store
    finally:
        store.close()
