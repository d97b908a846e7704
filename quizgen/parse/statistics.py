"""Item statistics as JSON, as `grader statistics` writes them.

The format is described at `quizgen.evidence.statistics.render_statistics`; further members are passed over, figures
that are missing are unknown. A file with a fault is left out whole: figures that were edited by hand are worth nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import NoReturn

from quizgen.diagnostics import Diagnostic, Span
from quizgen.evidence.statistics import ExamFigures, ExamStatistics, ItemStatistics
from quizgen.model import ItemId, Letter
from quizgen.parse.fields import is_slug
from quizgen.words.clipping import clip

_MEMBER = re.compile(r'^ *"([a-z0-9-]+)": *\{', re.MULTILINE)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOST = 10**9
_HINT = "请用 grader statistics 或“题库与方案”页面重新导出，不要手工修改"


def parse_statistics(text: str, path: str) -> tuple[ExamStatistics | None, list[Diagnostic]]:
    """The statistics of one file, or None with the reason."""
    name = PurePosixPath(path).stem
    try:
        statistics = _Reader(text, path).statistics()
    except _Unfit as fault:
        return None, [_fault("Q601", f"试题统计读不出来：{fault.reason}", fault.span)]
    except json.JSONDecodeError as fault:
        span = Span(path=path, line=fault.lineno, column=fault.colno, length=1)
        return None, [_fault("Q601", "试题统计读不出来：从这里起不是JSON", span)]
    except (ValueError, RecursionError):
        return None, [_fault("Q601", "试题统计读不出来：不是JSON", Span(path=path))]
    if statistics.programme != name:
        message = f"文件名是“{clip(name)}”，里面却是方案“{clip(statistics.programme)}”的试题统计"
        hint = f"请把文件改名为“{statistics.programme}.json”；同一方案只留一个文件，否则使用次数会重复计算"
        return None, [Diagnostic(code="Q603", message=message, span=Span(path=path), hint=hint)]
    return statistics, []


def _fault(code: str, message: str, span: Span) -> Diagnostic:
    return Diagnostic(code=code, message=message, span=span, hint=_HINT)


class _Unfit(Exception):
    """Not statistics, with the reason in words and its place."""

    def __init__(self, reason: str, span: Span) -> None:
        self.reason = reason
        self.span = span


class _Reader:
    """Reads one file; `span` is where a fault would be: the item that is being read, at first the file."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.span = Span(path=path)

    def statistics(self) -> ExamStatistics:
        fields = self.mapping(json.loads(self.text, parse_constant=self.refuse_constant), "文件")
        as_of = self.day(fields.get("as_of"))
        return ExamStatistics(
            programme=self.programme(fields.get("programme")),
            as_of=as_of,
            papers=self.count(fields, "papers"),
            exam=self.exam(self.mapping(fields["exam"], "“exam”")) if "exam" in fields else None,
            items=self.items(self.mapping(fields.get("items"), "“items”"), as_of),
        )

    def exam(self, fields: Mapping[str, object]) -> ExamFigures:
        return ExamFigures(
            learners=self.count(fields, "learners"),
            mean=self.number(fields, "mean", least=0) or 0.0,
            sd=self.number(fields, "sd", least=0),
            reliability=self.number(fields, "reliability", least=-_MOST),
            standard_error=self.number(fields, "standard_error", least=0),
        )

    def items(self, given: Mapping[str, object], as_of: date) -> dict[ItemId, ItemStatistics]:
        places = _places(self.text, self.span.path)
        items = {}
        for id, value in given.items():
            self.span = places.get(id, Span(path=self.span.path))
            items[ItemId(id)] = self.item(self.mapping(value, f"试题“{clip(id)}”"), as_of)
        return items

    def item(self, fields: Mapping[str, object], as_of: date) -> ItemStatistics:
        options = self.mapping(fields.get("options"), "“options”")
        return ItemStatistics(
            papers=self.count(fields, "papers"),
            responses=self.count(fields, "responses"),
            facility=self.number(fields, "facility", least=0),
            sd=self.number(fields, "sd", least=0),
            discrimination=self.number(fields, "discrimination", least=-1),
            efficiency=self.number(fields, "efficiency", least=-_MOST),
            options={Letter(letter): self.count(options, letter) for letter in options},
            as_of=as_of,
            where=self.span,
        )

    def mapping(self, value: object, what: str) -> Mapping[str, object]:
        if not isinstance(value, Mapping):
            raise self.unfit(f"{what}应当是一个JSON对象")
        return value

    def programme(self, value: object) -> str:
        if not isinstance(value, str) or not is_slug(value):
            raise self.unfit("“programme”应当是方案的标识，如2026")
        return value

    def day(self, value: object) -> date:
        try:
            return date.fromisoformat(value if isinstance(value, str) and _DAY.fullmatch(value) else "")
        except ValueError:
            raise self.unfit("“as_of”应当是日期，如2026-12-31") from None

    def count(self, fields: Mapping[str, object], name: str) -> int:
        value = fields.get(name)
        if type(value) is not int or not 0 <= value <= _MOST:
            raise self.unfit(f"“{clip(name)}”应当是不小于0的整数")
        return value

    def number(self, fields: Mapping[str, object], name: str, *, least: int) -> float | None:
        """A figure from `least` to 1 (each of them has 1 as its most), None where it is unknown."""
        value = fields.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= 1:
            raise self.unfit(f"“{name}”应当是{'不大于1的数' if least < -1 else f'{least}到1之间的数'}")
        return float(value)

    def refuse_constant(self, name: str) -> NoReturn:
        raise self.unfit(f"“{name}”不是数")

    def unfit(self, reason: str) -> _Unfit:
        return _Unfit(reason, self.span)


def _places(text: str, path: str) -> dict[str, Span]:
    """Where each item's id stands in a file as it was written, for faults and warnings."""
    places: dict[str, Span] = {}
    line, start = 1, 0
    for found in _MEMBER.finditer(text):
        line += text.count("\n", start, found.start(1))
        start = found.start(1)
        column = start - text.rfind("\n", 0, start)
        places.setdefault(found[1], Span(path=path, line=line, column=column, length=len(found[1])))
    return places
