"""What a simulation measures, on banks so small that every figure can be counted by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf
from random import Random

import pytest

from quizgen.draw.assemble import CannotFill, eligible
from quizgen.draw.eligible import Eligible
from quizgen.draw.simulation import (
    DrawnPaper,
    Overlap,
    Scores,
    Simulation,
    Spread,
    Tally,
    Use,
    drawn_papers,
    enemies_together,
    meets,
    plain_paper,
    unreachable,
    used_alike,
)
from quizgen.model import Difficulty, Item, ItemId, ItemType
from quizgen.programme import Blueprint
from tests.quizgen_factories import MODULES, TIER, blueprint, item, paper, place, quota, section, stratum, varied

EASY, MEDIUM, HARD = Difficulty


def index_of(items: Sequence[Item]) -> Eligible:
    return eligible(items, tier=TIER, modules=MODULES)


def simulated(items: Sequence[Item], plan: Blueprint, *, count: int, attempts: int = 1, seed: str = "s") -> Simulation:
    index = index_of(items)
    keys = {one.id: one.key for one in items}
    tally = Tally(index, plan, keys=keys, count=count, attempts=attempts, seed=seed)
    for drawn in drawn_papers(index, plan, count=count, attempts=attempts, seed=seed, content="c0ffee"):
        tally.add(drawn)
    return tally.result()


def test_simulation_of_a_bank_that_leaves_no_choice() -> None:
    judgement = item("xianfa-01-301", type=ItemType.JUDGEMENT)
    cells = [*stratum(2), judgement, *stratum(3, difficulty=HARD, first=201)]
    items = [replace(one, facility=0.5) for one in cells]
    plan = blueprint(section(quota(2)), section(quota(1, type=ItemType.JUDGEMENT)))

    found = simulated(items, plan, count=3)

    spread = Spread(mean=3, sd=0, least=3, most=3, bars=(3,))
    assert found == Simulation(
        papers=3,
        learners=3,
        attempts=1,
        items=3,
        points=6,
        scores=Scores(balanced=spread, plain=spread, start=3, width=0.05),
        measured=3,
        estimated=0,
        overlap=Overlap(mean=3, plain=3, pairs=(0, 0, 0, 20_000)),
        uses=(
            Use(stratum=quota(2).stratum, items=2, fewest=3, most=3, mean=3, unused=0),
            Use(stratum=quota(1, type=ItemType.JUDGEMENT).stratum, items=1, fewest=3, most=3, mean=3, unused=0),
        ),
        uses_of_items=(0, 0, 0, 3),
        uses_width=1,
        unreachable={quota(3, difficulty=HARD).stratum: 3},
        quotas=2,
        papers_short=0,
        enemies_together=0,
        repeats=0,
        papers_with_repeats=0,
        key_positions=found.key_positions,
    )


def test_papers_are_more_equal_than_plain_ones_and_as_different_in_their_items() -> None:
    items = [*varied(stratum(40)), *varied(stratum(40, difficulty=HARD, first=201))]

    found = simulated(items, blueprint(section(quota(8), quota(8, difficulty=HARD))), count=400)

    assert found.scores.balanced.sd < 0.03
    assert found.scores.plain.sd > 0.5
    assert found.scores.balanced.mean == pytest.approx(found.scores.plain.mean, abs=0.15)
    assert found.overlap.mean == pytest.approx(found.overlap.plain, abs=0.1)
    assert sum(found.scores.balanced.bars) == sum(found.scores.plain.bars) == 400
    assert sum(found.overlap.pairs) == 20_000
    assert found.overlap.most < 12


def test_bars_widen_with_the_spread_of_the_scores() -> None:
    found = simulated(varied(stratum(40)), blueprint(section(quota(8), points=50)), count=100)

    assert found.scores.width == 2.5
    assert (found.scores.start % 2.5, sum(found.scores.plain.bars)) == (0, 100)
    assert len(found.scores.plain.bars) < 40


def test_pairs_are_compared_among_a_thousand_of_many_papers() -> None:
    found = simulated(stratum(4), blueprint(section(quota(1))), count=1_500)

    assert found.papers == 1_500
    assert sum(found.overlap.pairs) == 20_000
    assert found.overlap.mean == pytest.approx(0.25, abs=0.01)


def test_attempts_of_one_learner_share_nothing_until_the_stratum_is_used_up() -> None:
    plan = blueprint(section(quota(2)))

    found = simulated(stratum(5), plan, count=7, attempts=3)

    assert (found.learners, found.repeats, found.papers_with_repeats) == (3, 2, 2)


def test_drawn_papers_number_learners_and_attempts_and_follow_from_the_seed() -> None:
    index, plan = index_of(stratum(6)), blueprint(section(quota(2)))

    papers = list(drawn_papers(index, plan, count=3, attempts=2, seed="s", content="c0ffee"))

    assert [(each.learner, each.attempt) for each in papers] == [(1, 1), (1, 2), (2, 1)]
    assert [each.paper.seed for each in papers] == ["s/1/1", "s/1/2", "s/2/1"]
    assert papers == list(drawn_papers(index, plan, count=3, attempts=2, seed="s", content="c0ffee"))


def test_drawn_papers_of_a_bank_that_is_too_small_are_refused() -> None:
    index, plan = index_of(stratum(1)), blueprint(section(quota(2)))

    with pytest.raises(CannotFill):
        next(drawn_papers(index, plan, count=1, attempts=1, seed="s", content=""))


def test_key_positions_count_single_items_by_their_number_of_options() -> None:
    two = {"A": "甲", "B": "乙"}
    items = [item("xianfa-01-101", options=two), item("xianfa-01-102"), item("xianfa-01-103", type=ItemType.JUDGEMENT)]

    found = simulated(items, blueprint(section(quota(2)), section(quota(1, type=ItemType.JUDGEMENT))), count=800)

    assert [fair for _, fair in found.key_positions] == [0.375, 0.375, 0.125, 0.125]
    assert [share for share, _ in found.key_positions] == pytest.approx([0.375, 0.375, 0.125, 0.125], abs=0.03)


def test_tally_counts_what_must_not_happen() -> None:
    items = [replace(stratum(2)[0], enemies=frozenset({ItemId("xianfa-01-102")})), stratum(2)[1]]
    plan = blueprint(section(quota(1)))
    bad = paper(place("xianfa-01-101"), place("xianfa-01-102"))
    tally = Tally(index_of(items), plan, keys={one.id: one.key for one in items}, count=2, attempts=1, seed="s")

    for learner in (1, 2):
        tally.add(DrawnPaper(learner=learner, attempt=1, paper=bad, expected=3.4, repeats=0))

    found = tally.result()
    assert (found.papers_short, found.enemies_together) == (2, 2)


@pytest.mark.parametrize(
    ("fewest", "most", "ratio"),
    [(5, 6, 1.2), (0, 1, inf), (0, 0, 1.0)],
)
def test_ratio_of_use(fewest: int, most: int, ratio: float) -> None:
    assert Use(stratum=quota(1).stratum, items=2, fewest=fewest, most=most, mean=1, unused=0).ratio == ratio


def test_enemies_are_counted_once_a_pair() -> None:
    first, second, third = (one.id for one in stratum(3))
    enemies: Mapping[ItemId, frozenset[ItemId]] = {
        first: frozenset({second, third}),
        second: frozenset({first}),
        third: frozenset({first}),
    }

    assert [enemies_together(ids, enemies) for ids in ({first, second, third}, {second, third})] == [2, 0]


EASY_AND_ANY = blueprint(section(quota(1), quota(1, difficulty=None)))
CELLS = {
    ItemId(f"xianfa-01-{number}"): quota(1, difficulty=difficulty).stratum
    for number, difficulty in ((101, EASY), (102, EASY), (201, HARD), (202, HARD))
} | {ItemId("minfadian-01-101"): quota(1, module="minfadian").stratum}


@pytest.mark.parametrize(
    ("numbers", "is_met"),
    [
        (["xianfa-01-101", "xianfa-01-201"], True),
        (["xianfa-01-101", "xianfa-01-102"], True),
        (["xianfa-01-201", "xianfa-01-202"], False),  # no easy one
        (["xianfa-01-101", "minfadian-01-101"], False),  # another module
        (["xianfa-01-101", "xianfa-01-101"], False),  # the same twice
        (["xianfa-01-101"], False),
        (["xianfa-01-101", "xianfa-01-201", "xianfa-01-202"], False),
    ],
)
def test_paper_meets_quotas_of_one_difficulty_and_then_of_any(numbers: list[str], is_met: bool) -> None:
    assert meets(EASY_AND_ANY, paper(*map(place, numbers)), CELLS) is is_met


def test_plain_papers_fill_overlapping_quotas_without_repeats() -> None:
    index = index_of([*stratum(2), *stratum(1, difficulty=HARD, first=201)])
    plan = blueprint(section(quota(1, difficulty=None), points=1), section(quota(2), points=3))

    drawn = list(plain_paper(index, plan, Random(1)))  # noqa: S311 - the same choices in every run

    assert sorted(drawn) == [(1, "xianfa-01-201"), (3, "xianfa-01-101"), (3, "xianfa-01-102")]


def test_strata_used_alike_are_split_where_quotas_overlap() -> None:
    items = [*stratum(1), *stratum(1, difficulty=HARD, first=201), *stratum(1, lesson="minfadian-01")]
    plan = blueprint(
        section(quota(1), quota(1, difficulty=None), quota(1, module="minfadian", difficulty=None), quota(0))
    )

    assert used_alike(index_of(items), plan) == [
        quota(1).stratum,
        quota(1, difficulty=HARD).stratum,
        quota(1, module="minfadian", difficulty=None).stratum,
    ]


def test_unreachable_cells_have_no_quota() -> None:
    items = [*stratum(1), *stratum(2, difficulty=HARD, first=201), *stratum(1, lesson="minfadian-01")]
    plan = blueprint(section(quota(1), quota(1, module="minfadian", difficulty=None), quota(0, difficulty=HARD)))

    assert unreachable(index_of(items), plan) == {quota(1, difficulty=HARD).stratum: 2}
