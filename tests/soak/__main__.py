"""`python -m tests.soak`: kill the running service again and again and count what is lost; exits 1 on any loss."""

from __future__ import annotations

import argparse
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres_server import any_server, fresh_database
from tests.soak.run import Summary, soak


def main() -> int:
    """Soak as long as asked for and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0, help="how long, 2 by default")
    parser.add_argument("--learners", type=int, default=12, help="how many use it at once, 12 by default")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="to repeat a soak's choices")
    parser.add_argument("--postgres", action="store_true", help="on the PostgreSQL that the tests use")
    options = parser.parse_args()
    print(f"{options.learners} learners, {options.minutes:g} minutes, seed {options.seed}", flush=True)
    end = time.monotonic() + options.minutes * 60
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, _store(is_shared=options.postgres) as store:
        summary = soak(
            Path(folder),
            learners=options.learners,
            seed=options.seed,
            goes_on=lambda _: time.monotonic() < end,
            store=store,
        )
    _report(summary)
    return 1 if summary.losses else 0


@contextmanager
def _store(*, is_shared: bool) -> Iterator[str]:
    """The address of the embedded store, or of an empty database that is dropped afterwards."""
    if not is_shared:
        yield "tiny:store"
        return
    with any_server(durable=True) as address, fresh_database(address) as database:
        yield database.address


def _report(summary: Summary) -> None:
    restart = f"{statistics.median(summary.restarts):.2f} s" if summary.restarts else "-"
    print(f"kills                     {summary.kills}, answering again after {restart} (median)")
    print(f"steps answered            {summary.answered}; cut off by a kill: {summary.unanswered}")
    print(f"beats acknowledged        {summary.beats}, {summary.seconds} s of study")
    print(f"responses acknowledged    {summary.responses} items in {summary.sittings} attempts")
    print(f"attempts handed in        {summary.submitted}")
    print(f"lost or counted twice     {len(summary.losses)}")
    for loss in summary.losses:
        print(f"  {loss}")


if __name__ == "__main__":
    sys.exit(main())
