"""Quantities that contradict the article they are said to come from.

Heuristic and meant to be sure rather than complete: a quantity is told only when the article has others of the same
unit but not this one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from quizgen.check.faults import spot, warning
from quizgen.check.law.paragraphs import official_words
from quizgen.diagnostics import Diagnostic, Span
from quizgen.interaction import interaction
from quizgen.law.citation import NUMERAL, numeral
from quizgen.law.lawbook import Lawbook, Named
from quizgen.law.register import article_title
from quizgen.law.wording import nearest_passage
from quizgen.model import TRUE, Item, Letter

_AMOUNT = rf"(?:\d[\d,，]{{0,15}}(?:\.\d{{1,6}})?[万亿]?|{NUMERAL})"
_UNITS = "个?工作日|周岁|小时|个月|日|天|年|元|倍|[人名](?=以上|以下|以内|组成|[，。；、]|$)|次(?=以上|以下)"
_PERCENT = rf"百分之(?P<percent>{_AMOUNT})|(?P<sign>\d{{1,6}}(?:\.\d{{1,6}})?)\s?[%％]"
_PART = (
    rf"(?P<below>{NUMERAL})分之(?P<above>{NUMERAL})|(?P<over>\d{{1,3}})/(?P<under>\d{{1,3}})(?=以[上下])|(?P<half>半数)"
)
_FIRST = rf"(?P<first>{_AMOUNT})\s?(?:至|到|—|-|~|～)\s?(?={_AMOUNT}\s?(?P<shared>{_UNITS}))"
_COUNTED = rf"(?P<amount>{_AMOUNT})\s?(?P<unit>{_UNITS})"
_QUANTITY = re.compile(f"{_PERCENT}|{_PART}|{_FIRST}|{_COUNTED}")
_SAME_UNIT = {"天": "日", "名": "人", "个工作日": "工作日"}
_NO_QUANTITY_BEFORE = re.compile(r"(?:第\s?|[年月]|\d[.:：/]|[零〇○一二三四五六七八九十百千万亿\d几每]|(?<![人户])数)$")
_NO_QUANTITY_AFTER = re.compile(r"[度月代级初底末终来检报期产会轮后前份中]|\s*\d+\s*月|[一二三四五六七八九十]+月")
_DAY_OF = ("收到", "提出", "送达", "提交", "上午", "下午")
"""Behind a day of the month: 15日提出; a period is 十五日内."""
_ITSELF = ("本法", "本条例")
_CLAUSE_ENDS = re.compile("[。！？；;\n!?]")
_CASE = re.compile(
    "|".join(
        (
            "本[例案题]|案中|题中|题干|例中|此[例案]|因此|所以|，故|可见|例如|比如|假[设如]",
            "[A-FＡ-Ｆ](?:[、和]?[A-FＡ-Ｆ]){0,5}[项选]|选项|错误|有误|误[将把认以]|混淆|而不是|不是|而非|并非",
            r"旧[法版本的]|修[改正订]|原[为来定先]|曾|(?:19|20)\d\d年",
            "共计|合计|总计|相加|即|也就是|等于|计算出|[=＝×÷]",
            "[甲乙丙丁](?![级类等])|[小老][王李张赵刘陈杨黄周吴明红]|[\u4e00-\u9fff]某|某[\u4e00-\u9fff]",
            "这[家位名笔户]|该[户笔款]|该(?:职工|员工|公司|单位|企业|人员|同志|[局厂村校院])",
        )
    )
)
"""Where a sentence leaves the article for the case, another option or arithmetic."""
_QUOTED = re.compile('“[^“”]*”|「[^「」]*」|"[^"\\n]*"|《[^《》]*》|（[^（）]*）')
_BLANK = re.compile(r"[（(【\[]\s*[）)】\]]|_{2,}")
_UNIT = 8
"""Characters behind a blank that an option is read with: 个工作日以上."""
_LABEL = 6
"""Characters beside the articles in a sentence that only names them: 依据：, 根据…的规定."""
_READ = 20_000
"""Characters of an article that are read; the longest of real statutes have about 3,000."""
_INVENTED = re.compile(
    r"某|[一这][家位笔户]|[甲乙丙丁]|小[\u4e00-\u9fff]|\d{4}年|错误|不正确|不符合|不属于|不包括|不是|有误|例外|除外"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number with its unit, as it stands in a text."""

    value: Fraction
    unit: str
    bound: str
    """以上 or 以下 where one follows, otherwise empty."""
    words: str
    start: int


def quantities(text: str) -> Iterator[Quantity]:
    """The quantities of a text, Chinese and Arabic numerals alike; no dates, ordinals and numbers of articles."""
    for match in _QUANTITY.finditer(text):
        before, after = text[max(0, match.start() - 2) : match.start()], text[match.end() : match.end() + 4]
        quantity = _quantity(match)
        is_year = quantity is not None and quantity.unit == "年" and quantity.value >= 1000
        if quantity and not is_year and not _NO_QUANTITY_BEFORE.search(before) and not _is_other(quantity, after):
            yield quantity


