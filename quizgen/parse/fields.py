"""Reading the fields of one mapping and noting every fault with its place.

A faulty field reads as a neutral stand-in (empty text, the least number, the first day), so that one run shows every
fault and nothing that merely follows from another. What was read is fit for use only when no error was noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from itertools import islice
from types import MappingProxyType
from typing import TypeVar

from quizgen.diagnostics import Diagnostic, Related, Severity, Span
from quizgen.parse.source.nodes import Node, Scalar, Sequence, Table
from quizgen.parse.source.text import MOST_TOLD
from quizgen.words.clipping import clip
from quizgen.words.spelling import did_you_mean, nearest

E = TypeVar("E", bound=StrEnum)

_NO_NODE = Scalar("", "", 1, 1, 0)
SLUG = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
WHOLE = re.compile(r"[0-9]{1,9}")
DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
_NOTHING = frozenset({"~", "null", "Null", "NULL"})
_WIDE_COLON = re.compile(r"\w+ *(?:：|:\S)")
"""A：公民, A:公民; not 一切权力属于人民"""
_KINDS = {Scalar: "文字", Sequence: "列表", Table: "字段"}


_MOST = 5_000
"""Errors, and as many warnings, of one file that are kept; who reads the file tells fewer."""


class Faults:
    """Gathers the faults of one file."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []
        self.item: str | None = None
        """The id of the item that is being read; every fault noted meanwhile is the item's."""
        self.passed_over: frozenset[str] = frozenset()
        """Codes that are not noted while something is read of which a line is missing."""
        self.left = {Severity.ERROR: _MOST, Severity.WARNING: _MOST}

    @property
    def is_full(self) -> bool:
        """Whether no more errors are kept; then looking for their hints is idle."""
        return not self.left[Severity.ERROR]

    def _keep(self, diagnostic: Diagnostic) -> None:
        if self.left[diagnostic.severity] and diagnostic.code not in self.passed_over:
            self.left[diagnostic.severity] -= 1
            self.found.append(diagnostic)

    def error(
        self,
        code: str,
        place: Node | Span,
        message: str,
        *,
        label: str = "",
        hint: str = "",
        item: str | None = None,
        related: tuple[Related, ...] = (),
    ) -> None:
        """Note an error at a node or span; of `item`, where it is not the one that is being read."""
        span = place if isinstance(place, Span) else place.span
        fault = Diagnostic(
            code=code, message=message, span=span, label=label, hint=hint, item=item or self.item, related=related
        )
        self._keep(fault)

    def warning(self, code: str, place: Node | Span, message: str, *, hint: str = "") -> None:
        """Note something for the editor to weigh."""
        span = place if isinstance(place, Span) else place.span
        severity = Severity.WARNING
        self._keep(Diagnostic(code=code, message=message, span=span, severity=severity, hint=hint, item=self.item))


def as_table(node: Node | None, faults: Faults, *, what: str) -> Table | None:
    """The node if it is a mapping, otherwise a fault."""
    if isinstance(node, Table):
        return node
    if node is not None and not is_empty(node, faults, what=what):
        message = f"{what}应当写成“字段名: 内容”的形式，这里是{_KINDS[type(node)]}"
        wide = isinstance(node, Scalar) and _WIDE_COLON.match(node.text)
        hint = "冒号请用英文半角，后面空一格，如“A: 内容”" if wide else "请对照格式说明检查缩进和冒号"
        faults.error("Q022", node, message, hint=hint)
    return None


