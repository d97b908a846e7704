"""Standing: what a learner still owes, whether qualified, and why not. Standard library and domain only.

A pure function of the programme's rules and a dossier's summary, so that a page and a report never disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from grader.domain.content import Content
from grader.domain.dossier import Dossier, DossierSummary, Milestone, WindowName, reach, summarise_dossier
from quizgen.credit import length
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
    """One lesson of the learner's tier; `studied` and `credited` are seconds, at most the lesson's `length`."""

    lesson: Lesson
    length: int
    studied: int
    credited: int
    elective: bool

    @property
    def is_complete(self) -> bool:
        """Whether the lesson can earn no more."""
        return self.credited >= self.length


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
    def qualified(self) -> bool:
        """Hours met and exam passed: only then is there a certificate."""
        return self.hours_met and self.passed


def standing(content: Content, tier_id: TierId, summary: DossierSummary, *, exempt: bool, now: datetime) -> Standing:
    """What the facts in the summary come to under the programme's rules for this tier."""
    programme, tier = content.programme, content.tier(tier_id)
    lessons = _lessons(content, tier, summary)
    required = sum(entry.credited for entry in lessons if not entry.elective)
    elective = sum(entry.credited for entry in lessons if entry.elective)
    hours_met = _hours_met(programme, summary, required=required)
    used, allowed = _attempts(programme, tier, summary, now=now)
    return Standing(
        lessons=lessons,
        hours=programme.credit_hours(required),
        required_hours=programme.required_hours,
        elective_hours=programme.credit_hours(elective),
        hours_met=hours_met,
        attempts_used=used,
        attempts_allowed=allowed,
        best=summary.best,
        passed=summary.passed,
        pass_mark=tier.pass_mark,
        exempt=exempt,
        state=_state(summary, tier, hours_met=hours_met, exempt=exempt),
        missing=_missing(programme, summary, lessons, required=required, hours_met=hours_met),
        serial=summary.serial,
    )


def credited_hours(content: Content, tier_id: TierId, summary: DossierSummary) -> float:
    """The hours of the standing alone, for whoever needs no more of it."""
    return content.programme.credit_hours(_required_credit(content, content.tier(tier_id), summary))


def state_of(content: Content, tier_id: TierId, summary: DossierSummary, *, exempt: bool) -> State:
    """The state of the standing alone, for lists by state."""
    tier = content.tier(tier_id)
    hours_met = _hours_met(content.programme, summary, required=_required_credit(content, tier, summary))
    return _state(summary, tier, hours_met=hours_met, exempt=exempt)


def credited_seconds(programme: Programme, lesson: Lesson, studied: int) -> int:
    """Seconds a lesson earns: those studied up to its length or, by completion, all once it was studied enough."""
    if programme.credit_by is CreditBy.TIME:
        return min(studied, length(programme, lesson))
    return length(programme, lesson) if studied >= _enough(programme, lesson) else 0


def _enough(programme: Programme, lesson: Lesson) -> int:
    return min(programme.completion_minutes * 60, length(programme, lesson))


def mark_milestones(dossier: Dossier, content: Content, tier: TierId, *, now: datetime) -> Dossier:
    """The dossier with every milestone dated that its facts have newly reached."""
    summary = summarise_dossier(dossier)
    required = _required_credit(content, content.tier(tier), summary)
    if any(dossier.study.values()):
        dossier = reach(dossier, Milestone.STARTED, at=now)
    if not _hours_met(content.programme, summary, required=required):
        return dossier
    dossier = reach(dossier, Milestone.HOURS_MET, at=now)
    return reach(dossier, Milestone.QUALIFIED, at=now) if summary.passed else dossier


def _hours_met(programme: Programme, summary: DossierSummary, *, required: int) -> bool:
    return required >= programme.required_seconds or Milestone.HOURS_MET in summary.milestones


def _required_credit(content: Content, tier: Tier, summary: DossierSummary) -> int:
    return sum(credited for _, _, credited in _earned(content, tier.required, summary))


def _earned(content: Content, ids: Iterable[LessonId], summary: DossierSummary) -> Iterator[tuple[Lesson, int, int]]:
    """Each lesson that there is, with the seconds studied, at most its length, and the seconds credited."""
    for id in ids:
        lesson = content.lesson(id)
        if lesson is not None:
            studied = min(summary.seconds.get(id, 0), length(content.programme, lesson))
            yield lesson, studied, credited_seconds(content.programme, lesson, studied)


def _lessons(content: Content, tier: Tier, summary: DossierSummary) -> tuple[LessonStanding, ...]:
    return tuple(
        LessonStanding(
            lesson=lesson,
            length=length(content.programme, lesson),
            studied=studied,
            credited=credited,
            elective=elective,
        )
        for elective, ids in ((False, tier.required), (True, tier.electives))
        for lesson, studied, credited in _earned(content, ids, summary)
    )


def _attempts(programme: Programme, tier: Tier, summary: DossierSummary, *, now: datetime) -> tuple[int, int]:
    if programme.exam_window(now) == WindowName.MAKEUP:
        return summary.makeup_starts, tier.makeup_attempts
    return summary.exam_starts, tier.attempts


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
    return State.STUDYING if any(summary.seconds.values()) else State.NOT_STARTED


def _missing(
    programme: Programme,
    summary: DossierSummary,
    lessons: tuple[LessonStanding, ...],
    *,
    required: int,
    hours_met: bool,
) -> tuple[str, ...]:
    missing = []
    if not hours_met:
        short, by_lessons = programme.required_seconds - required, ""
        if programme.credit_by is CreditBy.COMPLETION:
            left = _left_to_complete(programme, lessons, short=short)
            short, by_lessons = sum(left), f"再完成 {len(left)} 课，"
        minutes = -(-short // 60)
        missing.append(f"还差 {minutes} 分钟学习时间（{by_lessons}需要 {programme.required_hours:g} 学时）")
    if not summary.passed:
        missing.append("考试还没有合格" if summary.best is not None else "还没有参加考试")
    return tuple(missing)


def _left_to_complete(programme: Programme, lessons: tuple[LessonStanding, ...], *, short: int) -> list[int]:
    """Seconds of study left in each of as many open required lessons as make up for `short` seconds of credit.

    Those that earn most for the time left in them come first, which is the least time where lessons are of one length.
    """
    entries = [entry for entry in lessons if not entry.elective and not entry.is_complete]
    still = [(_enough(programme, entry.lesson) - entry.studied, entry.length) for entry in entries]
    left, earned = [], 0
    for seconds, credit in sorted(still, key=lambda pair: pair[0] / pair[1]):
        if earned < short:
            left.append(seconds)
            earned += credit
    return left
