"""A paper's places and full score."""

from __future__ import annotations

from tests.quizgen_factories import paper, place


def test_paper_points_are_exact_for_fractions() -> None:
    """Fifty times 1.2 and thirty times 0.1 added one by one miss 63 in binary."""
    sheet = paper(*[place(points=1.2)] * 50, *[place(points=0.1)] * 30)

    assert sheet.points == 63


def test_paper_finds_the_place_of_an_item() -> None:
    first, second = place("xianfa-01-101"), place("xianfa-01-102")

    assert paper(first, second).find(second.item) == second


def test_paper_finds_nothing_for_a_stranger() -> None:
    assert paper(place("xianfa-01-101")).find(place("xianfa-01-999").item) is None
