"""An item's rationale and its cites name the same articles."""

from __future__ import annotations

import pytest

from quizgen.check.rules import check_content
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic
from quizgen.model import Bank, Pool
from tests.quizgen_factories import item, register


def faults(rationale: str, *cites: str, stem: str = "下列属于职权的是（　　）。") -> list[Diagnostic]:
    given = item(rationale=rationale, cites=cites, stem=stem)
    content = Content(register=register(), exam=Bank(pool=Pool.EXAM, items=(given,)))
    return [fault for fault in check_content(content) if fault.code in {"Q214", "Q215"}]


@pytest.mark.parametrize(
    ("rationale", "cites"),
    [
        ("《宪法》第六十七条规定了这项职权。", ["xianfa:67"]),
        ("《宪法》第六十二条、第六十七条有规定。", ["xianfa:62", "xianfa:67"]),
        ("这项职权由常务委员会行使。", ["xianfa:67"]),
        ("《教育法》第三条另有规定，见《宪法》第六十七条。", ["xianfa:67"]),
    ],
)
def test_same_articles_are_left_alone(rationale: str, cites: list[str]) -> None:
    assert faults(rationale, *cites) == []


def test_article_of_the_rationale_that_is_not_cited_is_told_once() -> None:
    found = faults("《宪法》第六十八条规定了这项职权，第六十八条写得明白。", "xianfa:67")

    assert {(fault.code, fault.message) for fault in found} == {
        ("Q214", "解析写到《宪法》第六十八条，“cites”里没有"),
        ("Q215", "“cites”里有《宪法》第六十七条，解析没有写到"),
    }
    assert len(found) == 2


def test_cite_of_what_is_not_there_is_told_by_its_own_error_alone() -> None:
    assert faults("《宪法》第六十七条有规定。", "xianfa:167") == []


def test_cited_article_may_be_named_by_the_stem() -> None:
    assert (
        faults("《宪法》第六十七条有规定。", "xianfa:67", "xianfa:62", stem="《宪法》第六十二条是关于（　　）。") == []
    )
