"""The schema's version: bringing a database up to it (`migrate_schema`), and refusing one that is not at it.

Each migration runs in one transaction, which also notes it with what the tables then look like; so one that was cut
short leaves nothing, and a database that was restored in part, or altered by hand, is told from a whole one.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.store.base import Unusable
from grader.store.postgres.pool import Connection, Pool
from grader.store.postgres.queries import Migration, migrations, queries

OLDEST_SERVER = 140_000
"""PostgreSQL 14, as `server_version` counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Noted:
    number: int
    name: str
    digest: str
    shape: list[str]


def migrate_schema(pool: Pool) -> list[str]:
    """Bring the database up to this program's schema; gives the names of the migrations that this took.

    Raises Unusable, and changes nothing, where the database is newer or not whole.
    """
    with pool.connection() as connection:
        _check_server(connection, pool.place)
        with connection.transaction():
            connection.execute(queries()["unhurried"])
            connection.execute(queries()["lock_schema"])
            noted = _noted(connection)
            _check_whole(connection, noted, pool.place)
            steps = migrations()[len(noted) :]
            for step in steps:
                _apply(connection, step)
    return [step.name for step in steps]


def check_schema(pool: Pool) -> None:
    """Raises Unusable where the server is too old, or the database is not exactly at this program's schema."""
    with pool.connection() as connection:
        _check_server(connection, pool.place)
        noted = _noted(connection)
        _check_whole(connection, noted, pool.place)
    if not noted:
        raise Unusable(f"{pool.place} 里还没有数据表。请先运行 grader migrate，再启动服务。")
    if len(noted) < len(migrations()):
        raise Unusable(
            f"{pool.place} 的数据表是旧版本的（结构 {len(noted)}，本系统需要 {len(migrations())}）。"
            "请先停止服务、做好备份，再运行 grader migrate。"
        )


def _check_server(connection: Connection, place: str) -> None:
    version = connection.info.server_version
    if version < OLDEST_SERVER:
        raise Unusable(
            f"{place} 的 PostgreSQL 版本是 {version // 10_000}，太旧了。"
            f"请升级到 {OLDEST_SERVER // 10_000} 或更新的版本。"
        )
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise Unusable(f"{place} 的编码是 {encoding}，存不下所有汉字。请数据库管理员另建一个编码为 UTF8 的数据库。")


def _noted(connection: Connection) -> list[_Noted]:
    """The migrations that were applied, in order; none where there is no table of them."""
    if connection.execute(queries()["has_migrations"]).fetchone() != (True,):
        return []
    return [
        _Noted(number=number, name=name, digest=digest, shape=shape)
        for number, name, digest, shape in connection.execute(queries()["migrations"])
    ]


def _check_whole(connection: Connection, noted: list[_Noted], place: str) -> None:
    known = migrations()
    numbers = [one.number for one in noted]
    if noted and max(numbers) > len(known):
        raise Unusable(
            f"{place} 的数据表由较新版本的系统建立（结构 {max(numbers)}，本系统只识别到 {len(known)}）。"
            "没有改动任何内容。请先升级本系统。"
        )
    shape = _shape(connection)
    if not noted:
        left = sorted({line.split(".")[0] for line in shape} & _TABLES)
        if left:
            raise Unusable(_half(place, f"有 {'、'.join(left)}，却没有迁移记录"))
        return
    expected = [(step.number, step.digest) for step in known[: len(noted)]]
    if [(one.number, one.digest) for one in noted] != expected:
        raise Unusable(_half(place, "迁移记录与本系统的不一致"))
    if missing := sorted(set(noted[-1].shape) - set(shape)):
        raise Unusable(_half(place, f"缺少 {'、'.join(missing[:3])}"))


_TABLES = {"document", "name", "learner", "progress", "act"}


def _half(place: str, what: str) -> str:
    return (
        f"{place} 的数据表不完整：{what}。可能是迁移或恢复没有做完。没有改动任何内容。"
        "请从备份恢复整个数据库，或改用一个空的数据库。"
    )


def _apply(connection: Connection, step: Migration) -> None:
    connection.execute(step.sql)
    row = {"number": step.number, "name": step.name, "digest": step.digest, "shape": _shape(connection)}
    connection.execute(queries()["note_migration"], row)


def _shape(connection: Connection) -> list[str]:
    """Every column with its type and every valid index in the schema that is used, as lines."""
    return [line for (line,) in connection.execute(queries()["shape"])]
