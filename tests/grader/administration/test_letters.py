"""What letters of supervision ask for."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from io import BytesIO

import pytest

from grader.administration.reports.units import GroupFigures, UnitReport
from grader.administration.supervision.letters import Letterhead, bulletin
from grader.domain.figures import Figures
from tests.grader_factories import NOON, programme, window

STUDY, EXAM = window("2026-03-01", "2027-01-01"), window("2026-10-01", "2026-12-21")
MAKEUP = window("2026-12-21", "2027-01-01")


@pytest.mark.parametrize(
    ("day", "changes", "asked"),
    [
        ("2026-11-16", {"makeup": None}, "于2026年12月31日前完成学习，于2026年12月20日前参加考试"),
        ("2026-11-16", {}, "于2026年12月31日前完成学习，于2026年12月20日前参加考试（补考至2026年12月31日）"),
        ("2026-11-16", {"exam": STUDY, "makeup": None}, "于2026年12月31日前完成学习和考试"),
        ("2026-12-22", {}, "于2026年12月31日前完成学习，于2026年12月31日前参加补考"),
        ("2026-12-22", {"makeup": None}, "于2026年12月31日前完成学习"),
        (
            "2026-11-16",
            {"study": window("2026-03-01", "2026-11-01")},
            "于2026年12月20日前参加考试（补考至2026年12月31日）",
        ),
        ("2027-01-02", {}, ""),
    ],
)
def test_letters_ask_for_what_can_still_be_done_by_its_own_day(
    day: str, changes: dict[str, object], asked: str
) -> None:
    rules = programme(**({"study": STUDY, "exam": EXAM, "makeup": MAKEUP} | changes))
    at = datetime.fromisoformat(day).replace(tzinfo=rules.zone)

    assert Letterhead(issuer="示例县普法办", programme=rules, at=at).asked == asked


def paragraphs(letter: bytes) -> list[str]:
    body = zipfile.ZipFile(BytesIO(letter)).read("word/document.xml").decode()
    return ["".join(re.findall(r"<w:t[^>]*>([^<]*)", one)) for one in re.findall(r"<w:p>.*?</w:p>", body)]


def told(title: str) -> list[str]:
    head = Letterhead(issuer="示例县普法办", programme=programme(title=title), at=NOON)
    rows = (
        GroupFigures(key="u1", name="示例局", figures=Figures(enrolled=2, eligible=2, started=1)),
        GroupFigures(key="u2", name="空单位", figures=Figures()),
    )
    return paragraphs(bulletin(head, UnitReport(at=NOON, rows=rows)))


def test_long_title_breaks_where_its_words_end() -> None:
    assert told("2026年度国家工作人员学法考试")[1:3] == ["2026年度国家工作人员学法考试", "进展情况通报"]
    assert told("2026年度学法考试")[1] == "2026年度学法考试进展情况通报"


def test_bulletin_says_nothing_of_units_in_which_nobody_is() -> None:
    found = told("2026年度学法考试")

    assert "空单位" not in found
    assert found[found.index("示例局") + 1 :][:4] == ["2", "0", "50.0%", "（1/2）"]
