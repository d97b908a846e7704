"""Articles, headings and preamble of an official text, line by line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from quizgen.law.official.articles import Head
from quizgen.law.official.faults import OfficialFaults
from quizgen.law.official.headings import PREAMBLE, ReadHeading, is_title, part_of
from quizgen.law.official.lines import TextLine, plain
from quizgen.law.register import article_title
from quizgen.law.text import LEVELS

_PAGE_NUMBER = re.compile(r"[—–\-－·]*\d{1,4}[—–\-－·]*|第\d+页(?:[，,]?共\d+页)?")
_SHOWN = 20
_ENDED = tuple("。；：，、！？”’）…")
"""How a paragraph or an entry of a statute ends; so does every line of the seventy texts that the tests know."""
_FEW = 5
"""Different lines without such an end that are shown each; more of them are the file's way of breaking lines."""


class Body:
    """What a body holds, filled line by line."""

    def __init__(self, faults: OfficialFaults) -> None:
        self.preamble: list[str] = []
        self.parts: list[ReadHeading] = []
        self.articles: dict[str, list[str]] = {}
        self._faults = faults
        self.unended: list[TextLine] = []
        """Lines of articles that do not end as a paragraph does."""
        self._lines: list[str] | None = None
        """Of the article or preamble that is being read."""
        self._open: list[ReadHeading] = []
        """The headings above the present line, from the highest down."""

    def begin_article(self, head: Head) -> None:
        """Start the article of a line; what stands behind the number follows as text."""
        number = str(head.number)
        self._lines = self.articles.setdefault(number, [])
        for part in self._open:
            part.first, part.last = part.first or number, number

    def add_part(self, part: ReadHeading, line: int) -> None:
        """Add a heading; a lone 附则 stands with the highest ones."""
        part.line = line
        part.level = part.level or min((each.level for each in self.parts), key=LEVELS.index, default="章")
        self._open = [each for each in self._open if LEVELS.index(each.level) < LEVELS.index(part.level)]
        self._open.append(part)
        self.parts.append(part)
        self._lines = None

    def add_text(self, text: str, line: int) -> None:
        """Add a line to the article or preamble, or to a heading that was cut in two; elsewhere it is noted."""
        if self._lines is not None:
            self._lines.append(text)
            if self._lines is not self.preamble and not text.endswith(_ENDED):
                self.unended.append(TextLine(line, text))
        elif text == PREAMBLE and not self.articles:
            self._lines = self.preamble
        elif self._open and is_title(self._open[-1].title + text):
            self._open[-1].title += text
        else:
            hint = "请对照官方文本：这里的条号或标题是否漏了"
            self._faults.warning("Q521", f"这段文字不属于任何一条，没有导入：{_clipped(text)}", line=line, hint=hint)


def read_body(lines: Sequence[TextLine], start: int, heads: Iterable[Head], faults: OfficialFaults) -> Body:
    """Everything from the line `start` to the last article; empty articles and headings are noted."""
    body = Body(faults)
    by_index = {head.index: head for head in heads}
    for index, line in enumerate(lines[start:], start=start):
        text = plain(line.text)
        if head := by_index.get(index):
            body.begin_article(head)
            text = plain(head.rest)
        elif part := part_of(text):
            body.add_part(part, line.number)
            continue
        if text and not _PAGE_NUMBER.fullmatch(text):
            body.add_text(text, line.number)
    _note_empty(body, by_index.values(), faults)
    _note_unended(body.unended, faults)
    return body


def _clipped(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}……"


def _note_unended(lines: Sequence[TextLine], faults: OfficialFaults) -> None:
    hint = "请对照官方文本：一款、一项各占一行；页眉、页脚、署名和附件的文字请删去"
    counts = Counter(line.text for line in lines)
    first = {line.text: line.number for line in reversed(lines)}
    if len(counts) > _FEW:
        message = f"条文里有{len(lines)}行没有以标点结束，多半是一段话被断成了几行，款次会数错"
        faults.warning("Q523", message, line=lines[0].number, hint=hint)
        return
    for text, count in counts.items():
        times = f"（共{count}行）" if count > 1 else ""
        faults.warning("Q523", f"条文里的这一行没有以标点结束：{_clipped(text)}{times}", line=first[text], hint=hint)


def _note_empty(body: Body, heads: Iterable[Head], faults: OfficialFaults) -> None:
    for head in heads:
        if not body.articles.get(str(head.number)):
            message = f"{article_title(str(head.number))}没有条文"
            faults.error("Q517", message, line=head.line, hint="请对照官方文本补上；已经删去的条写作“（删去）”")
    for part in body.parts:
        if not part.first:
            message = f"“{part.printed}”下面没有条文，没有导入这个标题"
            faults.warning("Q522", message, line=part.line, hint="请对照官方文本：下面的条文是否漏了")
