"""One-time slips: passwords drawn by chance that an administrator hands to the owner of an account.

Twelve letters and digits out of 31 that are not mistaken for one another: 59 bits.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log2

from grader.accounts.passwords import hash_slip
from grader.domain.people.account import Account, Credential

_UNMISTAKABLE = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH, _GROUP = 12, 4
BITS = _LENGTH * log2(len(_UNMISTAKABLE))
FIRST = timedelta(days=14)
"""A slip for a new account opens it for so long."""
RENEWED = timedelta(days=3)
"""A slip after a reset does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What the owner of an account is handed, shown once; the password must be changed at the first sign-in."""

    name: str
    number: str
    password: str
    expires: datetime


def issue_slip(*, now: datetime, valid: timedelta = FIRST) -> tuple[str, Credential]:
    """A fresh one-time password, grouped for reading, and the credential to keep: it never tells the password."""
    drawn = "".join(secrets.choice(_UNMISTAKABLE) for _ in range(_LENGTH))
    credential = Credential(hash=hash_slip(drawn), initial=True, expires=now + valid)
    return "-".join(drawn[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP)), credential


def slip_of(account: Account, password: str) -> Slip:
    """The slip for an account that was just given this one-time password."""
    expires = account.credential.expires
    if expires is None:
        raise ValueError(f"account {account.id} has no slip")
    return Slip(name=account.name, number=account.number, password=password, expires=expires)
