"""Habits that give keys away are told when they are large and no accident, and only then."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from math import comb, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizgen.check.bank.habit import at_least
from quizgen.check.bank.habits import banks_have_no_habits
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic
from quizgen.model import Item, ItemId, ItemType, Letter, Status
from tests.generated_items import generated_items
from tests.quizgen_factories import bank, item

SHORT, LONG = "由机关决定", "由机关会同有关部门依照法定程序决定"


def habits(items: Iterable[Item]) -> list[Diagnostic]:
    return list(banks_have_no_habits(Content(exam=bank(*items))))


def told(items: Iterable[Item]) -> list[tuple[str, str]]:
    return [(fault.code, fault.message) for fault in habits(items)]


def many(count: int, make: Callable[[str, int], Item], *, lesson: str = "xianfa-01") -> list[Item]:
    return [make(f"{lesson}-{number + 101}", number) for number in range(count)]


def single(id: str, number: int, *, longest: bool = False, key: str = "") -> Item:
    """A single item whose key moves from A to D, the longest option being the key or the one after it."""
    key = key or "ABCD"[number % 4]
    longer = key if longest else "ABCD"[("ABCD".index(key) + 1) % 4]
    return item(id, options={letter: LONG if letter == longer else f"{SHORT}{letter}" for letter in "ABCD"}, key=key)


def multiple(id: str, number: int, *, keys: int = 0) -> Item:
    options = dict(zip("ABCD", (f"{SHORT}{letter}" for letter in "ABCD"), strict=True))
    return item(id, type=ItemType.MULTIPLE, options=options, key="ABCD"[: keys or 2 + number % 2])


def judgement(id: str, number: int, *, key: str = "", stem: str = "公民在法律面前平等。（　　）") -> Item:
    return item(id, type=ItemType.JUDGEMENT, key=key or "TF"[number % 2], stem=stem)


def test_longest_option_as_key_is_told_with_the_numbers() -> None:
    items = many(72, lambda name, n: single(name, n, longest=n < 31))

    (fault,) = habits(items)

    assert fault.code == "Q241"
    assert fault.message == "考试题库：72道单选题中，有31道（43%）最长的选项就是正确答案，随机约为25%"
    assert fault.hint == f"请加长干扰项，或精简正确答案。可先改：{'、'.join(one.id for one in items[:8])}"


@pytest.mark.parametrize(
    ("count", "longest"), [(40, 16), (19, 19), (2000, 700)], ids=["by chance", "too few", "a trifle of many"]
)
def test_longest_option_as_key_is_not_told_when_it_says_nothing(count: int, longest: int) -> None:
    assert told(many(count, lambda name, n: single(name, n, longest=n < longest))) == []


def test_options_of_one_length_show_no_habit() -> None:
    items = many(60, lambda name, n: item(name, options=dict.fromkeys("ABCD", SHORT), key="ABCD"[n % 4]))

    assert told(items) == []


def test_key_positions_are_told_when_one_is_frequent_or_rare() -> None:
    frequent = many(80, lambda name, n: single(name, n, key="B" if n < 40 else "ACD"[n % 3]))
    rare = many(120, lambda name, n: single(name, n, key="D" if n < 6 else "ABC"[n % 3]))

    assert told(frequent) == [("Q242", "考试题库：80道单选题中，有40道（50%）正确答案是B，随机约为25%")]
    assert told(rare) == [("Q242", "考试题库：120道单选题中，有6道（5%）正确答案是D，随机约为25%")]


def test_number_of_keys_that_never_varies_is_told() -> None:
    assert told(many(30, lambda name, n: multiple(name, n, keys=3))) == [
        ("Q243", "考试题库：30道多选题中，有30道（100%）恰好有3个正确答案"),
        *(("Q248", f"考试题库：30道多选题中，有30道（100%）都选{letter}") for letter in "ABC"),
        ("Q248", "考试题库：30道多选题中，有30道（100%）都不选D"),
    ]
    assert "Q243" not in {code for code, _ in told(many(30, multiple))}


@pytest.mark.parametrize(
    ("count", "full", "told_of"), [(36, 12, True), (36, 11, False), (36, 1, False), (12, 12, False)]
)
def test_a_third_of_multiples_all_right_are_told(count: int, full: int, told_of: bool) -> None:
    items = many(count, lambda name, n: multiple(name, n, keys=4 if n < full else 0))

    message = f"考试题库：{count}道多选题中，有{full}道（{full / count:.0%}）全部选项都正确，全部勾选就能得分"
    assert (("Q243", message) in told(items)) is told_of
    assert len([code for code, _ in told(items) if code == "Q243"]) == told_of


@pytest.mark.parametrize(("count", "full", "told_of"), [(73, 0, True), (72, 0, False), (200, 1, False)])
def test_multiples_that_are_never_all_right_are_told_where_there_are_many(count: int, full: int, told_of: bool) -> None:
    items = many(count, lambda name, n: multiple(name, n, keys=4 if n < full else 0))

    message = f"考试题库：{count}道多选题中，没有一道全部选项都正确，全部勾选的一定是错的"
    assert (("Q243", message) in told(items)) is told_of


def test_all_above_as_key_is_told() -> None:
    options = {"A": "由人大决定", "B": "由政府决定", "C": "由法院决定", "D": "以上都对"}

    items = many(40, lambda name, n: item(name, options=options, key="D" if n % 4 else "A"))

    assert ("Q244", "考试题库：40道单选题有“以上都对”一类的选项，其中30道（75%）它就是正确答案，随机约为25%") in told(
        items
    )


def test_absolute_words_in_wrong_options_are_told() -> None:
    def make(id: str, number: int) -> Item:
        made = single(id, number)
        key = next(iter(made.key))
        wrong = "BCDA"["ABCD".index(key)]
        options = {str(letter): f"一律{text}" if letter == wrong else text for letter, text in made.options.items()}
        return item(id, options=options, key=key)

    message = "考试题库：40个选项有“一律”“只能”“所有”一类的词，其中40个（100%）是干扰项，全部选项中干扰项占75%"
    assert told(many(40, make)) == [("Q245", message)]


def test_absolute_words_in_false_judgements_are_told() -> None:
    absolute = "所有公民只能在户籍所在地办理。（　　）"
    items = many(60, lambda name, n: judgement(name, n, stem=absolute) if n % 2 and n < 50 else judgement(name, n))

    message = (
        "考试题库：25道判断题的题干有“一律”“只能”“所有”一类的词，其中25道（100%）是错误的，全部判断题中错误的占50%"
    )
    assert told(items) == [("Q245", message)]


def test_terms_of_law_are_no_absolute_words() -> None:
    term = "所有权人是完全民事行为能力人，不完全履行不影响所有制。（　　）"

    assert told(many(60, lambda name, n: judgement(name, n, stem=term if n % 2 else "公民纳税。（　　）"))) == []


@pytest.mark.parametrize(("key", "word"), [("T", "正确"), ("F", "错误")])
def test_judgements_mostly_of_one_verdict_are_told(key: str, word: str) -> None:
    items = many(48, lambda name, n: judgement(name, n, key=key if n < 36 else "TF"[n % 2]))

    (fault,) = habits(items)

    assert (fault.code, fault.message) == (
        "Q246",
        f"考试题库：48道判断题中，有42道（88%）是{word}的，两种答案宜各占一半左右",
    )


def test_lesson_with_a_habit_is_told_where_the_bank_has_none() -> None:
    good = [one for lesson in ("xianfa-01", "xianfa-02") for one in many(40, judgement, lesson=lesson)]
    odd = many(24, lambda name, n: judgement(name, n, key="T"), lesson="xianfa-03")

    assert told([*good, *odd]) == [
        ("Q246", "考试题库xianfa-03：24道判断题中，有24道（100%）是正确的，两种答案宜各占一半左右")
    ]


def test_retired_items_and_items_without_a_key_are_left_out() -> None:
    retired = many(40, lambda name, _: item(name, type=ItemType.JUDGEMENT, status=Status.RETIRED))

    assert told(retired) == []


def test_banks_keyed_by_dice_have_no_habit() -> None:
    warned = [seed for seed in range(60) if habits(generated_items(210, seed=seed))]

    assert len(warned) <= 2


@given(trials=st.integers(1, 60), chance=st.sampled_from((0.25, 0.5, 0.8)), data=st.data())
def test_tail_is_the_sum_of_the_exact_terms(trials: int, chance: float, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, trials))

    exact = sum(comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in range(successes, trials + 1))

    assert isclose(at_least(successes, trials, chance), exact, rel_tol=1e-9)


def test_tail_of_certain_and_impossible_chances_shows_nothing() -> None:
    assert (at_least(5, 10, 0.0), at_least(5, 10, 1.0)) == (1.0, 1.0)


def judged(count: int, stem: str, *, true: int) -> list[Item]:
    return [
        item(f"xianfa-01-{300 + n}", type=ItemType.JUDGEMENT, stem=f"{n}号{stem}（　　）", key="T" if n < true else "F")
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("stem", "true", "message"),
    [
        ("做法违反《宪法》第三条。", 12, "12道判断题是“违反……”的设问，其中12道（100%）是正确的，见到句式就能答"),
        (
            "机关由于工作忙，没有公开。",
            0,
            "12道判断题是带“由于”“因为”“所以”的理由句，其中12道（100%）是错误的，见到句式就能答",
        ),
    ],
)
def test_frame_that_is_always_true_or_false_is_told(stem: str, true: int, message: str) -> None:
    others = judged(24, "机关公开了信息。", true=12)
    framed = [replace(each, id=ItemId(f"{each.id}x")) for each in judged(12, stem, true=true)]

    assert ("Q247", f"考试题库：{message}") in told([*others, *framed])


@pytest.mark.parametrize("true", [6, 9])
def test_frame_with_both_answers_is_no_habit(true: int) -> None:
    others = judged(24, "机关公开了信息。", true=12)
    framed = [replace(each, id=ItemId(f"{each.id}x")) for each in judged(12, "做法违反《宪法》第三条。", true=true)]

    assert "Q247" not in {code for code, _ in told([*others, *framed])}


def test_letter_that_multiples_hardly_have_is_told() -> None:
    options = {letter: f"{letter}的内容各不相同" for letter in "ABCD"}
    keys = ["ABC", "AB", "BC", "AC"] * 8
    items = [
        item(f"xianfa-01-{300 + n}", type=ItemType.MULTIPLE, options=options, key=key) for n, key in enumerate(keys)
    ]

    assert ("Q248", "考试题库：32道多选题中，有32道（100%）都不选D") in told(items)
    assert "Q248" not in {code for code, _ in told([replace(each, key=frozenset(k)) for each, k in turned(items)])}


def turned(items: list[Item]) -> list[tuple[Item, list[Letter]]]:
    """Each item with a key of three letters, all letters in turn."""
    return [(each, [Letter("ABCD"[(n + step) % 4]) for step in range(3)]) for n, each in enumerate(items)]
