"""Which lines of an official text begin an article.

A paragraph may begin with a reference (第三十三条规定的……). What tells an article from it: its number follows the last
one (+1, or 之N), and white space stands behind the number, where the file writes it so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from quizgen.law.citation import NUMERAL, numeral
from quizgen.law.official.faults import OfficialFaults
from quizgen.law.official.lines import TextLine, plain
from quizgen.law.register import article_title

_HEAD = re.compile(rf"\s*第\s*({NUMERAL})\s*条(?:\s*之\s*({NUMERAL}))?(\s*)(.*)", re.DOTALL)
_REFERENCE = re.compile(
    rf"[、，；。：）》”的和与及或至到—－~-]|所[列称指规述]|规定|以及|第\s*{NUMERAL}\s*[款项条]|[中之][，的规所]"
)
"""How a sentence goes on after an article that it refers to."""
_ANNEX = re.compile(rf"附(?:件|录|表|图)?(?:{NUMERAL})?(?:：.*)?|附(?:件|录|表|图){NUMERAL}[^，。；：]{{1,40}}")
_MARKS = "：:、.．"
"""What some files put behind every number instead of white space."""
_AHEAD = 6
"""Later heads that are looked at to tell a reference from a gap."""
_HIGHEST = 9999
"""The longest statute, the civil code, has 1,260 articles."""


class Number(NamedTuple):
    """An article's number: (17, 1) for 第十七条之一, (17, 0) for 第十七条."""

    base: int
    inserted: int = 0

    def __str__(self) -> str:
        return f"{self.base}-{self.inserted}" if self.inserted else str(self.base)

    def follows(self, last: Number) -> bool:
        """Whether it is the next number after `last`."""
        same_base = self.base == last.base and self.inserted == last.inserted + 1
        return same_base or (self.base == last.base + 1 and not self.inserted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A line that begins an article: its place in the list of lines, the number, and the text behind it."""

    index: int
    line: int
    number: Number
    rest: str
    spaced: bool
    """Whether white space, or nothing, stands behind the number."""
    doubtful: bool
    """Whether the line may as well be a sentence that refers to the article."""


def without_annexes(lines: list[TextLine]) -> list[TextLine]:
    """The lines up to the first annex: its text is not kept, and it may have articles of its own."""
    first = next((index for index, line in enumerate(lines) if _HEAD.fullmatch(line.text)), len(lines))
    end = next((i for i, line in enumerate(lines) if i > first and _ANNEX.fullmatch(plain(line.text))), len(lines))
    return lines[:end]


def article_heads(lines: Sequence[TextLine], faults: OfficialFaults) -> list[Head]:
    """The lines that begin articles, in ascending order; doubles and gaps are noted."""
    candidates = list(_candidates(lines))
    if sum(head.spaced for head in candidates) * 2 > len(candidates):
        candidates = list(_in_spaced_style(candidates))
    certain = [head.number for head in candidates if not head.doubtful]
    accepted: list[Head] = []
    passed = 0
    for head in candidates:
        passed += not head.doubtful
        last = accepted[-1].number if accepted else Number(0)
        ahead = certain[passed : passed + _AHEAD]
        if _begins(head, last, ahead):
            accepted.append(head)
        elif not head.doubtful and _is_double(head.number, last, ahead):
            _note_double(head, faults)
    _note_gaps(accepted, faults)
    return accepted


def _begins(head: Head, last: Number, ahead: list[Number]) -> bool:
    """Whether the line begins an article after `last`; `ahead` are the numbers of the next certain heads."""
    if head.doubtful:
        return head.number.follows(last) and bool(ahead) and ahead[0].follows(head.number)
    return head.number.follows(last) or (head.number > last and not any(number.follows(last) for number in ahead))


def _candidates(lines: Sequence[TextLine]) -> Iterator[Head]:
    mark = _mark(lines)
    for index, line in enumerate(lines):
        if not (found := _HEAD.fullmatch(line.text)):
            continue
        base, inserted, space, rest = found.groups()
        number = Number(numeral(base), numeral(inserted) if inserted else 0)
        marked = bool(mark) and not space and rest.startswith(mark)
        rest = rest[1:] if marked else rest
        spaced = marked or bool(space) or not rest.strip()
        doubtful = not spaced and bool(_REFERENCE.match(rest))
        if 0 < number.base <= _HIGHEST and number.inserted < 100:
            yield Head(index=index, line=line.number, number=number, rest=rest, spaced=spaced, doubtful=doubtful)


def _mark(lines: Iterable[TextLine]) -> str:
    """The mark behind the number of the first article, by which the file writes all; empty where there is none."""
    heads = (found for line in lines if (found := _HEAD.fullmatch(line.text)))
    first = next(("" if head[3] else head[4] for head in heads if numeral(head[1]) == 1), "")
    return first[:1] if first[:1] in _MARKS else ""


def _in_spaced_style(heads: list[Head]) -> Iterator[Head]:
    """Of a file that writes a space behind numbers: heads with one, and those without that fit in between."""
    last = Number(0)
    for head in heads:
        if head.spaced or head.number.follows(last):
            yield head
            last = head.number


def _is_double(number: Number, last: Number, ahead: list[Number]) -> bool:
    """Whether the number comes again as an article; a lower one amid its successors is a reference."""
    is_reference = not ahead or any(later.follows(last) for later in ahead)
    return number == last or (number < last and not is_reference)


def _note_double(head: Head, faults: OfficialFaults) -> None:
    title = article_title(str(head.number))
    hint = "请核对这里的条号；一个文件只放一部法律的一个版本"
    faults.error("Q515", f"{title}出现了两次，或条号倒退", line=head.line, hint=hint)


def _note_gaps(heads: list[Head], faults: OfficialFaults) -> None:
    last = Number(0)
    for head in heads:
        if missing := _missing(last, head.number):
            hint = "请对照官方文本：条文是否漏了，或条号写错；官方文本本来如此时不必改"
            faults.warning("Q516", f"{article_title(str(head.number))}之前缺少{missing}", line=head.line, hint=hint)
        last = head.number


def _missing(last: Number, number: Number) -> str:
    """The articles between two numbers, in words: 第三条, 第三条至第九条, 第十七条之一."""
    if number.follows(last):
        return ""
    first = Number(last.base + 1)
    end = Number(number.base - (not number.inserted))
    if number.base == last.base or first > end:
        first = Number(number.base, last.inserted + 1 if number.base == last.base else 1)
        end = Number(number.base, number.inserted - 1)
    titles = [article_title(str(each)) for each in dict.fromkeys((first, end))]
    return "至".join(titles)
