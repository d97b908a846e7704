"""Exempting one learner from a programme, correcting what the exemption says, withdrawing it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime

from grader.course import Course
from grader.domain.audit.acts import append_act, facts_of_change
from grader.domain.errors import Malformed, NotNow, UnknownLearner
from grader.domain.people.account import Account, AccountId, Exemption
from grader.sealing import act_key
from grader.store.base import Store
from grader.store.kinds import ACCOUNT
from grader.store.update import update
from grader.units import learner_of
from quizgen.office.sheets_in import tidy
from quizgen.programme import Programme
from quizgen.words.days import day_text

LONGEST_NOTE = 200
"""Characters of a note or a reason."""
LONGEST_NAME = 60
"""Characters of who approved, or of a document's number."""


class BadExemption(Malformed):
    """Something is missing or cannot be; nothing was recorded."""

    code = "bad-exemption"
    sentence = "没有记录：{why}"


class YearClosed(NotNow):
    """The programme is over: who took part in it stays as it is."""

    code = "year-closed"
    sentence = "{title}已经全部结束，不能再改可不参加。"


class ExemptionChanged(NotNow):
    """Somebody else changed it since the form was shown."""

    code = "changed-meanwhile"
    sentence = "您填写期间，另一位管理员改动过这名学员的可不参加，所以没有保存。请核对下面的最新情况后再提交。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the form says: the kind's id, a note, who approved, by which document, on which day."""

    kind: str
    approver: str
    approved: date | None
    document: str = ""
    note: str = ""


def exempt(
    store: Store,
    course: Course,
    administrator: Account,
    learner: AccountId,
    decision: Decision,
    *,
    now: datetime,
    seen: str | None = None,
) -> Account:
    """The learner is exempt from now on; for one who is so already by this kind, what the exemption says is corrected.

    `seen` is `seen_of` the account that the form showed. Raises NotAllowed, UnknownLearner, YearClosed, BadExemption
    or ExemptionChanged.
    """
    programme = course.content.programme
    _check_open(programme, now)
    decision = checked(programme, decision, now=now)

    def decide(account: Account) -> tuple[Account, dict[str, str]]:
        held = account.exemption(programme.id, now)
        if held and held.kind != decision.kind:
            title = programme.exemptions.get(held.kind, held.kind)
            raise BadExemption(why=f"{account.name}已经是可不参加（{title}）。要改成其他情形，请先撤销。")
        made = replace(
            held or Exemption(programme=programme.id, kind=decision.kind, at=now),
            note=decision.note,
            approver=decision.approver,
            document=decision.document,
            approved=decision.approved,
        )
        after = replace(account, exemptions=_with(account, held, made))
        return after, _facts(store, programme, held, made)

    person = learner_of(store, administrator, learner)

    def change(before: Account | None) -> Account:
        account = _unchanged(before, programme, seen)
        after, facts = decide(account)
        if after == account:
            return account
        return replace(after, acts=append_act(account.acts, "exempt", by=administrator.id, at=now, facts=facts))

    return update(store, ACCOUNT, person.id, change)


def withdraw(
    store: Store,
    course: Course,
    administrator: Account,
    learner: AccountId,
    *,
    reason: str,
    now: datetime,
    seen: str | None = None,
) -> Account:
    """The exemption ends now: the learner takes part again. Raises as `exempt` does."""
    programme = course.content.programme
    _check_open(programme, now)
    why = _text(reason, "撤销原因", LONGEST_NOTE)
    if not why:
        raise BadExemption(why="请写明撤销原因。")
    person = learner_of(store, administrator, learner)

    def change(before: Account | None) -> Account:
        account = _unchanged(before, programme, seen)
        held = account.exemption(programme.id, now)
        if held is None:
            raise BadExemption(why=f"{account.name}现在不是可不参加，没有可以撤销的。")
        after = replace(account, exemptions=_with(account, held, replace(held, ends=now, withdrawn=why)))
        facts = {"programme": programme.id, "kind:before": programme.exemptions.get(held.kind, held.kind)}
        acts = append_act(
            account.acts, "withdraw-exemption", by=administrator.id, at=now, facts=facts | {"reason": why}
        )
        return replace(after, acts=acts)

    return update(store, ACCOUNT, person.id, change)


def seen_of(account: Account, programme: str) -> str:
    """What a form carries, so that it is noticed when somebody changed the exemptions meanwhile."""
    own = [exemption for exemption in account.exemptions if exemption.programme == programme]
    return hashlib.sha256(repr(own).encode()).hexdigest()[:16]


def checked(programme: Programme, decision: Decision, *, now: datetime) -> Decision:
    """The decision with tidied texts. Raises BadExemption."""
    if decision.kind not in programme.exemptions:
        raise BadExemption(why="请选择可不参加的情形。")
    approver = _text(decision.approver, "批准人", LONGEST_NAME)
    if not approver:
        raise BadExemption(why="请填写批准人（或批准的会议、单位）。")
    if decision.approved is None:
        raise BadExemption(why="请填写批准日期。")
    if decision.approved > programme.local_day(now):
        raise BadExemption(why=f"批准日期{day_text(decision.approved)}还没有到，请核对。")
    return replace(
        decision,
        approver=approver,
        document=_text(decision.document, "文号", LONGEST_NAME),
        note=_text(decision.note, "说明", LONGEST_NOTE),
    )


def _text(text: str, label: str, most: int) -> str:
    words = tidy(text)
    if len(words) > most:
        raise BadExemption(why=f"{label}太长，请不超过 {most} 字。")
    return words


def _check_open(programme: Programme, now: datetime) -> None:
    if now >= programme.closes:
        raise YearClosed(title=programme.title)


def _unchanged(before: Account | None, programme: Programme, seen: str | None) -> Account:
    if before is None:
        raise UnknownLearner
    if seen is not None and seen != seen_of(before, programme.id):
        raise ExemptionChanged
    return before


def _with(account: Account, held: Exemption | None, made: Exemption) -> tuple[Exemption, ...]:
    if held is None:
        return (*account.exemptions, made)
    return tuple(made if known is held else known for known in account.exemptions)


def _facts(store: Store, programme: Programme, held: Exemption | None, made: Exemption) -> dict[str, str]:
    before, after = (_told(programme, exemption) for exemption in (held, made))
    return {"programme": programme.id, **facts_of_change(before, after, key=act_key(store))}


def _told(programme: Programme, exemption: Exemption | None) -> dict[str, str]:
    """What an act says of it; the note may be about a person's health and stays out."""
    if exemption is None:
        return {}
    return {
        "kind": programme.exemptions.get(exemption.kind, exemption.kind),
        "approver": exemption.approver,
        "document": exemption.document,
        "approved": str(exemption.approved or ""),
    }
