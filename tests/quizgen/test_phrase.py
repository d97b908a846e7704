"""Wrong forms are found where they are wrong, and enumerations where their order is."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizgen.phrase import Abolished, Order, Phrase, PhraseList

CONTRACT = Phrase(wrong=("签定", "定立"), right="签订", why="规范写法", unless=("抽签定",))
THOUGHT = Phrase(wrong=("新时代思想",), right="习近平新时代思想", why="应当用完整名称")
RULES = Order(members=("科学立法", "严格执法", "公正司法"), why="次序固定")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("双方签定合同，定立遗嘱。", [(2, "签定"), (7, "定立")]),
        ("签定、签定", [(0, "签定"), (3, "签定")]),
        ("用抽签定座次，再签定合同", [(8, "签定")]),
        ("签订合同", []),
        ("", []),
    ],
)
def test_wrong_forms_are_found_outside_their_contexts(text: str, expected: list[tuple[int, str]]) -> None:
    assert list(CONTRACT.slips(text)) == expected


def test_wrong_form_within_the_right_one_is_right() -> None:
    assert list(THOUGHT.slips("习近平新时代思想，新时代思想")) == [(9, "新时代思想")]


def test_context_may_hold_the_wrong_form_twice() -> None:
    twice = Phrase(wrong=("做为",), right="作为", why="", unless=("做为甲做为",))

    assert list(twice.slips("做为甲做为乙做为")) == [(6, "做为")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("要严格执法、科学立法、公正司法。", [(1, "严格执法、科学立法、公正司法")]),
        ("严格执法，公正司法和科学立法", [(0, "严格执法，公正司法和科学立法")]),
        ("科学立法、严格执法、公正司法", []),
        ("严格执法、科学立法", []),
        ("公正司法很重要。科学立法、严格执法", []),
        ("公正司法、科学立法、科学立法、严格执法", []),
        ("其他", []),
    ],
)
def test_enumerations_are_found_when_whole_and_out_of_order(text: str, expected: list[tuple[int, str]]) -> None:
    assert list(RULES.slips(text)) == expected


@given(st.text(alphabet="签定立抽订合同", max_size=40))
def test_found_forms_stand_where_they_are_said_to_be(text: str) -> None:
    found = list(CONTRACT.slips(text))

    assert all(text.startswith(form, start) for start, form in found)
    assert len(found) <= text.count("签定") + text.count("定立")


def test_forms_of_a_list_are_counted() -> None:
    assert PhraseList(phrases=(CONTRACT, THOUGHT), orders=(RULES,)).forms == 3 + 1 + 3


REPEALED = Abolished(names=("合同法", "担保法"), since=date(2021, 1, 1), instead="民法典")


@pytest.mark.parametrize(
    "text",
    [
        "根据《合同法》第八条",
        "根据《中华人民共和国合同法》",
        "依照合同法第八条",
        "违反担保法的规定，",
        "合同法规定，应当守约",
    ],
)
def test_abolished_name_is_found_where_it_is_used(text: str) -> None:
    assert [name for _, name in REPEALED.uses(text)] == ["担保法" if "担保" in text else "合同法"]


@pytest.mark.parametrize(
    "text",
    [
        "根据《劳动合同法》第八条",
        "原《合同法》第八条",
        "《合同法》已经废止",
        "当时的《合同法》第八条",
        "合同法定解除的情形",
        "《合同法》等九部法律同时废止",
    ],
)
def test_abolished_name_may_be_told_as_one(text: str) -> None:
    assert list(REPEALED.uses(text)) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("某县公安局决定对他劳动教养一年。", True),
        ("劳动教养制度已经废止。", False),
        ("银保监会批准设立。", True),
        ("原银保监会批准设立。", False),
    ],
)
def test_abolished_institution_is_found_by_its_name(text: str, told: bool) -> None:
    entry = Abolished(names=("劳动教养", "保监会", "银保监会"), since=date(2013, 12, 28), instead="无")

    assert bool(list(entry.uses(text))) is told
