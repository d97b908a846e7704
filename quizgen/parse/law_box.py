"""Law boxes of lessons: `!!! law "《宪法》第三十三条"` and the indented text below."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from quizgen.diagnostics import Span
from quizgen.parse.lesson import prose_lines

_HEAD = re.compile(r"( {0,8})(?:!!!|\?\?\?\+?)[ \t]{1,4}law\b(.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class LawBox:
    """A piece of law quoted in a lesson: what its title names, and the text as it stands, a line a line."""

    title: str
    title_span: Span
    body: str
    body_span: Span
    """Where the text begins; the head of the box where there is none."""


def law_boxes(text: str, path: str) -> Iterator[LawBox]:
    """The law boxes of a page outside code, in order."""
    lines = dict(prose_lines(text))
    for number, line in lines.items():
        head = _HEAD.fullmatch(line)
        if head:
            title = head[2].partition('"')[2].rpartition('"')[0]
            words = title or line.strip()
            span = Span(path=path, line=number, column=line.index(words) + 1, length=len(words))
            body = list(_indented(lines, number + 1, indent=len(head[1]) + 4))
            yield LawBox(title=title, title_span=span, body=_joined(body), body_span=_first(body, path) or span)


def _indented(lines: dict[int, str], first: int, *, indent: int) -> Iterator[tuple[int, str]]:
    """The numbered lines that belong to a box, blank ones included."""
    while (line := lines.get(first)) is not None and (not line.strip() or line.startswith(" " * indent)):
        yield first, line
        first += 1


def _joined(body: list[tuple[int, str]]) -> str:
    return "\n".join(line.strip() for _, line in body if line.strip())


def _first(body: list[tuple[int, str]], path: str) -> Span | None:
    number, line = next(((number, line) for number, line in body if line.strip()), (0, ""))
    column = len(line) - len(line.lstrip()) + 1
    return Span(path=path, line=number, column=column, length=len(line.strip())) if number else None
