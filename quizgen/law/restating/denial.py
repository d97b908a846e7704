"""The same words with a negation in one text and without it in the other. Pure.

可以不升挂 in an article and 可以升挂 in what retells it: two characters on either side of the negation are the same. Or
three behind it: 不能出庭 and 局长能出庭, where each text says so throughout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

_SIDE = 2
"""Characters on either side that must be the same. With fewer on one side words of other things are met."""
_MOST = 200
"""Negations of a text that are looked at; the longest article has about a hundred."""
_BESIDE = f"[\u4e00-\u9fff]{{{_SIDE}}}"
_AHEAD = f"(?<={_BESIDE}.)"
"""Behind the first character of a negation, with which it begins so that a search can leap from one to the next."""
_NEGATION = re.compile(
    f"(?P<word>没{_AHEAD}有|无{_AHEAD}须|并{_AHEAD}非|不{_AHEAD}(?!动产|特定)|未{_AHEAD}(?!成年)"
    f"|非{_AHEAD}(?<!除非)(?!法人|公有|营利))(?={_BESIDE})"
)
_WITHOUT = {"没有": "有", "无须": "须", "并非": "是"}


@dataclass(frozen=True, slots=True)
class Denial:
    """A negation with what stands beside it, and the same words without it."""

    words: str
    without: str


@lru_cache(maxsize=4096)
def denials(text: str) -> tuple[Denial, ...]:
    """The negations of a plain text whose words the text does not also say without them."""
    return tuple(islice(_denials(text), _MOST))


def _denials(text: str) -> Iterator[Denial]:
    for match in _NEGATION.finditer(text):
        left, right = text[match.start() - _SIDE : match.start()], text[match.end() : match.end() + _SIDE]
        without = f"{left}{_WITHOUT.get(match['word'], '')}{right}"
        if without not in text:
            yield Denial(words=f"{left}{match['word']}{right}", without=without)


def denied_by_one(one: str, other: str) -> Iterator[tuple[str, str]]:
    """The words of both plain texts, as `one` and as `other` has them, where only one of the two denies them."""
    for said, unsaid, is_ours in ((one, other, True), (other, one, False)):
        for denial in denials(said):
            if denial.without in unsaid and denial.words not in unsaid:
                yield (denial.words, denial.without) if is_ours else (denial.without, denial.words)


_BEHIND, _BEFORE = 3, 8
"""Characters behind a negation that must be the same, and those before them in which the other text may deny them."""
_SHOWN = 8
_DENIED = re.compile(f"[不未](?<!尚.)(?=(?P<rest>[\u4e00-\u9fff]{{{_BEHIND}}}))")
_DENIES = re.compile("[不没未无非勿别给]|免除|禁止|拒绝|取消")
"""Before the words: they are denied there too. 给: 给予赔偿 is not the 予赔偿 of 不予赔偿."""
_DUTY = re.compile("能|得|予|再|需|必|可|应|属于|享有|承担|受理|适用|免除|构成")
_OF_A_CASE = re.compile("同意的|满|足|动产|特定|仅|但|论|管|影响")


def denied_behind(one: str, other: str, *, duties_only: bool = False) -> Iterator[tuple[str, str]]:
    """Words of both plain texts that one of them denies wherever it has them and the other nowhere.

    As `one` and as `other` has them. With `duties_only` only words that say what one may or must: 能出庭, 承担责.
    """
    for said, unsaid, is_ours in ((one, other, True), (other, one, False)):
        for match in islice(_DENIED.finditer(said), _MOST):
            words = match["rest"]
            is_meant = not _OF_A_CASE.match(words) and (not duties_only or _DUTY.match(words))
            if is_meant and words in unsaid and _all_denied(words, said) and not _any_denied(words, unsaid):
                shared = _as_long(said, match.start("rest"), unsaid)
                denied = f"{said[match.start()]}{shared}"
                yield (denied, shared) if is_ours else (shared, denied)


def _as_long(text: str, start: int, other: str) -> str:
    """The words from there on as far as the other text has them too, for people to see."""
    sizes = range(_SHOWN, _BEHIND, -1)
    return next(
        (text[start : start + size] for size in sizes if text[start : start + size] in other),
        text[start : start + _BEHIND],
    )


def _all_denied(words: str, text: str) -> bool:
    return all(_is_denied(text, place) for place in _places(words, text))


def _any_denied(words: str, text: str) -> bool:
    return any(_is_denied(text, place) for place in _places(words, text))


def _is_denied(text: str, place: int) -> bool:
    return bool(_DENIES.search(text, max(0, place - _BEFORE), place))


def _places(words: str, text: str) -> Iterator[int]:
    place = text.find(words)
    while place >= 0:
        yield place
        place = text.find(words, place + 1)
