"""学时补录: whole lessons that a unit enters for a learner and the county approves.

Each request and each ruling on it is a dated fact of the dossier; nothing is edited, an approval ends by a further one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from quizgen.model import LessonId


class Ruling(StrEnum):
    """What was decided about a request."""

    APPROVED = "approved"
    REFUSED = "refused"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        """The name on the screen."""
        return {"approved": "已批准", "refused": "未批准", "revoked": "已撤销"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplement:
    """A request: this lesson's hours, for a reason, with a reference to what proves it; `by` whom and when."""

    id: str
    lesson: LessonId
    at: datetime
    by: str
    reason: str
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementRuling:
    """A decision about the request of this id; the latest holds."""

    supplement: str
    ruling: Ruling
    at: datetime
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementState:
    """A request with the latest ruling on it, or none while it waits."""

    supplement: Supplement
    ruling: SupplementRuling | None = None

    @property
    def is_approved(self) -> bool:
        """Whether its hours count."""
        return self.ruling is not None and self.ruling.ruling is Ruling.APPROVED

    @property
    def is_waiting(self) -> bool:
        """Whether nothing was decided yet."""
        return self.ruling is None

    @property
    def label(self) -> str:
        """The name on the screen."""
        return self.ruling.ruling.label if self.ruling else "待审核"


def supplement_states(
    supplements: Iterable[Supplement], rulings: Iterable[SupplementRuling]
) -> tuple[SupplementState, ...]:
    """Every request with the latest ruling on it, in the order in which they were made."""
    latest = {ruling.supplement: ruling for ruling in rulings}
    return tuple(SupplementState(supplement=made, ruling=latest.get(made.id)) for made in supplements)


def supplemented(supplements: Iterable[Supplement], rulings: Iterable[SupplementRuling]) -> frozenset[LessonId]:
    """The lessons whose hours count by an approval that holds."""
    states = supplement_states(supplements, rulings)
    return frozenset(state.supplement.lesson for state in states if state.is_approved)
