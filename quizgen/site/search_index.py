"""The site's search index: sections of pages as plain text, the articles each cites."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType

from quizgen.law.edition import Edition
from quizgen.law.lawbook import Named
from quizgen.law.register import Register, article_title
from quizgen.site.page_text import PageText


class Nearness(IntEnum):
    """How near a section comes to an article that it cites; search results stand in this order."""

    TEXT = 0
    NAMED = 1
    RANGE = 2
    """Only as the first or the last of several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One searchable place of a page: `anchor` is its heading's id, empty before the first; so is `title` there.

    `cites` are the articles that it names (`xianfa:33`), by how near it comes to them.
    """

    anchor: str
    title: str
    text: str
    cites: Mapping[str, Nearness]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A passage on its page: `url` is relative to the site's root and holds the heading's anchor."""

    url: str
    page: str
    title: str
    text: str
    cites: Mapping[str, Nearness] = field(default_factory=dict)


def passages(
    page: PageText, named: Iterable[Named], register: Register, *, plain: Callable[[str], str]
) -> list[Passage]:
    """The passages of a page in reading order; they begin at headings. `plain` makes a stretch what readers see.

    Of what is `named`, only articles count that a registered statute has.
    """
    heads = page.headings
    stops = [head.start for head in heads]
    cites: list[dict[str, Nearness]] = [{} for _ in range(len(heads) + 1)]
    boxed = [dict(one) for one in cites]
    begins, ends = [box.start for box in page.boxes], [box.end for box in page.boxes]
    for one in named:
        statute = register.statutes.get(one.statute)
        if statute and one.article and not one.is_between and statute.has_article(one.article):
            place, cite = bisect_right(stops, one.start), f"{one.statute}:{one.article}"
            nearness = Nearness.RANGE if one.in_range else Nearness.NAMED
            cites[place][cite] = min(nearness, cites[place].get(cite, nearness))
            title = bisect_right(begins, one.start) - 1
            if title >= 0 and one.start < ends[title]:
                boxed[place][cite] = Nearness.TEXT if nearness is Nearness.NAMED else nearness
    texts = zip([0, *(head.end for head in heads)], [*stops, len(page.text)], strict=True)
    bodies = [plain(page.text[start:stop]) for start, stop in texts]
    names = ["", *(plain(page.text[head.start : head.end]) for head in heads)]
    anchors = ["", *(head.element.get("id", "") for head in heads)]
    return [
        Passage(anchor=anchor, title=title, text=text, cites=dict(sorted((near | box).items())))
        for anchor, title, text, near, box in zip(anchors, names, bodies, cites, boxed, strict=True)
    ]


def sections(found: Iterable[Passage], *, url: str, page: str) -> list[Section]:
    """The passages of a page on that page; the first is named for the page itself, those without words are left out."""
    return [
        Section(
            url=f"{url}#{one.anchor}" if one.anchor else url,
            page=page,
            title=one.title if one.anchor else page,
            text=one.text,
            cites=one.cites,
        )
        for one in found
        if one.title or one.text or (page and not one.anchor)
    ]


def index(
    found: Iterable[Section], register: Register, editions: Mapping[str, Edition] = MappingProxyType({})
) -> dict[str, object]:
    """What the search script reads: `laws` [id, title, short, pages], `names` by citation, `sections` with `cites`.

    `pages` are the statute's pages that hold articles (see `_pages`), none where there is no text. `cites` gives for
    each citation how near the section comes to it (see `Nearness`).
    """
    rows = [
        {"url": one.url, "page": one.page, "title": one.title, "text": one.text, "cites": dict(one.cites)}
        for one in found
    ]
    names = {cite: article_title(cite.partition(":")[2]) for row in rows for cite in row["cites"]}
    laws = [[law.id, law.title, law.short, _pages(editions.get(law.id))] for law in register.statutes.values()]
    return {"laws": laws, "names": names, "sections": rows}


def _pages(edition: Edition | None) -> list[list[object]]:
    """Address, title and articles of each page, the articles as runs: [1, 17] for 1 to 17, `17-1` for itself."""
    return [[part.address, "　".join(part.titles), _runs(part.articles)] for part in edition.parts] if edition else []


def _runs(articles: Iterable[str]) -> list[list[int] | str]:
    runs: list[list[int] | str] = []
    for article in articles:
        last = runs[-1] if runs else ""
        if "-" in article:
            runs.append(article)
        elif isinstance(last, list) and int(article) == last[1] + 1:
            last[1] += 1
        else:
            runs.append([int(article), int(article)])
    return runs
