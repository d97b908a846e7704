"""Summaries of a database that another version of the program made."""

from __future__ import annotations

import pytest
from psycopg import sql

from grader.domain.people.account import UnitId
from grader.store import migrate_store, open_store
from grader.store.base import Name, Unusable
from grader.store.kinds import ACCOUNT, DOSSIER, LOGIN, UNIT
from grader.store.postgres import summaries
from tests.grader_factories import NOON, account, dossier, milestones
from tests.postgres_server import Database

NUMBER = account().number


def filled(database: Database) -> list[object]:
    """A learner with a dossier in it; gives what the store says of them."""
    migrate_store(database.address)
    store = open_store(database.address, exclusive=True)
    person = account()
    store.save(ACCOUNT, person.id, person, expected=0)
    kept = dossier(account=person.id, milestones=milestones("started"))
    store.save(DOSSIER, f"2026.{person.id}", kept, expected=0)
    store.close()
    return said(database)


def said(database: Database) -> list[object]:
    store = open_store(database.address, exclusive=True)
    try:
        return [
            store.list(ACCOUNT),
            store.list(DOSSIER, programme="2026"),
            store.find(ACCOUNT, Name(LOGIN, NUMBER)),
            store.figures("2026", at=NOON),
        ]
    finally:
        store.close()


def made_by_another(database: Database, *, kind: str) -> None:
    """As if an older program had kept less: other summaries, no columns, no names, no facts."""
    with database.connect() as connection:
        connection.execute("update summaries set made_by = 'older' where kind = %s", [kind])
        connection.execute("update document set summary = '{}', unit = null, facts = '' where kind = %s", [kind])
        connection.execute("delete from name where kind = %s", [kind])
        table = {"account": "learner", "dossier": "progress"}[kind]
        connection.execute(sql.SQL("delete from {}").format(sql.Identifier(table)))


@pytest.mark.parametrize("kind", ["account", "dossier"])
def test_summaries_of_another_program_are_refused_until_migrate_makes_them_again(database: Database, kind: str) -> None:
    before = filled(database)
    made_by_another(database, kind=kind)
    with pytest.raises(Unusable, match=r"另一版本的系统生成的.*再运行 grader migrate"):
        open_store(database.address, exclusive=False)

    done = [migrate_store(database.address) for _ in range(2)]

    assert done == [[f"重新生成摘要 {kind}"], []]
    assert said(database) == before


def test_only_a_summary_that_differs_is_written(database: Database) -> None:
    before = filled(database)
    with database.connect() as connection:
        connection.execute("update document set summary = '{\"programme\":1}' where kind = 'dossier'")
        connection.execute("update summaries set made_by = 'older'")
        rows = connection.execute("select kind, xmin::text from document order by kind").fetchall()

    migrate_store(database.address)

    with database.connect() as connection:
        now = connection.execute("select kind, xmin::text from document order by kind").fetchall()
    assert [kind for (kind, was), (_, new) in zip(rows, now, strict=True) if was != new] == ["dossier"]
    assert said(database) == before


def test_all_batches_of_a_kind_are_made_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summaries, "AT_ONCE", 2)
    migrate_store(database.address)
    store = open_store(database.address, exclusive=True)
    people = [account(id=f"a{n}", number=f"900001000{n}") for n in range(5)]
    for person in people:
        store.save(ACCOUNT, person.id, person, expected=0)
    store.close()
    made_by_another(database, kind="account")

    migrate_store(database.address)

    store = open_store(database.address, exclusive=True)
    assert [store.find(ACCOUNT, Name(LOGIN, person.number)) for person in people] == [person.id for person in people]
    assert {figures.enrolled for figures in store.figures("2026", at=NOON).values()} == {5}
    store.close()


def test_body_that_cannot_be_read_stops_it_and_the_database_stays_refused(database: Database) -> None:
    filled(database)
    made_by_another(database, kind="account")
    with database.connect() as connection:
        connection.execute("update document set body = '{}' where kind = 'account'")

    with pytest.raises(Unusable, match=r"的文档 account/\S+ 无法读取"):
        migrate_store(database.address)

    with pytest.raises(Unusable, match="grader migrate"):
        open_store(database.address, exclusive=True)


def test_name_that_two_documents_now_claim_is_told(database: Database) -> None:
    filled(database)
    made_by_another(database, kind="account")
    with database.connect() as connection:
        connection.execute("insert into name values ('login', %s, 'account', 'other')", [NUMBER])

    with pytest.raises(Unusable, match=rf"与 other 都使用“{NUMBER}”"):
        migrate_store(database.address)


def test_unit_documents_have_summaries_too(database: Database) -> None:
    """Every kind has a fingerprint, one without documents as well."""
    migrate_store(database.address)
    with database.connect() as connection:
        connection.execute("delete from summaries where kind = 'unit'")

    with pytest.raises(Unusable, match="grader migrate"):
        open_store(database.address, exclusive=True)

    assert migrate_store(database.address) == []
    store = open_store(database.address, exclusive=True)
    assert store.load(UNIT, UnitId("u1")) is None
    store.close()
