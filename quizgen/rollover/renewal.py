"""Next year's programme from this year's text, edited in place.

Comments, order and layout stay as they are: only the id, the windows and the year in texts that learners read are
replaced where they stand. The result is read again and compared with what was meant, so a file written in a way that
can't be edited like this is refused instead of spoilt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from quizgen.diagnostics import has_errors
from quizgen.parse.programme import parse_programme
from quizgen.parse.source.nodes import Node, Scalar, Table
from quizgen.parse.source.reading import read_nodes
from quizgen.programme import CertificateText, Programme, Window

WINDOWS = {"study": "学习", "exam": "考试", "makeup": "补考"}
"""The windows of a programme and their names on the screen."""
TEXTS = ("title", "contacts", "notice")
CERTIFICATE_TEXTS = ("title", "body", "issuer")
"""Fields of a programme and of its certificate in which the year is brought forward."""

_YEAR = re.compile(r"[0-9]{4}")
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
_LAST_YEAR = 9000
_Day = TypeVar("_Day", bound=date)


class CannotRenew(Exception):
    """The programme can't be brought forward; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """A programme brought forward: its text, what it says, and what an editor has to look at."""

    text: str
    programme: Programme
    old_year: int
    years: int
    renewed: Mapping[str, int]
    """What was brought forward (`study`, `title`, `certificate.body` …), and the line where it begins."""
    left: tuple[tuple[int, str], ...]
    """Lines that still name the old year, comments for the most part, each with its number."""


def year_of(programme: Programme) -> int:
    """The year that a programme is for: the one its id names, otherwise the one in which its exam opens."""
    named = _YEAR.findall(programme.id)
    return int(named[0]) if len(named) == 1 else programme.exam_year


def renew(text: str, path: str, *, id: str, years: int) -> Renewal:
    """The sound programme `text` under a new id, `years` later; `path` is where it will stand."""
    old, _ = parse_programme(text, path)
    root, _ = read_nodes(text, path)
    if old is None or not isinstance(root, Table):
        raise CannotRenew("方案读不出来，请先运行 quizgen check 并改正。")
    year = year_of(old)
    if max(year, old.closes.year) + years > _LAST_YEAR:
        raise CannotRenew(f"年度太大：{year + years}。")
    edits = list(_edits(root, old, id=id, year=year, years=years))
    new_text = _edited(text, {(edit.at.line, edit.at.column): edit for edit in edits})
    programme = _reread(new_text, path, _expected(old, id=id, year=year, years=years))
    return Renewal(
        text=new_text,
        programme=programme,
        old_year=year,
        years=years,
        renewed={edit.field: edit.at.line for edit in reversed(edits) if edit.field != "id"},
        left=tuple(_left(new_text, year, {edit.at.line for edit in edits})),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edit:
    """`count` times a new piece of text in the scalar at `at`, the first piece by piece of what `pattern` matches."""

    field: str
    at: Scalar
    pattern: re.Pattern[str]
    new: Mapping[str, str]
    count: int = 1


def _edits(root: Table, old: Programme, *, id: str, year: int, years: int) -> Iterator[_Edit]:
    words, pattern = _year_words(year, years), _year_pattern(year)
    for (field, *rest), at in _scalars(root):
        if field == "id":
            yield _Edit(field=field, at=at, pattern=re.compile(re.escape(old.id)), new={old.id: id})
        elif field in WINDOWS:
            day = at.text.strip()[:10]
            new_day = later(date.fromisoformat(day), years).isoformat()
            yield _Edit(field=field, at=at, pattern=re.compile(re.escape(day)), new={day: new_day})
        elif count := len(pattern.findall(at.text)):
            yield _Edit(field=".".join((field, *rest)), at=at, pattern=pattern, new=words, count=count)


def _scalars(root: Table) -> Iterator[tuple[tuple[str, ...], Scalar]]:
    """The texts that may change, each with the names of the fields that lead to it."""
    windows = ((name, end) for name in WINDOWS for end in ("opens", "closes"))
    certificate = (("certificate", name) for name in CERTIFICATE_TEXTS)
    for path in (("id",), *windows, *((name,) for name in TEXTS), *certificate):
        node: Node | None = root
        for name in path:
            node = node.entries[name][1] if isinstance(node, Table) and name in node.entries else None
        if isinstance(node, Scalar):
            yield path, node


def _edited(text: str, edits: Mapping[tuple[int, int], _Edit]) -> str:
    """The text with each edit made in its scalar, from the last to the first, so that places hold."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    for (line, column), edit in sorted(edits.items(), reverse=True):
        start = starts[line - 1] + column - 1
        end = start + edit.at.length if edit.at.length else len(text)  # a text of several lines has no length
        begin = _properties_end(text, start, end)
        text = text[:begin] + _replaced(text[begin:end], edit) + text[end:]
    return text


def _replaced(text: str, edit: _Edit) -> str:
    return edit.pattern.sub(lambda match: edit.new[match[0]], text, count=edit.count)


def _properties_end(text: str, start: int, end: int) -> int:
    """Where the content begins after an anchor or a tag, whose name may look like a year."""
    found = _PROPERTIES.match(text, start, end)
    return found.end() if found else start


def _expected(old: Programme, *, id: str, year: int, years: int) -> Programme:
    words, pattern = _year_words(year, years), _year_pattern(year)

    def renewed(text: str) -> str:
        return pattern.sub(lambda match: words[match[0]], text)

    certificate = old.certificate
    return replace(
        old,
        id=id,
        title=renewed(old.title),
        contacts=renewed(old.contacts),
        notice=renewed(old.notice),
        study=_window(old.study, years),
        exam=_window(old.exam, years),
        makeup=_window(old.makeup, years) if old.makeup else None,
        certificate=CertificateText(
            title=renewed(certificate.title), body=renewed(certificate.body), issuer=renewed(certificate.issuer)
        ),
    )


def _window(window: Window, years: int) -> Window:
    return Window(opens=later(window.opens, years), closes=later(window.closes, years))


def later(moment: _Day, years: int) -> _Day:
    """The same day and time so many years later (earlier, below 0); 28 February where that year has no 29th."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, day=28)


def _reread(text: str, path: str, expected: Programme) -> Programme:
    programme, found = parse_programme(text, path)
    if has_errors(found) or programme is None:
        reasons = "；".join(f"第{d.span.line}行{d.message}" for d in found)
        raise CannotRenew(f"改好的方案有错误，没有写入：{reasons}。请先调整原方案，或手工改写。")
    if programme != expected:
        raise CannotRenew(
            "这份方案的写法不便自动修改，没有写入。请把标识、名称、起止时间和证书文字各写成一行，不用别名，再试一次。"
        )
    return programme


def _left(text: str, year: int, touched: set[int]) -> Iterator[tuple[int, str]]:
    pattern = _year_pattern(year)
    for number, line in enumerate(text.split("\n"), start=1):
        kept = line.partition(" #")[2] if number in touched else line
        if pattern.search(kept):
            yield number, line.strip()


_DIGITS = "〇一二三四五六七八九"


def _year_pattern(year: int) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9]){year}(?![0-9])|{_in_chinese(year)}")


def _year_words(year: int, years: int) -> dict[str, str]:
    return {str(year): str(year + years), _in_chinese(year): _in_chinese(year + years)}


def _in_chinese(year: int) -> str:
    """2026 → 二〇二六."""
    return "".join(_DIGITS[int(digit)] for digit in str(year))
