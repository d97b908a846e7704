"""Every figure of the reports, counted again from the raw documents: at several dates, for several groups."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from grader.administration.reports.asked import Asked
from grader.administration.reports.learners import find_learners
from grader.administration.reports.units import By, columns_of, unit_report
from grader.course import Course
from grader.domain.figures import MEASURES
from grader.domain.people.account import Account, AccountId, Exemption, Placement, Role, Switch, UnitId
from grader.domain.people.former import Former
from grader.domain.reports.weeks import figures_over
from grader.store.base import Store
from grader.store.kinds import UNIT
from grader.units import units_of
from tests.grader.administration.reports.recount import kind_at, measures, person_at
from tests.grader_factories import (
    AGENCY,
    LEADING,
    NOON,
    WatchedStore,
    account,
    dossier,
    keep_dossier,
    milestones,
    placed,
    unit,
    year,
)

DAY = timedelta(days=1)
UNITS = ("u1", "u2", "u3", "u4")
OFFICE = placed(account("office", role=Role.COUNTY), (NOON - 99 * DAY, "county"))
RANKS = ("", "科员", "副科级")
DATES = [NOON + days * DAY for days in (-40, -25, -12, -3, 0, 5)]


@pytest.fixture(scope="module")
def county() -> tuple[WatchedStore, Course]:
    """300 people who are moved, switched, spared and get on by chance; the same ones each time."""
    chance = random.Random(20261009)  # noqa: S311 - no secret
    people = [_person(number, chance) for number in range(300)]
    store, courses = year(OFFICE, *people)
    store.save(UNIT, "county", unit("county"), expected=0)
    for number, id in enumerate(UNITS):
        kinds = (Former(text="机关", until=DATES[2]),) if id == "u3" else ()
        kind = ("", "机关", "事业单位", "机关")[number]
        made = unit(id, parent=UnitId("county"), order_number=number, kind=kind, former_kinds=kinds)
        store.save(UNIT, id, made, expected=0)
    for person in people:
        if chance.random() < 0.8:
            keep_dossier(store, dossier(account=person.id, milestones=_reached(chance)))
    return store, courses.current(NOON)


def _day(chance: random.Random) -> datetime:
    return NOON + chance.randrange(-30, 3) * DAY


def _person(number: int, chance: random.Random) -> Account:
    moves = sorted({NOON - 30 * DAY, *(_day(chance) for _ in range(chance.randrange(3)))})
    switches = sorted(_day(chance) for _ in range(chance.choice([0, 0, 0, 1, 2])))
    promotions = sorted(_day(chance) for _ in range(chance.choice([0, 0, 1, 2])))
    begun = _day(chance)
    spared = Exemption(
        programme=chance.choice(["2026", "2026", "2025"]),
        kind="worker",
        at=begun,
        ends=chance.choice([None, begun + 4 * DAY]),
    )
    return replace(
        account(f"p{number:03}"),
        name=f"学员{number:03}",
        rank=chance.choice(RANKS),
        former_ranks=tuple(Former(text=chance.choice(RANKS), until=at) for at in promotions),
        placements=tuple(
            Placement(at=at, unit=UnitId(chance.choice(UNITS)), tier=chance.choice([AGENCY, LEADING])) for at in moves
        ),
        switches=tuple(Switch(at=at, active=bool(place % 2)) for place, at in enumerate(switches)),
        exemptions=(spared,) if chance.random() < 0.2 else (),
    )


def _reached(chance: random.Random) -> Any:
    names = ("started", "hours_met", "examined", "passed", "qualified")[: chance.randrange(6)]
    days = sorted(_day(chance) for _ in names)
    return {name: when for one, when in zip(names, days, strict=True) for name in milestones(one, at=when)}


def raw(store: Store, at: datetime) -> Iterator[dict[str, Any]]:
    """Everybody at that time, from the documents' JSON."""
    documents = [json.loads(text) for text in store.documents()]
    dossiers = {one["value"]["account"]: one["value"] for one in documents if one["kind"] == "dossier"}
    units = {one["id"]: one["value"] for one in documents if one["kind"] == "unit"}
    for one in documents:
        if one["kind"] == "account" and one["value"]["role"] == "learner":
            person = person_at(one["value"], dossiers.get(one["id"]), at=at)
            yield person | {"kind": kind_at(units[person["unit"]], at=at) if person["unit"] else ""}


GROUPS = {By.UNIT: "unit", By.TIER: "tier", By.RANK: "rank", By.KIND: "kind"}


@pytest.mark.parametrize("by", GROUPS)
@pytest.mark.parametrize("at", DATES, ids=lambda at: at.date().isoformat())
def test_figures_of_every_group_are_those_of_the_documents(
    county: tuple[WatchedStore, Course], by: By, at: datetime
) -> None:
    store, course = county
    people = list(raw(store, at))

    report = unit_report(store, course, units_of(store, OFFICE), at=at, by=by)

    told = {row.key: [str(column.value(row)) for column in columns_of(by)[1:]] for row in report.rows}
    wanted = {key: list(measures([one for one in people if _key(one, by) == key], at=at).values()) for key in told}
    assert told == wanted
    assert [str(measure.value(report.total)) for measure in MEASURES] == list(measures(people, at=at).values())


def _key(person: dict[str, Any], by: By) -> str:
    found = person[GROUPS[by]]
    return found or "未填写" if by is By.RANK else found


@pytest.mark.parametrize("by", By)
@pytest.mark.parametrize("count", [measure.count for measure in MEASURES])
@pytest.mark.parametrize("at", [DATES[2], None], ids=["past", "now"])
def test_every_figure_leads_to_as_many_names(
    county: tuple[WatchedStore, Course], by: By, count: str, at: datetime | None
) -> None:
    store, course = county
    units = units_of(store, OFFICE)
    now = NOON + 9 * DAY
    report = unit_report(store, course, units, at=at or now, by=by)

    for row in report.rows:
        asked = Asked(measure=count, at=at, **{by.value: row.key})  # type: ignore[arg-type]  # all four are texts
        found = find_learners(store, course, units, now=now, asked=asked)
        assert len(found.entries) == getattr(row.figures, count)


def test_weeks_are_the_totals_of_reports_of_these_dates(county: tuple[WatchedStore, Course]) -> None:
    store, _ = county
    entries = store.learners("2026", [UnitId(id) for id in UNITS])

    found = figures_over(entries, "2026", moments=DATES, units=frozenset(map(UnitId, ("u1", "u3"))))

    for at, figures in zip(DATES, found, strict=True):
        people = [one for one in raw(store, at) if one["unit"] in {"u1", "u3"}]
        assert [str(measure.value(figures)) for measure in MEASURES] == list(measures(people, at=at).values())


def test_another_unit_sees_nobody_who_was_never_there(county: tuple[WatchedStore, Course]) -> None:
    store, course = county
    clerk = placed(account("clerk", role=Role.UNIT), (NOON - 99 * DAY, "u2"))

    found = find_learners(store, course, units_of(store, clerk), now=NOON + 9 * DAY)

    names = {row.account.name for row in found.rows()}
    assert names == {one["name"] for one in raw(store, NOON + 9 * DAY) if one["unit"] == "u2"}
    assert AccountId("p000") not in {entry.id for entry in found.entries if entry.account.unit != "u2"}
