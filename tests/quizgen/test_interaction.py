"""What each item type asks of a learner, in one place."""

from __future__ import annotations

import pytest

from quizgen.interaction import interaction, names
from quizgen.model import FALSE, JUDGEMENT_OPTIONS, TRUE, ItemType, Letter

A, B, C = map(Letter, "ABC")
OPTIONS = {A, B, C}


@pytest.mark.parametrize("type", ItemType)
def test_every_type_has_its_own_name_and_instruction(type: ItemType) -> None:
    others = [other for other in ItemType if other is not type]

    assert type.label not in {other.label for other in others}
    assert interaction(type).instruction not in {interaction(other).instruction for other in others}


@pytest.mark.parametrize(
    ("type", "response", "possible"),
    [
        (ItemType.SINGLE, {B}, True),
        (ItemType.SINGLE, {A, B}, False),
        (ItemType.MULTIPLE, {A, B}, True),
        (ItemType.MULTIPLE, {A, Letter("D")}, False),
        (ItemType.MULTIPLE, set[Letter](), True),
        (ItemType.SINGLE, set[Letter](), True),
    ],
)
def test_response_is_possible_by_the_control(type: ItemType, response: set[Letter], *, possible: bool) -> None:
    assert interaction(type).is_possible(response, OPTIONS) is possible


def test_judgement_is_answered_by_one_of_its_two_words() -> None:
    asked = interaction(ItemType.JUDGEMENT)

    assert asked.is_possible({FALSE}, {TRUE, FALSE})
    assert not asked.is_possible({TRUE, FALSE}, {TRUE, FALSE})
    assert asked.title({FALSE}, asked.labels([TRUE, FALSE])) == "错误"


def test_letters_of_a_response_stand_in_the_order_shown() -> None:
    asked = interaction(ItemType.MULTIPLE)
    labels = asked.labels([C, A, B])

    assert labels == {C: "A", A: "B", B: "C"}
    assert asked.title({A, C}, labels) == "AB"
    assert asked.title(set(), labels) == ""


@pytest.mark.parametrize(
    ("type", "asked"),
    [
        (ItemType.SINGLE, (True, False, False)),
        (ItemType.MULTIPLE, (False, True, False)),
        (ItemType.JUDGEMENT, (False, False, True)),
    ],
)
def test_key_is_one_option_or_several_or_a_verdict_on_the_stem(type: ItemType, asked: tuple[bool, bool, bool]) -> None:
    found = interaction(type)

    assert (found.picks_one, found.takes_several, found.judges_stem) == asked


def test_types_that_are_so_asked_are_named_once_in_their_order() -> None:
    on_paper = [ItemType.MULTIPLE, ItemType.JUDGEMENT, ItemType.MULTIPLE]

    assert names(lambda asked: asked.takes_several, on_paper) == "多选题"
    assert names(lambda asked: asked.picks_one, on_paper) == ""


def test_letters_are_written_in_the_editors_order() -> None:
    options = [Letter(letter) for letter in "BCA"]

    assert interaction(ItemType.MULTIPLE).as_edited({Letter("A"), Letter("B")}, options) == "BA"
    assert interaction(ItemType.JUDGEMENT).as_edited({Letter("F")}, JUDGEMENT_OPTIONS) == "错误"
