"""A statement beside the article that it restates: what stands in one and otherwise in the other. Pure.

Compared are words that decide what a rule says: who acts, whether one must, may or must not, how much and how long,
written or spoken, decided or approved. Other words may differ freely, as in any retelling.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import pairwise
from operator import and_

from quizgen.law.citation import numeral
from quizgen.law.wording import plain


class Matter(StrEnum):
    """What a word decides."""

    NUMBER = "数字"
    ORGAN = "机关"
    MODAL = "应当、可以、不得"
    NEGATION = "肯定、否定"
    BOUND = "以上、以下"
    FORM = "形式"
    ACT = "决定、批准、备案"
    REMEDY = "法律后果"
    ALL = "之一、同时"
    THING = "动产、不动产"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """The statement's words and the article's, where they differ; one of them may be empty."""

    matter: Matter
    stated: str
    official: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """How near a statement comes to a passage of an article: the share of its words that stand there in order."""

    nearness: float
    words: int
    """How many words the statement has; a number, an organ, a modal is one word, any other character is one."""
    differences: tuple[Deviation, ...]
    is_denied: bool
    """Whether the statement has a negation or 不得 where the article has other words, or none."""


_ALL = ("之一", "同时")
_WORDS: Mapping[Matter, Sequence[str]] = {
    Matter.ORGAN: (
        *("全国人民代表大会常务委员会", "全国人民代表大会", "人民代表大会常务委员会", "人民代表大会", "国务院"),
        *("中央军事委员会", "国家监察委员会", "监察委员会", "最高人民法院", "最高人民检察院", "人民法院", "人民检察院"),
        *("乡镇人民政府", "人民政府", "公安机关", "监察机关", "审计机关", "行政机关", "司法行政部门", "登记机构"),
        *("仲裁机构", "仲裁委员会", "村民委员会", "居民委员会", "民政部门", "主管部门", "上级机关", "主席团", "秘书长"),
        *("行政复议机关", "行政复议机构", "股东会", "董事会", "监事会", "基层群众性自治组织"),
    ),
    Matter.MODAL: ("应当", "可以", "不得", "必须"),
    Matter.NEGATION: ("不", "未", "非", "没有", "无"),
    Matter.BOUND: ("以上", "以下", "超过", "不满", "以内", "以外", "不足"),
    Matter.FORM: ("书面", "口头"),
    Matter.ACT: ("决定", "批准", "备案", "许可", "同意", "核准"),
    Matter.REMEDY: ("补偿", "赔偿", "中断", "中止", "连带", "按份", "征收", "征用", "撤销", "无效"),
    Matter.ALL: _ALL,
    Matter.THING: ("不动产", "动产"),
}
_IN_FULL = {
    "全国人大常委会": "全国人民代表大会常务委员会",
    "人大常委会": "人民代表大会常务委员会",
    "全国人大": "全国人民代表大会",
    "常委会": "常务委员会",
    "常务委员会": "常务委员会",
}
"""Organs as people call them, which no article does."""
_MATTERS = {word: matter for matter, words in _WORDS.items() for word in words}
_DIGITS = r"[零〇一二三四五六七八九十百千万亿\d]{1,20}"
_NUMBER = rf"百分之{_DIGITS}|{_DIGITS}(?:个工作日|个月|周岁|小时|日|天|年|元|倍|人|名|次|%)"
_PARTS = re.compile(rf"(?P<percent>百分之)?(?P<value>{_DIGITS})(?P<unit>[^\d零〇一二三四五六七八九十百千万亿]*)")
_SAME_UNIT = {"天": "日", "名": "人"}
_ORDINAL = rf"第{_DIGITS}(?:个工作日|个月|日|天|年|名|次)"
"""第十天: a day of a case, no length of time."""
_BEGINNINGS = "".join(sorted({word[0] for word in _MATTERS} | set("第百零〇一二三四五六七八九十千万亿")))
_WORD = re.compile(rf"(?=[{_BEGINNINGS}\d])({'|'.join([_ORDINAL, _NUMBER, *sorted(_MATTERS, key=len, reverse=True)])})")
"""What is one word; the characters between are one each. Most begin none, which the first look tells."""
_ORGAN = re.compile("|".join(sorted([*_WORDS[Matter.ORGAN], *_IN_FULL], key=len, reverse=True)))
_IS_NUMBER = re.compile(_NUMBER)
_DRIFTS = range(-3, 4)
"""Words by which the places of a passage may shift against each other while it is still one passage."""
_AROUND = 6
"""Words of the article that are read on either side of the passage."""
_HELD = 4
"""Words beside a difference, on both sides together, that must be the same: otherwise it may speak of other things."""
_FEWEST = 3
"""Words of a statement with which it is compared at all."""
_LONGEST = 400
"""Words of a statement that are compared."""


@lru_cache(maxsize=16384)
def matter_of(word: str) -> Matter | None:
    """What the word decides; None for others."""
    return _MATTERS.get(word) or (Matter.NUMBER if _IS_NUMBER.fullmatch(word) else None)


@lru_cache(maxsize=64)
def words_of(text: str) -> tuple[str, ...]:
    """The plain text as words; a number in Arabic numerals, so that 5000元 and 五千元 are one."""
    words: list[str] = []
    for number, part in enumerate(_WORD.split(plain(text))):
        words += (_as_one(part),) if number % 2 else part
    return tuple(words)


@lru_cache(maxsize=16384)
def _as_one(word: str) -> str:
    number = _PARTS.fullmatch(word) if word not in _MATTERS else None
    if not number:
        return word
    unit = "%" if number["percent"] else _SAME_UNIT.get(number["unit"], number["unit"])
    return f"{numeral(number['value'])}{unit}"


def organs_of(text: str) -> frozenset[str]:
    """The organs that a text names, in full."""
    return frozenset(_IN_FULL.get(organ, organ) for organ in _ORGAN.findall(plain(text)))


def is_one_organ(one: str, other: str) -> bool:
    """Whether two names may mean one organ: 人民法院 is 最高人民法院 too; 人民代表大会 is not its 常务委员会."""
    return one.endswith(other) or other.endswith(one) or _KINDS.get(one) == other or _KINDS.get(other) == one


_KINDS = {
    **dict.fromkeys(("监察委员会", "国家监察委员会"), "监察机关"),
    **dict.fromkeys(("村民委员会", "居民委员会"), "基层群众性自治组织"),
}
"""Organs by the kind that articles call them."""


class Passages:
    """An article's words, ready to be compared with many statements."""

    def __init__(self, article: str) -> None:
        self._words = words_of(article)
        self._known = frozenset(self._words)
        self.article = article
        """The article as it is."""
        self.text = plain(article)
        """The article without what does not count."""
        self.organs = organs_of(article)
        """The organs that the article names."""

    @cached_property
    def _places(self) -> Mapping[tuple[str, str], list[int]]:
        """Where each pair of words begins; most statements are found word for word, or far, without it."""
        places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for place, pair in enumerate(pairwise(self._words)):
            places[pair].append(place)
        return places

    def align(self, statement: str, *, least: float) -> Alignment | None:
        """The statement beside the nearest passage; None where less than `least` of its words stand there."""
        words = words_of(statement)[:_LONGEST]
        if self._has_all(words):
            return Alignment(nearness=1.0, words=len(words), differences=(), is_denied=False)
        place = self._nearest(words, least)
        if place is None:
            return None
        before = min(max(place, 0), _AROUND)
        passage = self._words[max(0, place - _AROUND) : place + len(words) + _AROUND]
        steps = _steps(words, passage, before)
        same = sum(end - begin for step, begin, end, _, _ in steps if step == "equal")
        if same < least * len(words):
            return None
        found = (
            *(
                each
                for each in _differences(words, passage, steps, elsewhere=self.organs)
                if not self._has(each, words)
            ),
            *_one_for_all(words, passage),
        )
        denied = any(_denies(words[a:b]) for step, a, b, _, _ in steps if step != "equal")
        return Alignment(nearness=same / len(words), words=len(words), differences=found, is_denied=denied)

    def _has_all(self, words: tuple[str, ...]) -> bool:
        """Whether the first passage that begins as the statement does has all of it, and no negation before it."""
        if len(words) < _FEWEST or not self._known.issuperset(words):
            return False
        place = next((at for at in self._beginnings(words[0]) if self._words[at : at + len(words)] == words), None)
        return place is not None and (not place or matter_of(self._words[place - 1]) is not Matter.NEGATION)

    def _beginnings(self, word: str) -> Iterator[int]:
        place = -1
        for _ in range(self._words.count(word)):
            place = self._words.index(word, place + 1)
            yield place

    def _has(self, found: Deviation, words: Sequence[str]) -> bool:
        """Whether a number stands in the article between the same two words: the statement leaves something out."""
        if found.matter is not Matter.NUMBER or found.stated not in words[1:-1]:
            return False
        at = words.index(found.stated, 1)
        return (words[at - 1], words[at]) in self._places and (words[at], words[at + 1]) in self._places

    def _nearest(self, words: tuple[str, ...], least: float) -> int | None:
        """Where most pairs of words fall in line; None where too few do for the statement to be near."""
        enough = max(2, (2 * least - 1) * (len(words) - 1))
        known = [word in self._known for word in words]
        if sum(map(and_, known, known[1:])) < enough:
            return None
        pairs = [(index, pair) for index, pair in enumerate(pairwise(words)) if pair in self._places]
        if len(pairs) < enough:
            return None
        starts = Counter([place - index for index, pair in pairs for place in self._places[pair][:_PLACES]])
        at = starts.get
        near = {start: sum([at(start + drift, 0) for drift in _DRIFTS]) for start in starts}
        best = max(near, key=lambda start: (near[start], -start))
        return best if near[best] >= enough else None


