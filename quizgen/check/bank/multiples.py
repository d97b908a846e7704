"""Habits of multiples: how many options are right, whether all are, which letters are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import fsum

from quizgen.check.bank.habit import Habit, counted, is_habit, percent, taking_several
from quizgen.interaction import interaction
from quizgen.model import Item

_NEARLY_ALL = 0.9
_A_THIRD = 1 / 3


def _sound(items: Sequence[Item]) -> list[Item]:
    """Multiples that could have more than one number of right options."""
    return [item for item in taking_several(items) if _possible_numbers(item) > 1]


def _possible_numbers(item: Item) -> int:
    """How many numbers of right options it could have: from the fewest of its type to all."""
    return len(item.options) - interaction(item.type).fewest_keys + 1


def number_of_keys_varies(items: Sequence[Item], certain: float) -> Iterator[Habit]:
    """Q243: multiple items don't nearly all (85 of 100) have the same number of right options.

    From two to all may be right: of four options two, three or four, by chance a third each.
    """
    multiples = _sound(items)
    partly = [item for item in multiples if len(item.key) < len(item.options)]
    for number, often in Counter(len(item.key) for item in partly).most_common(1):
        chance = fsum(1 / _possible_numbers(item) for item in multiples) / len(multiples)
        if is_habit(often, len(multiples), chance, above=0.85 - chance, certain=certain):
            message = f"{counted(multiples)}中，有{often}道（{percent(often, len(multiples))}）恰好有{number}个正确答案"
            shown = [item for item in partly if len(item.key) == number]
            cure = "知道个数就容易猜对，请让正确答案的个数有变化"
            yield Habit(code="Q243", message=message, shown_by=shown, cure=cure)


def all_right_is_an_answer_like_others(items: Sequence[Item], certain: float) -> Iterator[Habit]:
    """Q243: all options are right in less than a third of the multiples, and in some of them.

    Chance takes every set of two or more options as equally likely: of four options 1 in 11. So "never" is told from
    some 73 items on.
    """
    multiples = _sound(items)
    if not multiples:
        return
    full = [item for item in multiples if len(item.key) == len(item.options)]
    chance = fsum(1 / (2 ** len(item.options) - len(item.options) - 1) for item in multiples) / len(multiples)
    if is_habit(len(full), len(multiples), chance, above=_A_THIRD - chance, certain=certain):
        share = percent(len(full), len(multiples))
        message = f"{counted(multiples)}中，有{len(full)}道（{share}）全部选项都正确，全部勾选就能得分"
        yield Habit(code="Q243", message=message, shown_by=full, cure="请把一些题的选项改成干扰项")
    elif not full and is_habit(len(multiples), len(multiples), 1 - chance, above=chance, certain=certain):
        message = f"{counted(multiples)}中，没有一道全部选项都正确，全部勾选的一定是错的"
        yield Habit(code="Q243", message=message, shown_by=multiples, cure="请让少数题的选项全部正确")


def letters_vary(items: Sequence[Item], certain: float) -> Iterator[Habit]:
    """Q248: no letter is right in nearly all (90 of 100) multiples, nor in nearly none (10 of 100)."""
    multiples = _sound(items)
    for letter in sorted({letter for item in multiples for letter in item.options}):
        offering = [item for item in multiples if letter in item.options]
        right = [item for item in offering if letter in item.key]
        chance = sum(len(item.key) / len(item.options) for item in offering) / len(offering)
        for shown, usual, word in (
            (right, chance, "都选"),
            ([item for item in offering if letter not in item.key], 1 - chance, "都不选"),
        ):
            if is_habit(len(shown), len(offering), usual, above=_NEARLY_ALL - usual, certain=certain):
                share = percent(len(shown), len(offering))
                message = f"{counted(offering)}中，有{len(shown)}道（{share}）{word}{letter}"
                cure = "请调整一些题选项的次序，解析里的字母也要跟着改"
                yield Habit(code="Q248", message=message, shown_by=shown, cure=cure)
