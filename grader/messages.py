"""Messages: a learner writes, the county and the editors read and answer, the learner sees the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from grader.course import Course
from grader.domain.errors import NotAllowed, NotFound, UnknownItem
from grader.domain.message import (
    DAY,
    MOST_A_DAY,
    Message,
    MessageSummary,
    TooManyMessages,
    Topic,
    answer,
    worded,
)
from grader.domain.people.account import Account, Role
from grader.dossiers import dossier_of
from grader.store.base import Row, Store
from grader.store.kinds import ACCOUNT, ATTEMPT, MESSAGE
from grader.store.update import update
from grader.units import unit_name
from quizgen.evidence.reading import text_digest
from quizgen.model import Item, ItemId

_LONGEST_PAGE = 200
"""Characters of an address."""


class UnknownMessage(NotFound):
    """No such message that the caller may see."""

    code = "unknown-message"
    sentence = "没有找到这条意见。"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMessage:
    """A message as those who answer see it: who wrote it, of which unit, about which item as it reads now."""

    message: Message
    name: str
    unit: str
    item: Item | None
    is_current: bool
    """Whether the item still reads as it did then."""


def write(
    store: Store,
    course: Course,
    account: Account,
    *,
    text: str,
    item: ItemId | None = None,
    page: str = "",
    now: datetime,
    new_id: Callable[[], str],
) -> Message:
    """Keep a learner's message, maybe about an item of practice or of one of the learner's own papers.

    Raises BadMessage, UnknownItem or TooManyMessages; then nothing was kept.
    """
    words = worded(text)
    found = item_for(store, course, account, item) if item else None
    earlier = [row.summary for row in store.list(MESSAGE, account=account.id)]
    if sum(now - summary.at < DAY for summary in earlier) >= MOST_A_DAY:
        raise TooManyMessages(most=MOST_A_DAY)
    message = Message(
        id=new_id(),
        account=account.id,
        programme=course.content.programme.id,
        at=now,
        topic=Topic.ITEM if found else Topic.GENERAL,
        text=words,
        item=found.id if found else None,
        revision=text_digest(found) if found else "",
        page=page if page.isprintable() and len(page) <= _LONGEST_PAGE else "",
    )
    store.save(MESSAGE, message.id, message, expected=0)
    return message


def item_for(store: Store, course: Course, account: Account, id: ItemId) -> Item:
    """The item as it is in force, where the learner may know of it. Raises UnknownItem."""
    found = _item(course, id)
    if found is None or (course.content.practice_item(id) is None and not _met(store, course, account, id)):
        raise UnknownItem(item=id)
    return found


def _item(course: Course, id: ItemId) -> Item | None:
    return course.content.practice_item(id) or course.items.get(id)


def _met(store: Store, course: Course, account: Account, id: ItemId) -> bool:
    """Whether the item stands on one of the learner's papers."""
    starts = dossier_of(store, course.content.programme.id, account.id).starts
    attempts = (store.load(ATTEMPT, start.attempt) for start in starts)
    return any(stored and stored.value.paper.find(id) for stored in attempts)


def own_messages(store: Store, account: Account) -> list[Message]:
    """What the learner wrote, the newest first."""
    rows = _newest(store.list(MESSAGE, account=account.id))
    return [stored.value for row in rows if (stored := store.load(MESSAGE, row.id))]


def count_answered(store: Store, account: Account, *, since: datetime) -> int:
    """How many of the learner's messages were answered since then."""
    rows = store.list(MESSAGE, account=account.id, answered=True)
    return sum(row.summary.answered_at is not None and row.summary.answered_at >= since for row in rows)


def listed(
    store: Store, reader: Account, *, answered: bool | None = None, topic: Topic | None = None
) -> list[Row[MessageSummary]]:
    """The messages that the reader may see: open ones the oldest first, answered and all the newest first.

    An editor sees what is about items. Raises NotAllowed for other roles than county and editor.
    """
    wanted: dict[str, object] = {} if answered is None else {"answered": answered}
    topics = _topics(reader)
    wanted["topic"] = frozenset({topic} & topics if topic else topics)
    rows = _newest(store.list(MESSAGE, **wanted))
    return rows[::-1] if answered is False else rows


def received(store: Store, course: Course, reader: Account, id: str) -> ReceivedMessage:
    """One message with what those who answer need to know. Raises UnknownMessage or NotAllowed."""
    stored = store.load(MESSAGE, id)
    if stored is None or stored.value.topic not in _topics(reader):
        raise UnknownMessage
    message = stored.value
    writer = store.load(ACCOUNT, message.account)
    item = _item(course, message.item) if message.item else None
    return ReceivedMessage(
        message=message,
        name=writer.value.name if writer else "",
        unit=unit_name(store, writer.value.unit) if writer else "",
        item=item,
        is_current=item is not None and text_digest(item) == message.revision,
    )


def reply(store: Store, reader: Account, id: str, text: str, *, now: datetime) -> Message:
    """Answer a message. Raises UnknownMessage, BadMessage or NotAllowed."""
    topics = _topics(reader)

    def change(before: Message | None) -> Message:
        if before is None or before.topic not in topics:
            raise UnknownMessage
        return answer(before, text, by=reader.id, at=now)

    return update(store, MESSAGE, id, change)


def _topics(reader: Account) -> frozenset[Topic]:
    if reader.role is Role.COUNTY:
        return frozenset(Topic)
    if reader.role is Role.EDITOR:
        return frozenset({Topic.ITEM})
    raise NotAllowed


def _newest(rows: list[Row[MessageSummary]]) -> list[Row[MessageSummary]]:
    return sorted(rows, key=lambda row: (row.summary.at, row.id), reverse=True)
