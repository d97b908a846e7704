from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from grader.administration.paging import Page, page_of
from grader.administration.publish import publish
from grader.administration.reports.asked import Asked, Order
from grader.administration.reports.learners import LearnerRow, find_learners
from grader.administration.reports.snapshots import (
    freeze_year,
)
from grader.administration.reports.units import GroupFigures, UnitReport, unit_report
from grader.course import Course, Courses
from grader.domain.errors import AttemptsOpen, NotAllowed, ProgrammeOpen
from grader.domain.figures import RATES, Figures, Snapshot, UnitFigures
from grader.domain.learning.dossier import DossierSummary
from grader.domain.learning.standing import State, standing
from grader.domain.people.account import Account, AccountId, Exemption, Role, Switch, UnitId, summarise_account
from grader.domain.people.unit import renamed
from grader.exam import sweep
from grader.store.kinds import SNAPSHOT, UNIT
from grader.store.update import update
from grader.units import units_of
from quizgen.model import LessonId
from tests.grader_factories import (
    AGENCY,
    NOON,
    WatchedStore,
    account,
    content,
    dossier,
    keep_dossier,
    milestones,
    placed,
    programme,
    start,
    unit,
    year,
)

DAY = timedelta(days=1)
CLOSES = datetime.fromisoformat("2027-01-01T00:00+08:00")
COUNTY = placed(account("office", role=Role.COUNTY), (NOON - 9 * DAY, "county"))
ONE = Figures(enrolled=1, eligible=1)


def county(*people: Account) -> tuple[WatchedStore, Course]:
    """A county office with two bureaus, the second with a section, and these people beside its administrator."""
    store, courses = year(COUNTY, *people)
    for id, parent, order in (("county", None, 0), ("u1", "county", 2), ("u2", "county", 1), ("u3", "u2", 0)):
        made = unit(id, parent=UnitId(parent) if parent else None, order_number=order)
        store.save(UNIT, id, made, expected=0)
    return store, courses.current(NOON)


def learner(id: str, unit: str = "u1", **changes: object) -> Account:
    return placed(account(id, **changes), (NOON - 9 * DAY, unit))


@pytest.mark.parametrize(
    ("role", "unit", "scope"),
    [
        (Role.COUNTY, "county", ["county", "u3", "u2", "u1"]),
        (Role.UNIT, "u2", ["u3", "u2"]),
        (Role.UNIT, "u1", ["u1"]),
        (Role.UNIT, "closed", []),
    ],
)
def test_administrator_answers_for_the_own_unit_and_all_below_in_order(role: Role, unit: str, scope: list[str]) -> None:
    store, _ = county()

    assert list(units_of(store, learner("x", unit, role=role))) == scope


def test_learner_answers_for_no_unit() -> None:
    store, _ = county()

    with pytest.raises(NotAllowed):
        units_of(store, learner("a1"))


def test_learners_are_listed_with_their_standing_by_unit_then_order_number_if_any_then_number() -> None:
    people = (learner("a1"), learner("a2", order_number=0), learner("a3", "u3"), learner("a0", order_number=1))
    store, course = county(*people)
    keep_dossier(store, dossier(seconds={"xianfa-01": 600}))

    listed = find_learners(store, course, units_of(store, COUNTY), now=NOON).page(1).rows

    assert [row.id for row in listed] == ["a3", "a0", "a1", "a2"]
    studied = DossierSummary(programme="2026", account=AccountId("a1"), seconds={LessonId("xianfa-01"): 600})
    assert listed[2] == LearnerRow(
        id=AccountId("a1"),
        account=summarise_account(people[0]),
        unit="示例单位u1",
        tier="国家机关工作人员",
        standing=standing(course.content, AGENCY, studied, exempt=False, now=NOON),
        hours=1.0,
        county_hours=0,
        band="",
        attempts=0,
        missing="还没有参加考试",
    )
    assert [row.standing.state for row in listed] == [
        State.NOT_STARTED,
        State.NOT_STARTED,
        State.EXAM_DUE,
        State.NOT_STARTED,
    ]


def test_list_shows_who_is_exempt_now_and_nobody_of_other_units() -> None:
    exemption = Exemption(programme="2026", kind="worker", at=NOON)
    store, course = county(learner("a1", exemptions=(exemption,)), learner("a2", "u2"))
    mine = units_of(store, learner("x", role=Role.UNIT))

    states = [
        [(row.id, row.standing.state) for row in find_learners(store, course, mine, now=now).page(1).rows]
        for now in (NOON - DAY, NOON)
    ]

    assert states == [[("a1", State.NOT_STARTED)], [("a1", State.EXEMPT)]]


