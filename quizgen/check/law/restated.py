"""Statements that retell an article: what decides in them is what decides in it. No quotation is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice

from quizgen.check.faults import spot, warning
from quizgen.check.law.paragraphs import paragraphs_named
from quizgen.diagnostics import Diagnostic
from quizgen.interaction import interaction
from quizgen.law.lawbook import Lawbook, Named
from quizgen.law.register import article_title
from quizgen.law.restating.alignment import (
    Alignment,
    Deviation,
    Matter,
    Passages,
    is_one_organ,
    organs_of,
    passages,
    words_of,
)
from quizgen.law.restating.denial import denied_behind, denied_by_one
from quizgen.law.restating.swapping import Swap, may_be_swapped, swapped
from quizgen.law.text import paragraphs
from quizgen.law.wording import plain
from quizgen.model import FALSE, Item, right_statements

_NEAR = 0.6
"""The share of a clause's words that stand in the article, from which on it retells it."""
_QUOTED = re.compile('“[^“”]*”|「[^「」]*」|"[^"\\n]*"|《[^《》]*》|（[^（）]*）')
_CLAUSE = re.compile(r"[^，。；：！？,;!?\n\0]{6,}")
_BLANK_CLAUSE = re.compile(r"([^，。；：？（）]{0,40})（\s*）([^，。；：？（）]{0,40})")
_COPIED = 0.72
"""The share of a stem's words that stand there, from which on it says the same."""
_EXCHANGED = re.compile("[写说弄搞]反|颠倒|混淆|对调|互换|偷换|张冠李戴")
"""What a rationale calls a stem whose words are all the article's, in each other's place."""
_WITHOUT_EXCEPTION = re.compile("一律|全部|任何|所有|只能|仅|唯一|必须|完全|无条件")
"""What makes a wrong statement of a right one."""
_OF_OPTION = re.compile("^[A-H][项、]|[甲乙丙丁某]")
"""A clause about an option or a case: it retells no law."""


