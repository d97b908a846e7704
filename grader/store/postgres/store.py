"""The store in PostgreSQL: one row a document, saved by compare-and-set.

A save whose names and facts stay as they are is one statement; any other is one transaction over the tables beside.
Where the connection breaks in the midst of a save, the document is read again: it was saved, or Unavailable is raised.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from secrets import token_hex
from threading import Lock

import psycopg
from psycopg import sql

from grader.domain.audit.act_log import ActsFound, ActsWanted, LoggedAct
from grader.domain.figures import Cell, Figures, LearnerEntry, placement_at
from grader.domain.people.account import AccountId, AccountSummary, Role, UnitId
from grader.store import codec
from grader.store.base import LEASE, Kind, Name, Row, Rows, S, Stored, T, Unavailable, is_wanted
from grader.store.kinds import ACCOUNT, DOSSIER
from grader.store.postgres.bodies import Bodies
from grader.store.postgres.documents import act_of, documents, log
from grader.store.postgres.facts import (
    BY_CELL,
    BY_UNIT,
    FILTERS,
    NO_COLUMNS,
    Grouping,
    P,
    counted_figures,
    storable,
)
from grader.store.postgres.pool import Pool
from grader.store.postgres.queries import queries
from grader.store.postgres.summaries import derived
from grader.store.postgres.writing import Parameters, forget_all, write_all

BODIES = 2000
"""How many decoded documents a process keeps in memory."""
_TURN_SECONDS = 60.0
"""How long a turn is waited for; whoever waits longer is told to come again."""
_AT_ONCE = 200
"""Documents that one sweep takes at a time."""
_FEW_LEARNERS = 5_000
"""The dossiers of so many learners are asked for by their accounts; of more, the whole programme's are read."""
_FEW_UNITS = 100
"""A report on so many units looks up their learners; one on more reads all learners."""


Entries = list[LearnerEntry]
"""Inside the class, which has a method of that name, `list` itself is no type."""


