"""Statistics against figures worked out by hand and the definitions written out in the plainest way."""

from __future__ import annotations

import json
import statistics as stdlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizgen.evidence.statistics import (
    ExamFigures,
    ExamStatistics,
    Flag,
    ItemStatistics,
    Sitting,
    dead_distractors,
    discrimination,
    efficiency,
    flags,
    informed,
    newest,
    render_statistics,
    statistics_of,
)
from quizgen.model import Difficulty, Item, ItemId, ItemType, Letter
from quizgen.paper import PaperItem
from quizgen.programme import ScoringRule
from quizgen.score import Score, score_paper
from tests.quizgen_factories import figures, item, paper, place

DAY = date(2026, 12, 31)
IDS = ("xianfa-01-101", "xianfa-01-102", "xianfa-01-103")


def sitting(*ticked: str, places: Iterable[PaperItem] = (), ended: date = DAY, changed: Iterable[str] = ()) -> Sitting:
    """A paper of single items (key B), one for each letter ticked; "" is left blank."""
    chosen = tuple(places) or tuple(place(f"xianfa-01-{number}") for number in range(101, 101 + len(ticked)))
    drawn = paper(*chosen)
    responses = {p.item: frozenset(map(Letter, letters)) for p, letters in zip(chosen, ticked, strict=True)}
    keys = {p.item: frozenset({Letter("B")}) for p in chosen}
    score = score_paper(drawn, responses, keys=keys, rule=ScoringRule.ALL_OR_NOTHING)
    return Sitting(paper=drawn, ended=ended, responses=responses, score=score, changed=frozenset(map(ItemId, changed)))


def computed(*sittings: Sitting) -> ExamStatistics:
    found = statistics_of(sittings, programme="2026")
    assert found
    return found


def of_item(found: ExamStatistics, id: str = "xianfa-01-101") -> ItemStatistics:
    return found.items[ItemId(id)]


# Three items, forty learners: each of the four patterns ten times.
PATTERNS = [sitting("B", "B", "B"), sitting("B", "B", "A"), sitting("B", "C", ""), sitting("A", "A", "A")]


def test_figures_of_an_item_are_those_worked_out_by_hand() -> None:
    found = of_item(computed(*PATTERNS * 10))

    # Scores 1 1 1 0 and rests 1 ½ 0 0, ten times each: means ¾ and ⅜; sums of squares 7.5 and 6.875, of products 3.75.
    # Sorted, the rests 0 0 ½ 1 go with 0 1 1 1 to the same sum of products, so the efficiency is 1.
    assert found == ItemStatistics(
        papers=40,
        responses=40,
        facility=0.75,
        sd=0.4385,  # √(7.5 ÷ 39)
        discrimination=0.5222,  # 3.75 ÷ √(7.5 × 6.875)
        efficiency=1.0,
        options={Letter("A"): 10, Letter("B"): 30, Letter("C"): 0, Letter("D"): 0},
        as_of=DAY,
    )


def test_figures_of_the_exam_are_those_worked_out_by_hand() -> None:
    found = computed(*PATTERNS * 10)

    # Scores 1 ⅔ ⅓ 0: mean ½, sum of squares 10 × 5/9. Error of x right of 3 is x(3 − x) ÷ 2 ÷ 9: 0 1/9 1/9 0.
    assert (found.papers, found.as_of) == (40, DAY)
    assert found.exam == ExamFigures(
        learners=40,
        mean=0.5,
        sd=0.3774,  # √(50/9 ÷ 39)
        reliability=0.61,  # 1 − 1/18 ÷ (50/9 ÷ 39)
        standard_error=0.2357,  # √(1/18)
    )


def test_blank_item_is_a_response_that_earned_nothing() -> None:
    found = of_item(computed(*[sitting("B", "B"), sitting("B", "")] * 10), "xianfa-01-102")

    assert (found.responses, found.facility, sum(found.options.values())) == (20, 0.5, 10)


def test_papers_that_do_not_count_are_exposure_only() -> None:
    uncounted = Sitting(paper=paper(place("xianfa-01-101"), place("xianfa-01-109")), ended=date(2027, 1, 5))

    found = computed(*PATTERNS * 3, uncounted, uncounted)

    assert (found.papers, found.as_of) == (14, DAY)
    assert (of_item(found).papers, of_item(found).responses) == (14, 12)
    assert of_item(found, "xianfa-01-109") == ItemStatistics(
        papers=2,
        responses=0,
        facility=None,
        sd=None,
        discrimination=None,
        efficiency=None,
        options={},
        as_of=DAY,
    )


