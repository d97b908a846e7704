"""What the tiny store keeps in memory: versions, summaries, names and the bodies last used; and its checkpoint.

The checkpoint is a cache: without it the documents are read again.
"""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from itertools import islice
from pathlib import Path
from sys import intern
from threading import Lock
from typing import Any, NamedTuple, cast

from grader.store.base import Conflict, Kind, Name, NameTaken, Row, Stored, Unusable
from grader.store.codec import from_plain, to_json, to_plain
from grader.store.fingerprint import fingerprint
from grader.store.tiny.file import replace_file

YOUNG_NS = 3_000_000_000
"""A file changed this shortly before a checkpoint could change again under the same stamp, so it is left out."""


_A_LINE = 500
"""Entries in a line of the checkpoint."""


class Key(NamedTuple):
    """One document: the name of its kind, and its id."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One document as the index knows it; `stamp` is (mtime in ns, size in bytes) of its file."""

    row: Row[Any]
    names: tuple[Name, ...]
    stamp: tuple[int, int]


class Index:
    """Every document's entry, and the bodies last used. All methods are short and may be called from any thread.

    `on_change` is told kind and id after each change. `changes` counts what happened since the start; `damaged` holds a
    sentence for each document that is refused.
    """

    def __init__(self, kinds: Iterable[Kind[Any, Any]], *, bodies: int, on_change: Callable[[str, str], None]) -> None:
        self._lock = Lock()
        self._entries: dict[str, dict[str, Entry]] = {kind.name: {} for kind in kinds}
        self._holders: dict[Name, Key] = {}
        self._bodies: OrderedDict[Key, Stored[Any]] = OrderedDict()
        self._most_bodies = bodies
        self._on_change = on_change
        self.damaged: dict[Key, str] = {}
        self.changes = 0

    def entry(self, key: Key) -> Entry | None:
        """The document's entry, or None where there is no document. Raises Unusable for a damaged one."""
        if sentence := self.damaged.get(key):
            raise Unusable(sentence)
        return self._entries[key.kind].get(key.id)

    def rows(self, kind: str) -> list[Row[Any]]:
        """The rows of one kind, in no order."""
        with self._lock:
            return [entry.row for entry in self._entries[kind].values()]

    def row(self, key: Key) -> Row[Any] | None:
        """The row of one document; a damaged one has none."""
        entry = self._entries[key.kind].get(key.id)
        return entry.row if entry else None

    def holder(self, name: Name) -> Key | None:
        """The document that holds the name, or None; one that is only just claiming it holds it not yet."""
        with self._lock:
            key = self._holders.get(name)
            entry = self._entries[key.kind].get(key.id) if key else None
            return key if entry and name in entry.names else None

    def claim(self, key: Key, names: frozenset[Name], *, expected: int) -> Entry | None:
        """Begin a change, which `settle` ends; gives the document's entry as it is.

        Raises Conflict, NameTaken, or Unusable for a damaged document.
        """
        with self._lock:
            entry = self.entry(key)
            found = entry.row.version if entry else 0
            if found != expected:
                raise Conflict(*key, expected=expected, found=found)
            for name in names:
                if (holder := self._holders.get(name, key)) != key:
                    raise NameTaken(name, holder.id)
            self._holders.update(dict.fromkeys(names, key))
            return entry

    def settle(
        self,
        key: Key,
        entry: Entry | None,
        *,
        body: Stored[Any] | None = None,
        claimed: frozenset[Name] = frozenset(),
    ) -> None:
        """End a change: the document now stands as `entry`, and names that it does not hold are free."""
        with self._lock:
            entries = self._entries[key.kind]
            before = entries.get(key.id)
            names = entry.names if entry else ()
            for name in claimed.union(before.names if before else ()).difference(names):
                if self._holders.get(name) == key:
                    del self._holders[name]
            if entry:
                entries[key.id] = entry
            else:
                entries.pop(key.id, None)
            self._bodies.pop(key, None)
            if body:
                self._keep(key, body)
            self.changes += 1
        self._on_change(*key)

    def enter(self, key: Key, entry: Entry) -> tuple[Name, Key] | None:
        """Take in a document at the start, unless another already holds one of its names: that name and its holder."""
        with self._lock:
            for name in sorted(entry.names):
                if (holder := self._holders.get(name, key)) != key:
                    return name, holder
            self._holders.update(dict.fromkeys(entry.names, key))
            self._entries[key.kind][key.id] = entry
            return None

    def refuse(self, key: Key, sentence: str) -> None:
        """Refuse a damaged document from now on; the names that it holds stay with it."""
        with self._lock:
            self.damaged[key] = sentence
            self._entries[key.kind].pop(key.id, None)
            self._bodies.pop(key, None)
        self._on_change(*key)

    def reserve(self, key: Key, names: Iterable[Name]) -> None:
        """Keep names for a damaged document until it is restored, unless others hold them."""
        with self._lock:
            for name in names:
                self._holders.setdefault(name, key)

    def body(self, key: Key) -> Stored[Any] | None:
        """The body, if it is among those last used."""
        with self._lock:
            if stored := self._bodies.get(key):
                self._bodies.move_to_end(key)
            return stored

    def offer(self, key: Key, stored: Stored[Any], *, stamp: tuple[int, int]) -> None:
        """Keep a body that was just read, unless a change has overtaken it."""
        with self._lock:
            entry = self._entries[key.kind].get(key.id)
            if entry and (entry.row.version, entry.stamp) == (stored.version, stamp):
                self._keep(key, stored)

    def snapshot(self) -> dict[str, dict[str, Entry]]:
        """All entries as they are now."""
        with self._lock:
            return {kind: dict(entries) for kind, entries in self._entries.items()}

    def _keep(self, key: Key, stored: Stored[Any]) -> None:
        self._bodies[key] = stored
        if len(self._bodies) > self._most_bodies:
            self._bodies.popitem(last=False)


