"""The statutes' official texts as pages of the site.

The pages are rendered from templates, past Markdown: law text is escaped and never interpreted, and thousands of
articles take a fraction of a second.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import relpath
from typing import TYPE_CHECKING

from mkdocs.structure.files import File, InclusionLevel
from mkdocs.structure.toc import get_toc

from quizgen.law.edition import SHELF, Edition, StatutePage, anchor
from quizgen.law.register import article_title
from quizgen.law.text import Heading, StatuteText, paragraphs
from quizgen.render.cites import OFFICIAL_DATABASE
from quizgen.render.templates import ENVIRONMENT
from quizgen.words.days import day_text

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page
    from mkdocs.structure.toc import _TocToken

TITLE = "法律法规"
"""Title of the list of statutes, in the navigation and on the page."""
PREAMBLE = "xuyan"
"""Anchor of a statute's 序言."""
_ANCHOR = re.compile(r'\bid="([^"]+)"')


def source(address: str) -> str:
    """The Markdown file that mkdocs takes for an address: `laws/xianfa/` → `laws/xianfa.md`; an anchor stays."""
    page, hash, place = address.partition("#")
    return f"{page.rstrip('/')}.md{hash}{place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LawPage:
    """A page to be: `contents` are its headings as the theme's contents list takes them (level from 2, id, name).

    `before` and `after` are addresses of the pages of the same statute around it, empty at its ends.
    """

    address: str
    title: str
    description: str
    html: str
    contents: tuple[tuple[int, str, str], ...] = ()
    before: str = ""
    after: str = ""
    is_listed: bool = False
    """Whether the navigation names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Article:
    """What the template shows of one article: `paragraphs` are anchor and lines, the first with the article's own."""

    title: str
    paragraphs: tuple[tuple[str, tuple[str, ...]], ...]
    headings: tuple[tuple[int, str, str], ...]


def law_pages(editions: Mapping[str, Edition]) -> Iterator[LawPage]:
    """The list of statutes, then each statute's pages; nothing where there are no texts."""
    if not editions:
        return
    shelf = ENVIRONMENT.get_template("laws.html")
    rows = [(edition, relpath(edition.address, SHELF) + "/", _facts(edition.text)) for edition in editions.values()]
    yield LawPage(
        address=SHELF,
        title=TITLE,
        description="课程引用的法律法规原文",
        html=shelf.render(title=TITLE, rows=rows, database=OFFICIAL_DATABASE),
        is_listed=True,
    )
    for edition in editions.values():
        yield from _pages(edition)


def _pages(edition: Edition) -> Iterator[LawPage]:
    parts: list[StatutePage | None] = [*edition.parts] if len(edition.parts) == 1 else [None, *edition.parts]
    addresses = ["", *(part.address if part else edition.address for part in parts), ""]
    for place, part in enumerate(parts, start=1):
        is_whole = addresses[place] == edition.address
        yield LawPage(
            address=addresses[place],
            title=edition.text.title if is_whole or not part else f"{edition.short}{part.span}",
            description=f"{edition.text.title}原文",
            html=_part_page(edition, part) if part else _contents_page(edition),
            contents=tuple(_headings(edition, part)) if part else (),
            before=addresses[place - 1],
            after=addresses[place + 1],
        )


def _contents_page(edition: Edition) -> str:
    parts = {part: relpath(part.address, edition.address) + "/" for part in edition.parts}
    outline = [
        (edition.depth(heading), f"{address}#{id}", heading.title, _span(heading))
        for part, address in parts.items()
        for id, heading in edition.headings(part)
    ]
    rows = outline or [(0, address, part.span, "") for part, address in parts.items()]
    return ENVIRONMENT.get_template("law_contents.html").render(
        **_frame(edition, edition.address), outline=rows, pages=[part.articles[0] for part in edition.parts]
    )


def _part_page(edition: Edition, part: StatutePage) -> str:
    begins = part is edition.parts[0]
    preamble = edition.text.preamble.split("\n") if begins and edition.text.preamble else []
    return ENVIRONMENT.get_template("law_part.html").render(
        **_frame(edition, part.address),
        part=part,
        alone=len(edition.parts) == 1,
        outline=[
            (edition.depth(heading), f"#{id}", heading.title, _span(heading)) for id, heading in edition.headings(part)
        ],
        pages=(),
        preamble=preamble,
        preamble_id=PREAMBLE,
        articles=_articles(edition, part),
    )


