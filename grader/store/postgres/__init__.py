"""The store for several processes and hosts: psycopg, named SQL in files, versioned migrations; the only psycopg."""

from __future__ import annotations

from grader.store.base import Unusable
from grader.store.postgres.importing import open_import
from grader.store.postgres.pool import Pool
from grader.store.postgres.queries import queries
from grader.store.postgres.schema import check_schema, migrate_schema
from grader.store.postgres.store import PostgresStore
from grader.store.postgres.summaries import check_summaries, renew_summaries

__all__ = ["PostgresStore", "migrate", "open_import", "open_postgres"]


def migrate(address: str) -> list[str]:
    """Bring the database up to this program: its tables, then its summaries; gives what that took.

    Raises Unusable where the database is newer or not whole, or a document can't be read.
    """
    pool = Pool(address, size=1)
    try:
        steps = migrate_schema(pool)
        kinds = renew_summaries(pool)
    finally:
        pool.close()
    return [*steps, *(f"重新生成摘要 {kind}" for kind in kinds)]


def open_postgres(address: str, *, check: bool = True) -> PostgresStore:
    """The store in the database at `postgresql://…`. Raises Unusable or Unavailable with the way out.

    Without `check` nothing is asked of the database yet: for workers of a service whose parent has asked.
    """
    pool = Pool(address)
    if check:
        try:
            check_schema(pool)
            check_summaries(pool)
            _check_whole(pool)
        except BaseException:
            pool.close()
            raise
    return PostgresStore(pool)


def _check_whole(pool: Pool) -> None:
    with pool.connection() as connection:
        if connection.execute(queries()["unfinished_import"]).fetchone():
            raise Unusable(f"{pool.place} 的数据导入还没有做完，现在不能使用。请再运行一次同样的 grader import-data。")
