"""The register of what is cited: statutes with articles, documents without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from quizgen.diagnostics import Span

_STATE = "中华人民共和国"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """A version of a statute that has been passed and takes effect later."""

    version: date
    effective: date
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statute:
    """A statute in its present version, and in the coming one where a change has been passed.

    `articles` is the highest article number (第十七条之一 counts with 17); `amendments` are the dates of its later
    decisions, oldest first.
    """

    id: str
    title: str
    short: str
    version: date
    effective: date
    articles: int
    amendments: tuple[date, ...] = ()
    upcoming: Upcoming | None = None
    where: Span = field(default=Span(path=""), compare=False, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """What texts call it, without 《》."""
        return names_of(self.title, self.short)

    def has_article(self, article: str) -> bool:
        """Whether `article` (`33`, `17-1` for 第十七条之一) lies within the statute's numbering."""
        return is_numbered(article, self.articles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A source without articles: a decision, a plan, a report."""

    id: str
    title: str
    issuer: str
    date: date
    where: Span = field(default=Span(path=""), compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Everything that items and lessons may cite."""

    statutes: Mapping[str, Statute] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    checked: date | None = None
    """The day to which editors looked for changes of the law; later ones are not in it."""

    @property
    def ids_by_name(self) -> dict[str, str]:
        """The statute that each name belongs to."""
        return {name: statute.id for statute in self.statutes.values() for name in statute.names}


def usual_title(title: str) -> str:
    """The title as it is mostly written: 民法典 for 中华人民共和国民法典."""
    return title.removeprefix(_STATE)


def names_of(title: str, short: str) -> tuple[str, ...]:
    """What texts call a statute of this title and short name, without 《》."""
    return tuple(name for name in dict.fromkeys((title, usual_title(title), short.strip("《》"))) if name)


def in_title_marks(title: str) -> str:
    """《宪法》, whether the marks are written already or not."""
    return title if title.startswith("《") else f"《{title}》"


def article_number(article: str) -> tuple[int, int]:
    """(33, 0) for `33`, (17, 1) for `17-1`: in this order articles stand. ValueError for anything else."""
    number, _, inserted = article.partition("-")
    return int(number), int(inserted or 0)


def is_numbered(article: str, last: int) -> bool:
    """Whether an article's number lies within a numbering up to `last`; 第十七条之一 counts with 17."""
    number = article.partition("-")[0]
    return number.isdecimal() and 1 <= int(number) <= last


_DIGITS = "零一二三四五六七八九"


def article_title(article: str) -> str:
    """`33` → 第三十三条, `1043` → 第一千零四十三条, `17-1` → 第十七条之一."""
    number, inserted = article_number(article)
    return f"第{in_words(number)}条" + (f"之{in_words(inserted)}" if inserted else "")


def in_words(number: int) -> str:
    """A number from 1 to 9999 as statutes write it: 一千零四十三, 十七; `citation.numeral` reads it back."""
    text, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if zero else "") + _DIGITS[digit] + name
        zero = bool(text) and not digit
    return text.removeprefix("一") if text.startswith("一十") else text
