"""Whether the rationale of a judgement calls its stem right or wrong.

Three ways, the surest first: the verdict itself (题干说法错误); words that are said only of a wrong statement or only
of a right one; and where the stem says of somebody's doing or view that it is right (这一做法符合……), what the
rationale holds against it, or for it, besides the law.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizgen.model import FALSE, TRUE, Item, Letter

_VERDICT = re.compile(
    r"(?:(?:^|(?<=[。；;]))(?:【?答案】?[：:]?\s?|(?:该|此|这一|这种)(?=题|说法|表述|观点))?|题干|本题|题目)"
    r"(?:[题的]?(?:说法|表述|观点|内容)|题)?(?:是)?(?P<word>正确|错误|有误|不正确|不准确)(?:的)?(?=[。；;，,！]|$)"
    r"|^[（(]?\s?(?P<mark>[√✓✔×✗✘对错])\s?[）)]?(?=[。；;，,！]|$)"
)
"""题干说法错误。 本题正确， 该说法是错误的。 （×）, or the word alone at the beginning of a sentence.

正确 and 错误 elsewhere may speak of anything.
"""
_WORDS_FOR_TRUE = frozenset(["正确", "√", "✓", "✔", "对"])
_AGAINST = re.compile(
    "(?:题[干中目]|本题|这种|上述)[^。；]{0,6}(?:说法|看法|观点|认识|理解|做法)[^。；]{0,20}(?:不对|错误|不准确|片面|不成立)|(?<=[，。；：])不对(?=[，。；])"
    "|只看到|(?:遗?漏|忽略|忽视|混淆|颠倒)了|误以为|误[将把]|推不出|不等于|并非如此|不代替|也不能|而不是|没有以[^。；，]{2,16}为(?!条件|前提|要件)"
)
"""What is said of a statement that is wrong, without 错误 itself."""
_FOR = re.compile(
    "题中都已|并行不悖|(?:符合|属于)(?:这一|该[条款项]|上述|前述)[^。；]{0,8}(?:[。；]|$)|正是(?!否)"
    "|与(?:题干|题中|题目)[^。；]{0,6}一致|应当拒绝"
)
"""What is said of one that is right."""
_BLAMES = re.compile("违反|不符合|错误|不对|不正确|不合法|不当|不属于")
"""In a statement that is right when something in it is wrong."""

_TITLES = re.compile(r"《[^《》]*》|（[^（）]*）|\([^()]*\)")
_QUOTED = re.compile("“[^“”]*”")
_SENTENCE = re.compile("[^。！？!?\n]*[\u4e00-\u9fff][^。！？!?\n]*")
_APPROVES = re.compile(
    "(?<![不没有])(?:符合|合乎)(?!的)"
    "|(?:说法|看法|理由|意见|答复|认识|做法|处理|主张|要求|判断|写法|这样|这一)[^，,]{0,8}(?<!不)(?:正确|成立|合法|妥当|恰当|允许)的?$"
    "|可以(?:作出)?这样"
)
"""这一做法符合《…》第五条； 监票人的说法正确； but not 不符合, 这一要求不能成立."""
_DENIED = re.compile("不[^，,]{0,4}(?:正确|成立|合法|妥当|恰当)|违反|错误")
_OBJECTS = re.compile(
    "违反|不符(?!合实)|不合(?!格)|不够|不能|代替|[不没都也](?:有|能)?改变|没有这[个项种]|没有依据|不是[^，；]{0,6}理由|不具备|用不上|不免除"
    "|超[出过]了|混|[弄写说算搞记]错|错误|不对(?=[，；。]|$)|不等于|不因|不在[^，；]{1,16}(?:之内|之列|范围|里)|无效|漏了|只看到|当成|不属于|不看|不以|不是(?![^，；]{1,16}(?:条件|前提|要件))"
)
"""What a rationale holds against a doing or a view. 不得 is not among them: it is what the law says."""
_AGREES = re.compile(
    "(?<!不)符合(?!的)|(?<!不)属于|(?<!不)具备|[也都]在[^，；]{0,10}[内列]|正是|是对的|合要求|不受[^，；]{1,10}(?:禁止|限制)|遵守了|合乎|与[^，；]{1,10}一致"
)
"""What it holds for one."""
_MARKS = "，。；：、"


def judged_faults(item: Item) -> Iterator[tuple[str, str]]:
    """What the rationale of a judgement says against its key, with the key."""
    found = _VERDICT.finditer(item.rationale)
    verdicts = {match[0]: TRUE if (match["word"] or match["mark"]) in _WORDS_FOR_TRUE else FALSE for match in found}
    if not verdicts and not _BLAMES.search(item.stem):
        verdicts = _told(_AGAINST.search(item.rationale), _FOR.search(item.rationale)) or _weighed(item)
    if verdicts and item.key.isdisjoint(verdicts.values()):
        yield next(iter(verdicts)), "正确" if TRUE in item.key else "错误"


def _told(against: re.Match[str] | None, favour: re.Match[str] | None) -> dict[str, Letter]:
    """The words of the one that is there, and the verdict; nothing where both are, or neither."""
    if bool(against) == bool(favour):
        return {}
    return {match[0]: letter for match, letter in ((against, FALSE), (favour, TRUE)) if match}


def _weighed(item: Item) -> dict[str, Letter]:
    """The verdict on a doing or a view that the stem approves of, from what is said after the law."""
    claim = _SENTENCE.findall(_TITLES.sub("", item.stem))[-1:]
    if not claim or not _APPROVES.search(claim[0]) or _DENIED.search(claim[0]):
        return {}
    comment = "。".join(_SENTENCE.findall(_QUOTED.sub("", _TITLES.sub("", item.rationale)))[1:])
    found = _told(_OBJECTS.search(comment), _AGREES.search(comment))
    return {_clause_with(words, comment): letter for words, letter in found.items()}


def _clause_with(words: str, text: str) -> str:
    start = text.index(words)
    begin = max(text.rfind(mark, 0, start) for mark in _MARKS) + 1
    ends = (text.find(mark, start + len(words)) for mark in _MARKS)
    return text[begin : min((end for end in ends if end >= 0), default=len(text))]
