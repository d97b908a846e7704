"""Login names that the system gives: the account number and the pinyin name.

A `LoginNames` serves one import: it remembers what it has given, so that it never looks at the same name twice.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import count

from grader.domain.people.account import Role, login_form
from grader.store.base import Name, Store
from grader.store.kinds import ACCOUNT, LOGIN

# Surnames that pypinyin 0.55 reads as ordinary words; the surname's reading is that of 现代汉语词典 (7th edition).
_READINGS = (
    "单:shan 仇:qiu 解:xie 曾:zeng 区:ou 朴:piao 查:zha 翟:zhai 缪:miao 员:yun 乐:yue 覃:qin 召:shao 种:chong "
    "繁:po 秘:bi 折:she 洗:xian 祭:zhai 句:gou 都:du 薄:bo 乜:nie 粘:nian 卜:bu 阚:kan 佴:nai "
    "单于:chanyu 乐正:yuezheng 子车:ziju"
)
_SURNAMES = dict(entry.split(":") for entry in _READINGS.split())


def pinyin_name(name: str) -> str:
    """The full pinyin of a name without tones, ü as v; "" where a character has no known reading.

    >>> pinyin_name("吕布"), pinyin_name("单雄信"), pinyin_name("尉迟恭")
    ('lvbu', 'shanxiongxin', 'yuchigong')
    """
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its tables take a quarter of a second

    surname = next((name[:length] for length in (2, 1) if name[:length] in _SURNAMES), "")
    given = "".join(c for c in name[len(surname) :] if c not in " ·-'")
    pinyin = _SURNAMES.get(surname, "") + "".join(lazy_pinyin(given)).lower()
    return pinyin if pinyin.isascii() and pinyin.isalpha() else ""


def is_reading(name: str, text: str) -> bool:
    """Whether `text` is a pinyin name that somebody of this name may choose: any reading, up to four digits after it.

    >>> is_reading("吕布", "lvbu02"), is_reading("单雄信", "danxiongxin"), is_reading("吕布", "caocao")
    (True, True, False)
    """
    from pypinyin import Style, pinyin  # noqa: PLC0415 - as above

    usual = pinyin_name(name)
    readings = [
        [one.replace("ü", "v") for one in found]
        for found in pinyin("".join(c for c in name if c not in " ·-'"), style=Style.NORMAL, heteronym=True)
    ]
    parts = ["|".join(re.escape(one.lower()) for one in found) for found in readings]
    pattern = "".join(f"(?:{part})" for part in parts)
    return bool(re.fullmatch(rf"(?:{usual}|{pattern})[0-9]{{0,4}}" if usual else rf"{pattern}[0-9]{{0,4}}", text))


class LoginNames:
    """Gives numbers and pinyin names that no account holds; another process may still be quicker."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._sequences: defaultdict[str, count[int]] = defaultdict(lambda: count(1))
        self._suffixes: defaultdict[str, count[int]] = defaultdict(lambda: count(1))
        self._heads: set[str] = set()

    def number(self, unit_code: str, role: Role) -> str:
        """Unit code and a sequence of four digits: an administrator's is 0000 if that is free, all others from 0001."""
        if role is Role.UNIT and unit_code not in self._heads:
            self._heads.add(unit_code)
            if self._is_free(number := f"{unit_code}0000"):
                return number
        sequence = self._sequences[unit_code]
        return next(number for n in sequence if self._is_free(number := f"{unit_code}{n:04d}"))

    def pinyin(self, name: str) -> str:
        """`zhangwei`, or where that is taken `zhangwei2`, `zhangwei3` …; "" for a name without known pinyin."""
        if not (base := pinyin_name(name)):
            return ""
        suffixes = self._suffixes[base]
        return next(text for n in suffixes if self._is_free(text := base if n == 1 else f"{base}{n}"))

    def _is_free(self, name: str) -> bool:
        return self._store.find(ACCOUNT, Name(LOGIN, login_form(name))) is None
