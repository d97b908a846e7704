"""Bytes to text, YAML text to located nodes. The only module that imports yaml; otherwise `diagnostics` only.

Every scalar stays text (no `No` → False, no `12:30` → 750) and every key and value knows its place. Whatever the bytes,
the answer is nodes and diagnostics: never an exception, never a hang. Events are read one by one instead of composing,
because that shows double keys, costs less, and lets depth and size be bounded before a hostile file unfolds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

import yaml

from quizgen.diagnostics import Diagnostic, Related, Span
from quizgen.words.clipping import clip

MAX_BYTES = 8_000_000
"""A bank of 2,000 items has about 1.5 MB."""
MAX_PAGE_BYTES = 1_000_000
"""A long lesson has about 50 KB."""
MAX_DEPTH = 24
"""A programme, the deepest format, has 7 levels; libyaml takes quadratic time for thousands of open brackets."""
MAX_NODES = 200_000
"""Aliases are counted with all they stand for, so that ten lines can't become a billion nodes."""

MOST_TOLD = 100
"""Lines of a file in which one fault of writing is told: a page of tabs is one mistake, not a million."""

_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff"
_INVISIBLE = "\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\ufeff"
_FORBIDDEN = re.compile(f"[{_CONTROL}{_INVISIBLE}]")
_TAB = re.compile(r" *(\t+)")


class Scalar(NamedTuple):
    """A piece of text with its place."""

    text: str
    path: str
    line: int
    column: int
    length: int

    @property
    def span(self) -> Span:
        """Its place."""
        return Span(path=self.path, line=self.line, column=self.column, length=self.length)


class Sequence(NamedTuple):
    """A list of nodes with the place where it begins."""

    items: tuple[Node, ...]
    path: str
    line: int
    column: int

    @property
    def span(self) -> Span:
        """Where it begins."""
        return Span(path=self.path, line=self.line, column=self.column)


class Table(NamedTuple):
    """A mapping with the place where it begins: value and located key by name, in the order of the file."""

    entries: dict[str, tuple[Scalar, Node]]
    path: str
    line: int
    column: int

    @property
    def span(self) -> Span:
        """Where it begins."""
        return Span(path=self.path, line=self.line, column=self.column)


Node = Scalar | Sequence | Table


