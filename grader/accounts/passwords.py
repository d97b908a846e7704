"""Password hashes: argon2id with 19 MiB, two passes, one lane (the OWASP minimum); slips by SHA-256.

A slip is drawn by chance (59 bits) and expires, so that a fast hash gives nothing away, and a roster's thousands are
issued at once. To check one takes as long as to check any password.

One fewer are made at a time than there are cores, so that whoever studies or sits an exam never waits for those who
sign in. Threads of their own make them: each one's 19 MiB stay in the processor's cache from one hash to the next, and
a hash that is done waits for no page that somebody else's thread is making. These threads keep the usual priority: one
that steps back while it holds the interpreter's lock stops all.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from grader.domain.errors import Refusal
from grader.domain.people.account import login_form


def _cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2


AT_ONCE = min(max(_cores() - 1, 1), 4)
"""Hashes at a time: a core is left to everything else."""
WAITING = 6
"""Callers who may wait for their turn; `grader.operation.serve` has a longer line before this one."""

_HASHER = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)
_ALLOWED = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None


def _leave_the_askers_core() -> None:
    """A thread begins on the cores of whoever asked first, which may be the one core that requests are answered on."""
    if _ALLOWED:
        with suppress(OSError):  # a container may forbid it
            os.sched_setaffinity(0, _ALLOWED)


_HASHING = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="password", initializer=_leave_the_askers_core)
_PLACES = threading.BoundedSemaphore(AT_ONCE + WAITING)
_NOBODY = f"$argon2id$v=19$m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}${'A' * 22}${'A' * 43}"
"""A hash as dear to check as any, of no password; to make one here would hold up every start."""


_SLIP = "$slip-sha256$"


class PasswordsBusy(Refusal):
    """So many passwords are being checked that this one would have to wait long."""

    code = "passwords-busy"
    sentence = "现在登录的人较多，密码没有核对，也不算输错。请等几秒再试。"


def hash_password(password: str) -> str:
    """The argon2id hash, with its own salt; it waits for its turn, for nobody comes here who did not sign in."""
    return _HASHING.submit(_HASHER.hash, password).result()


def hash_slip(text: str) -> str:
    """The salted SHA-256 of a one-time slip. Only for what was drawn by chance and is long."""
    return _slip_hash(secrets.token_hex(16), text)


def _slip_hash(salt: str, text: str) -> str:
    return f"{_SLIP}{salt}${hashlib.sha256(f'{salt}{text}'.encode()).hexdigest()}"


def is_password(hash: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; without one it takes as long and is False. Raises PasswordsBusy."""
    if not _PLACES.acquire(blocking=False):
        raise PasswordsBusy
    try:
        return _HASHING.submit(_verify, hash or "", password).result()
    finally:
        _PLACES.release()


def _verify(hash: str, password: str) -> bool:
    if hash.startswith(_SLIP):
        _is_argon2(_NOBODY, password)
        salt = hash.removeprefix(_SLIP).partition("$")[0]
        return hmac.compare_digest(hash.encode(), _slip_hash(salt, slip_form(password)).encode())
    return _is_argon2(hash or _NOBODY, password) and bool(hash)


def _is_argon2(hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(hash, password)
    except (VerificationError, InvalidHashError):
        return False


def slip_form(text: str) -> str:
    """A slip as it is compared: groups, case and what an input method adds don't matter."""
    return login_form(text).replace("-", "")


def needs_rehash(hash: str) -> bool:
    """Whether it was made with other parameters than today's; a slip is used but once."""
    return not hash.startswith(_SLIP) and _HASHER.check_needs_rehash(hash)