def test_item_that_reads_otherwise_now_keeps_its_exposure_only() -> None:
    changed = [replace(one, changed=frozenset({ItemId("xianfa-01-101")})) for one in PATTERNS]

    found = computed(*changed * 5, *PATTERNS * 5)

    assert (of_item(found).papers, of_item(found).responses) == (40, 20)
    assert of_item(found, "xianfa-01-102").responses == 40


def test_statistics_are_of_the_day_on_which_the_last_counted_attempt_ended() -> None:
    found = computed(*(sitting("B", "B", ended=date(2026, 10, day)) for day in (3, 9, 5)))

    assert found.as_of == date(2026, 10, 9)


def test_nothing_that_counts_gives_no_statistics() -> None:
    unfinished = replace(sitting("B"), score=None)
    empty = replace(sitting("B"), score=Score(points=0, possible=0, items={}))

    assert [statistics_of(given, programme="2026") for given in ([], [unfinished], [empty])] == [None] * 3


@pytest.mark.parametrize(
    ("count", "has_facility", "has_discrimination"), [(9, False, False), (10, True, False), (30, True, True)]
)
def test_few_responses_give_no_figures(count: int, has_facility: bool, has_discrimination: bool) -> None:
    found = computed(*(PATTERNS * 10)[:count])

    given = of_item(found)
    assert (given.facility is not None, given.sd is not None) == (has_facility, has_facility)
    assert (given.discrimination is not None, given.efficiency is not None) == (has_discrimination, has_discrimination)
    assert found.exam
    assert (found.exam.sd is not None, found.exam.reliability is not None) == (has_facility, has_discrimination)


def test_item_that_all_answer_alike_has_no_discrimination() -> None:
    found = computed(*[sitting("B", "B"), sitting("B", "A")] * 20)

    assert (of_item(found).facility, of_item(found).discrimination, of_item(found).efficiency) == (1.0, None, None)


def test_only_item_of_a_paper_has_no_discrimination_and_the_exam_no_reliability() -> None:
    found = computed(*[sitting("B"), sitting("A")] * 20)

    assert of_item(found).discrimination is None
    assert found.exam == ExamFigures(learners=40, mean=0.5, sd=0.5064, reliability=None, standard_error=None)


def test_exam_in_which_all_score_alike_has_an_error_but_no_reliability() -> None:
    found = computed(*[sitting("B", "A"), sitting("A", "B")] * 20)

    assert found.exam == ExamFigures(learners=40, mean=0.5, sd=0.0, reliability=None, standard_error=0.5)


def test_sections_have_errors_of_their_own() -> None:
    # Within each section all is alike, so the paper is measured without error however different the sections are.
    sections = [place(IDS[0]), place(IDS[1]), place("xianfa-01-104", points=4), place("xianfa-01-105", points=4)]
    right, half, wrong = (sitting(*ticked, places=sections) for ticked in ("BBBB", "BBAA", "AAAA"))

    found = computed(*[right, half, wrong] * 10)

    assert found.exam
    assert (found.exam.standard_error, found.exam.reliability) == (0.0, 1.0)


def test_items_of_different_points_are_told_in_shares() -> None:
    def worth(points: float) -> list[Sitting]:
        places = [place(id, points=points) for id in IDS]
        ticked = (("B", "B", "B"), ("B", "B", "A"), ("B", "C", ""), ("A", "A", "A"))
        return [sitting(*letters, places=places) for letters in ticked]

    assert computed(*worth(3.3) * 10) == computed(*PATTERNS * 10)


def test_order_of_papers_changes_nothing() -> None:
    sittings = [*PATTERNS * 9, sitting("C", "B", "D")]

    assert computed(*sittings) == computed(*reversed(sittings))


# Moodle's formulas, written out term by term.


def reference_covariance(xs: list[float], ys: list[float]) -> float:
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True)) / (len(xs) - 1)


PAIRS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.integers(0, 49).map(lambda n: n / 49)),
    min_size=2,
    max_size=60,
).filter(lambda pairs: all(len(set(values)) > 1 for values in zip(*pairs, strict=True)))


