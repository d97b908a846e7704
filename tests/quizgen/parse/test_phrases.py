"""Word lists as files: read whole, with every fault placed; and the kit's own."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

import pytest

from quizgen.parse.phrases import MAX_FORMS, parse_phrases, standard_phrases
from quizgen.phrase import Abolished, Order, Phrase, PhraseList
from tests.quizgen_content import places

LIST = """\
phrases:
  - wrong: [签定]
    right: 签订
    why: 规范写法
    unless: [抽签定]
orders:
  - order: [科学立法, 严格执法]
    why: 次序固定
abolished:
  - names: [合同法]
    since: 2021-01-01
    instead: 民法典
"""


def test_list_is_read_whole() -> None:
    assert parse_phrases(LIST, "phrases.yml") == (
        PhraseList(
            phrases=(Phrase(wrong=("签定",), right="签订", why="规范写法", unless=("抽签定",)),),
            orders=(Order(members=("科学立法", "严格执法"), why="次序固定"),),
            abolished=(Abolished(names=("合同法",), since=date(2021, 1, 1), instead="民法典"),),
        ),
        [],
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("2021-01-01", "前年", [("Q024", 11, 12)]),
        ("[合同法]", "合同法", [("Q022", 10, 12)]),
        (LIST, "- 列表\n", [("Q022", 1, 1)]),
        (LIST, "phrases: 签定\n", [("Q022", 1, 10)]),
        ("[签定]", "签定", [("Q022", 2, 12)]),
        ("    why: 规范写法\n", "", [("Q021", 2, 5)]),
        ("unless:", "except:", [("Q020", 5, 5)]),
        ("[签定]", "[签定, 签订]", [("Q233", 2, 17)]),
        ("[抽签定]", "[抽签订]", [("Q233", 5, 14)]),
        ("[科学立法, 严格执法]", "[科学立法]", [("Q233", 7, 13)]),
        ("  - order: [科学立法, 严格执法]\n    why: 次序固定", "  - 次序", [("Q022", 7, 5)]),
    ],
)
def test_fault_is_placed(old: str, new: str, expected: list[tuple[str, int, int]]) -> None:
    assert old in LIST

    assert places(parse_phrases(LIST.replace(old, new), "phrases.yml")[1]) == expected


def test_list_that_is_too_long_is_refused() -> None:
    words = ", ".join(f"词{number}" for number in range(MAX_FORMS + 1))

    listed, found = parse_phrases(f"phrases:\n  - {{wrong: [{words}], right: 词, why: 多}}\n", "phrases.yml")

    assert (listed, places(found)) == (PhraseList(), [("Q010", 1, 1)])


def test_kits_own_list_is_sound_and_large_enough() -> None:
    text = (files("quizgen") / "data" / "phrases.yml").read_text("utf-8")

    listed, found = parse_phrases(text, "phrases.yml")

    assert found == []
    assert standard_phrases() == listed
    assert len(listed.phrases) + len(listed.orders) >= 80


def test_kits_own_entries_name_each_wrong_form_once() -> None:
    forms = [form for phrase in standard_phrases().phrases for form in phrase.wrong]

    assert sorted(forms) == sorted(set(forms))
