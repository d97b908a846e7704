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
        ("工作人员得兼任会计。", "工作人员得兼任会计。"),
        ("管理站有听，仍按原来的办。", "管理站有听，仍按原来的"),
        ("乙还有收到国务院的批复。", "乙还有收到国务院的批复。"),
        ("仓库有评估过。", "仓库有评估过。"),
        ("弟弟有被开除过。", "弟弟有被开除过。"),
        ("依法应当予处罚。", "依法应当予处罚。"),
        ("及时报告，必等查清。", "及时报告，必等查清。"),
        ("小何服，申请复核。", "小何服，申请复核。"),
        ("出境时，经主管机关批准不得提供。", "出境时，经主管机关批准不得提供。"),
        ("催告期满履行的，可以申请。", "催告期满履行的，可以申请"),
        ("当事人拒改正。", "当事人拒改正。"),
        ("期满仍缴，可以除名。", "期满仍缴，可以除名。"),
        ("企业以任务紧为由，准他参加。", "企业以任务紧为由，准他参加。"),
        ("起诉时，用先请求复议。", "起诉时，用先请求复议。"),
        ("处罚的数额明显当。", "处罚的数额明显当。"),
        ("协商成再报请裁定。", "协商成再报请裁定。"),
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
        "机关应予处罚，先予执行，给予处分，赋予权利；材料必须齐全，凡错必罚。",
        "当事人服从判决，对决定不服，信服、服务、服刑。",
        "未经批准不得提供，不经同意不得转让；经批准，可以提供。",
        "逾期不履行、拒不改正、抗拒执行的，期满仍不缴的，履行期满。",
        "有学员学过以后，有一起经过听证的，有权通过各种途径管理国家。",
        "双方的意见不同，共同意见是不当；协商成立，缴足的出资。",
        "有写明理由的义务，有被披露的风险，有取得资格的人员。",
    ],
)
def test_words_that_stand_by_themselves_are_left_alone(rationale: str) -> None:
    assert told(rationale) == []


def test_long_text_without_an_end_is_read_once_through() -> None:
    assert told("有写" * 20_000 + "的权利") == []
