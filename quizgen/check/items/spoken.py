"""Of which options a rationale speaks, and together with which.

No verdict is read here (`verdicts` does that): it is enough which letters are named, and which of them together.
"""

from __future__ import annotations

from collections.abc import Iterator

from quizgen.interaction import interaction
from quizgen.model import Item, Letter
from quizgen.words.option_names import letters_named


def spoken_faults(item: Item) -> Iterator[str]:
    """What the options named in the rationale say against the key, as sentences."""
    if interaction(item.type).fixed:
        return
    groups = _groups(item)
    spoken = frozenset[Letter]().union(*groups)
    key, others = item.key, item.options.keys() - item.key
    left = item.options.keys() - spoken
    if not interaction(item.type).takes_several:
        if len(left) == 1 and len(spoken) > 1 and not left & key:
            yield f"解析逐项说明了{_listed(left)}以外的选项，正确答案却是{_listed(key)}"
        return
    for group in groups:
        if group & key and group - key:
            yield f"解析把{_listed(group)}放在一起说，正确答案里却只有其中的{_listed(group & key)}"
    if spoken and spoken < others:
        yield f"解析只说明了不选的{_listed(spoken)}，{_listed(others - spoken)}也不在正确答案里，却没有说明"


def _groups(item: Item) -> list[frozenset[Letter]]:
    """The letters of the rationale that surely name options, those that are listed together as one."""
    found = letters_named(item.rationale, item.options.keys(), parties=item.parties)
    return [frozenset(map(Letter, letters)) for letters in found]


def _listed(letters: frozenset[Letter] | set[Letter]) -> str:
    return "、".join(sorted(letters))
