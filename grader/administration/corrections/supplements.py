"""学时补录 of one learner: a unit asks, the county approves or refuses, and may revoke what it approved.

Who asks does not approve, whatever the role. What a county account asked for is marked: no unit has asked for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from grader.course import Course
from grader.domain.audit.acts import Act, append_act
from grader.domain.errors import Malformed, NotAllowed, NotFound, NotNow
from grader.domain.learning.dossier import Dossier, ask_supplement, rule_supplement
from grader.domain.learning.standing import mark_milestones
from grader.domain.learning.supplement import Ruling, Supplement, SupplementRuling, SupplementState
from grader.domain.people.account import Account, AccountId, Role
from grader.domain.people.link import may_be_one_person
from grader.dossiers import change_dossier, standing_of
from grader.store.base import Store
from grader.store.kinds import ACCOUNT
from grader.units import learner_of
from quizgen.lesson import Lesson
from quizgen.model import LessonId
from quizgen.office.sheets_in import tidy
from quizgen.programme import Programme

LONGEST = 200
"""Characters of a reason or a proof."""


class BadSupplement(Malformed):
    """Something is missing or cannot be; nothing was recorded."""

    code = "bad-supplement"
    sentence = "没有记录：{why}"


class UnknownSupplement(NotFound):
    """The learner has no such request."""

    code = "unknown-supplement"
    sentence = "没有找到这条学时补录。"


class OwnSupplement(NotNow):
    """Nobody approves what he or she asked for, by whichever account, nor the own hours."""

    code = "own-supplement"
    sentence = "这条学时补录是您自己（或与您同名的账号）填报的，或者就是您本人的，请由另一位县级管理员审核。"


class RuledAlready(NotNow):
    """Somebody else has decided meanwhile, or there is nothing to revoke."""

    code = "ruled-already"
    sentence = "这条学时补录现在是“{state}”，不能再这样办理。请刷新后核对。"


class YearOver(NotNow):
    """The programme is over: its hours stay as they are."""

    code = "year-over"
    sentence = "{title}已经全部结束，不能再补录学时。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a unit enters: the lesson, why, and what proves it, such as a certificate's number."""

    lesson: LessonId
    reason: str
    proof: str


def ask(
    store: Store,
    course: Course,
    administrator: Account,
    learner: AccountId,
    request: Request,
    *,
    now: datetime,
    new_id: Callable[[], str],
) -> Dossier:
    """Ask for a lesson's hours. Raises NotAllowed, UnknownLearner, YearOver or BadSupplement."""
    programme = course.content.programme
    _check_open(programme, now)
    person = learner_of(store, administrator, learner)
    reason, proof = _text(request.reason, "原因"), _text(request.proof, "依据")
    asked = Supplement(id=new_id(), lesson=request.lesson, at=now, by=administrator.id, reason=reason, proof=proof)

    def change(before: Dossier) -> tuple[Dossier, None]:
        if why := obstacle(course, person, before, request.lesson, now=now):
            raise BadSupplement(why=why)
        facts = {"lesson": request.lesson, "proof": proof, "asker": administrator.role.label}
        acts = append_act(before.acts, "ask-supplement", by=administrator.id, at=now, facts=facts)
        return replace(ask_supplement(before, asked), acts=acts), None

    return change_dossier(store, programme.id, person.id, change)[0]


def obstacle(course: Course, person: Account, dossier: Dossier, lesson: LessonId, *, now: datetime) -> str:
    """Why the lesson's hours cannot be asked for, as a sentence; "" where they can."""
    entries = {entry.lesson.id: entry for entry in standing_of(course, person, dossier, now=now).lessons}
    entry = entries.get(lesson)
    if entry is None:
        return f"{person.name}的人员层次没有这一课，请在列出的课程里选择。"
    if entry.is_complete:
        return f"{person.name}的《{entry.lesson.title}》学时已经有了，不用补录。"
    if any(state.is_waiting and state.supplement.lesson == lesson for state in dossier.supplement_states):
        return f"{person.name}的《{entry.lesson.title}》已经填报过，正在等待审核。"
    return ""


def open_lessons(course: Course, person: Account, dossier: Dossier, *, now: datetime) -> list[Lesson]:
    """The lessons whose hours can be asked for, required ones first."""
    entries = standing_of(course, person, dossier, now=now).lessons
    return [entry.lesson for entry in entries if not obstacle(course, person, dossier, entry.lesson.id, now=now)]


