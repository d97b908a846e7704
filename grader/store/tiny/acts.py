"""The log of acts in a folder: a file that is only ever added to, one act a line, and its index in memory.

A line is written right behind the document that brought its act. What a crash loses of the file's end comes again from
the documents that were changed last: the store reads these at the start, and enters what is missing as `late`.
"""

from __future__ import annotations

import json
import os
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from sys import intern
from threading import Lock
from typing import Any, BinaryIO

from grader.domain.audit.act_log import ANY_ACT, ActsFound, ActsWanted, Findable, LoggedAct, findable, is_act_wanted
from grader.store.base import Unusable
from grader.store.codec import from_plain, to_json, to_plain

FILE = "acts.jsonl"


_Entry = tuple[Findable, int]
"""An act with where its line begins."""


class ActFile:
    """The log of one folder; read when it is first asked, and may be used from any thread."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._lock = Lock()
        self._index: list[_Entry] = []
        """Every act with where its line begins, in order once `_in_order`."""
        self._subjects: defaultdict[tuple[str, str], list[_Entry]] = defaultdict(list)
        """The same by account and unit that they are about."""
        self._counts: dict[tuple[str, str], int] = {}
        self._end = 0
        self._is_read = self._in_order = False

    def exists(self) -> bool:
        """Whether any act was ever noted in this folder."""
        return self._path.exists()

    def note(self, acts: tuple[LoggedAct, ...]) -> None:
        """Add those of a document's acts that the log does not have yet."""
        if acts:
            with self._lock:
                self._read()
                self._add(self._missing(acts))

    def note_late(self, documents: Iterable[tuple[LoggedAct, ...]]) -> None:
        """The same for many documents at once; the file is there afterwards."""
        with self._lock:
            self._read()
            self._add([act for acts in documents for act in self._missing(acts)], make=True)

    def find(self, wanted: ActsWanted, *, most: int, skip: int, accounts: Collection[str]) -> ActsFound:
        """Acts that are wanted, the latest first."""
        with self._lock:
            self._read()
            if not self._in_order:
                self._index.sort()
                self._in_order = True
            some = self._about(wanted, accounts)
            entries = self._index if some is None else some
            first = bisect_left(entries, wanted.since, key=_at) if wanted.since else 0
            last = bisect_left(entries, wanted.until, key=_at) if wanted.until else len(entries)
            within = entries[first:last]
        rest = replace(wanted, since=None, until=None)
        if rest != ANY_ACT:
            within = [entry for entry in within if is_act_wanted(entry[0], rest, accounts=accounts)]
        end = max(len(within) - skip, 0)
        shown = [place for _, place in reversed(within[max(end - most, 0) : end])]
        found = len(within)
        if not shown:
            return ActsFound(acts=(), found=found)
        with self._path.open("rb") as file:
            return ActsFound(acts=tuple(self._act_at(file, place) for place in shown), found=found)

    def all(self) -> Iterator[LoggedAct]:
        """Every act, as the file has them now. Raises Unusable for a line that is no act."""
        if not self.exists():
            return
        with self._path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.endswith(b"\n"):
                    yield self._act(line, f"第 {number} 行")

    def _about(self, wanted: ActsWanted, accounts: Collection[str]) -> list[_Entry] | None:
        """In order the acts about the wanted person, or about these units and their people; None for no such wish."""
        if wanted.account:
            keys = [(wanted.account, "")]
        elif wanted.units is not None:
            keys = [*((account, "") for account in accounts), *(("", unit) for unit in wanted.units)]
        else:
            return None
        return sorted(entry for key in keys for entry in self._subjects.get(key, ()))

    def sync(self) -> None:
        """Make what was added durable."""
        if self.exists():
            file = os.open(self._path, os.O_RDWR)
            try:
                os.fsync(file)
            finally:
                os.close(file)

    def _missing(self, acts: tuple[LoggedAct, ...]) -> tuple[LoggedAct, ...]:
        first = acts[0]
        return acts[self._counts.get((first.kind, first.id), 0) :] if first.number == 1 else ()

    def _add(self, acts: Iterable[LoggedAct], *, make: bool = False) -> None:
        lines = [(findable(act), (to_json(to_plain(act, LoggedAct)) + "\n").encode()) for act in acts]
        if not lines and not make:
            return
        place = self._append(b"".join(line for _, line in lines))
        for act, line in lines:
            self._enter(act, place)
            place += len(line)
        self._end = place

    def _append(self, data: bytes) -> int:
        """Write behind the last whole line, over half a line that a failure left; gives where the data begins."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            end = os.fstat(file).st_size
            os.lseek(file, min(self._end, end), os.SEEK_SET)
            if end > self._end and b"\n" not in os.read(file, end - self._end):
                end = self._end
            os.lseek(file, end, os.SEEK_SET)
            left = memoryview(data)
            while left:
                left = left[os.write(file, left) :]
            os.ftruncate(file, end + len(data))
            return end
        finally:
            os.close(file)

    def _enter(self, act: Findable, place: int) -> None:
        self._in_order = self._in_order and (not self._index or self._index[-1][0] <= act)
        self._index.append((act, place))
        self._subjects[act.account, act.unit].append(self._index[-1])
        key = act.kind, act.id
        self._counts[key] = max(self._counts.get(key, 0), act.number)

    def _read(self) -> None:
        """Fill the index from the file, once."""
        if self._is_read:
            return
        self._is_read = True
        if not self.exists():
            return
        with self._path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    return
                with suppress(ValueError, KeyError, TypeError):  # `all` tells of it
                    self._enter(_findable(json.loads(line)), self._end)
                self._end += len(line)

    def _act_at(self, file: BinaryIO, place: int) -> LoggedAct:
        file.seek(place)
        return self._act(file.readline(), f"字节 {place} 处")

    def _act(self, line: bytes, where: str) -> LoggedAct:
        try:
            return from_plain(json.loads(line), LoggedAct)
        except Exception as fault:  # whatever a line breaks, it is none of ours
            raise Unusable(
                f"操作记录文件 {self._path} {where}无法读取，可能被改动过。请与备份中的同名文件核对。"
            ) from fault


def _at(entry: _Entry) -> datetime:
    return entry[0].at


def _findable(line: dict[str, Any]) -> Findable:
    act = line["act"]
    at = datetime.fromisoformat(act["at"])
    texts = (line["kind"], line["id"], act["by"], act["action"], line["account"], line["unit"])
    kind, id, by, action, account, unit = map(intern, texts)
    number = int(line["number"])
    return Findable(at=at, kind=kind, id=id, number=number, by=by, action=action, account=account, unit=unit)
