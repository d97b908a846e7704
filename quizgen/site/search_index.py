"""The site's search index: sections of pages as plain text, the articles each cites.

Imports `citation`, `edition` and `statute` only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from html.parser import HTMLParser
from types import MappingProxyType

from quizgen.law.citation import mentions
from quizgen.law.edition import Edition
from quizgen.law.register import Register, Statute, article_title

_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_BLOCKS = frozenset({"p", "li", "td", "th", "tr", "div", "blockquote", "dt", "dd", "h4", "h5", "h6", "summary"})
_HEADINGS = frozenset({"h1", "h2", "h3"})


class Nearness(IntEnum):
    """How near a section comes to an article that it cites; search results stand in this order."""

    TEXT = 0
    NAMED = 1
    RANGE = 2
    """Only as the first or the last of several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One searchable place: `url` is relative to the site's root and holds the heading's anchor."""

    url: str
    page: str
    title: str
    text: str
    boxes: str = ""
    """The titles of its law boxes: the articles whose text stands here."""
    about: str = ""
    """The statute that an article without a title belongs to on this page, by id; empty where there is none."""


@dataclass(slots=True, kw_only=True)
class _Part:
    """A section while it is read: pieces of text as the parser meets them."""

    url: str
    title: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Cuts a page into sections at h1 to h3; leaves out `data-search-exclude`, forms, code and heading links."""

    def __init__(self, *, url: str, page: str) -> None:
        super().__init__()
        self.url, self.page = url, page
        self.parts = [_Part(url=url, title=[page])]
        self.skipped: list[str] = []
        self.heading = ""
        self.box = ""  # law: in a law box, before its title; title: within that

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        given = dict(attrs)
        classes = (given.get("class") or "").split()
        unwanted = "data-search-exclude" in given or "headerlink" in classes
        if self.skipped or unwanted or tag in {"form", "pre", "script", "style"}:
            self.skipped.append(tag)
        elif tag in _HEADINGS and given.get("id"):
            self.heading = tag
            self.parts.append(_Part(url=f"{self.url}#{given['id']}"))
        elif tag in _BLOCKS:
            self.parts[-1].text.append(" ")
            if "admonition" in classes:
                self.box = "law" if "law" in classes else ""
            elif self.box == "law" and "admonition-title" in classes:
                self.box = "title"

    def handle_endtag(self, tag: str) -> None:
        if self.skipped:
            if tag in self.skipped:
                while self.skipped.pop() != tag:
                    pass
        elif tag == self.heading:
            self.heading = ""
        elif tag == "p" and self.box == "title":
            self.box = ""
            self.parts[-1].boxes.append(" ")

    def handle_data(self, data: str) -> None:
        if self.skipped:
            return
        part = self.parts[-1]
        (part.title if self.heading else part.text).append(data)
        if self.box == "title":
            part.boxes.append(data)


def sections(html: str, *, url: str, page: str, about: str = "") -> list[Section]:
    """The sections of a rendered page in reading order; the first is named for the page itself."""
    reader = _Reader(url=url, page=page)
    reader.feed(html)
    reader.close()
    found = (
        Section(
            url=part.url,
            page=page,
            title=_plain(part.title),
            text=_plain(part.text),
            boxes=_plain(part.boxes),
            about=about,
        )
        for part in reader.parts
    )
    return [section for section in found if section.title or section.text]


def _plain(pieces: Iterable[str]) -> str:
    return " ".join("".join(pieces).split())


def index(
    found: Iterable[Section], register: Register, editions: Mapping[str, Edition] = MappingProxyType({})
) -> dict[str, object]:
    """What the search script reads: `laws` [id, title, short, pages], `names` by citation, `sections` with `cites`.

    `pages` are the statute's pages that hold articles (see `_pages`), none where there is no text. `cites` gives for
    each citation how near the section comes to it (see `Nearness`).
    """
    names: dict[str, str] = {}
    rows = []
    statutes = {name: register.statutes[id] for name, id in register.ids_by_name.items()}
    for section in found:
        about = register.statutes.get(section.about)
        cites: dict[str, Nearness] = {}
        for cite, name, nearness in _cites(f"{section.title} {section.text}", statutes, about=about):
            names[cite] = name
            cites[cite] = min(nearness, cites.get(cite, nearness))
        for cite, _, nearness in _cites(section.boxes, statutes, about=about):
            cites[cite] = Nearness.TEXT if nearness is Nearness.NAMED else nearness
        row = {"url": section.url, "page": section.page, "title": section.title, "text": section.text}
        rows.append({**row, "cites": dict(sorted(cites.items()))})
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


def _cites(text: str, statutes: Mapping[str, Statute], *, about: Statute | None) -> Iterator[tuple[str, str, Nearness]]:
    """Citations, their article's title and nearness; without a statute's title: the page's own, or the last named."""
    last: Statute | None = None
    for mention in mentions(text.replace(" ", ""), statutes):
        statute = last = statutes.get(mention.statute) if mention.statute else about or last
        if statute and statute.has_article(mention.article):
            nearness = Nearness.RANGE if mention.in_range else Nearness.NAMED
            yield f"{statute.id}:{mention.article}", article_title(mention.article), nearness
