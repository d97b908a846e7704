"""Texts of statutes as JSON, as `law add` keeps them.

One file a version: `<id>.json` or `<id>@<version>.json`, an object with `title`, `short`, `version`, `effective`,
`articles` (text by number) and, where there are, `structure`, `history`, `preamble`; other members are passed over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import PurePosixPath

from quizgen.diagnostics import Diagnostic, Span
from quizgen.law.register import usual_title
from quizgen.law.text import Heading, StatuteText
from quizgen.parse.fields import is_slug

_NUMBER = re.compile(r"[1-9][0-9]{0,3}(-[1-9][0-9]?)?")


def parse_statute_text(text: str, path: str) -> tuple[StatuteText | None, list[Diagnostic]]:
    """The statute text of one file, or None with the reason; its id is the file's name up to `.` or `@`."""
    id = PurePosixPath(path).stem.partition("@")[0]
    try:
        fields = json.loads(text)
        json.dumps(fields, ensure_ascii=False).encode()  # half a surrogate pair can be written in JSON, not in a file
        return _statute_text(fields, id, path), []
    except _Unfit as fault:
        reason = str(fault)
    except (ValueError, RecursionError):
        reason = "不是JSON"
    hint = "请用 quizgen law add 重新导入这部法律的官方文本，不要手工改这个文件"
    return None, [Diagnostic(code="Q503", message=f"法律原文读不出来：{reason}", span=Span(path=path), hint=hint)]


class _Unfit(Exception):
    """Not a statute text, with the reason in words."""


def _statute_text(fields: object, id: str, path: str) -> StatuteText:
    if not isinstance(fields, Mapping):
        raise _Unfit("应当是一个JSON对象")
    if not is_slug(id):
        raise _Unfit("文件名应当是“法律标识.json”或“法律标识@版本日期.json”，如xianfa@2018-03-11.json")
    title = _text(fields, "title")
    return StatuteText(
        id=id,
        title=title,
        short=_text(fields, "short") if fields.get("short") else usual_title(title),
        version=_day(fields, "version"),
        effective=_day(fields, "effective") if fields.get("effective") else None,
        articles=_articles(fields.get("articles")),
        headings=tuple(_headings(fields.get("structure") or [])),
        history=tuple(_lines(fields.get("history") or [])),
        preamble=_text(fields, "preamble") if fields.get("preamble") else "",
        path=path,
    )


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _Unfit(f"“{name}”应当是文字")
    return value.strip()


def _day(fields: Mapping[str, object], name: str) -> date:
    try:
        return date.fromisoformat(_text(fields, name))
    except ValueError:
        raise _Unfit(f"“{name}”应当是日期，如2026-11-23") from None


def _articles(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping) or not value:
        raise _Unfit("“articles”应当是条号和条文")
    for number, text in value.items():
        if not _NUMBER.fullmatch(number) or not isinstance(text, str) or not text.strip():
            raise _Unfit("“articles”应当是条号和条文，条号写作33或17-1")
    return {number: text.strip() for number, text in value.items()}


def _headings(value: object) -> Iterator[Heading]:
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        raise _Unfit("“structure”应当是编、章、节的列表")
    for row in value:
        yield Heading(**{name: _text(row, name) for name in ("level", "title", "first", "last")})


def _lines(value: object) -> Iterator[str]:
    if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
        raise _Unfit("“history”应当是文字的列表")
    yield from value


def statute_json(text: StatuteText, *, source: str) -> str:
    """The text as one file keeps it; `source` names the official file that it was read from."""
    fields: dict[str, object] = {
        "title": text.title,
        "short": text.short,
        "version": text.version.isoformat(),
        "effective": text.effective.isoformat() if text.effective else None,
        "source": source,
        "history": list(text.history),
        "structure": [asdict(heading) for heading in text.headings],
        "preamble": text.preamble,
        "articles": dict(text.articles),
    }
    kept = {name: value for name, value in fields.items() if value}
    return json.dumps(kept, ensure_ascii=False, indent=1) + "\n"
