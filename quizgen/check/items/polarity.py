"""Whether what an item calls right and its rationale say the same thing with and without a negation.

Looked for are words that stand in both, behind a negation in one of them only: 不承担民事责任 in the rationale and
承担民事责任 in a stem that is to be true; or on both sides of it (`denial`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from quizgen.check.faults import items_of, warning
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic
from quizgen.law.restating.denial import denied_behind, denied_by_one
from quizgen.law.wording import plain
from quizgen.model import right_statements

_SHARED = 4
"""Characters that both must have behind the negation; fewer are shared by chance."""
_NOUN = 6
"""Behind 不是 there may be a name, which stands elsewhere without being stated."""
_LONGEST = 8
_MOST = 20
"""Negations of a text that are looked at."""
_NEGATION = re.compile(
    "(?:不是|不需要|不必|不能|不得|不应当|不再|不属于|不予|不享有|没有|无须|无需|不用|不(?![影取等因以]|仅|但|论|管|同|满|足|动产|特定|可避免|良))"
    "(?P<rest>[\u4e00-\u9fff]{4,8})"
)
"""不需要|父母同意或者 is one; 不影响, 不取决于, 不等于 and 不动产 are not."""
_DENIED = re.compile("[不没未无非勿别]|免除|禁止|拒绝|取消")
"""Before the shared words: they are denied there too."""
_CASE = re.compile("的(?:情况|情形|问题)|条件|前提|要件")
_NEAR = 14
"""Characters behind a negation in which what is denied may turn out to be a case by name or a condition.

没有落实责任制的情况; 没有以造成损失为条件.
"""
_BEFORE = 6
_TITLES = re.compile("《[^《》]*》")


def right_statements_are_not_denied(content: Content) -> Iterator[Diagnostic]:
    """Q218: what an item calls right is not denied by its rationale, nor the reverse; told once an item."""
    for item in items_of(content):
        found = ((field, words) for field, text in right_statements(item) for words in opposites(text, item.rationale))
        for field, words in islice(found, 1):
            message = f"正确的说法和解析里，“{words}”一处有否定词，一处没有"
            hint = "请核对哪一处写错了，或正确答案标错了；没有写错的，请换一种说法"
            yield warning("Q218", item.places.get(field, item.where), message, hint=hint, item=item)


def opposites(statement: str, rationale: str) -> Iterator[str]:
    """The words that one of the two denies and the other, wherever it has them, does not."""
    ours, theirs = (plain(_TITLES.sub("", text)) for text in (statement, rationale))
    for one, other in ((ours, theirs), (theirs, ours)):
        for match in islice(_NEGATION.finditer(one), _MOST):
            words = _shared(match["rest"], other, least=_NOUN if match[0].startswith("不是") else _SHARED)
            is_named = _CASE.search(one, match.start("rest"), match.start("rest") + _NEAR)
            if words and not is_named and not _is_denied(words, other) and not _is_stated(words, one):
                yield words
    yield from (words for words, _ in denied_by_one(ours, theirs))
    yield from (words for words, _ in denied_behind(ours, theirs, duties_only=True))


def _shared(rest: str, other: str, *, least: int) -> str:
    """As many of the characters as the other text has together; empty for too few."""
    return next((rest[:size] for size in range(min(len(rest), _LONGEST), least - 1, -1) if rest[:size] in other), "")


def _is_denied(words: str, text: str) -> bool:
    """Whether a negation stands shortly before the words at any of their places."""
    return any(_DENIED.search(text[max(0, place - _BEFORE) : place]) for place in _places(words, text))


def _is_stated(words: str, text: str) -> bool:
    """Whether the text has the words elsewhere without a negation."""
    return any(not _DENIED.search(text[max(0, place - _BEFORE) : place]) for place in _places(words, text))


def _places(words: str, text: str) -> Iterator[int]:
    place = text.find(words)
    while place >= 0:
        yield place
        place = text.find(words, place + 1)