class Fields:
    """The fields of one mapping; unknown and missing ones are noted at once, each value's faults when it is read."""

    def __init__(
        self,
        table: Table,
        faults: Faults,
        *,
        what: str,
        required: tuple[str, ...],
        optional: tuple[str, ...] = (),
        astray: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`astray`: hints for fields that belong elsewhere, by name."""
        self.table = table
        self.astray = astray
        self.faults = faults
        self.what = what
        self.entries = {name: table.entries[name] for name in (*required, *optional) if name in table.entries}
        self._adopt_misspelt([name for name in (*required, *optional) if name not in self.entries])
        for name in required if not table.is_torn else ():
            if name not in self.entries:
                faults.error("Q021", self._start(), f"{what}缺少字段“{name}”", hint=f"请补上“{name}: …”")

    def _adopt_misspelt(self, missing: list[str]) -> None:
        """Report unknown fields; one that is near a missing field is read as that field."""
        unknown = ((key, value) for name, (key, value) in self.table.entries.items() if name not in self.entries)
        for key, value in islice(unknown, MOST_TOLD):
            name = key.text
            near = "" if self.faults.is_full else nearest(name, missing)
            if near:
                missing.remove(near)
                self.entries[near] = key, value
            otherwise = self.astray.get(name) or f"请删去，或移到注释（#）里；{self.what}没有这个字段"
            hint = f"是否应为“{near}”？" if near else otherwise
            self.faults.error("Q020", key, f"不认识的字段“{clip(name)}”", hint=hint)

    def _start(self) -> Span:
        first = next(iter(self.table.entries.values()), None)
        return first[0].span if first else self.table.span

    def node(self, name: str) -> Node | None:
        """The value of a field, or None when it is not there."""
        return self.entries[name][1] if name in self.entries else None

    def place(self, name: str) -> Span:
        """Where a field's value stands; where the mapping begins when the field is not there."""
        return self.entries[name][1].span if name in self.entries else self._start()

    def places(self) -> dict[str, Span]:
        """Where each field's value stands."""
        return {name: value.span for name, (_, value) in self.entries.items()}

    def text(self, name: str) -> str:
        """A text that is not blank, without surrounding white space."""
        return self._scalar(name).text.strip()

    def prose(self, name: str) -> str:
        """A text that people read; a comment behind it may have been meant as a part of it and is told."""
        scalar = self._scalar(name)
        check_comment(scalar, self.faults)
        return scalar.text.strip()

    def _scalar(self, name: str) -> Scalar:
        node = self.node(name)
        if node is None:
            return _NO_NODE
        return text_of(node, self.faults, what=f"字段“{name}”") or _NO_NODE

    def slug(self, name: str) -> str:
        """An id of small letters, digits, `-` and `_`, fit for addresses and file names."""
        scalar = self._scalar(name)
        if scalar.text:
            check_slug(scalar, self.faults)
        return scalar.text

    def integer(self, name: str, *, minimum: int, maximum: int = 999_999_999, default: int | None = None) -> int:
        """A whole number from `minimum` to `maximum`; `default` stands in for one that is missing or faulty."""
        value = int(self._number(name, WHOLE, minimum, default, kind="整数"))
        if value <= maximum:
            return value
        self.faults.error("Q025", self._scalar(name), f"字段“{name}”不能大于{maximum}，这里是{value}")
        return minimum if default is None else default

    def number(self, name: str, *, minimum: float, default: float | None = None) -> float:
        """A decimal number of at least `minimum`, with a point at most six places from its end."""
        value = self._number(name, DECIMAL, minimum, default, kind="数字")
        return int(value) if value.is_integer() else value

    def _number(self, name: str, shape: re.Pattern[str], minimum: float, default: float | None, *, kind: str) -> float:
        stand_in = float(minimum if default is None else default)
        scalar = self._scalar(name)
        if not scalar.text:
            return stand_in
        if not shape.fullmatch(scalar.text):
            message = f"字段“{name}”应当是{kind}，这里是“{clip(scalar.text)}”"
            hint = unquoted(scalar.text) or "请只写阿拉伯数字，不写单位和正负号"
            self.faults.error("Q025", scalar, message, hint=hint)
            return stand_in
        if float(scalar.text) < minimum:
            self.faults.error("Q025", scalar, f"字段“{name}”不能小于{minimum:g}，这里是{scalar.text}")
            return stand_in
        return float(scalar.text)

    def day(self, name: str) -> date:
        """A date as `YYYY-MM-DD`."""
        node = self.node(name)
        return day_of(node, self.faults, what=f"字段“{name}”") if node is not None else date.min

    def choice(self, name: str, kind: type[E], aliases: Mapping[str, str] | None = None) -> E | None:
        """One of an enumeration's words; None when missing or none of them."""
        scalar = self._scalar(name)
        if not scalar.text:
            return None
        try:
            return kind(scalar.text)
        except ValueError:
            words = [str(value) for value in kind]
            hint = unquoted(scalar.text) or did_you_mean(scalar.text, words, aliases)
            message = f"字段“{name}”不能是“{clip(scalar.text)}”"
            self.faults.error("Q026", scalar, message, label=f"可填：{'、'.join(words)}", hint=hint)
            return None

    def words(self, name: str) -> tuple[Scalar, ...]:
        """A list of texts without blanks; later repeats are noted and left out."""
        node = self.node(name)
        if node is None:
            return ()
        if not isinstance(node, Sequence):
            if is_empty(node, self.faults, what=f"字段“{name}”"):
                return ()
            given = clip(node.text) if isinstance(node, Scalar) else "…"
            self.faults.error("Q022", node, f"字段“{name}”应当是列表", hint=f"请写成 {name}: [{given}]")
            return ()
        seen: dict[str, Scalar] = {}
        for item in node.items:
            word = text_of(item, self.faults, what=f"“{name}”的一项")
            if word and word.text in seen:
                beside = (Related(span=seen[word.text].span, label="第一次写在这里"),)
                message = f"“{clip(word.text)}”在“{name}”里重复"
                self.faults.error("Q027", word, message, hint="请删去一个", related=beside)
            elif word:
                seen[word.text] = word
        return tuple(seen.values())

    def tables(self, name: str, *, what: str, hint: str) -> Iterator[Table]:
        """A list of mappings, each called `what`; `hint` says how the list is written."""
        node = self.node(name)
        if node is not None and not isinstance(node, Sequence):
            self.faults.error("Q022", node, f"字段“{name}”应当是列表", hint=hint)
        for item in node.items if isinstance(node, Sequence) else ():
            if table := as_table(item, self.faults, what=what):
                yield table

    def subtable(self, name: str) -> Table | None:
        """A mapping."""
        return as_table(self.node(name), self.faults, what=f"字段“{name}”")

    def named_texts(self, name: str) -> dict[str, str]:
        """A mapping of ids to texts, such as modules with their titles."""
        table = self.subtable(name)
        if not table:
            return {}
        for key, _ in table.entries.values():
            check_slug(key, self.faults)
        texts = {key: text_of(value, self.faults, what=f"“{clip(key)}”") for key, (_, value) in table.entries.items()}
        return {key: text.text.strip() for key, text in texts.items() if text}


def text_of(node: Node, faults: Faults, *, what: str) -> Scalar | None:
    """The node if it is a text that is not blank, otherwise a fault."""
    if not isinstance(node, Scalar):
        message = f"{what}应当是文字，这里是{_KINDS[type(node)]}"
        faults.error("Q022", node, message, hint="文字里有方括号、花括号或“: ”时，请给整段文字加引号")
        return None
    return None if is_empty(node, faults, what=what) else node


def is_empty(node: Node, faults: Faults, *, what: str) -> bool:
    """Whether nothing is written there, or YAML's word for nothing (`~`, `null`, unless quoted); then noted."""
    if not isinstance(node, Scalar):
        return False
    is_nothing = node.text in _NOTHING and node.length == len(node.text)
    if node.text.strip() and not is_nothing:
        return False
    cut = f"空格后面的“{clip(node.comment)}”成了注释；是内容的，请给它加英文引号" if node.comment else ""
    faults.error("Q023", node, f"{what}是空的", hint=cut or "请填写内容；选填的字段可以整行删去")
    return True


def check_comment(scalar: Scalar, faults: Faults) -> None:
    """Tell of a comment right behind a text: ` #` ends a text without quotation marks, and the rest is not read."""
    if scalar.comment:
        message = f"“ #”后面成了注释，没有读进来：“{clip(scalar.comment)}”"
        hint = "是这段文字的一部分，请给整段文字加英文引号；确是注释，请另写一行"
        span = Span(path=scalar.path, line=scalar.line, column=scalar.column, length=scalar.length)
        faults.warning("Q016", span, message, hint=hint)


TYPOGRAPHIC = "“”‘’＂「」『』"
"""Quotation marks that YAML takes as a part of the text."""


def unquoted(text: str) -> str:
    """The hint to write a word without typographic quotation marks; empty where it has none."""
    bare = text.strip(TYPOGRAPHIC)
    return f"请去掉中文引号，写成{clip(bare)}" if bare and bare != text else ""


def day_of(node: Node, faults: Faults, *, what: str) -> date:
    """A date as `YYYY-MM-DD`, otherwise a fault and the first day there is."""
    scalar = text_of(node, faults, what=what)
    if not scalar:
        return date.min
    try:
        if DAY.fullmatch(scalar.text):
            return date.fromisoformat(scalar.text)
    except ValueError:
        pass
    hint = unquoted(scalar.text) or "日期写作年-月-日，如2026-11-23"
    faults.error("Q024", scalar, f"{what}不是日期：“{clip(scalar.text)}”", hint=hint)
    return date.min


def check_slug(word: Scalar, faults: Faults) -> None:
    """Note an id that is not made of small letters, digits, `-` and `_`."""
    if not is_slug(word.text):
        message = f"标识“{clip(word.text)}”的写法不对"
        hint = unquoted(word.text) or "标识只用小写英文字母和数字，中间可用连字符或下划线，如xianfa-01"
        faults.error("Q028", word, message, hint=hint)


def is_slug(text: str) -> bool:
    """Whether it is made of small letters, digits, `-` and `_` as an id must be."""
    return SLUG.fullmatch(text) is not None
