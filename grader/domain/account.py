"""Accounts: a person's login names, password state, place in the roster.

Placements, switches and exemptions are dated facts, so that a report at a past date can be made from summaries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from grader.domain.acts import Act
from grader.domain.errors import SamePassword, WeakPassword
from quizgen.model import TierId

AccountId = NewType("AccountId", str)
UnitId = NewType("UnitId", str)

INITIAL_PASSWORD = "888888"  # noqa: S105 - published in the examination's notice, must be changed at first sign-in
FREE_FAILURES = 5
"""Wrong passwords in a row before the account waits."""
LONGEST_WAIT = timedelta(minutes=15)
LONGEST_SIGN_IN = timedelta(hours=24)
"""A sign-in ends a day after it began, however busy."""
LONGEST_STAY = timedelta(days=30)
"""A learner may stay signed in on a device of their own for so long."""
MOST_ENDED = 20
"""Ended sign-ins of a day that are told apart; with one more, all sign-ins of the account end."""
_PASSWORD = re.compile(r"(?=.*[A-Za-z])(?=.*[0-9])\S{8,64}")


class Role(StrEnum):
    """What an account may do; an administrator of a unit acts on that unit and those below it.

    A reader sees the reports of the county (the other issuing departments) and changes nothing; an editor answers for
    the banks.
    """

    LEARNER = "learner"
    UNIT = "unit"
    COUNTY = "county"
    READER = "reader"
    EDITOR = "editor"

    @property
    def label(self) -> str:
        """What a person of this role is called."""
        return _ROLE_LABELS[self.value]


_ROLE_LABELS = {"learner": "学员", "unit": "单位管理员", "county": "县级管理员", "reader": "只读账号", "editor": "编辑"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """The password's argon2id hash; `initial` until the person has chosen their own."""

    hash: str
    initial: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """From `at` on the person belongs to this unit and tier."""

    at: datetime
    unit: UnitId
    tier: TierId


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """From `at` on the account is 有效 or 失效."""

    at: datetime
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """The unit's decision that the person need not take part in one programme; `ends` when it was withdrawn."""

    programme: str
    kind: str
    at: datetime
    ends: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at that time."""
        return self.at <= at and (self.ends is None or at < self.ends)


class TransferEnd(StrEnum):
    """How a transfer ended."""

    RECEIVED = "received"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A move to another unit: 申请调入 from `at` on until `released`, then 待调入 until it `ends`.

    Until it is received the person belongs to `origin`. `by` opened it: an account id or the name of a command.
    """

    at: datetime
    by: str
    origin: UnitId
    to: UnitId
    released: datetime | None = None
    ends: datetime | None = None
    end: TransferEnd | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act."""
        return self.ends is None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedSignIn:
    """A sign-in that the person ended by signing out at this time; `nonce` is what its cookie says."""

    nonce: str
    at: datetime
    stays: bool = False

    def is_past(self, now: datetime) -> bool:
        """Whether its cookie would hold no more in any case."""
        return now - self.at > longest_sign_in(stays=self.stays)


def longest_sign_in(*, stays: bool) -> timedelta:
    """After how long a sign-in ends by itself."""
    return LONGEST_STAY if stays else LONGEST_SIGN_IN


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One person. `number` is the 学法账号; telephone, QQ and pinyin name are further login names ("" for none).

    `placements` is never empty and its last entry is the present one. `epoch` counts what ends all sign-ins; `ended`
    are those of the last day that ended alone.
    """

    id: AccountId
    role: Role
    name: str
    number: str
    credential: Credential
    placements: tuple[Placement, ...]
    created: datetime
    telephone: str = ""
    qq: str = ""
    pinyin: str = ""
    rank: str = ""
    order_number: int = 0
    epoch: int = 0
    failures: int = 0
    failed_at: datetime | None = None
    switches: tuple[Switch, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    acts: tuple[Act, ...] = ()
    ended: tuple[EndedSignIn, ...] = ()
    transfers: tuple[Transfer, ...] = ()

    @property
    def transfer(self) -> Transfer | None:
        """The move that is under way, if any: at most the last one is open."""
        return self.transfers[-1] if self.transfers and self.transfers[-1].is_open else None

    @property
    def unit(self) -> UnitId:
        """The unit the person belongs to now."""
        return self.placements[-1].unit

    @property
    def tier(self) -> TierId:
        """The tier the person belongs to now."""
        return self.placements[-1].tier

    @property
    def is_active(self) -> bool:
        """Whether the account is 有效 now."""
        return self.switches[-1].active if self.switches else True

    @property
    def login_names(self) -> frozenset[str]:
        """Everything this person may sign in with."""
        return frozenset(filter(None, map(login_form, (self.number, self.telephone, self.qq, self.pinyin))))

    def exemption(self, programme: str, at: datetime) -> Exemption | None:
        """The exemption from the programme in force at that time, or None."""
        return exemption_among(self.exemptions, programme, at)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSummary:
    """What lists, reports and the roster import need of an account, with its dated transitions.

    A summary that was kept before telephone and QQ number stood in it has "" there.
    """

    role: Role
    name: str
    number: str
    unit: UnitId
    tier: TierId
    rank: str
    order_number: int
    active: bool
    initial: bool
    created: datetime
    placements: tuple[Placement, ...]
    switches: tuple[Switch, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    telephone: str = ""
    qq: str = ""
    transfer: Transfer | None = None

    def exemption(self, programme: str, at: datetime) -> Exemption | None:
        """The exemption from the programme in force at that time, or None."""
        return exemption_among(self.exemptions, programme, at)


def exemption_among(exemptions: Iterable[Exemption], programme: str, at: datetime) -> Exemption | None:
    """The exemption from the programme that is in force at that time, or None."""
    return next((e for e in exemptions if e.programme == programme and e.holds(at)), None)


def summarise_account(account: Account) -> AccountSummary:
    """The summary kept beside the account."""
    return AccountSummary(
        role=account.role,
        name=account.name,
        number=account.number,
        unit=account.unit,
        tier=account.tier,
        rank=account.rank,
        order_number=account.order_number,
        active=account.is_active,
        initial=account.credential.initial,
        created=account.created,
        placements=account.placements,
        switches=account.switches,
        exemptions=account.exemptions,
        telephone=account.telephone,
        qq=account.qq,
        transfer=account.transfer,
    )


def login_form(text: str) -> str:
    """A login name as it is compared: full-width to half-width, no spaces, lower case."""
    narrow = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)
    return "".join(narrow.split()).lower()


def check_password(new: str, account: Account) -> None:
    """The rule for a chosen password. Raises WeakPassword or SamePassword."""
    if new == INITIAL_PASSWORD:
        raise SamePassword
    if not _PASSWORD.fullmatch(new) or any(name in new.lower() for name in account.login_names if len(name) > 3):
        raise WeakPassword


def change_credential(account: Account, hash: str, *, initial: bool) -> Account:
    """The account with another password; every earlier sign-in ends, failures are forgotten."""
    return replace(
        account,
        credential=Credential(hash=hash, initial=initial),
        epoch=account.epoch + 1,
        failures=0,
        failed_at=None,
        ended=(),
    )


def end_sign_in(account: Account, nonce: str, now: datetime, *, stays: bool = False) -> Account:
    """The account with this sign-in ended; those whose cookies are too old to hold in any case are forgotten."""
    if any(ended.nonce == nonce for ended in account.ended):
        return account
    recent = [ended for ended in account.ended if not ended.is_past(now)]
    if len(recent) >= MOST_ENDED:
        return replace(account, epoch=account.epoch + 1, ended=())
    return replace(account, ended=(*recent, EndedSignIn(nonce=nonce, at=now, stays=stays)))


def accepts_sign_in(account: Account, nonce: str, epoch: object) -> bool:
    """Whether a sign-in with this nonce, begun at this epoch, still holds."""
    return account.is_active and account.epoch == epoch and all(ended.nonce != nonce for ended in account.ended)


def fail_sign_in(account: Account, now: datetime) -> Account:
    """One more wrong password."""
    return replace(account, failures=account.failures + 1, failed_at=now)


def clear_failures(account: Account) -> Account:
    """The account after a right password."""
    return replace(account, failures=0, failed_at=None) if account.failures else account


def wait_until(account: Account) -> datetime | None:
    """Until when no password is tried: a minute after the fifth failure in a row, doubling up to a quarter hour."""
    if account.failures < FREE_FAILURES or account.failed_at is None:
        return None
    doublings = min(account.failures - FREE_FAILURES, 10)
    return account.failed_at + min(timedelta(minutes=2**doublings), LONGEST_WAIT)
