"""Of which options a rationale speaks, together with which, and in which order.

No verdict is read here (`verdicts` does that): it is enough which letters are named, and which of them in one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from quizgen.interaction import interaction
from quizgen.model import Item, Letter
from quizgen.words.option_names import letters_named

Letters = frozenset[Letter]

_LETTER = re.compile("[A-HＡ-Ｈ]")
_SENTENCE = re.compile(r"[^。！？!?\n]+")
_PART = re.compile("[^；;]+")
_VERDICT = re.compile("正确|错误|有误|当选|不选|(?<!不)选[A-HＡ-Ｈ]|[不都]对(?=[。；，,])|对的|但是|除外|例外")
"""A sentence with such a word may speak of right options and of wrong ones."""
_SAID_OF_BOTH = ("属于", "符合", "包括", "可以", "应当")
"""So may one that says such a word of one option and denies it of another: A项属于……；D项不属于……"""


def spoken_faults(item: Item) -> Iterator[str]:
    """What the options named in the rationale say against the key, as sentences."""
    asked = interaction(item.type)
    if asked.fixed or not _LETTER.search(item.rationale):
        return
    sentences = _sentences(item)
    groups = list(chain.from_iterable(chain.from_iterable(parts for _, parts in sentences)))
    spoken = frozenset[Letter]().union(*groups)
    if asked.takes_several:
        yield from _parted(item, groups)
        if spoken and spoken < (others := item.options.keys() - item.key):
            yield f"解析只说明了不选的{_listed(spoken)}，{_listed(others - spoken)}也不在正确答案里，却没有说明"
        yield from _mixed(item, sentences)
    else:
        yield from _left_out(item, spoken)
        yield from _set_apart(item, groups)


def _sentences(item: Item) -> list[tuple[str, list[list[Letters]]]]:
    """The sentences that surely name options, with the letters of each of their parts; those listed together as one."""
    letters, parties = item.options.keys(), item.parties
    named = (
        (sentence[0], [letters_named(part, letters, parties=parties) for part in _PART.findall(sentence[0])])
        for sentence in _SENTENCE.finditer(item.rationale)
        if _LETTER.search(sentence[0])
    )
    return [(sentence, found) for sentence, parts in named if (found := _groups(parts))]


def _groups(parts: Sequence[Sequence[frozenset[str]]]) -> list[list[Letters]]:
    return [[frozenset(map(Letter, group)) for group in part] for part in parts if part]


def _parted(item: Item, groups: Sequence[Letters]) -> Iterator[str]:
    """Options that are named in one breath, of which only some are right."""
    for group in groups:
        if group & item.key and group - item.key:
            yield f"解析把{_listed(group)}放在一起说，正确答案里却只有其中的{_listed(group & item.key)}"


def _mixed(item: Item, sentences: Sequence[tuple[str, list[list[Letters]]]]) -> Iterator[str]:
    """Options that one sentence goes through, some right and some not, while it speaks of others elsewhere.

    "A项……；C项……。" speaks of options of one kind, unless it gives verdicts or says of one what it denies of another.
    """
    for sentence, parts in sentences if len(sentences) > 1 else ():
        group = frozenset[Letter]().union(*chain.from_iterable(parts))
        is_list = len(parts) > 1 and all(len(part) == 1 for part in parts)
        if is_list and group & item.key and group - item.key and not _may_differ(sentence):
            yield f"解析在一句里逐项说明{_listed(group)}，正确答案里却只有其中的{_listed(group & item.key)}"


def _may_differ(sentence: str) -> bool:
    return bool(_VERDICT.search(sentence)) or any(
        0 < sentence.count(f"不{word}") < sentence.count(word) for word in _SAID_OF_BOTH
    )


def _left_out(item: Item, spoken: Letters) -> Iterator[str]:
    """The one option that is not explained is the right one."""
    left = item.options.keys() - spoken
    if len(left) == 1 and len(spoken) > 1 and not left & item.key:
        yield f"解析逐项说明了{_listed(left)}以外的选项，正确答案却是{_listed(item.key)}"


def _set_apart(item: Item, groups: Sequence[Letters]) -> Iterator[str]:
    """The one option that is explained first or last, out of the order of the others, is the right one."""
    order = list(dict.fromkeys(letter for group in groups for letter in sorted(group)))
    if len(order) < len(item.options) or order == sorted(order) or _VERDICT.search(item.rationale):
        return
    for apart, rest in ((order[0], order[1:]), (order[-1], order[:-1])):
        if rest == sorted(rest):
            if apart not in item.key:
                yield f"解析把{apart}与依次说明的其他选项分开说，正确答案却是{_listed(item.key)}"
            return


def _listed(letters: Letters | set[Letter]) -> str:
    return "、".join(sorted(letters))
