"""When and on which device an account was signed in to last: so that its owner notices somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

KEPT = 2
"""The newest: whichever of them looks at the account, there is another one to tell of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """One sign-in. `device` is a digest of a browser's own random id, which says nothing of the person."""

    at: datetime
    device: str


def with_sign_in(known: tuple[SignIn, ...], at: datetime, device: str) -> tuple[SignIn, ...]:
    """The newest sign-ins with one more."""
    return (*known, SignIn(at=at, device=device))[-KEPT:]


def latest_other(known: tuple[SignIn, ...], *, began: int) -> SignIn | None:
    """The newest sign-in but the one that began at this time (seconds since 1970); None where none is known."""
    return next((one for one in reversed(known) if int(one.at.timestamp()) != began), None)
