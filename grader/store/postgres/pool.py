"""Connections to the database, kept for the next query; what goes wrong with them, in words.

Not `psycopg_pool`: after a failure that one lets callers wait while it tries again in the background after 1, 2, 4 s.
Here whoever needs a connection makes it, so that an outage is told at once and over with the first query after it.
"""

from __future__ import annotations

import re
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from grader.store.base import StoreError, Unavailable, Unusable

Connection = psycopg.Connection[tuple[Any, ...]]

SIZE = 16
"""Connections of one process at most: its threads, a turn that is held, some to spare."""
WAIT_SECONDS = 5.0
"""For a connection that another thread is using."""
_OPTIONS = " ".join(
    (
        "-c statement_timeout=10s",
        "-c lock_timeout=5s",
        "-c synchronous_commit=on",
        "-c default_transaction_isolation=read\\ committed",
    )
)
_DEFAULTS = {
    "application_name": "grader",
    "client_encoding": "UTF8",
    "connect_timeout": "3",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
"""What the address does not say itself; `_OPTIONS` too, but for those it names. Nothing is acknowledged before it is
durable, and nothing waits for long.
"""


class Pool:
    """Up to `size` connections in autocommit, made when one is needed; closed ones are found out before they are used.

    `place` names the database in sentences, without the password.
    """

    def __init__(self, address: str, *, size: int = SIZE) -> None:
        try:
            given = conninfo_to_dict(address)
        except psycopg.ProgrammingError:
            raise Unusable(_unreadable()) from None
        options = f"{_OPTIONS} {given.get('options') or ''}"  # of two settings of one name the latter holds
        self._conninfo = make_conninfo("", **{**_DEFAULTS, **given, "options": options})
        self._turns = BoundedSemaphore(size)
        self._lock = Lock()
        self._idle: list[Connection] = []
        self._is_open = True
        self.place = f"数据库 {given.get('dbname') or given.get('user') or ''}（{given.get('host') or '本机'}）"

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection for one query or transaction. Raises Unavailable, or Unusable for what waiting does not mend."""
        if not self._turns.acquire(timeout=WAIT_SECONDS):
            raise Unavailable(f"{self.place} 的连接都在使用中。请稍后再试。")
        try:
            connection = self._take()
            try:
                with told(self.place):
                    yield connection
            finally:
                self._give_back(connection)
        finally:
            self._turns.release()

    def close(self) -> None:
        """Close the idle connections; those in use follow when they are given back."""
        with self._lock:
            self._is_open = False
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _take(self) -> Connection:
        if not self._is_open:
            raise Unusable("数据已经关闭，不能再读写。请重新启动服务。")
        while connection := self._pop():
            if _is_quiet(connection):
                return connection
            connection.close()
        return connect(self._conninfo, place=self.place)

    def _pop(self) -> Connection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _give_back(self, connection: Connection) -> None:
        is_whole = connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        with self._lock:
            if is_whole and self._is_open:
                self._idle.append(connection)
                return
        connection.close()


def connect(conninfo: str, *, place: str) -> Connection:
    """A new connection in autocommit. Raises Unavailable or Unusable."""
    try:
        return psycopg.connect(conninfo, autocommit=True)
    except psycopg.OperationalError as fault:
        raise _refused(place, fault) from None


@contextmanager
def told(place: str) -> Iterator[None]:
    """The database's own faults as Unavailable, where trying again may help, or Unusable, where it does not."""
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction) as fault:
        raise Unavailable(f"{place} 暂时不能读写（{_words(fault)}）。请稍后再试。") from fault
    except psycopg.errors.InsufficientPrivilege as fault:
        raise Unusable(f"{place} 的用户缺少权限（{_words(fault)}）。请数据库管理员授权后再试。") from fault
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as fault:
        raise Unusable(f"{place} 的数据表不完整（{_words(fault)}）。请从备份恢复整个数据库，再启动服务。") from fault
    except psycopg.Error as fault:
        raise Unusable(f"{place} 报告了错误（{_words(fault)}）。请把这句话转告系统管理员。") from fault


_WAY_OUT: tuple[tuple[str, type[StoreError], str], ...] = (
    (
        r"password authentication|no password supplied|SCRAM|认证失败",
        Unusable,
        "用户名或密码不正确。请检查 settings.toml 里的 store、环境变量 PGPASSWORD 或 .pgpass 文件。",
    ),
    (
        r"too many (clients|connections)|connection slots|太多",
        Unavailable,
        "数据库的连接数已满。请稍后再试，或请数据库管理员调大 max_connections，或减少 --workers。",
    ),
    (r"pg_hba\.conf", Unusable, "数据库不允许这个用户从本机连接。请数据库管理员检查 pg_hba.conf。"),
    (
        r"database .* (does not exist|不存在)|数据库.*不存在",
        Unusable,
        "没有这个数据库。请数据库管理员先建立它，编码用 UTF8。",
    ),
    (
        r"role .* (does not exist|不存在)|角色.*不存在",
        Unusable,
        "没有这个数据库用户。请数据库管理员先建立它，或改正地址。",
    ),
    (r"not permitted to log in", Unusable, "这个数据库用户不能登录。请数据库管理员授予 LOGIN 权限。"),
    (r"not currently accepting connections", Unusable, "数据库现在不接受连接。请稍后再试，或请数据库管理员检查。"),
    (r"permission denied for database", Unusable, "这个用户没有连接数据库的权限。请数据库管理员授予 CONNECT 权限。"),
    (
        r"starting up|shutting down|recovery mode|not (yet )?accepting",
        Unavailable,
        "数据库正在启动或关闭。请稍后再试。",
    ),
    (
        r"refused|No such file|timeout|timed out|could not translate|resolve|closed the connection|unreachable",
        Unavailable,
        "连接不上数据库。请检查地址和端口、数据库是否已启动，然后再试。",
    ),
)
"""How a refused connection is told apart, in the server's or libpq's words: there is no code for it."""


def _refused(place: str, fault: psycopg.OperationalError) -> StoreError:
    words = _words(fault)
    for pattern, kind, sentence in _WAY_OUT:
        if re.search(pattern, str(fault)):
            return kind(f"{place}：{sentence}")
    return Unavailable(f"{place}：连接不上数据库（{words}）。请检查地址、网络和数据库是否已启动，然后再试。")


def _words(fault: psycopg.Error) -> str:
    """What the server said, in its own words and one line."""
    said = (fault.diag.message_primary or str(fault)).partition("\nDETAIL:")[0].strip()
    return said.splitlines()[-1].rpartition("FATAL:")[2].strip() if said else type(fault).__name__


def _is_quiet(connection: Connection) -> bool:
    """Whether the server has said nothing since the last query; what it says to an idle connection is goodbye."""
    if connection.closed:
        return False
    if sys.platform == "win32":
        readable = bool(select.select([connection.fileno()], [], [], 0)[0])
    else:
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        readable = bool(poll.poll(0))
    return not readable


def _unreadable() -> str:
    return "数据位置写法不对。请写成 postgresql://用户名@主机/数据库；密码可放在 .pgpass 文件里。"
