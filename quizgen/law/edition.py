"""A statute's text laid out as pages: which page holds which article, and every address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from quizgen.law.register import Register, Statute, article_title
from quizgen.law.text import LEVELS, Heading, StatuteText, in_force, paragraphs

SHELF = "laws/"
"""Address of the list of all statutes, below the site's root; each statute stands below it by its id."""
PAGE_ARTICLES = 150
"""The most articles on one page: of the official texts none then passes 120 KB of HTML, light for old telephones."""
FEW_ARTICLES = 10
"""A 编 begins a page of its own unless it is as short as this (附则)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatutePage:
    """One page of a statute: consecutive articles.

    `address` is below the site's root. `titles` name what it lies in and what it holds (第三编 合同, 第九章 买卖合同至
    第十四章 租赁合同); empty where the statute has no headings or is one page alone.
    """

    address: str
    titles: tuple[str, ...]
    articles: tuple[str, ...]

    @property
    def span(self) -> str:
        """第一条至第一百零八条."""
        first, last = article_title(self.articles[0]), article_title(self.articles[-1])
        return first if first == last else f"{first}至{last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The version of a statute's text that the site shows, on one page or several.

    `outline` has the headings that can be shown: of a known level, from and to articles that are there. `coming` is
    the next version, passed but not yet in force.
    """

    text: StatuteText
    short: str
    outline: tuple[Heading, ...]
    parts: tuple[StatutePage, ...]
    coming: StatuteText | None = None

    @property
    def address(self) -> str:
        """Where the statute begins: its only page, or the contents list of its pages."""
        return f"{SHELF}{self.text.id}/"

    def part(self, article: str) -> StatutePage | None:
        """The page that holds the article (`33`, `17-1`), or None where the text has no such article."""
        return next((part for part in self.parts if article in part.articles), None)

    def place(self, article: str, paragraph: int | None = None) -> str | None:
        """Address of an article, `laws/xianfa/#t33`, or of one of its paragraphs (款), counted from 1.

        A paragraph that the article does not have leads to the article; an unknown article is None.
        """
        part = self.part(article)
        if not part:
            return None
        last = len(paragraphs(self.text.articles[article]))
        return f"{part.address}#{anchor(article, paragraph if paragraph and paragraph <= last else 1)}"

    def headings(self, part: StatutePage) -> Iterator[tuple[str, Heading]]:
        """The headings that begin on a page, outermost first, each with its anchor."""
        for number, heading in enumerate(self.outline, start=1):
            if heading.first in part.articles:
                yield f"m{number}", heading

    def depth(self, heading: Heading) -> int:
        """How deep a heading of the outline stands: 0 for the outermost level that the statute uses."""
        return _levels(self.outline).index(heading.level)


def anchor(article: str, paragraph: int = 1) -> str:
    """`t33` for an article and its first paragraph, `t33k2` for its second."""
    return f"t{article}" if paragraph == 1 else f"t{article}k{paragraph}"


def editions(register: Register, texts: Mapping[str, tuple[StatuteText, ...]], day: date) -> dict[str, Edition]:
    """Every registered statute of which there is a text, in the register's order, as it stands on `day`."""
    return {
        statute.id: _edition(texts[statute.id], statute, day)
        for statute in register.statutes.values()
        if texts.get(statute.id)
    }


def _edition(texts: tuple[StatuteText, ...], statute: Statute, day: date) -> Edition:
    """Before a statute's first version is in force, that version is what there is to show."""
    registered = statute.version
    text = in_force(texts, day, registered=registered) or texts[0]
    later = [other for other in texts if other is not text and not in_force([other], day, registered=registered)]
    coming = min(later, key=lambda other: other.effective or other.version, default=None)
    layout = _Layout(text)
    outline = tuple(heading for heading, _, _ in layout.placed)
    return Edition(text=text, short=statute.short, outline=outline, parts=tuple(layout.parts()), coming=coming)


class _Layout:
    """A text while it is cut into pages; pages and headings as places of their articles, `[start, stop)`."""

    def __init__(self, text: StatuteText) -> None:
        self.text = text
        self.articles = tuple(text.articles)
        places = {number: place for place, number in enumerate(self.articles)}
        self.placed = [
            (heading, places[heading.first], places[heading.last] + 1)
            for heading in text.headings
            if heading.first in places and heading.last in places and heading.level in LEVELS
        ]

    def parts(self) -> Iterator[StatutePage]:
        address = f"{SHELF}{self.text.id}/"
        pages = self.pages(0, len(self.articles), LEVELS)
        for start, stop in pages:
            alone = len(pages) == 1
            yield StatutePage(
                address=address if alone else f"{address}{anchor(self.articles[start])}/",
                titles=() if alone else tuple(self.titles(start, stop)),
                articles=self.articles[start:stop],
            )

    def pages(self, start: int, stop: int, levels: Sequence[str]) -> list[tuple[int, int]]:
        """Cuts at headings, the outer ones first, and joins neighbours that fit on one page."""
        if stop - start <= PAGE_ARTICLES:
            return [(start, stop)]
        if not levels:
            return [(at, min(at + PAGE_ARTICLES, stop)) for at in range(start, stop, PAGE_ARTICLES)]
        level, *inner = levels
        begins = {begin for heading, begin, _ in self.placed if heading.level == level and start < begin < stop}
        pages: list[tuple[int, int]] = []
        for piece in pairwise(sorted({start, *begins, stop})):
            for page in self.pages(*piece, inner):
                if pages and _fits(pages[-1], page, level):
                    pages[-1] = (pages[-1][0], page[1])
                else:
                    pages.append(page)
        return pages

    def titles(self, start: int, stop: int) -> Iterator[str]:
        """The headings that the page lies within, then the first and the last of those within it."""
        around = [row for row in self.placed if row[1] <= start and stop <= row[2]]
        yield from (heading.title for heading, _, _ in around)
        inner = [row[0] for row in self.placed if row[1] < stop and start < row[2] and row not in around]
        if inner and not (around and around[-1][1:] == (start, stop)):
            ends = [heading.title for heading in inner if heading.level == _levels(inner)[0]]
            yield "至".join(dict.fromkeys((ends[0], ends[-1])))


def _fits(before: tuple[int, int], page: tuple[int, int], level: str) -> bool:
    short = page[1] - page[0] <= FEW_ARTICLES
    return page[1] - before[0] <= PAGE_ARTICLES and (level != LEVELS[0] or short)


def _levels(headings: Sequence[Heading]) -> list[str]:
    used = {heading.level for heading in headings}
    return [level for level in LEVELS if level in used]