def test_list_by_state_follows_what_learners_do_and_whether_they_are_exempt() -> None:
    exemption = Exemption(programme="2026", kind="worker", at=NOON)
    store, course = county(learner("a1", exemptions=(exemption,)), learner("a2"))

    def listed(state: State, now: datetime = NOON) -> list[str]:
        units = units_of(store, COUNTY)
        found = find_learners(store, course, units, now=now, asked=Asked(state=state))
        return [row.id for row in found.rows()]

    before = [listed(State.NOT_STARTED), listed(State.NOT_STARTED, NOON - DAY), listed(State.EXEMPT)]
    keep_dossier(store, dossier(account="a2", seconds={"xianfa-01": 60}))

    assert before == [["a2"], ["a1", "a2"], ["a1"]]
    assert [listed(State.NOT_STARTED), listed(State.STUDYING)] == [[], ["a2"]]


@pytest.mark.parametrize(("asked", "number", "rows"), [(0, 1, 30), (1, 1, 30), (2, 2, 30), (3, 3, 1), (4, 3, 1)])
def test_page_is_the_nearest_there_is(asked: int, number: int, rows: int) -> None:
    page = page_of(range(61), asked)

    assert (page.number, len(page.rows), page.pages, page.found) == (number, rows, 3, 61)


def test_list_by_hours_of_a_past_day_follows_what_was_done_by_then() -> None:
    store, course = county(learner("a1"), learner("a2"), learner("a3"))
    asked = Asked(order=Order.HOURS, at=NOON - timedelta(days=3))

    def listed() -> list[str]:
        return [
            entry.id for entry in find_learners(store, course, units_of(store, COUNTY), now=NOON, asked=asked).entries
        ]

    def done(person: str, day: int) -> None:
        lessons = {LessonId("xianfa-01"): date(2026, 10, day)}
        keep_dossier(store, dossier(account=AccountId(person), completed=lessons))

    done("a1", 8)
    done("a2", 5)
    first = listed()
    done("a3", 4)

    assert (first, listed()) == (["a1", "a3", "a2"], ["a1", "a2", "a3"])


def test_page_of_nothing_is_the_first() -> None:
    assert page_of([], 1) == Page(rows=[], number=1, pages=1, found=0)


def test_report_lists_every_unit_even_without_learners() -> None:
    store, course = county(learner("a1"), learner("a2", "u3"))

    report = unit_report(store, course, units_of(store, COUNTY), at=NOON)

    listed = (
        GroupFigures(key="county", name="示例单位county", figures=Figures()),
        GroupFigures(key="u3", name="示例单位u3", figures=ONE),
        GroupFigures(key="u2", name="示例单位u2", figures=Figures()),
        GroupFigures(key="u1", name="示例单位u1", figures=ONE),
    )
    assert report == UnitReport(at=NOON, rows=listed)
    assert report.total == ONE + ONE


def test_report_at_a_past_date_counts_a_transferred_learner_where_they_were() -> None:
    moved = placed(account(), (NOON - 2 * DAY, "u1"), (NOON, "u2"))
    store, course = county(moved)
    keep_dossier(store, dossier(milestones=milestones("started", at=NOON - DAY)))
    started = replace(ONE, started=1)

    by_day = {}
    for days in (-3, -2, -1, 0):
        report = unit_report(store, course, units_of(store, COUNTY), at=NOON + days * DAY)
        by_day[days] = {row.key: row.figures for row in report.rows if row.figures.enrolled}

    assert by_day == {-3: {}, -2: {"u1": ONE}, -1: {"u1": started}, 0: {"u2": started}}


def test_former_unit_still_reports_a_learner_who_has_left_it() -> None:
    store, course = county(placed(account(), (NOON - 2 * DAY, "u1"), (NOON, "u2")))
    former = units_of(store, learner("x", "u1", role=Role.UNIT))

    totals = [unit_report(store, course, former, at=NOON + days * DAY).total for days in (-1, 0)]

    assert totals == [ONE, Figures()]


def test_switched_off_account_leaves_the_rates_from_then_on() -> None:
    store, course = county(learner("a1", switches=(Switch(at=NOON, active=False),)))

    totals = [unit_report(store, course, units_of(store, COUNTY), at=NOON + days * DAY).total for days in (-1, 0)]

    assert totals == [ONE, Figures(enrolled=1, inactive=1)]
    assert [str(RATES[0].value(total)) for total in totals] == ["0.0%（0/1）", "—（0/0）"]


def test_dossiers_of_another_year_do_not_count() -> None:
    store, course = county(learner("a1"))
    keep_dossier(store, dossier(programme="2025", milestones=milestones("started", "qualified")))

    assert unit_report(store, course, units_of(store, COUNTY), at=NOON).total == ONE


