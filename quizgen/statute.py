"""The register of what is cited: statutes with articles, documents without. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from quizgen.diagnostics import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
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
    upcoming: Edition | None = None
    where: Span = field(default=Span(path=""), compare=False, repr=False)

    def has_article(self, article: str) -> bool:
        """Whether `article` (`33`, `17-1` for 第十七条之一) lies within the statute's numbering."""
        number = article.partition("-")[0]
        return number.isdecimal() and 1 <= int(number) <= self.articles


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


_DIGITS = "零一二三四五六七八九"


def article_title(article: str) -> str:
    """`33` → 第三十三条, `1043` → 第一千零四十三条, `17-1` → 第十七条之一."""
    number, _, suffix = article.partition("-")
    return f"第{_numeral(int(number))}条" + (f"之{_numeral(int(suffix))}" if suffix else "")


def _numeral(number: int) -> str:
    text, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if zero else "") + _DIGITS[digit] + name
        zero = bool(text) and not digit
    return text.removeprefix("一") if text.startswith("一十") else text
