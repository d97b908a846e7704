"""Mutants of items: one thing made wrong in each, as slips of editors do, to measure how much the checks find.

Only what stands outside of quotation marks is changed in texts: a changed quotation is another rule's matter. The same
items and seed give the same mutants.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from quizgen.interaction import interaction
from quizgen.law.citation import NUMERAL, numeral
from quizgen.law.register import in_words
from quizgen.model import TRUE, Item, ItemId, Letter

SEED = "mutants"


class Slip(StrEnum):
    """What was made wrong."""

    CITE = "依据的条号"
    ARTICLE = "解析的条号"
    KEY_SINGLE = "单选题的答案"
    KEY_MULTIPLE = "多选题的答案"
    KEY_JUDGEMENT = "判断题的答案"
    NUMBER = "解析的数字"
    ORGAN = "解析的机关"
    NEGATION = "解析的否定"
    MODAL = "解析的应当、可以、不得"
    BOUND = "解析的以上、以下"
    FORM = "解析的书面、口头"
    ACT = "解析的决定、批准、备案"
    ALL = "解析的之一、同时"
    STATED_NUMBER = "正确说法的数字"
    STATED_ORGAN = "正确说法的机关"
    STATED_NEGATION = "正确说法的否定"
    STATED_MODAL = "正确说法的应当、可以、不得"
    STATED_FORM = "正确说法的书面、口头"
    STATED_ACT = "正确说法的决定、批准、备案"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """An item with one slip; `words` says what was changed into what."""

    slip: Slip
    original: ItemId
    item: Item
    words: str


Words = Callable[[str, Random], Iterator[tuple[int, int, str]]]
"""Every change of its kind to a text: the stretch and what comes in its place."""


def mutants(items: Iterable[Item], *, seed: str = SEED) -> Iterator[Mutant]:
    """One mutant of each kind that an active item allows; ids are the originals' with `~` and a number."""
    for item in items:
        if item.is_active and item.key:
            for number, (slip, changed, words) in enumerate(_slips(item, Random(f"{seed} {item.id}"))):  # noqa: S311 - repeatable, no secret
                id = ItemId(f"{item.id}~{number}")
                yield Mutant(slip=slip, original=item.id, item=replace(changed, id=id), words=words)


def _slips(item: Item, rng: Random) -> Iterator[tuple[Slip, Item, str]]:
    yield from _wrong_cite(item, rng)
    yield from _wrong_key(item, rng)
    for slip, changes in _TEXT_SLIPS.items():
        if found := _changed(item.rationale, changes, rng):
            yield slip, replace(item, rationale=found[0]), found[1]
    for slip, changes in _STATED_SLIPS.items():
        yield from _wrong_statement(item, slip, changes, rng)


def _wrong_cite(item: Item, rng: Random) -> Iterator[tuple[Slip, Item, str]]:
    places = [place for place, cite in enumerate(item.cites) if cite.article.isdecimal()]
    if places:
        place = rng.choice(places)
        cite = item.cites[place]
        wrong = replace(cite, article=str(_slipped(int(cite.article), rng)))
        if wrong not in item.cites:
            cites = (*item.cites[:place], wrong, *item.cites[place + 1 :])
            yield Slip.CITE, replace(item, cites=cites), f"{cite} → {wrong}"


def _wrong_key(item: Item, rng: Random) -> Iterator[tuple[Slip, Item, str]]:
    """Another letter; of several right ones, one dropped or one added, as many as the type asks for."""
    asked, others = interaction(item.type), [letter for letter in item.options if letter not in item.key]
    if asked.takes_several:
        keys = [item.key - {letter} for letter in sorted(item.key) if len(item.key) > asked.fewest_keys]
        keys += [item.key | {letter} for letter in others]
        slip = Slip.KEY_MULTIPLE
    else:
        keys = [frozenset({letter}) for letter in others]
        slip = Slip.KEY_JUDGEMENT if asked.fixed else Slip.KEY_SINGLE
    if keys:
        key = rng.choice(keys)
        yield slip, replace(item, key=key), f"{_letters(item.key)} → {_letters(key)}"


def _letters(key: frozenset[Letter]) -> str:
    return "".join(sorted(key))


def _wrong_statement(item: Item, slip: Slip, changes: Words, rng: Random) -> Iterator[tuple[Slip, Item, str]]:
    """What the item itself says is right: a true judgement's stem, a keyed option of others."""
    if interaction(item.type).judges_stem:
        if TRUE in item.key and (found := _changed(item.stem, changes, rng)):
            yield slip, replace(item, stem=found[0]), found[1]
        return
    for letter in rng.sample(sorted(item.key), len(item.key)):
        if found := _changed(item.options[letter], changes, rng):
            yield slip, replace(item, options={**item.options, letter: found[0]}), found[1]
            return


def _changed(text: str, changes: Words, rng: Random) -> tuple[str, str] | None:
    """The text with one of the changes, and what it is; None where it allows none."""
    masked = _QUOTED.sub(lambda quoted: "\0" * len(quoted[0]), text)
    found = list(changes(masked, rng))
    if not found:
        return None
    start, end, instead = rng.choice(found)
    return text[:start] + instead + text[end:], f"{text[max(0, start - 6) : end + 4]} → {instead or '（删去）'}"


