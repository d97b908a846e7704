"""How the year went: what all learners of some units had come to at each of several moments."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta

from grader.domain.figures import Figures, LearnerEntry, figures_of, placement_at, total
from grader.domain.learning.dossier import Milestone
from grader.domain.people.account import UnitId
from quizgen.programme import Programme

MOST_WEEKS = 60


def week_ends(programme: Programme, *, now: datetime) -> list[datetime]:
    """The midnight after each Sunday from the first day of study on, and the last cut-off: now, or the year's end."""
    last = min(now, programme.closes)
    day = programme.local_day(programme.study.opens)
    ends: list[datetime] = []
    monday = day + timedelta(days=7 - day.weekday())
    while len(ends) < MOST_WEEKS and (moment := _midnight(programme, monday)) < last:
        ends.append(moment)
        monday += timedelta(days=7)
    return [*ends, last]


def _midnight(programme: Programme, day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=programme.zone)


def figures_over(
    entries: Iterable[LearnerEntry], programme: str, *, moments: Sequence[datetime], units: Collection[UnitId]
) -> list[Figures]:
    """The figures of these units together at each moment, in order; the same that a report of that date says.

    A learner who never moved, nor was switched or exempt, is counted once by the week in which each thing happened.
    """
    counts = {name: [0] * (len(moments) + 1) for name in ("enrolled", *Milestone)}
    others: list[list[Figures]] = [[] for _ in moments]
    for entry in entries:
        if _is_steady(entry):
            if entry.account.unit in units:
                _count(counts, entry, moments)
            continue
        for place, at in enumerate(moments):
            then = placement_at(entry.account, at)
            if then is not None and then.unit in units:
                others[place].append(figures_of(entry, programme, at=at))
    return [total([figures, *others[place]]) for place, figures in enumerate(_summed(counts, len(moments)))]


def _is_steady(entry: LearnerEntry) -> bool:
    account = entry.account
    return len(account.placements) == 1 and not account.switches and not account.exemptions


def _count(counts: dict[str, list[int]], entry: LearnerEntry, moments: Sequence[datetime]) -> None:
    placed = bisect_left(moments, entry.account.placements[0].at)
    counts["enrolled"][placed] += 1
    for name, when in (entry.dossier.milestones if entry.dossier else {}).items():
        counts[name][max(placed, bisect_left(moments, when))] += 1


def _summed(counts: dict[str, list[int]], length: int) -> list[Figures]:
    sums = dict.fromkeys(counts, 0)
    found = []
    for place in range(length):
        sums = {name: before + counts[name][place] for name, before in sums.items()}
        found.append(Figures(eligible=sums["enrolled"], **{str(name): count for name, count in sums.items()}))
    return found
