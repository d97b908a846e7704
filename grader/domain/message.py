"""What learners write to those who answer for the study: a fault in an item, a suggestion or complaint; and answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from grader.domain.errors import Malformed, NotNow
from grader.domain.people.account import AccountId
from quizgen.model import ItemId

SHORTEST, LONGEST = 5, 1000
"""Characters of a message or an answer."""
MOST_A_DAY = 10
"""Messages of one account within 24 hours."""
DAY = timedelta(days=1)
_KEPT_CONTROLS = frozenset("\n")


class Topic(StrEnum):
    """What a message is about."""

    ITEM = "item"
    GENERAL = "general"

    @property
    def label(self) -> str:
        """The name on the screen."""
        return {"item": "题目纠错", "general": "投诉建议"}[self.value]


class BadMessage(Malformed):
    """The text is too short or too long; nothing was recorded."""

    code = "bad-message"
    sentence = "没有提交：内容应为 {shortest} 至 {longest} 个字，现在是 {found} 个字。"


class TooManyMessages(NotNow):
    """The account has written as often as a day allows."""

    code = "too-many-messages"
    sentence = "24 小时内最多提交 {most} 条，您已经提交了 {most} 条。请稍后再提交；急事请联系本单位学法管理员。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What was answered, when, and by whom."""

    at: datetime
    by: AccountId
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message. About an item: its id and the digest of its text as it was then; `page` is an address of the site.

    `programme` is the one that was current.
    """

    id: str
    account: AccountId
    programme: str
    at: datetime
    topic: Topic
    text: str
    item: ItemId | None = None
    revision: str = ""
    page: str = ""
    answers: tuple[Reply, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether somebody has answered."""
        return bool(self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSummary:
    """What lists need; `answered_at` is when it was answered last."""

    account: AccountId
    topic: Topic
    at: datetime
    answered: bool
    answered_at: datetime | None


def summarise_message(message: Message) -> MessageSummary:
    """The summary kept beside the message."""
    return MessageSummary(
        account=message.account,
        topic=message.topic,
        at=message.at,
        answered=message.answered,
        answered_at=message.answers[-1].at if message.answers else None,
    )


def worded(text: str) -> str:
    """The text as it is kept: no blanks at the ends of lines, no control characters. Raises BadMessage."""
    lines = (line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    kept = "".join(letter for letter in "\n".join(lines).strip() if letter.isprintable() or letter in _KEPT_CONTROLS)
    if not SHORTEST <= len(kept) <= LONGEST:
        raise BadMessage(shortest=SHORTEST, longest=LONGEST, found=len(kept))
    return kept


def answer(message: Message, text: str, *, by: AccountId, at: datetime) -> Message:
    """The message with one more answer; the same one sent again changes nothing. Raises BadMessage."""
    kept = worded(text)
    if message.answers and (message.answers[-1].text, message.answers[-1].by) == (kept, by):
        return message
    return replace(message, answers=(*message.answers, Reply(at=at, by=by, text=kept)))
