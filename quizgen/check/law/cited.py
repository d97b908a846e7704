"""Whether an item's rationale and its cites name the same articles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from quizgen.check.faults import spot, warning
from quizgen.diagnostics import Diagnostic
from quizgen.law.lawbook import Lawbook, Named
from quizgen.law.register import article_title
from quizgen.model import Cite, Item


def cite_faults(item: Item, named: list[Named], book: Lawbook, *, sources: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Q214 and Q215: articles that the rationale names (`named`) and `cites` lacks, and the reverse; told once each.

    For the reverse the stem and the options count too. It is told only where the rationale names any article: one in
    words alone is another manner of writing. A cite of what is not there is an error of its own (Q204, Q205).
    """
    cited = {(cite.source, cite.article): cite for cite in item.cites if cite.article}
    if not all(_exists(cite, item, book) for cite in cited.values()):
        return
    told = {_article(place): place for place in reversed(named) if place.article and not place.is_between}
    for (statute, article), place in sorted(told.items()):
        if (statute, article) not in cited:
            words = item.rationale[place.start : place.end]
            span = spot(sources, item.places.get("rationale", item.where), words)
            message = f"解析写到{book.short(statute)}{article_title(article)}，“cites”里没有"
            hint = f"请核对条号；没有写错的，请在“cites”里补上{statute}:{article}"
            yield warning("Q214", span, message, hint=hint, item=item)
    unnamed = [article for article in cited if told and article not in told]
    elsewhere = _named_elsewhere(item, book) if unnamed else set()
    for statute, article in unnamed:
        if (statute, article) not in elsewhere:
            message = f"“cites”里有{book.short(statute)}{article_title(article)}，解析没有写到"
            hint = "请核对条号；没有写错的，请在解析里写明这一条与答案的关系，或从“cites”里删去"
            yield warning("Q215", cited[statute, article].span, message, hint=hint, item=item)


def _exists(cite: Cite, item: Item, book: Lawbook) -> bool:
    held = book.in_force(cite.source, item.lesson) if cite.source in book.register.statutes else ()
    return any(version.has_article(cite.article) for version in held)


def _article(place: Named) -> tuple[str, str]:
    return place.statute, place.article


def _named_elsewhere(item: Item, book: Lawbook) -> set[tuple[str, str]]:
    return {_article(place) for text in (item.stem, *item.options.values()) for place in book.named(text, item.cites)}
