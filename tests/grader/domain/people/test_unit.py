from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from grader.domain.people.account import UnitId
from grader.domain.people.unit import (
    Confirmation,
    UnitSummary,
    in_order,
    of_kind,
    renamed,
    summarise_unit,
    unit_kind_at,
    unit_name_at,
    units_below,
)
from tests.grader_factories import NOON, unit

DAY = timedelta(days=1)


def summaries(**parents: str) -> dict[UnitId, UnitSummary]:
    """Units by id, each with its parent ("" for none)."""
    units = [unit(id, parent=UnitId(parent) if parent else None) for id, parent in parents.items()]
    return {one.id: summarise_unit(one) for one in units}


def test_summary_holds_what_lists_show() -> None:
    bureau = unit("u1", parent=UnitId("county"), kind="机关", order_number=3)

    assert summarise_unit(bureau) == UnitSummary(
        code="u1",
        name="示例单位u1",
        parent=UnitId("county"),
        kind="机关",
        order_number=3,
        created=bureau.created,
    )


def test_unit_is_listed_until_it_is_closed_and_one_that_was_split_off_since_then_only() -> None:
    whole = summarise_unit(unit("u1", created=NOON, closed=NOON + DAY))
    split = summarise_unit(unit("u2", created=NOON, origin=UnitId("u1")))
    times = (NOON - DAY, NOON, NOON + DAY)

    assert [whole.was_open(at) for at in times] == [True, True, False]
    assert [split.was_open(at) for at in times] == [False, True, True]
    assert replace(split, created=None).was_open(NOON - DAY)


@pytest.mark.parametrize(
    ("top", "below"),
    [
        ("county", {"county", "bureau", "section", "school"}),
        ("bureau", {"bureau", "section"}),
        ("school", {"school"}),
        ("unknown", {"unknown"}),
    ],
)
def test_scope_is_the_unit_and_all_below_it_at_any_depth(top: str, below: set[str]) -> None:
    units = summaries(county="", bureau="county", section="bureau", school="county", elsewhere="")

    assert units_below(UnitId(top), units) == below


def test_loop_in_the_tree_ends_the_walk() -> None:
    assert units_below(UnitId("a"), summaries(a="c", b="a", c="b", d="")) == {"a", "b", "c"}


def test_units_stand_by_order_number_then_code() -> None:
    units = [(one.id, summarise_unit(one)) for one in (unit("c"), unit("b"), unit("a", order_number=1))]

    assert [id for id, _ in in_order(units)] == ["b", "c", "a"]


def test_report_of_before_keeps_the_name_of_its_day() -> None:
    first = renamed(unit("u1", name="人事局"), "人社局", at=NOON)
    twice = summarise_unit(renamed(first, "人力局", at=NOON + timedelta(days=30)))

    days = [-1, 0, 29, 30]
    assert [unit_name_at(twice, NOON + timedelta(days=day)) for day in days] == ["人事局", "人社局", "人社局", "人力局"]
    assert renamed(first, "人社局", at=NOON + timedelta(days=9)) == first


def test_report_of_before_keeps_the_kind_of_its_day() -> None:
    first = of_kind(unit("u1", kind="机关"), "事业单位", at=NOON)

    assert [unit_kind_at(summarise_unit(first), NOON + days * DAY) for days in (-1, 0)] == ["机关", "事业单位"]
    assert of_kind(first, "事业单位", at=NOON + DAY) == first


def test_latest_confirmation_of_each_programme_holds() -> None:
    first, again, other = (
        Confirmation(programme=programme, at=NOON + timedelta(days=days), by="clerk", people=days)
        for days, programme in enumerate(("2026", "2026", "2025"))
    )
    summary = summarise_unit(replace(unit(), confirmations=(first, again, other)))

    assert [summary.confirmation(programme) for programme in ("2026", "2025", "2027")] == [again, other, None]