def approve(
    store: Store, course: Course, administrator: Account, learner: AccountId, id: str, *, now: datetime
) -> Dossier:
    """The hours count from now on, for standing and certificate.

    Raises NotAllowed for anybody but the county office, UnknownLearner, UnknownSupplement, OwnSupplement, RuledAlready
    or YearOver.
    """
    return _rule(store, course, administrator, learner, id, ruling=Ruling.APPROVED, reason="", now=now)


def refuse(
    store: Store, course: Course, administrator: Account, learner: AccountId, id: str, *, reason: str, now: datetime
) -> Dossier:
    """The request is turned down. Raises as `approve` does, and BadSupplement without a reason."""
    why = _text(reason, "不批准的原因")
    return _rule(store, course, administrator, learner, id, ruling=Ruling.REFUSED, reason=why, now=now)


def revoke(
    store: Store, course: Course, administrator: Account, learner: AccountId, id: str, *, reason: str, now: datetime
) -> Dossier:
    """The hours count no more; milestones that were reached, and a certificate, stay until they are revoked themselves.

    Raises as `refuse` does.
    """
    why = _text(reason, "撤销的原因")
    return _rule(store, course, administrator, learner, id, ruling=Ruling.REVOKED, reason=why, now=now)


def _rule(
    store: Store,
    course: Course,
    administrator: Account,
    learner: AccountId,
    id: str,
    *,
    ruling: Ruling,
    reason: str,
    now: datetime,
) -> Dossier:
    if administrator.role is not Role.COUNTY:
        raise NotAllowed
    programme = course.content.programme
    _check_open(programme, now)
    person = learner_of(store, administrator, learner)
    made = SupplementRuling(supplement=id, ruling=ruling, at=now, by=administrator.id, reason=reason)

    def change(before: Dossier) -> tuple[Dossier, None]:
        state = _state(before, id)
        _check_ruling(state, made)
        if ruling is Ruling.APPROVED and is_own(store, administrator, person, state.supplement):
            raise OwnSupplement
        facts = {"lesson": state.supplement.lesson} | ({"reason": reason} if reason else {})
        after = rule_supplement(before, made)
        if ruling is Ruling.APPROVED:
            facts["asker"] = _asker(store, state.supplement)
            after = mark_milestones(after, course.content, person.tier, now=now)
        return replace(after, acts=_with_act(before.acts, made, facts)), None

    return change_dossier(store, programme.id, person.id, change)[0]


def is_own(store: Store, administrator: Account, person: Account, asked: Supplement) -> bool:
    """Whether the administrator asked for it, as far as accounts tell, or it is for the administrator's own hours."""
    if administrator.linked and administrator.linked.account == person.id:
        return True
    asker = store.load(ACCOUNT, asked.by)
    return asked.by == administrator.id or bool(asker and may_be_one_person(administrator, asker.value))


def county_accounts(store: Store) -> frozenset[str]:
    """The accounts of the county: what one of them asks for is granted by the county alone, and lists say so."""
    return frozenset(row.id for row in store.list(ACCOUNT, role=Role.COUNTY))


def _asker(store: Store, asked: Supplement) -> str:
    stored = store.load(ACCOUNT, asked.by)
    return stored.value.role.label if stored else ""


def _with_act(acts: tuple[Act, ...], made: SupplementRuling, facts: dict[str, str]) -> tuple[Act, ...]:
    if made.ruling is Ruling.APPROVED:
        return append_act(acts, "approve-supplement", by=made.by, at=made.at, facts=facts)
    refused = made.ruling is Ruling.REFUSED
    return append_act(
        acts, "refuse-supplement" if refused else "revoke-supplement", by=made.by, at=made.at, facts=facts
    )


def _state(dossier: Dossier, id: str) -> SupplementState:
    found = next((state for state in dossier.supplement_states if state.supplement.id == id), None)
    if found is None:
        raise UnknownSupplement
    return found


def _check_ruling(state: SupplementState, made: SupplementRuling) -> None:
    is_next = state.is_approved if made.ruling is Ruling.REVOKED else state.is_waiting
    if not is_next:
        raise RuledAlready(state=state.label)


def _check_open(programme: Programme, now: datetime) -> None:
    if now >= programme.closes:
        raise YearOver(title=programme.title)


def _text(text: str, label: str) -> str:
    words = tidy(text)
    if not 0 < len(words) <= LONGEST:
        raise BadSupplement(why=f"请填写{label}，不超过 {LONGEST} 字。")
    return words
