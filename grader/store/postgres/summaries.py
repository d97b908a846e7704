"""Summaries, and what else is derived from documents, made again where another program made them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from grader.domain.audit.act_log import logged_acts
from grader.store import codec
from grader.store.base import Kind, NameTaken, Unusable
from grader.store.fingerprint import fingerprint
from grader.store.kinds import KINDS
from grader.store.postgres import facts
from grader.store.postgres.facts import Facts, facts_of
from grader.store.postgres.pool import Connection, Pool
from grader.store.postgres.queries import queries
from grader.store.postgres.writing import Parameters, write_all

AT_ONCE = 500
"""Documents in one transaction: each may hold a lock of the server's, which has some thousands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A document's row with its summary, and what stands beside it."""

    row: Parameters
    facts: Facts


def derived(kind: Kind[Any, Any], id: str, value: Any, *, version: int, body: str, late: bool = False) -> Derived:
    """What is kept of a document whose text is `body`; `late` for one that was saved before."""
    summary = kind.summarise(value)
    beside = facts_of(summary, kind.names(value), logged_acts(kind.name, id, value, late=late))
    row = {
        "kind": kind.name,
        "id": id,
        "version": version,
        "body": body,
        "summary": codec.to_json(codec.to_plain(summary, kind.summary_type)),
        "facts": beside.digest,
    }
    return Derived(row=row, facts=beside)


def check_summaries(pool: Pool) -> None:
    """Raises Unusable where another program made the summaries."""
    with pool.connection() as connection:
        if _stale(connection):
            raise Unusable(
                f"{pool.place} 里的摘要是另一版本的系统生成的，不能直接使用。"
                "请先停止服务、做好备份，再运行 grader migrate。"
            )


def renew_summaries(pool: Pool) -> list[str]:
    """Make summaries again from the bodies where another program made them; gives those kinds that have documents.

    What was cut short is done again from the start. Raises Unusable for a body that can't be read.
    """
    with pool.connection() as connection:
        return [kind.name for kind in _stale(connection) if _renew(connection, kind, pool.place)]


def _stale(connection: Connection) -> list[Kind[Any, Any]]:
    made_by: dict[str, str] = dict(connection.execute(queries()["summaries"]).fetchall())
    return [kind for kind in KINDS if made_by.get(kind.name) != _fingerprint(kind)]


def _fingerprint(kind: Kind[Any, Any]) -> str:
    return fingerprint(kind, facts.__name__)


def _renew(connection: Connection, kind: Kind[Any, Any], place: str) -> int:
    """Go through all documents of a kind, by id; gives how many there are."""
    count, last = 0, ""
    while True:
        with connection.transaction():
            parameters = {"kind": kind.name, "after": last, "most": AT_ONCE}
            found = connection.execute(queries()["bodies_after"], parameters).fetchall()
            if not found:
                connection.execute(queries()["note_summaries"], {"kind": kind.name, "made_by": _fingerprint(kind)})
                return count
            for id, body, summary, digest in found:
                _renew_one(connection, _decoded(kind, id, body, place), summary, digest, place=place)
        count, last = count + len(found), found[-1][0]


def _decoded(kind: Kind[Any, Any], id: str, body: str, place: str) -> Derived:
    stored = codec.decode(kind, id, json.loads(body), where=f"{place} 的文档 {kind.name}/{id}")
    return derived(kind, id, stored.value, version=stored.version, body=body, late=True)


def _renew_one(connection: Connection, document: Derived, summary: str, digest: str, *, place: str) -> None:
    """Write what differs from what is kept, which is often nothing."""
    row = document.row
    try:
        if document.facts.digest != digest:
            write_all(connection, row, document.facts, expected=row["version"])
        elif row["summary"] != summary:
            connection.execute(queries()["keep_summary"], row)
    except NameTaken as taken:
        raise Unusable(
            f"{place} 的文档 {row['kind']}/{row['id']} 与 {taken.holder} 都使用“{taken.name.text}”，"
            "无法生成摘要。请从备份恢复数据库，或联系维护人员改正其中一个，再运行 grader migrate。"
        ) from taken
