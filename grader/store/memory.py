"""The store in memory: the executable specification, for tests and the demonstration.

Documents are kept as JSON text, so nothing loaded can change what is kept. One lock serves all.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any

from grader.domain.audit.act_log import ActsFound, ActsWanted, LoggedAct, findable, is_act_wanted, logged_acts
from grader.store import codec
from grader.store.base import Conflict, Kind, Name, NameTaken, Row, Rows, S, Stored, T, Unusable
from grader.store.kinds import KINDS
from grader.store.local import LocalStore


@dataclass(frozen=True, slots=True)
class _Kept:
    text: str
    row: Row[Any]
    names: frozenset[Name]


class MemoryStore(LocalStore):
    """A `Store` that forgets everything with the process."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._kept: dict[str, dict[str, _Kept]] = defaultdict(dict)
        self._holders: dict[Name, tuple[str, str]] = {}
        self._acts: dict[tuple[str, str], list[LoggedAct]] = defaultdict(list)
        self._is_open = True

    def load(self, kind: Kind[T, S], id: str) -> Stored[T] | None:
        """The document, or None where there is none."""
        codec.require_id(id)
        with self._lock:
            kept = self._kept[kind.name].get(id)
        return codec.decode(kind, id, json.loads(kept.text), where=f"文档 {kind.name}/{id}") if kept else None

    def save(self, kind: Kind[T, S], id: str, value: T, *, expected: int) -> int:
        """Keep `value` as version `expected + 1`."""
        codec.require_id(id)
        text, stored = codec.seal(kind, id, value, version=expected + 1)
        row = Row(id, stored.version, kind.summarise(stored.value))
        kept = _Kept(text, row, kind.names(stored.value))
        with self._lock:
            self._expect(kind.name, id, expected)
            for name in kept.names:
                if (holder := self._holders.get(name, (kind.name, id))) != (kind.name, id):
                    raise NameTaken(name, holder[1])
            self._forget(kind.name, id)
            self._holders.update(dict.fromkeys(kept.names, (kind.name, id)))
            self._kept[kind.name][id] = kept
            if acts := logged_acts(kind.name, id, stored.value):
                known = self._acts[kind.name, id]
                known += acts[len(known) :]
        self.note(kind.name, id)
        return stored.version

    def delete(self, kind: Kind[T, S], id: str, *, expected: int) -> None:
        """Forget the document, its summary and its names."""
        codec.require_id(id)
        with self._lock:
            self._expect(kind.name, id, expected)
            self._forget(kind.name, id)
        self.note(kind.name, id)

    def rows(self, kind: Kind[T, S]) -> Rows[S]:
        """All rows of a kind, in any order."""
        with self._lock:
            return [kept.row for kept in self._kept[kind.name].values()]

    def row(self, kind: Kind[T, S], id: str) -> Row[S] | None:
        """The row of one document."""
        kept = self._kept[kind.name].get(id)
        return kept.row if kept else None

    def find(self, kind: Kind[T, S], name: Name) -> str | None:
        """The id of the document of this kind that holds the name, or None."""
        with self._lock:
            holder_kind, holder = self._holders.get(name, ("", ""))
        return holder if holder_kind == kind.name else None

    def documents(self, kinds: Collection[str] | None = None) -> Iterator[str]:
        """Every document as JSON text, by kind and id."""
        with self._lock:
            kept = {kind: sorted(of_kind.items()) for kind, of_kind in self._kept.items()}
        names = [kind.name for kind in KINDS if kinds is None or kind.name in kinds]
        return iter([one.text for name in names for _, one in kept.get(name, ())])

    def acts(self, wanted: ActsWanted, *, most: int, skip: int = 0) -> ActsFound:
        """Acts from the log, the latest first."""
        accounts = self.accounts_of(wanted.units)
        found = [logged for logged in self.log() if is_act_wanted(findable(logged), wanted, accounts=accounts)]
        found.sort(key=findable, reverse=True)
        return ActsFound(acts=tuple(found[skip : skip + most]), found=len(found))

    def log(self) -> Iterator[LoggedAct]:
        """All of the log."""
        with self._lock:
            return iter([logged for acts in self._acts.values() for logged in acts])

    def close(self) -> None:
        """Refuse further changes."""
        self._is_open = False

    def _expect(self, kind: str, id: str, expected: int) -> None:
        if not self._is_open:
            raise Unusable("数据已经关闭，不能再保存。请重新启动服务。")
        kept = self._kept[kind].get(id)
        found = kept.row.version if kept else 0
        if found != expected:
            raise Conflict(kind, id, expected=expected, found=found)

    def _forget(self, kind: str, id: str) -> None:
        if kept := self._kept[kind].pop(id, None):
            for name in kept.names:
                del self._holders[name]
