"""What items say of the law against the law as it holds at their exam. One reading of each rationale serves all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from quizgen.check.faults import items_of, spot, warning
from quizgen.check.law.boxes import place_fault
from quizgen.check.law.cited import cite_faults
from quizgen.check.law.fitting import fitting_faults
from quizgen.check.law.numbers import number_faults
from quizgen.check.law.paragraphs import by_paragraph
from quizgen.check.law.quotations import quotation_faults
from quizgen.check.law.restated import restated_faults
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic
from quizgen.law.lawbook import Lawbook, Named
from quizgen.model import Item


def items_agree_with_the_law(content: Content, book: Lawbook) -> Iterator[Diagnostic]:
    """Q209, Q211, Q212, Q214, Q215, Q217, Q219, Q220, Q226: active quote, count, name, cite and retell the law.

    Quotations and numbers are judged only where there is a text of the statute.
    """
    for item in (item for item in items_of(content) if item.is_active and _is_judged(item)):
        named = book.named(item.rationale, item.cites)
        yield from _missing_articles(item, named, book, content.sources)
        yield from islice(cite_faults(item, named, book, sources=content.sources), _MOST)
        if content.texts:
            yield from islice(quotation_faults(item, named, book, sources=content.sources), _MOST)
            narrow = by_paragraph(named, item.rationale)
            yield from islice(number_faults(item, narrow, book, sources=content.sources), _MOST)
            yield from fitting_faults(item, named, book)
            yield from islice(restated_faults(item, narrow, book, sources=content.sources), _MOST)


_MOST = 20
"""Faults of a kind that are told of one item."""
_LONGEST = 4_000
"""Characters of a text that is judged; the longest rationales of real banks have about 1,500."""


def _is_judged(item: Item) -> bool:
    return all(len(text) <= _LONGEST for text in (item.stem, item.rationale, *item.options.values()))


def _missing_articles(
    item: Item, named: list[Named], book: Lawbook, sources: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Q212; an article that the item cites too is told once, by Q205."""
    cited = {(cite.source, cite.article) for cite in item.cites}
    for place in named:
        fault = place_fault(place, book.in_force(place.statute, item.lesson), book)
        if fault and ((place.statute, place.article) not in cited or place.paragraph):
            span = spot(sources, item.places.get("rationale", item.where), item.rationale[place.start : place.end])
            yield warning("Q212", span, fault[0], hint=fault[1], item=item)
