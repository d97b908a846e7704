"""Give-away habits of a bank: what lets someone who has learnt nothing guess better than chance.

Each pool is looked at as a whole and, where the pool shows nothing, each lesson by itself; `habit` says when a habit
is told. The diagnostic stands at the first item that shows it, and is waived there if it is to be kept.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import fsum

from quizgen.check.bank.frames import frames_mean_nothing
from quizgen.check.bank.habit import (
    CERTAIN,
    Habit,
    Search,
    counted,
    is_habit,
    judging,
    named,
    percent,
    picking_one,
    with_own_options,
)
from quizgen.check.bank.multiples import all_right_is_an_answer_like_others, letters_vary, number_of_keys_varies
from quizgen.check.faults import warning
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic
from quizgen.model import FALSE, TRUE, Item, Letter, Status

_ABSOLUTE = re.compile("一律|一概|必须|任何|绝对|只能|所有(?![权制者])|全部|永远|无条件|(?<!不)完全(?!民事)")
_ALL_ABOVE = re.compile("(以上|上述|前述).{0,4}(都|均|全|皆)|(都|均|全部|全)(对|是|正确|不对|不是|不正确)[。；]?$")


def banks_have_no_habits(content: Content) -> Iterator[Diagnostic]:
    """Q241 to Q248: a bank does not give its keys away."""
    for bank in content.banks:
        items = [item for item in bank.items if item.status is not Status.RETIRED and item.key]
        lessons = defaultdict(list)
        for item in items:
            lessons[item.lesson].append(item)
        for search in _SEARCHES:
            found = list(_told(search(items, CERTAIN), bank.pool.label))
            yield from found
            for lesson, own in lessons.items() if not found and len(lessons) > 1 else ():
                yield from _told(search(own, CERTAIN / len(lessons)), f"{bank.pool.label}{lesson}")


def _told(habits: Iterator[Habit], where: str) -> Iterator[Diagnostic]:
    for habit in habits:
        first = min(habit.shown_by, key=lambda item: item.where)
        ids = "、".join(item.id for item in habit.shown_by[:8])
        span = first.places.get("key", first.where)
        hint = f"{habit.cure}。可先改：{ids}"
        yield warning(habit.code, span, f"{where}：{habit.message}", hint=hint, item=first)


def longest_is_key(items: Sequence[Item], certain: float) -> Iterator[Habit]:
    """Q241: in single items the longest option is the key more often than chance by 12 of 100.

    Only items with one longest option count. The reverse is not told: ruling out one of four options helps a guesser
    from 25 to 33 of 100 at most. Lengths are in characters.
    """
    leads = {item.id: _lead(item) for item in picking_one(items)}
    judged = [item for item in picking_one(items) if leads[item.id]]
    shown = sorted((item for item in judged if leads[item.id] > 0), key=lambda item: -leads[item.id])
    chance = _chance(judged)
    if is_habit(len(shown), len(judged), chance, above=0.12, certain=certain):
        message = (
            f"{counted(judged)}中，有{len(shown)}道（{percent(len(shown), len(judged))}）"
            f"最长的选项就是正确答案，随机约为{chance:.0%}"
        )
        yield Habit(code="Q241", message=message, shown_by=shown, cure="请加长干扰项，或精简正确答案")


def _lead(item: Item) -> int:
    """By how many characters the longest option is longer than the next: above 0 when it is the key, else below."""
    lengths = sorted(((len(text), letter) for letter, text in item.options.items()), reverse=True)
    lead = lengths[0][0] - lengths[1][0] if len(lengths) > 1 else 0
    return lead if lengths[0][1] in item.key else -lead


def _chance(items: Sequence[Item]) -> float:
    """The mean chance to hit the one key of each."""
    return fsum(1 / len(item.options) for item in items) / len(items) if items else 0.0


def key_stands_evenly(items: Sequence[Item], certain: float) -> Iterator[Habit]:
    """Q242: in single items no letter is the key more often than chance by 10 of 100, nor less often by 15.

    Papers shuffle options, but practice pages and printed banks don't.
    """
    singles = picking_one(items)
    keys = Counter(letter for item in singles for letter in item.key)
    for letter in sorted({letter for item in singles for letter in item.options}):
        offering = [item for item in singles if letter in item.options]
        often, chance = keys[letter], _chance(offering)
        rest = len(offering) - often
        if is_habit(often, len(offering), chance, above=0.1, certain=certain):
            shown, cure = (
                [item for item in offering if letter in item.key],
                f"请把一些题的正确答案从{letter}换到别的位置",
            )
        elif is_habit(rest, len(offering), 1 - chance, above=0.15, certain=certain):
            shown, cure = [item for item in offering if letter not in item.key], f"请把一些题的正确答案换到{letter}"
        else:
            continue
        message = (
            f"{counted(offering)}中，有{often}道（{percent(often, len(offering))}）"
            f"正确答案是{letter}，随机约为{chance:.0%}"
        )
        yield Habit(code="Q242", message=message, shown_by=shown, cure=cure)


def all_above_is_no_key(items: Sequence[Item], certain: float) -> Iterator[Habit]:
    """Q244: options like 以上都对 in single items are the key more often than chance by 20 of 100."""
    offering = [(item, letters) for item in picking_one(items) if (letters := _letters_with(_ALL_ABOVE, item))]
    shown = [item for item, letters in offering if item.key & letters]
    chance = _chance([item for item, _ in offering])
    if is_habit(len(shown), len(offering), chance, above=0.2, certain=certain):
        message = (
            f"{counted([item for item, _ in offering])}有“以上都对”一类的选项，其中{len(shown)}道"
            f"（{percent(len(shown), len(offering))}）它就是正确答案，随机约为{chance:.0%}"
        )
        yield Habit(code="Q244", message=message, shown_by=shown, cure="请改成具体的选项，或改为多选题")


def _letters_with(pattern: re.Pattern[str], item: Item) -> frozenset[Letter]:
    return frozenset(letter for letter, text in item.options.items() if pattern.search(text))


def absolute_options_are_not_wrong(items: Sequence[Item], certain: float) -> Iterator[Habit]:
    """Q245: options with words like 一律 or 只能 are wrong more often than options are by 15 of 100."""
    choices = with_own_options(items)
    offered = sum(len(item.options) for item in choices)
    worded = [(item, letter) for item in choices for letter in sorted(_letters_with(_ABSOLUTE, item))]
    wrong = [item for item, letter in worded if letter not in item.key]
    chance = 1 - sum(len(item.key) for item in choices) / offered if offered else 0.0
    if is_habit(len(wrong), len(worded), chance, above=0.15, certain=certain):
        message = (
            f"{len(worded)}个选项有“一律”“只能”“所有”一类的词，其中{len(wrong)}个"
            f"（{percent(len(wrong), len(worded))}）是干扰项，全部选项中干扰项占{chance:.0%}"
        )
        cure = "见到这类词就排除也能得分，请改写干扰项，不用这类词"
        yield Habit(code="Q245", message=message, shown_by=list({item.id: item for item in wrong}.values()), cure=cure)


def absolute_judgements_are_not_false(items: Sequence[Item], certain: float) -> Iterator[Habit]:
    """Q245: judgements with such words are false more often than judgements are by 25 of 100."""
    judgements = judging(items)
    worded = [item for item in judgements if _ABSOLUTE.search(item.stem)]
    false = [item for item in worded if FALSE in item.key]
    chance = sum(FALSE in item.key for item in judgements) / len(judgements) if judgements else 0.0
    if is_habit(len(false), len(worded), chance, above=0.25, certain=certain):
        message = (
            f"{counted(worded)}的题干有“一律”“只能”“所有”一类的词，其中{len(false)}道"
            f"（{percent(len(false), len(worded))}）是错误的，全部{named(judgements)}中错误的占{chance:.0%}"
        )
        cure = "见到这类词就判错也能得分，请改写题干，不用这类词"
        yield Habit(code="Q245", message=message, shown_by=false, cure=cure)


def judgements_are_balanced(items: Sequence[Item], certain: float) -> Iterator[Habit]:
    """Q246: neither true nor false judgements are more than half by 15 of 100."""
    judgements = judging(items)
    for letter, word, other in ((TRUE, "正确", "错误"), (FALSE, "错误", "正确")):
        shown = [item for item in judgements if letter in item.key]
        if is_habit(len(shown), len(judgements), 0.5, above=0.15, certain=certain):
            share = percent(len(shown), len(judgements))
            message = f"{counted(judgements)}中，有{len(shown)}道（{share}）是{word}的，两种答案宜各占一半左右"
            yield Habit(code="Q246", message=message, shown_by=shown, cure=f"请把一些题改写成{other}的说法")


_SEARCHES: tuple[Search, ...] = (
    longest_is_key,
    key_stands_evenly,
    number_of_keys_varies,
    all_right_is_an_answer_like_others,
    all_above_is_no_key,
    absolute_options_are_not_wrong,
    absolute_judgements_are_not_false,
    judgements_are_balanced,
    frames_mean_nothing,
    letters_vary,
)