def write_checkpoint(path: Path, kinds: Mapping[str, Kind[Any, Any]], entries: dict[str, dict[str, Entry]]) -> None:
    """Keep the entries for the next start, but for those whose files are too young to be told by their stamp.

    Line by line some entries of one kind, so that neither writing nor reading holds all of them in another form.
    """
    settled = time.time_ns() - YOUNG_NS
    lines = [to_json({"made_by": _fingerprints(kinds)})]
    for name, of_kind in entries.items():
        trusted = iter([pair for pair in of_kind.items() if pair[1].stamp[0] < settled])
        while some := list(islice(trusted, _A_LINE)):
            plain = {id: _plain(entry, kinds[name]) for id, entry in some}
            lines.append(to_json([name, plain]))
    replace_file(path, "\n".join(lines))


def read_checkpoint(path: Path, kinds: Mapping[str, Kind[Any, Any]]) -> dict[str, dict[str, Entry]]:
    """The entries of the last checkpoint, but for kinds whose summaries another program made; none if there is none."""
    known: dict[str, dict[str, Entry]] = {name: {} for name in kinds}
    try:
        with path.open("rb") as lines:
            made_by, own = json.loads(next(lines))["made_by"], _fingerprints(kinds)
            for line in lines:
                name, some = json.loads(line)
                if made_by[name] == own[name]:
                    known[name].update((intern(id), _entry(id, plain, kinds[name])) for id, plain in some.items())
    except Exception:  # a cache: whatever is wrong with it, the documents themselves are read
        return {}
    return known


def _plain(entry: Entry, kind: Kind[Any, Any]) -> list[Any]:
    """The entry as JSON data, without what the summary says by default: of most, half of the fields."""
    summary, summary_type = entry.row.summary, cast("Any", kind.summary_type)
    plain, unsaid = to_plain(summary, summary_type), _defaults(summary_type)
    said = {name: plain[name] for name in plain if getattr(summary, name) != unsaid.get(name, MISSING)}
    return [entry.row.version, entry.stamp, said, entry.names]


@cache
def _defaults(summary_type: type[Any]) -> dict[str, object]:
    """The values of fields that need not be given; MISSING for those that must be."""
    return {
        field.name: field.default if field.default_factory is MISSING else field.default_factory()
        for field in fields(summary_type)
    }


def _entry(id: str, plain: list[Any], kind: Kind[Any, Any]) -> Entry:
    """The entry again; texts that many summaries have, or that are names too, are one object each."""
    version, (mtime, size), summary, names = plain
    shared = {field: intern(value) if value.__class__ is str else value for field, value in summary.items()}
    row = Row(id, version, from_plain(shared, kind.summary_type))
    return Entry(row, tuple(Name(intern(space), intern(text)) for space, text in names), (mtime, size))


def _fingerprints(kinds: Mapping[str, Kind[Any, Any]]) -> dict[str, str]:
    return {name: fingerprint(kind) for name, kind in kinds.items()}
