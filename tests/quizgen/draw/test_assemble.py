"""Drawing papers: quotas, enemies, repeats, exposure, and the same paper from the same seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from itertools import combinations
from math import fsum

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from quizgen.draw.assemble import CannotFill, Shortage, assemble, draw, eligible, shortages
from quizgen.model import Difficulty, Item, ItemId, ItemType, LessonId, Status, TierId
from quizgen.paper import Paper
from quizgen.programme import Blueprint, Quota
from tests.quizgen_factories import MODULES, TIER, blueprint, item, paper, place, quota, section, stratum, varied

EASY, MEDIUM, HARD = Difficulty
SINGLE, MULTIPLE, JUDGEMENT = ItemType.SINGLE, ItemType.MULTIPLE, ItemType.JUDGEMENT


def drawn(
    items: Sequence[Item],
    plan: Blueprint,
    *,
    seed: str = "1",
    had: Set[ItemId] = frozenset(),
    uses: Mapping[ItemId, int] | None = None,
) -> Paper:
    return assemble(items, plan, tier=TIER, modules=MODULES, seed=seed, content="c0ffee", had=had, uses=uses or {})


def ids(paper: Paper) -> list[ItemId]:
    return [place.item for place in paper.items]


def with_enemies(items: Sequence[Item], pairs: Sequence[tuple[int, int]]) -> list[Item]:
    """The items, each first one of a pair naming the second as its enemy."""
    named = {first: frozenset(items[second].id for left, second in pairs if left == first) for first, _ in pairs}
    return [replace(one, enemies=named.get(number, frozenset())) for number, one in enumerate(items)]


# What can be filled


def test_shortages_of_a_sufficient_bank_are_none() -> None:
    assert shortages(stratum(3), blueprint(section(quota(3))), tier=TIER, modules=MODULES) == []


def test_shortages_name_quota_and_number_found() -> None:
    plan = blueprint(section(quota(2), quota(4, difficulty=HARD)), section(quota(1, type=JUDGEMENT)))
    items = [*stratum(2), *stratum(3, difficulty=HARD, first=201)]

    short = shortages(items, plan, tier=TIER, modules=MODULES)

    assert short == [
        Shortage(quota=quota(4, difficulty=HARD), found=3),
        Shortage(quota=quota(1, type=JUDGEMENT), found=0),
    ]


def test_shortages_count_only_what_the_tier_may_draw() -> None:
    usable, draft, retired, elsewhere, stray = stratum(5)
    items = [
        replace(usable, tiers=frozenset({TIER})),
        replace(draft, status=Status.DRAFT),
        replace(retired, status=Status.RETIRED),
        replace(elsewhere, tiers=frozenset({TierId("leading")})),
        replace(stray, lesson=LessonId("unknown-01")),
    ]

    short = shortages(items, blueprint(section(quota(5))), tier=TIER, modules=MODULES)

    assert short == [Shortage(quota=quota(5), found=1)]


def test_shortages_count_for_any_difficulty_what_exact_quotas_leave() -> None:
    items = [*stratum(2), *stratum(2, difficulty=HARD, first=201)]
    plan = blueprint(section(quota(3, difficulty=None), quota(2)))

    short = shortages(items, plan, tier=TIER, modules=MODULES)

    assert short == [Shortage(quota=quota(3, difficulty=None), found=2)]


def test_shortages_share_a_stratum_between_sections() -> None:
    plan = blueprint(section(quota(2), points=1), section(quota(2), points=3))

    short = shortages(stratum(3), plan, tier=TIER, modules=MODULES)

    assert short == [Shortage(quota=quota(2), found=1)]


def test_shortages_count_enemies_once() -> None:
    items = with_enemies(stratum(3), [(0, 1), (1, 2), (2, 0)])

    short = shortages(items, blueprint(section(quota(2))), tier=TIER, modules=MODULES)

    assert short == [Shortage(quota=quota(2), found=1)]


def test_eligible_keeps_enemies_both_ways_and_only_among_what_can_be_drawn() -> None:
    first, second, draft = stratum(3)
    items = [
        replace(first, enemies=frozenset({second.id, draft.id, first.id})),
        second,
        replace(draft, status=Status.DRAFT),
    ]

    index = eligible(items, tier=TIER, modules=MODULES)

    assert index.enemies == {first.id: {second.id}, second.id: {first.id}}


def test_assemble_refuses_with_the_cells_in_one_sentence() -> None:
    plan = blueprint(section(quota(2)), section(quota(1, type=JUDGEMENT, difficulty=None)))

    with pytest.raises(CannotFill) as refusal:
        drawn(stratum(1), plan)

    assert str(refusal.value) == (
        "题库不足，按组卷方案“standard”出不了试卷：单选题、xianfa、容易需要2题，能同卷的只有1题；"
        "判断题、xianfa、不限难度需要1题，能同卷的只有0题。请补充启用的试题、减少互斥题，或调小题量。"
    )


def test_assemble_gives_up_a_search_without_end() -> None:
    """Eight cliques of eight: nine items apart do not exist, and trying all choices would take 8 to the 7th steps."""
    cliques = [range(first, first + 8) for first in range(0, 64, 8)]
    items = with_enemies(stratum(64), [pair for clique in cliques for pair in combinations(clique, 2)])

    with pytest.raises(CannotFill) as refusal:
        drawn(items, blueprint(section(quota(9))))

    assert refusal.value.shortages == [Shortage(quota=quota(9), found=8)]


# What a paper holds


def test_assemble_draws_the_same_paper_on_every_python() -> None:
    items = [*stratum(4), *stratum(2, type=JUDGEMENT, first=301)]
    plan = blueprint(section(quota(2), points=2.5), section(quota(1, type=JUDGEMENT), points=1))

    assert drawn(items, plan, seed="2026/张三/1") == paper(
        place("xianfa-01-104", options="ADBC", points=2.5),
        place("xianfa-01-103", options="BADC", points=2.5),
        place("xianfa-01-301", type=JUDGEMENT, points=1),
        content="c0ffee",
        seed="2026/张三/1",
    )


def test_assemble_ignores_the_order_of_the_bank() -> None:
    items = with_enemies(varied(stratum(8)), [(0, 1), (2, 3)])
    plan = blueprint(section(quota(3)))

    assert drawn(items, plan) == drawn(items[::-1], plan)


def test_assemble_differs_by_seed() -> None:
    papers = {drawn(stratum(20), blueprint(section(quota(5))), seed=str(seed)).items for seed in range(50)}

    assert len(papers) == 50


def test_assemble_keeps_sections_in_order_and_shuffles_inside() -> None:
    items = [*stratum(3), *stratum(3, lesson="minfadian-01"), *stratum(2, type=JUDGEMENT, first=301)]
    plan = blueprint(section(quota(2, type=JUDGEMENT)), section(quota(3), quota(3, module="minfadian")))

    orders = [ids(drawn(items, plan, seed=str(seed))) for seed in range(40)]

    assert {frozenset(order[:2]) for order in orders} == {frozenset({"xianfa-01-301", "xianfa-01-302"})}
    assert {order[2] for order in orders} == {one.id for one in items[:6]}


def test_assemble_shuffles_options_but_never_of_a_judgement() -> None:
    items = [item("xianfa-01-101"), item("xianfa-01-102", type=MULTIPLE), item("xianfa-01-103", type=JUDGEMENT)]
    plan = blueprint(section(quota(1)), section(quota(1, type=MULTIPLE)), section(quota(1, type=JUDGEMENT)))

    shown = [[place.options for place in drawn(items, plan, seed=str(seed)).items] for seed in range(400)]

    assert [len(set(orders)) for orders in zip(*shown, strict=True)] == [24, 24, 1]
    assert {tuple(sorted(options)) for options, _, _ in shown} == {("A", "B", "C", "D")}
    assert shown[0][2] == ("T", "F")


@pytest.mark.parametrize(
    ("pinned", "orders", "last"), [("D", 6, {("D",)}), ("BD", 2, {("B", "D")}), ("ABCD", 1, {("A", "B", "C", "D")})]
)
def test_assemble_keeps_pinned_options_last_in_the_editors_order(
    pinned: str, orders: int, last: set[tuple[str, ...]]
) -> None:
    items, plan = [item("xianfa-01-101", pinned=pinned)], blueprint(section(quota(1)))

    shown = {drawn(items, plan, seed=str(seed)).items[0].options for seed in range(100)}

    assert (len(shown), {options[-len(pinned) :] for options in shown}) == (orders, last)
    assert {tuple(sorted(options)) for options in shown} == {("A", "B", "C", "D")}


def test_assemble_draws_exact_difficulties_before_any() -> None:
    items = [*stratum(1), *stratum(3, difficulty=HARD, first=201)]
    plan = blueprint(section(quota(2, difficulty=None), quota(1)))

    papers = [drawn(items, plan, seed=str(seed)) for seed in range(30)]

    assert all("xianfa-01-101" in ids(paper) for paper in papers)


def test_assemble_gives_parallel_papers_of_equal_expected_score() -> None:
    items = [one for difficulty, first in zip(Difficulty, (101, 201, 301), strict=True)
             for one in stratum(6, difficulty=difficulty, first=first)]  # fmt: skip
    plan = blueprint(section(quota(2), quota(3, difficulty=MEDIUM), quota(1, difficulty=HARD), points=2))
    facility = {one.id: one.difficulty.facility for one in items}

    scores = {
        fsum(place.points * facility[place.item] for place in drawn(items, plan, seed=str(seed)).items)
        for seed in range(50)
    }

    assert scores == {8.7}


# Repeats and exposure


def test_assemble_takes_the_least_used_first() -> None:
    items = stratum(4)
    uses = dict(zip([one.id for one in items], (7, 0, 3, 0), strict=True))

    papers = [drawn(items, blueprint(section(quota(3))), seed=str(seed), uses=uses) for seed in range(20)]

    assert {frozenset(ids(paper)) for paper in papers} == {
        frozenset({ItemId("xianfa-01-102"), ItemId("xianfa-01-103"), ItemId("xianfa-01-104")})
    }


def test_assemble_repeats_what_a_learner_had_only_as_a_last_resort() -> None:
    items = stratum(3)
    had = {items[0].id, items[1].id}
    uses = {items[2].id: 1_000_000}

    papers = [drawn(items, blueprint(section(quota(2))), seed=str(seed), had=had, uses=uses) for seed in range(20)]

    assert all(items[2].id in ids(paper) for paper in papers)
    assert {one for paper in papers for one in ids(paper)} == {one.id for one in items}


def test_assemble_repeats_the_rarer_items_first() -> None:
    items = stratum(2)
    uses = {items[0].id: 2, items[1].id: 1}

    sheet = drawn(items, blueprint(section(quota(1))), had=set(uses), uses=uses)

    assert ids(sheet) == [items[1].id]


def test_assemble_prefers_another_choice_to_a_repeat_forced_by_an_enemy() -> None:
    """Both easy items are new and one of them is the enemy of the only new hard item."""
    items = with_enemies([*stratum(2), *stratum(2, difficulty=HARD, first=201)], [(0, 2)])
    plan = blueprint(section(quota(1), quota(1, difficulty=HARD)))

    papers = [drawn(items, plan, seed=str(seed), had={items[3].id}) for seed in range(20)]

    assert {frozenset(ids(paper)) for paper in papers} == {frozenset({items[1].id, items[2].id})}


def test_assemble_repeats_an_item_when_enemies_leave_no_other_choice() -> None:
    items = with_enemies([*stratum(1), *stratum(2, difficulty=HARD, first=201)], [(0, 1)])
    plan = blueprint(section(quota(1), quota(1, difficulty=HARD)))

    sheet = drawn(items, plan, had={items[2].id})

    assert set(ids(sheet)) == {items[0].id, items[2].id}


def test_assemble_repeats_an_item_rather_than_refuse() -> None:
    """The new items are enemies of each other; greedy choices among old and new may meet a dead end as well."""
    items = with_enemies(stratum(4), [(0, 1), (0, 2), (0, 3)])
    had = {items[2].id, items[3].id}

    papers = [drawn(items, blueprint(section(quota(3))), seed=str(seed), had=had) for seed in range(20)]

    assert {frozenset(ids(paper)) for paper in papers} == {frozenset(one.id for one in items[1:])}


def test_draw_spreads_exposure_over_two_thousand_papers() -> None:
    """Five items of 23, six of them in enemy pairs: at best each is used 2,000 × 5 ÷ 23 = 434.8 times."""
    items = with_enemies([*stratum(23), *stratum(9, difficulty=HARD, first=201)], [(0, 1), (2, 3), (4, 25)])
    index = eligible(items, tier=TIER, modules=MODULES)
    plan = blueprint(section(quota(5), quota(2, difficulty=HARD)))
    uses: Counter[ItemId] = Counter()

    for seed in range(2_000):
        uses.update(ids(draw(index, plan, seed=str(seed), content="c0ffee", uses=uses)))

    easy = [uses[one.id] for one in items[:23]]
    hard = [uses[one.id] for one in items[23:]]
    assert (sum(easy), sum(hard)) == (10_000, 4_000)
    assert max(easy) / min(easy) <= 1.2
    assert max(hard) / min(hard) <= 1.2


def test_draw_never_repeats_in_five_attempts_of_a_large_bank() -> None:
    index = eligible(with_enemies(stratum(30), [(0, 1), (2, 3)]), tier=TIER, modules=MODULES)
    had: set[ItemId] = set()

    for attempt in range(5):
        had |= set(ids(draw(index, blueprint(section(quota(5))), seed=str(attempt), content="", had=had)))

    assert len(had) == 25


# Any bank and blueprint

CELLS = [(type, module, difficulty) for type in (SINGLE, JUDGEMENT) for module in ("xianfa", "minfadian")
         for difficulty in (EASY, HARD)]  # fmt: skip


@st.composite
def small_banks(draw_: st.DrawFn, *, size: int, cells: int = len(CELLS)) -> list[Item]:
    kinds = draw_(st.lists(st.sampled_from(CELLS[:cells]), min_size=1, max_size=size))
    facilities = st.none() | st.floats(min_value=0.01, max_value=0.99)
    items = [
        item(f"{module}-01-{number}", type=type, difficulty=difficulty, facility=draw_(facilities))
        for number, (type, module, difficulty) in enumerate(kinds, start=101)
    ]
    positions = st.integers(min_value=0, max_value=len(items) - 1)
    return with_enemies(items, draw_(st.lists(st.tuples(positions, positions), max_size=len(items))))


@st.composite
def blueprints(draw_: st.DrawFn, *, cells: int = len(CELLS), most: int = 3) -> Blueprint:
    kinds = dict.fromkeys([*CELLS[:cells], *((type, module, None) for type, module, _ in CELLS[:cells])])
    chosen = draw_(st.lists(st.sampled_from(list(kinds)), min_size=1, max_size=5))
    quotas = [
        quota(draw_(st.integers(min_value=0, max_value=most)), type=type, module=module, difficulty=difficulty)
        for type, module, difficulty in chosen
    ]
    return blueprint(*(section(one) for one in quotas))


def fits(one: Item, wanted: Quota) -> bool:
    return (
        one.type is wanted.type and MODULES[one.lesson] == wanted.module and wanted.difficulty in (None, one.difficulty)
    )


@settings(deadline=None)
@given(small_banks(size=60), blueprints(), st.data())
def test_assemble_meets_every_quota_with_enemies_apart(items: list[Item], plan: Blueprint, data: st.DataObject) -> None:
    had = data.draw(st.sets(st.sampled_from([one.id for one in items])))
    by_id = {one.id: one for one in items}

    try:
        sheet = drawn(items, plan, had=had)
    except CannotFill as refusal:
        event(f"refused for {len(refusal.shortages)} quotas")
        return

    chosen = [by_id[place.item] for place in sheet.items]
    wanted = [one for part in plan.sections for one in part.quotas for _ in range(one.count)]
    assert all(fits(one, cell) for one, cell in zip(chosen, wanted, strict=True))
    assert len({one.id for one in chosen}) == len(chosen)
    assert not any(other.id in one.enemies for one in chosen for other in chosen if other is not one)


@settings(deadline=None)
@given(small_banks(size=30), st.integers(min_value=1, max_value=6), st.data())
def test_assemble_repeats_only_when_a_stratum_has_nothing_new(
    items: list[Item], count: int, data: st.DataObject
) -> None:
    peaceful = [replace(one, enemies=frozenset()) for one in items]
    had = data.draw(st.sets(st.sampled_from([one.id for one in items])))
    plan = blueprint(section(quota(count, difficulty=None)))
    pool = {one.id for one in peaceful if fits(one, plan.sections[0].quotas[0])}
    if len(pool) < count:
        return

    sheet = drawn(peaceful, plan, had=had)

    assert len(had & set(ids(sheet))) == max(0, count - len(pool - had))


def all_papers(items: Sequence[Item], plan: Blueprint) -> list[frozenset[ItemId]]:
    """Every set of items that fills the plan with enemies apart, by trying all of them."""
    quotas = [one for part in plan.sections for one in part.quotas]

    by_id = {one.id: one for one in items}

    def fill(rest: Sequence[Quota], taken: frozenset[ItemId]) -> set[frozenset[ItemId]]:
        if not rest:
            return {taken}
        free = [id for id, one in by_id.items() if fits(one, rest[0]) and id not in taken]
        found: set[frozenset[ItemId]] = set()
        for chosen in combinations(free, rest[0].count):
            together = taken | set(chosen)
            if not any((by_id[id].enemies - {id}) & together for id in together):
                found |= fill(rest[1:], together)
        return found

    return list(fill(quotas, frozenset()))


@settings(max_examples=300, deadline=None)
@given(small_banks(size=7, cells=2), blueprints(cells=2, most=2), st.data())
def test_assemble_fills_whatever_can_be_filled(items: list[Item], plan: Blueprint, data: st.DataObject) -> None:
    had = data.draw(st.sets(st.sampled_from([one.id for one in items])))
    possible = all_papers(items, plan)

    try:
        sheet = frozenset(ids(drawn(items, plan, had=had)))
    except CannotFill:
        assert possible == []
        return

    assert sheet in possible
    if any(choice.isdisjoint(had) for choice in possible):
        assert sheet.isdisjoint(had)
