"""YAML to located nodes. The only module that imports yaml.

Every scalar stays text (no `No` → False, no `12:30` → 750) and every key and value knows its place. Events are read
one by one instead of composing, because that shows double keys, costs less, and lets depth and size be bounded before
a hostile file unfolds.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import yaml

from quizgen.diagnostics import Diagnostic, Related, Span
from quizgen.parse.source.nodes import Node, Scalar, Sequence, Table
from quizgen.words.clipping import clip

MAX_DEPTH = 24
"""A programme, the deepest format, has 7 levels; libyaml takes quadratic time for thousands of open brackets."""
MAX_NODES = 200_000
"""Aliases are counted with all they stand for, so that ten lines can't become a billion nodes."""

_COMMENT = re.compile(r"[ \t]#")

BrokenYaml = yaml.MarkedYAMLError
"""Libyaml can't read on; `problem` says why in its own words, `problem_mark` where."""


class Stop(Exception):
    """Reading can't go on after this fault."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic


class Shift(NamedTuple):
    """That a mended line is longer than the one in the file: from `column` on (from 1), by so many characters."""

    column: int
    by: int


_Event = Any
"""The stubs let marks be missing and know no `tag` and `anchor`; libyaml's events always have them."""


class Composer:
    """Makes nodes of libyaml's events, of one file in as many pieces as it takes."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.first_line = 1
        self.found: list[Diagnostic] = []
        self.events: Iterator[_Event] = iter(())
        self.count = 0
        self.anchors: dict[str, tuple[Node, int] | None] = {}
        """By name: the node and how many nodes it holds; None while it is still open."""
        self.comments: Mapping[int, int] = {}
        """By line, from 0: where ` #` first stands."""
        self.moved: Mapping[int, Shift] = {}
        self.torn: Collection[int] = ()
        self.text: list[str] = []

    def document(
        self, text: str, *, first_line: int = 1, moved: Mapping[int, Shift] | None = None, torn: Collection[int] = ()
    ) -> Node:
        """The one document in a text, or `Stop` or `BrokenYaml`; then nothing is kept of it but the faults `found`.

        The text begins at `first_line` of its file. By line of the text, from 0: `moved` says how a mended line is to
        be counted, `torn` which ones were left out.
        """
        self.first_line, self.moved, self.torn = first_line, moved or {}, torn
        self.comments = _comments(text)
        self.text = text.split("\n") if self.comments else []
        self.events = iter(yaml.CSafeLoader(text).get_event, None)
        next(self.events)
        if isinstance(event := next(self.events), yaml.StreamEndEvent):
            raise Stop(self.fault("Q008", event, "文件是空的", hint="请按格式写入内容，或删去这个文件"))
        root = self.node(next(self.events), 0)
        next(self.events)
        if isinstance(event := next(self.events), yaml.DocumentStartEvent):
            message = "一个文件里只能有一份内容，这里又起了一份"
            raise Stop(self.fault("Q007", event, message, hint="请删去“---”，或分成两个文件"))
        return root

    def node(self, event: _Event, depth: int) -> Node:
        """The node that begins with the event."""
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        self.spend(1, event)
        if event.tag and event.tag != "!":
            message = f"不支持YAML标签（{clip(event.tag)}）"
            self.found.append(self.fault("Q011", event, message, hint="请删去标签，只写内容"))
        if not event.anchor:
            return self.content(event, depth)
        before = self.count
        self.anchors[event.anchor] = None
        node = self.content(event, depth)
        self.anchors[event.anchor] = node, self.count - before + 1
        return node

    def alias(self, event: _Event) -> Node:
        """What an alias stands for."""
        name = event.anchor
        if name not in self.anchors:
            raise Stop(self.fault("Q009", event, f"别名 *{name} 没有对应的内容", hint=f"请先用 &{name} 标出内容"))
        if (known := self.anchors[name]) is None:
            message = f"别名 *{name} 指向了包含它自己的内容"
            raise Stop(self.fault("Q009", event, message, hint="请把内容写全，不用别名"))
        node, size = known
        self.spend(size, event)
        return node

    def spend(self, size: int, event: _Event) -> None:
        """Count nodes, as long as there may be more of them."""
        self.count += size
        if self.count > MAX_NODES:
            message = f"内容展开后超过{MAX_NODES:,}项"
            raise Stop(self.fault("Q010", event, message, hint="请减少别名（*）的使用，或分成几个文件"))

    def content(self, event: _Event, depth: int) -> Node:
        """The node itself, without its anchor and tag."""
        start = event.start_mark
        line, column = start.line + self.first_line, start.column + 1
        if self.moved:
            line, column = self.place(event)
        if isinstance(event, yaml.ScalarEvent):
            comment = self.comment(event) if self.comments and not event.style else ""
            return Scalar(event.value, self.path, line, column, _length(event), comment)
        if depth == MAX_DEPTH:
            raise Stop(self.fault("Q010", event, f"层次太深，上限是{MAX_DEPTH}层", hint="请检查括号和缩进"))
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(tuple(self.sequence(depth)), self.path, line, column)
        entries, end = self.entries(depth)
        is_torn = bool(self.torn) and self.has_torn(line - self.first_line, end)
        return Table(entries, self.path, line, column, is_torn)

    def has_torn(self, start: int, end: int) -> bool:
        """Whether a line from `start` to `end`, or right above, was left out."""
        while start - 1 in self.torn:
            start -= 1
        return any(start <= left <= end for left in self.torn)

    def place(self, event: _Event) -> tuple[int, int]:
        """Line and column in the file, from 1."""
        start = event.start_mark
        column = start.column + 1
        if self.moved and (moved := self.moved.get(start.line)) and column >= moved.column:
            column = max(moved.column, column - moved.by)
        return start.line + self.first_line, column

    def comment(self, event: _Event) -> str:
        """The comment right behind a text without quotation marks."""
        end = event.end_mark
        at = self.comments.get(end.line, -1)
        line = self.text[end.line] if at >= end.column else ""
        return line[at:].strip() if line and not line[end.column : at].strip() else ""

    def sequence(self, depth: int) -> Iterator[Node]:
        """The nodes of a list."""
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            yield self.node(event, depth + 1)

    def entries(self, depth: int) -> tuple[dict[str, tuple[Scalar, Node]], int]:
        """The entries of a mapping, and the line (from 0) up to which it may reach."""
        entries: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            value = self.node(next(self.events), depth + 1)
            if not isinstance(key, Scalar):
                hint = "请检查这里的括号、问号和缩进"
                self.found.append(self.fault("Q005", event, "字段名必须是文字", hint=hint))
            elif key.text == "<<":
                hint = "请把字段写全；整个值相同时可以用别名（如 *required）"
                self.found.append(self.fault("Q011", event, "不支持YAML合并写法（<<）", hint=hint))
            elif key.text in entries:
                beside = Related(span=entries[key.text][0].span, label="第一次写在这里")
                fault = self.fault("Q006", event, f"字段“{clip(key.text)}”重复", hint="请删去一个")
                self.found.append(replace(fault, related=(beside,)))
            else:
                entries[key.text] = key, value
        end: _Event = event
        return entries, end.end_mark.line

    def fault(self, code: str, event: _Event, message: str, *, hint: str) -> Diagnostic:
        """A fault at an event."""
        line, column = self.place(event)
        span = Span(path=self.path, line=line, column=column, length=_length(event))
        return Diagnostic(code=code, message=message, span=span, hint=hint)


def _comments(text: str) -> dict[int, int]:
    """By line, from 0: where the `#` of its first ` #` stands."""
    if " #" not in text and "\t#" not in text:
        return {}
    found = ((number, _COMMENT.search(line)) for number, line in enumerate(text.split("\n")) if "#" in line)
    return {number: match.start() + 1 for number, match in found if match}


def _length(event: _Event) -> int:
    start, end = event.start_mark, event.end_mark
    return end.column - start.column if end.line == start.line else 0