def test_frozen_year_keeps_the_figures_of_the_moment_it_closed() -> None:
    late = Switch(at=CLOSES, active=False)
    store, course = county(learner("a1"), learner("a2", switches=(late,)))
    keep_dossier(store, dossier(milestones=milestones("started", at=CLOSES - DAY) | milestones("passed", at=CLOSES)))

    frozen = freeze_year(store, course, COUNTY, now=CLOSES + DAY)

    figures = Figures(enrolled=2, eligible=1, inactive=1, started=1, passed=1)
    everyone = UnitFigures(unit=UnitId("u1"), name="示例单位u1", figures=figures)
    empty = (
        UnitFigures(unit=UnitId("county"), name="示例单位county", figures=Figures()),
        UnitFigures(unit=UnitId("u3"), name="示例单位u3", figures=Figures()),
        UnitFigures(unit=UnitId("u2"), name="示例单位u2", figures=Figures()),
    )
    assert frozen == Snapshot(
        programme="2026",
        title="2026年度学法考试",
        cut_off=CLOSES,
        made=CLOSES + DAY,
        by="office",
        rows=(*empty, everyone),
    )


def test_first_snapshot_stays_whatever_happens_later() -> None:
    store, course = county(learner("a1"))
    frozen = freeze_year(store, course, COUNTY, now=CLOSES)
    update(store, UNIT, "u1", lambda before: replace(before or unit(), name="新名称"))

    again = freeze_year(store, course, replace(COUNTY, id=AccountId("another")), now=CLOSES + 9 * DAY)

    assert again == frozen
    assert [row.version for row in store.list(SNAPSHOT)] == [1]


def test_open_year_cannot_be_frozen() -> None:
    store, course = county()

    with pytest.raises(ProgrammeOpen, match="2026年度学法考试要到 2026年12月31日 24:00 才全部结束"):
        freeze_year(store, course, COUNTY, now=CLOSES - timedelta(microseconds=1))
    assert store.list(SNAPSHOT) == []


def test_year_is_frozen_only_when_the_last_attempts_have_their_outcomes() -> None:
    store, course = county(learner("a1"))
    last = start(at=CLOSES - timedelta(minutes=60), window="makeup")
    keep_dossier(store, dossier(seconds={"xianfa-01": 600}, starts=(last,)))

    with pytest.raises(AttemptsOpen, match="还有 1 人的考试正在结算"):
        freeze_year(store, course, COUNTY, now=CLOSES + timedelta(seconds=5))

    sweep(store, Courses(store), now=CLOSES + timedelta(seconds=11))
    frozen = freeze_year(store, course, COUNTY, now=CLOSES + timedelta(seconds=12))
    assert frozen.total == Figures(enrolled=1, eligible=1, started=1, hours_met=1, examined=1)


def test_open_attempt_of_another_programme_does_not_hold_up_the_year() -> None:
    store, course = county(learner("a1"))
    keep_dossier(store, dossier(programme="2027", starts=(start(),)))

    assert freeze_year(store, course, COUNTY, now=CLOSES).total == ONE


@pytest.mark.parametrize("role", [Role.LEARNER, Role.UNIT])
def test_only_the_county_office_freezes_a_year(role: Role) -> None:
    store, course = county()

    with pytest.raises(NotAllowed):
        freeze_year(store, course, replace(COUNTY, role=role), now=CLOSES)


def test_stricter_rules_take_nothing_from_reports_made_by_then() -> None:
    store, course = county(learner("a1"))
    keep_dossier(store, dossier(seconds={"xianfa-01": 600}, milestones=milestones("started", "hours_met")))
    before = unit_report(store, course, units_of(store, COUNTY), at=NOON)

    publish(store, content(programme=programme(required_hours=2)), by="test", now=NOON)

    assert unit_report(store, course, units_of(store, COUNTY), at=NOON) == before


def test_unit_that_was_closed_is_listed_as_long_as_somebody_was_in_it() -> None:
    moved = placed(account(), (NOON - 3 * DAY, "u1"), (NOON - DAY, "u2"))
    store, course = county(moved)
    update(store, UNIT, "u1", lambda before: replace(before or unit(), closed=NOON - DAY, name="某局（已撤销）"))

    listed = [
        [row.key for row in unit_report(store, course, units_of(store, COUNTY), at=at).rows]
        for at in (NOON - 2 * DAY, NOON)
    ]

    assert ["u1" in keys for keys in listed] == [True, False]


def test_report_of_a_past_date_keeps_the_names_of_then() -> None:
    store, course = county(learner("a1"))
    update(store, UNIT, "u1", lambda before: renamed(before or unit(), "新名称", at=NOON))

    names = [
        {row.key: row.name for row in unit_report(store, course, units_of(store, COUNTY), at=at).rows}["u1"]
        for at in (NOON - DAY, NOON)
    ]

    assert names == ["示例单位u1", "新名称"]
