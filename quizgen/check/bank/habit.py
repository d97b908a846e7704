"""What a give-away habit of a bank is: certain, large and seen in enough items.

- certain: the exact binomial tail (one-sided; where both sides count, the side seen) is at most 0.001, divided by the
  number of lessons where lessons are looked at (Bonferroni). A pool is asked about a dozen questions, so that a bank
  keyed by dice is warned of wrongly about once in a hundred runs;
- large: the share stands clear of chance by the margin named beside each rule;
- enough: `LEAST` items at least that could show the habit.

Chance differs between items with three and with four options; their mean is used, which overstates the tail a little
(a sum of unequal trials varies less than the binomial of their mean: Hoeffding 1956) and so errs on the quiet side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import exp, fsum, lgamma, log

from quizgen.interaction import Interaction, interaction
from quizgen.model import Item

LEAST = 20
"""Items below which no habit is told: two lessons' worth."""
CERTAIN = 0.001
"""The greatest probability of the like by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """One habit found: what it is in numbers, the items that show it, those to mend first at the front, and how."""

    code: str
    message: str
    shown_by: Sequence[Item]
    cure: str


Search = Callable[[Sequence[Item], float], Iterator[Habit]]
"""Looks for one habit among items; the number is the greatest probability of the like by chance."""


def at_least(successes: int, trials: int, chance: float) -> float:
    """The binomial probability of so many successes or more, each trial with the same `chance` (between 0 and 1)."""
    if not 0 < chance < 1:
        return 1.0
    lead, yes, no = lgamma(trials + 1), log(chance), log(1 - chance)
    terms = (
        exp(lead - lgamma(k + 1) - lgamma(trials - k + 1) + k * yes + (trials - k) * no)
        for k in range(successes, trials + 1)
    )
    return min(1.0, fsum(terms))


def is_habit(successes: int, trials: int, chance: float, *, above: float, certain: float, least: int = LEAST) -> bool:
    """Whether so many are enough of a sample, clear of chance by `above` (0 to 1), and hardly an accident."""
    if trials < least or successes < (chance + above) * trials:
        return False
    return at_least(successes, trials, chance) <= certain


def picking_one(items: Sequence[Item]) -> list[Item]:
    """The items that could be read whose key is one of their own options."""
    return _asked(items, lambda asked: asked.picks_one)


def taking_several(items: Sequence[Item]) -> list[Item]:
    """The items that could be read whose key may be several options."""
    return _asked(items, lambda asked: asked.takes_several)


def with_own_options(items: Sequence[Item]) -> list[Item]:
    """The items that could be read whose options are their own."""
    return _asked(items, lambda asked: not asked.fixed)


def judging(items: Sequence[Item]) -> list[Item]:
    """The items that could be read whose key calls the stem right or wrong."""
    return _asked(items, lambda asked: asked.judges_stem)


def _asked(items: Sequence[Item], so: Callable[[Interaction], bool]) -> list[Item]:
    return [item for item in items if item.options and so(interaction(item.type))]


def counted(items: Sequence[Item]) -> str:
    """How many items of which types, such as 72道单选题."""
    return f"{len(items)}道{named(items)}"


def named(items: Sequence[Item]) -> str:
    """The names of the items' types, such as 单选题."""
    return "、".join(dict.fromkeys(item.type.label for item in items))


def percent(part: int, whole: int) -> str:
    """Such as 67%."""
    return f"{part / whole:.0%}"
