"""The loads that `make bench` measures, with their goals; a new scenario is one more entry."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.load.answers import ANSWERS, PACED_ANSWERS
from tests.bench.load.run import Goal, measure_load
from tests.bench.load.scenario import BEATS, Scenario
from tests.bench.load.sitting import RESPONSES, SHOWS, STARTS, SUBMITS
from tests.bench.measure import Figure

_EACH_LESSON = (
    Goal(clients=1, share=0.5),
    Goal(clients=16, share=0.65),
    Goal(clients=64, share=0.65, p99=0.2),
    Goal(clients=500, share=0.6, p99=1.5),
)
"""Of what learners send all year: beats, and answers to a section's questions."""
SCENARIOS: dict[str, tuple[Scenario, tuple[Goal, ...]]] = {
    scenario.name: (scenario, goals)
    for scenario, goals in (
        (BEATS, _EACH_LESSON),
        (ANSWERS, _EACH_LESSON),
        (PACED_ANSWERS, (Goal(clients=200, p99=0.06),)),
        (STARTS, (Goal(clients=64, share=0.4),)),
        (SHOWS, (Goal(clients=64, share=0.15),)),
        (RESPONSES, (Goal(clients=64, share=0.57),)),
        (SUBMITS, (Goal(clients=64, share=0.55, p99=0.6),)),
    )
}


def measure() -> Iterator[Figure]:
    """Every scenario, one after the other."""
    for scenario, goals in SCENARIOS.values():
        yield from measure_load(scenario, goals)
