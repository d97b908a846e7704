"""A YAML text to its nodes, and every fault of writing in one run: what is at fault is told, and reading goes on.

A line whose slip is known is put right for the rest of the run, any other is left out; then the text is read again,
within a bound. Mappings that lost a line say so (`is_torn`). Whatever the text, the answer is nodes and diagnostics:
never an exception, never a hang.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from quizgen.diagnostics import Diagnostic
from quizgen.parse.source.compose import BrokenYaml, Composer, Shift, Stop
from quizgen.parse.source.nodes import Node
from quizgen.parse.source.slips import NumberedLines, WritingSlip, explain
from quizgen.parse.source.text import MOST_TOLD

_MOST_ROUNDS = 100
"""Times that a piece of a text is read again."""
_MOST_FOUND = 5_000
"""Faults of a file that are kept."""
_REREAD = 6_000_000
"""Characters of a file that are read again, in all: a few seconds."""

GAPS = frozenset({"Q004", "Q005", "Q007", "Q009", "Q010", "Q011", "Q015", "Q017"})
"""Codes of faults behind which a part of a file may not have been read."""

_REFUSED = re.compile(r"^(?:%| *\t)", re.MULTILINE)
_TAB = re.compile(r" *(\t+)")
_FIELD = re.compile(r" *[\"']?[\w-]+[\"']? *[:：]")
_SEPARATOR = re.compile(r"(?:---|\.\.\.)(?:\s|$)")
_ANCHOR = re.compile(r"&([\w-]+)")
_END = frozenset({"Q008", "Q010"})
"""Nothing to read, or too much to read on."""


def read_nodes(text: str, path: str, *, first_line: int = 1) -> tuple[Node | None, list[Diagnostic]]:
    """The one document in a YAML text, without what could not be read; None where nothing is left.

    The text is as `decode` gives it; `first_line` is where it begins in its file.
    """
    reader = Reader(text, path)
    root = reader.whole(text, first_line=first_line)
    return root, reader.found


class Reader:
    """Reads one file, in one or more pieces, and gathers its faults of writing."""

    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self.found: list[Diagnostic] = []
        self.composer = Composer(path)
        self.left = _REREAD
        self.is_over = False
        """Whether the file is too large to be read on."""
        self.refused = 0
        """Lines that are never read as they are, so far."""
        self._anchored = frozenset(_ANCHOR.findall(text)) if "&" in text else frozenset()

    def whole(self, text: str, *, first_line: int = 1) -> Node | None:
        """The node of the text as a whole."""
        node = self.sound(text, first_line=first_line)
        if node is not None:
            return node
        lines = text.split("\n")
        self.part(lines, first_line=first_line)
        return self.piece(lines, first_line=first_line)[0]

    def part(self, lines: list[str], *, first_line: int = 1) -> None:
        """Tell of `---` and `...` between the contents, and leave them out."""
        filled = [number for number, line in enumerate(lines) if line.strip()]
        page = NumberedLines(lines, self.path, first_line)
        for number in filled[1:-1]:
            if _SEPARATOR.match(lines[number]):
                message, hint = "一个文件里只能有一份内容，这里把它分成了两份", "请删去这一行，或分成两个文件"
                self.refused += 1
                if self.refused <= MOST_TOLD:
                    self.found.append(page.fault("Q007", message, hint, line=number, column=0, length=3))
                lines[number] = ""

    def sound(self, text: str, *, first_line: int = 1) -> Node | None:
        """The node of a text that can be read as it is; None of any other, of which nothing is told."""
        if _REFUSED.search(text):
            return None
        node = self._try(text, first_line, {}, set())
        return None if isinstance(node, Stop | BrokenYaml) else self._kept(node)

    def can_read(self, text: str, *, first_line: int) -> bool:
        """Whether a text can be read as it is."""
        return not isinstance(self._try(text, first_line, {}, set()), Stop | BrokenYaml)

    def piece(
        self,
        lines: list[str],
        *,
        first_line: int,
        moved: dict[int, Shift] | None = None,
        told: Iterable[int] = (),
    ) -> tuple[Node | None, bool]:
        """The node of some lines and whether a line was left out.

        The lines are changed where they are put right. `moved`: how lines that were put right before are to be
        counted; `told`: lines of which no more is told.
        """
        patch = _Patch(self, lines, first_line, moved or {}, set(told))
        patch.refuse()
        for _ in range(_MOST_ROUNDS):
            node = None if self.is_over else self._try("\n".join(lines), first_line, patch.moved, patch.torn)
            if not isinstance(node, Stop | BrokenYaml):
                return node and self._kept(node), bool(patch.torn)
            if not any(map(str.strip, lines)) and self.found:
                return None, True  # all of it was left out, and the reasons are told
            if not patch.apply(self._slip(node, patch.page)):
                break
        return None, True

    def _try(self, text: str, first_line: int, moved: dict[int, Shift], torn: set[int]) -> Node | Stop | BrokenYaml:
        """The node, or why there is none."""
        composer = self.composer
        before = composer.count, dict(composer.anchors)
        composer.found = []
        try:
            return composer.document(text, first_line=first_line, moved=moved, torn=torn)
        except (Stop, BrokenYaml) as fault:
            composer.count, composer.anchors = before
            return fault

    def _kept(self, node: Node) -> Node:
        """The node that was read last, with the faults that it has."""
        self.found += self.composer.found
        return node

    def _slip(self, fault: Stop | BrokenYaml, page: NumberedLines) -> WritingSlip:
        if isinstance(fault, BrokenYaml):
            return explain(fault, page)
        line = fault.diagnostic.span.line - page.first_line
        return WritingSlip(fault.diagnostic, line, line)

    def follows(self, slip: WritingSlip, line: str) -> bool:
        """Whether the fault follows from another one: an alias of what could not be read."""
        if slip.diagnostic.code != "Q009" or not self.found:
            return False
        span = slip.diagnostic.span
        return line[span.column : span.column - 1 + span.length] in self._anchored


class _Patch:
    """The lines of a piece while it is put right."""

    def __init__(
        self, reader: Reader, lines: list[str], first_line: int, moved: dict[int, Shift], told: set[int]
    ) -> None:
        self.reader = reader
        self.page = NumberedLines(lines, reader.path, first_line)
        self.moved = moved
        self.told = told
        self.torn: set[int] = set()

    def refuse(self) -> None:
        """Tell of lines that are never read as they are; a hundred in a file, since one habit makes many."""
        tabs = []
        for fault in _refused(self.page):
            number = fault.span.line - self.page.first_line
            if self.reader.refused < MOST_TOLD:
                self.tell(number, fault)
            self.told.add(number)
            self.reader.refused += 1
            if fault.code == "Q004":
                tabs.append(number)
            else:
                self.page.lines[number] = ""
        if tabs:
            self.widen(tabs)

    def widen(self, tabs: list[int]) -> None:
        """Put spaces for tabs, as many as the text can be read with."""
        as_written = {number: self.page.lines[number] for number in tabs}
        for width in (4, 2):
            for number, line in as_written.items():
                rest = line.lstrip(" \t")
                indent = line[: len(line) - len(rest)]
                spaces = indent.expandtabs(width) if rest else ""
                self.page.lines[number] = spaces + rest
                self.moved[number] = Shift(1, len(spaces) - len(indent))
            if self.reader.can_read("\n".join(self.page.lines), first_line=self.page.first_line):
                return

    def tell(self, line: int, fault: Diagnostic) -> None:
        """Keep a fault of a line, one of each line and not too many."""
        if line not in self.told and len(self.reader.found) < _MOST_FOUND:
            self.reader.found.append(fault)
        self.told.add(line)

    def apply(self, slip: WritingSlip) -> bool:
        """Tell of the slip and put its line right or leave it out; False when reading can't go on."""
        page, reader = self.page, self.reader
        if slip.diagnostic.code in _END:
            reader.is_over = slip.diagnostic.code == "Q010"
            if reader.is_over or not reader.found:
                self.tell(-1, slip.diagnostic)
            return False
        first = min(max(0, slip.first), len(page.lines) - 1)
        is_first_time = first not in self.told
        if not reader.follows(slip, page.lines[first]):
            self.tell(first, slip.diagnostic)
        if slip.mended is not None and is_first_time:
            page.lines[first] = slip.mended
            if slip.moved:
                self.moved[first] = slip.moved
        else:
            self.leave_out(first, slip.last)
        reader.left -= sum(map(len, page.lines)) + len(page.lines)
        return reader.left > 0

    def leave_out(self, first: int, last: int) -> None:
        """Blank the lines, and what is indented below a field; of a line with a dash the dash stays."""
        lines = self.page.lines
        while first and not lines[first].strip():
            first -= 1
        dash = re.match(r" *- ", lines[first])
        indent = len(lines[first]) - len(lines[first].lstrip(" "))
        kept = dash[0].rstrip() if dash and lines[first][dash.end() :].strip() else ""
        is_alone = bool(dash) or not _FIELD.match(lines[first])
        while not is_alone and last + 1 < len(lines) and _is_below(lines[last + 1], indent):
            last += 1
        for number in range(first, max(first, last) + 1):
            self.torn.add(number)
            lines[number] = ""
        lines[first] = kept


def _is_below(line: str, indent: int) -> bool:
    return bool(line.strip()) and len(line) - len(line.lstrip(" ")) > indent


def _refused(page: NumberedLines) -> Iterator[Diagnostic]:
    """Lines that are indented with tabs, and directives."""
    for number, line in enumerate(page.lines):
        if match := _TAB.match(line):
            message, hint, length = "缩进用了制表符（Tab）", "请改用空格缩进", len(match[1])
            yield page.fault("Q004", message, hint, line=number, column=match.start(1), length=length)
        # A page of %TAG lines would take libyaml quadratic time, and banks have no use for directives.
        elif line.startswith("%"):
            yield page.fault("Q011", "不支持YAML指令（%开头的行）", "请删去这一行", line=number, column=0, length=0)
