"""The log of acts: every act of every document, noted by the store beside the documents when it keeps them.

The log answers who did what when without opening documents, and it tells of acts that a document has lost.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

from grader.domain.audit.acts import Act
from grader.domain.people.account import UnitId

_HEAD_DIGITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedAct:
    """One act in the log: the document's kind and id, the act's place in it (from 1), and whom it is about.

    `account` and `unit` are "" where the act is about no person or unit. `late` says that the log learnt of it only
    when the store was opened, migrated or filled, not when the act was done.
    """

    kind: str
    id: str
    number: int
    act: Act
    account: str = ""
    unit: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActsWanted:
    """Which acts are asked for; what is not given leaves nobody out.

    `since` is included, `until` is not. `units` are those that the act is about or that its person belongs to now.
    """

    by: str = ""
    action: str = ""
    account: str = ""
    since: datetime | None = None
    until: datetime | None = None
    units: frozenset[UnitId] | None = None


ANY_ACT = ActsWanted()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActsFound:
    """Some of the acts that were asked for, the latest first, and how many there are in all."""

    acts: tuple[LoggedAct, ...]
    found: int


def logged_acts(kind: str, id: str, value: object, *, late: bool = False) -> tuple[LoggedAct, ...]:
    """The acts of a document as the log has them; none for a kind that knows no acts."""
    acts: tuple[Act, ...] = getattr(value, "acts", ())
    if not acts:
        return ()
    account = id if kind == "account" else getattr(value, "account", "")
    unit = id if kind == "unit" else ""
    return tuple(
        LoggedAct(kind=kind, id=id, number=number, act=act, account=account, unit=unit, late=late)
        for number, act in enumerate(acts, 1)
    )


class Findable(NamedTuple):
    """What the log is searched by: the act's place in it, who did what, and whom it is about."""

    at: datetime
    kind: str
    id: str
    number: int
    by: str
    action: str
    account: str
    unit: str


def findable(logged: LoggedAct) -> Findable:
    """The same of a whole act."""
    act = logged.act
    return Findable(
        at=act.at,
        kind=logged.kind,
        id=logged.id,
        number=logged.number,
        by=act.by,
        action=act.action,
        account=logged.account,
        unit=logged.unit,
    )


def is_act_wanted(act: Findable, wanted: ActsWanted, *, accounts: Collection[str]) -> bool:
    """Whether it is asked for; `accounts` are those who belong to the wanted units now."""
    return (
        (not wanted.by or wanted.by == act.by)
        and (not wanted.action or wanted.action == act.action)
        and (not wanted.account or wanted.account == act.account)
        and (wanted.since is None or act.at >= wanted.since)
        and (wanted.until is None or act.at < wanted.until)
        and (wanted.units is None or act.unit in wanted.units or act.account in accounts)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What all acts up to a time come to: how many, and a digest that every single one of them enters.

    Noted outside the system, it shows later whether any of these acts was altered, taken away or added since, even
    where documents and log were altered together.
    """

    until: datetime
    count: int
    digest: str

    def __str__(self) -> str:
        return f"{self.until.astimezone(UTC):%Y%m%dT%H%M%SZ}-{self.count}-{self.digest}"

    @classmethod
    def empty(cls, until: datetime) -> Head:
        """That of no acts, to which others are added; seconds are as fine as it is noted."""
        return cls(until=until.replace(microsecond=0), count=0, digest="0" * _HEAD_DIGITS)

    def with_acts(self, acts: Iterable[LoggedAct]) -> Head:
        """The head with those of the acts that were before its time, in any order."""
        weights = [_weight(logged) for logged in acts if logged.act.at < self.until]
        total = (int(self.digest, 16) + sum(weights)) % (1 << _HEAD_DIGITS * 4)
        return replace(self, count=self.count + len(weights), digest=f"{total:0{_HEAD_DIGITS}x}")


def parse_head(text: str) -> Head:
    """The head that was noted. Raises ValueError."""
    until, count, digest = text.strip().split("-")
    if len(digest) != _HEAD_DIGITS or set(digest) - set("0123456789abcdef"):
        raise ValueError("no digest")
    return Head(until=datetime.strptime(until, "%Y%m%dT%H%M%S%z"), count=int(count), digest=digest)


def _weight(logged: LoggedAct) -> int:
    """The digests are added, so that their order does not matter, but every place in every document counts."""
    text = f"{logged.kind}/{logged.id}/{logged.number}/{logged.act.digest}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[: _HEAD_DIGITS // 2])
