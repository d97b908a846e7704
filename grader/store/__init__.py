"""Documents with a version behind one `Protocol`; `open_store` alone knows which backend it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.store.base import Store, Unusable
from grader.store.kinds import KINDS
from grader.store.memory import MemoryStore
from grader.store.moving import Moved, Target
from grader.store.tiny.importing import open_import as open_folder_import
from grader.store.tiny.store import open_tiny

if TYPE_CHECKING:
    from types import ModuleType

_SCHEME = re.compile(r"[a-z]{2,}:|[^/\\:]{2,}:(?=//)")
"""One letter is a Windows drive; a scheme that nobody knows is no folder, so that it is refused."""


def open_store(address: str, *, exclusive: bool, check: bool = True) -> Store:
    """The store at `memory:`, `tiny:<folder>` or `postgresql://…`; a plain path is a folder too.

    `exclusive` is for the one process that writes a tiny store; others open it read only. Without `check` a database
    is not asked whether it may be used. Raises Unusable, or Unavailable for a database that does not answer.
    """
    backend, place = split_address(address)
    if is_shared(address):
        store: Store = _database_package().open_postgres(address, check=check)
        return store
    if backend == "memory:" and not place:
        return MemoryStore()
    if backend == "tiny:" and place:
        return open_tiny(place, exclusive=exclusive, kinds=KINDS)
    raise _unknown(address)


def is_shared(address: str) -> bool:
    """Whether several processes may use the store at the same time."""
    return split_address(address)[0] in {"postgresql:", "postgres:"}


def migrate_store(address: str) -> list[str]:
    """Bring a database up to this program's schema; gives what that took. Raises Unusable."""
    backend, place = split_address(address)
    if (backend == "tiny:" and place) or address == "memory:":
        raise Unusable(f"数据存放在 {address}，不需要迁移；grader migrate 只用于 PostgreSQL 数据库。")
    if not is_shared(address):
        raise _unknown(address)
    done: list[str] = _database_package().migrate(address)
    return done


def open_import(address: str, moved: Moved) -> Target:
    """An empty store to be filled. Raises Unusable where it is not empty."""
    if is_shared(address):
        target: Target = _database_package().open_import(address, moved)
        return target
    backend, place = split_address(address)
    if backend == "memory:" and not place:
        raise Unusable(
            "memory: 不保存数据，不能导入。可以写目录路径、tiny:目录路径或 postgresql://用户名@主机/数据库。"
        )
    if backend != "tiny:" or not place:
        raise _unknown(address)
    return open_folder_import(place, moved)


def split_address(address: str) -> tuple[str, str]:
    """The backend, as `tiny:`, and the rest of the address; a plain path is a folder of `tiny:`."""
    scheme = _SCHEME.match(address)
    return (scheme[0], address[scheme.end() :]) if scheme else ("tiny:", address)


def _database_package() -> ModuleType:
    """The package `grader.store.postgres`. Raises Unusable where psycopg is not installed."""
    try:
        from grader.store import postgres as module  # noqa: PLC0415 - psycopg is an extra
    except ImportError as fault:
        raise Unusable(
            f"没有安装 PostgreSQL 所需的程序包 {fault.name}。请运行 pip install 'psycopg[binary]' gunicorn。"
        ) from None
    return module


def _unknown(address: str) -> Unusable:
    return Unusable(
        f"无法识别数据位置“{_told(address)}”。可以写目录路径、tiny:目录路径、postgresql://用户名@主机/数据库，"
        "或 memory:（仅供试用，不保存）。"
    )


def _told(address: str) -> str:
    """The address without what is, or may be, a password."""
    return re.sub(r"(password=)[^&]*", r"\1…", re.sub(r"(://[^:/?]*:)(.*(?=@)|.*)", r"\1…", address))
