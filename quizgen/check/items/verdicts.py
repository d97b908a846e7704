"""Whether a rationale comes to the key: what it says to choose, and which options it calls wrong.

Meant to be sure rather than complete. Of options called wrong only those of items that ask for what is right are
judged: a stem with a negation may ask for the wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from quizgen.check.faults import items_of, warning
from quizgen.check.items.judged import judged_faults
from quizgen.check.items.spoken import spoken_faults
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, Related
from quizgen.interaction import interaction
from quizgen.model import Item, Letter, may_ask_for_wrong

_LETTERS = "[A-HＡ-Ｈ](?:[、，,和及与]?[A-HＡ-Ｈ])*"
_CHOSEN = re.compile(
    rf"(?:故|因此|所以|应当?|本题|答案)[，,]?(?:本题)?(?:应当?)?(?:选择?|[为是](?=[A-HＡ-Ｈ]))[：:]?\s?({_LETTERS})(?:[两三四]?[选]?项)?"
    r"(?=[。；;，,）)]|\s*$)"
)
"""故选B。 本题选ABD， 答案为C"""
_ANSWER = re.compile(rf"答案】?\s?[：:]?\s?({_LETTERS})(?=[。；;，,）)【]|\s|$)")
"""【答案】C【解析】 正确答案：BD"""
_CALLED = re.compile(
    rf"(?:选项|(?<![A-Za-z0-9Ａ-Ｈ、]))({_LETTERS})(?:项|选项)?\s?(?:的?(?:说法|表述|做法))?[都均]?"
    r"(?P<word>正确|错误|对|错)(?=[：:。；;，,]|\s*$)"
)
"""A 正确：见第五条。 C说法错误， A对，"""
_MARKED = re.compile(
    r"(?<![A-Za-z0-9Ａ-Ｈ])([A-HＡ-Ｈ])[项.．、：:]?[^A-HＡ-Ｈ（(√×✓✔✗✘。]{0,60}[（(]\s?(?P<word>[√✓✔×✗✘])\s?[）)]"
)
"""A项（√） B.由国务院行使（×）"""
_WORDS_FOR_RIGHT = frozenset(["正确", "对", "√", "✓", "✔"])
_WRONG = re.compile(
    rf"(?<![A-HＡ-Ｈ、])({_LETTERS})[两三四]?[选]?项的?(?:说法|表述|做法)?[都均]?(?:是?错误的?|不正确|不对|有误|不当选|不选)"
    r"(?=[。；;，,]|\s*$)"
)
_RIGHT = re.compile(
    r"(?<![A-HＡ-Ｈ、])([A-HＡ-Ｈ](?:项?[、，,和及与]?[A-HＡ-Ｈ])*)[两三四]?[选]?项的?(?:说法|表述|做法)?[都均]?(?:是?正确的?|当选|符合题意)"
    r"(?=[。；;，,]|\s*$)"
)
_WIDE = str.maketrans("ＡＢＣＤＥＦＧＨ", "ABCDEFGH")


_HINT = "请核对哪一个对；选项换过次序的，解析里的字母也要跟着改"


def rationales_come_to_the_key(content: Content) -> Iterator[Diagnostic]:
    """Q213, and where that says nothing Q216: no rationale names another answer than the key, or explains it as one."""
    for item in (item for item in items_of(content) if item.key):
        judges = interaction(item.type).judges_stem
        faults = list(judged_faults(item) if judges else _choice_faults(item))
        for words, answer in faults:
            span = item.places.get("rationale", item.where)
            message = f"解析写的是“{words}”，正确答案却是{answer}"
            yield warning("Q213", span, message, hint=_HINT, item=item, related=_key_of(item))
        settled = faults or item.key in (letters for _, letters in _chosen(item))
        for message in islice(spoken_faults(item), 0 if settled else 1):
            yield warning("Q216", item.places.get("key", item.where), message, hint=_HINT, item=item)


def _key_of(item: Item) -> tuple[Related, ...]:
    return (Related(span=item.places["key"], label="正确答案写在这里"),) if "key" in item.places else ()


def _choice_faults(item: Item) -> Iterator[tuple[str, str]]:
    """What a rationale says against the key, with the key."""
    key = "".join(sorted(item.key))
    chosen = _chosen(item)
    if chosen and item.key not in [letters for _, letters in chosen]:
        yield chosen[-1][0], key
    else:
        sides = () if may_ask_for_wrong(item.stem) else _contrary(item, key)
        yield from islice(chain(sides, _incomplete(item, key)), 1)


def _chosen(item: Item) -> list[tuple[str, frozenset[Letter]]]:
    """What the rationale says to choose, with its words."""
    found = chain(_ANSWER.finditer(item.rationale), _CHOSEN.finditer(item.rationale))
    return [(match[0], _letters(match[1])) for match in found]


def _contrary(item: Item, key: str) -> Iterator[tuple[str, str]]:
    """Where an option is called wrong that is right, or the reverse."""
    for match in _WRONG.finditer(item.rationale):
        if _letters(match[1]) & item.key:
            yield match[0], key
    for match in _RIGHT.finditer(item.rationale):
        if _letters(match[1]) - item.key:
            yield match[0], key
    for match in chain(_CALLED.finditer(item.rationale), _MARKED.finditer(item.rationale)):
        is_right, letters = match["word"] in _WORDS_FOR_RIGHT, _letters(match[1])
        if letters - item.key if is_right else letters & item.key:
            yield match[0], key


def _incomplete(item: Item, key: str) -> Iterator[tuple[str, str]]:
    """Where two options or more are called right, all of them in a key that has others too."""
    called = [(match[0], _letters(match[1])) for match in _RIGHT.finditer(item.rationale)]
    right = frozenset[Letter]().union(*(letters for _, letters in called))
    if len(right) > 1 and right < item.key:
        yield "；".join(words for words, _ in called[:3]), key


def _letters(text: str) -> frozenset[Letter]:
    return frozenset(Letter(char) for char in text.translate(_WIDE) if char.isalpha() and char.isascii())
