"""The rule for a password of one's own, and a list of what everybody tries first. Pure."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

from grader.domain.errors import CommonPassword, KnownPassword, SamePassword, WeakPassword
from grader.domain.people.account import INITIAL_PASSWORD, Account, typed_form

_RULE = re.compile(r"(?=.*[A-Za-z])(?=.*[0-9])\S{8,64}")
_SHORTEST_NAME = 4
"""Letters of a login name that a password may not contain; shorter ones are in many words."""
_ROWS = (
    *("01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz"),
    *("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik", "9ol"),
    *("1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "1a2b3c4d5e6f", "a1b2c3d4e5f6"),
)
"""Neighbours on the keyboard and in the alphabet, both ways round."""
_STEPS = {step for row in _ROWS for one in (row, row[::-1]) for step in pairwise(one)}
_WORDS = re.compile(
    "password|passwd|passw0rd|p@ssw0rd|admin|administrator|root|user|test|guest|login|welcome|iloveyou|monkey|dragon|"
    "5201314|1314|520|woaini|woaizhongguo|zhongguo|china|beijing|nihao|xuefa|pufa|kaoshi|fazhi|xianfa|gongwuyuan|danwei|xinxi|"
    "sifaju|jiguan|mima|wangji|aini|abc|qwe|asd|zxc|qaz|wsx"
)
_DIGITS = re.compile(r"\d+")
_FEW = 3
"""So many characters beside words, runs and dates leave a password plain."""


def password_form(text: str) -> str:
    """A password as it is hashed and compared: what an input method adds (full width, spaces) does not matter."""
    return typed_form(text)


def check_password(new: str, account: Account) -> None:
    """The rule for a chosen password. Raises WeakPassword, KnownPassword, CommonPassword or SamePassword."""
    if new == INITIAL_PASSWORD:
        raise SamePassword
    if not _RULE.fullmatch(new):
        raise WeakPassword
    lower = new.lower()
    if any(len(name) >= _SHORTEST_NAME and name in lower for name in _own_names(account)):
        raise KnownPassword
    if is_common(new):
        raise CommonPassword


def _own_names(account: Account) -> frozenset[str]:
    """What others know of the person: the login names, and the unit's part of the number."""
    return account.login_names | {account.number[:-4].lower()}


def is_common(password: str) -> bool:
    """Whether it is little more than a plain word, a run on the keyboard, a repetition or a date.

    >>> is_common("qwer1234"), is_common("Zhang19800101"), is_common("Jian7gua-lvse")
    (True, True, False)
    """
    lower = password.lower()
    if len(set(lower)) <= _FEW:
        return True
    rest = _WORDS.sub("\0", lower)
    rest = _DIGITS.sub(_without_date, rest)
    return len(_without_runs(rest).replace("\0", "")) <= (5 if "\1" in rest else _FEW)


def _without_date(digits: re.Match[str]) -> str:
    """A year or a day written as people do (19800101, 800101, 2026) leaves a mark only."""
    text = digits[0]
    is_date = (len(text) == 8 and _is_day(text)) or (len(text) == 6 and (_is_day(f"19{text}") or _is_day(f"20{text}")))
    is_year = len(text) == 4 and text[:2] in {"19", "20"}
    return "\1" if is_date or is_year else text


def _is_day(text: str) -> bool:
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return 1900 <= day.year < 2100


def _without_runs(text: str) -> str:
    """What is left once three or more neighbours on the keyboard, in the alphabet or the same are taken away."""
    kept, run = [], text[:1]
    for before, here in pairwise(text):
        if before == here or (before, here) in _STEPS:
            run += here
            continue
        kept.append(run)
        run = here
    kept.append(run)
    return "".join(run.replace("\1", "") for run in kept if len(run) < 3)
