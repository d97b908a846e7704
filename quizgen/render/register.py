"""The register's entry of a statute text, to paste into YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date

from quizgen.law.text import StatuteText

_UNKNOWN_DAY = "（请填施行日期）"
_PLAIN = re.compile(r"[\w（）《》〈〉、·]+")
"""A text that YAML takes for itself without quotation marks."""


def entry(text: StatuteText, amendments: Sequence[date]) -> str:
    """The YAML of a whole entry, indented as it stands below `statutes`."""
    lines = [
        f"  {text.id}:",
        f"    title: {_quoted(text.title)}",
        f"    short: {_quoted(text.short)}",
        f"    version: {text.version}",
        f"    effective: {text.effective or _UNKNOWN_DAY}",
        f"    articles: {text.last_article}",
    ]
    days = ", ".join(day.isoformat() for day in amendments)
    return "\n".join([*lines, f"    amendments: [{days}]"] if days else lines)


def upcoming_entry(text: StatuteText) -> str:
    """The YAML that announces a version which does not hold yet, below the entry of the one that does."""
    fields = f"version: {text.version}, effective: {text.effective or _UNKNOWN_DAY}, articles: {text.last_article}"
    return f"  {text.id}:\n    …\n    upcoming: {{{fields}}}"


def _quoted(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and not text.isdecimal() else json.dumps(text, ensure_ascii=False)
