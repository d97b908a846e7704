"""Exams: start, save responses, submit, settle. The server owns paper, timer and attempts.

A paper is drawn, the attempt is claimed in the dossier, then made with its paper; at the end its outcome goes back to
the dossier as a fact. A crash between two of these steps is mended by whoever looks next.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from grader.course import Course, Courses
from grader.domain.errors import (
    AlreadyPassed,
    ExamNotOpen,
    HoursNotMet,
    NoAttemptsLeft,
    NotNow,
    UnknownAttempt,
)
from grader.domain.exam.attempt import (
    GRACE,
    Attempt,
    Sheet,
    conclude,
    fill,
    is_finished,
    respond_all,
    score_attempt,
    submit,
)
from grader.domain.exam.gate import next_window
from grader.domain.learning.dossier import (
    AttemptStart,
    Dossier,
    WindowName,
    begin_attempt,
    record_outcome,
)
from grader.domain.learning.standing import Standing, mark_milestones
from grader.domain.people.account import Account, AccountId
from grader.dossiers import change_dossier, dossier_of, standing_of
from grader.store.base import Conflict, Store, Unavailable
from grader.store.kinds import ACCOUNT, ATTEMPT, DOSSIER
from grader.store.update import update
from quizgen.draw.assemble import CHECKED_SEED, CannotFill, draw
from quizgen.model import ItemId, Letter
from quizgen.paper import Paper
from quizgen.programme import Gate, KeysShown, Programme, Tier

log = logging.getLogger(__name__)

NewId = Callable[[], str]
"""Gives a fresh random id, safe in a path."""
_FURTHER_SEEDS = 3
"""How many papers are tried by chance alone where the preferred one cannot be drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A learner in one year: the dossier, what it comes to, and why no attempt may be begun now ("" where one may)."""

    course: Course
    tier: Tier
    dossier: Dossier
    standing: Standing
    obstacle: str

    @property
    def programme(self) -> Programme:
        """The year's rules."""
        return self.course.content.programme


class NoPaper(NotNow):
    """The bank in force fills no paper for the learner's tier; publishing refuses such a bank."""

    code = "no-paper"
    sentence = "题库现在组不出试卷，考试没有开始。请稍后再试；仍不行请联系学法考试主管部门补充试题。"


def check_may_start(course: Course, account: Account, standing: Standing, *, now: datetime) -> WindowName:
    """The window an attempt would belong to; raises the refusal that stands in the way."""
    content, programme = course.content, course.content.programme
    name = programme.exam_window(now)
    if name is None:
        raise ExamNotOpen(when=window_sentence(programme, now))
    window = WindowName(name)
    if content.tier(account.tier).gate is Gate.HOURS and not standing.hours_met:
        raise HoursNotMet(hours=standing.hours, required=standing.required_hours)
    if window is WindowName.MAKEUP and standing.passed:
        raise AlreadyPassed
    if standing.attempts_used >= standing.attempts_allowed:
        raise NoAttemptsLeft(window=window.label, allowed=standing.attempts_allowed)
    return window


def obstacle(course: Course, account: Account, standing: Standing, *, now: datetime) -> str:
    """Why no attempt may be begun now, as a sentence; "" where one may."""
    try:
        check_may_start(course, account, standing, now=now)
    except NotNow as refusal:
        return str(refusal)
    return ""


def window_sentence(programme: Programme, now: datetime) -> str:
    """When the next exam window opens, as a sentence; or that all have shut."""
    following = next_window(programme, now)
    if following is None:
        return "本年度考试已经全部结束。"
    window, opens = following
    return f"{window.label}将于 {programme.clock_text(opens)} 开始。"


def start_attempt(store: Store, course: Course, account: Account, *, now: datetime, new_id: NewId) -> Attempt:
    """The learner's open attempt, also within its grace, or a new one with its own paper.

    The paper is drawn before the attempt is claimed, so that a bank which fills none costs no attempt. Raises
    ExamNotOpen, HoursNotMet, AlreadyPassed, NoAttemptsLeft or NoPaper.
    """
    content = course.content
    tier = content.tier(account.tier)
    id = new_id()

    def change(dossier: Dossier) -> tuple[Dossier, tuple[AttemptStart, Paper | None]]:
        open_start = dossier.open_start
        if open_start is not None and now <= open_start.deadline + GRACE:
            return dossier, (open_start, None)
        standing = standing_of(course, account, dossier, now=now)
        window = check_may_start(course, account, standing, now=now)
        start = AttemptStart(
            attempt=id,
            number=len(dossier.starts) + 1,
            window=window,
            at=now,
            deadline=min(now + _time_for(tier, dossier), _closes(content.programme, window)),
        )
        paper = _paper(course, tier, seed=id, had=_items_had(store, dossier))
        return begin_attempt(dossier, start), (start, paper)

    dossier, (start, paper) = change_dossier(store, content.programme.id, account.id, change)
    return _ensure_attempt(store, course, account, dossier, start, paper=paper)


