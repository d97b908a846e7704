"""Password hashes: argon2id with 19 MiB, two passes, one lane (the OWASP minimum). Imports argon2 only."""

from __future__ import annotations

import os
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)
# One hash fewer than cores at a time, so that a rush of sign-ins leaves a core to everything else.
_SLOTS = threading.BoundedSemaphore(max((os.cpu_count() or 2) - 1, 1))
_NOBODY = _HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    """The argon2id hash, with its own salt."""
    with _SLOTS:
        return _HASHER.hash(password)


def is_password(hash: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; without a hash it takes as long and is False."""
    with _SLOTS:
        try:
            return _HASHER.verify(hash or _NOBODY, password) and bool(hash)
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(hash: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(hash)