class PostgresStore:
    """A `Store` in a database; made by `open_postgres`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries()
        self._sealed = codec.Sealed(BODIES // 2)
        self._turns: dict[str, Lock] = {}
        self._guard = Lock()
        self._bodies = Bodies(BODIES)

    def load(self, kind: Kind[T, S], id: str) -> Stored[T] | None:
        """The document, or None where there is none; asked again once where the connection broke."""
        codec.require_id(id)
        try:
            text = self._text(kind, id)
        except Unavailable:
            text = self._text(kind, id)
        if text is None:
            return None
        stored = self._bodies.find(kind, id, text)
        if stored is None:
            stored = codec.decode(kind, id, json.loads(text), where=f"{self._pool.place} 的文档 {kind.name}/{id}")
            self._bodies.keep(kind, text, stored, id=id)
            self._sealed.loaded(kind, id, stored.value)
        return stored

    def recent(self, kind: Kind[T, S], id: str) -> Stored[T] | None:
        """The document as this process last loaded or saved it."""
        return self._bodies.last(kind, id)

    def save(self, kind: Kind[T, S], id: str, value: T, *, expected: int) -> int:
        """Keep `value` as version `expected + 1`; on return it is durable."""
        codec.require_id(id)
        body, stored = codec.seal(kind, id, value, version=expected + 1, sealed=self._sealed)
        document = derived(kind, id, stored.value, version=stored.version, body=body)
        row, facts = document.row, document.facts
        try:
            with self._pool.connection() as connection:
                if expected < 1 or not connection.execute(self._sql["update_same"], row).rowcount:
                    write_all(connection, row, facts, expected=expected)
        except Unavailable:
            if self._text(kind, id) != body:
                raise
        self._bodies.keep(kind, body, stored, id=id)
        return stored.version

    def try_saving(self) -> None:
        """Insert a row that no kind has, and take it back."""
        row = {"kind": "probe", "id": token_hex(8), "version": 1, "body": "{}", "summary": "{}", "facts": ""}
        with self._pool.connection() as connection, connection.transaction(force_rollback=True):
            connection.execute(self._sql["insert"], {**NO_COLUMNS, **row})

    def delete(self, kind: Kind[T, S], id: str, *, expected: int) -> None:
        """Forget the document, its summary, its names and its facts."""
        codec.require_id(id)
        key: Parameters = {"kind": kind.name, "id": id}
        try:
            with self._pool.connection() as connection:
                forget_all(connection, key, expected=expected)
        except Unavailable:
            if self._text(kind, id) is not None:
                raise

    def list(self, kind: Kind[T, S], **equal: object) -> Rows[S]:
        """Summaries whose fields equal the given values, sorted by id."""
        filters, parameters, rest = _filters(kind, equal)
        with self._pool.connection() as connection:
            query = sql.SQL(self._sql["list"]).format(filters=filters)
            rows = [_row(kind, *found) for found in connection.execute(query, parameters)]
        return [row for row in rows if is_wanted(row.summary, rest)]

    def newest(self, kind: Kind[T, S], *, most: int, **equal: object) -> Rows[S]:
        """Summaries with the latest `started`, at most so many, newest first."""
        filters, parameters, rest = _filters(kind, equal)
        if rest:
            raise ValueError(f"{kind.name} has no column {', '.join(rest)}")
        with self._pool.connection() as connection:
            query = sql.SQL(self._sql["newest"]).format(filters=filters)
            return [_row(kind, *found) for found in connection.execute(query, {**parameters, "most": most})]

    def claim_due(self, kind: Kind[T, S], *, before: datetime) -> Rows[S]:
        """Summaries with a `due` before that time; for LEASE they are nobody else's."""
        parameters = {"kind": kind.name, "before": before, "lease": LEASE, "most": _AT_ONCE}
        with self._pool.connection() as connection:
            found = connection.execute(self._sql["claim_due"], parameters).fetchall()
        return sorted((_row(kind, *columns) for columns in found), key=lambda row: row.id)

    def find(self, kind: Kind[T, S], name: Name) -> str | None:
        """The id of the document of this kind that holds the name, or None."""
        parameters = {"kind": kind.name, "space": storable(name.space), "text": storable(name.text)}
        with self._pool.connection() as connection:
            found = connection.execute(self._sql["find"], parameters).fetchone()
        return found[0] if found else None

    def learners(
        self, programme: str, units: Sequence[UnitId], *, at: datetime | None = None
    ) -> Sequence[LearnerEntry]:
        """The learners of these units with their dossiers of the programme, in the order of lists."""
        if at is None:
            entries = self._entries(programme, self.list(ACCOUNT, role=Role.LEARNER, unit=frozenset(units)))
            belong = {entry.id: entry.account.unit for entry in entries}
        else:
            entries = self._entries(programme, self._once_in(units))
            then = {entry.id: placement_at(entry.account, at) for entry in entries}
            belong = {id: place.unit for id, place in then.items() if place is not None}
        place = {unit: number for number, unit in enumerate(units)}
        found = [entry for entry in entries if belong.get(entry.id) in place]
        return sorted(found, key=lambda entry: (place[belong[entry.id]], entry.place))

    def _once_in(self, units: Sequence[UnitId]) -> Rows[AccountSummary]:
        """The learners who belong to one of these units or did at some time."""
        with self._pool.connection() as connection:
            found = connection.execute(self._sql["once_in"], {"units": [storable(unit) for unit in units]})
            return [_row(ACCOUNT, *columns) for columns in found]

    def _entries(self, programme: str, accounts: Rows[AccountSummary]) -> Entries:
        few = {"account": frozenset(row.id for row in accounts)} if len(accounts) <= _FEW_LEARNERS else {}
        dossiers = {row.summary.account: row.summary for row in self.list(DOSSIER, programme=programme, **few)}
        return [
            LearnerEntry(id=(id := AccountId(row.id)), account=row.summary, dossier=dossiers.get(id))
            for row in accounts
        ]

    def figures(
        self, programme: str, *, at: datetime, units: Collection[UnitId] | None = None
    ) -> dict[UnitId, Figures]:
        """The figures of each unit that had learners at that time, as `domain.figures` counts them."""
        found = self._counted(programme, at=at, units=units, by=BY_UNIT)
        return {unit: figures for unit, figures in found.items() if units is None or unit in units}

    def cells(self, programme: str, *, at: datetime, units: Collection[UnitId] | None = None) -> dict[Cell, Figures]:
        """The same figures by unit, tier and rank."""
        found = self._counted(programme, at=at, units=units, by=BY_CELL)
        return {cell: figures for cell, figures in found.items() if units is None or cell.unit in units}

    def _counted(
        self, programme: str, *, at: datetime, units: Collection[UnitId] | None, by: Grouping[P]
    ) -> dict[P, Figures]:
        """The figures by these columns; where few units are asked for, the database counts no others."""
        is_narrow = units is not None and len(units) <= _FEW_UNITS
        scope = {
            "place": sql.SQL(self._sql[by.now]),
            "place_then": sql.SQL(self._sql[by.then]),
            "now": sql.SQL("and unit = any(%(units)s)" if is_narrow else ""),
            "then": sql.SQL("and units && %(units)s::text[]" if is_narrow else ""),
        }
        wanted = [storable(unit) for unit in units or ()]
        parameters = {"programme": storable(programme), "at": at, "units": wanted}
        with self._pool.connection() as connection, connection.transaction():
            connection.execute(self._sql["one_moment"])
            connection.execute(self._sql["report_settings"])
            enrolled, reached, spared = (
                connection.execute(sql.SQL(self._sql[name]).format(**scope), parameters).fetchall()
                for name in ("enrolled", "reached", "spared")
            )
        return counted_figures(enrolled, reached, spared, by=by)

    def documents(self, kinds: Collection[str] | None = None) -> Iterator[str]:
        """Every document as JSON text, by kind and id."""
        return documents(self._pool, kinds)

    def acts(self, wanted: ActsWanted, *, most: int, skip: int = 0) -> ActsFound:
        """Acts from the log, the latest first."""
        filters, parameters = _acts_wanted(wanted)
        with self._pool.connection() as connection, connection.transaction():
            connection.execute(self._sql["one_moment"])
            count = connection.execute(sql.SQL(self._sql["count_acts"]).format(filters=filters), parameters).fetchone()
            query = sql.SQL(self._sql["acts"]).format(filters=filters)
            found = connection.execute(query, {**parameters, "most": most, "skip": skip}).fetchall()
        return ActsFound(acts=tuple(act_of(entry) for (entry,) in found), found=count[0] if count else 0)

    def log(self) -> Iterator[LoggedAct]:
        """All of the log."""
        return log(self._pool)

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """One at a time across all processes; raises Unavailable where the turn does not come within a minute."""
        with self._guard:
            lock = self._turns.setdefault(name, Lock())
        deadline = time.monotonic() + _TURN_SECONDS
        if not lock.acquire(timeout=_TURN_SECONDS):
            raise Unavailable(_BUSY)
        try:
            with self._pool.connection() as connection:
                while connection.execute(self._sql["take_turn"], {"name": name}).fetchone() != (True,):
                    if time.monotonic() > deadline:
                        raise Unavailable(_BUSY)
                    time.sleep(0.1)
                try:
                    yield
                finally:
                    with suppress(psycopg.Error):  # then the turn ended with the connection
                        connection.execute(self._sql["end_turn"], {"name": name})
        finally:
            lock.release()

    def close(self) -> None:
        """Let the connections go."""
        self._pool.close()

    def _text(self, kind: Kind[T, S], id: str) -> str | None:
        with self._pool.connection() as connection:
            found = connection.execute(self._sql["load"], {"kind": kind.name, "id": id}).fetchone()
        return found[0] if found else None