@given(PAIRS)
def test_discrimination_is_pearsons_correlation(pairs: list[tuple[float, float]]) -> None:
    scores, rests = ([pair[side] for pair in pairs] for side in (0, 1))

    assert discrimination(scores, rests) == pytest.approx(stdlib.correlation(scores, rests), abs=1e-9)


@given(PAIRS)
def test_efficiency_is_covariance_through_the_greatest_possible(pairs: list[tuple[float, float]]) -> None:
    scores, rests = ([pair[side] for pair in pairs] for side in (0, 1))

    greatest = reference_covariance(sorted(scores), sorted(rests))
    assert efficiency(scores, rests) == pytest.approx(reference_covariance(scores, rests) / greatest, abs=1e-9)


@given(PAIRS.map(lambda pairs: pairs[:6]).filter(lambda pairs: len({x for x, _ in pairs}) > 1))
def test_no_order_of_scores_is_more_efficient_than_one(pairs: list[tuple[float, float]]) -> None:
    scores, rests = ([pair[side] for pair in pairs] for side in (0, 1))

    found = [efficiency(order, rests) for order in permutations(scores)]

    if len(set(rests)) > 1:
        assert max(value for value in found if value is not None) == pytest.approx(1)
    else:
        assert set(found) == {None}


@pytest.mark.parametrize("offset", [0.0, 0.9999999])
def test_figures_hold_where_scores_lie_close_together(offset: float) -> None:
    scores = [offset + step * 1e-8 for step in (0, 1, 2, 3)]

    found = discrimination(scores, [0.1, 0.2, 0.3, 0.4])

    assert found == pytest.approx(1, abs=1e-6)


def test_the_same_share_computed_twice_is_no_difference() -> None:
    assert discrimination([0.1 + 0.2, 0.3, 0.3], [0.0, 0.5, 1.0]) is None
    assert efficiency([0.0, 0.5, 1.0], [0.1 + 0.2, 0.3, 0.3]) is None


@given(st.lists(st.tuples(*[st.sampled_from("AB")] * 5), min_size=30, max_size=40))
def test_reliability_of_one_section_is_that_of_kuder_and_richardson(ticked: list[tuple[str, ...]]) -> None:
    found = computed(*(sitting(*letters) for letters in ticked)).exam

    right = [letters.count("B") for letters in ticked]
    mean, variance = stdlib.fmean(right), stdlib.variance(right)
    assert found
    error = (mean * (5 - mean) - stdlib.pvariance(right)) / 4
    assert found.reliability == (pytest.approx(1 - error / variance, abs=1e-4) if variance else None)


def test_reliability_is_how_well_one_random_paper_foretells_another() -> None:
    rng = Random(2026)  # noqa: S311 - the same learners in every run
    bank = {f"xianfa-01-{number}": 0.3 + 0.6 * rng.random() for number in range(101, 161)}

    def sat(ability: float) -> Sitting:
        ids = rng.sample(sorted(bank), 20)
        ticked = ("B" if rng.random() < bank[id] + ability else "A" for id in ids)
        return sitting(*ticked, places=[place(id) for id in ids])

    pairs = [(sat(ability), sat(ability)) for ability in (rng.gauss(0, 0.15) for _ in range(600))]
    first, second = ([pair[side] for pair in pairs] for side in (0, 1))
    foretold = stdlib.correlation(*([one.score.points for one in side if one.score] for side in (first, second)))
    estimates = [found.exam.reliability for found in (computed(*first), computed(*second)) if found.exam]

    assert estimates == [pytest.approx(foretold, abs=0.05)] * 2


GOOD = item(difficulty=Difficulty.EASY)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ()),
        ({"facility": 0.19}, (Flag.TOO_HARD, Flag.MISJUDGED)),
        ({"facility": 0.2}, (Flag.MISJUDGED,)),
        ({"facility": 0.65}, ()),
        ({"facility": 0.64}, (Flag.MISJUDGED,)),
        ({"facility": 0.64, "responses": 29}, ()),
        ({"facility": 0.95}, ()),
        ({"facility": 0.96}, (Flag.TOO_EASY,)),
        ({"discrimination": -0.01, "efficiency": -0.02}, (Flag.NEGATIVE,)),
        ({"efficiency": 0.14}, (Flag.WEAK,)),
        ({"efficiency": 0.15}, ()),
        ({"discrimination": None, "efficiency": None}, ()),
        ({"facility": None}, ()),
        ({"options": {Letter("A"): 26, Letter("B"): 170, Letter("C"): 4}}, (Flag.DEAD_DISTRACTOR,)),
        ({"facility": 0.1, "as_of": date(2026, 11, 22)}, ()),
    ],
)
def test_flags_say_what_is_to_be_looked_into(changes: Mapping[str, object], expected: tuple[Flag, ...]) -> None:
    assert flags(GOOD, figures(**changes)) == expected


