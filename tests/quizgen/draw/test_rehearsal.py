from __future__ import annotations

from collections import Counter

import pytest

from quizgen.draw.eligible import eligible
from quizgen.draw.rehearsal import rehearse
from quizgen.model import Difficulty, Item, ItemType, LessonId, ModuleId, TierId
from quizgen.paper import Paper
from quizgen.programme import Blueprint, PaperSection, Quota
from tests.quizgen_factories import item

XIANFA, MINFA = ModuleId("xianfa"), ModuleId("minfadian")
MODULES = {LessonId("xianfa-01"): XIANFA, LessonId("minfadian-01"): MINFA}


def quota(module: ModuleId, count: int, difficulty: Difficulty | None = None) -> Quota:
    return Quota(type=ItemType.SINGLE, module=module, difficulty=difficulty, count=count)


def blueprint(*quotas: Quota, judgements: int = 0) -> Blueprint:
    sections = [PaperSection(type=ItemType.SINGLE, points=2, quotas=quotas)]
    if judgements:
        judged = Quota(type=ItemType.JUDGEMENT, module=XIANFA, difficulty=None, count=judgements)
        sections.append(PaperSection(type=ItemType.JUDGEMENT, points=1, quotas=(judged,)))
    return Blueprint(id="standard", sections=tuple(sections))


def bank(**counts: int) -> list[Item]:
    return [item(f"{module}-01-{n:03}") for module, count in counts.items() for n in range(1, count + 1)]


def rehearsed(items: list[Item], wanted: Blueprint, seed: str = "s") -> Paper:
    return rehearse(eligible(items, tier=TierId("agency"), modules=MODULES), wanted, seed=seed, content="c")


def modules(paper: Paper) -> Counter[str]:
    return Counter(place.item.partition("-")[0] for place in paper.items)


def test_paper_has_the_modules_and_points_of_the_blueprint_of_any_difficulty() -> None:
    wanted = blueprint(quota(XIANFA, 2, Difficulty.HARD), quota(XIANFA, 1, Difficulty.EASY), quota(MINFA, 2))

    paper = rehearsed(bank(xianfa=5, minfadian=4), wanted)

    assert (modules(paper), paper.points) == ({"xianfa": 3, "minfadian": 2}, 10)
    assert paper == rehearsed(bank(xianfa=5, minfadian=4), wanted)
    assert paper != rehearsed(bank(xianfa=5, minfadian=4), wanted, seed="other")


@pytest.mark.parametrize(
    ("items", "found"),
    [
        ({"xianfa": 1, "minfadian": 4}, {"xianfa": 1, "minfadian": 2}),
        ({"minfadian": 1}, {"minfadian": 1}),
        ({}, {}),
    ],
)
def test_paper_is_shorter_where_practice_has_too_little(items: dict[str, int], found: dict[str, int]) -> None:
    paper = rehearsed(bank(**items), blueprint(quota(XIANFA, 3), quota(MINFA, 2), judgements=2))

    assert modules(paper) == found
