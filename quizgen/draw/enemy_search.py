"""The search for a paper without enemies, where taking the preferred items runs into a dead end.

Standard library, `model` and `programme` only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from quizgen.model import ItemId, ItemType, ModuleId
from quizgen.programme import Stratum

STEPS = 5_000
"""How many choices a search may make before it gives up (well under a second)."""
_NOBODY: frozenset[ItemId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """`count` items to be found in `pool`, which is in order of preference."""

    stratum: Stratum
    count: int
    pool: Sequence[ItemId]


def without_repeats(
    need: Mapping[Stratum, int], pools: Mapping[Stratum, Sequence[ItemId]], *, had: Set[ItemId]
) -> list[Cell]:
    """Cells that together repeat no more items of `had` than the sizes of the strata force."""
    cells = []
    taken: Counter[tuple[ItemType, ModuleId]] = Counter()
    for stratum, count in need.items():
        fresh = [id for id in pools[stratum] if id not in had]
        again = [id for id in pools[stratum] if id in had]
        spare = len(fresh) - (0 if stratum[2] else taken[stratum[:2]])
        first = min(count, spare)
        taken[stratum[:2]] += first
        cells.append(Cell(stratum=stratum, count=first, pool=fresh))
        cells.append(Cell(stratum=stratum, count=count - first, pool=again))
    return cells


class Search:
    """Backtracking that keeps enemies apart: fills the tightest cell first and undoes what leaves another one short.

    Cells of any difficulty come last: an item left out of a cell of its own difficulty is of no use to them either,
    since it could change places with the one taken there instead.
    """

    def __init__(self, cells: Sequence[Cell], enemies: Mapping[ItemId, frozenset[ItemId]]) -> None:
        self._cells = cells
        self._enemies = enemies
        self._pools = [sorted(cell.pool, key=self._number_of_enemies) for cell in cells]
        self._open = [cell.count for cell in cells]
        self._free = [len(cell.pool) for cell in cells]
        self._picked: list[list[ItemId]] = [[] for _ in cells]
        self._at: defaultdict[ItemId, list[int]] = defaultdict(list)
        for number, cell in enumerate(cells):
            for id in cell.pool:
                self._at[id].append(number)
        self._out: dict[ItemId, None] = {}
        self._steps = STEPS

    def picks(self) -> dict[Stratum, list[ItemId]] | None:
        """Items for each stratum, or None when there is no such paper or the search gives up."""
        if any(free < count for free, count in zip(self._free, self._open, strict=True)) or not self._fill():
            return None
        picks: defaultdict[Stratum, list[ItemId]] = defaultdict(list)
        for cell, picked in zip(self._cells, self._picked, strict=True):
            picks[cell.stratum] += picked
        return dict(picks)

    def _fill(self) -> bool:
        cell = min((number for number, count in enumerate(self._open) if count), key=self._urgency, default=None)
        if cell is None:
            return True
        start = len(self._out)
        while self._steps > 0:
            id = next(id for id in self._pools[cell] if id not in self._out)
            before = len(self._out)
            if self._take(cell, id) and self._fill():
                return True
            self._give_back(cell, until=before)
            self._steps -= 1
            if not self._leave_out([id]):
                break
        self._restore(start)
        return False

    def _number_of_enemies(self, id: ItemId) -> int:
        return len(self._enemies.get(id, _NOBODY))

    def _urgency(self, cell: int) -> tuple[bool, int]:
        return self._cells[cell].stratum[2] is None, self._free[cell] - self._open[cell]

    def _take(self, cell: int, id: ItemId) -> bool:
        """Put an item on the paper; whether every cell can still be filled."""
        self._picked[cell].append(id)
        self._open[cell] -= 1
        return self._leave_out([id, *self._enemies.get(id, _NOBODY)])

    def _give_back(self, cell: int, *, until: int) -> None:
        self._picked[cell].pop()
        self._open[cell] += 1
        self._restore(until)

    def _leave_out(self, ids: Iterable[ItemId]) -> bool:
        for id in ids:
            if id not in self._out:
                self._out[id] = None
                for cell in self._at.get(id, ()):
                    self._free[cell] -= 1
        return all(free >= count for free, count in zip(self._free, self._open, strict=True))

    def _restore(self, until: int) -> None:
        """Bring back what was left out last, so that `until` items stay out."""
        while len(self._out) > until:
            id, _ = self._out.popitem()
            for cell in self._at.get(id, ()):
                self._free[cell] += 1
