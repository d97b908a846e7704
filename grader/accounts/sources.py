"""Wrong passwords counted by where they come from, so that nobody tries one password on many accounts.

An office or a whole county may share one address: whoever gets in from there gives back more than a mistake costs, so
that people who sometimes mistype are never stopped, and a list of names tried with one password soon is. Kept in
memory, for a process: a limit, not a record.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from grader.domain.account import AccountId
from grader.domain.errors import TooManyFromHere

FREE_FAILURES = 60
"""Wrong passwords at once from one source; an office of fifty may all mistype once."""
SECONDS_A_FAILURE = 10.0
"""After so many seconds one more is free."""
GIVEN_BACK = 3
"""Failures that a sign-in gives back, once for each account."""
MOST_SOURCES = 10_000
MOST_ACCOUNTS = 1_000
"""Accounts of a source that are told apart; later ones give nothing back."""


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


class Sources:
    """The allowances of all sources seen lately; safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[str, _Allowance] = OrderedDict()

    def check(self, address: str, now: datetime) -> None:
        """Raises TooManyFromHere where too many passwords from there were wrong."""
        with self._lock:
            left = self._allowance(address, now).left
        if left < 1 and not _is_own(address):
            raise TooManyFromHere(seconds=ceil((1 - left) * SECONDS_A_FAILURE))

    def failed(self, address: str, now: datetime) -> None:
        """A name and a password from there did not belong together."""
        with self._lock:
            self._allowance(address, now).left -= 1

    def succeeded(self, address: str, account: AccountId, now: datetime) -> None:
        """The account was signed in to from there."""
        with self._lock:
            allowance = self._allowance(address, now)
            if account not in allowance.accounts and len(allowance.accounts) < MOST_ACCOUNTS:
                allowance.accounts.add(account)
                allowance.left = min(allowance.left + GIVEN_BACK, FREE_FAILURES)

    def _allowance(self, address: str, now: datetime) -> _Allowance:
        source = _source(address)
        allowance = self._found.setdefault(source, _Allowance(FREE_FAILURES, now))
        self._found.move_to_end(source)
        if len(self._found) > MOST_SOURCES:
            self._found.popitem(last=False)
        allowance.refill(now)
        return allowance


def _source(address: str) -> str:
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