def _row(kind: Kind[T, S], id: str, version: int, summary: str) -> Row[S]:
    return Row(id, version, codec.from_plain(json.loads(summary), kind.summary_type))


def _filters(kind: Kind[T, S], equal: dict[str, object]) -> tuple[sql.Composable, Parameters, dict[str, object]]:
    """Conditions for the fields that have columns, their parameters, and the fields that have none."""
    columns = FILTERS.get(kind.summary_type, frozenset())
    parameters: Parameters = {"kind": kind.name}
    conditions: list[sql.Composable] = []
    rest = {field: wanted for field, wanted in equal.items() if field not in columns or wanted is None}
    for field in equal.keys() - rest.keys():
        wanted = equal[field]
        members = wanted if isinstance(wanted, frozenset) else [wanted]
        parameters[field] = [storable(member) if isinstance(member, str) else member for member in members]
        conditions.append(sql.SQL("and {} = any({})").format(sql.Identifier(field), sql.Placeholder(field)))
    return sql.SQL(" ").join(conditions), parameters, rest


def _acts_wanted(wanted: ActsWanted) -> tuple[sql.Composable, Parameters]:
    """Conditions on the log, and their parameters."""
    asked = {
        "done_by = %(by)s": wanted.by,
        "action = %(action)s": wanted.action,
        "account = %(account)s": wanted.account,
        "at >= %(since)s": wanted.since,
        "at < %(until)s": wanted.until,
    }
    conditions = [sql.SQL("and " + condition) for condition, value in asked.items() if value]
    if wanted.units is not None:
        conditions.append(sql.SQL(queries()["acts_of_units"]))
    parameters: Parameters = {
        "by": storable(wanted.by),
        "action": storable(wanted.action),
        "account": storable(wanted.account),
        "since": wanted.since,
        "until": wanted.until,
        "units": [storable(unit) for unit in wanted.units or ()],
    }
    return sql.SQL(" ").join(conditions), parameters


_BUSY = "另一个人正在进行同样的操作，还没有结束。请稍后再试。"
