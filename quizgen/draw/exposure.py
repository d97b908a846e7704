"""How often items were drawn, and in which order a paper therefore wants them.

Standard library, `model` and `programme` only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import accumulate, repeat, takewhile
from random import Random

from quizgen.model import Difficulty, ItemId
from quizgen.programme import Stratum

Levels = dict[int, list[ItemId]]
"""The items of a stratum by level of use, the level that a paper takes first in front."""

_AFTER_ALL_USES = 1 << 40
"""Added to the use count of items that the learner has had, so that they come after every other item."""
_AFTER_OTHERS = 1 << 39
"""Added to the use count of items that step back for an enemy; they still come before those that were had."""
_SLACK = 20
"""One use in so many does not count when papers are balanced, nor does a single one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """How many papers held each item (`uses`, none where an item is missing), and what this learner has had."""

    uses: Mapping[ItemId, int]
    had: Set[ItemId]

    def levels(self, pool: Sequence[ItemId]) -> Levels:
        """The items of a stratum by level of use; within a level in the order of the pool."""
        had = self.had
        levels: defaultdict[int, list[ItemId]] = defaultdict(list)
        for id, uses in zip(pool, map(self.uses.get, pool, repeat(0)), strict=True):
            levels[uses + _AFTER_ALL_USES if id in had else uses].append(id)
        return {level: levels[level] for level in sorted(levels)}

    def highest(self, id: ItemId, levels: Levels) -> int:
        """The highest level from which another item of the stratum may take this one's place on a paper.

        That is its own level, or the stratum's lowest one and the slack: one use, or a twentieth of the lowest use
        count. While places change within this bound, the use counts of a stratum (one quota drawing on it, no enemies)
        differ by at most one more than the slack.
        """
        lowest = next(iter(levels))
        own = self.uses.get(id, 0) + (_AFTER_ALL_USES if id in self.had else 0)
        return max(own, _raised(lowest)) if lowest < _AFTER_OTHERS else own

    def highest_of_uneven(self, id: ItemId, levels: Levels) -> int:
        """As `highest`, but all that the learner has not had where use differs by more than that can bring about."""
        limit = self.highest(id, levels)
        new = [level for level in levels if level < _AFTER_ALL_USES]
        return max(limit, new[-1]) if new and new[-1] > _raised(new[0]) + 1 else limit


def step_back(strata: Mapping[Stratum, Levels], enemies: Mapping[ItemId, frozenset[ItemId]]) -> None:
    """Move an item behind the others of its strata while an enemy of it lags behind in its own, and further than it.

    Otherwise the strata that are filled first would go on shutting out enemies in those that are filled last.
    """
    if not enemies:
        return
    lagging = {id: share for s in strata if _is_even(s, strata) for id, share in _lagging(strata[s])}
    moved = {enemy for id, share in lagging.items() for enemy in enemies.get(id, ()) if lagging.get(enemy, 1.0) > share}
    for levels in strata.values() if moved else ():
        for level, ids in [(level, ids) for level, ids in levels.items() if level < _AFTER_OTHERS]:
            levels[level] = [id for id in ids if id not in moved]
            levels[level + _AFTER_OTHERS] = [id for id in ids if id in moved]
        ordered = sorted(levels.items())
        levels.clear()
        levels.update(ordered)


def _is_even(stratum: Stratum, strata: Collection[Stratum]) -> bool:
    """Whether its items are to be used alike; those of any difficulty are not where quotas of one draw on them too."""
    type, module, difficulty = stratum
    return difficulty is not None or all((type, module, each) not in strata for each in Difficulty)


def _lagging(levels: Levels) -> Iterator[tuple[ItemId, float]]:
    """The items whose use is more than the slack below that of the middle one of their stratum, and its share of that.

    Of two the middle one is the more used.
    """
    fresh = [level for level in levels if level < _AFTER_OTHERS]
    if fresh and _raised(fresh[0]) < fresh[-1]:
        until = list(accumulate(len(levels[level]) for level in fresh))
        usual = next(level for level, n in zip(fresh, until, strict=True) if 2 * n > until[-1])
        for level in takewhile(lambda level: _raised(level) < usual, fresh):
            yield from ((id, level / usual) for id in levels[level])


def _raised(uses: int) -> int:
    return uses + max(1, uses // _SLACK)


def by_preference(levels: Levels, rng: Random) -> Iterator[ItemId]:
    """The items in the order in which a paper wants them: by level, by chance within a level.

    The lists are shuffled as far as they are asked for; they keep all their items.
    """
    for ids in levels.values():
        for last in range(len(ids) - 1, -1, -1):
            at = int(rng.random() * (last + 1))
            ids[at], ids[last] = ids[last], ids[at]
            yield ids[last]