def decode(data: bytes, path: str, *, most: int = MAX_BYTES) -> tuple[str, list[Diagnostic]]:
    r"""The text of a file: UTF-8 with or without a byte order mark, lines parted by `\n` only.

    Characters that can't be seen are reported and replaced by spaces, so that positions hold and reading goes on;
    a file of more than `most` bytes or not UTF-8 is reported and reads as empty.
    """
    if len(data) > most:
        message = f"文件太大，上限是{most:,}字节"
        return "", [Diagnostic(code="Q010", message=message, span=Span(path=path), hint="请分成几个文件")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "", [_not_utf8(data, path, start=error.start)]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _FORBIDDEN.sub(" ", text), list(islice(_invisible(text, path), MOST_TOLD))


def _not_utf8(data: bytes, path: str, *, start: int) -> Diagnostic:
    before = data[:start].decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return Diagnostic(
        code="Q002",
        message=f"文件不是UTF-8编码，从这里起无法读取（字节0x{data[start]:02X}）",
        span=Span(path=path, line=before.count("\n") + 1, column=len(before) - before.rfind("\n"), length=1),
        hint="请在编辑器里“另存为”并选择UTF-8编码",
    )


def _invisible(text: str, path: str) -> Iterator[Diagnostic]:
    for number, line in enumerate(text.split("\n") if _FORBIDDEN.search(text) else (), start=1):
        if match := _FORBIDDEN.search(line):
            span = Span(path=path, line=number, column=match.start() + 1, length=1)
            message = f"有看不见的字符（U+{ord(match[0]):04X}）"
            yield Diagnostic(code="Q003", message=message, span=span, hint="请删去这个字符；多半是从网页或文档粘贴来的")


def read_nodes(text: str, path: str, *, first_line: int = 1) -> tuple[Node | None, list[Diagnostic]]:
    """The one document in a YAML text, or None with the reason.

    The text is as `decode` gives it; `first_line` is where it begins in its file.
    """
    if refused := list(islice(_refused_lines(text, path, first_line), MOST_TOLD)):
        return None, refused
    composer = _Composer(path, first_line)
    try:
        root = composer.document(text)
    except _Stop as stop:
        return None, [*composer.found, stop.diagnostic]
    except yaml.MarkedYAMLError as error:
        return None, [*composer.found, _syntax_fault(error, text, path, first_line=first_line)]
    return root, composer.found


def _refused_lines(text: str, path: str, first_line: int) -> Iterator[Diagnostic]:
    for number, line in enumerate(text.split("\n"), start=first_line):
        if match := _TAB.match(line):
            span = Span(path=path, line=number, column=match.start(1) + 1, length=len(match[1]))
            yield Diagnostic(code="Q004", message="缩进用了制表符（Tab）", span=span, hint="请改用空格缩进")
        # A page of %TAG lines would take libyaml quadratic time, and banks have no use for directives.
        if line.startswith("%"):
            span = Span(path=path, line=number)
            yield Diagnostic(code="Q011", message="不支持YAML指令（%开头的行）", span=span, hint="请删去这一行")


class _Stop(Exception):
    """Reading can't go on after this fault."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic


_Event = Any
"""The stubs let marks be missing and know no `tag` and `anchor`; libyaml's events always have them."""


class _Composer:
    """Makes nodes of libyaml's events; one text, one composer."""

    def __init__(self, path: str, first_line: int) -> None:
        self.path = path
        self.first_line = first_line
        self.found: list[Diagnostic] = []
        self.events: Iterator[_Event] = iter(())
        self.count = 0
        self.anchors: dict[str, tuple[Node, int] | None] = {}
        """By name: the node and how many nodes it holds; None while it is still open."""

    def document(self, text: str) -> Node:
        self.events = yaml.parse(text, Loader=yaml.CSafeLoader)
        next(self.events)
        if isinstance(event := next(self.events), yaml.StreamEndEvent):
            raise _Stop(self.fault("Q008", event, "文件是空的", hint="请按格式写入内容，或删去这个文件"))
        root = self.node(next(self.events), 0)
        next(self.events)
        if isinstance(event := next(self.events), yaml.DocumentStartEvent):
            message = "一个文件里只能有一份内容，这里又起了一份"
            raise _Stop(self.fault("Q007", event, message, hint="请删去“---”，或分成两个文件"))
        return root

    def node(self, event: _Event, depth: int) -> Node:
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
        name = event.anchor
        if name not in self.anchors:
            raise _Stop(self.fault("Q009", event, f"别名 *{name} 没有对应的内容", hint=f"请先用 &{name} 标出内容"))
        if (known := self.anchors[name]) is None:
            message = f"别名 *{name} 指向了包含它自己的内容"
            raise _Stop(self.fault("Q009", event, message, hint="请把内容写全，不用别名"))
        node, size = known
        self.spend(size, event)
        return node

    def spend(self, size: int, event: _Event) -> None:
        self.count += size
        if self.count > MAX_NODES:
            message = f"内容展开后超过{MAX_NODES:,}项"
            raise _Stop(self.fault("Q010", event, message, hint="请减少别名（*）的使用，或分成几个文件"))

    def content(self, event: _Event, depth: int) -> Node:
        start = event.start_mark
        line, column = start.line + self.first_line, start.column + 1
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, self.path, line, column, _length(event))
        if depth == MAX_DEPTH:
            raise _Stop(self.fault("Q010", event, f"层次太深，上限是{MAX_DEPTH}层", hint="请检查括号和缩进"))
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(tuple(self.sequence(depth)), self.path, line, column)
        return Table(self.entries(depth), self.path, line, column)

    def sequence(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            yield self.node(event, depth + 1)

    def entries(self, depth: int) -> dict[str, tuple[Scalar, Node]]:
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
        return entries

    def fault(self, code: str, event: _Event, message: str, *, hint: str) -> Diagnostic:
        line, column = event.start_mark.line + self.first_line, event.start_mark.column + 1
        span = Span(path=self.path, line=line, column=column, length=_length(event))
        return Diagnostic(code=code, message=message, span=span, hint=hint)


def _length(event: _Event) -> int:
    start, end = event.start_mark, event.end_mark
    return end.column - start.column if end.line == start.line else 0


def _syntax_fault(error: yaml.MarkedYAMLError, text: str, path: str, *, first_line: int) -> Diagnostic:
    message, hint = _SYNTAX.get(error.problem or "", ("这里不合YAML的写法", "请检查缩进、引号和冒号"))
    mark = error.problem_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    opened = error.context_mark
    if opened and (message in {_QUOTE[0], _COLON[0]} or (message == _BRACKET[0] and opened.line < line)):
        # What was opened and not closed is shown where it opens, not where the reader gave up.
        line, column = opened.line, opened.column
    elif message == _VALUE[0] and (above := _without_colon(text, line)):
        (line, column), (message, hint) = above, _COLON
    span = Span(path=path, line=line + first_line, column=column + 1, length=1)
    return Diagnostic(code="Q005", message=message, span=span, hint=hint)


_WITHOUT_COLON = re.compile(r"(?: |- )*+(?=[A-Za-z_]\w*(?:：|:[^\s:/]))")


def _without_colon(text: str, line: int) -> tuple[int, int] | None:
    """Line and column, from 0, of the field right above `line` whose colon is full-width or has no space behind it."""
    lines = text.split("\n", line)[:line]
    above = next((number for number in reversed(range(line)) if lines[number].strip()), None)
    found = _WITHOUT_COLON.match(lines[above]) if above is not None else None
    return (above, found.end()) if above is not None and found else None


_QUOTE = ("引号没有配对", "请在这段文字的末尾补上引号")
_VALUE = ("这里不能有“: ”", "文字里有英文冒号加空格时，请给整段文字加引号；否则请检查缩进")
_COLON = ("字段名后少了英文冒号", "请写成“字段名: 内容”，冒号用英文半角，后面空一格")
_BRACKET = ("括号没有配对，或中间少了英文逗号", "请检查这一处的括号；文字以方括号、花括号开头时请加引号")
_SYNTAX = {
    "mapping values are not allowed in this context": _VALUE,
    "did not find expected key": ("这里应当是字段名", "请检查缩进是否与上面对齐，引号后面是否多了文字"),
    "could not find expected ':'": _COLON,
    "found character that cannot start any token": ("内容不能以这个字符开头", "请给整段文字加引号"),
    "found unexpected end of stream": _QUOTE,
    "found unexpected document indicator": _QUOTE,
    "did not find expected ',' or ']'": _BRACKET,
    "did not find expected ',' or '}'": _BRACKET,
    "did not find expected node content": ("这里少了内容，或多了括号、逗号", "请检查括号和逗号"),
    "did not find expected '-' indicator": ("列表的每一项都要以“- ”开头", "请检查缩进是否与上面的“-”对齐"),
    "block sequence entries are not allowed in this context": ("列表不能写在这里", "请换行，并以“- ”开头"),
    "found unknown escape character": ("双引号里有不认识的反斜杠写法", "请改用单引号，或把“\\”写成“\\\\”"),
    "did not find expected alphabetic or numeric character": ("“&”或“*”后应当是名称", "文字以“&”“*”开头时请加引号"),
    "did not find expected <document start>": ("前面的内容已经结束，这里多了文字", "请检查缩进和引号"),
}  # fmt: skip
