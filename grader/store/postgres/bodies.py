"""Documents as they were last decoded, so that a body which is still the same is not decoded again."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any

from grader.store.base import Kind, S, Stored, T


class Bodies:
    """The documents last used, at most `most`. One that is asked for by its text is never stale."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, int, str], tuple[str, Stored[Any]]] = OrderedDict()

    def find(self, kind: Kind[T, S], id: str, text: str) -> Stored[T] | None:
        """The decoded document, if this very text was kept."""
        key = kind.name, kind.schema, id
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept[0] != text:
                return None
            self._kept.move_to_end(key)
            return kept[1]

    def last(self, kind: Kind[T, S], id: str) -> Stored[T] | None:
        """The document as it was last kept; the database may hold a later one."""
        with self._lock:
            kept = self._kept.get((kind.name, kind.schema, id))
            return kept[1] if kept else None

    def keep(self, kind: Kind[T, S], text: str, stored: Stored[T], *, id: str) -> None:
        """Remember what a text means."""
        with self._lock:
            self._kept[kind.name, kind.schema, id] = text, stored
            self._kept.move_to_end((kind.name, kind.schema, id))
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
