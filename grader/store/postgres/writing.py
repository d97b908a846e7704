"""A document with everything that stands beside it, written as one: its columns, names, facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.store.base import Conflict, Name, NameTaken
from grader.store.postgres.facts import NO_COLUMNS, TABLES, Facts, act_row, restored
from grader.store.postgres.pool import Connection
from grader.store.postgres.queries import queries

Parameters = dict[str, Any]


def write_all(connection: Connection, row: Parameters, facts: Facts, *, expected: int) -> None:
    """Write the document's row and what stands beside it, in one transaction. Raises Conflict or NameTaken.

    `expected` is the version that must be there now, 0 for none; the row says the version that will be.
    """
    with connection.transaction():
        require(found_version(connection, row), row, expected)
        query = queries()["update" if expected else "insert"]
        if not connection.execute(query, {**NO_COLUMNS, **facts.columns, **row}).rowcount:
            require(found_version(connection, row), row, expected)
        _claim_names(connection, row, facts.names)
        if expected:
            _drop_names(connection, row, facts.names)
        if table := TABLES.get(row["kind"]):
            _keep_facts(connection, table, row["id"], facts.beside(table), learner=facts.learner_of(row["id"]))
        if facts.acts:
            connection.cursor().executemany(queries()["log_act"], [act_row(logged) for logged in facts.acts])


def forget_all(connection: Connection, key: Parameters, *, expected: int) -> None:
    """Forget the document and what stands beside it, in one transaction. Raises Conflict."""
    with connection.transaction():
        require(found_version(connection, key), key, expected)
        connection.execute(queries()["delete"], key)
        if table := TABLES.get(key["kind"]):
            _keep_facts(connection, table, key["id"], None, learner=key["id"])
        _drop_names(connection, key, [])


def found_version(connection: Connection, key: Parameters) -> int:
    """The document's version, 0 where there is none; it stays so until the transaction ends."""
    found = connection.execute(queries()["version"], key).fetchone()
    return found[0] if found else 0


def require(found: int, key: Parameters, expected: int) -> None:
    """Raises Conflict where the version found is another."""
    if found != expected:
        raise Conflict(key["kind"], key["id"], expected=expected, found=found)


def _keep_facts(connection: Connection, table: str, id: str, kept: Parameters | None, *, learner: str) -> None:
    """Write or forget the row beside a document, and let the copies of the learner's place follow."""
    connection.execute(queries()["lock_learner"], {"learner": learner})
    if kept:
        connection.execute(queries()[f"keep_{table}"], {"id": id, **kept})
    else:
        connection.execute(queries()[f"forget_{table}"], {"id": id})
    connection.execute(queries()["follow_learners"], {"learners": [learner]})


def _claim_names(connection: Connection, key: Parameters, names: Sequence[Name]) -> None:
    """Make these names the document's. Raises NameTaken.

    Claims come first and in order: whoever waits for a name holds none that comes after it.
    """
    wanted = _texts(names)
    held: Sequence[object] = ()
    while len(held) < len(names):  # again where a holder has just let go of a name
        connection.execute(queries()["claim_names"], {**key, **wanted})
        held = rows = connection.execute(queries()["holders"], wanted).fetchall()
        for space, text, *holder in rows:
            if holder != [key["kind"], key["id"]]:
                raise NameTaken(Name(restored(space), restored(text)), holder[1])


def _drop_names(connection: Connection, key: Parameters, names: Sequence[Name]) -> None:
    connection.execute(queries()["drop_names"], {**key, **_texts(names)})


def _texts(names: Sequence[Name]) -> Parameters:
    return {"spaces": [name.space for name in names], "texts": [name.text for name in names]}
