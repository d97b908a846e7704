"""A database that refuses, dies or comes back: each is told in one sentence, and nothing is lost or done twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from grader.cli import main
from grader.settings import create_settings
from grader.store import migrate_store, open_store
from grader.store.base import Stored, StoreError, Unavailable, Unusable
from grader.store.kinds import UNIT
from grader.store.postgres import pool as pools
from grader.store.postgres.pool import Pool
from grader.store.postgres.store import PostgresStore
from tests.grader_factories import unit
from tests.postgres_server import Database, Server, database_on

pytestmark = pytest.mark.serial

SAFE = ("search_path", "synchronous_commit", "statement_timeout", "lock_timeout", "default_transaction_isolation")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that may be killed, and asks one user for a password."""
    started = Server()
    with psycopg.connect(started.address, autocommit=True) as connection:
        connection.execute("create role guarded login password 'right'")
        connection.execute("create role guest login")
        connection.execute("create role limited login connection limit 0")
        connection.execute("create role barred nologin")
        connection.execute("create database resting allow_connections false template template0")
        connection.execute("create database xuefa encoding 'UTF8' template template0")
        connection.execute("create database closed template template0")
        connection.execute("revoke connect on database closed from public")
    migrate_store(database_on(started.address, "xuefa").address)
    yield started
    started.stop()


@pytest.fixture
def here(server: Server) -> Iterator[Database]:
    """The server's database with its tables, running and empty."""
    server.start()
    found = database_on(server.address, "xuefa")
    with found.connect() as connection:
        connection.execute("truncate document, name, learner, progress, act, import")
    yield found
    server.start()


@pytest.fixture
def store(here: Database) -> Iterator[PostgresStore]:
    opened = open_store(here.address, exclusive=True)
    assert isinstance(opened, PostgresStore)
    yield opened
    opened.close()


def as_user(here: Database, user: str, *, database: str = "xuefa", password: str = "") -> str:
    """The address for another user."""
    secret = f"&password={password}" if password else ""
    return here.address.replace("user=postgres", f"user={user}{secret}").replace("/xuefa?", f"/{database}?")


@pytest.mark.parametrize(
    ("user", "password", "database", "sentence"),
    [
        ("guarded", "wrong", "xuefa", "用户名或密码不正确。请检查 settings.toml 里的 store"),
        ("guarded", "", "xuefa", "用户名或密码不正确。请检查 settings.toml 里的 store"),
        ("nobody", "", "xuefa", "没有这个数据库用户。请数据库管理员先建立它"),
        ("postgres", "", "nothing", "没有这个数据库。请数据库管理员先建立它，编码用 UTF8。"),
        ("guest", "", "closed", "这个用户没有连接数据库的权限。请数据库管理员授予 CONNECT 权限。"),
        ("guest", "", "xuefa", "的用户缺少权限（permission denied for table migration）。请数据库管理员授权后再试。"),
        ("barred", "", "xuefa", "这个数据库用户不能登录。请数据库管理员授予 LOGIN 权限。"),
        ("postgres", "", "resting", "数据库现在不接受连接。请稍后再试"),
        ("limited", "", "xuefa", "数据库的连接数已满。请稍后再试，或请数据库管理员调大 max_connections"),
    ],
)
def test_database_that_refuses_is_told_in_one_sentence(
    here: Database, user: str, password: str, database: str, sentence: str
) -> None:
    with pytest.raises(StoreError) as refused:
        open_store(as_user(here, user, database=database, password=password), exclusive=True)

    assert sentence in str(refused.value)
    assert str(refused.value).startswith(f"数据库 {database}（")
    assert "\n" not in str(refused.value)
    assert "wrong" not in str(refused.value)


def test_migrate_without_rights_is_told_in_one_sentence(here: Database) -> None:
    with here.connect() as connection:
        connection.execute("create database fresh template template0")
    try:
        with pytest.raises(
            Unusable, match=r"缺少权限（permission denied for schema public）。请数据库管理员授权后再试。$"
        ):
            migrate_store(as_user(here, "guest", database="fresh"))
    finally:
        with here.connect() as connection:
            connection.execute("drop database fresh with (force)")


