from __future__ import annotations

from datetime import timedelta

import pytest

from grader.domain.message import BadMessage, Message, MessageSummary, Topic, answer, summarise_message, worded
from grader.domain.people.account import AccountId
from tests.grader_factories import NOON

OFFICE = AccountId("office")
LATER = NOON + timedelta(hours=1)


def message() -> Message:
    text = "第三题的依据不对。"
    return Message(id="m1", account=AccountId("a1"), programme="2026", at=NOON, topic=Topic.GENERAL, text=text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  意见如下：\r\n  第一条 \r第二条\n\n", "意见如下：\n第一条\n第二条"),
        ("意见\x00\u202e如下\x1b[31m。", "意见如下[31m。"),
        ("长" * 1000, "长" * 1000),
    ],
)
def test_text_is_kept_without_blanks_at_ends_and_control_characters(text: str, kept: str) -> None:
    assert worded(text) == kept


@pytest.mark.parametrize(("text", "found"), [("", 0), (" \n\t ", 0), ("四个字呢", 4), ("长" * 1001, 1001)])
def test_text_too_short_or_too_long_is_refused(text: str, found: int) -> None:
    with pytest.raises(BadMessage, match=f"内容应为 5 至 1000 个字，现在是 {found} 个字。"):
        worded(text)


def test_answer_is_added_once_and_dates_the_summary() -> None:
    once = answer(message(), " 已经改正。", by=OFFICE, at=LATER)
    again = answer(once, "已经改正。", by=OFFICE, at=LATER)
    other = answer(once, "补充说明一句。", by=OFFICE, at=LATER)

    assert again is once
    assert [reply.text for reply in other.answers] == ["已经改正。", "补充说明一句。"]
    assert summarise_message(message()) == MessageSummary(
        account=AccountId("a1"), topic=Topic.GENERAL, at=NOON, answered=False, answered_at=None
    )
    assert summarise_message(once).answered_at == LATER
    assert [topic.label for topic in Topic] == ["题目纠错", "投诉建议"]
