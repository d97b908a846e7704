"""What commands on a deployment share: its folder, its store, the time, who did it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from grader.domain.audit.acts import OPERATOR
from grader.settings import Settings
from grader.store import open_store
from grader.store.base import Store
from quizgen.console.commandline import ChineseParser

__all__ = ["OPERATOR", "address_options", "data_option", "now", "opened"]


def data_option(parser: ChineseParser) -> None:
    """`--data`, the folder of the deployment."""
    parser.add_argument("--data", metavar="目录", type=Path, default=Path("var/data"), help="数据文件夹，默认 var/data")


def address_options(parser: ChineseParser) -> None:
    """`--host` and `--port`, where the service answers."""
    parser.add_argument("--host", metavar="地址", default="127.0.0.1", help="在哪个地址上服务，默认只限本机 127.0.0.1")
    parser.add_argument("--port", metavar="端口", type=int, default=8000, help="端口，默认 8000")


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
