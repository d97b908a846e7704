"""Every document of a database, and all of its log of acts, as of one moment and in bounded memory."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator

from grader.domain.audit.act_log import LoggedAct
from grader.store.base import Unusable
from grader.store.codec import from_plain
from grader.store.kinds import KINDS
from grader.store.postgres.pool import Pool
from grader.store.postgres.queries import queries

_AT_A_TIME = 1000


def documents(pool: Pool, kinds: Collection[str] | None = None) -> Iterator[str]:
    """The texts of all documents, or those of these kinds, by kind and id."""
    with pool.connection() as connection, connection.transaction():
        connection.execute(queries()["one_moment"])
        for kind in (kind.name for kind in KINDS if kinds is None or kind.name in kinds):
            with connection.cursor(name="documents") as cursor:
                cursor.itersize = _AT_A_TIME
                for (text,) in cursor.execute(queries()["documents"], {"kind": kind}):
                    yield text


def log(pool: Pool) -> Iterator[LoggedAct]:
    """Every act of the log."""
    with pool.connection() as connection, connection.transaction():
        connection.execute(queries()["one_moment"])
        with connection.cursor(name="log") as cursor:
            cursor.itersize = _AT_A_TIME
            for (entry,) in cursor.execute(queries()["log"]):
                yield act_of(entry)


def act_of(entry: str) -> LoggedAct:
    """An act from its JSON in the log. Raises Unusable."""
    try:
        return from_plain(json.loads(entry), LoggedAct)
    except Exception as fault:  # whatever a row breaks, it is none of ours
        raise Unusable("数据库的操作记录表中有无法读取的记录，可能被改动过。请与备份核对。") from fault
