"""Words in quotation marks that are presented as those of an article, against the article."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from quizgen.check.faults import error, spot, warning
from quizgen.diagnostics import Diagnostic
from quizgen.interaction import interaction
from quizgen.law.lawbook import Lawbook, Named
from quizgen.law.register import article_title
from quizgen.law.text import StatuteText
from quizgen.law.wording import holds, nearest_passage, pieces, plain
from quizgen.model import FALSE, Item
from quizgen.words.clipping import clip

_QUOTED = re.compile('“([^“”]*)”|「([^「」]*)」|『([^『』]*)』|"([^"\\n]*)"')
_SENTENCE_ENDS = "。！？\n!?"
_CLAUSE_END = re.compile(f"[{_SENTENCE_ENDS}；;]")
_SAYS = "规定|提出|明确|写明|写道|载明|指出|要求|强调|宣告|确立|表述为|的?原文|原话|的表述|称[为之作]"
_SAID = re.compile(_SAYS)
_DIRECT = re.compile(f"(?:{_SAYS}|叫[做作])(?:是|为)?[，,：:]?$")
_APPEALS = re.compile("根据|依照|依据|按照|对照|参照|依|按")
_JOINS = re.compile("[，,：:、和及与并的中]*(?:(?:其中|并且|以及)[，,：:]?)?[（(]?")
_OTHERS = re.compile(
    "|".join(
        (
            "错误|有误|误[将把认以]|混淆|不是|并非|并未|并不|没有(?:规定|要求|写)|而非|不同|区别|不等于",
            "改[成为]|写成|说成|换[成作]|(?<!应)当[成作]|删[去除掉]|漏[掉写了]|将“|把(?=“|[^，]*(?:写|说|改|换|(?<!应)当[成作]))",
            "旧[法版本条的]|曾|原[为来]|修[改正订]前|草案|司法解释",
            "[A-FＡ-Ｆ](?:[、和]?[A-FＡ-Ｆ]){0,5}[项选]|选项|题干|干扰|小[王李张赵刘陈杨黄周吴明红]|某",
            "俗称|所谓|有人|认为|说(?!明)|[声自]称|(?<!意思)表示|主张|这[就也正]?是|就是|，即",
            "(?:报告|会议|大会|文件|纲要|中央|中)(?:还|也|又|明确|首次)?(?:提|指|强|要求)",
            "讲话|总书记|[一二三四五六七]中全会|十[八九]大|二十大",
            "学者|理论|学说|俗[话语]|古[语人话]|常[说言]",
        )
    )
)
"""What between the article and the quotation says that the words are not the article's."""
_REJECTED = re.compile("(?:这一|这种|[的是])*(?:说法|观点|理解|想法|做法|不对|错误|有误|不成立|不准确|不符)")
"""What right behind a quotation says the same."""
_AFTER = re.compile("[，,。]?[（(]?(?:参?见|这?[是为]|即|出自|源自|引自|摘自|来自|语出|载于|规定在|依据|根据)?[:：]?")
_TITLE = re.compile("《([^《》]+)》")
_NAMING = re.compile("(?:(?:规定|确立|明确|体现|设立|增设)[的了]|[（(])$")
_SHORT, _LONG, _NAME = 5, 8, 12
"""Plain characters: a quotation shorter than the first is a term, judged only right after 规定 and the like; one as
long as the second is sure; right after 规定了 one shorter than the third may be a name for what the article says."""
_SENTENCE = 16
"""Plain characters from which words that stand in another article are taken from there."""
_QUOTATIONS = 100
"""Quotations of one text that are read; the longest rationales of real banks have about twenty."""
_LISTED, _NEAR, _LEAD = 8, 60, 200
"""Articles before an earlier quotation, articles in all and characters before this one, that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Quoted words, the places that the text says they are from, and whether it says so beyond doubt."""

    words: str
    places: tuple[Named, ...]
    is_certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """Where a clause says that its quotation is from; `lead` is what stands between."""

    places: tuple[Named, ...]
    is_certain: bool
    lead: str