def _time_for(tier: Tier, dossier: Dossier) -> timedelta:
    """How long an attempt that begins now lasts: the tier's minutes and those that the learner was granted."""
    return timedelta(minutes=tier.exam_minutes + dossier.more_minutes)


def _closes(programme: Programme, window: WindowName) -> datetime:
    return programme.makeup.closes if window is WindowName.MAKEUP and programme.makeup else programme.exam.closes


def _ensure_attempt(
    store: Store, course: Course, account: Account, dossier: Dossier, start: AttemptStart, *, paper: Paper | None = None
) -> Attempt:
    """The attempt that was claimed; where it was never made, with this paper or one that is drawn now."""
    stored = store.load(ATTEMPT, start.attempt)
    if stored is not None:
        return stored.value
    content = course.content
    tier = content.tier(account.tier)
    paper = paper or _paper(course, tier, seed=start.attempt, had=_items_had(store, dossier))
    attempt = Attempt(
        id=start.attempt,
        account=account.id,
        programme=content.programme.id,
        tier=tier.id,
        number=start.number,
        window=start.window,
        paper=paper,
        started=start.at,
        deadline=start.deadline,
    )
    try:
        store.save(ATTEMPT, attempt.id, attempt, expected=0)
    except Conflict:
        return _load(store, attempt.id, account.id)
    course.uses.update(place.item for place in paper.items)
    return attempt


def _paper(course: Course, tier: Tier, *, seed: str, had: Set[ItemId]) -> Paper:
    """The paper of a seed; where enemies leave none, one that does not mind which items were had and used.

    The last to be tried is the one by which publishing knew that the bank fills papers. Raises NoPaper.
    """
    index, blueprint = course.pools[tier.id], course.content.blueprint(tier)
    with suppress(CannotFill):
        return draw(index, blueprint, seed=seed, content=course.digest, had=had, uses=course.uses)
    for further in (*(f"{seed}.{number}" for number in range(1, _FURTHER_SEEDS + 1)), CHECKED_SEED):
        with suppress(CannotFill):
            return draw(index, blueprint, seed=further, content=course.digest)
    raise NoPaper


def _items_had(store: Store, dossier: Dossier) -> frozenset[ItemId]:
    attempts = (store.load(ATTEMPT, start.attempt) for start in dossier.starts)
    return frozenset(place.item for stored in attempts if stored for place in stored.value.paper.items)


def _load(store: Store, id: str, account: AccountId) -> Attempt:
    stored = store.load(ATTEMPT, id)
    return _own(stored.value if stored else None, account)


def _own(attempt: Attempt | None, account: AccountId) -> Attempt:
    if attempt is None or attempt.account != account:
        raise UnknownAttempt
    return attempt


def own_attempt(store: Store, courses: Courses, account: Account, id: str, *, now: datetime) -> Attempt:
    """The learner's attempt, settled if its time is over. Raises UnknownAttempt, for another learner's too."""
    attempt = _load(store, id, account.id)
    return settle(store, courses, attempt, now=now)


def save_responses(
    store: Store,
    account: Account,
    id: str,
    responses: Mapping[ItemId, Set[Letter]],
    *,
    sequence: int,
    now: datetime,
    marked: Set[ItemId] = frozenset(),
) -> Attempt:
    """Keep the responses of one sequence, some of them marked; older ones than those already kept change nothing.

    Raises UnknownAttempt, AttemptFinished, NotOnPaper or BadResponse; then none of them was kept.
    """

    def change(before: Attempt | None) -> Attempt:
        return respond_all(_own(before, account.id), responses, sequence=sequence, now=now, marked=marked)

    return update(store, ATTEMPT, id, change)


def save_sheet(store: Store, courses: Courses, account: Account, id: str, sheet: Sheet, *, now: datetime) -> Attempt:
    """Keep what the form says, unless the attempt is finished: then it is settled.

    Raises UnknownAttempt or BadResponse; then nothing of the form was kept.
    """

    def change(before: Attempt | None) -> Attempt:
        attempt = _own(before, account.id)
        return attempt if is_finished(attempt, now) else fill(attempt, sheet, now=now)

    return settle(store, courses, update(store, ATTEMPT, id, change), now=now)


