"""Articles as prose names them: 《宪法》第三十三条第二款, lists, ranges, numerals."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache

NUMERAL = r"[零〇○一二两三四五六七八九十百千万亿\d]{1,20}"
"""A whole number in Chinese or Arabic numerals, as a piece of a regular expression; bounded, as `int` is."""

_SPACE = r"\s{0,3}"
_CLOSED = (
    rf"》{_SPACE}(?:（[^（）]{{0,40}}）|\([^()]{{0,40}}\)|[总分附]则编?|第{NUMERAL}[编章节]){{0,4}}[的中之]?{_SPACE}"
)
"""The end of a name in 《》 and what may stand between it and the article."""
_ARTICLE = rf"第{_SPACE}({NUMERAL}){_SPACE}条(?![件例线款])(?:之({NUMERAL}))?"
_BELOW = rf"(?:的?第{_SPACE}({NUMERAL}){_SPACE}款)?(?:第{_SPACE}[（(]?({NUMERAL})[）)]?{_SPACE}项)?"
_RANGE = rf"{_SPACE}[至到—－~～-]{{1,2}}{_SPACE}"
_PLACE = re.compile(
    rf"(?:({_CLOSED})?{_ARTICLE}{_BELOW}(?={_RANGE}第{_SPACE}{NUMERAL}{_SPACE}条)()"
    rf"|({_CLOSED})?{_ARTICLE}{_BELOW}"
    rf"|第{_SPACE}({NUMERAL}){_SPACE}款(?:第{_SPACE}[（(]?({NUMERAL})[）)]?{_SPACE}项)?)"
)
"""One place of a list: the first of a range, an article, or another paragraph of the article before."""
_BEGIN = re.compile("[》第]")
"""With one of these each place begins. Looking for them first takes a quarter of the time."""
_JOINT = re.compile(rf"{_SPACE}(?:[、，,和及与或]|以及|或者|[至到—－~～-]{{1,2}}){_SPACE}")
_LONGEST_NAME = 60
_HIGHEST = 9999
_BARE_NAME = re.compile(
    "(?:[根依][据照]|按照?|违反|参照|适用|结合|以及|对照|[，。、；：（和与及在从])*"
    "([\u4e00-\u9fff]{2,30}?(?:法|法典|条例|办法|规定|解释|决定|规则|细则|准则|章程|公约))$"
)
_SAME = re.compile("(?:本|该|同|此|这部?|前述|上述)(?:法律?|法典|条例|办法|规定)$|^.{0,2}规定$")
"""Words before an article that name no statute of their own: 该法第九条, 不符合该法第九条."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One article as a text names it, `text[start:end]` being the words, the statute's name included."""

    statute: str
    """The name as written, without 《》, carried along a list (《宪法》第三条、第四条); empty where none is written."""
    article: str
    """`33`, or `17-1` for 第十七条之一."""
    paragraph: int | None = None
    item: int | None = None
    in_range: bool = False
    """Whether it is the first or the last of a range (第三条至第五条), which follow each other."""
    start: int
    end: int


def numeral(text: str) -> int:
    """The number that Chinese or Arabic numerals write: 一千零四十三, 一〇四三, 1043, 3万; `ValueError` for others."""
    if not re.fullmatch(NUMERAL, text):
        raise ValueError(f"no numeral: {text!r}")
    return _value(text)


@lru_cache(maxsize=4096)
def _value(text: str) -> int:
    for group, factor in _GROUPS.items():
        if group in text:
            above, _, below = text.rpartition(group)
            return (_value(above) or 1) * factor + _value(below)
    if not re.search("[十百千]", text):
        return int("".join(str(_DIGITS.get(char, char)) for char in text) or "0")
    total = digit = 0
    for part in re.findall(r"\d+|.", text):
        if part in _UNITS:
            total, digit = total + (digit or 1) * _UNITS[part], 0
        else:
            digit = _DIGITS[part] if part in _DIGITS else int(part)
    return total + digit


_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"亿": 100_000_000, "万": 10_000}


def mentions(text: str, names: Container[str] = frozenset()) -> Iterator[Mention]:
    """Every article that the text names, in order.

    `names` are statutes known by name: they are recognised without 《》 too, wherever they begin.
    """
    last: Mention | None = None
    if "条" not in text:
        return
    for place in _places(text):
        joined = last is not None and bool(_JOINT.fullmatch(text, last.end, place.start()))
        found = _mention(text, place, names, last if joined else None)
        if found:
            yield found
            last = found


def _places(text: str) -> Iterator[re.Match[str]]:
    end = 0
    for begin in _BEGIN.finditer(text):
        if begin.start() >= end and (place := _PLACE.match(text, begin.start())):
            yield place
            end = place.end()


def _mention(text: str, place: re.Match[str], names: Container[str], before: Mention | None) -> Mention | None:
    """The place as a mention; `before` is the one that it continues a list of. None for numbers that no law has."""
    opens = place[6] is not None
    closed, number, inserted, paragraph, item = place.groups()[:5] if opens else place.groups()[6:11]
    if number is None:
        number, inserted = (before.article.partition("-")[::2]) if before else ("", "")
        paragraph, item = place[12], place[13]
    written = [numeral(part) if part else None for part in (number, inserted, paragraph, item)]
    if not number or not all(value is None or 1 <= value <= _HIGHEST for value in written):
        return None
    statute, start = _named(text, place.start(), len(closed or ""), names)
    return Mention(
        statute=statute or (before.statute if before else ""),
        article=f"{written[0]}-{written[1]}" if inserted else str(written[0]),
        paragraph=written[2],
        item=written[3],
        in_range=opens or bool(before and before.in_range and re.fullmatch(_RANGE, text[before.end : place.start()])),
        start=start,
        end=place.end(),
    )


def _named(text: str, place: int, closed: int, names: Container[str]) -> tuple[str, int]:
    """The name written before the place, and where the whole begins; `closed`: the length of the end of a 《》."""
    if closed:
        opening = _opening(text, place)
        return (text[opening + 1 : place], opening) if opening >= 0 else ("", place + closed)
    if not "\u4e00" <= text[place - 1 : place] <= "\u9fff":
        return "", place
    for length in range(min(place, _LONGEST_NAME), 1, -1):
        if text[place - length : place] in names:
            return text[place - length : place], place - length
    bare = _BARE_NAME.search(text, max(0, place - 40), place)
    if bare and not _SAME.search(bare[1]):
        return bare[1], bare.start(1)
    return "", place


def _opening(text: str, close: int) -> int:
    """Where the 《 stands that the 》 at `close` belongs to, or -1; names may hold names."""
    depth = 1
    for index in range(close - 1, max(-1, close - 2 * _LONGEST_NAME), -1):
        depth += {"》": 1, "《": -1}.get(text[index], 0)
        if depth == 0:
            return index
    return -1
