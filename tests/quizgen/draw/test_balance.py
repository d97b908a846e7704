"""Papers of equal expected score, and what balancing them must leave as it was: use counts, repeats, enemies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from math import fsum
from statistics import fmean, pstdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizgen.draw.assemble import draw
from quizgen.draw.balance import target
from quizgen.draw.eligible import Eligible, eligible
from quizgen.model import Difficulty, Item, ItemId, ItemType
from quizgen.paper import Paper
from quizgen.programme import Blueprint
from tests.quizgen_factories import MODULES, TIER, blueprint, item, quota, section, stratum, varied

EASY, MEDIUM, HARD = Difficulty


def index_of(items: Sequence[Item]) -> Eligible:
    return eligible(items, tier=TIER, modules=MODULES)


def expected(paper: Paper, index: Eligible) -> float:
    return fsum(place.points * index.expected[place.item] for place in paper.items)


def drawn(index: Eligible, plan: Blueprint, *, count: int, attempts: int = 1) -> list[list[Paper]]:
    """The papers of so many learners, attempt by attempt, with use counts that grow as in the service."""
    uses: Counter[ItemId] = Counter()
    learners: list[list[Paper]] = []
    for number in range(count):
        papers: list[Paper] = []
        for attempt in range(attempts):
            had = {place.item for paper in papers for place in paper.items}
            papers.append(draw(index, plan, seed=f"{number}.{attempt}", content="", had=had, uses=uses))
            uses.update(place.item for place in papers[-1].items)
        learners.append(papers)
    return learners


def cells_of(size: int) -> list[Item]:
    """As many items in each of six cells: two types, three difficulties."""
    cells = product((ItemType.SINGLE, ItemType.JUDGEMENT), Difficulty)
    return [
        one
        for number, (type, difficulty) in enumerate(cells, start=1)
        for one in stratum(size, type=type, difficulty=difficulty, first=100 * number)
    ]


FIFTY = blueprint(
    section(quota(12), quota(9, difficulty=MEDIUM), quota(6, difficulty=HARD)),
    section(*(quota(n, type=ItemType.JUDGEMENT, difficulty=d) for n, d in ((11, EASY), (8, MEDIUM), (4, HARD)))),
)
"""50 items of 2 points each from six cells."""


# The target


def test_target_is_points_by_the_mean_of_each_stratum() -> None:
    items = [item("xianfa-01-101", facility=0.6), item("xianfa-01-102", facility=0.9)]
    items += stratum(2, type=ItemType.JUDGEMENT, difficulty=HARD, first=201)
    points = {quota(1).stratum: [2], quota(1, type=ItemType.JUDGEMENT, difficulty=HARD).stratum: [1, 3]}

    assert target(index_of(items), points) == pytest.approx(2 * 0.75 + 4 * 0.55)


@pytest.mark.parametrize(
    ("count", "easy", "medium", "hard"),
    [
        (4, 0, 2, 2),  # nothing else draws on medium and hard, so all of the four are theirs
        (6, 0, 3, 3),  # up to the easy ones' three of four
        (9, 1, 4, 4),  # until nothing is left
    ],
)
def test_target_of_any_difficulty_counts_what_the_quotas_of_one_difficulty_leave(
    count: int, easy: int, medium: int, hard: int
) -> None:
    items = [one for difficulty, first in zip(Difficulty, (101, 201, 301), strict=True)
             for one in stratum(4, difficulty=difficulty, first=first)]  # fmt: skip
    points = {quota(3).stratum: [1.0] * 3, quota(count, difficulty=None).stratum: [1.0] * count}

    assert target(index_of(items), points) == pytest.approx((3 + easy) * 0.85 + medium * 0.70 + hard * 0.55)


def test_papers_average_the_target_where_quotas_of_one_and_of_any_difficulty_overlap() -> None:
    index = index_of(varied(cells_of(20)))
    plan = blueprint(section(quota(4), quota(4, difficulty=None), quota(1, difficulty=HARD)))
    points = {q.stratum: [2.0] * q.count for q in plan.sections[0].quotas}

    scores = [expected(paper, index) for (paper,) in drawn(index, plan, count=300)]

    assert fmean(scores) == pytest.approx(target(index, points), abs=0.02)
    assert pstdev(scores) < 0.05


# Equal papers


def test_papers_of_a_varied_bank_differ_by_a_thousandth_of_the_score() -> None:
    """Plain stratified sampling gives a standard deviation of about 1.2 points on this bank."""
    index = index_of(varied(cells_of(50)))

    scores = [expected(paper, index) for (paper,) in drawn(index, FIFTY, count=600)]

    assert max(scores) - min(scores) <= 2 * 0.1 + 1e-9
    assert pstdev(scores) <= 0.07


def test_second_papers_are_as_equal_and_share_nothing_with_the_first() -> None:
    items = varied(cells_of(30))
    rivals = {items[at].id: items[at + 60].id for at in range(0, 60, 3)}
    index = index_of([replace(one, enemies=frozenset({rivals[one.id]} if one.id in rivals else ())) for one in items])

    learners = drawn(index, FIFTY, count=300, attempts=2)

    scores = [expected(paper, index) for papers in learners for paper in papers]
    assert max(scores) - min(scores) <= 2 * 0.1 + 1e-9
    assert all(len({place.item for paper in papers for place in paper.items}) == 100 for papers in learners)


def test_places_count_as_they_are_worth() -> None:
    index = index_of(varied(cells_of(30)))
    plan = blueprint(
        section(quota(5), quota(5, difficulty=MEDIUM), points=1),
        section(quota(5, difficulty=HARD), points=3),
        section(quota(5, type=ItemType.JUDGEMENT), points=2),
    )

    scores = [expected(paper, index) for (paper,) in drawn(index, plan, count=300)]

    assert max(scores) - min(scores) <= 2 * 0.035 + 1e-9


def test_places_of_one_stratum_that_are_worth_more_and_less_make_equal_papers_round_after_round() -> None:
    """Without regard to what is left, the last paper of each round would be up to 4 points off."""
    index = index_of(varied(stratum(60)))
    plan = blueprint(section(quota(6), points=1), section(quota(6), points=5))

    scores = [expected(paper, index) for (paper,) in drawn(index, plan, count=300)]

    assert pstdev(scores) <= 0.05


def test_places_that_are_worth_nothing_do_not_matter() -> None:
    index = index_of(varied(stratum(40)))
    plan = blueprint(section(quota(3), points=0))

    papers = drawn(index, plan, count=30)

    assert {expected(paper, index) for (paper,) in papers} == {0}


def test_bank_without_facilities_has_equal_papers_from_the_start() -> None:
    index = index_of(cells_of(20))

    scores = {round(expected(paper, index), 9) for (paper,) in drawn(index, FIFTY, count=50)}

    assert scores == {73.9}


def test_paper_without_a_choice_stays_as_it_is() -> None:
    index = index_of(varied(stratum(5)))

    (paper,) = drawn(index, blueprint(section(quota(5))), count=1)[0]

    assert len({place.item for place in paper.items}) == 5


def test_paper_far_from_its_target_comes_as_near_as_it_can() -> None:
    """The only new items are hard ones; a place can change, but not by enough."""
    items = [item(f"xianfa-01-{n}", facility=f) for n, f in ((101, 0.9), (102, 0.9), (103, 0.2), (104, 0.3))]
    had = {items[0].id, items[1].id}

    papers = [
        draw(index_of(items), blueprint(section(quota(1))), seed=str(seed), content="", had=had) for seed in range(20)
    ]

    assert {place.item for paper in papers for place in paper.items} == {items[3].id}


def test_papers_that_stay_far_from_their_target_keep_their_quotas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quizgen.draw.balance._ROUNDS", 1)  # too few to come near
    items = {one.id: one for one in varied(cells_of(5))}
    plan = blueprint(section(quota(2), quota(2, difficulty=MEDIUM), quota(2, difficulty=HARD)))

    papers = [paper for (paper,) in drawn(index_of([*items.values()]), plan, count=40)]

    quotas = [Counter(items[place.item].difficulty for place in paper.items) for paper in papers]
    assert quotas == [{EASY: 2, MEDIUM: 2, HARD: 2}] * 40


def test_paper_is_as_hard_as_others_even_where_the_least_used_items_are_all_easy() -> None:
    """Items that only a small tier may get lag behind those of all tiers: their papers must not be made of them."""
    items = varied(cells_of(20))
    lagging = {one.id for one in items if one.expected > one.difficulty.facility}
    uses = {one.id: 0 if one.id in lagging else 200 for one in items}
    index = index_of(items)

    papers = [draw(index, FIFTY, seed=str(seed), content="", uses=uses) for seed in range(20)]

    points = {q.stratum: [part.points] * q.count for part in FIFTY.sections for q in part.quotas}
    assert max(abs(expected(paper, index) - target(index, points)) for paper in papers) <= 0.5


def test_items_that_the_learner_has_had_do_not_come_back_to_make_a_paper_equal() -> None:
    easier, harder = stratum(2), stratum(2, first=301)
    items = [replace(one, facility=0.95) for one in easier] + [replace(one, facility=0.35) for one in harder]
    had = {one.id for one in harder}

    paper = draw(index_of(items), blueprint(section(quota(2))), seed="", content="", had=had)

    assert {place.item for place in paper.items} == {one.id for one in easier}


def test_items_equally_good_are_taken_by_chance() -> None:
    items = [item(f"xianfa-01-{n}", facility=f) for n, f in ((101, 0.1), (102, 0.5), (103, 0.5), (104, 0.9))]

    papers = [draw(index_of(items), blueprint(section(quota(1))), seed=str(seed), content="") for seed in range(200)]

    taken = Counter(paper.items[0].item for paper in papers)
    assert set(taken) == {items[1].id, items[2].id}
    assert min(taken.values()) > 70


# Use counts


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 4), st.integers(4, 9), st.integers(1, 40), st.integers(0, 1_000))
def test_use_counts_of_a_stratum_differ_by_two_at_most(count: int, size: int, papers: int, seed: int) -> None:
    """Least-used first alone would keep them within one; a slack of one use is what balance may spend."""
    items = [*varied(stratum(size), seed=seed), *varied(stratum(9, difficulty=HARD, first=301), seed=seed + 1)]
    index = index_of(items)
    plan = blueprint(section(quota(count), quota(3, difficulty=HARD)))

    uses = Counter(place.item for (paper,) in drawn(index, plan, count=papers) for place in paper.items)

    for cell in ((quota(1).stratum), quota(1, difficulty=HARD).stratum):
        used = [uses[id] for id in index.strata[cell]]
        assert max(used) - min(used) <= 2


def test_exposure_stays_flat_on_a_small_varied_bank() -> None:
    index = index_of(varied(cells_of(15)))

    uses = Counter(place.item for (paper,) in drawn(index, FIFTY, count=600) for place in paper.items)

    for cell in (q.stratum for part in FIFTY.sections for q in part.quotas):
        used = [uses[id] for id in index.strata[cell]]
        assert max(used) / min(used) <= 1.1


def test_items_step_back_for_an_enemy_that_would_never_get_its_turn() -> None:
    """A hard item has two easy enemies; one of these is on five in six papers unless they make room for it."""
    easy, hard = stratum(4), stratum(5, difficulty=HARD, first=201)
    hard[0] = replace(hard[0], enemies=frozenset({easy[0].id, easy[1].id}))
    index = index_of([*easy, *hard])
    plan = blueprint(section(quota(2), quota(2, difficulty=HARD)))

    uses = Counter(place.item for (paper,) in drawn(index, plan, count=400) for place in paper.items)

    assert [
        max(counts) / min(counts) < 1.2 for counts in ([uses[one.id] for one in cell] for cell in (easy, hard))
    ] == [
        True,
        True,
    ]


def test_items_step_back_no_further_than_those_that_the_learner_has_had() -> None:
    easy, hard = stratum(3), stratum(2, difficulty=HARD, first=201)
    hard[0] = replace(hard[0], enemies=frozenset({easy[0].id}))
    uses = {easy[0].id: 9, easy[1].id: 9, easy[2].id: 9, hard[1].id: 9}
    plan = blueprint(section(quota(2), quota(1, difficulty=HARD)))

    papers = [
        draw(index_of([*easy, *hard]), plan, seed=str(seed), content="", uses=uses, had={easy[2].id, hard[0].id})
        for seed in range(20)
    ]

    assert {frozenset(place.item for place in paper.items) for paper in papers} == {
        frozenset({easy[0].id, easy[1].id, hard[1].id})
    }
