"""What each item type asks of a learner: its instruction, its options as shown, the shape of a response.

The one place that tells the types apart for scoring, papers, pages and parsers. A new member of `ItemType` makes mypy
name `interaction` first, and what it needs beyond these fields next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Literal, assert_never

from quizgen.model import JUDGEMENT_OPTIONS, ItemType, Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """How one item type is asked and answered."""

    instruction: str
    """What the learner is told above the items, without a full stop."""
    printed: str
    """What a printed paper adds to it."""
    written: str
    """How an editor writes the key, behind the type's name."""
    control: Literal["radio", "checkbox"]
    """The HTML input of an option: a response of one letter, or of any number."""
    tag: str = ""
    """A word beside the stem where the type is easily overlooked."""
    fixed: Mapping[Letter, str] = field(default_factory=dict)
    """Options that are the same for every item, in this order, named by their text; empty: each item has its own."""
    fewest_options: int = 2
    fewest_keys: int = 1
    earns_part: bool = False
    """Whether `ScoringRule.PARTIAL` gives points for a part of the key."""

    @property
    def takes_several(self) -> bool:
        """Whether a response may hold more than one letter."""
        return self.control == "checkbox"

    @property
    def judges_stem(self) -> bool:
        """Whether the stem is a statement, and the key says whether it is right."""
        return self.fixed.keys() == JUDGEMENT_OPTIONS.keys()

    @property
    def picks_one(self) -> bool:
        """Whether a response is one of the item's own options."""
        return not self.takes_several and not self.fixed

    def is_possible(self, response: Set[Letter], options: Set[Letter]) -> bool:
        """Whether a learner can give this response to an item with these options; an empty one clears it."""
        return response <= options and (len(response) <= 1 or self.takes_several)

    def labels(self, shown: Sequence[Letter]) -> dict[Letter, str]:
        """How the options are named in the order shown: A, B, C …; fixed ones by their text."""
        if self.fixed:
            return dict(self.fixed)
        return {letter: chr(ord("A") + place) for place, letter in enumerate(shown)}

    def as_edited(self, letters: Set[Letter], options: Iterable[Letter]) -> str:
        """A response or a key as editors write it, in their order of the options: ACD, or 正确."""
        return self.title(letters, self.fixed or {letter: letter for letter in options})

    def title(self, letters: Set[Letter], labels: Mapping[Letter, str]) -> str:
        """A response or a key as people read it, in the order of `labels`: ACD, or 正确; empty for no letter."""
        return "".join(label for letter, label in labels.items() if letter in letters)


def interaction(type: ItemType) -> Interaction:
    """What this item type asks of a learner."""
    match type:
        case ItemType.SINGLE:
            return _SINGLE
        case ItemType.MULTIPLE:
            return _MULTIPLE
        case ItemType.JUDGEMENT:
            return _JUDGEMENT
        case _:
            assert_never(type)


def names(so: Callable[[Interaction], bool], types: Iterable[ItemType] = ItemType) -> str:
    """The names of those types that are so asked: 单选题、多选题; empty for none."""
    return "、".join(dict.fromkeys(type.label for type in types if so(interaction(type))))


_SINGLE = Interaction(
    instruction="每题只有一个正确选项",
    printed="请将其字母填入括号内。",
    written="一个字母",
    control="radio",
)
_MULTIPLE = Interaction(
    instruction="每题有两个或两个以上正确选项",
    printed="请将其字母填入括号内。",
    written="几个字母连写（如 ABD）",
    control="checkbox",
    tag="多选",
    fewest_options=3,
    fewest_keys=2,
    earns_part=True,
)
_JUDGEMENT = Interaction(
    instruction="请判断对错",
    printed="在括号内填写“正确”或“错误”。",
    written="写“正确”或“错误”",
    control="radio",
    fixed=JUDGEMENT_OPTIONS,
)
