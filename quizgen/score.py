"""Scoring, pure and apart from the item."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from math import fsum

from quizgen.interaction import interaction
from quizgen.model import ItemId, Letter
from quizgen.paper import Paper, PaperItem
from quizgen.programme import ScoringRule

Response = frozenset[Letter]
"""The options a learner ticked for one item; empty: not answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Points earned, in all and per item, out of `possible`."""

    points: float
    possible: float
    items: Mapping[ItemId, float]


def score_paper(
    paper: Paper, responses: Mapping[ItemId, Response], *, keys: Mapping[ItemId, frozenset[Letter]], rule: ScoringRule
) -> Score:
    """Score every item of the paper; an item without a response earns nothing."""
    earned = {
        place.item: score_item(place, responses.get(place.item, frozenset()), key=keys[place.item], rule=rule)
        for place in paper.items
    }
    return Score(points=fsum(earned.values()), possible=paper.points, items=earned)


def is_right(response: Set[Letter], key: Set[Letter]) -> bool:
    """Whether a response is the key, no letter more and none less: the one judgement of right and wrong."""
    return response == key


def score_item(place: PaperItem, response: Response, *, key: frozenset[Letter], rule: ScoringRule) -> float:
    """Points of one item: all of them for exactly the key; see `ScoringRule.PARTIAL` for the opt-in.

    Ticking everything earns nothing under either rule, because a key never holds all options.
    """
    if is_right(response, key):
        return place.points
    if rule is not ScoringRule.PARTIAL or not interaction(place.type).earns_part or not response < key:
        return 0
    return place.points * len(response) / len(key) * 2 // 1 / 2