def quotation_faults(
    item: Item, named: list[Named], book: Lawbook, *, sources: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Q209: what a stem or rationale quotes as an article's words stands there, as it holds at the exam.

    `named` are the articles that the rationale names. The stem of a judgement that is wrong is meant to be wrong.
    """
    if _QUOTED.search(item.rationale):
        yield from _faults(item, "rationale", named, book, sources=sources)
    is_wrong = interaction(item.type).judges_stem and FALSE in item.key
    if not is_wrong and _QUOTED.search(item.stem):
        yield from _faults(item, "stem", book.named(item.stem, item.cites), book, sources=sources)


def _faults(
    item: Item, field: str, named: list[Named], book: Lawbook, *, sources: Mapping[str, str]
) -> Iterator[Diagnostic]:
    text = item.stem if field == "stem" else item.rationale
    for quotation in quotations(text, named, book):
        parts = pieces(quotation.words)
        texts = [book.texts_in_force(place.statute, item.lesson) for place in quotation.places]
        if not parts or not all(texts) or _stand_in_law(quotation, parts, texts, book):
            continue
        if not quotation.is_certain and field == "rationale" and _repeats_the_item(item, parts, texts, book):
            continue
        span = spot(sources, item.places.get(field, item.where), quotation.words)
        place, official = quotation.places[0], texts[0][-1]
        certain = quotation.is_certain and field == "rationale" and len("".join(parts)) >= _LONG
        message = f"“{clip(quotation.words, 30)}”不是{_title(place, book)}的原文"
        tell = error if certain else warning
        yield tell("Q209", span, message, hint=_hint(quotation, parts, official, book), item=item)


def quotations(text: str, named: list[Named], book: Lawbook) -> Iterator[Quotation]:
    """What a text presents as the words of an article.

    The article is named right behind the quotation, or before it in the clause; where the clause says 规定 and names
    none, it is the one named last. A clause that names another source, or says that the words are wrong, is left out.
    """
    quoted = list(islice(_QUOTED.finditer(text), _QUOTATIONS))
    masked = _masked(text, quoted)
    named = [place for place in named if masked[place.start] != "\u3000"]
    starts, before = [place.start for place in named], 0
    clauses = [0, *(end.end() for end in _CLAUSE_END.finditer(masked))]
    for match in quoted:
        words = match[match.lastindex or 0]
        start = clauses[bisect_right(clauses, match.start()) - 1]
        ahead, behind = (bisect_left(starts, at) for at in match.span())
        earlier = named[max(0, ahead - _NEAR) : ahead]
        found = (
            _behind(masked, match.end(), named[behind : behind + _NEAR])
            or _ahead(masked, match.start(), start, max(start, before), earlier, book)
            or _continued(masked, match.start(), start, earlier)
        )
        if found and _is_quoted(words, found.lead) and not _REJECTED.match(masked, match.end()):
            yield Quotation(words=words, places=found.places, is_certain=found.is_certain)
        before = match.end()


def _is_quoted(words: str, lead: str) -> bool:
    """Whether words after such a lead are quoted, not a term or a name (规定了“离婚冷静期”)."""
    length = len(plain(words))
    if _NAMING.search(lead):
        return length >= _NAME
    return length >= _SHORT or bool(_DIRECT.search(lead))


def _masked(text: str, quoted: list[re.Match[str]]) -> str:
    """The text with what is quoted blanked out, so that it speaks for itself only."""
    parts, at = [], 0
    for match in quoted:
        parts += [text[at : match.start() + 1], "\u3000" * (len(match[0]) - 2), text[match.end() - 1 : match.end()]]
        at = match.end()
    return "".join([*parts, text[at:]])


def _behind(masked: str, end: int, named: list[Named]) -> _Source | None:
    """The articles that stand right behind a quotation: “…”（《宪法》第五条）."""
    joint = masked[end : named[0].start] if named else "。"
    sure = named and _AFTER.fullmatch(joint) and joint.strip("，,。")
    return _Source(places=_listed(masked, named), is_certain=False, lead="") if sure else None


def _listed(masked: str, named: list[Named]) -> tuple[Named, ...]:
    """The first of some articles with those that follow it in one list."""
    found = named[:1]
    for place in named[1:]:
        joint = masked[found[-1].end : place.start]
        if found[-1].start < place.start and not re.fullmatch("[、，,和及与或至到—-]|以及|或者", joint):
            break
        found.append(place)
    return tuple(found)


def _ahead(masked: str, at: int, clause: int, since: int, named: list[Named], book: Lawbook) -> _Source | None:
    """Where a quotation is from by the clause before it; articles after the last quotation come first."""
    inside = [place for place in named if clause <= place.start and place.end <= at]
    near = tuple(place for place in inside if place.start >= since) or tuple(inside[-_LISTED:])
    lead = masked[max(near[-1].end if near else clause, at - _LEAD) : at]
    if _OTHERS.search(lead):
        return None
    clause = max(clause, at - 2 * _LEAD)
    says, title = bool(_SAID.search(masked, clause, at)), _TITLE.search(lead)
    if near and not title:
        is_presented = says or _JOINS.fullmatch(lead) or _APPEALS.search(masked, clause, near[0].start)
        return _Source(places=near, is_certain=says, lead=lead) if is_presented else None
    if not _SAID.search(lead):
        return None
    statute = book.statute(title[1]) if title else None
    earlier = tuple(place for place in named if place.end <= clause)[-1:]
    places = (Named(statute=statute),) if statute else () if title else earlier
    return _Source(places=places, is_certain=False, lead=lead) if places else None


def _continued(masked: str, at: int, clause: int, named: list[Named]) -> _Source | None:
    """The article that an earlier clause of the sentence says to rule, where one behind a semicolon goes on with it."""
    sentence = max(masked.rfind(end, 0, at) for end in _SENTENCE_ENDS) + 1
    earlier = [place for place in named if sentence <= place.start and place.end <= at]
    if sentence == clause or not earlier or earlier[-1].end > clause:
        return None
    lead = masked[max(earlier[-1].end, at - _LEAD) : at]
    if _OTHERS.search(lead) or _TITLE.search(lead) or not _SAID.search(lead):
        return None
    return _Source(places=(earlier[-1],), is_certain=False, lead=masked[max(clause, at - _LEAD) : at])


def _stand_in_law(quotation: Quotation, parts: list[str], texts: list[tuple[StatuteText, ...]], book: Lawbook) -> bool:
    """Whether one place, in one version that holds, has the words; several places may have a piece each."""
    found = zip(quotation.places, texts, strict=True)
    words = [[book.words(text, place.article) for text in held] for place, held in found]
    together = ["".join(one) for one in zip(*words, strict=False)]
    return any(holds(text, parts) for text in (*(text for held in words for text in held), *together))


def _repeats_the_item(item: Item, parts: list[str], texts: list[tuple[StatuteText, ...]], book: Lawbook) -> bool:
    """Whether the words are the item's own, which a rationale may talk about.

    Whole sentences of another article are not: then the number of the article is wrong.
    """
    if len("".join(parts)) >= _SENTENCE and any(book.article_with(text, parts) for held in texts for text in held):
        return False
    return any(holds(plain(text), parts) for text in (item.stem, *item.options.values()))


def _title(place: Named, book: Lawbook) -> str:
    return book.short(place.statute) + (article_title(place.article) if place.article else "")


def _hint(quotation: Quotation, parts: list[str], official: StatuteText, book: Lawbook) -> str:
    place = quotation.places[0]
    if elsewhere := book.article_with(official, parts):
        return f"这段话在{article_title(elsewhere)}；请改条号，或改引用的话"
    for place in quotation.places:
        article = official.articles.get(place.article, "")
        if near := nearest_passage(article, quotation.words):
            return f"{article_title(place.article)}的原文是：{near}"
    return "请对照原文；不是原话的，请不要放在引号里"
