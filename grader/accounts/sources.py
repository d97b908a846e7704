"""What limits sign-ins: wrong passwords counted by where they come from, and by account and place.

By source, so that nobody tries one password on many accounts: an office or a whole county may share one address, and
whoever gets in from there gives back more than a mistake costs. By account and place, so that a stranger's failures
make nobody else wait: a place is a source, or a device on which the account was signed in to before. Names that nobody
has are counted and refused like those of accounts. Kept in memory, for a process: a limit, not a record.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import TypeVar

from grader.domain.errors import TooManyFailures, TooManyFromHere
from grader.domain.people.account import FREE_ANYWHERE, Account, AccountId, login_form, wait_after

FREE_FAILURES = 60
"""Wrong passwords at once from one source; an office of fifty may all mistype once."""
SECONDS_A_FAILURE = 10.0
"""After so many seconds one more is free."""
GIVEN_BACK = 3
"""Failures that a sign-in gives back, once for each account."""
DEAR = 3
"""What a guess at somebody's last four digits costs: there are but ten thousand."""
MOST_SOURCES = 10_000
MOST_ACCOUNTS = 1_000
"""Accounts of a source that are told apart; later ones give nothing back."""
MOST_PLACES = 50_000
"""Pairs of account and place; one takes some 300 bytes."""

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a sign-in comes from: its address, and the `device` by which the accounts in `known` signed in before.

    `mark` is what the device is called among an account's sign-ins, the first one on it included.
    """

    address: str
    device: str = ""
    known: frozenset[AccountId] = frozenset()
    mark: str = ""

    def knows(self, account: Account | None) -> bool:
        """Whether the account was signed in to on this device before."""
        return account is not None and account.id in self.known


@dataclass(slots=True)
class _Allowance:
    """What a source has left as of `at`."""

    left: float
    at: datetime
    accounts: set[AccountId] = field(default_factory=set)

    def refill(self, now: datetime) -> None:
        passed = max((now - self.at).total_seconds(), 0.0)
        self.left = min(self.left + passed / SECONDS_A_FAILURE, FREE_FAILURES)
        self.at = now


@dataclass(frozen=True, slots=True)
class _Failures:
    """Wrong passwords in a row, the last one at that time."""

    count: int
    last: datetime | None


_NONE = _Failures(0, None)


class Sources:
    """The allowances of all sources and places seen lately; safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[str, _Allowance] = OrderedDict()
        self._places: OrderedDict[tuple[str, str], _Failures] = OrderedDict()

    def check(self, origin: Origin, name: str, account: Account | None, now: datetime) -> None:
        """Whether a password may be tried. Raises TooManyFromHere or TooManyFailures.

        What the account itself counts bounds what a place does: where its owner or an administrator cleared that,
        nobody waits any more, whichever process remembers the place.
        """
        with self._lock:
            allowance = self._allowance(origin.address, now)
            here = self._places.get(_place(origin, name, account), _NONE)
            anywhere = self._anywhere(name, account)
            is_known = origin.knows(account) or (account is not None and account.id in allowance.accounts)
            left = allowance.left
        if left < 1 and not (origin.knows(account) or _is_own(origin.address)):
            raise TooManyFromHere(seconds=ceil((1 - left) * SECONDS_A_FAILURE))
        _refuse_waiting(wait_after(min(here.count, anywhere.count), here.last), now)
        if not is_known:
            _refuse_waiting(wait_after(anywhere.count, anywhere.last, free=FREE_ANYWHERE), now)

    def failed(self, origin: Origin, name: str, account: Account | None, now: datetime, *, cost: int = 1) -> None:
        """A name and a password from there did not belong together."""
        with self._lock:
            if not origin.knows(account):
                self._allowance(origin.address, now).left -= cost
            self._count(_place(origin, name, account), self._anywhere(name, account).count, now)
            if account is None:
                self._count(_nowhere(name), None, now)

    def succeeded(self, origin: Origin, account: Account, now: datetime) -> None:
        """The account was signed in to from there."""
        with self._lock:
            allowance = self._allowance(origin.address, now)
            if account.id not in allowance.accounts and len(allowance.accounts) < MOST_ACCOUNTS:
                allowance.accounts.add(account.id)
                allowance.left = min(allowance.left + GIVEN_BACK, FREE_FAILURES)
            self._places.pop(_place(origin, "", account), None)

    def _anywhere(self, name: str, account: Account | None) -> _Failures:
        """Failures of all places together: what the account counts, or for a name of nobody what would be counted."""
        if account is None:
            return self._places.get(_nowhere(name), _NONE)
        return _Failures(account.failures, account.failed_at)

    def _count(self, key: tuple[str, str], most: int | None, now: datetime) -> None:
        count = self._places.get(key, _NONE).count
        if most is not None:
            count = min(count, most)
        _keep(self._places, key, _Failures(count + 1, now), most=MOST_PLACES)

    def _allowance(self, address: str, now: datetime) -> _Allowance:
        source = source_of(address)
        allowance = self._found.get(source) or _Allowance(FREE_FAILURES, now)
        _keep(self._found, source, allowance, most=MOST_SOURCES)
        allowance.refill(now)
        return allowance


def _keep(kept: OrderedDict[_Key, _Value], key: _Key, value: _Value, *, most: int) -> None:
    """Keep the value as the latest; the oldest goes where there are more."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > most:
        kept.popitem(last=False)


def _place(origin: Origin, name: str, account: Account | None) -> tuple[str, str]:
    """A device that the account knows, or the source; together with the account or the name of nobody."""
    place = f"device {origin.device}" if origin.knows(account) else source_of(origin.address)
    return place, account.id if account else f" {login_form(name)}"


def _nowhere(name: str) -> tuple[str, str]:
    return "", f" {login_form(name)}"


def _refuse_waiting(until: datetime | None, now: datetime) -> None:
    if until is not None and now < until:
        raise TooManyFailures(minutes=-((now - until) // timedelta(minutes=1)))


def source_of(address: str) -> str:
    """The address; of IPv6 the network of one connection, within which its owner may choose at will."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))
    return address


def _is_own(address: str) -> bool:
    """Whether it is this machine: a proxy that the settings don't tell of, behind which is everybody."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
