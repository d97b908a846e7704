"""Links from prose to the articles that it names: in lessons (a Python-Markdown extension) and in rationales.

Where a statute's text is missing, law boxes lead to the official database and prose stays text.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from quizgen.law.edition import Edition
from quizgen.law.lawbook import Lawbook, Named
from quizgen.model import Cite
from quizgen.render.cites import OFFICIAL_DATABASE
from quizgen.site.page_text import PageText, Stretch, TextRun, plain_text, read_page
from quizgen.site.search_index import Passage, passages

CLASS = "law-link"
_EXTERNAL = "noopener external"
_TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where on the site the articles stand that a text names, by the answers of one lawbook."""

    book: Lawbook
    editions: Mapping[str, Edition]

    def cited(self, cite: Cite) -> str | None:
        """The address of an item's citation; None for documents and where there is no text."""
        edition = self.editions.get(cite.source)
        return edition.place(cite.article) if edition else None

    def named(self, named: Named) -> str | None:
        """The address of a named article; None where there is no text, and for those between the ends of a range."""
        edition = None if named.is_between else self.editions.get(named.statute)
        return edition.place(named.article, named.paragraph) if edition else None


def linked(markup: str, links: Links, cites: Iterable[Cite], *, href: Callable[[str], str]) -> str:
    """Sanitised HTML of a rationale whose articles are links; `href` makes an address of the site one of the page.

    Code stays as it is.
    """
    if "条" not in markup:
        return markup
    pieces, closed = [], 0  # text and tags in turn, whether the text is open to links
    at = 0
    for tag in _TAG.finditer(markup):
        pieces.append((markup[at : tag.start()], not closed, tag[0]))
        closed += {"": 1, "/": -1}[tag[1]] if tag[2] in {"code", "pre"} else 0
        at = tag.end()
    pieces.append((markup[at:], not closed, ""))
    starts = [0]
    for text, _, _ in pieces:
        starts.append(starts[-1] + len(text))
    places = _by_place(links.book.named("".join(text for text, _, _ in pieces), cites), starts[:-1], links)
    return "".join(
        (_with_links(text, places[number], starts[number], href) if is_open else text) + tag
        for number, (text, is_open, tag) in enumerate(pieces)
    )


def _by_place(named: Iterable[Named], starts: list[int], links: Links) -> defaultdict[int, list[tuple[int, int, str]]]:
    """Start, end and address of what is named, by the number of the stretch in which its article stands."""
    found: defaultdict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for one in named:
        if address := links.named(one):
            number = bisect_right(starts, one.end - 1) - 1
            found[number].append((max(one.start, starts[number]), one.end, address))
    return found


def _with_links(text: str, found: list[tuple[int, int, str]], start: int, href: Callable[[str], str]) -> str:
    pieces, done = [], start
    for begin, end, address in found:
        words = text[begin - start : end - start]
        link = f'<a class="{CLASS}" href="{html.escape(href(address))}">{words}</a>'
        pieces += [text[done - start : begin - start], link]
        done = end
    return "".join([*pieces, text[done - start :]])


class _Linker(Treeprocessor):
    def __init__(self, md: Markdown, extension: LawLinks) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, root: Element) -> None:
        links, href = self.extension.links, self.extension.href
        page = read_page(root)
        named = links.book.named(page.text, about=self.extension.about())
        self.extension.read(passages(page, named, links.book.register, plain=plain_text(self.md)))
        _link_boxes(page, named, links)
        places = _by_place(named, [run.start for run in page.runs], links)
        # From the end, so that the places of earlier runs of the same parent stay.
        for number in sorted(places, reverse=True):
            run = page.runs[number]
            if run.is_linkable:
                _link(run, [place for place in places[number] if _is_own(page, place, run)], href)


def _is_own(page: PageText, place: tuple[int, int, str], run: TextRun) -> bool:
    """Whether the words are the page's to link: quoted law text names articles of its own statute, unlinked."""
    return not run.is_quoted or page.text[place[0]] != "第"


def _link_boxes(page: PageText, named: list[Named], links: Links) -> None:
    """Leads the title of a law box to the official database where it names a registered statute without a text."""
    starts = [one.start for one in named]
    for box in page.boxes:
        inside = named[bisect_left(starts, box.start) : bisect_left(starts, box.end)]
        known = any(one.statute in links.book.register.statutes for one in inside)
        if known and not len(box.element) and not any(map(links.named, inside)):
            _to_database(box)


def _to_database(box: Stretch) -> None:
    link = Element("a", {"class": CLASS, "href": OFFICIAL_DATABASE, "rel": _EXTERNAL})
    link.text, box.element.text = box.element.text, ""
    box.element.append(link)


def _link(run: TextRun, found: list[tuple[int, int, str]], href: Callable[[str], str]) -> None:
    """Links the found stretches of a run."""
    if not found:
        return
    stops = [*(begin for begin, _, _ in found[1:]), run.end]
    before = run.text[: found[0][0] - run.start]
    if run.after is None:
        run.parent.text = before
    else:
        run.after.tail = before
    place = 0 if run.after is None else list(run.parent).index(run.after) + 1
    for offset, ((begin, end, address), stop) in enumerate(zip(found, stops, strict=True)):
        link = Element("a", {"class": CLASS, "href": href(address)})
        link.text, link.tail = (
            run.text[begin - run.start : end - run.start],
            run.text[end - run.start : stop - run.start],
        )
        run.parent.insert(place + offset, link)


class LawLinks(Extension):
    """Reads each page once: links the articles that it names, and gives `read` its passages for the search.

    `about` and `href` answer for the page that is being converted.
    """

    def __init__(
        self,
        links: Links,
        *,
        about: Callable[[], str],
        href: Callable[[str], str],
        read: Callable[[list[Passage]], None] = lambda _: None,
    ) -> None:
        super().__init__()
        self.links, self.about, self.href, self.read = links, about, href, read

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name is Python-Markdown's
        """Runs after inline patterns and before mkdocs resolves and checks the addresses of links (0)."""
        md.treeprocessors.register(_Linker(md, self), "quizgen-law-links", 4)
