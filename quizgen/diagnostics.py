"""Faults of content as values: where, how grave, what, and the way out.

Codes are stable and each is explained in `codes`. Q0xx: files, YAML and fields; Q1xx: items; Q2xx: what items mean
together and against the law; Q3xx: lessons and practice blocks; Q4xx: programmes and blueprints; Q5xx: the register,
statute texts and official files; Q6xx: item statistics.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """A place in a text file; `line` and `column` count from 1, `length` is in characters (0: to the line's end)."""

    path: str
    line: int = 1
    column: int = 1
    length: int = 0


def position(span: Span) -> str:
    """`path:line:column`, as diagnostics begin."""
    return f"{span.path}:{span.line}:{span.column}"


def span_in(text: str, start: int, end: int, *, path: str) -> Span:
    """The place of `text[start:end]`, which lies on one line, in the file that holds the text."""
    line, before = text.count("\n", 0, start) + 1, text.rfind("\n", 0, start)
    return Span(path=path, line=line, column=start - before, length=end - start)


class Severity(StrEnum):
    """How grave: an error stops publishing and building, a warning is for the editor to weigh."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Another place that a fault has to do with, and in Chinese what stands there."""

    span: Span
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One fault: a stable code, a Chinese sentence, its place and, where there is one, the way out."""

    code: str
    message: str
    span: Span
    severity: Severity = Severity.ERROR
    label: str = ""
    hint: str = ""
    item: str | None = None
    """The id of the item that is at fault; it stands in the file of `span`. None where the fault is of no item."""
    related: tuple[Related, ...] = ()
    """The other places to look at, the nearest to the fault first."""


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics sorted by place, then code, without repeats; equals in this as they are given."""
    return sorted(dict.fromkeys(diagnostics), key=_place_and_code)


def _place_and_code(fault: Diagnostic) -> tuple[str, int, int, int, str, str]:
    span = fault.span
    return span.path, span.line, span.column, span.length, fault.code, fault.message


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them is an error (warnings alone let content be published)."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """发现 2 个错误、1 个警告; empty when there is neither."""
    severities = [d.severity for d in diagnostics]
    names = {Severity.ERROR: "错误", Severity.WARNING: "警告"}
    counts = [f"{severities.count(severity)} 个{name}" for severity, name in names.items() if severity in severities]
    return f"发现 {'、'.join(counts)}" if counts else ""


def render_text(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str]) -> str:
    """For people: each fault with its source line, caret, label and hint; the summary last. `sources`: text by path."""
    found = in_order(diagnostics)
    told = {span.path for d in found for span in (d.span, *(other.span for other in d.related))}
    lines = {path: text.split("\n") for path, text in sources.items() if path in told}
    blocks = [_block(d, lines) for d in found]
    return "\n".join([*blocks, f"{summary(found)}。\n"]) if found else ""


def render_json(diagnostics: Iterable[Diagnostic]) -> str:
    """For programs: a list of objects with code, severity, message, label, hint, item, path, line, column, length.

    `related` lists other places, each with label, path, line, column and length.
    """
    flat = [_flat(asdict(d)) for d in in_order(diagnostics)]
    return json.dumps(flat, ensure_ascii=False, indent=2) + "\n"


def _flat(entry: dict[str, Any]) -> dict[str, Any]:
    """The place's own members instead of `span`; the related places last."""
    place = entry.pop("span")
    related = {"related": [_flat(other) for other in entry.pop("related")]} if "related" in entry else {}
    return {**entry, **place, **related}


def render_github(diagnostics: Iterable[Diagnostic]) -> str:
    """For GitHub Actions: one workflow command a fault, shown beside the line in a pull request."""
    return "".join(
        f"::{d.severity} file={_property(d.span.path)},line={d.span.line},col={d.span.column},title={d.code}"
        f"::{_data('；'.join(part for part in (d.message, d.label, *map(_beside, d.related), d.hint) if part))}\n"
        for d in in_order(diagnostics)
    )


def _beside(other: Related) -> str:
    return f"{other.label}：{position(other.span)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _block(diagnostic: Diagnostic, sources: Mapping[str, list[str]]) -> str:
    head = f"{position(diagnostic.span)}: {diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}\n"
    excerpt = _shown(diagnostic.span, sources, diagnostic.label)
    label = f"    {diagnostic.label}\n" if diagnostic.label and not excerpt else ""
    related = [f"    {_beside(other)}\n{_shown(other.span, sources)}" for other in diagnostic.related]
    hint = f"    提示：{diagnostic.hint}\n" if diagnostic.hint else ""
    return "".join([head, excerpt, label, *related, hint])


def _shown(span: Span, sources: Mapping[str, list[str]], label: str = "") -> str:
    """The line of a place with its caret; nothing when the line is not known."""
    lines = sources.get(span.path, [])
    return _excerpt(span, lines[span.line - 1], label) if 1 <= span.line <= len(lines) else ""


_WIDTH = 116
"""Columns beside the line number; a longer line is cut around the fault."""
_BEFORE, _SHOWN = 30, 56
"""Of a line that is cut: characters shown before the fault, and in all."""


def _excerpt(span: Span, line: str, label: str) -> str:
    """The source line with a caret line under it."""
    start = min(span.column - 1, len(line))
    end = min(start + span.length, len(line)) if span.length else len(line)
    left, right = 0, len(line)
    if len(line) > _WIDTH or columns(line) > _WIDTH:
        left = max(0, start - _BEFORE)
        right = min(left + _SHOWN, right)
    before = ("…" if left else "") + _visible(line[left:start])
    marked = _visible(line[start : min(end, right)])
    after = _visible(line[end:right]) + ("…" if right < len(line) else "")
    caret = " " * columns(before) + "^" * max(1, columns(marked.rstrip()))
    return f"{span.line:>5} | {before}{marked}{after}".rstrip() + "\n" + f"      | {caret} {label}".rstrip() + "\n"


def _visible(text: str) -> str:
    """The text with one printable character for each of its own, so that columns hold and no terminal obeys it."""
    if text.replace("\u3000", "").isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\u3000" else " " for char in text)


def columns(text: str) -> int:
    """How many columns of a terminal the text takes: two for a wide East Asian character, none for a combining one."""
    return sum(map(_columns_of, text))


@lru_cache(maxsize=8192)
def _columns_of(char: str) -> int:
    return 0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
