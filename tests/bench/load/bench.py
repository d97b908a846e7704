"""The loads that `make bench` measures, with their goals; a new scenario is one more entry."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.load.answers import ANSWERS
from tests.bench.load.run import Goal, measure_load
from tests.bench.load.scenario import BEATS, Scenario
from tests.bench.load.sitting import RESPONSES, SHOWS, STARTS, SUBMITS
from tests.bench.measure import Figure

SCENARIOS: dict[str, tuple[Scenario, tuple[Goal, ...]]] = {
    BEATS.name: (
        BEATS,
        (
            Goal(clients=1, share=0.5),
            Goal(clients=16, share=0.65),
            Goal(clients=64, share=0.65, p99=0.2),
            Goal(clients=500, share=0.6, p99=1.5),
        ),
    ),
    ANSWERS.name: (ANSWERS, (Goal(clients=16, share=0.5), Goal(clients=64, share=0.5, p99=0.4))),
    STARTS.name: (STARTS, (Goal(clients=64, share=0.4),)),
    SHOWS.name: (SHOWS, (Goal(clients=64, share=0.15),)),
    RESPONSES.name: (RESPONSES, (Goal(clients=64, share=0.57),)),
    SUBMITS.name: (SUBMITS, (Goal(clients=64, share=0.55, p99=0.6),)),
}


def measure() -> Iterator[Figure]:
    """Every scenario, one after the other."""
    for scenario, goals in SCENARIOS.values():
        if scenario.learners:  # everybody comes once: there are enough of them for so long at 500 a second
            yield from measure_load(scenario, goals, seconds=4.0, turns=2)
        else:
            yield from measure_load(scenario, goals)
