"""Habits of frames: judgements of one frame that are always true or always false."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from quizgen.check.bank.habit import Habit, counted, is_habit, judging, percent
from quizgen.model import FALSE, TRUE, Item

_LEAST = 10
"""Items of one frame from which on it is told."""
_FRAMES = (
    ("“违反……”的设问", re.compile("违反了?(?:《|法律|这一|规定|上述|宪法)|不符合《")),
    ("“符合……”的设问", re.compile("(?<!不)符合(?:《|法律|这一|规定|上述|宪法)")),
    ("带“由于”“因为”“所以”的理由句", re.compile("由于|因为|所以|因此")),
    ("带“为了”的理由句", re.compile("为了")),
    ("“只要……就”的句子", re.compile("只要")),
    ("“无论”“不论”的句子", re.compile("无论|不论|不管")),
    ("“可以”的句子", re.compile("(?<!不)可以")),
    ("“不得”“不能”的句子", re.compile("不得|不能")),
    ("“应当”的句子", re.compile("(?<!不)应当")),
)
"""Frames by which a stem is recognised, as people would name them."""
_SHARE = 0.9


def frames_mean_nothing(items: Sequence[Item], certain: float) -> Iterator[Habit]:
    """Q247: judgements of one frame are not nearly all (90 of 100) true, nor nearly all false.

    Chance is how often the other judgements are so; one half where there are too few of them.
    """
    judgements = judging(items)
    for name, frame in _FRAMES:
        framed = [item for item in judgements if frame.search(item.stem)]
        others = [item for item in judgements if not frame.search(item.stem)]
        for letter, word, other in ((TRUE, "正确", "错误"), (FALSE, "错误", "正确")):
            shown = [item for item in framed if letter in item.key]
            chance = sum(letter in item.key for item in others) / len(others) if len(others) >= _LEAST else 0.5
            if is_habit(len(shown), len(framed), chance, above=_SHARE - chance, certain=certain, least=_LEAST):
                share = percent(len(shown), len(framed))
                message = f"{counted(framed)}是{name}，其中{len(shown)}道（{share}）是{word}的，见到句式就能答"
                yield Habit(code="Q247", message=message, shown_by=shown, cure=f"请把一些题改写成{other}的说法")