def _is_other(quantity: Quantity, after: str) -> bool:
    """Whether what follows makes it no quantity: 三年级, 一日游, 二年后."""
    is_date = quantity.unit == "日" and after.startswith(_DAY_OF)
    return is_date or (quantity.unit in {"年", "日"} and bool(_NO_QUANTITY_AFTER.match(after)))


def _quantity(match: re.Match[str]) -> Quantity | None:
    given = match.groupdict()
    try:
        if given["half"] or given["below"] or given["under"]:
            value, unit = _fraction(given), "分之"
        elif part := given["percent"] or given["sign"]:
            value, unit = _value(part), "%"
        else:
            value, unit = _value(given["first"] or given["amount"]), given["shared"] or given["unit"]
    except (ValueError, ZeroDivisionError):
        return None
    bound = match.string[match.end() : match.end() + 2]
    return Quantity(
        value=value,
        unit=_SAME_UNIT.get(unit, unit),
        bound=bound if bound in {"以上", "以下"} else "",
        words=match[0].strip(),
        start=match.start(),
    )


def _fraction(given: Mapping[str, str | None]) -> Fraction:
    if given["half"]:
        return Fraction(1, 2)
    return Fraction(numeral(given["above"] or given["over"] or ""), numeral(given["below"] or given["under"] or ""))


@lru_cache(maxsize=4096)
def _value(text: str) -> Fraction:
    digits = re.fullmatch(r"(\d[\d,，]*(?:\.\d+)?)([万亿]?)", text)
    if not digits:
        return Fraction(numeral(text))
    return Fraction(digits[1].replace(",", "").replace("，", "")) * {"万": 10_000, "亿": 100_000_000}.get(digits[2], 1)


