"""`python -m tests.bench.load`: one scenario at the numbers of clients that are named, for whoever works on speed."""

from __future__ import annotations

import argparse
from dataclasses import replace

from tests.bench.load.bench import SCENARIOS
from tests.bench.load.run import Goal, measure_load


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load", description=__doc__)
    parser.add_argument("scenario", choices=SCENARIOS, nargs="?", default="beats")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 16, 64, 500])
    parser.add_argument("--seconds", type=float, default=5.0, help="of each turn")
    parser.add_argument("--turns", type=int, default=2, help="of the service and of the floor")
    asked = parser.parse_args()
    goals = [Goal(clients=clients) for clients in asked.clients]
    scenario = replace(SCENARIOS[asked.scenario][0], seconds=asked.seconds, turns=asked.turns)
    for figure in measure_load(scenario, goals):
        ratio = f"{figure.ratio:.2f}" if figure.ratio is not None else "-"
        print(f"{figure.name}: {figure.figure}  [{figure.yardstick}]  ratio {ratio}", flush=True)


if __name__ == "__main__":
    main()
