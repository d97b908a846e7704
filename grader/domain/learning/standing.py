"""Standing: what a learner still owes, whether qualified, and why not.

A pure function of the programme's rules and a dossier's summary, so that a page and a report never disagree.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import ceil

from grader.domain.content import PublishedContent
from grader.domain.learning.credit import NOTHING, earned_hours, left_of, note_sections, seconds_needed
from grader.domain.learning.dossier import (
    Answered,
    Dossier,
    DossierSummary,
    Milestone,
    WindowName,
    reach,
    summarise_dossier,
)
from quizgen.credit import TOLERANCE, full_hours, length, meets, shown_hours
from quizgen.lesson import Lesson
from quizgen.model import LessonId, TierId
from quizgen.programme import CreditBy, Gate, Programme, Tier


class State(StrEnum):
    """Where a learner is in the year, as lists show it."""

    EXEMPT = "exempt"
    NOT_STARTED = "not_started"
    STUDYING = "studying"
    EXAM_DUE = "exam_due"
    FAILED = "failed"
    HOURS_DUE = "hours_due"
    QUALIFIED = "qualified"

    @property
    def label(self) -> str:
        """The name on the screen."""
        return {
            "exempt": "可不参加",
            "not_started": "未开始",
            "studying": "学习中",
            "exam_due": "待考试",
            "failed": "考试未合格",
            "hours_due": "学时未达到",
            "qualified": "已合格",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonStanding:
    """One lesson of the learner's tier: the credit hours that it has earned and those that it is worth.

    Where the programme credits time, `studied` is seconds, at most the lesson's `length`; otherwise both are 0.
    """

    lesson: Lesson
    elective: bool
    earned: float
    worth: float
    answered: Answered = NOTHING
    studied: int = 0
    length: int = 0
    supplemented: bool = False
    """Whether its hours were entered by hand (学时补录) and not earned by study."""

    @property
    def is_complete(self) -> bool:
        """Whether the lesson can earn no more."""
        return meets(self.earned, self.worth)

    @property
    def is_begun(self) -> bool:
        """Whether there is any fact of study in it."""
        return self.is_complete or self.studied > 0 or self.answered != NOTHING

    @property
    def left(self) -> tuple[int, ...]:
        """How many items each section still asks for; 0 where it is done. Empty where there are no sections."""
        return (0,) * len(self.lesson.sections) if self.is_complete else left_of(self.lesson, self.answered)

    @property
    def sections_left(self) -> int:
        """How many sections are still to be done."""
        return sum(1 for left in self.left if left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A learner's year at a glance. Hours are credit hours; elective ones are shown but never count."""

    lessons: tuple[LessonStanding, ...]
    hours: float
    required_hours: float
    elective_hours: float
    hours_met: bool
    attempts_used: int
    attempts_allowed: int
    best: float | None
    passed: bool
    pass_mark: float
    exempt: bool
    state: State
    missing: tuple[str, ...]
    serial: str

    @property
    def supplemented_hours(self) -> float:
        """Of the hours those that were entered by hand."""
        return self.supplemented_hours_of({entry.lesson.id for entry in self.lessons})

    def supplemented_hours_of(self, lessons: Set[LessonId]) -> float:
        """Of the hours those that were entered by hand for these lessons."""
        entered = (entry for entry in self.lessons if entry.supplemented and not entry.elective)
        return shown_hours(sum(entry.earned for entry in entered if entry.lesson.id in lessons))

    @property
    def next_lesson(self) -> Lesson | None:
        """The first required lesson that is not complete; None if all are."""
        return next((entry.lesson for entry in self.lessons if not (entry.elective or entry.is_complete)), None)

    @property
    def qualified(self) -> bool:
        """Hours met and exam passed: only then is there a certificate."""
        return self.hours_met and self.passed