def restated_faults(
    item: Item, named: list[Named], book: Lawbook, *, sources: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Q217, Q219, Q220: what an item says is the law differs from it, or does not where it should.

    Compared with the articles that are cited or that the rationale names (`named`).
    """
    if texts := _articles(item, named, book):
        told = list(_retold(item, texts, named, book, sources))
        yield from told or islice(chain(_swapped(item, texts, sources), _denied(item, texts)), 1)
        yield from _foreign_organs(item, texts)
        yield from _copied(item, texts)


def _retold(
    item: Item,
    texts: list[tuple[Named, Passages]],
    named: list[Named],
    book: Lawbook,
    sources: Mapping[str, str],
) -> Iterator[Diagnostic]:
    """Q217: a clause of the rationale, of a true judgement or of a keyed option retells an article otherwise.

    The rationale is held against the paragraphs that it names (`named`), where it names them.
    """
    spoken = _articles(item, named, book, narrow=True)
    told: set[Deviation] = set()
    for field, text in (("rationale", item.rationale), *_completed(item)):
        for start, clause in _clauses(text):
            own = _named_last(named, start) if field == "rationale" else None
            if near := _nearest(clause, spoken if field == "rationale" else texts, own):
                aligned, place = near
                for difference in aligned.differences:
                    if difference not in told:
                        told.add(difference)
                        span = spot(sources, item.places.get(field, item.where), clause)
                        message = f"“{clause}”与{book.short(place.statute)}{article_title(place.article)}不同"
                        yield warning("Q217", span, message, label=_label(difference), hint=_HINT, item=item)


def _swapped(item: Item, texts: list[tuple[Named, Passages]], sources: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Q217: a clause that says what the law is has an article's words with another deciding one beside them."""
    law = "\n".join(text.text for _, text in texts)
    for field, text in (("rationale", item.rationale), *right_statements(item)):
        is_told = field == "rationale"
        for clause, is_comment in _assertions(text) if is_told or not _BLAMES.search(text) else ():
            for found in () if is_told and _OF_OPTION.search(clause) else swapped(plain(clause), law):
                if not _is_of_item(found, item, is_comment=is_comment):
                    span = spot(sources, item.places.get(field, item.where), clause)
                    message = f"“{clause}”与所依据的条文不同"
                    yield warning("Q217", span, message, label=_label(found), hint=_HINT, item=item)


def _is_of_item(found: Swap, item: Item, *, is_comment: bool) -> bool:
    """Whether the words are those that the item itself says are wrong, or a comment may speak of the item's word."""
    if interaction(item.type).judges_stem:
        wrong = [item.stem for _ in item.key & {FALSE}]
    else:
        wrong = [text for letter, text in item.options.items() if letter not in item.key]
    is_spoken_of = is_comment and any(found.word in text for text in (item.stem, *item.options.values()))
    return is_spoken_of or found.stated in plain("\n".join(wrong))


def _assertions(text: str) -> Iterator[tuple[str, bool]]:
    """The clauses without a negation or a contrast, and whether they are in a sentence on an option or a case."""
    for sentence in _SENTENCE_END.split(_QUOTED.sub("\n", text)):
        if may_be_swapped(sentence):
            is_comment = bool(_COMMENT.match(sentence))
            yield from ((clause, is_comment) for clause in _CLAUSE_END.split(sentence) if not _CONTRAST.search(clause))


_SENTENCE_END = re.compile("[。；！;!\n]")
_CLAUSE_END = re.compile("[，：,:]")
_COMMENT = re.compile("[A-HＡ-Ｈ][、和项，的A-H]|题[干中目]|本题|[甲乙丙丁小老]")
_CONTRAST = re.compile("不(?![得满足])|[没未非无误错旧原曾仅只才漏混]|代替|改[成为]|修改|[A-HＡ-Ｈ]项")
"""不得, 不满 and 不足 are words of the law itself."""
_BLAMES = re.compile("违反|违法|不符合|错误|不合法|无效|不当")
"""In a true statement that is about somebody's fault."""


def _denied(item: Item, texts: list[tuple[Named, Passages]]) -> Iterator[Diagnostic]:
    """Q217: words of the articles stand in the rationale or in what is called right with a negation more or less."""
    law = "\n".join(text.text for _, text in texts)
    for field, text in (("rationale", item.rationale), *right_statements(item)):
        said = plain(_QUOTED.sub("\n", text))
        behind = denied_behind(said, law) if field != "rationale" else ()
        for ours, theirs in islice(chain(denied_by_one(said, law), behind), 1):
            label = f"{Matter.NEGATION}：这里是{ours}，条文是{theirs}"
            message = f"“{ours}”与所依据的条文不同"
            yield warning("Q217", item.places.get(field, item.where), message, label=label, hint=_HINT, item=item)


def _foreign_organs(item: Item, texts: list[tuple[Named, Passages]]) -> Iterator[Diagnostic]:
    """Q220: an organ in what is called right that neither the rationale nor the articles name, which name others."""
    if not all(cite.article for cite in item.cites):
        return  # a document, whose words are not known, may name others
    law = frozenset[str]().union(*(text.organs for _, text in texts))
    named = [(field, organs) for field, text in right_statements(item) if law and (organs := organs_of(text))]
    known = law | organs_of(item.rationale) if named else law
    for field, organs in named:
        for organ in sorted(organs):
            if not any(is_one_organ(organ, other) for other in known):
                message = f"正确的说法里有“{organ}”，所依据的条文和解析里都没有"
                hint = f"条文里写的是{'、'.join(sorted(law)[:5])}；请核对机关的名称"
                yield warning("Q220", item.places.get(field, item.where), message, hint=hint, item=item)


_HINT = "请对照条文；没有写错的，请换一种说法，或写成引号里的原文"


def _label(difference: Deviation) -> str:
    stated, official = difference.stated or "没有这几个字", difference.official or "没有这几个字"
    return f"{difference.matter}：这里是{stated}，条文是{official}"


def _completed(item: Item) -> Iterator[tuple[str, str]]:
    """What the item says is right; an option stands in the blank of its stem."""
    for field, text in right_statements(item):
        sentence = _BLANK_CLAUSE.search(item.stem) if field != "stem" else None
        yield field, f"{sentence[1]}{text.rstrip('。')}{sentence[2]}" if sentence else text


def _copied(item: Item, texts: list[tuple[Named, Passages]]) -> Iterator[Diagnostic]:
    """Q219: a judgement that is to be wrong says what the articles or its rationale say, and nothing is denied."""
    if not interaction(item.type).judges_stem or FALSE not in item.key or _EXCHANGED.search(item.rationale):
        return
    clauses = [clause for _, clause in _clauses(item.stem)]
    said = [passages(part) for _, text in texts for part in paragraphs(text.article)]
    found = [same for text in (*said, passages(item.rationale)) if (same := _says_the_same(clauses, text)) is not None]
    law = "\n".join(text.text for _, text in texts)
    if found and all(found) and all(word in law for word in _WITHOUT_EXCEPTION.findall(item.stem)):
        message = "这道题的答案是“错误”，题干却与条文或解析说的一样"
        hint = "请核对正确答案；题干确有错误的，请让它与条文有明白的不同"
        yield warning("Q219", item.places.get("stem", item.where), message, hint=hint, item=item)


def _says_the_same(clauses: Sequence[str], text: Passages) -> bool | None:
    """Whether the clauses say what the text says; None where most of their words do not stand there."""
    found = [aligned for clause in clauses if (aligned := text.align(clause, least=_NEAR))]
    words = sum(len(words_of(clause)) for clause in clauses)
    if not found or sum(aligned.words * aligned.nearness for aligned in found) < _COPIED * words:
        return None
    return not any(aligned.differences or aligned.is_denied for aligned in found)


def _clauses(text: str) -> Iterator[tuple[int, str]]:
    """Where the clauses of a text outside of quotation marks and brackets begin, and the clauses."""
    masked = _QUOTED.sub(lambda quoted: "\0" * len(quoted[0]), text)
    return ((match.start(), match[0]) for match in _CLAUSE.finditer(masked) if not _OF_OPTION.search(match[0]))


_ARTICLES = 100
"""Articles of an item that are compared; real items have up to ten."""


def _named_last(named: list[Named], at: int) -> tuple[str, str] | None:
    """The article that a text names last before a place of it."""
    return next(((place.statute, place.article) for place in reversed(named) if place.start <= at), None)


def _articles(item: Item, named: list[Named], book: Lawbook, *, narrow: bool = False) -> list[tuple[Named, Passages]]:
    """The articles that are cited or named; with `narrow` of one whose paragraphs are named only these."""
    places = [Named(statute=cite.source, article=cite.article) for cite in item.cites if cite.article]
    places += [place for place in named if place.article]
    once = {(place.statute, place.article): place for place in places}
    return [
        (place, passages(paragraphs_named(place, named, text) if narrow else text.articles[place.article]))
        for place in islice(once.values(), _ARTICLES)
        for text in book.texts_in_force(place.statute, item.lesson)
        if place.article in text.articles
    ]


def _nearest(
    clause: str, texts: list[tuple[Named, Passages]], own: tuple[str, str] | None
) -> tuple[Alignment, Named] | None:
    """The article that the clause comes nearest to; of equals the one with fewer differences.

    None where it retells its `own` article without a difference, however near it comes to another one.
    """
    found = [(aligned, place) for place, text in texts if (aligned := text.align(clause, least=_NEAR))]
    best = max(found, key=lambda one: (one[0].nearness, -len(one[0].differences)), default=None)
    if best and best[0].differences and own not in (None, (best[1].statute, best[1].article)):
        retold = (text.align(clause, least=_OWN) for place, text in texts if (place.statute, place.article) == own)
        return None if any(aligned and not aligned.differences for aligned in retold) else best
    return best


_OWN = 0.5
"""The share of a clause's words that stand in the article it names, from which on it retells that one."""
