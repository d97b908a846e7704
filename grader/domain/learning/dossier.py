"""The dossier: one learner's study, attempts and awards under one programme, as facts.

Functions take a dossier and give the next; totals and standing are computed
(`standing`), never stored. An open study page may grow; a closed outcome is never edited. Every fact carries an id or
a date that makes its replay harmless.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from grader.domain.audit.acts import Act
from grader.domain.errors import BadPage
from grader.domain.learning.supplement import (
    Supplement,
    SupplementRuling,
    SupplementState,
    supplement_states,
    supplemented,
)
from grader.domain.people.account import AccountId
from grader.domain.serial import Serial
from quizgen.model import ItemId, LessonId

_SECOND = timedelta(seconds=1)
LONGEST_GAP = timedelta(seconds=45)
"""A gap between two beats credits this much at most: one and a half intervals of 30 s."""


class Milestone(StrEnum):
    """Dated transitions of a learner's year; recorded once, when they happen, and never taken back."""

    STARTED = "started"
    HOURS_MET = "hours_met"
    EXAMINED = "examined"
    PASSED = "passed"
    QUALIFIED = "qualified"


class WindowName(StrEnum):
    """Which of the year's two exam windows an attempt belongs to."""

    EXAM = "exam"
    MAKEUP = "makeup"

    @property
    def label(self) -> str:
        """The name on the screen."""
        return {"exam": "考试", "makeup": "补考"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPage:
    """The one page that study is credited for; `counted_to` is the time up to which it has been."""

    number: int
    lesson: LessonId
    counted_to: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptStart:
    """An attempt that was begun; it counts against the number allowed from this moment."""

    attempt: str
    number: int
    window: WindowName
    at: datetime
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What one learner is granted beyond the programme's rules, why, and by whom; several add up.

    `minutes` lengthen each attempt that begins from then on, `attempts` are further ones in `window`. Negative numbers
    take back what was granted by mistake.
    """

    at: datetime
    by: str
    reason: str
    window: WindowName
    minutes: int = 0
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an attempt came to; written once, again and again with the same content after a crash."""

    attempt: str
    points: float
    possible: float
    passed: bool
    ended: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """A certificate with everything it says, as it was on the day of issue; `body` is filled, `programme` a title."""

    serial: Serial
    issued: datetime
    name: str
    unit: str
    tier: str
    programme: str
    hours: float
    score: float
    title: str
    body: str
    issuer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """A certificate that no longer holds, and why."""

    serial: Serial
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A lesson under way: numbers (from 1) of the sections that are done, and items answered right in the others.

    A section that is done is kept as such, so that it stays done whatever it asks later.
    """

    sections: tuple[int, ...] = ()
    items: tuple[ItemId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One learner × one programme.

    `completed` dates the lessons that are done, `answered` holds those under way. `study` is credited seconds per
    lesson and local day, where a programme credits time; both kinds of fact never mix in one programme.
    """

    programme: str
    account: AccountId
    completed: Mapping[LessonId, date] = field(default_factory=dict)
    answered: Mapping[LessonId, Answered] = field(default_factory=dict)
    study: Mapping[LessonId, Mapping[date, int]] = field(default_factory=dict)
    page: OpenPage | None = None
    allowances: tuple[Allowance, ...] = ()
    starts: tuple[AttemptStart, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    supplements: tuple[Supplement, ...] = ()
    rulings: tuple[SupplementRuling, ...] = ()
    awards: tuple[Award, ...] = ()
    revocations: tuple[Revocation, ...] = ()
    milestones: Mapping[Milestone, datetime] = field(default_factory=dict)
    acts: tuple[Act, ...] = ()

    @property
    def lesson_seconds(self) -> dict[LessonId, int]:
        """Credited seconds per lesson over all days."""
        return {lesson: sum(days.values()) for lesson, days in self.study.items()}

    def seconds_of(self, lesson: LessonId) -> int:
        """Credited seconds of one lesson."""
        return sum(self.study.get(lesson, {}).values())

    @property
    def more_minutes(self) -> int:
        """Minutes by which the learner's attempts are longer than the programme says."""
        return sum(allowance.minutes for allowance in self.allowances)

    @property
    def more_attempts(self) -> dict[WindowName, int]:
        """Attempts beyond those that the programme allows, by window."""
        granted: dict[WindowName, int] = {}
        for allowance in self.allowances:
            granted[allowance.window] = granted.get(allowance.window, 0) + allowance.attempts
        return granted

    @property
    def supplement_states(self) -> tuple[SupplementState, ...]:
        """The hours that were asked to be entered, each with the latest ruling."""
        return supplement_states(self.supplements, self.rulings)

    @property
    def open_starts(self) -> tuple[AttemptStart, ...]:
        """The attempts that have begun and have no outcome yet; more than one only after a crash."""
        ended = {outcome.attempt for outcome in self.outcomes}
        return tuple(start for start in self.starts if start.attempt not in ended)

    @property
    def open_start(self) -> AttemptStart | None:
        """The latest attempt without an outcome, or None."""
        return next(reversed(self.open_starts), None)

    @property
    def award(self) -> Award | None:
        """The award in force, or None."""
        revoked = {revocation.serial for revocation in self.revocations}
        return next((award for award in reversed(self.awards) if award.serial not in revoked), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One attempt in the summary: when and in which window it began and, once there is an outcome, what it came to."""

    at: datetime
    window: WindowName
    ended: datetime | None = None
    points: float = 0
    passed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierSummary:
    """What standing, lists, reports and the sweep need of a dossier, with its dated transitions.

    `sitting` while an attempt has no outcome yet; `due` is then the deadline of the first such attempt.
    """

    programme: str
    account: AccountId
    completed: Mapping[LessonId, date] = field(default_factory=dict)
    answered: Mapping[LessonId, Answered] = field(default_factory=dict)
    seconds: Mapping[LessonId, int] = field(default_factory=dict)
    more_attempts: Mapping[WindowName, int] = field(default_factory=dict)
    exam_starts: int = 0
    makeup_starts: int = 0
    sitting: bool = False
    due: datetime | None = None
    best: float | None = None
    passed: bool = False
    milestones: Mapping[Milestone, datetime] = field(default_factory=dict)
    serial: str = ""
    voided: datetime | None = None
    supplements: tuple[Supplement, ...] = ()
    rulings: tuple[SupplementRuling, ...] = ()
    sittings: tuple[Sitting, ...] = ()

    @property
    def has_studied(self) -> bool:
        """Whether there is any fact of study: a right answer, a lesson done or entered, a second of credited time."""
        has_facts = bool(self.completed or self.answered or self.supplemented) or any(self.seconds.values())
        return has_facts or Milestone.STARTED in self.milestones

    @property
    def supplemented(self) -> frozenset[LessonId]:
        """The lessons whose hours were entered by hand and approved."""
        return supplemented(self.supplements, self.rulings) if self.supplements else frozenset()


def summarise_dossier(dossier: Dossier) -> DossierSummary:
    """The summary kept beside the dossier; `voided` dates the last revocation with no award after it."""
    windows = [start.window for start in dossier.starts]
    deadlines = [start.deadline for start in dossier.open_starts]
    award = dossier.award
    return DossierSummary(
        programme=dossier.programme,
        account=dossier.account,
        completed=dossier.completed,
        answered=dossier.answered,
        seconds=dossier.lesson_seconds,
        more_attempts=dossier.more_attempts,
        exam_starts=windows.count(WindowName.EXAM),
        makeup_starts=windows.count(WindowName.MAKEUP),
        sitting=bool(deadlines),
        due=min(deadlines, default=None),
        best=max((outcome.points for outcome in dossier.outcomes), default=None),
        passed=any(outcome.passed for outcome in dossier.outcomes),
        milestones=dossier.milestones,
        serial=award.serial if award else "",
        supplements=dossier.supplements,
        rulings=dossier.rulings,
        voided=dossier.revocations[-1].at if dossier.revocations and not award else None,
        sittings=_sittings(dossier),
    )


def _sittings(dossier: Dossier) -> tuple[Sitting, ...]:
    """Every attempt in the order of their beginnings."""
    outcomes = {outcome.attempt: outcome for outcome in dossier.outcomes}
    return tuple(_sitting(start, outcomes.get(start.attempt)) for start in dossier.starts)


def _sitting(start: AttemptStart, outcome: Outcome | None) -> Sitting:
    if outcome is None:
        return Sitting(at=start.at, window=start.window)
    return Sitting(at=start.at, window=start.window, ended=outcome.ended, points=outcome.points, passed=outcome.passed)


def open_page(dossier: Dossier, lesson: LessonId, *, now: datetime) -> Dossier:
    """A page of the lesson begins; from now on it alone is credited. Nothing is credited yet."""
    number = dossier.page.number + 1 if dossier.page else 1
    return replace(dossier, page=OpenPage(number=number, lesson=lesson, counted_to=now))


def is_superseded(dossier: Dossier, page: int) -> bool:
    """Whether a newer page has taken over from this one."""
    return dossier.page is not None and 0 < page < dossier.page.number


def record_study(
    dossier: Dossier, lesson: LessonId, page: int, *, now: datetime, day: date, length: int
) -> tuple[Dossier, int]:
    """Credit the time since the page's last beat; gives the dossier and the seconds credited.

    A gap credits `min(gap, 45 s)` in whole seconds, fractions wait for the next beat, and a lesson's credit ends at
    its `length`. Raises BadPage for a page that was never issued for this lesson.
    """
    current = dossier.page
    if current is None or page != current.number or lesson != current.lesson:
        raise BadPage
    gap = max(now - current.counted_to, timedelta()) // _SECOND * _SECOND
    left = max(length - dossier.seconds_of(lesson), 0)
    credited = min(min(gap, LONGEST_GAP) // _SECOND, left)
    page_now = replace(current, counted_to=current.counted_to + gap)
    return replace(_credit(dossier, lesson, day, seconds=credited), page=page_now), credited


def _credit(dossier: Dossier, lesson: LessonId, day: date, *, seconds: int) -> Dossier:
    if not seconds:
        return dossier
    days = dict(dossier.study.get(lesson, {}))
    days[day] = days.get(day, 0) + seconds
    return replace(dossier, study={**dossier.study, lesson: days})


def allow(dossier: Dossier, allowance: Allowance) -> Dossier:
    """One more allowance; a replay changes nothing."""
    if allowance in dossier.allowances:
        return dossier
    return replace(dossier, allowances=(*dossier.allowances, allowance))


def ask_supplement(dossier: Dossier, asked: Supplement) -> Dossier:
    """One more request; a replay changes nothing."""
    if any(asked.id == other.id for other in dossier.supplements):
        return dossier
    return replace(dossier, supplements=(*dossier.supplements, asked))


def rule_supplement(dossier: Dossier, ruling: SupplementRuling) -> Dossier:
    """One more ruling; a replay changes nothing."""
    if ruling in dossier.rulings:
        return dossier
    return replace(dossier, rulings=(*dossier.rulings, ruling))


def begin_attempt(dossier: Dossier, start: AttemptStart) -> Dossier:
    """The attempt is claimed before its paper is made, so that a crash between the two costs no attempt twice."""
    if any(start.attempt == other.attempt for other in dossier.starts):
        return dossier
    return replace(dossier, starts=(*dossier.starts, start))


def record_outcome(dossier: Dossier, outcome: Outcome) -> Dossier:
    """The attempt's outcome as a fact; a replay changes nothing."""
    if any(outcome.attempt == other.attempt for other in dossier.outcomes):
        return dossier
    dossier = replace(dossier, outcomes=(*dossier.outcomes, outcome))
    dossier = reach(dossier, Milestone.EXAMINED, at=outcome.ended)
    return reach(dossier, Milestone.PASSED, at=outcome.ended) if outcome.passed else dossier


def reach(dossier: Dossier, milestone: Milestone, *, at: datetime) -> Dossier:
    """The milestone dated, unless it already was."""
    if milestone in dossier.milestones:
        return dossier
    return replace(dossier, milestones={**dossier.milestones, milestone: at})


def add_award(dossier: Dossier, award: Award) -> Dossier:
    """One more certificate."""
    return replace(dossier, awards=(*dossier.awards, award))


def revoke_award(dossier: Dossier, revocation: Revocation) -> Dossier:
    """The certificate no longer holds; a replay changes nothing."""
    if any(revocation.serial == other.serial for other in dossier.revocations):
        return dossier
    return replace(dossier, revocations=(*dossier.revocations, revocation))
