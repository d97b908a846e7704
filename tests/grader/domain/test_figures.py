from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta

import pytest

from grader.domain.figures import (
    MEASURES,
    Figures,
    LearnerEntry,
    Rate,
    Snapshot,
    SnapshotSummary,
    UnitFigures,
    figures_by_unit,
    figures_of,
    is_active_at,
    placement_at,
    summarise_snapshot,
    total,
)
from grader.domain.learning.dossier import Dossier, Milestone, summarise_dossier
from grader.domain.people.account import Account, Exemption, Role, Switch, UnitId, summarise_account
from tests.grader_factories import NOON, account, dossier, milestones, placed

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
EVERYTHING = milestones("started", "hours_met", "examined", "passed", "qualified")


def entry(person: Account | None = None, kept: Dossier | None = None) -> LearnerEntry:
    person = person or account()
    return LearnerEntry(
        id=person.id, account=summarise_account(person), dossier=summarise_dossier(kept) if kept else None
    )


def figures(one: LearnerEntry, at: datetime = NOON) -> Figures:
    return figures_of(one, "2026", at=at)


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (2, 3, "66.7%（2/3）"),
        (1, 3, "33.3%（1/3）"),
        (1, 2000, "0.1%（1/2000）"),
        (1, 2001, "0.0%（1/2001）"),
        (1999, 2000, "100.0%（1999/2000）"),
        (3, 3, "100.0%（3/3）"),
        (0, 7, "0.0%（0/7）"),
        (0, 0, "—（0/0）"),
    ],
)
def test_rate_shows_its_parts_and_rounds_half_up_to_a_tenth(part: int, whole: int, shown: str) -> None:
    assert str(Rate(part=part, whole=whole)) == shown


def test_rates_are_of_the_eligible() -> None:
    some = Figures(
        enrolled=9,
        inactive=1,
        exempt=2,
        eligible=6,
        started=5,
        hours_met=4,
        examined=4,
        passed=3,
        qualified=2,
        exempt_qualified=1,
    )

    assert {measure.label: str(measure.value(some)) for measure in MEASURES} == {
        "名单人数": "9",
        "参学总人数": "6",
        "已完成学习任务人数": "4",
        "未完成学习任务人数": "2",
        "参学率": "83.3%（5/6）",
        "参考率": "66.7%（4/6）",
        "合格率": "33.3%（2/6）",
        "可不参加": "2",
        "可不参加而合格": "1",
        "失效": "1",
    }


def test_every_milestone_is_counted() -> None:
    counts = {field.name for field in fields(Figures)}

    assert counts == {"enrolled", "inactive", "exempt", "eligible", "exempt_qualified", *Milestone}
    assert {name for measure in MEASURES for name in (measure.count, measure.of or measure.count)} <= counts | {
        "hours_due"
    }


def test_figures_of_several_units_add_up_field_by_field() -> None:
    one = Figures(enrolled=3, inactive=1, exempt=1, eligible=1, started=1, hours_met=1, examined=1)
    other = Figures(enrolled=1, eligible=1, passed=1, qualified=1)

    assert total([one, other]) == Figures(
        enrolled=4, inactive=1, exempt=1, eligible=2, started=1, hours_met=1, examined=1, passed=1, qualified=1
    )
    assert total([]) == Figures()


@pytest.mark.parametrize(
    ("at", "unit"),
    [
        (NOON - DAY - MOMENT, None),
        (NOON - DAY, "u1"),
        (NOON - MOMENT, "u1"),
        (NOON, "u2"),
        (NOON + 9 * DAY, "u2"),
    ],
)
def test_learner_belongs_to_the_unit_of_that_time(at: datetime, unit: str | None) -> None:
    moved = summarise_account(placed(account(), (NOON - DAY, "u1"), (NOON, "u2")))

    placement = placement_at(moved, at)

    assert (placement.unit if placement else None) == unit


@pytest.mark.parametrize(("days", "active"), [(-2, True), (-1, False), (0, True), (1, True)])
def test_account_was_active_unless_switched_off_by_then(days: int, active: bool) -> None:
    switches = (Switch(at=NOON - DAY, active=False), Switch(at=NOON, active=True))

    assert is_active_at(summarise_account(account(switches=switches)), NOON + days * DAY) is active


def test_learners_stand_by_order_number_and_those_without_one_by_account_number_after_them() -> None:
    people = [account(number="1"), account(number="3", order_number=7), account(number="2", order_number=9)]

    in_order = sorted(map(entry, people), key=lambda one: one.place)

    assert [one.account.number for one in in_order] == ["3", "2", "1"]


