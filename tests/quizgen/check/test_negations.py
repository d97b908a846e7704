"""Words that lost the negation before them."""

from __future__ import annotations

import pytest

from quizgen.check.items.negations import negations_are_not_lost
from quizgen.content import Content
from quizgen.model import Bank, Pool
from tests.quizgen_factories import item


def told(rationale: str) -> list[tuple[str, str]]:
    given = item(rationale=rationale)
    found = negations_are_not_lost(Content(exam=Bank(pool=Pool.EXAM, items=(given,))))
    return [(fault.code, fault.message) for fault in found]


@pytest.mark.parametrize(
    ("rationale", "words"),
    [
        ("登记机构得要求对房屋评估。", "登记机构得要求对房屋评"),
        ("得以政府换届为由毁约。", "得以政府换届为"),
        ("规章得同宪法相抵触。", "规章得同宪法相抵触"),
        ("B项有看到公司尽到义务。", "B项有看到公司尽到义务。"),
        ("该局有提出抗辩，合议庭自己适用。", "该局有提出抗辩，合议庭自己"),
        ("与是是公民无关。", "与是是公民无关。"),
    ],
)
def test_lost_negation_is_told(rationale: str, words: str) -> None:
    assert told(rationale) == [("Q235", f"“{words}”里像是漏了“不”或“没”")]


@pytest.mark.parametrize(
    "rationale",
    [
        "登记机构不得要求评估，取得许可、使得规定得以实现，雨再大也得提交。",
        "公民有提出申诉的权利，没有提出抗辩，只有采取措施、还有收到通知。",
        "有把握、有要求、有规定的从其规定；看的是是否合理。",
        "他说：“我得提交材料，他有看到。”",
        "村里的人针对对方的说法。",
    ],
)
def test_words_that_stand_by_themselves_are_left_alone(rationale: str) -> None:
    assert told(rationale) == []
