"""A learner as he or she stood at a past date, from summaries alone: only facts recorded by then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from grader.domain.figures import LearnerEntry, is_active_at, placement_at, rank_at
from grader.domain.learning.dossier import DossierSummary, Milestone, Sitting, WindowName
from grader.domain.learning.standing import State
from grader.domain.people.account import AccountSummary

MOST_DATES = 3
"""Past dates of which anything is remembered; some 10 MB each at 50,000 learners."""


def make_room(remembered: dict[datetime, Any]) -> None:
    """Forget the dates that were asked for first, so that with one more there are `MOST_DATES`."""
    for first in list(remembered)[: max(0, len(remembered) - MOST_DATES + 1)]:
        remembered.pop(first, None)


def entry_at(entry: LearnerEntry, *, at: datetime, day: date) -> LearnerEntry:
    """The learner at that time; `day` is the programme's day up to which lessons done count.

    Unit, tier and rank are those of then. Of whoever had no place yet, the first one stands.
    """
    dossier = summary_at(entry.dossier, at=at, day=day) if entry.dossier else None
    return LearnerEntry(id=entry.id, account=_account_at(entry.account, at), dossier=dossier)


def _account_at(account: AccountSummary, at: datetime) -> AccountSummary:
    place = placement_at(account, at) or account.placements[0]
    rank, active = rank_at(account, at), is_active_at(account, at)
    return replace(account, unit=place.unit, tier=place.tier, rank=rank, active=active)


def state_at(entry: LearnerEntry, *, at: datetime, exempt: bool) -> State:
    """The state at that time by the milestones reached by then, which is what the figures of that date count."""
    milestones = entry.dossier.milestones if entry.dossier else {}
    if _is_reached(milestones, Milestone.QUALIFIED, at):
        return State.QUALIFIED
    if exempt:
        return State.EXEMPT
    return next((state for name, state in _STATES.items() if _is_reached(milestones, name, at)), State.NOT_STARTED)


def _is_reached(milestones: Mapping[Milestone, datetime], name: Milestone, at: datetime) -> bool:
    when = milestones.get(name)
    return when is not None and when <= at


_STATES = {
    Milestone.PASSED: State.HOURS_DUE,
    Milestone.EXAMINED: State.FAILED,
    Milestone.HOURS_MET: State.EXAM_DUE,
    Milestone.STARTED: State.STUDYING,
}
"""What the furthest milestone makes of a learner who has not qualified."""


def summary_at(summary: DossierSummary, *, at: datetime, day: date) -> DossierSummary:
    """The facts of the summary that were recorded by `at`.

    Study under way has no dates in the summary: of a lesson begun and of credited seconds nothing is left, so that
    where a programme credits time only the milestones say whether the hours were met.
    """
    sittings = tuple(_sitting_at(sitting, at) for sitting in summary.sittings if sitting.at <= at)
    ended = [sitting for sitting in sittings if sitting.ended]
    windows = [sitting.window for sitting in sittings]
    return replace(
        summary,
        completed={lesson: done for lesson, done in summary.completed.items() if done <= day},
        answered={},
        seconds={},
        exam_starts=windows.count(WindowName.EXAM),
        makeup_starts=windows.count(WindowName.MAKEUP),
        sitting=len(ended) < len(sittings),
        due=None,
        best=max((sitting.points for sitting in ended), default=None),
        passed=any(sitting.passed for sitting in ended),
        milestones={name: when for name, when in summary.milestones.items() if when <= at},
        serial="",
        voided=None,
        sittings=sittings,
        supplements=tuple(made for made in summary.supplements if made.at <= at),
        rulings=tuple(ruling for ruling in summary.rulings if ruling.at <= at),
    )


def _sitting_at(sitting: Sitting, at: datetime) -> Sitting:
    if sitting.ended is None or sitting.ended <= at:
        return sitting
    return Sitting(at=sitting.at, window=sitting.window)