def submit_attempt(
    store: Store, courses: Courses, account: Account, id: str, *, now: datetime, sheet: Sheet | None = None
) -> Attempt:
    """Hand the attempt in with what its form says and settle it; the same answer however often it is asked.

    Responses, submission and outcome are kept in one save of the attempt. Raises UnknownAttempt or BadResponse; then
    nothing was kept.
    """

    def change(before: Attempt | None) -> Attempt:
        attempt = _own(before, account.id)
        if sheet is not None and not is_finished(attempt, now):
            attempt = fill(attempt, sheet, now=now)
        return _concluded(courses, submit(attempt, now=now))

    return settle(store, courses, update(store, ATTEMPT, id, change), now=now)


def settle(store: Store, courses: Courses, attempt: Attempt, *, now: datetime) -> Attempt:
    """A finished attempt's outcome, in the attempt and as a fact in the dossier; whatever is there already stays.

    It is scored by the content it was drawn from; what the year has come to follows the rules in force.
    """
    if not is_finished(attempt, now):
        return attempt

    def close(before: Attempt | None) -> Attempt:
        return _concluded(courses, _own(before, attempt.account))

    closed = attempt if attempt.outcome else update(store, ATTEMPT, attempt.id, close)
    outcome = closed.outcome
    if outcome is None:
        raise AssertionError

    def record(dossier: Dossier) -> tuple[Dossier, None]:
        after = record_outcome(dossier, outcome)
        if after is dossier:
            return dossier, None
        rules = courses.of_programme(closed.programme, now).content
        return mark_milestones(after, rules, closed.tier, now=outcome.ended), None

    change_dossier(store, closed.programme, closed.account, record)
    return closed


def _concluded(courses: Courses, attempt: Attempt) -> Attempt:
    """The finished attempt with its outcome, scored by the content it was drawn from."""
    if attempt.outcome is not None:
        return attempt
    course = courses.by_digest(attempt.paper.content)
    rule = course.content.programme.blueprints[attempt.paper.blueprint].scoring
    score = score_attempt(attempt, keys=course.keys, rule=rule)
    return conclude(attempt, score, pass_mark=course.content.tier(attempt.tier).pass_mark)


def settle_open(store: Store, courses: Courses, course: Course, account: Account, *, now: datetime) -> Dossier:
    """The learner's dossier after each attempt whose time is over has been settled; one never made is made first."""
    programme = course.content.programme.id
    dossier = dossier_of(store, programme, account.id)
    for start in dossier.open_starts:
        settle(store, courses, _ensure_attempt(store, course, account, dossier, start), now=now)
    return dossier_of(store, programme, account.id) if dossier.open_starts else dossier


def situation(store: Store, courses: Courses, course: Course, account: Account, *, now: datetime) -> Situation:
    """Where the learner is in the course's year, after what was over has been settled."""
    dossier = settle_open(store, courses, course, account, now=now)
    found = standing_of(course, account, dossier, now=now)
    bar = obstacle(course, account, found, now=now)
    return Situation(
        course=course, tier=course.content.tier(account.tier), dossier=dossier, standing=found, obstacle=bar
    )


def sweep(store: Store, courses: Courses, *, now: datetime) -> int:
    """Settle the attempts of every learner whose time is over; only summaries become fresher by it. Gives how many.

    Of several processes each settles others. Whatever is wrong with one of them is logged and does not keep the others
    waiting. Raises Unavailable.
    """
    settled = 0
    for row in store.claim_due(DOSSIER, before=now - GRACE):
        try:
            account = store.load(ACCOUNT, row.summary.account)
            if account is not None:
                course = courses.of_programme(row.summary.programme, now)
                settle_open(store, courses, course, account.value, now=now)
                settled += 1
        except Unavailable:
            raise
        except Exception:
            log.exception("dossier %s is not settled", row.id)
    return settled


def may_see_keys(programme: Programme, attempt: Attempt, *, now: datetime) -> bool:
    """Whether the programme, as it is in force at `now`, shows keys and rationales of this attempt."""
    shown = programme.keys_shown
    if shown is KeysShown.NEVER or not is_finished(attempt, now):
        return False
    return shown is KeysShown.SUBMITTED or now >= programme.closes
