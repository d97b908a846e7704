"""The file of statistics: written and read again; whatever else it holds is a diagnostic at its place."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizgen.diagnostics import Span
from quizgen.evidence.statistics import ExamFigures, ExamStatistics, ItemStatistics, render_statistics
from quizgen.model import ItemId, Letter
from quizgen.parse.statistics import parse_statistics
from tests.quizgen_content import places
from tests.quizgen_factories import figures

PATH = "content/statistics/2026.json"
DAY = date(2026, 12, 31)
ITEM = {"papers": 3, "responses": 2, "options": {"A": 1, "B": 1}}
"""An item of too few responses."""


def text(**changes: Any) -> str:
    """A file of one item, some members changed, or with None left out."""
    members = {"programme": "2026", "as_of": "2026-12-31", "papers": 3, "items": {"xianfa-01-101": ITEM}} | changes
    kept = {name: value for name, value in members.items() if value is not None}
    return json.dumps(kept, ensure_ascii=False, indent=1)


def test_what_was_written_is_read_with_its_places() -> None:
    items = {ItemId(f"xianfa-01-{number}"): figures(responses=number) for number in (101, 102)}
    exam = ExamFigures(learners=40, mean=0.5, sd=0.3774, reliability=-0.2, standard_error=None)
    written = ExamStatistics(programme="2026", as_of=DAY, papers=240, items=items, exam=exam)

    found, faults = parse_statistics(render_statistics(written), PATH)

    assert faults == []
    assert found == written
    assert [one.where for one in found.items.values()] == [
        Span(path=PATH, line=7, column=6, length=13),
        Span(path=PATH, line=8, column=6, length=13),
    ]


FIGURE = st.none() | st.floats(0, 1).map(lambda value: round(value, 4))
COUNT = st.integers(0, 10**9)


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}-[0-9]{3}", fullmatch=True).map(ItemId),
        st.builds(
            ItemStatistics,
            papers=COUNT,
            responses=COUNT,
            facility=FIGURE,
            sd=FIGURE,
            discrimination=FIGURE.map(lambda value: value and -value),
            efficiency=FIGURE,
            options=st.dictionaries(st.sampled_from("ABCDTF").map(Letter), COUNT),
            as_of=st.just(DAY),
            where=st.just(Span(path="")),
        ),
    )
)
def test_any_statistics_survive_the_file(items: dict[ItemId, ItemStatistics]) -> None:
    written = ExamStatistics(programme="2026", as_of=DAY, papers=0, items=items)

    assert parse_statistics(render_statistics(written), PATH) == (written, [])


def test_members_that_are_missing_are_unknown_and_others_passed_over() -> None:
    found, faults = parse_statistics(text(comment="手工"), PATH)

    expected = figures(
        papers=3,
        responses=2,
        facility=None,
        sd=None,
        discrimination=None,
        efficiency=None,
        options={Letter("A"): 1, Letter("B"): 1},
    )
    assert faults == []
    assert found == ExamStatistics(programme="2026", as_of=DAY, papers=3, items={ItemId("xianfa-01-101"): expected})


@pytest.mark.parametrize(
    ("changes", "reason", "place"),
    [
        ({"programme": None}, "“programme”应当是方案的标识，如2026", (1, 1)),
        ({"programme": 2026}, "“programme”应当是方案的标识，如2026", (1, 1)),
        ({"programme": "../2026"}, "“programme”应当是方案的标识，如2026", (1, 1)),
        ({"as_of": "2026年"}, "“as_of”应当是日期，如2026-12-31", (1, 1)),
        ({"as_of": "2026-02-30"}, "“as_of”应当是日期，如2026-12-31", (1, 1)),
        ({"papers": "3"}, "“papers”应当是不小于0的整数", (1, 1)),
        ({"papers": True}, "“papers”应当是不小于0的整数", (1, 1)),
        ({"papers": 10**400}, "“papers”应当是不小于0的整数", (1, 1)),
        ({"items": []}, "“items”应当是一个JSON对象", (1, 1)),
        ({"exam": 1}, "“exam”应当是一个JSON对象", (1, 1)),
        ({"exam": {"learners": 1, "mean": 1.5}}, "“mean”应当是0到1之间的数", (1, 1)),
        ({"items": {"xianfa-01-101": ITEM, "xianfa-01-102": []}}, "试题“xianfa-01-102”应当是一个JSON对象", (1, 1)),
        ({"items": {"xianfa-01-101": ITEM, "b-002": {}}}, "“options”应当是一个JSON对象", (14, 4)),
        ({"items": {"a-001": ITEM | {"responses": -1}}}, "“responses”应当是不小于0的整数", (6, 4)),
        ({"items": {"a-001": ITEM | {"facility": 1.01}}}, "“facility”应当是0到1之间的数", (6, 4)),
        ({"items": {"a-001": ITEM | {"facility": True}}}, "“facility”应当是0到1之间的数", (6, 4)),
        ({"items": {"a-001": ITEM | {"facility": 10**400}}}, "“facility”应当是0到1之间的数", (6, 4)),
        ({"items": {"a-001": ITEM | {"discrimination": -2}}}, "“discrimination”应当是-1到1之间的数", (6, 4)),
        ({"items": {"a-001": ITEM | {"efficiency": "高"}}}, "“efficiency”应当是不大于1的数", (6, 4)),
        ({"items": {"a-001": ITEM | {"facility": float("nan")}}}, "“NaN”不是数", (1, 1)),
        ({"items": {"a-001": ITEM | {"options": {"A": 0.5}}}}, "“A”应当是不小于0的整数", (6, 4)),
    ],
)
def test_fault_is_named_and_the_file_left_out(changes: dict[str, Any], reason: str, place: tuple[int, int]) -> None:
    found, faults = parse_statistics(text(**changes), PATH)

    assert found is None
    assert [(fault.code, fault.message) for fault in faults] == [("Q601", f"试题统计读不出来：{reason}")]
    assert places(faults) == [("Q601", *place)]


@pytest.mark.parametrize(
    ("given", "place"),
    [("", (1, 1)), ("[1]", (1, 1)), ('{\n"papers": 3,,\n}', (2, 13)), ("[" * 100_000, (1, 1)), ("9" * 5_000, (1, 1))],
)
def test_text_that_is_no_object_is_a_diagnostic(given: str, place: tuple[int, int]) -> None:
    found, faults = parse_statistics(given, PATH)

    assert (found, places(faults)) == (None, [("Q601", *place)])


@given(st.text(max_size=60) | st.recursive(st.none() | st.text() | st.floats(), st.lists).map(json.dumps))
def test_any_text_is_statistics_or_a_diagnostic(given: str) -> None:
    found, faults = parse_statistics(given, PATH)

    assert found is None
    assert [fault.code for fault in faults] == ["Q601"]


def test_file_of_another_name_is_left_out() -> None:
    found, (fault,) = parse_statistics(text(), "content/statistics/2026-copy.json")

    assert found is None
    assert (fault.code, fault.message) == ("Q603", "文件名是“2026-copy”，里面却是方案“2026”的试题统计")
    assert fault.hint == "请把文件改名为“2026.json”；同一方案只留一个文件，否则使用次数会重复计算"
