"""Every document of a database, as of one moment and in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator

from grader.store.kinds import KINDS
from grader.store.postgres.pool import Pool
from grader.store.postgres.queries import queries

_AT_A_TIME = 1000


def documents(pool: Pool) -> Iterator[str]:
    """The documents' texts by kind and id."""
    with pool.connection() as connection, connection.transaction():
        connection.execute(queries()["one_moment"])
        for kind in KINDS:
            with connection.cursor(name="documents") as cursor:
                cursor.itersize = _AT_A_TIME
                for (text,) in cursor.execute(queries()["documents"], {"kind": kind.name}):
                    yield text
