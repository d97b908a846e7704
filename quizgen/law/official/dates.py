"""When a text was passed and when it takes effect, by the note under its title and its last articles. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

_DATE = r"(\d{4})年(\d{1,2})月(\d{1,2})日"
_NAMES = re.compile("《[^《》]*(?:《[^《》]*》[^《》]*)*》")
_EFFECT = re.compile(rf"自?{_DATE}起?施行")
_EVENT = re.compile(rf"(?<!自){_DATE}(?!起?施行)")
_CLAUSE = re.compile(
    rf"(?:本(?:法|法典|条例|规定|办法|决定|细则|规则|准则)[^。；]{{0,30}}?)自(?:{_DATE}|公布之日|发布之日|通过之日)起?(?:施行|实施|生效)"
)
_FILE_DATE = re.compile(r"[_＿-](\d{4})-?(\d{2})-?(\d{2})(?=\D|$)")
_LAST_ARTICLES = 4
"""Of the articles that close a statute, how many are searched for the day of taking effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The dates of a text.

    `version` is the last day on which it was passed, amended or published, by the note; `effective` the day from which
    it holds. Either is None where the file can't tell.
    """

    version: date | None
    effective: date | None


def dates_of(history: Sequence[str], articles: Sequence[str], file_name: str) -> Dates:
    """The dates of a text; `articles` in order, `file_name` as the database gives it (…_20200528.docx)."""
    entries = [_NAMES.sub("《》", entry) for entry in history]
    version = max(_days(_EVENT, entries), default=None)
    stated = max(_days(_EFFECT, entries), default=None)
    if version is None:
        version = max(_days(_FILE_DATE, [file_name]), default=None)
    if version and stated and stated >= version:
        return Dates(version=version, effective=stated)
    return Dates(version=version, effective=_by_articles(entries, articles, version) if version else None)


def amendments_of(history: Sequence[str]) -> tuple[date, ...]:
    """The days of later amendments (修正) and new editions (修订), oldest first."""
    entries = (_NAMES.sub("《》", entry) for entry in history)
    return tuple(sorted(set(_days(_EVENT, (entry for entry in entries if "修正" in entry or "修订" in entry)))))


def _by_articles(entries: Sequence[str], articles: Sequence[str], version: date) -> date | None:
    """The day that the closing articles name; after an amendment (修正) they still name the first text's day."""
    if _is_amended(entries):
        return None
    for article in reversed(articles[-_LAST_ARTICLES:]):
        if clause := _CLAUSE.search(article):
            day = next(_days(re.compile(_DATE), [clause[0]]), version)
            return day if day >= version else None
    return None


def _is_amended(entries: Sequence[str]) -> bool:
    """Whether the last of the note's events is an amendment: a new edition (修订) is written anew, with its own day."""
    last = max(entries, key=lambda entry: max(_days(_EVENT, [entry]), default=date.min), default="")
    return "修正" in last and not last.rstrip("）").endswith("修订")


def _days(shape: re.Pattern[str], texts: Iterable[str]) -> Iterator[date]:
    for text in texts:
        for year, month, day in shape.findall(text):
            try:
                yield date(int(year), int(month), int(day))
            except ValueError:
                continue