def _frame(edition: Edition, address: str) -> dict[str, object]:
    """What both kinds of page say of the statute; links are relative to `address`."""
    return {
        "law": edition.text,
        "short": edition.short,
        "shelf": relpath(SHELF, address) + "/",
        "shelf_title": TITLE,
        "home": relpath(edition.address, address) + "/",
        "version": _version(edition.text),
        "coming": _coming(edition.coming) if edition.coming else "",
        "database": OFFICIAL_DATABASE,
    }


def _articles(edition: Edition, part: StatutePage) -> Iterator[_Article]:
    headings: dict[str, list[tuple[int, str, str]]] = {}
    for id, heading in edition.headings(part):
        headings.setdefault(heading.first, []).append((2 + edition.depth(heading), id, heading.title))
    for number in part.articles:
        numbered = enumerate(paragraphs(edition.text.articles[number]), start=1)
        yield _Article(
            title=article_title(number),
            paragraphs=tuple((anchor(number, count), tuple(text.split("\n"))) for count, text in numbered),
            headings=tuple(headings.get(number, ())),
        )


def _headings(edition: Edition, part: StatutePage) -> Iterator[tuple[int, str, str]]:
    if part is edition.parts[0] and edition.text.preamble:
        yield 2, PREAMBLE, "序言"
    for id, heading in edition.headings(part):
        yield 2 + edition.depth(heading), id, heading.title


def _span(heading: Heading) -> str:
    """第13—56条: numerals, because the list has to fit a telephone; inserted articles as 第120—120之六条 would not."""
    first, last = (number.partition("-")[0] for number in (heading.first, heading.last))
    return f"第{first}条" if first == last else f"第{first}—{last}条"


def _facts(text: StatuteText) -> str:
    dated = f"{day_text(text.effective)}起施行" if text.effective else f"{day_text(text.version)}通过"
    return f"{len(text.articles)}条，{dated}"


def _version(text: StatuteText) -> str:
    return f"本页为{day_text(text.version)}通过的文本" + (
        f"，自{day_text(text.effective)}起施行。" if text.effective else "。"
    )


def _coming(text: StatuteText) -> str:
    passed = f"{day_text(text.version)}通过"
    return f"{day_text(text.effective)}起施行新文本（{passed}）。" if text.effective else f"新文本已于{passed}。"


class Shelf:
    """The pages of one build: as files for mkdocs, in the navigation, and as what they show."""

    def __init__(self, pages: Iterable[LawPage]) -> None:
        self.pages = {source(page.address): page for page in pages}

    def __contains__(self, page: Page) -> bool:
        return page.file.src_uri in self.pages

    def nav(self) -> list[dict[str, str]]:
        """What the navigation gains."""
        return [{page.title: name} for name, page in self.pages.items() if page.is_listed]

    def files(self, config: MkDocsConfig) -> Iterator[File]:
        """An empty file with title and description for each page; the statutes are reached through the list only."""
        for name, page in self.pages.items():
            front = json.dumps({"title": html.escape(page.title), "description": html.escape(page.description)})
            level = InclusionLevel.INCLUDED if page.is_listed else InclusionLevel.NOT_IN_NAV
            yield File.generated(config, name, content=f"---\n{front}\n---\n", inclusion=level)

    def connect(self, nav: Navigation, files: Files) -> None:
        """Marks the list in the navigation while a statute is read; previous and next stay within the statute."""
        shelf = _page(files, SHELF)
        for page in self.pages.values():
            own = _page(files, page.address)
            if not page.is_listed and own:
                own.parent = shelf if shelf in nav.pages else None  # type: ignore[assignment]  # for `active` it only walks up
                own.previous_page = _page(files, page.before)
                own.next_page = _page(files, page.after)

    def content(self, page: Page) -> str:
        """The page's HTML; its headings go to the contents list, its anchors to the check of links."""
        found = self.pages[page.file.src_uri]
        page.toc = get_toc(_tree(found.contents))
        page.present_anchor_ids = set(_ANCHOR.findall(found.html))
        return found.html


def _page(files: Files, address: str) -> Page | None:
    file = files.get_file_from_path(source(address)) if address else None
    return file.page if file else None


def _tree(rows: Sequence[tuple[int, str, str]]) -> list[_TocToken]:
    """Headings nested below the last one of a higher level, as Python-Markdown's toc tokens."""
    tree: list[_TocToken] = []
    open: list[tuple[int, list[_TocToken]]] = [(0, tree)]
    for level, id, name in rows:
        while open[-1][0] >= level:
            open.pop()
        children: list[_TocToken] = []
        open[-1][1].append({"level": level, "id": id, "name": html.escape(name), "children": children})
        open.append((level, children))
    return tree
