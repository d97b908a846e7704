"""Setting Chinese text: breaking it into lines and finding the size at which it fits.

A line may break between any two characters except before closing and after opening punctuation, inside words and
numbers in Latin script, and inside the emphasised part unless that is long. Everything is measured in em of the
text's own size; nothing is known of pages and fonts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

Measure = Callable[[str], float]
"""The width of a text in em."""

INDENT = 2
"""A paragraph begins two characters in."""

_CLOSING = frozenset("，。、；：？！）》〉”’】〕…·%.,;:?!)")
_OPENING = frozenset("（《〈“‘【〔(")
_LONGEST_UNBROKEN = 12
_SHORTEST_LAST_LINE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedRun:
    """Text of one weight; an emphasised run is set larger than the text around it."""

    text: str
    is_emphasised: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLine:
    """One line: its runs, its indent and natural width in em; the last of a paragraph is not to be stretched."""

    runs: tuple[PrintedRun, ...]
    indent: float
    width: float
    is_last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A text as set: the size that it fits in, and its lines."""

    size: float
    lines: tuple[PrintedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    character: str
    width: float
    is_emphasised: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Typesetter:
    """Sets paragraphs; the emphasised part is `emphasis` times as large as the rest."""

    measure: Measure
    emphasis: float = 1

    def fit(
        self, text: str, emphasised: str, *, width: float, height: float, leading: float, sizes: Iterable[float]
    ) -> Setting | None:
        """The text in the first of `sizes` at which it fits, or None if it fits in none of them.

        `width` and `height` are in the unit of `sizes`, `leading` is in em. Each line of the text is a paragraph.
        A size that leaves hardly a word in the last line is taken only if there is no other.
        """
        narrow: Setting | None = None
        for size in sizes:
            setting = self._set(text, emphasised, size=size, width=width)
            if len(setting.lines) * leading * size > height:
                continue
            if setting.lines[-1].width >= _SHORTEST_LAST_LINE:
                return setting
            narrow = narrow or setting
        return narrow

    def _set(self, text: str, emphasised: str, *, size: float, width: float) -> Setting:
        before, found, after = text.partition(emphasised)
        marks = [*self._marks(before), *self._marks(found, is_emphasised=True), *self._marks(after)]
        lines = (line for paragraph in _paragraphs(marks) for line in _lines(paragraph, width / size))
        return Setting(size=size, lines=tuple(lines))

    def _marks(self, text: str, *, is_emphasised: bool = False) -> Iterator[_Mark]:
        scale = self.emphasis if is_emphasised else 1
        for character in text:
            width = 0 if character == "\n" else self.measure(character) * scale
            yield _Mark(character=character, width=width, is_emphasised=is_emphasised)


def _paragraphs(marks: list[_Mark]) -> Iterator[list[_Mark]]:
    for is_break, paragraph in groupby(marks, key=lambda mark: mark.character == "\n"):
        if not is_break:
            yield list(paragraph)


def _lines(marks: list[_Mark], width: float) -> Iterator[PrintedLine]:
    line: list[_Mark] = []
    indent = float(INDENT)
    for atom in _atoms(marks, min(width - indent, _LONGEST_UNBROKEN)):
        if line and indent + _width(line) + _width(atom) > width:
            yield _line(line, indent, is_last=False)
            line, indent = [], 0
        line.extend(atom)
    yield _line(line, indent, is_last=True)


def _line(marks: list[_Mark], indent: float, *, is_last: bool) -> PrintedLine:
    runs = (
        PrintedRun(text="".join(mark.character for mark in run), is_emphasised=is_emphasised)
        for is_emphasised, run in groupby(marks, key=lambda mark: mark.is_emphasised)
    )
    return PrintedLine(runs=tuple(runs), indent=indent, width=_width(marks), is_last=is_last)


def _atoms(marks: list[_Mark], longest: float) -> Iterator[list[_Mark]]:
    """What must stay on one line, in order; what is wider than `longest` breaks wherever punctuation allows."""
    for atom in _cut(marks, _may_break):
        if _width(atom) <= longest:
            yield atom
        else:
            yield from _cut(atom, _may_break_a_word)


def _cut(marks: list[_Mark], may_break: Callable[[_Mark, _Mark], bool]) -> Iterator[list[_Mark]]:
    part = marks[:1]
    for previous, mark in pairwise(marks):
        if may_break(previous, mark):
            yield part
            part = []
        part.append(mark)
    yield part


def _may_break(previous: _Mark, mark: _Mark) -> bool:
    if previous.is_emphasised and mark.is_emphasised:
        return False
    if _is_latin(previous.character) and _is_latin(mark.character):
        return False
    return _may_break_a_word(previous, mark)


def _may_break_a_word(previous: _Mark, mark: _Mark) -> bool:
    return mark.character not in _CLOSING and previous.character not in _OPENING


def _is_latin(character: str) -> bool:
    return "!" <= character <= "~"


def _width(marks: Iterable[_Mark]) -> float:
    return sum(mark.width for mark in marks)