def standing(
    content: PublishedContent, tier_id: TierId, summary: DossierSummary, *, exempt: bool, now: datetime
) -> Standing:
    """What the facts in the summary come to under the programme's rules for this tier."""
    programme, tier = content.programme, content.tier(tier_id)
    lessons = _lessons(content, tier, summary)
    required = sum(entry.earned for entry in lessons if not entry.elective)
    elective = sum(entry.earned for entry in lessons if entry.elective)
    hours_met = _hours_met(programme, summary, required=required)
    used, allowed = _attempts(programme, tier, summary, now=now)
    return Standing(
        lessons=lessons,
        hours=shown_hours(required),
        required_hours=programme.required_hours,
        elective_hours=shown_hours(elective),
        hours_met=hours_met,
        attempts_used=used,
        attempts_allowed=allowed,
        best=summary.best,
        passed=summary.passed,
        pass_mark=tier.pass_mark,
        exempt=exempt,
        state=_state(summary, tier, hours_met=hours_met, exempt=exempt),
        missing=_missing(programme, summary, lessons, hours=required, hours_met=hours_met),
        serial=summary.serial,
    )


def credited_hours(content: PublishedContent, tier_id: TierId, summary: DossierSummary) -> float:
    """The hours of the standing alone, for whoever needs no more of it."""
    return shown_hours(_required_credit(content, content.tier(tier_id), summary))


def following(content: PublishedContent, tier_id: TierId, summary: DossierSummary, *, id: LessonId) -> Lesson | None:
    """The required lesson to read after this one: the next incomplete one, else the first; None if all are done."""
    ids = content.tier(tier_id).required
    after = ids.index(id) + 1 if id in ids else 0
    lessons = filter(None, map(content.lesson, (*ids[after:], *ids[:after])))
    open_ones = (one for one in lessons if not _is_complete(content.programme, one, summary))
    return next((one for one in open_ones if one.id != id), None)


def _is_complete(programme: Programme, lesson: Lesson, summary: DossierSummary) -> bool:
    return meets(earned_hours(programme, lesson, summary), full_hours(programme, lesson))


def glance(content: PublishedContent, tier_id: TierId, summary: DossierSummary, *, exempt: bool) -> tuple[State, float]:
    """The state and the hours of the standing alone, for lists by state or hours."""
    tier = content.tier(tier_id)
    required = _required_credit(content, tier, summary)
    hours_met = _hours_met(content.programme, summary, required=required)
    return _state(summary, tier, hours_met=hours_met, exempt=exempt), shown_hours(required)


def mark_milestones(dossier: Dossier, content: PublishedContent, tier: TierId, *, now: datetime) -> Dossier:
    """The dossier with every milestone dated that its facts have newly reached.

    Nobody qualified before the hours were met, though an attempt that ended earlier may be settled later.
    """
    dossier = note_sections(dossier, content, day=content.programme.local_day(now))
    summary = summarise_dossier(dossier)
    required = _required_credit(content, content.tier(tier), summary)
    if summary.has_studied:
        dossier = reach(dossier, Milestone.STARTED, at=now)
    if not _hours_met(content.programme, summary, required=required):
        return dossier
    dossier = reach(dossier, Milestone.HOURS_MET, at=now)
    qualified = max(now, dossier.milestones[Milestone.HOURS_MET])
    return reach(dossier, Milestone.QUALIFIED, at=qualified) if summary.passed else dossier


def _hours_met(programme: Programme, summary: DossierSummary, *, required: float) -> bool:
    return meets(required, programme.required_hours) or Milestone.HOURS_MET in summary.milestones


def _required_credit(content: PublishedContent, tier: Tier, summary: DossierSummary) -> float:
    lessons = filter(None, map(content.lesson, tier.required))
    return sum(earned_hours(content.programme, lesson, summary) for lesson in lessons)


