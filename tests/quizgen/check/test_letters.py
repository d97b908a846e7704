"""Letters in rationales that somebody must look at, because options stand in another order on a paper."""

from __future__ import annotations

import pytest

from quizgen.check.items.letters import options_about_others_are_pinned, rationales_name_options_clearly
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, Severity
from quizgen.model import Bank, Item, ItemType, Pool
from tests.quizgen_factories import item


def faults(given: Item, pool: Pool = Pool.EXAM) -> list[Diagnostic]:
    bank = Bank(pool=pool, items=(given,))
    content = Content(exam=bank) if pool is Pool.EXAM else Content(practice=bank)
    return list(rationales_name_options_clearly(content))


def test_letter_that_may_name_an_option_is_told() -> None:
    (fault,) = faults(item(rationale="第五条另有规定，与题意相符的只剩下B而已。"))

    assert (fault.code, fault.severity) == ("Q115", Severity.WARNING)
    assert fault.message == "解析里的“相符的只剩下B而已。”，看不出“B”是不是指选项"


@pytest.mark.parametrize(
    "rationale", ["第五条。", "故选B，A、C项错误，D混淆了机关。", "A股上市公司适用第五条。", "维生素C不在其列。"]
)
def test_clear_names_and_other_words_pass(rationale: str) -> None:
    assert faults(item(rationale=rationale)) == []


def test_letter_of_a_party_needs_the_word_option() -> None:
    stem = "A公司与B公司签订合同，下列说法正确的是（　　）。"

    assert [fault.code for fault in faults(item(stem=stem, rationale="A正确，B项错误。"))] == ["Q115"]


def test_options_of_judgements_and_practice_items_are_not_shuffled() -> None:
    doubtful = "与题意相符的只剩下B而已。"

    assert faults(item("xianfa-01-103", type=ItemType.JUDGEMENT, rationale=doubtful)) == []
    assert faults(item(rationale=doubtful), Pool.PRACTICE) == []


def loose(pinned: str) -> list[Diagnostic]:
    given = item(options={"A": "警告", "B": "罚款", "C": "以上都对", "D": "以上都不对"}, pinned=pinned)
    return list(options_about_others_are_pinned(Content(exam=Bank(pool=Pool.EXAM, items=(given,)))))


def test_option_about_the_others_is_told_to_be_pinned() -> None:
    (fault,) = loose(pinned="")

    assert (fault.code, fault.severity) == ("Q114", Severity.WARNING)
    assert fault.message == "选项“以上都对”说的是别的选项，打乱次序后会排到它们前面"
    assert fault.hint == "请加一行 pinned: CD，让它总排在最后；或改成具体的选项"


@pytest.mark.parametrize("pinned", ["CD", "BCD"])
def test_pinned_options_may_speak_of_the_others(pinned: str) -> None:
    assert loose(pinned) == []


def test_options_of_practice_items_keep_their_order() -> None:
    given = item(options={"A": "警告", "B": "以上都对"}, key="A")

    assert list(options_about_others_are_pinned(Content(practice=Bank(pool=Pool.PRACTICE, items=(given,))))) == []