_Step = tuple[str, int, int, int, int]
"""As difflib tells them: what to do, where in the statement, where in the passage."""


def _steps(words: Sequence[str], passage: Sequence[str], before: int) -> list[_Step]:
    """How the statement becomes the passage; one that stands there word for word needs no search."""
    behind = before + len(words)
    if passage[before:behind] != words:
        return list(SequenceMatcher(None, words, passage, autojunk=False).get_opcodes())
    steps: list[_Step] = [("insert", 0, 0, 0, before), ("equal", 0, len(words), before, behind)]
    return [*steps[not before :], ("insert", len(words), len(words), behind, len(passage))]


_PLACES = 50
"""Places of one pair of words in an article that are looked at."""


def _differences(
    words: Sequence[str],
    passage: Sequence[str],
    steps: Sequence[_Step],
    *,
    elsewhere: frozenset[str],
) -> Iterator[Deviation]:
    """Where the words decide otherwise than the passage; a statement may begin with an organ from `elsewhere`."""
    yield from _cut_off(words, passage, steps)
    for index, (step, begin, end, first, last) in enumerate(steps):
        before, after = _held(steps, index - 1), _held(steps, index + 1)
        if step != "equal" and before + after >= _HELD:
            edge = 0 if before else -1  # what begins a statement stands beside the article's words at its end only
            stated, official = words[begin:end], passage[first:last]
            for found in _swapped(stated[edge:], official[edge:]):
                is_modal_of_none = found.matter is Matter.MODAL and not after
                is_subject = not before and found.stated in elsewhere
                if not is_modal_of_none and not is_subject and not _in_range(found, passage[first : last + 3]):
                    yield found
            if min(before, after) > 1 and len(stated) <= 2 and len(official) <= 2:
                yield from _denied(stated, official)


