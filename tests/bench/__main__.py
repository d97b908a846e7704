"""`python -m tests.bench [NAME …]`: measure, and print each figure beside its yardstick of the same run.

A missed goal is said in the table; the exit code is 0 unless something could not be measured. `load` takes a quarter of
an hour: closed loops at 1 to 500 clients beside a bare handler with the same durable writes. One of its scenarios is
measured by `python -m tests.bench.load`. How busy the machine was with other things is told beside the figures.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.table import Table

from tests.bench import (
    agreement,
    beat,
    certificate,
    check,
    connections,
    county,
    demo,
    draw,
    laws,
    mutation,
    pages,
    postgres,
    reports,
    roster,
    signin,
    site,
    statistics,
    uploads,
)
from tests.bench.load import bench as load
from tests.bench.load import rush, slow
from tests.bench.measure import Figure

BENCHES: dict[str, Callable[[], Iterator[Figure]]] = {
    "load": load.measure,
    "rush": rush.measure,
    "slow": slow.measure,
} | {
    module.__name__.rpartition(".")[2]: module.measure
    for module in (
        demo,
        site,
        connections,
        beat,
        draw,
        certificate,
        signin,
        roster,
        uploads,
        county,
        reports,
        statistics,
        laws,
        agreement,
        check,
        mutation,
        pages,
        postgres,
    )
}
BENCHES |= {"million": postgres.measure_million, "sites": site.measure_many}
_VERDICTS = {True: "met", False: "MISSED", None: "-"}


def main() -> int:
    """Measure what was named, or everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", metavar="NAME", nargs="*", help=f"of {', '.join(BENCHES)}; all by default")
    names = parser.parse_args().names or list(BENCHES)
    if unknown := [name for name in names if name not in BENCHES]:
        parser.error(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    figures: list[Figure] = []
    for name in names:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        figures += BENCHES[name]()
    _print(figures)
    return 0


def _print(figures: list[Figure]) -> None:
    console = Console(highlight=False)
    console.width = max(console.width, 190)
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for title in ("name", "figure", "yardstick", "ratio", "goal", "met"):
        table.add_column(title, no_wrap=True)
    for shown in figures:
        ratio = f"{shown.ratio:.3g}" if shown.ratio is not None else "-"
        table.add_row(shown.name, shown.figure, shown.yardstick, ratio, shown.goal, _VERDICTS[shown.met])
    console.print(table)
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    console.print(f"\n{os.cpu_count()} cores; load over 1, 5, 15 minutes: {load}")


if __name__ == "__main__":
    sys.exit(main())
