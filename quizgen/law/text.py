"""Official texts of statutes: articles by number, paragraphs, headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from quizgen.law.register import Statute, Upcoming, article_number, article_title, names_of

LEVELS = ("编", "分编", "章", "节")
"""The levels of headings, outermost first."""

_ENTRY = re.compile("（[零一二三四五六七八九十百]+）")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A part of a statute (`level`: one of `LEVELS`) with its title as printed and its first and last article."""

    level: str
    title: str
    first: str
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatuteText:
    """One version of a statute's official text.

    `articles` are in order, by number (`33`; `17-1` for 第十七条之一); within one, paragraphs (款) and entries (项)
    each have a line. `version` is the day on which this text was passed, `effective` the day from which it holds,
    None where the source does not say. `history` is the note under the title, `preamble` what precedes the articles.
    """

    id: str
    title: str
    short: str
    version: date
    effective: date | None
    articles: Mapping[str, str]
    headings: tuple[Heading, ...] = ()
    history: tuple[str, ...] = ()
    preamble: str = ""
    path: str = field(default="", compare=False)
    """The file that it was read from."""

    @property
    def names(self) -> tuple[str, ...]:
        """What texts call the statute, without 《》."""
        return names_of(self.title, self.short)

    @property
    def last_article(self) -> int:
        """The highest article number; one inserted later (第十七条之一) counts with the one before it."""
        return max((article_number(number)[0] for number in self.articles), default=0)

    def holds_from(self, registered: date) -> date | None:
        """The day from which it holds; `registered` is the statute's present version by the register.

        None where nobody has said: a newer version whose file does not tell may take effect months after it is passed.
        """
        return self.effective or (self.version if self.version <= registered else None)

    def citation(self, article: str) -> str:
        """《…》第三十三条, by the statute's full title."""
        return f"《{self.title}》{article_title(article)}"


class Difference(NamedTuple):
    """One field of a register's entry (`name` on the screen) that is otherwise in the official text."""

    name: str
    field: str
    registered: str
    official: str


def paragraphs(article: str) -> list[str]:
    """The paragraphs (款) of an article; entries (项) stand with the paragraph that they belong to."""
    joined: list[str] = []
    for line in article.split("\n"):
        if joined and _ENTRY.match(line):
            joined[-1] += f"\n{line}"
        else:
            joined.append(line)
    return joined


def dated(text: StatuteText, statute: Statute | None) -> StatuteText:
    """The text with the day of taking effect that the register gives this version, where its file does not say one.

    An amended statute's last article still names the day of its first version.
    """
    entries = (statute, statute.upcoming) if statute else ()
    day = next((entry.effective for entry in entries if entry and entry.version == text.version), None)
    return replace(text, effective=day) if day and not text.effective else text


def differences(text: StatuteText, entry: Statute | Upcoming) -> Iterator[Difference]:
    """What the register says otherwise of a version than its text; a text that names no day agrees with any."""
    pairs = (
        ("施行日期", "effective", entry.effective, text.effective or entry.effective),
        ("条数", "articles", entry.articles, text.last_article),
    )
    for name, key, registered, official in pairs:
        if registered != official:
            yield Difference(name=name, field=key, registered=str(registered), official=str(official))


def in_force(texts: Iterable[StatuteText], day: date, *, registered: date) -> StatuteText | None:
    """Of one statute's texts the one that holds on `day`, or None when none is known to; see `holds_from`."""
    dates = ((text.holds_from(registered), text.version, text) for text in texts)
    held = [(start, version, text) for start, version, text in dates if start and start <= day]
    return max(held, key=lambda row: row[:2])[2] if held else None


def text_seen(texts: Iterable[StatuteText], amended: Iterable[date], day: date) -> StatuteText | None:
    """Of one statute's texts, oldest first, the one that a review of `day` saw: the newest passed by then.

    None when another version, one of the days in `amended`, was passed in between, of which there is no text.
    """
    passed = [text for text in texts if text.version <= day]
    latest = max((version for version in amended if version <= day), default=date.min)
    return passed[-1] if passed and passed[-1].version >= latest else None
