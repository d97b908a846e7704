"""What a rationale names of an article: the paragraphs, where it names them each time, or the whole."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from quizgen.law.citation import NUMERAL
from quizgen.law.lawbook import Named
from quizgen.law.text import StatuteText, paragraphs

_PARAGRAPH = re.compile(rf"第\s{{0,3}}{NUMERAL}\s{{0,3}}款")
_LEANS = re.compile(f"前[款一二两三四五六]|[该本]条|第{NUMERAL}款|上述|前述")
"""In a paragraph that is read together with others."""
_SPEAKS_OF_ALL = re.compile("[该本这同此]条|另一款|其他款|[前该这两各]款|该项")
"""In a rationale that goes on from the paragraph to the article."""


def by_paragraph(named: list[Named], text: str) -> list[Named]:
    """The places that a text names, without their paragraphs where it speaks of others too and does not say whose."""
    told = sum(place.paragraph is not None for place in named)
    if told and len(_PARAGRAPH.findall(text)) == told and not _SPEAKS_OF_ALL.search(text):
        return named
    return [replace(place, paragraph=None) for place in named]


def official_words(place: Named, text: StatuteText) -> str:
    """The words of the paragraph, where one is named that can be read alone; else those of the article."""
    article = text.articles.get(place.article, "")
    alone = "".join(paragraphs(article)[place.paragraph - 1 : place.paragraph]) if place.paragraph else ""
    return article if not alone or _LEANS.search(alone) else alone


def paragraphs_named(place: Named, named: Iterable[Named], text: StatuteText) -> str:
    """The words of all paragraphs of the place's article that are named; those of the article where it is named so."""
    same = [each for each in named if (each.statute, each.article) == (place.statute, place.article)]
    found = dict.fromkeys(official_words(each, text) for each in same or [place])
    article = text.articles.get(place.article, "")
    return article if article in found else "\n".join(found)
