"""The site's search index: sections of pages as plain text, and the articles each cites. `statute` only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

from quizgen.statute import Register, article_title

_NUMERAL = "[零一二三四五六七八九十百千]+"
_ARTICLE = rf"第{_NUMERAL}条(?:之{_NUMERAL})?"
_CITED = re.compile(rf"(?:《([^》]+)》)?((?:[、，和及]?{_ARTICLE}(?:第{_NUMERAL}款)?(?:第{_NUMERAL}项)?)+)")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_BLOCKS = frozenset({"p", "li", "td", "th", "tr", "div", "blockquote", "dt", "dd", "h4", "h5", "h6", "summary"})
_HEADINGS = frozenset({"h1", "h2", "h3"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One searchable place: `url` is relative to the site's root and holds the heading's anchor."""

    url: str
    page: str
    title: str
    text: str
    about: str = ""
    """The statute that an article without a title belongs to on this page, by id; empty where there is none."""


class _Reader(HTMLParser):
    """Cuts a page into sections at h1 to h3; leaves out `data-search-exclude`, forms, code and heading links."""

    def __init__(self, *, url: str, page: str) -> None:
        super().__init__()
        self.url, self.page = url, page
        self.parts: list[tuple[str, list[str], list[str]]] = [(url, [page], [])]  # address, title, text
        self.skipped: list[str] = []
        self.heading = ""

    @property
    def _title(self) -> list[str]:
        return self.parts[-1][1]

    @property
    def _text(self) -> list[str]:
        return self.parts[-1][2]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        given = dict(attrs)
        unwanted = "data-search-exclude" in given or "headerlink" in (given.get("class") or "")
        if self.skipped or unwanted or tag in {"form", "pre", "script", "style"}:
            self.skipped.append(tag)
        elif tag in _HEADINGS and given.get("id"):
            self.heading = tag
            self.parts.append((f"{self.url}#{given['id']}", [], []))
        elif tag in _BLOCKS:
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if self.skipped:
            if tag in self.skipped:
                while self.skipped.pop() != tag:
                    pass
        elif tag == self.heading:
            self.heading = ""

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            (self._title if self.heading else self._text).append(data)


def sections(html: str, *, url: str, page: str, about: str = "") -> list[Section]:
    """The sections of a rendered page in reading order; the first is named for the page itself."""
    reader = _Reader(url=url, page=page)
    reader.feed(html)
    reader.close()
    plain = ((address, " ".join("".join(t).split()), " ".join("".join(b).split())) for address, t, b in reader.parts)
    return [
        Section(url=address, page=page, title=title, text=text, about=about)
        for address, title, text in plain
        if title or text
    ]


def index(found: Iterable[Section], register: Register) -> dict[str, object]:
    """What the search script reads: `laws` [id, title, short], `names` by citation, `sections` with `cites`."""
    names: dict[str, str] = {}
    rows = []
    statutes = _by_name(register)
    for section in found:
        about = register.statutes.get(section.about)
        cites = dict(
            _cites(f"{section.title} {section.text}", statutes, about=statutes.get(about.title) if about else None)
        )
        names |= cites
        row = {"url": section.url, "page": section.page, "title": section.title, "text": section.text}
        rows.append({**row, "cites": sorted(cites)})
    laws = [[statute.id, statute.title, statute.short] for statute in register.statutes.values()]
    return {"laws": laws, "names": names, "sections": rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Numbered:
    """A statute and the numbers of its articles by their titles (第三十三条 → 33)."""

    id: str
    articles: Mapping[str, str]


def _by_name(register: Register) -> dict[str, _Numbered]:
    found = {}
    for statute in register.statutes.values():
        articles = {article_title(str(number)): str(number) for number in range(1, statute.articles + 1)}
        numbered = _Numbered(id=statute.id, articles=articles)
        for name in (statute.title, statute.title.removeprefix("中华人民共和国"), statute.short):
            found[name] = numbered
    return found


def _cites(text: str, statutes: Mapping[str, _Numbered], *, about: _Numbered | None) -> Iterator[tuple[str, str]]:
    """Citations with the article's title; one without a statute's title means the page's own, or the last named."""
    last: _Numbered | None = None
    for name, listed in _CITED.findall(text.replace(" ", "")):
        statute = last = statutes.get(name) if name else about or last
        if statute is None:
            continue
        for article in re.findall(_ARTICLE, listed):
            base, _, suffix = article.partition("条")
            number = statute.articles.get(f"{base}条")
            if number:
                yield f"{statute.id}:{number}{_INSERTED.get(suffix, '')}", article


_INSERTED = {article_title(f"1-{number}").partition("条")[2]: f"-{number}" for number in range(1, 40)}
"""之一 → -1, as statutes number articles that were inserted later."""
