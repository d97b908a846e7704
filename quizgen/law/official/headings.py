"""Headings of an official text, and where its body begins behind the contents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from quizgen.law.citation import NUMERAL, numeral
from quizgen.law.official.lines import TextLine, plain
from quizgen.law.text import LEVELS

CONTENTS, PREAMBLE, CLOSING = "目录", "序言", "附则"

_HEADING = re.compile(rf"第({NUMERAL})({'|'.join(LEVELS)})(.*)")
_SENTENCE = re.compile(r"[。；：，]|^(?:规定|所[列称指规述]|的|和第|至第|或者第|以及第|、)")
"""What shows that a line only begins with the name of a chapter (第二章规定的……)."""
_LONGEST = 60


@dataclass(slots=True, kw_only=True)
class ReadHeading:
    """A heading as it is read: `number` is 0 and `level` open for a lone 附则; `first` and `last` follow later."""

    level: str
    number: int
    numeral: str
    title: str
    line: int = 0
    first: str = ""
    last: str = ""

    @property
    def printed(self) -> str:
        """第一章 总则; 附则."""
        return f"第{self.numeral}{self.level} {self.title}".strip() if self.number else self.title


def part_of(text: str) -> ReadHeading | None:
    """The heading that a line in plain spelling is, or None."""
    if text == CLOSING:
        return ReadHeading(level="", number=0, numeral="", title=CLOSING)
    found = _HEADING.fullmatch(text) if len(text) <= _LONGEST else None
    if not found or _SENTENCE.search(found[3]):
        return None
    return ReadHeading(level=found[2], number=numeral(found[1]), numeral=found[1], title=found[3])


def is_title(text: str) -> bool:
    """Whether a line may be the rest of a heading that was cut in two."""
    return len(text) <= _LONGEST and not _SENTENCE.search(text)


def bounds(lines: Sequence[TextLine], first_article: int) -> tuple[int, int]:
    """Where title and note end, and where the body begins, as indices of lines.

    The contents repeat every heading (and 序言), so the body begins where the first of them comes for the last time.
    """
    texts = [plain(line.text) for line in lines[:first_article]]
    parts = {index: part for index, text in enumerate(texts) if (part := part_of(text)) and part.number}
    prefaces = [index for index, text in enumerate(texts) if text == PREAMBLE]
    contents = [index for index, text in enumerate(texts) if text == CONTENTS]
    end = min([*contents, *parts, *prefaces], default=first_article)
    if not parts:
        return end, max(prefaces, default=first_article)
    first, key = next((index, (part.level, part.number)) for index, part in parts.items())
    start = max(index for index, part in parts.items() if (part.level, part.number) == key)
    if contents and _repeats_a_level(part for index, part in parts.items() if index >= start):
        return end, first_article
    preface = max(prefaces, default=start)
    is_in_body = preface > first or start == first
    return end, min(start, preface) if is_in_body else start


def _repeats_a_level(parts: Iterable[ReadHeading]) -> bool:
    """Whether these are the contents of a body without headings: two chapters before the first article."""
    levels = [part.level for part in parts]
    return len(set(levels)) < len(levels)