_QUOTED = re.compile('“[^“”]*”|「[^「」]*」|"[^"\\n]*"|《[^《》]*》')
_ARTICLE = re.compile(rf"第({NUMERAL})条")
_COUNT = re.compile(
    rf"(?<!第)(?<![分之\d零〇一二三四五六七八九十百千万])({NUMERAL})(?=个?工作日|[日年月天元人]|个月|周岁|小时|次|倍)"
)
_NEGATION = re.compile(
    "不得|不能|不是|不应当|不予|不再|不需要|不必|不属于|不影响|不负|没有|未经|未按|并非|无须|不(?=[\u4e00-\u9fff])"
)
_WITHOUT = {"没有": "有", "未经": "经", "未按": "按", "并非": "是", "无须": "须", "不是": "是"}
_ORGANS = (
    ("国务院", "全国人民代表大会"),
    ("全国人民代表大会常务委员会", "国务院"),
    ("全国人民代表大会", "全国人民代表大会常务委员会"),
    ("人民代表大会常务委员会", "人民政府"),
    ("人民代表大会", "人民政府"),
    ("人民法院", "人民检察院"),
    ("人民检察院", "人民法院"),
    ("监察委员会", "人民检察院"),
    ("监察机关", "公安机关"),
    ("公安机关", "监察机关"),
    ("人民政府", "人民代表大会常务委员会"),
    ("仲裁机构", "登记机构"),
    ("登记机构", "仲裁机构"),
    ("村民委员会", "乡镇人民政府"),
    ("主席团", "秘书长"),
    ("主管部门", "上级机关"),
)
_ORGAN = re.compile("|".join(organ for organ, _ in _ORGANS))
_MODAL = re.compile("应当|可以|不得|必须")
_OTHER_MODAL = {"应当": "可以", "可以": "应当", "不得": "可以", "必须": "可以"}
_BOUND = re.compile("以上|以下|超过|不满|以内|以外")
_FORM = re.compile("书面|口头")
_OTHER_FORM = {"书面": "口头", "口头": "书面"}
_ACT = re.compile("批准|备案|(?<![的项个和或、])决定(?![书性权])")
_OTHER_ACT = {"批准": "备案", "备案": "批准", "决定": "批准"}
_ALL = re.compile("情形之一|同时(?=具备|符合|满足|具有|有下列)")
_OTHER_ALL = {"情形之一": "全部情形", "同时": "或者"}
_OTHER_BOUND = {"以上": "以下", "以下": "以上", "超过": "不满", "不满": "超过", "以内": "以外", "以外": "以内"}


def _slipped(number: int, rng: Random) -> int:
    """A number one or two off, or with a digit changed."""
    return max(1, number + rng.choice((-2, -1, 1, 2, 10)))


def _articles(text: str, rng: Random) -> Iterator[tuple[int, int, str]]:
    for match in _ARTICLE.finditer(text):
        yield match.start(1), match.end(1), in_words(_slipped(numeral(match[1]), rng))


def _counts(text: str, rng: Random) -> Iterator[tuple[int, int, str]]:
    for match in _COUNT.finditer(text):
        value = numeral(match[1])
        if 0 < value < 1000:
            wrong = value + rng.choice((1, 2, 5))
            yield match.start(1), match.end(1), str(wrong) if match[1].isascii() else in_words(wrong)


def _negations(text: str, _rng: Random) -> Iterator[tuple[int, int, str]]:
    for match in _NEGATION.finditer(text):
        yield match.start(), match.end(), _WITHOUT.get(match[0], match[0].removeprefix("不"))


def _replaced(pattern: re.Pattern[str], others: dict[str, str]) -> Words:
    def changes(text: str, _rng: Random) -> Iterator[tuple[int, int, str]]:
        for match in pattern.finditer(text):
            yield match.start(), match.end(), others[match[0]]

    return changes


_organs = _replaced(_ORGAN, dict(_ORGANS))
_modals = _replaced(_MODAL, _OTHER_MODAL)
_forms = _replaced(_FORM, _OTHER_FORM)
_acts = _replaced(_ACT, _OTHER_ACT)
_TEXT_SLIPS: dict[Slip, Words] = {
    Slip.ARTICLE: _articles,
    Slip.NUMBER: _counts,
    Slip.ORGAN: _organs,
    Slip.NEGATION: _negations,
    Slip.MODAL: _modals,
    Slip.BOUND: _replaced(_BOUND, _OTHER_BOUND),
    Slip.FORM: _forms,
    Slip.ACT: _acts,
    Slip.ALL: _replaced(_ALL, _OTHER_ALL),
}
_STATED_SLIPS: dict[Slip, Words] = {
    Slip.STATED_NUMBER: _counts,
    Slip.STATED_ORGAN: _organs,
    Slip.STATED_NEGATION: _negations,
    Slip.STATED_MODAL: _modals,
    Slip.STATED_FORM: _forms,
    Slip.STATED_ACT: _acts,
}
