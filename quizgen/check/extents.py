"""Which item of a file a place lies in. Imports pure modules only."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator

from quizgen.diagnostics import Span
from quizgen.model import Item


class Extents:
    """Items by the lines that they take: each from its first place to the next one's."""

    def __init__(self, items: Iterable[Item]) -> None:
        files: defaultdict[str, list[tuple[tuple[int, int], Item]]] = defaultdict(list)
        for item in items:
            files[item.where.path].append((min(_starts(item)), item))
        self.items = {path: sorted(starts, key=lambda start: start[0]) for path, starts in files.items()}

    def item_at(self, span: Span) -> Item | None:
        """The item around a place, or None before the first one and in files without items."""
        items = self.items.get(span.path, [])
        index = bisect_right(items, (span.line, span.column), key=lambda start: start[0])
        return items[index - 1][1] if index else None


def _starts(item: Item) -> Iterator[tuple[int, int]]:
    """Where the item's fields begin; a value reached by an alias stands elsewhere and may lie before the item."""
    yield item.where.line, item.where.column
    yield from ((span.line, span.column) for name, span in item.places.items() if name in {"type", "stem"})
