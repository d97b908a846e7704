"""Set phrases and slips in items and lessons, by the word list of the folder or the kit's own.

What is wrong on purpose is left alone: distractors, judgements that are false, and what a rationale says of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

from quizgen.check.faults import items_of, warning
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, Span
from quizgen.interaction import interaction
from quizgen.model import FALSE, Item
from quizgen.parse.lesson import prose_lines
from quizgen.parse.phrases import standard_phrases
from quizgen.phrase import Order, Phrase, PhraseList
from quizgen.words.clipping import clip

_MOST = 20
"""Times that one phrase is told in one field or lesson."""
_MOST_IN_ALL = 10_000
"""More come from a list that calls a common word wrong."""


class _Passage(NamedTuple):
    """A text to be read: where it stands, where the next one begins, and what its item says wrongly on purpose."""

    text: str
    span: Span
    until: int
    meant: str = ""
    item: Item | None = None


def phrases_are_right(content: Content) -> Iterator[Diagnostic]:
    """Q231 and Q232: set phrases are written as they are set, and common slips are not made; 10,000 are told."""
    return islice(_slips(content), _MOST_IN_ALL)


def abolished_names_are_marked(content: Content) -> Iterator[Diagnostic]:
    """Q234: what was abolished by the last exam is not named as if it were in force."""
    listed = standard_phrases() if content.phrases is None else content.phrases
    last = max((programme.last_exam_day for programme in content.programmes), default=date.max)
    entries = [entry for entry in listed.abolished if entry.since <= last]
    lines: dict[str, list[str]] = {}
    passages = [*_item_passages(content), *_lesson_passages(content)]
    whole = "\n".join(passage.text for passage in passages)
    entries = [entry for entry in entries if any(name in whole for name in entry.names)]
    for passage in passages if entries else ():
        for entry in entries:
            for start, name in islice(entry.uses(passage.text), _MOST):
                if name not in passage.meant:
                    path = passage.span.path
                    source = lines.setdefault(path, content.sources.get(path, "").split("\n"))
                    message = f"“{name}”自{entry.since}起已经废止"
                    hint = f"现在是{entry.instead}；讲从前的规定，请写明“原”或“已废止”"
                    yield warning("Q234", _place(passage, start, name, source), message, hint=hint, item=passage.item)


def _slips(content: Content) -> Iterator[Diagnostic]:
    listed = standard_phrases() if content.phrases is None else content.phrases
    passages = [*_item_passages(content), *_lesson_passages(content)]
    entries = _occurring(listed, "\n".join(passage.text for passage in passages))
    lines: dict[str, list[str]] = {}
    for passage in passages if entries else ():
        for entry in entries:
            for start, form in islice(entry.slips(passage.text), _MOST):
                if form not in passage.meant:
                    path = passage.span.path
                    if path not in lines:
                        lines[path] = content.sources.get(path, "").split("\n")
                    yield _fault(entry, form, _place(passage, start, form, lines[path]), passage.item)


def _occurring(listed: PhraseList, text: str) -> list[Phrase | Order]:
    """The entries that have something to say of the whole text: in a sound bank hardly any, so that reading is fast."""
    phrases = [phrase for phrase in listed.phrases if any(wrong in text for wrong in phrase.wrong)]
    orders = [order for order in listed.orders if all(member in text for member in order.members)]
    return [*phrases, *orders]


def _item_passages(content: Content) -> Iterator[_Passage]:
    for item in items_of(content):
        right: dict[str, str] = {"stem": item.stem}
        wrong: dict[str, str] = {}
        if not interaction(item.type).judges_stem:
            for letter, text in item.options.items():
                (right if letter in item.key else wrong)[f"options.{letter}"] = text
        elif FALSE in item.key:
            right, wrong = {}, right
        for name, text in right.items():
            yield _passage(item, name, text)
        yield _passage(item, "rationale", item.rationale, meant="\n".join(wrong.values()))


def _passage(item: Item, field: str, text: str, *, meant: str = "") -> _Passage:
    span = item.places.get(field, item.where)
    if span.length:
        return _Passage(text, span, span.line + 1, meant, item)
    later = (place.line for place in item.places.values() if place.line > span.line)
    return _Passage(text, span, min(later, default=span.line + 1), meant, item)


def _lesson_passages(content: Content) -> Iterator[_Passage]:
    """The prose of the lessons: with code blanked out, lines and columns stay where they are."""
    for lesson in content.lessons:
        path = lesson.where.path
        text = content.sources.get(path, "")
        prose = dict(prose_lines(text))
        lines = [prose.get(number, "") for number in range(1, text.count("\n") + 2)]
        yield _Passage("\n".join(lines), Span(path=path), len(lines) + 1)


def _place(passage: _Passage, start: int, form: str, lines: Sequence[str]) -> Span:
    """Where the form stands in its file; where its field begins if the file writes it otherwise (folded, escaped)."""
    span = passage.span
    raw = "\n".join(lines[span.line - 1 : passage.until - 1])
    begin = span.column - 1
    end = begin + span.length if span.length else len(raw)
    if raw.count(form, begin, end) != passage.text.count(form):
        return span
    place = begin - 1
    for _ in range(passage.text.count(form, 0, start) + 1):
        place = raw.index(form, place + 1)
    line_start = raw.rfind("\n", 0, place) + 1
    line = span.line + raw.count("\n", 0, place)
    return Span(path=span.path, line=line, column=place - line_start + 1, length=len(form))


def _fault(entry: Phrase | Order, form: str, span: Span, item: Item | None) -> Diagnostic:
    if isinstance(entry, Phrase):
        return warning("Q231", span, f"“{form}”应为“{clip(entry.right)}”", hint=entry.why, item=item)
    message = f"“{clip(form)}”的次序不对"
    hint = f"应为“{'、'.join(entry.members)}”（{entry.why}）"
    return warning("Q232", span, message, hint=hint, item=item)
