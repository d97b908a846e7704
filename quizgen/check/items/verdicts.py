"""Whether a rationale comes to the key: what it says to choose, and which options and statements it calls wrong.

Meant to be sure rather than complete. Of options called wrong only those of items that ask for what is right are
judged: a stem with a negation may ask for the wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from quizgen.check.faults import items_of, warning
from quizgen.check.items.spoken import spoken_faults
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, Related
from quizgen.interaction import interaction
from quizgen.model import FALSE, TRUE, Item, Letter

_LETTERS = "[A-HＡ-Ｈ](?:[、，,和及与]?[A-HＡ-Ｈ])*"
_CHOSEN = re.compile(
    rf"(?:故|因此|所以|应当?|本题|答案)[，,]?(?:本题)?(?:应当?)?(?:选择?|[为是](?=[A-HＡ-Ｈ]))[：:]?\s?({_LETTERS})(?:[两三四]?[选]?项)?"
    r"(?=[。；;，,）)]|\s*$)"
)
"""故选B。 本题选ABD， 答案为C"""
_WRONG = re.compile(
    rf"(?<![A-HＡ-Ｈ、])({_LETTERS})[两三四]?[选]?项的?(?:说法|表述|做法)?[都均]?(?:是?错误的?|不正确|不对|有误|不当选|不选)"
    r"(?=[。；;，,]|\s*$)"
)
_NEGATED = re.compile("[不无非错误除违未没反罪]|例外|虚假|问题|混淆|处[分罚]|责任|追究|[纠改]正|侵[犯害]")
"""Words in a stem that may ask for what is wrong."""
_VERDICT = re.compile(
    r"(?:^|题干|本题|题目)(?:的?(?:说法|表述|观点|内容))?(?:是)?(?P<word>正确|错误|有误|不正确|不准确)(?:的)?(?=[。；;，,！]|$)"
)
"""题干说法错误。 本题正确， or the word alone at the beginning; 正确 and 错误 elsewhere may speak of anything."""
_AGAINST = re.compile(
    "(?:题[干中目]|本题|这种|上述)[^。；]{0,6}(?:说法|看法|观点|认识|理解|做法)[^。；]{0,20}(?:不对|错误|不准确|片面|不成立)|(?<=[，。；：])不对(?=[，。；])"
    "|只看到|(?:遗?漏|忽略|忽视|混淆|颠倒)了|误以为|误[将把]|推不出|不等于|并非如此|不代替|也不能|而不是|没有以[^。；，]{2,16}为"
    "|(?<!是)不是[^，。；]{2,16}[。；]"
)
"""What is said of a statement that is wrong, without 错误 itself."""
_FOR = re.compile(
    "题中都已|并行不悖|(?:符合|属于)(?:这一|该[条款项]|上述|前述)[^。；]{0,8}(?:[。；]|$)|正是(?!否)"
    "|与(?:题干|题中|题目)[^。；]{0,6}一致|应当拒绝"
)
"""What is said of one that is right."""
_BLAMES = re.compile("违反|不符合|错误|不对|不正确|不合法|不当|不属于")
"""In a statement that is right when something in it is wrong."""
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
        faults = list(_judgement_faults(item) if judges else _choice_faults(item))
        for words, answer in faults:
            span = item.places.get("rationale", item.where)
            message = f"解析写的是“{words}”，正确答案却是{answer}"
            yield warning("Q213", span, message, hint=_HINT, item=item, related=_key_of(item))
        for message in islice(spoken_faults(item), 0 if faults else 1):
            yield warning("Q216", item.places.get("key", item.where), message, hint=_HINT, item=item)


def _key_of(item: Item) -> tuple[Related, ...]:
    return (Related(span=item.places["key"], label="正确答案写在这里"),) if "key" in item.places else ()


def _choice_faults(item: Item) -> Iterator[tuple[str, str]]:
    """What a rationale says against the key, with the key."""
    key = "".join(sorted(item.key))
    chosen = [(match[0], _letters(match[1])) for match in _CHOSEN.finditer(item.rationale)]
    if chosen and item.key not in [letters for _, letters in chosen]:
        yield chosen[-1][0], key
    else:
        sides = () if _NEGATED.search(item.stem) else _contrary(item, key)
        yield from islice(chain(sides, _incomplete(item, key)), 1)


def _contrary(item: Item, key: str) -> Iterator[tuple[str, str]]:
    """Where an option is called wrong that is right, or the reverse."""
    for match in _WRONG.finditer(item.rationale):
        if _letters(match[1]) & item.key:
            yield match[0], key
    for match in _RIGHT.finditer(item.rationale):
        if _letters(match[1]) - item.key:
            yield match[0], key


def _incomplete(item: Item, key: str) -> Iterator[tuple[str, str]]:
    """Where two options or more are called right, all of them in a key that has others too."""
    called = [(match[0], _letters(match[1])) for match in _RIGHT.finditer(item.rationale)]
    right = frozenset[Letter]().union(*(letters for _, letters in called))
    if len(right) > 1 and right < item.key:
        yield "；".join(words for words, _ in called[:3]), key


def _letters(text: str) -> frozenset[Letter]:
    return frozenset(Letter(char) for char in text.translate(_WIDE) if char.isalpha() and char.isascii())


def _judgement_faults(item: Item) -> Iterator[tuple[str, str]]:
    verdicts = {match[0]: TRUE if match["word"] == "正确" else FALSE for match in _VERDICT.finditer(item.rationale)}
    if not verdicts and not _BLAMES.search(item.stem):
        against, favour = _AGAINST.search(item.rationale), _FOR.search(item.rationale)
        if bool(against) != bool(favour):
            verdicts = {match[0]: letter for match, letter in ((against, FALSE), (favour, TRUE)) if match}
    if verdicts and item.key.isdisjoint(verdicts.values()):
        yield next(iter(verdicts)), "正确" if TRUE in item.key else "错误"