def _one_for_all(words: Sequence[str], passage: Sequence[str]) -> Iterator[Deviation]:
    """有下列情形之一 for 同时有下列情形, or the reverse: they stand at either end of what they count."""
    for stated, official in (_ALL, _ALL[::-1]):
        if stated in words and official in passage and not {stated} & {*passage} and official not in words:
            yield Deviation(matter=Matter.ALL, stated=stated, official=official)


def _cut_off(words: Sequence[str], passage: Sequence[str], steps: Sequence[_Step]) -> Iterator[Deviation]:
    """A negation of the article just before the words with which the statement begins: 受逮捕 for 不受逮捕."""
    for step, begin, end, first, _ in steps[:2]:
        if step == "equal" and end - begin >= _HELD + 1 and begin <= 1 and first:
            before, own = passage[first - 1], words[:begin]
            if matter_of(before) is Matter.NEGATION and before.endswith("".join(own)) and own != (before,):
                yield Deviation(matter=Matter.NEGATION, stated="".join(own), official=before)


def _in_range(found: Deviation, official: Sequence[str]) -> bool:
    """Whether a number lies between the two of the article: sixty for 五十元至一百元, 五十元以上一百元以下."""
    if found.matter is not Matter.NUMBER or not {"至", "以上"} & set(official):
        return False
    value, unit = _SIZE.match(found.stated).groups()  # type: ignore[union-attr]  # a number is written so by `words_of`
    ends = [int(size[1]) for word in official if (size := _SIZE.fullmatch(word)) and size[2] == unit]
    return len(ends) > 1 and min(ends) <= int(value) <= max(ends)


_SIZE = re.compile(r"(\d+)(\D*)")


def _held(steps: Sequence[_Step], index: int) -> int:
    """How many words are the same in a step; none outside."""
    if not 0 <= index < len(steps) or steps[index][0] != "equal":
        return 0
    return steps[index][2] - steps[index][1]


def _swapped(stated: Sequence[str], official: Sequence[str]) -> Iterator[Deviation]:
    """Words of the same matter in each other's place; the same word would not stand in a difference."""
    ours, theirs = _by_matter(stated), _by_matter(official)
    for matter in ours.keys() & theirs.keys() - {Matter.NEGATION}:
        if matter is not Matter.ORGAN or not is_one_organ(ours[matter], theirs[matter]):
            yield Deviation(matter=matter, stated=ours[matter], official=theirs[matter])


def _denied(stated: Sequence[str], official: Sequence[str]) -> Iterator[Deviation]:
    """A negation on one side only, within words that are otherwise the same."""
    ours, theirs = _by_matter(stated), _by_matter(official)
    if _denies(stated) != _denies(official) and not (Matter.MODAL in ours and Matter.MODAL in theirs):
        yield Deviation(matter=Matter.NEGATION, stated="".join(stated), official="".join(official))


def _denies(words: Sequence[str]) -> bool:
    return any(word == "不得" or matter_of(word) is Matter.NEGATION for word in words)


def _by_matter(words: Sequence[str]) -> dict[Matter, str]:
    """The first word of each matter."""
    found: dict[Matter, str] = {}
    for word in words:
        if matter := matter_of(word):
            found.setdefault(matter, word)
    return found


@lru_cache(maxsize=4096)
def passages(article: str) -> Passages:
    """The article's words; made once for articles that are asked again."""
    return Passages(article)
