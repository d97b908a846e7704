"""What a text was before it was changed, by dates, so that a report of a past day says what was true then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """What stood there until that time."""

    text: str
    until: datetime


def text_at(former: Sequence[Former], now: str, at: datetime) -> str:
    """What stood there at that time; `former` is in the order of time, `now` is what stands there now."""
    return next((one.text for one in former if at < one.until), now)


def with_former(former: tuple[Former, ...], before: str, after: str, *, at: datetime) -> tuple[Former, ...]:
    """The former texts after a change at that time; the same ones where nothing changes."""
    return former if before == after else (*former, Former(text=before, until=at))
