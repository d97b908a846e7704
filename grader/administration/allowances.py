"""Allowances: what one learner is granted beyond the programme's rules, such as extra time at the exam."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from grader.course import Course
from grader.domain.audit.acts import append_act
from grader.domain.errors import Malformed, NotNow
from grader.domain.learning.dossier import Allowance, Dossier, WindowName, allow
from grader.domain.people.account import Account, AccountId
from grader.dossiers import change_dossier
from grader.store.base import Store
from grader.units import learner_of
from quizgen.office.sheets_in import tidy
from quizgen.programme import Programme

MOST_MINUTES = 240
"""In all, for one learner."""
MOST_ATTEMPTS = 10
"""Further ones in one window, for one learner."""
LONGEST_REASON = 200
"""Characters."""


class BadAllowance(Malformed):
    """The numbers or the reason are none that can be granted; nothing was recorded."""

    code = "bad-allowance"
    sentence = "没有记录：{why}"


class ProgrammeOver(NotNow):
    """No attempt can begin any more, so there is nothing to grant."""

    code = "programme-over"
    sentence = "{title}的考试已经全部结束，不能再延长时间或增加次数。"


def grant(
    store: Store,
    course: Course,
    administrator: Account,
    learner: AccountId,
    *,
    minutes: int = 0,
    attempts: int = 0,
    reason: str,
    now: datetime,
) -> Dossier:
    """Record an allowance: minutes for each attempt that begins from now on, further attempts in the window of now.

    Between the windows the attempts belong to the next one. Negative numbers take back what was granted before. Raises
    NotAllowed, UnknownLearner (none of the administrator's), ProgrammeOver or BadAllowance.
    """
    person = learner_of(store, administrator, learner)
    programme = course.content.programme
    allowance = Allowance(
        at=now,
        by=administrator.id,
        reason=_reason(reason),
        window=_window(programme, now),
        minutes=minutes,
        attempts=attempts,
    )
    if not minutes and not attempts:
        raise BadAllowance(why="请填写延长的分钟数或增加的次数。")

    def change(before: Dossier) -> tuple[Dossier, None]:
        after = allow(before, allowance)
        _check_sums(after, allowance.window)
        return _noted(after, allowance) if after is not before else before, None

    return change_dossier(store, programme.id, person.id, change)[0]


def _noted(dossier: Dossier, granted: Allowance) -> Dossier:
    """With the act, which says nothing of the reason: that may be about a person's health."""
    facts = {"window": granted.window, "minutes": str(granted.minutes), "attempts": str(granted.attempts)}
    return replace(dossier, acts=append_act(dossier.acts, "grant", by=granted.by, at=granted.at, facts=facts))


def _reason(text: str) -> str:
    words = tidy(text)
    if not 0 < len(words) <= LONGEST_REASON:
        raise BadAllowance(why=f"请写明理由，不超过 {LONGEST_REASON} 字。")
    return words


def _window(programme: Programme, now: datetime) -> WindowName:
    """The window that is open or comes next. Raises ProgrammeOver after the last."""
    if now < programme.exam.closes:
        return WindowName.EXAM
    if programme.makeup and now < programme.makeup.closes:
        return WindowName.MAKEUP
    raise ProgrammeOver(title=programme.title)


def _check_sums(dossier: Dossier, window: WindowName) -> None:
    if not 0 <= dossier.more_minutes <= MOST_MINUTES:
        raise BadAllowance(why=f"延长的时间合计应为 0 至 {MOST_MINUTES} 分钟，现在会是 {dossier.more_minutes} 分钟。")
    attempts = dossier.more_attempts[window]
    if not 0 <= attempts <= MOST_ATTEMPTS:
        raise BadAllowance(why=f"增加的次数合计应为 0 至 {MOST_ATTEMPTS} 次，现在会是 {attempts} 次。")