def test_dead_distractors_are_named() -> None:
    few = figures(responses=200, options={Letter("A"): 4, Letter("B"): 0, Letter("C"): 3})

    assert dead_distractors(GOOD, few) == ("C", "D")
    assert dead_distractors(GOOD, replace(few, responses=99)) == ()
    assert dead_distractors(item(type=ItemType.JUDGEMENT), few) == ()


def test_every_flag_has_a_chinese_label() -> None:
    assert all(not flag.label.isascii() for flag in Flag)


def year(programme: str, as_of: date, **changes: int | float) -> ExamStatistics:
    items = {ItemId("xianfa-01-101"): figures(as_of=as_of, **changes)}
    return ExamStatistics(programme=programme, as_of=as_of, papers=1000, items=items)


OLD, NEW = date(2025, 12, 31), date(2026, 12, 31)


@pytest.mark.parametrize(("before", "after", "chosen"), [(200, 30, NEW), (30, 29, OLD), (20, 12, NEW)])
def test_latest_figures_that_can_be_relied_on_are_taken_with_all_exposure(
    before: int, after: int, chosen: date
) -> None:
    files = [year("2025", OLD, papers=7, responses=before), year("2026", NEW, papers=5, responses=after)]

    found = newest(files)

    assert [(id, one.as_of, one.papers) for id, one in found.items()] == [("xianfa-01-101", chosen, 12)]
    assert newest(reversed(files)) == found


@pytest.mark.parametrize(
    ("given", "changes", "expected"),
    [
        (GOOD, {}, 0.61),
        (GOOD, {"responses": 29}, None),
        (GOOD, {"facility": None}, None),
        (GOOD, {"facility": 1.0}, 0.99),
        (GOOD, {"facility": 0.0}, 0.01),
        (replace(GOOD, facility=0.7), {}, 0.7),
        (GOOD, {"as_of": GOOD.reviewed}, 0.61),
        (GOOD, {"as_of": date(2026, 11, 22)}, None),
    ],
)
def test_facility_is_taken_from_statistics_of_the_item_as_it_is(
    given: Item, changes: Mapping[str, object], expected: float | None
) -> None:
    assert informed(given, figures(**{"facility": 0.61, **changes})).facility == expected


def test_item_without_statistics_stays_as_it_is() -> None:
    assert informed(GOOD, None) is GOOD


def test_file_is_a_sorted_object_with_an_item_a_line() -> None:
    items = {ItemId(id): figures(papers=n, discrimination=None) for n, id in enumerate(reversed(IDS))}
    exam = ExamFigures(learners=40, mean=0.5, sd=0.3774, reliability=None, standard_error=0.2357)

    text = render_statistics(ExamStatistics(programme="2026", as_of=DAY, papers=240, items=items, exam=exam))

    rest = '"sd": 0.358, "discrimination": null, "efficiency": 0.4, "options": {"A": 12, "B": 170, "C": 10, "D": 8}'
    assert text == (
        "{\n"
        '  "programme": "2026",\n'
        '  "as_of": "2026-12-31",\n'
        '  "papers": 240,\n'
        '  "exam": {"learners": 40, "mean": 0.5, "sd": 0.3774, "reliability": null, "standard_error": 0.2357},\n'
        '  "items": {\n'
        f'    "xianfa-01-101": {{"papers": 2, "responses": 200, "facility": 0.85, {rest}}},\n'
        f'    "xianfa-01-102": {{"papers": 1, "responses": 200, "facility": 0.85, {rest}}},\n'
        f'    "xianfa-01-103": {{"papers": 0, "responses": 200, "facility": 0.85, {rest}}}\n'
        "  }\n"
        "}\n"
    )
    assert json.loads(text)["items"]["xianfa-01-101"]["papers"] == 2
