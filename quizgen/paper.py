"""A paper: the items one learner gets, frozen with their option order."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

from quizgen.model import ItemId, ItemType, Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperItem:
    """One place on a paper: which item, its options in the order shown, what it is worth."""

    item: ItemId
    type: ItemType
    options: tuple[Letter, ...]
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A learner's paper; the truth about what was shown, never drawn again from the seed.

    `content` is the digest of the content it was drawn from, `blueprint` the id of its table of specifications.
    """

    content: str
    blueprint: str
    seed: str
    items: tuple[PaperItem, ...]

    @property
    def points(self) -> float:
        """The full score."""
        return fsum(item.points for item in self.items)

    def find(self, item: ItemId) -> PaperItem | None:
        """The place of an item on this paper, or None."""
        return next((place for place in self.items if place.item == item), None)
