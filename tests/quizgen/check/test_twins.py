"""Items that are the same or nearly: found whatever small thing was changed, and nothing else is taken for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random

import pytest

from quizgen.check.bank.alike import items_stand_apart
from quizgen.check.bank.likeness import Print, PrintIndex, Prints, Rarity, bare, likeness
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, Severity
from quizgen.model import Item, ItemId, ItemType, Letter, Pool, Status
from tests.generated_items import generated_items
from tests.quizgen_factories import bank, item

TERM = item("xianfa-02-001", stem="全国人民代表大会每届任期（　　）。", options={"A": "三年", "B": "五年", "C": "四年"})


def twins(practice: Iterable[Item] = (), exam: Iterable[Item] = ()) -> list[Diagnostic]:
    content = Content(practice=bank(*practice, pool=Pool.PRACTICE), exam=bank(*exam))
    return [fault for fault in items_stand_apart(content) if fault.code <= "Q225"]


def codes(practice: Iterable[Item] = (), exam: Iterable[Item] = ()) -> list[str]:
    return [fault.code for fault in twins(practice, exam)]


def told_of(fault: Diagnostic) -> str:
    """The item that the sentence begins with."""
    return fault.message.split("“")[1].split("”")[0]


def numbered(one: Item, number: int, **changes: object) -> Item:
    return replace(one, id=ItemId(f"{one.lesson}-{number}"), **changes)  # type: ignore[arg-type]  # right types, by name


def test_exam_item_that_is_a_practice_item_is_a_leak() -> None:
    (fault,) = twins([TERM], [numbered(TERM, 101)])

    assert (fault.code, fault.severity) == ("Q221", Severity.ERROR)
    assert fault.message == "考试题“xianfa-02-101”就是练习题“xianfa-02-001”，学员考前就能看到答案"


@pytest.mark.parametrize(
    "same",
    [
        replace(TERM, stem="全国人民代表大会 每届任期( )"),
        replace(
            TERM,
            options={Letter("A"): "五年；", Letter("B"): "四年；", Letter("C"): "三年。"},
            key=frozenset({Letter("A")}),
        ),
        replace(TERM, rationale="另一段解析。", cites=(), status=Status.DRAFT),
    ],
    ids=["punctuation", "order of options", "rationale and status"],
)
def test_same_item_written_otherwise_is_the_same(same: Item) -> None:
    assert codes([TERM], [numbered(same, 101)]) == ["Q221"]
    assert codes(exam=[TERM, numbered(same, 101)]) == ["Q223"]


def test_bare_text_is_without_width_case_and_punctuation_but_never_empty() -> None:
    assert (bare("ＧＢ／Ｔ 1号，（Ａ）"), bare("＋"), bare("－")) == ("gbt1号a", "+", "-")


def test_same_item_with_another_key_is_an_error() -> None:
    other = numbered(TERM, 101, key=frozenset({Letter("A")}))

    (fault,) = twins(exam=[TERM, other])

    assert (fault.code, fault.severity) == ("Q225", Severity.ERROR)
    assert fault.message == "“xianfa-02-101”与同一题库的“xianfa-02-001”是同一道题，正确答案却不同"


def test_key_that_could_not_be_read_contradicts_nothing() -> None:
    assert codes(exam=[TERM, numbered(TERM, 101, key=frozenset({Letter("E")}))]) == ["Q223"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("应当报上级批准的事项，由乡镇人民政府决定。（　　）", "不得报上级批准的事项，由乡镇人民政府决定。（　　）"),
        (
            "行政复议机关应当自受理之日起六十日内作出决定。（　　）",
            "行政复议机关应当自受理之日起三十日内作出决定。（　　）",
        ),
    ],
    ids=["negation", "number"],
)
def test_one_word_that_turns_the_sense_makes_a_near_twin(one: str, other: str) -> None:
    judgements = [item("xianfa-01-001", type=ItemType.JUDGEMENT, stem=one)]

    (fault,) = twins(judgements, [item("xianfa-01-101", type=ItemType.JUDGEMENT, stem=other, key="F")])

    assert (fault.code, fault.severity) == ("Q222", Severity.WARNING)
    assert fault.message.startswith("考试题“xianfa-01-101”与练习题“xianfa-01-001”几乎相同（相似度")


def test_small_edit_of_a_short_text_makes_a_near_twin_and_another_topic_does_not() -> None:
    stems = ["公民有依法纳税的义务", "公民有法依纳税的义务", "公民有言论的自由"]
    first, edited, other = (
        item(f"xianfa-01-10{n}", type=ItemType.JUDGEMENT, stem=stem) for n, stem in enumerate(stems)
    )

    assert codes(exam=[first, edited]) == ["Q224"]
    assert codes(exam=[first, other]) == []


def test_same_question_with_other_distractors_is_a_near_twin() -> None:
    other = numbered(TERM, 101, options={Letter("A"): "无固定年限", Letter("B"): "五年", Letter("C"): "由国务院定"})

    assert codes(exam=[TERM, other]) == ["Q224"]


@pytest.mark.parametrize("side", [0, 1])
def test_near_twins_that_are_enemies_may_stay(side: int) -> None:
    pair = [TERM, numbered(TERM, 101, stem="全国人民代表大会代表每届任期（　　）。")]
    pair[side] = replace(pair[side], enemies=frozenset({pair[1 - side].id}))

    assert codes(exam=pair) == []
    assert codes([pair[0]], [pair[1]]) == ["Q222"]


def test_one_stem_with_other_options_and_one_scene_with_two_questions_are_no_twins() -> None:
    stem = "根据《宪法》规定，下列说法正确的是（　　）。"
    scene = "某县人民政府在编制年度预算时，没有听取各方面的意见，就把一笔专项资金划给了另一个部门使用。"
    first = [
        item("xianfa-01-101", stem=stem, options={"A": "土地归集体", "B": "矿藏属于国家", "C": "城市可以买卖"}),
        item("xianfa-01-102", stem=f"{scene}作出决定的程序（　　）。", options={"A": "合法", "B": "违法", "C": "合理"}),
    ]
    second = [
        item("xianfa-01-103", stem=stem, options={"A": "公民纳税", "B": "劳动是权利和义务", "C": "受教育只是权利"}),
        item(
            "xianfa-01-104", stem=f"{scene}有权监督的机关是（　　）。", options={"A": "法院", "B": "人大", "C": "协会"}
        ),
    ]

    assert codes(exam=[*first, *second]) == []


def test_retired_items_and_double_ids_are_not_compared() -> None:
    assert codes([replace(TERM, status=Status.RETIRED)], [numbered(TERM, 101)]) == []
    assert codes(exam=[TERM, TERM]) == []
    assert codes([replace(TERM, stem="")], [numbered(TERM, 101, stem="")]) == []


def test_leak_is_told_before_a_double_of_the_exam_bank() -> None:
    near = replace(TERM, stem="全国人民代表大会代表每届任期（　　）。")

    faults = twins([near], [numbered(TERM, 101), numbered(TERM, 102)])

    assert [(fault.code, told_of(fault)) for fault in faults] == [
        ("Q222", "xianfa-02-101"),
        ("Q223", "xianfa-02-102"),
    ]


def test_templated_items_are_told_once_each_beside_the_nearest() -> None:
    years = "一二三四五六七八九十"
    stem = "行政机关对违法行为作出处罚决定以后，当事人可以自收到决定书之日起{}日内申请行政复议。（　　）"
    items = [
        item(f"xianfa-01-1{n:02}", type=ItemType.JUDGEMENT, stem=stem.format(year)) for n, year in enumerate(years)
    ]

    faults = twins(exam=items)

    assert [fault.code for fault in faults] == ["Q224"] * 9
    assert [told_of(fault) for fault in faults] == [one.id for one in items[1:]]


def test_different_items_have_no_twins() -> None:
    assert twins(generated_items(300, lesson="xianfa-02"), generated_items(900, seed=2)) == []


def swapped(text: str, rng: Random) -> str:
    start = rng.choice([n for n in range(len(text) - 1) if text[n] != text[n + 1] and text[n : n + 2].isalnum()])
    return text[:start] + text[start + 1] + text[start] + text[start + 2 :]


def one_word_changed(text: str, rng: Random) -> str:
    pairs = {"某": "一个", "时": "之际", "后": "以后", "前": "以前", "规定": "明确"}
    return next((text.replace(old, new, 1) for old, new in pairs.items() if old in text), swapped(text, rng))


def number_changed(text: str, rng: Random) -> str:
    start = rng.randrange(len(text) - 1)
    return f"{text[:start]}八{text[start + 1 :]}"


def character_dropped(text: str, rng: Random) -> str:
    start = rng.randrange(len(text) - 1)
    return text[:start] + text[start + 1 :]


@pytest.mark.parametrize("edit", [swapped, one_word_changed, number_changed, character_dropped])
@pytest.mark.parametrize("where", ["stem", "option"])
def test_items_with_one_small_edit_are_found_in_a_large_bank(edit: Callable[[str, Random], str], where: str) -> None:
    rng = Random(3)  # noqa: S311 - the same edits in every run
    known = generated_items(800)
    edited = [_edited(one, edit, where, rng) for one in rng.sample(known, 200)]

    found = {told_of(fault) for fault in twins(known, edited) if fault.code in {"Q221", "Q222"}}

    missed = [one.id for one in edited if one.id not in found]
    assert len(missed) <= 2, f"at least 99 of 100 are found; missed: {missed}"


def _edited(one: Item, edit: Callable[[str, Random], str], where: str, rng: Random) -> Item:
    if where == "stem" or one.type is ItemType.JUDGEMENT:
        return numbered(one, int(one.id[-3:]), stem=edit(one.stem, rng))
    letter = rng.choice(list(one.options))
    return replace(one, options={**one.options, letter: edit(one.options[letter], rng)})


@pytest.mark.parametrize("count", [200, 400])
def test_work_for_one_template_grows_with_the_bank_not_its_square(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[Print, Print]] = []

    def unlike(one: Print, other: Print) -> float:
        compared.append((one, other))
        return 0.0

    monkeypatch.setattr("quizgen.check.bank.likeness.likeness", unlike)
    stem = "根据第{}号文件，下列说法正确的是（　　）。"

    twins(exam=[item(f"xianfa-01-{n}", stem=stem.format(n)) for n in range(101, 101 + count)])

    assert len(compared) <= 8 * count


def test_likeness_is_the_same_from_either_side_and_whole_with_itself() -> None:
    prints = Prints()
    made = [prints.of(one) for one in [TERM, replace(TERM, stem="全国人民代表大会代表每届任期（　　）。")]]

    assert likeness(made[0], made[0]) == 1
    assert likeness(*made) == likeness(*reversed(made)) > 0.8


def test_index_finds_the_earliest_of_equals() -> None:
    prints = Prints()
    entries = [(numbered(TERM, number), prints.of(TERM)) for number in (101, 102)]
    rare = Rarity(print for _, print in entries).rare(entries[0][1])
    index = PrintIndex()
    for entry in entries:
        index.add(*entry, rare)

    assert index.nearest(entries[1][1], rare) == (entries[0][0], 1.0)
    assert index.nearest(entries[1][1], []) is None
