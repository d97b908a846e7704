"""Filling an empty database with the documents of another store."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from psycopg import sql

from grader.store import codec
from grader.store.base import Unusable
from grader.store.moving import Arrival, Moved
from grader.store.postgres.documents import documents
from grader.store.postgres.facts import NO_COLUMNS, TABLES, Facts, Row, act_row, facts_of
from grader.store.postgres.pool import Connection, Pool
from grader.store.postgres.queries import queries
from grader.store.postgres.schema import check_schema
from grader.store.postgres.summaries import check_summaries


def open_import(address: str, moved: Moved) -> PostgresImport:
    """An empty database, or one in which an import of the same file was cut short. Raises Unusable or Unavailable."""
    pool = Pool(address, size=2)
    try:
        check_schema(pool)
        check_summaries(pool)
        return PostgresImport(pool, moved)
    except BaseException:
        pool.close()
        raise


class PostgresImport:
    """A `Target`: each batch is one transaction that also notes how far the import has come."""

    def __init__(self, pool: Pool, moved: Moved) -> None:
        self._pool = pool
        self._digest = moved.digest
        self._sql = queries()
        with pool.connection() as connection, connection.transaction():
            connection.execute(self._sql["lock_schema"])
            found = connection.execute(self._sql["unfinished_import"]).fetchone()
            if found and found[0] != moved.digest:
                raise Unusable(f"{pool.place} 里有另一份文件的导入没有做完。请用那份文件再导入一次，或改用空的数据库。")
            if not found:
                if connection.execute(self._sql["has_documents"]).fetchone() == (True,):
                    raise Unusable(
                        f"{pool.place} 不是空的，没有导入任何内容。请改用一个空的数据库（先运行 grader migrate）。"
                    )
                connection.execute(self._sql["begin_import"], {"digest": moved.digest})
            self._done = found[1] if found else 0

    @property
    def done(self) -> int:
        """How many documents are in."""
        return self._done

    def put(self, arrivals: list[Arrival]) -> None:
        """Take them in, in one transaction. Raises Unusable, and takes in none, where another import forestalled it."""
        facts = [(arrival, facts_of(arrival.summary, arrival.names, arrival.acts)) for arrival in arrivals]
        try:
            with self._pool.connection() as connection, connection.transaction():
                step = {"digest": self._digest, "before": self._done, "documents": len(arrivals)}
                if not connection.execute(self._sql["note_import"], step).rowcount:
                    raise Unusable("这份文件正在由另一个命令导入。请等它做完。")
                _copy(connection, "document", [_document(*pair) for pair in facts])
                _copy(connection, "name", [row for pair in facts for row in _names(*pair)])
                for table in TABLES.values():
                    rows = [(arrival.id, beside.beside(table)) for arrival, beside in facts]
                    _copy(connection, table, [{"id": id, **row} for id, row in rows if row])
                _copy(connection, "act", [act_row(logged) for arrival in arrivals for logged in arrival.acts])
                learners = [
                    beside.learner_of(arrival.id) for arrival, beside in facts if beside.learner or beside.progress
                ]
                connection.execute(self._sql["follow_learners"], {"learners": learners})
        except psycopg.errors.UniqueViolation as fault:
            raise Unusable(
                f"{self._pool.place}：文件里有重复的内容（{fault.diag.message_detail}），没有导入。"
            ) from fault
        self._done += len(arrivals)

    def documents(self) -> Iterator[str]:
        """Every document that is in now."""
        return documents(self._pool)

    def finish(self) -> None:
        """Open the database to the service; its planner learns how large the tables are."""
        with self._pool.connection() as connection, connection.transaction():
            connection.execute(self._sql["unhurried"])
            connection.execute(self._sql["analyse"])
            connection.execute(self._sql["end_import"], {"digest": self._digest})

    def close(self) -> None:
        """Let the connections go."""
        self._pool.close()


def _document(arrival: Arrival, facts: Facts) -> Row:
    return {
        "kind": arrival.kind.name,
        "id": arrival.id,
        "version": arrival.version,
        "body": arrival.text,
        "summary": codec.to_json(codec.to_plain(arrival.summary, arrival.kind.summary_type)),
        "facts": facts.digest,
        **NO_COLUMNS,
        **facts.columns,
    }


def _names(arrival: Arrival, facts: Facts) -> list[Row]:
    holder = {"kind": arrival.kind.name, "id": arrival.id}
    return [{"space": name.space, "text": name.text, **holder} for name in facts.names]


def _copy(connection: Connection, table: str, rows: list[Row]) -> None:
    if not rows:
        return
    columns = sql.SQL(", ").join(map(sql.Identifier, rows[0]))
    statement = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table), columns)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(list(row.values()))
