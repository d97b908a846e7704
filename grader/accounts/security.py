"""The security log: sign-ins, failures, refusals and what administrators did to accounts, one file a day.

A line is one JSON object, added by a single write, so that several processes share a file and a kill loses nothing that
was written. No personal values: an account's number, the source, never what was typed. Files of more than six months
are deleted (网络安全法 asks for six months), and a day's file takes no more failures once it is large.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path

log = logging.getLogger(__name__)

_CHINA = timezone(timedelta(hours=8))
"""A file is a day of Beijing time."""
KEPT_DAYS = 200
LARGEST = 64 * 1024 * 1024
"""Bytes of a day's file above which only what administrators do is still added."""
MOST_FOUND = 3_000
"""Entries that a search gives at most, the newest."""
MOST_READ = 64 * 1024 * 1024
"""Bytes that a search goes through at most."""


class Happening(StrEnum):
    """What is noted; `label` as the page says it."""

    SIGN_IN = "sign-in"
    FAILED = "failed"
    STOPPED = "stopped"
    REFUSED = "refused"
    CLAIMED = "claimed"
    RESET = "reset"
    ROLE = "role"
    DISABLED = "disabled"
    ENABLED = "enabled"
    ENDED = "ended"
    UNLOCKED = "unlocked"
    UNBOUND = "unbound"
    CREATED = "created"
    LINKED = "linked"
    UNLINKED = "unlinked"

    @property
    def label(self) -> str:
        """The happening in Chinese."""
        return _LABELS[self.value]


_LABELS = {
    "sign-in": "登录",
    "failed": "账号或密码错误",
    "stopped": "输错次数多，暂停登录",
    "refused": "没有权限，拒绝办理",
    "claimed": "首次启用",
    "reset": "重置密码",
    "role": "变更角色",
    "disabled": "设为失效",
    "enabled": "恢复有效",
    "ended": "全部退出登录",
    "unlocked": "解除暂停",
    "unbound": "解绑手机号或QQ号",
    "created": "新建管理账号",
    "linked": "关联管理账号和学员账号",
    "unlinked": "解除关联管理账号和学员账号",
}
_FREQUENT = frozenset({Happening.SIGN_IN, Happening.FAILED, Happening.STOPPED, Happening.REFUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What happened when to the account of this number, by whom (a number; "" for its owner or nobody), from where."""

    at: datetime
    happening: Happening
    account: str = ""
    by: str = ""
    source: str = ""
    what: str = ""


class SecurityLog:
    """The files of one folder; safe for threads and for several processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._day: date | None = None
        self._file = -1

    def note(self, entry: Entry) -> None:
        """Add an entry. Whatever keeps it from being written is logged and stops nobody."""
        try:
            self._write(entry)
        except OSError:
            log.warning("the security log could not be written", exc_info=True)

    def _write(self, entry: Entry) -> None:
        with self._lock:
            day = entry.at.astimezone(_CHINA).date()
            if day != self._day:
                self._turn_to(day)
            if entry.happening in _FREQUENT and os.fstat(self._file).st_size > LARGEST:
                return
            os.write(self._file, _line(entry))

    def _turn_to(self, day: date) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._file >= 0:
            os.close(self._file)
        self._file = -1
        self._file = os.open(self._folder / f"{day}.jsonl", os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)
        self._day = day
        for old in self._folder.glob("*.jsonl"):
            if old.stem < str(day - timedelta(days=KEPT_DAYS)):
                old.unlink(missing_ok=True)

    def found(self, *, account: str = "", happening: Happening | None = None, day: date | None = None) -> list[Entry]:
        """The newest entries that are asked for, newest first, at most `MOST_FOUND`; `account` is a whole number."""
        entries: list[Entry] = []
        for entry in self._backwards(_needle(account, happening), day):
            if (not account or account in {entry.account, entry.by}) and happening in {None, entry.happening}:
                entries.append(entry)
                if len(entries) == MOST_FOUND:
                    break
        return entries

    def _backwards(self, needle: bytes, day: date | None) -> Iterator[Entry]:
        left = MOST_READ
        for path in sorted(self._folder.glob("*.jsonl"), reverse=True):
            if left <= 0:
                return
            if day is None or path.stem == str(day):
                content = path.read_bytes()
                left -= len(content)
                yield from _entries(content, needle)


def _needle(account: str, happening: Happening | None) -> bytes:
    """What stands in every line that is asked for; b"" for any line."""
    if account:
        return json.dumps(account, ensure_ascii=False).encode()
    return f'"happening": "{happening}"'.encode() if happening else b""


def _entries(content: bytes, needle: bytes) -> Iterator[Entry]:
    """Those whose line contains the needle, the last first; a line that was cut short is passed over."""
    end = len(content)
    while (at := content.rfind(needle or b"\n", 0, end)) >= 0:
        start = content.rfind(b"\n", 0, at) + 1
        stop = content.find(b"\n", at)
        end = start if needle else at
        if (entry := _entry(content[start : stop if stop >= 0 else len(content)])) is not None:
            yield entry


def _line(entry: Entry) -> bytes:
    fields = {
        "at": entry.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "happening": entry.happening,
        "account": entry.account,
        "by": entry.by,
        "source": entry.source,
        "what": entry.what,
    }
    return json.dumps({name: text for name, text in fields.items() if text}, ensure_ascii=False).encode() + b"\n"


def _entry(line: bytes) -> Entry | None:
    try:
        fields = json.loads(line)
        at, happening = datetime.fromisoformat(fields.pop("at")), Happening(fields.pop("happening"))
        return Entry(at=at, happening=happening, **fields)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
