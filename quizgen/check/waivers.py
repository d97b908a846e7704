"""Waivers: warnings that an editor has weighed and keeps, written in the item with the reason.

A waiver covers every warning of its code that stands in its item, whoever found it. An error can't be waived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from quizgen.check.faults import items_of, warning
from quizgen.codes import EXPLANATIONS
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, Severity
from quizgen.model import Item
from quizgen.words.spelling import did_you_mean

_Waiver = tuple[str, str, str]
"""File, item, code."""
_OF_TEXTS = frozenset({"Q209", "Q211", "Q212"})
"""Warnings found by comparing with statute texts: while none are given, nobody can say that a waiver is idle."""


def waived(content: Content, found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """What is left of the diagnostics when waivers hold, and the faults of waivers: unknown, of an error, idle."""
    asked = {(*_name(item), code) for item in items_of(content) for code in item.waivers}
    met: defaultdict[_Waiver, set[Severity]] = defaultdict(set)
    left = []
    for diagnostic in found:
        waiver = diagnostic.span.path, diagnostic.item or "", diagnostic.code
        if waiver in asked:
            met[waiver].add(diagnostic.severity)
        if waiver not in asked or diagnostic.severity is Severity.ERROR:
            left.append(diagnostic)
    for item in items_of(content):
        for code in item.waivers:
            left += _faults(item, code, met.get((*_name(item), code), set()), has_texts=bool(content.texts))
    return left


def _name(item: Item) -> tuple[str, str]:
    """An id is unique in its bank only; the file tells both banks apart."""
    return item.where.path, item.id


def _faults(item: Item, code: str, met: set[Severity], *, has_texts: bool) -> Iterator[Diagnostic]:
    """What is wrong with one waiver; `met`: how grave the diagnostics of its code are in the item."""
    span = item.places.get(f"waive.{code}", item.where)
    if code not in EXPLANATIONS:
        near = did_you_mean(code.lower(), [known.lower() for known in EXPLANATIONS if known[:2] == code[:2]]).upper()
        yield warning("Q252", span, f"“waive”里的{code}不是诊断代码", hint=near or "请照诊断里的代码填写", item=item)
    elif Severity.ERROR in met:
        hint = f"请改正{code}所指的问题，再从“waive”里删去这一条"
        yield warning("Q253", span, f"{code}在这道试题里是错误；错误不能保留，只能改正", hint=hint, item=item)
    elif not met and (has_texts or code not in _OF_TEXTS):
        message = f"这道试题没有{code}的警告，“waive”里的这一条没有用处"
        yield warning("Q251", span, message, hint="请从“waive”里删去", item=item)