def number_faults(item: Item, named: list[Named], book: Lawbook, *, sources: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Q211: a quantity stated as an article's is one of the article's, where it has any of that unit.

    Judged in the rationale from the article named (`named`) to the end of the clause; in the keyed options, and the
    stem of a true judgement, against all that is cited, unless the stem tells a case.
    """
    text = _QUOTED.sub(lambda quoted: "\u3000" * len(quoted[0]), item.rationale) if named else ""

    def copies(clause: str, places: list[Named]) -> bool:
        texts = ((place, text) for place in places for text in book.texts_in_force(place.statute, item.lesson))
        return any(nearest_passage(text.articles.get(place.article, "")[:_READ], clause) for place, text in texts)

    for start, end, places in _statements(text, named, copies) if named else ():
        for quantity in quantities(text[start:end]):
            if _contradicts(quantity, places, item, book):
                span = spot(sources, item.places.get("rationale", item.where), quantity.words)
                yield _fault(quantity, places, span, item, book)
    yield from _statement_faults(item, book, sources)


def _statements(
    text: str, named: list[Named], copies: Callable[[str, list[Named]], bool]
) -> Iterator[tuple[int, int, list[Named]]]:
    """The pieces that speak of articles: from the article to the clause's end, or the clause before （第九条）.

    A clause that names none speaks of those of the clause before it in the sentence. Sentences behind one that only
    names articles (依据：《行政处罚法》第九条。) speak of these while they copy them. Where a case begins, it ends.
    """
    places: list[Named] = []
    carries = False
    for start, end, begins in _clauses(text):
        inside = [place for place in named if start <= place.start < end]
        spoken = [place for place in inside if text[place.start] != "\u3000"]
        if spoken != inside and all(text.endswith(_ITSELF, 0, place.start) for place in spoken):
            spoken = []  # an article that names another, with its own number in brackets
        if begins and not inside:
            carries = carries and copies(text[start:end], places)
        places = spoken or inside or (places if carries or not begins else [])
        if inside:
            carries = begins and _is_heading(text, start, end, inside)
        first = text.rfind("，", start, spoken[0].start) + 1 if spoken else 0
        first = max(first, start)
        case = _CASE.search(text, first, end)
        if places:
            once = {(place.statute, place.article, place.paragraph): place for place in places}
            yield first, case.start() if case else end, list(once.values())


def _is_heading(text: str, start: int, end: int, named: list[Named]) -> bool:
    """Whether a clause says hardly more than the articles that it names outside of quotation marks and brackets."""
    rest, at = "", start
    for place in (place for place in named if text[place.end - 1] != "\u3000"):
        rest, at = rest + text[at : place.start], place.end
    rest += text[at:end]
    return at > start and len(rest) <= _LABEL and "\u3000" not in rest


def _clauses(text: str) -> Iterator[tuple[int, int, bool]]:
    """Where each clause begins and ends, and whether a sentence begins with it."""
    start, begins = 0, True
    for end in (*_CLAUSE_ENDS.finditer(text), None):
        at = end.start() if end else len(text)
        yield start, at, begins
        start, begins = at + 1, end is None or end[0] not in "；;"


def _statement_faults(item: Item, book: Lawbook, sources: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Q211 for what the item itself states as right, against all that it cites.

    Where one option is right, it is told too if the law has a distractor's quantity instead of it.
    """
    if _INVENTED.search(item.stem):
        return
    cited = _cited(item)
    for field, quantity in _stated(item):
        units = {quantity.unit} if _contradicts(quantity, cited, item, book) else _rivals(quantity, cited, item, book)
        if units:
            span = spot(sources, item.places.get(field, item.where), quantity.words)
            yield _fault(quantity, cited, span, item, book, units=units)
        elif _asks_for(quantity, item) and _values(cited, quantity.unit, item, book) == set():
            span = spot(sources, item.places.get(field, item.where), quantity.words)
            message = f"正确答案是“{quantity.words}”，所引条文里没有这样的数字"
            hint = f"所引条文没有以“{quantity.unit}”计的数字；请核对条号"
            yield warning("Q211", span, message, hint=hint, item=item)


def _stated(item: Item) -> Iterator[tuple[str, Quantity]]:
    """The quantities that are right by the item's key, by field."""
    if not interaction(item.type).judges_stem:
        for letter in sorted(item.key & item.options.keys()):
            yield from ((f"options.{letter}", quantity) for quantity in _offered(item, letter))
    elif TRUE in item.key:
        yield from (("stem", quantity) for quantity in quantities(item.stem))


def _offered(item: Item, letter: Letter) -> Iterator[Quantity]:
    """The quantities of an option, read in the blank of the stem where there is one: 三 in （　　）日 is 三日."""
    option, (before, *behind) = item.options[letter], _BLANK.split(item.stem)
    if len(behind) != 1:
        yield from quantities(option)
        return
    first = len(before[-2:])
    filled = before[-2:] + option + behind[0][:_UNIT]
    for quantity in quantities(filled):
        if quantity.start < first + len(option) and quantity.start + len(quantity.words) > first:
            yield quantity


def _asks_for(quantity: Quantity, item: Item) -> bool:
    """Whether the stem asks for the law's number itself: all options are one, with the unit behind the blank."""
    blank = _BLANK.search(item.stem)
    behind = item.stem[blank.end() :] if blank else ""
    is_one = interaction(item.type).picks_one and all(_ONLY_NUMBER.fullmatch(text) for text in item.options.values())
    return is_one and behind.startswith(quantity.unit)


_ONLY_NUMBER = re.compile(rf"{_AMOUNT}个?")


def _rivals(quantity: Quantity, places: list[Named], item: Item, book: Lawbook) -> set[str]:
    """The units of the distractors that the articles state while they don't state the key."""
    if not interaction(item.type).picks_one or _values(places, quantity.unit, item, book) is None:
        return set()
    if _stands(quantity, places, item, book):
        return set()
    wrong = sorted(item.options.keys() - item.key)
    others = (other for letter in wrong for other in _offered(item, letter))
    return {other.unit for other in others if _stands(other, places, item, book)}


def _stands(quantity: Quantity, places: list[Named], item: Item, book: Lawbook) -> bool:
    values = _values(places, quantity.unit, item, book)
    return any(value == quantity.value for value, _ in values or ())


def _cited(item: Item) -> list[Named]:
    return [Named(statute=cite.source, article=cite.article) for cite in item.cites if cite.article]


def _contradicts(quantity: Quantity, places: list[Named], item: Item, book: Lawbook) -> bool:
    """Whether the articles have quantities of the unit, but none of this value and bound, in any version that holds."""
    stated = _values(places, quantity.unit, item, book)
    if not stated:
        return False
    agreeing = {(quantity.value, quantity.bound), (quantity.value, "")}
    loose = not quantity.bound and any(value == quantity.value for value, _ in stated)
    return not loose and not stated & agreeing


def _values(places: list[Named], unit: str, item: Item, book: Lawbook) -> set[tuple[Fraction, str]] | None:
    """What the articles state in a unit, with the bounds; None while the text of one is not known."""
    stated: set[tuple[Fraction, str]] = set()
    for place in places:
        texts = book.texts_in_force(place.statute, item.lesson)
        if not texts:
            return None
        stated.update(*(_stated_by(official_words(place, text)[:_READ]).get(unit, ()) for text in texts))
    return stated


@lru_cache(maxsize=4096)
def _stated_by(article: str) -> Mapping[str, frozenset[tuple[Fraction, str]]]:
    """The values of an article's quantities with their bounds, by unit."""
    stated: defaultdict[str, set[tuple[Fraction, str]]] = defaultdict(set)
    for quantity in quantities(article):
        stated[quantity.unit].add((quantity.value, quantity.bound))
    return {unit: frozenset(found) for unit, found in stated.items()}


def _fault(
    quantity: Quantity, places: list[Named], span: Span, item: Item, book: Lawbook, *, units: Container[str] = ()
) -> Diagnostic:
    """The fault with what the articles state instead, in the quantity's unit or in `units`."""
    official = [
        (article_title(place.article), found.words)
        for place in places
        for text in book.texts_in_force(place.statute, item.lesson)
        for found in quantities(official_words(place, text)[:_READ])
        if found.unit == quantity.unit or found.unit in units
    ]
    shown = "；".join(f"{title}是{words}" for title, words in list(dict.fromkeys(official))[:4])
    message = f"“{quantity.words}”与所引条文不一致"
    hint = f"原文里，{shown}；请核对。案情里的数字请写明“本例”"
    return warning("Q211", span, message, hint=hint, item=item)