@pytest.mark.parametrize(
    "said",
    [
        "the database system is starting up",
        "the database system is not yet accepting connections\nDETAIL:  Not consistent.",
        "the database system is in recovery mode",
    ],
)
def test_server_that_is_coming_up_is_told_as_such(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise psycopg.OperationalError(f'connection to server at "db", port 5432 failed: FATAL:  {said}')

    monkeypatch.setattr(psycopg, "connect", refuse)

    with pytest.raises(Unavailable, match=r"^数据库 x（db）：数据库正在启动或关闭。请稍后再试。$"):
        open_store("postgresql://db/x", exclusive=True)


def test_refusal_that_nobody_foresaw_is_told_in_the_servers_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise psycopg.OperationalError("connection to server failed: FATAL:  no coffee\nDETAIL:  The cup is empty.")

    monkeypatch.setattr(psycopg, "connect", refuse)

    with pytest.raises(Unavailable, match=r"^数据库 x（db）：连接不上数据库（no coffee）。请检查地址"):
        open_store("postgresql://db/x", exclusive=True)


@pytest.mark.parametrize("address", ["postgresql://", "postgresql://[", "postgresql://host/xuefa?nonsense=1"])
def test_address_that_cannot_be_read_is_told(address: str) -> None:
    with pytest.raises(StoreError, match="请"):
        open_store(address, exclusive=True)


def test_server_that_is_not_there_is_told_at_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    nowhere = tmp_path_factory.mktemp("nowhere")
    begun = time.monotonic()

    with pytest.raises(Unavailable, match="连接不上数据库。请检查地址和端口、数据库是否已启动"):
        open_store(f"postgresql:///xuefa?host={nowhere}", exclusive=True)

    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("command", ["serve", "publish", "migrate"])
def test_command_ends_with_the_sentence_and_code_1(
    here: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    data = tmp_path / "data"
    create_settings(
        data,
        title="考试",
        address="http://127.0.0.1",
        site=data,
        content=data / "content",
        store=as_user(here, "guarded", password="wrong"),
    )
    (data / "content").mkdir()

    code = main([command, "--data", str(data), *(["--port", "0"] if command == "serve" else [])])

    printed = capsys.readouterr()
    assert code == 1
    assert printed.out == ""
    if command != "publish":  # that one checks the content first
        assert "用户名或密码不正确" in printed.err
        assert printed.err.count("\n") == 1


def test_killed_server_gives_unavailable_and_comes_back_with_everything(server: Server, store: PostgresStore) -> None:
    store.save(UNIT, "u1", unit(), expected=0)

    server.kill()
    for call in (
        lambda: store.load(UNIT, "u1"),
        lambda: store.save(UNIT, "u1", unit(name="新"), expected=1),
        lambda: store.list(UNIT),
        lambda: store.delete(UNIT, "u1", expected=1),
    ):
        with pytest.raises(Unavailable):
            call()
    server.start()

    assert store.load(UNIT, "u1") == Stored(unit(), 1)
    assert store.save(UNIT, "u1", unit(name="新"), expected=1) == 2


def test_connections_that_died_idle_are_not_used(server: Server, store: PostgresStore) -> None:
    store.save(UNIT, "u1", unit(), expected=0)

    server.kill()
    server.start()

    assert store.save(UNIT, "u1", unit(name="新"), expected=1) == 2


def test_ended_sessions_are_made_again(here: Database, store: PostgresStore) -> None:
    store.save(UNIT, "u1", unit(), expected=0)

    with here.connect() as connection:
        connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'grader'")

    assert store.load(UNIT, "u1") == Stored(unit(), 1)


class Breaking(Pool):
    """A pool whose connection breaks after the next statement is done and before its answer is heard."""

    breaks = False

    def _give_back(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        super()._give_back(connection)
        if self.breaks:
            self.breaks = False
            raise Unavailable("the connection broke")


@pytest.fixture
def breaking(here: Database) -> Iterator[tuple[PostgresStore, Breaking]]:
    pool = Breaking(here.address)
    opened = PostgresStore(pool)
    yield opened, pool
    opened.close()


def test_save_whose_answer_was_lost_is_found_to_be_kept(breaking: tuple[PostgresStore, Breaking]) -> None:
    store, pool = breaking
    pool.breaks = True

    first = store.save(UNIT, "u1", unit(), expected=0)
    pool.breaks = True
    second = store.save(UNIT, "u1", unit(name="新"), expected=1)

    assert (first, second) == (1, 2)
    assert store.load(UNIT, "u1") == Stored(unit(name="新"), 2)


def test_save_that_was_cut_off_is_not_acknowledged(
    here: Database, store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(UNIT, "u1", unit(), expected=0)
    monkeypatch.setitem(store._sql, "update_same", "select pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(Unavailable):
        store.save(UNIT, "u1", unit(name="新"), expected=1)

    assert store.load(UNIT, "u1") == Stored(unit(), 1)


def test_delete_whose_answer_was_lost_is_found_to_be_done(breaking: tuple[PostgresStore, Breaking]) -> None:
    store, pool = breaking
    store.save(UNIT, "u1", unit(), expected=0)
    pool.breaks = True

    store.delete(UNIT, "u1", expected=1)

    assert store.load(UNIT, "u1") is None


def test_more_threads_than_connections_wait_and_are_told(here: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "WAIT_SECONDS", 0.05)
    pool = Pool(here.address, size=1)

    with pool.connection(), pytest.raises(Unavailable, match="连接都在使用中"), pool.connection():
        pass

    with pool.connection() as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    pool.close()


def test_transaction_left_open_by_a_fault_is_not_given_to_the_next(here: Database) -> None:
    pool = Pool(here.address, size=1)
    with suppress(LookupError), pool.connection() as connection:
        connection.execute("begin")
        raise LookupError

    with pool.connection() as connection:
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    pool.close()


def test_options_in_the_address_come_on_top_of_what_keeps_data_safe(here: Database) -> None:
    pool = Pool(f"{here.address}&options=-c%20search_path%3Down,public%20-c%20lock_timeout%3D1s")

    with pool.connection() as connection:
        shown = [connection.execute(f"show {name}").fetchone() for name in SAFE]

    pool.close()
    assert shown == [("own,public",), ("on",), ("10s",), ("1s",), ("read committed",)]


def test_standby_that_takes_no_changes_is_unavailable(here: Database) -> None:
    store = open_store(f"{here.address}&options=-c%20default_transaction_read_only%3Don", exclusive=True)

    with pytest.raises(Unavailable, match="暂时不能读写"):
        store.save(UNIT, "u1", unit(), expected=0)
    with pytest.raises(Unavailable, match="暂时不能读写"):
        store.try_saving()

    store.close()


def test_document_locked_by_somebody_else_is_told_in_time(here: Database) -> None:
    store = open_store(f"{here.address}&options=-c%20lock_timeout%3D100ms", exclusive=True)
    store.save(UNIT, "u1", unit(), expected=0)

    with here.connect() as other, other.transaction():
        other.execute("select 1 from document for update")
        with pytest.raises(Unavailable, match="lock timeout"):
            store.save(UNIT, "u1", unit(name="新"), expected=1)

    assert store.save(UNIT, "u1", replace(unit(), name="新"), expected=1) == 2
    store.close()
