"""What letters of supervision ask for."""

from __future__ import annotations

from datetime import datetime

import pytest

from grader.administration.supervision.letters import Letterhead
from tests.grader_factories import programme, window

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
