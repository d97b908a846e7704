"""What an item says fits the articles that it cites, or clearly another one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from quizgen.check.rules import check_content
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic
from quizgen.law.text import StatuteText
from quizgen.model import Bank, Item, Pool
from tests.quizgen_factories import item, register

LIMIT = (
    "违法行为在二年内未被发现的，不再给予行政处罚；涉及公民生命健康安全、金融安全且有危害后果的，上述期限延长至五年。"
)
FILLERS = {str(number): f"主管部门依照职责开展第{number}项工作，并接受社会监督。" for number in range(3, 120)}
TEXT = StatuteText(
    id="xianfa",
    title="中华人民共和国宪法",
    short="宪法",
    version=date(2018, 3, 11),
    effective=date(1982, 12, 4),
    articles={"1": "为了规范处罚的设定和实施，制定本法。", "2": LIMIT, **FILLERS},
)
OLDER = replace(TEXT, version=date(2004, 3, 14), articles={"1": LIMIT, "2": "旧的第二条。", **FILLERS})
STEM = "某公司的违法行为涉及金融安全且有危害后果，三年以后才被发现。对这一违法行为（　　）。"
RATIONALE = "涉及公民生命健康安全、金融安全且有危害后果的，期限延长至五年。"
OPTIONS = {"A": "不再给予行政处罚", "B": "仍应给予行政处罚，因为期限延长至五年", "C": "由当事人自行纠正"}


def faults(given: Item, *texts: StatuteText) -> list[Diagnostic]:
    content = Content(register=register(), texts={"xianfa": texts}, exam=Bank(pool=Pool.EXAM, items=(given,)))
    return [fault for fault in check_content(content) if fault.code == "Q226"]


def about(*cites: str, rationale: str = RATIONALE) -> Item:
    return item(stem=STEM, options=OPTIONS, key="B", rationale=rationale, cites=cites)


def test_item_that_speaks_of_another_article_is_told() -> None:
    (fault,) = faults(about("xianfa:35"), TEXT)

    assert fault.message == "题目和解析说的更像《宪法》第二条，不像所引的《宪法》第三十五条"
    assert fault.hint == "请核对法律和条号"


def test_number_of_before_the_amendment_is_recognised() -> None:
    (fault,) = faults(about("xianfa:1"), OLDER, TEXT)

    assert fault.hint == "2004-03-14的版本里，第一条说的正是这件事，现在是第二条；请改条号，并核对内容有没有变"
    assert faults(about("xianfa:35"), OLDER, TEXT)[0].hint == "请核对法律和条号"


@pytest.mark.parametrize(
    "given",
    [
        about("xianfa:2"),
        about("xianfa:35", "xianfa:2"),
        about("xianfa:35", rationale=f"见《宪法》第二条。{RATIONALE}"),
        about("doc:guihua"),
        item(stem="下列正确的是（　　）。", rationale="见第三十五条。", cites=["xianfa:35"]),
    ],
)
def test_article_that_is_cited_or_named_or_hardly_meant_is_left_alone(given: Item) -> None:
    assert faults(given, TEXT) == []


def test_without_texts_nothing_is_said() -> None:
    assert faults(about("xianfa:35")) == []


def test_what_is_said_of_a_wrong_option_may_be_of_another_article() -> None:
    comment = f"{FILLERS['35'][:-1]}。{{}}{RATIONALE}"
    given = item(
        stem="下列正确的是（　　）。",
        options={"A": "依照职责", "B": "接受监督", "C": "甲"},
        key="B",
        cites=["xianfa:35"],
    )

    assert faults(replace(given, rationale=comment.format("A项，")), TEXT) == []
    assert [fault.code for fault in faults(replace(given, rationale=comment.format("")), TEXT)] == ["Q226"]
