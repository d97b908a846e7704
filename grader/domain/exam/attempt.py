"""One sitting of an exam: paper, responses, times, score.

Whether an attempt is over is a function of (attempt, now): past its deadline it *is* finished, whoever looks. What
reached the server by deadline + grace counts; the recorded end is then the deadline.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from grader.domain.errors import AttemptFinished, BadResponse, NotOnPaper
from grader.domain.learning.dossier import Outcome, WindowName
from grader.domain.people.account import AccountId
from quizgen.interaction import interaction
from quizgen.model import ItemId, Letter, ModuleId, TierId
from quizgen.paper import Paper, PaperItem
from quizgen.programme import ScoringRule
from quizgen.score import Response, Score, score_paper

GRACE = timedelta(seconds=10)
"""What is under way at the deadline still counts when it arrives within this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A learner's response to one item; of two, the one with the higher sequence holds.

    `marked` is the learner's own sign that they mean to come back to it; it counts for nothing.
    """

    options: frozenset[Letter]
    sequence: int
    at: datetime
    marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """The truth about one sitting. Once `submitted` or `outcome` is set nothing else changes."""

    id: str
    account: AccountId
    programme: str
    tier: TierId
    number: int
    window: WindowName
    paper: Paper
    started: datetime
    deadline: datetime
    responses: Mapping[ItemId, Given] = field(default_factory=dict)
    submitted: datetime | None = None
    outcome: Outcome | None = None

    @property
    def next_sequence(self) -> int:
        """A sequence higher than every one given so far."""
        return 1 + max((given.sequence for given in self.responses.values()), default=0)

    def latest_beside(self, sequence: int) -> int:
        """The highest sequence given so far other than this one; 0 where there is none."""
        return max((given.sequence for given in self.responses.values() if given.sequence != sequence), default=0)

    @property
    def answered(self) -> int:
        """How many items have a response."""
        return sum(1 for given in self.responses.values() if given.options)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptSummary:
    """What lists need of an attempt."""

    account: AccountId
    programme: str
    number: int
    started: datetime
    deadline: datetime
    finished: bool


def summarise_attempt(attempt: Attempt) -> AttemptSummary:
    """The summary kept beside the attempt; `finished` once its outcome is recorded in it."""
    return AttemptSummary(
        account=attempt.account,
        programme=attempt.programme,
        number=attempt.number,
        started=attempt.started,
        deadline=attempt.deadline,
        finished=attempt.outcome is not None,
    )


def is_finished(attempt: Attempt, now: datetime) -> bool:
    """Whether it was submitted or its time, with the grace, is over; once concluded it stays so, whatever the clock."""
    return attempt.submitted is not None or attempt.outcome is not None or now > attempt.deadline + GRACE


def respond(
    attempt: Attempt, item: ItemId, options: Set[Letter], *, sequence: int, now: datetime, marked: bool = False
) -> Attempt:
    """One response, unless a newer one is there already. Raises AttemptFinished, NotOnPaper or BadResponse."""
    return respond_all(attempt, {item: options}, sequence=sequence, now=now, marked={item} if marked else frozenset())


def respond_all(
    attempt: Attempt,
    responses: Mapping[ItemId, Set[Letter]],
    *,
    sequence: int,
    now: datetime,
    marked: Set[ItemId] = frozenset(),
) -> Attempt:
    """As `respond`, for responses of one sequence, some `marked`: all of them, or none where one is refused."""
    if is_finished(attempt, now):
        raise AttemptFinished
    places = {place.item: place for place in attempt.paper.items}
    alike: dict[tuple[frozenset[Letter], bool], Given] = {}
    newer = {}
    for item, options in responses.items():
        _check(places, item, options)
        before = attempt.responses.get(item)
        if before is None or before.sequence < sequence:
            said = frozenset(options), item in marked
            if said not in alike:
                alike[said] = Given(options=said[0], sequence=sequence, at=now, marked=said[1])
            newer[item] = alike[said]
    return replace(attempt, responses={**attempt.responses, **newer}) if newer else attempt


def _check(places: Mapping[ItemId, PaperItem], item: ItemId, options: Set[Letter]) -> None:
    place = places.get(item)
    if place is None:
        raise NotOnPaper(item=item)
    if not interaction(place.type).is_possible(options, set(place.options)):
        raise BadResponse(item=item)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a plain form says of a whole paper; items that are not on the paper are passed over."""

    ticked: Mapping[ItemId, frozenset[Letter]]
    shown: frozenset[ItemId]
    """The items that the form showed: one of them with nothing ticked or marked any more is cleared."""
    sequence: int
    marked: frozenset[ItemId] = frozenset()


def fill(attempt: Attempt, sheet: Sheet, *, now: datetime) -> Attempt:
    """The attempt with what the sheet says. Raises AttemptFinished or BadResponse."""
    spoken_of = sheet.marked | (sheet.shown & attempt.responses.keys())
    said = {place.item: sheet.ticked.get(place.item, frozenset()) for place in attempt.paper.items}
    responses = {item: options for item, options in said.items() if options or item in spoken_of}
    return respond_all(attempt, responses, sequence=sheet.sequence, now=now, marked=sheet.marked)


def unheard(attempt: Attempt, sheet: Sheet) -> tuple[int, ...]:
    """Numbers of the items (from 1) of which the sheet says something else than what is kept: it came too late.

    Items that the form did not show, and those it left empty, say nothing.
    """
    kept = {item: given.options for item, given in attempt.responses.items()}
    said = {item: sheet.ticked.get(item, frozenset()) for item in {*sheet.ticked, *(sheet.shown & kept.keys())}}
    places = enumerate((place.item for place in attempt.paper.items), start=1)
    return tuple(number for number, item in places if item in said and said[item] != kept.get(item, frozenset()))


def submit(attempt: Attempt, *, now: datetime) -> Attempt:
    """Hand it in; a second time, or after the time is over, changes nothing."""
    return attempt if is_finished(attempt, now) else replace(attempt, submitted=min(now, attempt.deadline))


def score_attempt(attempt: Attempt, *, keys: Mapping[ItemId, frozenset[Letter]], rule: ScoringRule) -> Score:
    """The points of its responses as they stand."""
    responses: dict[ItemId, Response] = {item: given.options for item, given in attempt.responses.items()}
    return score_paper(attempt.paper, responses, keys=keys, rule=rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModulePoints:
    """What the items of one module came to: points of `possible`, and how many of `count` earned all of theirs."""

    module: ModuleId
    points: float
    possible: float
    full: int
    count: int


def points_by_module(paper: Paper, score: Score, *, modules: Mapping[ItemId, ModuleId]) -> tuple[ModulePoints, ...]:
    """The points of a paper by the modules of its items, in the order in which the paper first meets them."""
    places: dict[ModuleId, list[PaperItem]] = {}
    for place in paper.items:
        places.setdefault(modules[place.item], []).append(place)
    return tuple(
        ModulePoints(
            module=module,
            points=sum(score.items[place.item] for place in those),
            possible=sum(place.points for place in those),
            full=sum(score.items[place.item] >= place.points for place in those),
            count=len(those),
        )
        for module, those in places.items()
    )


def conclude(attempt: Attempt, score: Score, *, pass_mark: float) -> Attempt:
    """The finished attempt with its outcome, written once; its end is the submission or the deadline."""
    if attempt.outcome is not None:
        return attempt
    outcome = Outcome(
        attempt=attempt.id,
        points=score.points,
        possible=score.possible,
        passed=score.points >= pass_mark,
        ended=attempt.submitted or attempt.deadline,
    )
    return replace(attempt, outcome=outcome)
