"""The list of laws and rules that officials must know: what it names is there."""

from __future__ import annotations

from collections.abc import Iterator

from quizgen.check.faults import error, nearest_or
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic
from quizgen.words.clipping import clip
from quizgen.words.spelling import Words


def essentials_exist(content: Content) -> Iterator[Diagnostic]:
    """Q332: a law of the list is registered; Q333: a lesson of the list has its page."""
    known = content.register.statutes.keys() | {f"doc:{id}" for id in content.register.documents}
    sources, lessons = Words(sorted(known)), Words(content.modules)
    for entry in content.essentials.entries if content.essentials else ():
        if entry.source and entry.source not in known:
            hint = nearest_or(entry.source, sources, "请先登记，或改用“title”和“since”写明名称和施行日期")
            yield error("Q332", entry.where, f"法律登记表里没有“{clip(entry.source)}”", hint=hint)
        for lesson, place in zip(entry.lessons, entry.places, strict=True):
            if lesson not in content.modules:
                hint = nearest_or(lesson, lessons, "请先写这一课，或从清单里删去")
                yield error("Q333", place, f"没有课程“{clip(lesson)}”", hint=hint)
