"""How rules write their diagnostics, and what they share of the content."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, Related, Severity, Span
from quizgen.law.lawbook import Lawbook
from quizgen.model import Item
from quizgen.words.spelling import Words

Rule = Callable[[Content], Iterable[Diagnostic]]
"""One rule over the whole content, a generator of the faults that it finds."""
LawRule = Callable[[Content, Lawbook], Iterable[Diagnostic]]
"""One rule that holds the content against the law."""

_FIELD_LINES = 40
"""Lines below its first that a field is searched for words to point at."""


def error(
    code: str,
    span: Span,
    message: str,
    *,
    label: str = "",
    hint: str = "",
    item: Item | None = None,
    related: tuple[Related, ...] = (),
) -> Diagnostic:
    """What stops publishing. `item`: the item at fault, which stands in the file of `span`."""
    id = item.id if item else None
    return Diagnostic(code=code, message=message, span=span, label=label, hint=hint, item=id, related=related)


def warning(
    code: str,
    span: Span,
    message: str,
    *,
    label: str = "",
    hint: str = "",
    item: Item | None = None,
    related: tuple[Related, ...] = (),
) -> Diagnostic:
    """What the editor is to weigh; one of an item may be waived there."""
    fault = error(code, span, message, label=label, hint=hint, item=item, related=related)
    return replace(fault, severity=Severity.WARNING)


def nearest_or(word: str, words: Words, otherwise: str) -> str:
    """The hint that offers the nearest word, and what to do when that is not meant."""
    near = words.hint(word)
    return f"{near}不是的话，{otherwise}" if near else otherwise


def listed(known: Sequence[str]) -> str:
    """The label 已有：甲、乙, at most 20 of them."""
    return f"已有：{'、'.join(known[:20])}{'……' if len(known) > 20 else ''}"


def items_of(content: Content) -> Iterator[Item]:
    """The items of both banks, practice first."""
    return (item for bank in content.banks for item in bank.items)


def spot(sources: Mapping[str, str], span: Span, words: str) -> Span:
    """The place of some words within the field that begins at `span`, as far as they stand on one line."""
    lines = _lines(sources.get(span.path, ""))
    sought = words.split("\n", maxsplit=1)[0]
    for number, line in enumerate(lines[span.line - 1 : span.line + _FIELD_LINES], start=span.line):
        column = line.find(sought, span.column - 1 if number == span.line else 0)
        if column >= 0 and sought:
            return Span(path=span.path, line=number, column=column + 1, length=len(sought))
    return span


@lru_cache(maxsize=64)
def _lines(text: str) -> list[str]:
    return text.split("\n")
