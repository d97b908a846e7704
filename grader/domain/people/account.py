"""Accounts: a person's login names, password state, place in the roster.

Placements, switches and exemptions are dated facts, so that a report at a past date can be made from summaries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NewType

from grader.domain.audit.acts import Act
from grader.domain.people.former import Former, with_former
from grader.domain.people.sign_ins import SignIn
from quizgen.model import TierId

AccountId = NewType("AccountId", str)
UnitId = NewType("UnitId", str)

INITIAL_PASSWORD = "888888"  # noqa: S105 - published in the examination's notice, must be changed at first sign-in
FREE_FAILURES = 5
"""Wrong passwords in a row from one place before that place waits for this account."""
FREE_ANYWHERE = 20
"""Wrong passwords in a row from anywhere before all waits but devices and places that its owner has used."""
LONGEST_WAIT = timedelta(minutes=15)
LONGEST_SIGN_IN = timedelta(hours=24)
"""A sign-in ends a day after it began, however busy."""
LONGEST_STAY = timedelta(days=30)
"""A learner may stay signed in on a device of their own for so long."""
MOST_ENDED = 20
"""Ended sign-ins of a day that are told apart; with one more, all sign-ins of the account end."""
LEAVING = {"retired": "退休", "moved": "调离", "resigned": "辞职", "deceased": "去世", "other": "其他"}
"""Why an account becomes 失效: reasons and their names."""
TOLD = frozenset(
    {"claim", "reset-password", "change-role", "unbind-telephone", "unbind-qq", "end-sign-ins", "link-account"}
)
"""Acts on an account that its owner is told of, and the unit's list of what happened to accounts."""


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
    """The password's hash; `initial` until the person has chosen their own.

    A one-time slip `expires` at that time; the published first password and one's own never do.
    """

    hash: str
    initial: bool
    expires: datetime | None = None

    def is_past(self, now: datetime) -> bool:
        """Whether it opens nothing any more."""
        return self.expires is not None and now >= self.expires


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """From `at` on the person belongs to this unit and tier."""

    at: datetime
    unit: UnitId
    tier: TierId


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """From `at` on the account is 有效 or 失效; `reason` is one of `LEAVING` where somebody left."""

    at: datetime
    active: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """The decision that the person need not take part in one programme; `ends` when it was withdrawn.

    `kind` is one of the programme's. Who approved it, by which document and on which day may be "" and None where the
    roster said only the kind. Whoever is exempt may take part all the same.
    """

    programme: str
    kind: str
    at: datetime
    ends: datetime | None = None
    note: str = ""
    approver: str = ""
    document: str = ""
    approved: date | None = None
    withdrawn: str = ""
    """Why it was withdrawn."""

    @property
    def is_approved(self) -> bool:
        """Whether it says who approved it and when."""
        return bool(self.approver) and self.approved is not None

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The learner's account of the same person, proved to be at this time; see `people.link`."""

    account: AccountId
    at: datetime


def longest_sign_in(*, stays: bool) -> timedelta:
    """After how long a sign-in ends by itself."""
    return LONGEST_STAY if stays else LONGEST_SIGN_IN


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One person. `number` is the 学法账号; telephone, QQ and pinyin name are further login names ("" for none).

    `placements` is never empty and its last entry is the present one. `epoch` counts what ends all sign-ins; `ended`
    are those of the last day that ended alone. The owner has `confirmed` to know what happened up to that time. An
    administrator's account is `linked` to the learner's account of the same person.
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
    former_ranks: tuple[Former, ...] = ()
    order_number: int = 0
    epoch: int = 0
    failures: int = 0
    failed_at: datetime | None = None
    switches: tuple[Switch, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    acts: tuple[Act, ...] = ()
    ended: tuple[EndedSignIn, ...] = ()
    confirmed: datetime | None = None
    linked: Link | None = None
    transfers: tuple[Transfer, ...] = ()
    sign_ins: tuple[SignIn, ...] = ()

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
class Event:
    """Something that happened to an account and when; `action` is one of `TOLD`."""

    at: datetime
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSummary:
    """What lists, reports and the roster import need of an account, with its dated transitions.

    A summary that was kept before telephone and QQ number stood in it has "" there. `waiting` is since when the
    account has been 未启用, None once its owner chose a password; `expires` is when a one-time slip does; `latest` is
    what happened last to the account of which its owner is told.
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
    former_ranks: tuple[Former, ...] = ()
    telephone: str = ""
    qq: str = ""
    transfer: Transfer | None = None
    waiting: datetime | None = None
    expires: datetime | None = None
    failures: int = 0
    failed_at: datetime | None = None
    latest: Event | None = None

    def is_locked(self, now: datetime) -> bool:
        """Whether wrong passwords make somebody wait who tries to sign in from where they were typed."""
        until = wait_after(self.failures, self.failed_at) if self.failures else None
        return until is not None and now < until

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
        former_ranks=account.former_ranks,
        telephone=account.telephone,
        qq=account.qq,
        transfer=account.transfer,
        waiting=_unclaimed_since(account) if account.credential.initial else None,
        expires=account.credential.expires,
        failures=account.failures,
        failed_at=account.failed_at,
        latest=next(
            (Event(at=act.at, action=act.action) for act in reversed(account.acts) if act.action in TOLD), None
        ),
    )


def _unclaimed_since(account: Account) -> datetime:
    resets = [act.at for act in account.acts if act.action == "reset-password"]
    return resets[-1] if resets else account.created


def unconfirmed(account: Account) -> tuple[Act, ...]:
    """What happened to the account that its owner has not yet confirmed to know, oldest first."""
    return tuple(
        act for act in account.acts if act.action in TOLD and (account.confirmed is None or act.at > account.confirmed)
    )


def of_rank(account: Account, rank: str, *, at: datetime) -> Account:
    """The account with another rank from that time on."""
    return replace(account, rank=rank, former_ranks=with_former(account.former_ranks, account.rank, rank, at=at))


def typed_form(text: str) -> str:
    """What was typed without what an input method adds: full-width letters and digits to half-width, no spaces."""
    narrow = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)
    return "".join(narrow.split())


def login_form(text: str) -> str:
    """A login name as it is compared: full-width to half-width, no spaces, lower case."""
    return typed_form(text).lower()


def change_credential(account: Account, credential: Credential) -> Account:
    """The account with another password; every earlier sign-in ends, failures are forgotten."""
    return replace(
        account,
        credential=credential,
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


def wait_after(failures: int, last: datetime | None, *, free: int = FREE_FAILURES) -> datetime | None:
    """Until when no password is tried after so many wrong ones in a row, the last one then; None: not at all.

    A minute after the last free failure, doubling up to a quarter of an hour.
    """
    if failures < free or last is None:
        return None
    return last + min(timedelta(minutes=2 ** min(failures - free, 10)), LONGEST_WAIT)