def _lessons(content: PublishedContent, tier: Tier, summary: DossierSummary) -> tuple[LessonStanding, ...]:
    return tuple(
        lesson_standing(content.programme, lesson, summary, elective=elective)
        for elective, ids in ((False, tier.required), (True, tier.electives))
        for lesson in filter(None, map(content.lesson, ids))
    )


def lesson_standing(programme: Programme, lesson: Lesson, summary: DossierSummary, *, elective: bool) -> LessonStanding:
    """What the facts in the summary come to in one lesson."""
    by_sections = programme.credit_by is CreditBy.SECTIONS
    seconds = 0 if by_sections else length(programme, lesson)
    return LessonStanding(
        lesson=lesson,
        elective=elective,
        earned=earned_hours(programme, lesson, summary),
        worth=full_hours(programme, lesson),
        answered=summary.answered.get(lesson.id, NOTHING),
        studied=min(summary.seconds.get(lesson.id, 0), seconds),
        length=seconds,
        supplemented=lesson.id in summary.supplemented and lesson.id not in summary.completed,
    )


def _attempts(programme: Programme, tier: Tier, summary: DossierSummary, *, now: datetime) -> tuple[int, int]:
    more = summary.more_attempts
    if programme.exam_window(now) == WindowName.MAKEUP:
        return summary.makeup_starts, tier.makeup_attempts + more.get(WindowName.MAKEUP, 0)
    return summary.exam_starts, tier.attempts + more.get(WindowName.EXAM, 0)


def _state(summary: DossierSummary, tier: Tier, *, hours_met: bool, exempt: bool) -> State:
    if hours_met and summary.passed:
        return State.QUALIFIED
    if exempt:
        return State.EXEMPT
    if summary.passed:
        return State.HOURS_DUE
    if summary.best is not None:
        return State.FAILED
    if hours_met or (tier.gate is Gate.NONE and summary.exam_starts + summary.makeup_starts):
        return State.EXAM_DUE
    return State.STUDYING if summary.has_studied else State.NOT_STARTED


def _missing(
    programme: Programme,
    summary: DossierSummary,
    lessons: tuple[LessonStanding, ...],
    *,
    hours: float,
    hours_met: bool,
) -> tuple[str, ...]:
    missing = []
    if not hours_met:
        missing.append(_hours_missing(programme, lessons, short=programme.required_hours - hours))
    if not summary.passed:
        missing.append("考试还没有合格" if summary.best is not None else "还没有参加考试")
    return tuple(missing)


def _hours_missing(programme: Programme, lessons: tuple[LessonStanding, ...], *, short: float) -> str:
    """What is still to be learnt for `short` credit hours, rounded up: to a tenth, or to a minute of study."""
    if programme.credit_by is CreditBy.SECTIONS:
        tenths = ceil((short - TOLERANCE) * 10)
        return f"还差 {tenths / 10:g} 学时（需要 {programme.required_hours:g} 学时）"
    seconds, by_lessons = round(short * programme.credit_hour_minutes * 60), ""
    if programme.credit_by is CreditBy.COMPLETION:
        left = _left_to_complete(programme, lessons, short=short)
        seconds, by_lessons = sum(left), f"再完成 {len(left)} 课，"
    return f"还差 {-(-seconds // 60)} 分钟学习时间（{by_lessons}需要 {programme.required_hours:g} 学时）"


def _left_to_complete(programme: Programme, lessons: tuple[LessonStanding, ...], *, short: float) -> list[int]:
    """Seconds of study left in each of as many open required lessons as make up for `short` credit hours.

    Those that earn most for the time left in them come first, which is the least time where lessons are of one length.
    """
    entries = [entry for entry in lessons if not entry.elective and not entry.is_complete]
    still = [(seconds_needed(programme, entry.lesson) - entry.studied, entry.worth) for entry in entries]
    left, earned = [], 0.0
    for seconds, credit in sorted(still, key=lambda pair: pair[0] / pair[1]):
        if not meets(earned, short):
            left.append(seconds)
            earned += credit
    return left