def test_figures_change_no_more_after_the_latest_dated_fact() -> None:
    off = Switch(at=NOON + 2 * DAY, active=False)
    exempt = Exemption(programme="2026", kind="sick_leave", at=NOON, ends=NOON + 3 * DAY)

    assert entry(account()).settled == account().created
    assert entry(account(switches=(off,))).settled == off.at
    assert entry(account(switches=(off,), exemptions=(exempt,))).settled == exempt.ends
    kept = dossier(milestones=milestones("passed", at=NOON + 4 * DAY))
    assert entry(account(exemptions=(exempt,)), kept).settled == NOON + 4 * DAY


def test_learner_without_a_dossier_is_eligible_and_has_reached_nothing() -> None:
    assert figures(entry()) == Figures(enrolled=1, eligible=1)


def test_learner_counts_for_everything_reached_by_the_cut_off_and_nothing_later() -> None:
    one = entry(kept=dossier(milestones=EVERYTHING))

    assert figures(one, NOON - MOMENT) == Figures(enrolled=1, eligible=1)
    assert figures(one, NOON) == Figures(
        enrolled=1, eligible=1, started=1, hours_met=1, examined=1, passed=1, qualified=1
    )


def test_switched_off_learner_is_enrolled_but_not_eligible() -> None:
    person = account(switches=(Switch(at=NOON, active=False),))

    assert figures(entry(person, dossier(milestones=EVERYTHING))) == Figures(enrolled=1, inactive=1)
    assert figures(entry(person), NOON - MOMENT) == Figures(enrolled=1, eligible=1)


def test_exempt_learner_is_not_eligible_while_the_exemption_holds() -> None:
    exemption = Exemption(programme="2026", kind="worker", at=NOON - DAY, ends=NOON)
    person = account(exemptions=(exemption,))

    assert [figures(entry(person), NOON + days * DAY) for days in (-2, -1, 0)] == [
        Figures(enrolled=1, eligible=1),
        Figures(enrolled=1, exempt=1),
        Figures(enrolled=1, eligible=1),
    ]


def test_exemption_from_another_programme_does_not_count() -> None:
    person = account(exemptions=(Exemption(programme="2025", kind="worker", at=NOON - DAY),))

    assert figures(entry(person)) == Figures(enrolled=1, eligible=1)


def test_administrators_and_people_not_enrolled_yet_count_nowhere() -> None:
    clerk = account(role=Role.UNIT)
    newcomer = placed(account(), (NOON + DAY, "u1"))

    assert figures(entry(clerk)) == Figures()
    assert figures_by_unit([entry(clerk), entry(newcomer)], "2026", at=NOON) == {}


def test_units_get_the_figures_of_those_who_belonged_to_them_then() -> None:
    moved = entry(placed(account("a1"), (NOON - DAY, "u1"), (NOON, "u2")), dossier(milestones=EVERYTHING))
    stayed = entry(placed(account("a2"), (NOON - DAY, "u1")))
    one, full = Figures(enrolled=1, eligible=1), figures(moved)

    assert figures_by_unit([moved, stayed], "2026", at=NOON - MOMENT) == {"u1": one + one}
    assert figures_by_unit([moved, stayed], "2026", at=NOON) == {"u1": one, "u2": full}


def test_snapshot_adds_up_its_units() -> None:
    rows = tuple(UnitFigures(unit=UnitId(id), name=id, figures=Figures(enrolled=2, eligible=1)) for id in ("u1", "u2"))
    snapshot = Snapshot(programme="2026", title="2026年度", cut_off=NOON, made=NOON + DAY, by="office", rows=rows)

    assert snapshot.total == Figures(enrolled=4, eligible=2)
    assert replace(snapshot, rows=()).total == Figures()
    assert summarise_snapshot(snapshot) == SnapshotSummary(programme="2026", title="2026年度", cut_off=NOON)


def test_snapshot_is_told_from_its_correction_and_from_an_altered_one() -> None:
    row = UnitFigures(unit=UnitId("u1"), name="示例单位", figures=Figures(enrolled=2, eligible=2))
    first = Snapshot(programme="2026", title="学法考试", cut_off=NOON, made=NOON, by="c", rows=(row,))
    altered = replace(first, rows=(replace(row, figures=Figures(enrolled=2, eligible=1)),))
    correction = replace(first, number=1, reason="更正")

    assert [one.label for one in (first, correction)] == ["年终存档报表", "更正报表第 1 号"]
    assert first.digest == replace(first, made=NOON + MOMENT).digest
    assert len({first.digest, altered.digest, correction.digest}) == 3
