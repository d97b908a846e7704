"""What is asked of a database before it is used: its version, its tables, the server's age, and how it is said."""

from __future__ import annotations

import re

import pytest

from grader.store import migrate_store, open_store
from grader.store.base import Unusable
from grader.store.postgres import schema
from grader.store.postgres.queries import Migration, migrations
from tests.postgres_server import Database, database_on

KNOWN = len(migrations())


def tables(database: Database) -> list[tuple[object, ...]]:
    """Every table, column and index, with the number of its rows of migrations."""
    with database.connect() as connection:
        return connection.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'public'"
            " union all select tablename, indexname from pg_indexes where schemaname = 'public' order by 1, 2"
        ).fetchall()


def refusal(database: Database) -> str:
    """The sentence with which both opening and migrating are refused, after seeing that nothing was changed."""
    before = tables(database)
    with pytest.raises(Unusable) as opening:
        open_store(database.address, exclusive=True)
    with pytest.raises(Unusable) as migrating:
        migrate_store(database.address)
    assert tables(database) == before
    assert str(opening.value) == str(migrating.value)
    return str(opening.value)


def execute(database: Database, command: str) -> None:
    with database.connect() as connection:
        connection.execute(command)


def with_step(monkeypatch: pytest.MonkeyPatch, sql: str) -> None:
    """A later version of the program, with one migration more."""
    later = [*migrations(), Migration(number=len(migrations()) + 1, name="9999_later", sql=sql)]
    monkeypatch.setattr(schema, "migrations", lambda: later)


def test_empty_database_asks_for_migrate(database: Database) -> None:
    with pytest.raises(Unusable, match=r"^数据库 xuefa_test_\w+（.*）里?.*还没有数据表。请先运行 grader migrate"):
        open_store(database.address, exclusive=True)

    assert tables(database) == []


def test_migrate_makes_the_tables_once(database: Database) -> None:
    done = [migrate_store(database.address) for _ in range(2)]

    open_store(database.address, exclusive=True).close()
    assert done == [[migration.name for migration in migrations()], []]


def test_older_database_is_brought_up_to_date(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate_store(database.address)
    with_step(monkeypatch, "alter table document add column later text")
    with pytest.raises(
        Unusable,
        match=rf"旧版本的（结构 {KNOWN}，本系统需要 {KNOWN + 1}）.*请先停止服务、做好备份，再运行 grader migrate",
    ):
        open_store(database.address, exclusive=True)

    done = migrate_store(database.address)

    open_store(database.address, exclusive=True).close()
    assert done == ["9999_later"]


def test_migration_may_take_its_time(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    hurried = Database(
        f"{database.address}{'&' if '?' in database.address else '?'}options=-c%20statement_timeout%3D1s"
    )
    migrate_store(hurried.address)
    with_step(monkeypatch, "select pg_sleep(1.2)")

    assert migrate_store(hurried.address) == ["9999_later"]


def test_newer_database_is_refused(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as later:
        with_step(later, "alter table document add column later text")
        migrate_store(database.address)

    newer = f"由较新版本的系统建立（结构 {KNOWN + 1}，本系统只识别到 {KNOWN}）。没有改动任何内容。请先升级本系统。"
    assert newer in refusal(database)


@pytest.mark.parametrize(
    "command",
    [
        "drop table progress",
        "drop table migration",
        "delete from migration",
        "update migration set digest = 'other'",
        "drop index document_due",
        "alter table document drop column leased",
        "alter table learner alter column units type text using units::text",
    ],
)
def test_half_a_database_is_refused(database: Database, command: str) -> None:
    migrate_store(database.address)
    if "learner" in command:
        execute(database, "drop index learner_units")
    execute(database, command)

    assert "的数据表不完整" in refusal(database)


def test_index_of_the_operators_own_is_welcome(database: Database) -> None:
    migrate_store(database.address)

    execute(database, "create index own on document (version)")

    open_store(database.address, exclusive=True).close()


def test_migration_that_fails_leaves_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate_store(database.address)
    before = tables(database)
    with monkeypatch.context() as later:
        with_step(later, "create table half (id text); select 1 / 0")
        with pytest.raises(Unusable, match="division by zero"):
            migrate_store(database.address)

    assert tables(database) == before
    open_store(database.address, exclusive=True).close()


def test_old_server_is_refused(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "OLDEST_SERVER", 990_000)

    assert "太旧了。请升级到 99 或更新的版本。" in refusal(database)


def test_database_in_another_encoding_is_refused(postgres: str, database: Database) -> None:
    name = re.findall(r"xuefa_test_\w+", database.address)[0] + "_latin"
    execute(Database(postgres), f"create database {name} encoding 'LATIN1' locale 'C' template template0")
    try:
        assert "的编码是 LATIN1，存不下所有汉字。请数据库管理员另建一个编码为 UTF8 的数据库。" in refusal(
            database_on(postgres, name)
        )
    finally:
        execute(Database(postgres), f"drop database {name} with (force)")


@pytest.mark.parametrize("address", ["tiny:somewhere", "memory:", "somewhere"])
def test_only_databases_are_migrated(address: str) -> None:
    with pytest.raises(Unusable, match="不需要迁移"):
        migrate_store(address)
