from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from grader.domain.figures import Figures, LearnerEntry, figures_by_unit, total
from grader.domain.learning.dossier import Sitting, WindowName, summarise_dossier
from grader.domain.learning.standing import State
from grader.domain.people.account import Exemption, Placement, Switch, UnitId, summarise_account
from grader.domain.reports.past import entry_at, make_room, state_at, summary_at
from grader.domain.reports.weeks import figures_over, week_ends
from quizgen.model import LessonId
from tests.grader_factories import (
    AGENCY,
    LEADING,
    NOON,
    account,
    award,
    dossier,
    milestones,
    outcome,
    programme,
    start,
    window,
)

DAY = timedelta(days=1)
FULL = dossier(
    completed={LessonId("a"): date(2026, 10, 9), LessonId("b"): date(2026, 10, 11)},
    starts=(start("t1"), start("t2", number=2, at=NOON + 2 * DAY, window=WindowName.MAKEUP)),
    outcomes=(outcome("t1", 40, ended=NOON + timedelta(hours=1)), outcome("t2", 80, ended=NOON + 2 * DAY)),
    milestones=milestones("started", "examined") | milestones("passed", "qualified", at=NOON + 2 * DAY),
    awards=(award("1"),),
)


def test_summary_at_a_past_date_knows_what_was_recorded_by_then() -> None:
    then = summary_at(summarise_dossier(FULL), at=NOON + DAY, day=date(2026, 10, 10))

    assert then == replace(
        summarise_dossier(dossier()),
        completed={LessonId("a"): date(2026, 10, 9)},
        exam_starts=1,
        best=40,
        milestones=milestones("started", "examined"),
        sittings=(Sitting(at=NOON, window=WindowName.EXAM, ended=NOON + timedelta(hours=1), points=40),),
    )


def test_attempt_under_way_at_the_cut_off_has_no_result_yet() -> None:
    then = summary_at(summarise_dossier(FULL), at=NOON + timedelta(minutes=5), day=date(2026, 10, 9))

    assert (then.exam_starts, then.sitting, then.best) == (1, True, None)
    assert then.sittings == (Sitting(at=NOON, window=WindowName.EXAM),)


def test_learner_is_where_the_placement_of_then_was() -> None:
    moved = replace(
        account(),
        placements=(
            Placement(at=NOON, unit=UnitId("u1"), tier=AGENCY),
            Placement(at=NOON + DAY, unit=UnitId("u2"), tier=LEADING),
        ),
        switches=(Switch(at=NOON + DAY, active=False),),
    )
    entry = LearnerEntry(id=moved.id, account=summarise_account(moved))

    places = []
    for days in (-1, 0, 1):
        seen = entry_at(entry, at=NOON + days * DAY, day=date(2026, 10, 9)).account
        places.append((seen.unit, seen.tier, seen.active))

    assert places == [("u1", AGENCY, True), ("u1", AGENCY, True), ("u2", LEADING, False)]


def test_weeks_end_at_midnight_after_sunday_and_with_now() -> None:
    year = programme(study=window("2026-10-07", "2027-01-01"), makeup=None, exam=window("2026-10-08", "2026-11-01"))
    now = datetime(2026, 10, 20, 4, tzinfo=UTC)

    ends = week_ends(year, now=now)

    assert [end.astimezone(year.zone).isoformat() for end in ends[:-1]] == [
        "2026-10-12T00:00:00+08:00",
        "2026-10-19T00:00:00+08:00",
    ]
    assert ends[-1] == now
    assert week_ends(year, now=datetime(2028, 1, 1, tzinfo=UTC))[-1] == year.closes


def test_figures_over_the_weeks_are_those_of_reports_of_these_dates() -> None:
    moved = replace(
        account("b"),
        placements=(
            Placement(at=NOON, unit=UnitId("u1"), tier=AGENCY),
            Placement(at=NOON + 3 * DAY, unit=UnitId("u2"), tier=AGENCY),
        ),
    )
    people = [
        (account("a"), milestones("started", at=NOON - DAY) | milestones("hours_met", at=NOON + 2 * DAY)),
        (moved, milestones("started", at=NOON + DAY)),
        (replace(account("c"), exemptions=(Exemption(programme="2026", kind="worker", at=NOON + DAY),)), {}),
        (replace(account("d"), placements=(Placement(at=NOON, unit=UnitId("u2"), tier=AGENCY),)), {}),
        (replace(account("e"), placements=(Placement(at=NOON + 9 * DAY, unit=UnitId("u1"), tier=AGENCY),)), {}),
    ]
    entries = [
        LearnerEntry(
            id=person.id,
            account=summarise_account(person),
            dossier=summarise_dossier(dossier(account=person.id, milestones=reached)) if reached else None,
        )
        for person, reached in people
    ]
    moments = [NOON + days * DAY for days in range(-2, 6)]

    found = figures_over(entries, "2026", moments=moments, units={UnitId("u1")})

    expected = [figures_by_unit(entries, "2026", at=at).get(UnitId("u1"), Figures()) for at in moments]
    assert found == [total([figures]) for figures in expected]
    assert found[-1] != found[0]


@pytest.mark.parametrize(
    ("names", "exempt", "state"),
    [
        ((), False, State.NOT_STARTED),
        ((), True, State.EXEMPT),
        (("started",), False, State.STUDYING),
        (("started", "hours_met"), False, State.EXAM_DUE),
        (("started", "hours_met", "examined"), False, State.FAILED),
        (("started", "examined", "passed"), False, State.HOURS_DUE),
        (("started", "hours_met", "examined", "passed", "qualified"), True, State.QUALIFIED),
    ],
)
def test_state_of_a_past_date_follows_from_the_milestones_reached(
    names: tuple[str, ...], exempt: bool, state: State
) -> None:
    reached = milestones(*names) | milestones(*({"qualified"} - set(names)), at=NOON + DAY)
    kept = summarise_dossier(dossier(milestones=reached))
    entry = LearnerEntry(id=account().id, account=summarise_account(account()), dossier=kept)

    assert state_at(entry, at=NOON, exempt=exempt) is state
    assert state_at(replace(entry, dossier=None), at=NOON, exempt=False) is State.NOT_STARTED


def test_room_is_made_for_one_more_date_by_forgetting_the_first() -> None:
    remembered: dict[datetime, str] = {}
    for number in range(5):
        make_room(remembered)
        remembered[NOON + timedelta(days=number)] = f"day {number}"

    assert list(remembered.values()) == ["day 2", "day 3", "day 4"]
