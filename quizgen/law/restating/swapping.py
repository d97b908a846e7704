"""The same words with another deciding one beside them: 口头通知 where the article says 书面通知. Pure.

What stands behind the word, or before it, is the same in both texts, and the article nowhere has it with the other
word. So a slip is seen where the rest of the clause is told freely.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from quizgen.law.restating.alignment import Deviation, Matter

_MOST = 100
"""Words of a text that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap(Deviation):
    """What the statement and the article have; `word` is the one that differs."""

    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """Words that one may write for each other; how many characters behind them, or before them, must be the same.

    None for words that tell enough by themselves.
    """

    matter: Matter
    words: tuple[str, ...]
    behind: int
    before: int


_ORGANS = ("人民检察院", "人民法院", "公安机关", "监察机关", "人民政府", "国务院", "人民代表大会", "常务委员会")
_KINDS = (
    _Kind(matter=Matter.FORM, words=("书面", "口头"), behind=2, before=3),
    _Kind(matter=Matter.ACT, words=("批准", "备案", "决定"), behind=2, before=3),
    _Kind(matter=Matter.BOUND, words=("以上", "以下"), behind=4, before=2),
    _Kind(matter=Matter.BOUND, words=("以内", "以外"), behind=4, before=2),
    _Kind(matter=Matter.MODAL, words=("应当", "可以", "不得"), behind=4, before=4),
    *(
        _Kind(matter=Matter.ORGAN, words=tuple(f"{organ}{act}" for organ in _ORGANS), behind=0, before=0)
        for act in ("批准", "决定", "执行")
    ),
    _Kind(matter=Matter.ALL, words=("情形之一", "全部情形", "所有情形"), behind=2, before=2),
)
"""Of a word that many clauses have, more must be the same."""
_KIND_OF = {word: kind for kind in _KINDS for word in kind.words}
_WORDS = [
    re.compile("|".join(word for kind in _KINDS for word in kind.words if kind.behind == some)) for some in (2, 4, 0)
]
"""One after the other: 国务院批准 is looked at, and the 批准 in it."""
_BEHIND, _BEFORE = re.compile("(?![依按])[\u4e00-\u9fff]+"), re.compile("[\u4e00-\u9fff]+")
"""Words of one clause; behind the word not 依照法律, which nearly every article has."""


def may_be_swapped(text: str) -> bool:
    """Whether the text has one of the words at all."""
    return any(words.search(text) for words in _WORDS)


def swapped(clause: str, law: str) -> Iterator[Swap]:
    """Where a clause of a statement and a law, both plain, have the same words with another one of the same kind."""
    for match in islice(chain.from_iterable(words.finditer(clause) for words in _WORDS), _MOST):
        kind = _KIND_OF[match[0]]
        beside = list(_beside(kind, clause[: match.start()], clause[match.end() :]))
        if not any(f"{before}{match[0]}{behind}" in law for before, behind in beside):
            others = ((before, word, behind) for before, behind in beside for word in kind.words)
            for before, word, behind in islice((each for each in others if "".join(each) in law), 1):
                ours, theirs = f"{before}{match[0]}{behind}", f"{before}{word}{behind}"
                yield Swap(matter=kind.matter, word=match[0], stated=ours, official=theirs)


def _beside(kind: _Kind, before: str, behind: str) -> Iterator[tuple[str, str]]:
    """What stands behind the word, and what before it, where it is long enough to tell something."""
    if not kind.behind:
        yield "", ""
        return
    if _BEHIND.fullmatch(behind[: kind.behind]) and len(behind) >= kind.behind:
        yield "", behind[: kind.behind]
    if len(before) >= kind.before and _BEFORE.fullmatch(before[-kind.before :]):
        yield before[-kind.before :], ""
