"""Scoring: what earns points, what never does."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizgen.model import ItemId, ItemType, Letter
from quizgen.paper import PaperItem
from quizgen.programme import ScoringRule
from quizgen.score import Score, score_item, score_paper
from tests.quizgen_factories import paper, place

SINGLE, MULTIPLE, JUDGEMENT = ItemType.SINGLE, ItemType.MULTIPLE, ItemType.JUDGEMENT
STRICT, PARTIAL = ScoringRule


def letters(text: str) -> frozenset[Letter]:
    return frozenset(map(Letter, text))


@pytest.mark.parametrize(
    ("response", "key", "strict", "partial"),
    [
        ("ABD", "ABD", 2, 2),
        ("AB", "ABD", 0, 1),
        ("A", "ABD", 0, 0.5),
        ("", "ABD", 0, 0),
        ("ABC", "ABD", 0, 0),
        ("ABCD", "ABD", 0, 0),
        ("C", "ABD", 0, 0),
        ("A", "AB", 0, 1),
    ],
)
def test_score_item_of_a_multiple(response: str, key: str, strict: float, partial: float) -> None:
    of = place(type=MULTIPLE, points=2)

    scores = [score_item(of, letters(response), key=letters(key), rule=rule) for rule in (STRICT, PARTIAL)]

    assert scores == [strict, partial]


@pytest.mark.parametrize("rule", ScoringRule)
@pytest.mark.parametrize(("response", "points"), [("B", 2), ("A", 0), ("", 0), ("AB", 0)])
def test_score_item_of_a_single_is_all_or_nothing(rule: ScoringRule, response: str, points: float) -> None:
    assert score_item(place(points=2), letters(response), key=letters("B"), rule=rule) == points


def test_score_paper_adds_up_and_gives_nothing_for_silence() -> None:
    sheet = paper(
        place("xianfa-01-101", points=1.5),
        place("xianfa-01-102", type=MULTIPLE, points=3),
        place("xianfa-01-103", type=JUDGEMENT, points=1),
    )
    keys = {place.item: letters(key) for place, key in zip(sheet.items, ("A", "BCD", "F"), strict=True)}
    responses = {ItemId("xianfa-01-101"): letters("A"), ItemId("xianfa-01-102"): letters("BD")}

    score = score_paper(sheet, responses, keys=keys, rule=PARTIAL)

    earned = {ItemId("xianfa-01-101"): 1.5, ItemId("xianfa-01-102"): 2.0, ItemId("xianfa-01-103"): 0}
    assert score == Score(points=3.5, possible=5.5, items=earned)


def test_score_paper_is_exact_at_the_pass_mark() -> None:
    """Fifty items of 1.2 points are 60 points, though their sum in binary falls short or over."""
    places = [place(f"xianfa-01-{number}", points=1.2) for number in range(101, 151)]
    keys = {place.item: letters("A") for place in places}

    assert score_paper(paper(*places), keys, keys=keys, rule=STRICT).points == 60


OPTIONS = "ABCDEF"


@st.composite
def scored(draw: st.DrawFn, *, type: ItemType | None = None) -> tuple[PaperItem, frozenset[Letter]]:
    """A place and a valid key for it: one letter, or two and more but never all."""
    kind = draw(st.sampled_from(ItemType)) if type is None else type
    shown = "TF" if kind is JUDGEMENT else OPTIONS[: draw(st.integers(min_value=3, max_value=6))]
    sizes = st.integers(min_value=2, max_value=len(shown) - 1) if kind is MULTIPLE else st.just(1)
    key = draw(st.permutations(shown))[: draw(sizes)]
    points = draw(st.sampled_from([0.5, 1, 1.5, 2, 3, 4, 10]))
    return place(type=kind, options=shown, points=points), letters("".join(key))


@given(scored(), st.sets(st.sampled_from([*OPTIONS, "T", "F"])), st.sampled_from(ScoringRule))
def test_score_item_stays_between_nothing_and_its_points(
    of: tuple[PaperItem, frozenset[Letter]], ticked: set[str], rule: ScoringRule
) -> None:
    where, key = of

    points = score_item(where, letters("".join(ticked)), key=key, rule=rule)

    assert 0 <= points <= where.points
    assert (points == where.points) == (ticked == key)


@given(scored(), st.sampled_from(ScoringRule))
def test_score_item_gives_all_for_the_key_and_nothing_for_everything(
    of: tuple[PaperItem, frozenset[Letter]], rule: ScoringRule
) -> None:
    where, key = of

    points = [score_item(where, response, key=key, rule=rule) for response in (key, frozenset(where.options))]

    assert points == [where.points, 0]


@given(scored(type=MULTIPLE))
def test_score_item_partial_never_falls_with_one_more_right_option(of: tuple[PaperItem, frozenset[Letter]]) -> None:
    where, key = of
    earned = {
        frozenset(response): score_item(where, frozenset(response), key=key, rule=PARTIAL)
        for size in range(len(key) + 1)
        for response in combinations(sorted(key), size)
    }

    assert all(earned[less] <= earned[more] for less in earned for more in earned if less < more)
    assert all(points * 2 == int(points * 2) for points in earned.values())
