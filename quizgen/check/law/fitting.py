"""Whether what an item says fits the articles that it cites, or clearly another one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from quizgen.check.faults import warning
from quizgen.diagnostics import Diagnostic
from quizgen.law.concordance import Concordance, Place
from quizgen.law.lawbook import Lawbook, Named
from quizgen.law.register import article_title
from quizgen.law.text import StatuteText
from quizgen.model import Item, right_statements

LEAST = 25.0
"""What the other article must weigh: some four runs of characters that no third article has."""
MARGIN = 1.5
"""How many times as much as any article that is cited or named."""


def fitting_faults(item: Item, named: list[Named], book: Lawbook) -> Iterator[Diagnostic]:
    """Q226: stem, key and rationale share much more with an article that is neither cited nor named (`named`).

    The number of before an amendment, of another statute, or a slip of the finger. Where an older text has under the
    cited number what the other article says now, that is said.
    """
    cited = [Place(cite.source, cite.article) for cite in item.cites if cite.article]
    known = {*cited, *(Place(place.statute, place.article) for place in named)}
    if not cited or not all(book.texts_in_force(place.statute, item.lesson) for place in cited):
        return
    said = _said(item)
    if not book.concordance.may_outweigh(said, known, least=LEAST, margin=MARGIN):
        return
    weights = book.concordance.weights(said, least=LEAST / MARGIN)
    others = [place for place, weight in weights.items() if weight >= LEAST and place not in known]
    best = max(others, key=lambda place: (round(weights[place], 6), place), default=None)
    own = max(known, key=lambda place: (round(weights.get(place, 0.0), 6), place))
    if best and book.concordance.weights(_said_right(item)).get(best, 0.0) >= max(
        LEAST, MARGIN * weights.get(own, 0.0)
    ):
        cite = next(cite for cite in item.cites if cite.article)
        message = f"题目和解析说的更像{_title(best, book)}，不像所引的{_title(own, book)}"
        hint = _older(item, cited, best, book) or "请核对法律和条号"
        yield warning("Q226", cite.span, message, hint=hint, item=item)


def _said(item: Item) -> str:
    return _together(item, item.rationale)


def _said_right(item: Item) -> str:
    """The same without the rationale's sentences on an option that is wrong (D项，……)."""
    sentences = _SENTENCE_END.split(item.rationale)
    return _together(item, "\n".join(sentence for sentence in sentences if not _is_of_wrong(sentence, item)))


def _together(item: Item, rationale: str) -> str:
    return "\n".join((item.stem, rationale, *(text for _, text in right_statements(item))))


_SENTENCE_END = re.compile("[。；;\n]")
_OF_OPTION = re.compile("([A-H])选?项")


def _is_of_wrong(sentence: str, item: Item) -> bool:
    begins = _OF_OPTION.match(sentence)
    return bool(begins and begins[1] in item.options.keys() - item.key)


def _title(place: Place, book: Lawbook) -> str:
    return f"{book.short(place.statute)}{article_title(place.article)}"


def _older(item: Item, cited: list[Place], best: Place, book: Lawbook) -> str:
    """That the cited number was right in an older text of the same statute; empty where it was not."""
    now = book.texts_in_force(best.statute, item.lesson)[-1:]
    for place in (place for place in cited if place.statute == best.statute and now):
        for text in book.texts.get(best.statute, ()):
            if text.version < now[0].version and _says(text, place.article, item, weights_of=best, book=book):
                was, moved = article_title(place.article), article_title(best.article)
                return f"{text.version}的版本里，{was}说的正是这件事，现在是{moved}；请改条号，并核对内容有没有变"
    return ""


def _says(text: StatuteText, article: str, item: Item, *, weights_of: Place, book: Lawbook) -> bool:
    """Whether an article of an older text shares as much with the item as the present one does, or nearly."""
    present: Mapping[str, str] = book.texts_in_force(weights_of.statute, item.lesson)[-1].articles
    pair = [(Place("old", ""), text.articles.get(article, "")), (weights_of, present[weights_of.article])]
    weights = Concordance([*pair, *((Place("", ""), "") for _ in range(_OTHERS))]).weights(_said(item))
    return weights.get(pair[0][0], 0.0) >= _NEARLY * weights.get(weights_of, 0.0) > 0


_OTHERS = 100
"""Empty articles beside the two that are compared, so that what both have weighs something."""
_NEARLY = 0.6
