"""What one learner was promised by the service, and what is missing of it in the store."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from grader.domain.exam.attempt import Attempt, score_attempt
from grader.domain.learning.dossier import Dossier
from quizgen.model import ItemId, LessonId, Letter
from quizgen.programme import ScoringRule

Keys = dict[ItemId, frozenset[Letter]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One response as it was sent."""

    sequence: int
    options: frozenset[Letter]


@dataclass
class Sitting:
    """One attempt as its learner knows it: what was sent, and the latest of each item that was acknowledged."""

    sent: defaultdict[ItemId, set[Response]] = field(default_factory=lambda: defaultdict(set))
    acknowledged: dict[ItemId, Response] = field(default_factory=dict)
    is_submitted: bool = False


@dataclass
class Ledger:
    """One learner's year as its acknowledgements tell it."""

    account: str
    first_beat: float | None = None
    """When the first beat was sent, by the client's monotonic clock."""
    beats: int = 0
    page: int = 0
    lesson_seconds: dict[LessonId, int] = field(default_factory=dict)
    starts_sent: int = 0
    sittings: dict[str, Sitting] = field(default_factory=dict)

    def begin(self, attempt: str) -> None:
        """The start of an attempt was acknowledged, for the first time or again."""
        self.sittings.setdefault(attempt, Sitting())

    def losses(self, dossier: Dossier | None, attempts: dict[str, Attempt], keys: Keys) -> list[str]:
        """Everything promised and not kept, or kept and never asked for; one sentence each."""
        if dossier is None:
            return [f"{self.account}: the dossier is gone"] if self.beats or self.sittings else []
        found = [*self._study_losses(dossier), *self._attempt_losses(dossier, attempts)]
        for id, attempt in attempts.items():
            sitting = self.sittings.get(id, Sitting())
            found += _response_losses(sitting, attempt)
            found += _outcome_losses(sitting, dossier, attempt, keys=keys)
        return [f"{self.account}: {loss}" for loss in found]

    def _study_losses(self, dossier: Dossier) -> list[str]:
        kept = dossier.lesson_seconds
        found = [
            f"{lesson}: {seconds} s were acknowledged, {kept.get(lesson, 0)} s are kept"
            for lesson, seconds in self.lesson_seconds.items()
            if kept.get(lesson, 0) < seconds
        ]
        elapsed = time.monotonic() - self.first_beat if self.first_beat is not None else 0
        if sum(kept.values()) > elapsed:
            found.append(f"{sum(kept.values())} s are credited, only {elapsed:.1f} s have passed")
        if self.page > (dossier.page.number if dossier.page else 0):
            found.append(f"page {self.page} was opened and is forgotten")
        return found

    def _attempt_losses(self, dossier: Dossier, attempts: dict[str, Attempt]) -> list[str]:
        begun = [start.attempt for start in dossier.starts]
        found = [f"attempt {id} was begun and is gone" for id in self.sittings if id not in begun or id not in attempts]
        if len(set(begun)) != len(begun) or len(begun) > self.starts_sent:
            found.append(f"{self.starts_sent} starts were asked for, {begun} are counted")
        ended = Counter(outcome.attempt for outcome in dossier.outcomes)
        found += [f"attempt {id} has {count} outcomes" for id, count in ended.items() if count > 1 or id not in begun]
        return found


def _response_losses(sitting: Sitting, attempt: Attempt) -> list[str]:
    kept = {item: Response(sequence=given.sequence, options=given.options) for item, given in attempt.responses.items()}
    found = [
        f"attempt {attempt.id}, {item}: {promised} was acknowledged, {kept.get(item)} is kept"
        for item, promised in sitting.acknowledged.items()
        if item not in kept or kept[item].sequence < promised.sequence
    ]
    found += [
        f"attempt {attempt.id}, {item}: {response} is kept and was never sent"
        for item, response in kept.items()
        if response not in sitting.sent[item]
    ]
    return found


def _outcome_losses(sitting: Sitting, dossier: Dossier, attempt: Attempt, *, keys: Keys) -> list[str]:
    recorded = [outcome for outcome in dossier.outcomes if outcome.attempt == attempt.id]
    if sitting.is_submitted and (attempt.submitted is None or attempt.outcome is None or not recorded):
        return [f"attempt {attempt.id} was handed in and is not settled"]
    if recorded and recorded != [attempt.outcome]:
        return [f"attempt {attempt.id}: the dossier has {recorded}, the attempt {attempt.outcome}"]
    points = score_attempt(attempt, keys=keys, rule=ScoringRule.ALL_OR_NOTHING).points
    if attempt.outcome is not None and attempt.outcome.points != points:
        return [f"attempt {attempt.id} was given {attempt.outcome.points} points, its responses earn {points}"]
    return []
