"""Links from prose to the articles that it names: in lessons (a Python-Markdown extension) and in rationales.

Imports `markdown`, `render.cites` and pure modules. Where a statute's text is missing, law boxes lead to the official
database and prose stays text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from quizgen.law.citation import Mention, mentions
from quizgen.law.edition import Edition
from quizgen.law.register import Register
from quizgen.model import Cite
from quizgen.render.cites import OFFICIAL_DATABASE

CLASS = "law-link"
_EXTERNAL = "noopener external"
_UNLINKED = frozenset({"a", "button", "code", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "script", "style", "summary"})
_BLOCKS = frozenset({"blockquote", "dd", "dt", "li", "p", "td", "th"})
_TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
_NAME = re.compile("《([^《》]+)》")
_OTHER = re.compile(r"(?:[该同此]|前述|上述|[^本]法律?|条例|规定|办法|决定|《|》)\s*$")
"""Words before an unnamed article which say that it is not simply the page's own statute's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A stretch `text[start:end]` that names an article, and the article's address below the site's root."""

    start: int
    end: int
    address: str


class Citations:
    """Which articles a text names, and where they stand."""

    def __init__(self, register: Register, editions: Mapping[str, Edition]) -> None:
        self.editions = editions
        self.names = register.ids_by_name

    def address(self, cite: Cite) -> str | None:
        """Where the article of an item's citation stands; None for documents and where there is no text."""
        edition = self.editions.get(cite.source)
        return edition.place(cite.article) if edition else None

    def own(self, text: str, about: str) -> str:
        """`about`, the statute of articles without a name, or empty where the text names another source as well."""
        return about if all(self.names.get(name) == about for name in _NAME.findall(text)) else ""

    def named(self, text: str) -> Iterator[Mention]:
        """The mentions of registered statutes by name."""
        return (mention for mention in mentions(text, self.names) if mention.statute in self.names)

    def find(self, text: str, *, about: str = "") -> Iterator[Cited]:
        """Every article that has an address; one without a name is that of the statute `about`, if it says so."""
        for mention in mentions(text, self.names):
            plain = not mention.statute and not _OTHER.search(text, 0, mention.start)
            edition = self.editions.get(about if plain else self.names.get(mention.statute, ""))
            address = edition.place(mention.article, mention.paragraph) if edition else None
            if address:
                yield Cited(start=mention.start, end=mention.end, address=address)


def linked(markup: str, citations: Citations, *, about: str, href: Callable[[str], str]) -> str:
    """Sanitised HTML whose mentions of articles are links; `href` makes an address of the site one of the page.

    Code and links stay as they are. `about` is the statute of articles without a name.
    """
    own = citations.own(markup, about)
    pieces, done, closed = [], 0, 0
    for tag in [*_TAG.finditer(markup), None]:
        stop = tag.start() if tag else len(markup)
        text = markup[done:stop]
        pieces.append(text if closed else _with_links(text, citations, about=own, href=href))
        if tag:
            pieces.append(tag[0])
            done = tag.end()
            if tag[2] in _UNLINKED:
                closed += -1 if tag[1] else 1
    return "".join(pieces)


def _with_links(text: str, citations: Citations, *, about: str, href: Callable[[str], str]) -> str:
    pieces, done = [], 0
    for cited in citations.find(text, about=about):
        address = html.escape(href(cited.address))
        pieces += [text[done : cited.start], f'<a class="{CLASS}" href="{address}">{text[cited.start : cited.end]}</a>']
        done = cited.end
    return "".join([*pieces, text[done:]])


class _Linker(Treeprocessor):
    def __init__(
        self, md: Markdown, citations: Citations, *, about: Callable[[], str], href: Callable[[str], str]
    ) -> None:
        super().__init__(md)
        self.citations, self.about, self.href = citations, about, href

    def run(self, root: Element) -> None:
        self._visit(root, self.about())

    def _visit(self, element: Element, about: str) -> None:
        """Links the text of an element and below it; quoted law text names articles of its own statute, unlinked."""
        classes = (element.get("class") or "").split()
        if element.tag in _UNLINKED:
            return
        if "law" in classes:
            self._visit_box(element)
            return
        if element.tag in _BLOCKS:
            about = self.citations.own("".join(element.itertext()), about)
        children = list(element)
        for child in children:
            self._visit(child, about)
        self._link(element, None, about)
        for child in children:
            self._link(element, child, about)

    def _visit_box(self, box: Element) -> None:
        for child in box:
            is_title = "admonition-title" in (child.get("class") or "").split()
            if is_title and not len(child) and not any(self.citations.find(child.text or "")):
                self._to_database(child)
            else:
                self._visit(child, "")

    def _to_database(self, title: Element) -> None:
        if any(self.citations.named(title.text or "")):
            link = Element("a", {"class": CLASS, "href": OFFICIAL_DATABASE, "rel": _EXTERNAL})
            link.text, title.text = title.text, ""
            title.append(link)

    def _link(self, parent: Element, after: Element | None, about: str) -> None:
        """Links the text at the start of `parent`, or the text that follows its child `after`."""
        text = (parent.text if after is None else after.tail) or ""
        found = list(self.citations.find(text, about=about))
        if not found:
            return
        stops = [*(cited.start for cited in found[1:]), len(text)]
        if after is None:
            parent.text = text[: found[0].start]
        else:
            after.tail = text[: found[0].start]
        place = 0 if after is None else list(parent).index(after) + 1
        for offset, (cited, stop) in enumerate(zip(found, stops, strict=True)):
            link = Element("a", {"class": CLASS, "href": self.href(cited.address)})
            link.text, link.tail = text[cited.start : cited.end], text[cited.end : stop]
            parent.insert(place + offset, link)


class LawLinks(Extension):
    """Links the articles that a page names; `about` and `href` answer for the page that is being converted."""

    def __init__(self, citations: Citations, *, about: Callable[[], str], href: Callable[[str], str]) -> None:
        super().__init__()
        self.citations, self.about, self.href = citations, about, href

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name is Python-Markdown's
        """Runs after inline patterns and before mkdocs resolves and checks the addresses of links (0)."""
        linker = _Linker(md, self.citations, about=self.about, href=self.href)
        md.treeprocessors.register(linker, "quizgen-law-links", 4)
