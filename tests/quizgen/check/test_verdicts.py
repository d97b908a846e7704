"""Rationales that come to another answer than the key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quizgen.check.items.verdicts import rationales_come_to_the_key
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, Severity
from quizgen.model import Bank, Item, ItemType, Pool
from tests.quizgen_factories import item


def faults(given: Item) -> list[Diagnostic]:
    return list(rationales_come_to_the_key(Content(exam=Bank(pool=Pool.EXAM, items=(given,)))))


@pytest.mark.parametrize(
    ("rationale", "words"),
    [
        ("依照第五条，故选C。", "故选C"),
        ("因此，本题选Ａ项。", "因此，本题选Ａ项"),
        ("答案为D", "答案为D"),
        ("本题应选AB。", "本题应选AB"),
        ("第五条有规定，B项错误。", "B项错误"),
        ("A、B两项的说法均不正确；其他正确。", "A、B两项的说法均不正确"),
    ],
)
def test_rationale_that_comes_to_another_option_is_told(rationale: str, words: str) -> None:
    (fault,) = faults(item(key="B", stem="下列属于职权的是（　　）。", rationale=rationale))

    assert (fault.code, fault.severity) == ("Q213", Severity.WARNING)
    assert fault.message == f"解析写的是“{words}”，正确答案却是B"


@pytest.mark.parametrize(
    "rationale",
    [
        "依照第五条，故选B。",
        "选A的人多半误记了条号，故选B。",
        "A、C、D项错误。",
        "A项把B项的机关写错了，错误。",
        "B项是正确的，A项有误。",
        "B项错误地写成国务院的，是旧版教材。",
        "人民法院应当选择适用。",
        "本题选择的是B级文件。",
    ],
)
def test_rationale_that_comes_to_the_key_passes(rationale: str) -> None:
    assert faults(item(key="B", stem="下列属于职权的是（　　）。", rationale=rationale)) == []


@pytest.mark.parametrize("asked", ["说法错误的", "说法存在问题的", "做法应当给予处分的"])
def test_item_that_asks_for_what_is_wrong_may_call_its_key_wrong(asked: str) -> None:
    assert faults(item(key="B", stem=f"下列{asked}是（　　）。", rationale="B项做法错误。")) == []


@pytest.mark.parametrize(
    ("key", "rationale", "told"),
    [
        ("T", "题干说法错误。", 1),
        ("T", "错误。应为全国人大。", 1),
        ("T", "本题表述不准确，见第五条。", 1),
        ("F", "正确。见第五条。", 1),
        ("F", "题干的说法是正确的。", 1),
        ("T", "正确。见第五条。", 0),
        ("F", "题干说法错误。", 0),
        ("F", "正确的说法是：应当公开。", 0),
        ("T", "有人认为这一说法错误，没有依据。", 0),
        ("F", "题干前半句表述正确，后半句错误。", 0),
    ],
)
def test_verdict_on_a_judgement_is_that_of_its_key(key: str, rationale: str, told: int) -> None:
    given = item(type=ItemType.JUDGEMENT, key=key, stem="全国人大常委会解释宪法。", rationale=rationale)

    assert len(faults(given)) == told


def test_item_without_a_key_is_not_judged() -> None:
    assert faults(replace(item(rationale="故选C。"), key=frozenset())) == []


@pytest.mark.parametrize(
    "rationale",
    [
        "第六十七条有规定。A项由全国人民代表大会行使，C项、D项由国务院行使。",
        "A、C、D三项都由别的机关行使。",
        "选项A：见第六十二条。选项C：见第八十九条。选项D：同上。",
        "A：见第六十二条；C：见第八十九条；D：同上。",
    ],
)
def test_key_must_be_the_one_option_that_is_not_explained(rationale: str) -> None:
    assert faults(item(key="B", stem="下列不正确的是（　　）。", rationale=rationale)) == []

    (fault,) = faults(item(key="C", stem="下列不正确的是（　　）。", rationale=rationale))

    assert (fault.code, fault.severity) == ("Q216", Severity.WARNING)
    assert fault.message == "解析逐项说明了B以外的选项，正确答案却是C"


@pytest.mark.parametrize(
    "rationale",
    [
        "A项由全国人民代表大会行使，C项由国务院行使。",
        "B项正确；A项、C项、D项由别的机关行使。",
        "见第六十七条。",
        "购买A股、参加C级考试、乘坐D字头列车，都不是职权。",
    ],
)
def test_rationale_that_leaves_more_or_none_open_says_nothing_of_the_key(rationale: str) -> None:
    assert faults(item(key="D", stem="下列不正确的是（　　）。", rationale=rationale)) == []


def test_option_called_right_is_in_the_key() -> None:
    several = item(type=ItemType.MULTIPLE, key="AB", stem="下列属于职权的有（　　）。", rationale="A项、B项正确。")

    assert faults(several) == []
    assert [fault.message for fault in faults(replace(several, key=frozenset("AC")))] == [  # type: ignore[arg-type]
        "解析写的是“A项、B项正确”，正确答案却是AC"
    ]


SEVERAL = {"A": "修改宪法", "B": "解释宪法", "C": "监督宪法的实施", "D": "发布命令"}


@pytest.mark.parametrize(
    ("rationale", "key", "told"),
    [
        ("B项、C项由常务委员会行使，其余不是。", "AB", "解析把B、C放在一起说，正确答案里却只有其中的B"),
        ("B、C两项见第六十七条。", "CD", "解析把B、C放在一起说，正确答案里却只有其中的C"),
        ("D项由国务院行使。", "BC", "解析只说明了不选的D，A也不在正确答案里，却没有说明"),
    ],
)
def test_options_of_a_multiple_are_spoken_of_as_the_key_has_them(rationale: str, key: str, told: str) -> None:
    given = item(type=ItemType.MULTIPLE, stem="下列不正确的有（　　）。", options=SEVERAL, key=key, rationale=rationale)

    assert [(fault.code, fault.message) for fault in faults(given)] == [("Q216", told)]


@pytest.mark.parametrize(
    "rationale",
    ["B项、C项由常务委员会行使；A项不是，D项也不是。", "A项、D项不是。", "B项见第六十七条。", "见第六十七条。"],
)
def test_multiple_whose_options_are_spoken_of_rightly_passes(rationale: str) -> None:
    given = item(
        type=ItemType.MULTIPLE, stem="下列不正确的有（　　）。", options=SEVERAL, key="BC", rationale=rationale
    )

    assert faults(given) == []


def test_key_with_more_than_what_is_called_right_is_told() -> None:
    given = item(type=ItemType.MULTIPLE, stem="下列正确的有（　　）。", key="ABC", rationale="A项正确。B项正确。")

    assert [fault.message for fault in faults(given)] == ["解析写的是“A项正确；B项正确”，正确答案却是ABC"]


@pytest.mark.parametrize(
    ("key", "rationale", "words"),
    [
        ("T", "第六十七条有规定。题中的说法漏了省级人大，不对。", "题中的说法漏了省级人大，不对"),
        ("T", "题干只看到了一面。", "只看到"),
        ("F", "第六十七条有规定，题中都已具备。", "题中都已"),
        ("F", "由常务委员会解释，正是这一条的要求。", "正是"),
    ],
)
def test_what_a_rationale_says_of_a_judgement_is_that_of_its_key(key: str, rationale: str, words: str) -> None:
    given = item(type=ItemType.JUDGEMENT, key=key, stem="全国人大常委会解释宪法。", rationale=rationale)

    assert [fault.message for fault in faults(given)] == [
        f"解析写的是“{words}”，正确答案却是{'正确' if key == 'T' else '错误'}"
    ]
    assert faults(replace(given, key=frozenset("F" if key == "T" else "T"))) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("rationale", ["是不是职权，要看第六十七条。", "漏了不要紧，正是如此。"])
def test_words_for_both_sides_or_none_say_nothing_of_the_key(rationale: str) -> None:
    for key in "TF":
        assert (
            faults(item(type=ItemType.JUDGEMENT, key=key, stem="全国人大常委会解释宪法。", rationale=rationale)) == []
        )


@pytest.mark.parametrize(
    "rationale",
    [
        "见第六十七条。B项由它行使。A项由别的机关行使；C项也是；D项由国务院行使。",
        "见第六十七条。A项由别的机关行使；C项也是；D项由国务院行使。B项由它行使。",
    ],
)
def test_option_that_is_explained_out_of_order_is_the_key(rationale: str) -> None:
    stem = "下列由常务委员会行使的职权是（　　）。"
    assert faults(item(key="B", stem=stem, options=SEVERAL, rationale=rationale)) == []

    (fault,) = faults(item(key="D", stem=stem, options=SEVERAL, rationale=rationale))

    assert (fault.code, fault.message) == ("Q216", "解析把B与依次说明的其他选项分开说，正确答案却是D")


@pytest.mark.parametrize(
    "rationale",
    [
        "A项由别的机关行使。B项也是。C项也是。D项由它行使。",
        "D项明显错误。A项由别的机关行使；B项也是；C项由它行使。",
        "B项由它行使。A项、D项由别的机关行使；C项也是。",
    ],
)
def test_options_in_their_order_or_with_verdicts_say_nothing_of_the_key(rationale: str) -> None:
    assert faults(item(key="C", stem="下列职权是（　　）。", options=SEVERAL, rationale=rationale)) == []


@pytest.mark.parametrize(
    ("rationale", "key", "told"),
    [
        ("见第六十七条。A项由它行使；C项也是。B项由国务院行使；D项也是。", "AD", "A、C"),
        ("见第六十七条。A项由国务院行使；D项也是。B项由它行使。", "BCD", "A、D"),
    ],
)
def test_options_of_one_sentence_are_right_or_wrong_together(rationale: str, key: str, told: str) -> None:
    given = item(type=ItemType.MULTIPLE, stem="由它行使的有（　　）。", options=SEVERAL, key=key, rationale=rationale)

    right = "、".join(letter for letter in told if letter in key)
    assert [(fault.code, fault.message) for fault in faults(given)] == [
        ("Q216", f"解析在一句里逐项说明{told}，正确答案里却只有其中的{right}")
    ]


@pytest.mark.parametrize(
    "rationale",
    [
        "A项由它行使；B项由国务院行使；C项由它行使；D项也是。",
        "B项由国务院行使。A项属于它的职权；D项不属于。C项属于它的职权。",
        "B项由国务院行使。A项正确；D项错误。C项由它行使。",
        "B项、D项由国务院行使。A项由它行使，C项也是。",
    ],
)
def test_sentence_of_all_options_or_with_verdicts_may_mix_them(rationale: str) -> None:
    given = item(type=ItemType.MULTIPLE, stem="由它行使的有（　　）。", options=SEVERAL, key="AC", rationale=rationale)

    assert faults(given) == []


@pytest.mark.parametrize(
    ("stem", "said", "verdict"),
    [
        ("甲局收费登记。这一做法符合《宪法》第五条。", "收费没有这个依据，违反了这一条。", "F"),
        ("甲局说可以收费。甲局的说法正确。", "登记不以收费为条件。", "F"),
        ("甲局免费登记。这一做法符合《宪法》第五条。", "免费登记正是这一条要求的。", "T"),
        ("甲局免费登记。这一处理合乎《宪法》第五条。", "窗口的登记属于该条所说的登记。", "T"),
    ],
)
def test_view_that_a_stem_approves_of_is_judged_by_what_is_said_of_it(stem: str, said: str, verdict: str) -> None:
    def given(key: str) -> Item:
        return item(type=ItemType.JUDGEMENT, stem=stem, key=key, rationale=f"《宪法》第五条规定，应当登记。{said}")

    assert faults(given(verdict)) == []
    assert [fault.code for fault in faults(given("F" if verdict == "T" else "T"))] == ["Q213"]


@pytest.mark.parametrize(
    ("stem", "said"),
    [
        ("甲局收费登记。这一做法符合《宪法》第五条。", "登记不能收费，甲局属于登记机构。"),
        ("甲局收费登记。这一做法不符合《宪法》第五条。", "收费违反了这一条。"),
        ("甲局说要收费。依照《宪法》第五条，老周可以不交。", "甲局的说法没有这个依据，不能收费。"),
        ("甲局收费登记。这一做法符合《宪法》第五条。", "登记应当免费。"),
    ],
)
def test_stem_that_approves_of_nothing_or_is_told_both_ways_is_not_judged(stem: str, said: str) -> None:
    for key in "TF":
        given = item(type=ItemType.JUDGEMENT, stem=stem, key=key, rationale=f"《宪法》第五条规定，应当登记。{said}")

        assert faults(given) == []


@pytest.mark.parametrize("stem", ["身份没有查明，责任人是（　　）。", "下列不属于责任人的是（　　）。"])
def test_only_the_question_may_ask_for_what_is_wrong(stem: str) -> None:
    given = item(key="B", stem="甲没有过错。依照规定，责任人是（　　）。", rationale="B项错误。")

    assert [fault.code for fault in faults(given)] == ["Q213"]
    assert faults(replace(given, stem=stem)) == []


@pytest.mark.parametrize(
    ("rationale", "words"),
    [
        ("A项由国务院行使（√），B项由它行使（×）。", "A项由国务院行使（√）"),
        ("A 正确：见第五条。", "A 正确"),
        ("B对，A错。", ""),
        ("选项C正确。", "选项C正确"),
        ("【答案】D【解析】见第五条。", "答案】D"),
        ("正确答案：C。", "答案：C"),
        ("【答案】B【解析】A错误；C错误。", ""),
        ("A股上市，见第五条。", ""),
    ],
)
def test_marks_and_words_behind_a_letter_are_verdicts(rationale: str, words: str) -> None:
    found = [
        fault.message
        for fault in faults(item(key="B", stem="下列职权是（　　）。", options=SEVERAL, rationale=rationale))
    ]

    assert found == ([f"解析写的是“{words}”，正确答案却是B"] if words else [])


@pytest.mark.parametrize(
    ("rationale", "told"),
    [
        ("（×）", 1),
        ("错。应为五年。", 1),
        ("该说法是错误的。", 1),
        ("答案：错误。", 1),
        ("√", 0),
        ("有人说该说法错误。", 0),
    ],
)
def test_verdict_on_a_judgement_is_known_in_its_forms(rationale: str, told: int) -> None:
    given = item(type=ItemType.JUDGEMENT, key="T", stem="全国人大常委会解释宪法。", rationale=rationale)

    assert len(faults(given)) == told


@pytest.mark.parametrize("said", ["该条没有以造成后果为条件。", "造成后果不是处分的条件。"])
def test_condition_that_is_not_set_is_no_verdict(said: str) -> None:
    given = item(type=ItemType.JUDGEMENT, stem="没有造成后果的，也可以处分。（　　）", key="T", rationale=said)

    assert faults(given) == []


def test_one_option_denied_behind_others_is_not_named_together_with_them() -> None:
    given = item(
        type=ItemType.MULTIPLE,
        key="AB",
        stem="下列职权是（　　）。",
        options=SEVERAL,
        rationale="包括A、B项，D项不在内。",
    )

    assert faults(given) == []
    assert len(faults(replace(given, rationale="包括A、B、D项，见第一条。"))) == 1
