"""The share of slips in the kit's own banks that the checks find, by kind, with the official texts.

There is no yardstick to run beside: each row is a share of what was made wrong.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from quizgen.check.mutants import Slip
from quizgen.check.trial import Tried, try_rules
from quizgen.content import read_content
from tests.bench.measure import Figure
from tests.course_project import REPOSITORY

GOALS: Mapping[Slip, float] = {
    Slip.CITE: 0.95,
    Slip.ARTICLE: 0.95,
    Slip.KEY_SINGLE: 0.75,
    Slip.KEY_MULTIPLE: 0.50,
    Slip.KEY_JUDGEMENT: 0.40,
    Slip.STATED_ORGAN: 0.50,
    Slip.STATED_NEGATION: 0.50,
}
GOAL = 0.60


def measure() -> Iterator[Figure]:
    """One mutant of each kind of every item."""
    content, _ = read_content(
        REPOSITORY / "content", laws=REPOSITORY / os.environ.get("STATUTE_TEXTS", "../shared/laws")
    )
    tried = try_rules(content)
    yield _figure("mutants found: all", tried, goal=GOAL)
    for one in tried:
        yield _figure(f"mutants found: {one.slip.name.lower()}", [one], goal=GOALS.get(one.slip))


def _figure(name: str, tried: list[Tried], *, goal: float | None) -> Figure:
    made, found = sum(one.made for one in tried), sum(one.found for one in tried)
    return Figure(
        name=name,
        figure=f"{found / made:.0%}",
        yardstick=f"{made} made",
        goal=f"≥ {goal:.0%}" if goal else "-",
        met=found >= goal * made if goal else None,
    )
