"""Changing the rules of a running year, and what becomes of the changes when a content folder is published."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from grader.course import Courses
from grader.domain.audit.acts import append_act
from grader.domain.content import PublishedContent
from grader.domain.errors import NoProgramme, NotNow
from grader.domain.year_change import (
    BadYearChange,
    Laid,
    Rule,
    YearChange,
    check_change,
    check_order,
    differing,
    laid_by,
    programme_in_force,
    told,
    without,
    written,
)
from grader.store.base import Conflict, Store
from grader.store.codec import is_id
from grader.store.kinds import ACTIVE
from quizgen.office.sheets_in import tidy
from quizgen.programme import Programme

LONGEST_REASON = 200
"""Characters of a reason."""
LONGEST_DOCUMENT = 60
"""Characters of a document's number."""


class YearChanged(NotNow):
    """Somebody changed the year or published since the form was shown."""

    code = "year-changed"
    sentence = "您填写期间，另一位管理员改动过年度设置或者发布过内容，所以没有保存。请核对下面的最新情况后再提交。"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningYear:
    """A programme in force, the changes that lie over it, and the version that a change of it must expect."""

    programme: Programme
    content: PublishedContent
    changes: tuple[YearChange, ...]
    version: int

    @property
    def published(self) -> Programme:
        """The programme as the folder had it."""
        return self.content.programme


def running_year(store: Store, courses: Courses, programme: str) -> RunningYear:
    """The year as it is kept now. Raises NoProgramme."""
    pointer = store.load(ACTIVE, programme) if is_id(programme) else None
    if pointer is None:
        raise NoProgramme
    content = courses.by_digest(pointer.value.digest).content
    return RunningYear(
        programme=programme_in_force(content.programme, pointer.value.laid),
        content=content,
        changes=pointer.value.changes,
        version=pointer.version,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedChange:
    """What the form says: the rules as they are to be, why, and by which document (文号)."""

    laid: Laid
    reason: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDifference:
    """One rule before and after, in words."""

    rule: Rule
    before: str
    after: str


def plan_change(year: RunningYear, wanted: WantedChange, *, now: datetime) -> list[RuleDifference]:
    """What the change would do. Raises BadYearChange or YearOver."""
    after = check_change(year.programme, wanted.laid, now=now)
    _reason(wanted), _document(wanted)
    rules = differing(year.programme, wanted.laid)
    return [RuleDifference(rule=rule, before=told(year.programme, rule), after=told(after, rule)) for rule in rules]


def change_year(
    store: Store, courses: Courses, year: RunningYear, wanted: WantedChange, *, by: str, now: datetime
) -> list[RuleDifference]:
    """Lay the change over the programme; in force at once here, and within `course.FOLLOW` in other processes.

    Raises BadYearChange, YearOver, or YearChanged where the year is not that of `year` any more.
    """
    differences = plan_change(year, wanted, now=now)
    laid = wanted.laid.without(set(wanted.laid.rules) - {one.rule for one in differences})
    reason, document = _reason(wanted), _document(wanted)
    change = YearChange(at=now, by=by, reason=reason, document=document, laid=laid)
    facts = {
        "programme": year.programme.id,
        "reason": reason,
        "document": document,
        **{
            f"{one.rule}:{when}": text
            for one in differences
            for when, text in (("before", one.before), ("after", one.after))
        },
    }
    stored = store.load(ACTIVE, year.programme.id)
    if stored is None or stored.version != year.version:
        raise YearChanged
    after = replace(
        stored.value,
        changes=(*stored.value.changes, change),
        acts=append_act(stored.value.acts, "change-year", by=by, at=now, facts=facts),
    )
    try:
        store.save(ACTIVE, year.programme.id, after, expected=year.version)
    except Conflict:
        raise YearChanged from None
    courses.forget_pointers()
    return differences


def _reason(wanted: WantedChange) -> str:
    return _text(wanted.reason, "修改原因", LONGEST_REASON)


def _document(wanted: WantedChange) -> str:
    return _text(wanted.document, "文号", LONGEST_DOCUMENT)


def _text(text: str, label: str, most: int) -> str:
    words = tidy(text)
    if not 0 < len(words) <= most:
        raise BadYearChange(why=f"请填写{label}，不超过 {most} 字。")
    return words


class LaidChanges(StrEnum):
    """What becomes of the county's changes of the year's rules where the folder says otherwise."""

    REFUSE = "refuse"
    KEEP = "keep"
    """They stay in force; all else is as the folder says."""
    DROP = "drop"
    """The folder's rules are in force; the log of acts keeps what was changed."""


class ChangesInForce(NotNow):
    """The county changed rules of the running year, and the folder has them otherwise: one of before, mostly."""

    code = "changes-in-force"
    sentence = (
        "{short}{lines}。请把方案文件改成上面的写法再发布；"
        "或者加 --keep-changes，保留这些修改、其余照文件夹发布；"
        "或者加 --drop-changes，不再要这些修改、一律以文件夹为准。"
    )

    def __init__(self, *, title: str, differences: tuple[tuple[str, str], ...]) -> None:
        self.short = f"年度设置里的修改正在执行，内容文件夹里的{title}与它不同，没有发布，修改继续有效。"
        lines = "；".join(f"{told}，方案文件里应写成 {line}" for told, line in differences)
        super().__init__(short=self.short, lines=lines)
        self.differences = differences
        """One a rule: what is in force and what the folder says, and how the file would say what is in force."""


def changes_left(changes: tuple[YearChange, ...], folder: Programme, way: LaidChanges) -> tuple[YearChange, ...]:
    """The changes that lie over the folder's programme from now on; what it says itself lies over it no more.

    Raises ChangesInForce, or BadYearChange where kept ones do not go with the folder's other windows.
    """
    laid = laid_by(changes)
    others = differing(folder, laid)
    if others and way is LaidChanges.REFUSE:
        raise ChangesInForce(
            title=folder.title,
            differences=tuple(_difference(folder, laid, rule) for rule in others),
        )
    if not others or way is LaidChanges.DROP:
        return ()
    check_order(programme_in_force(folder, laid))
    return without(changes, set(laid.rules) - set(others))


def _difference(folder: Programme, laid: Laid, rule: Rule) -> tuple[str, str]:
    over = programme_in_force(folder, laid)
    return f"{rule.label}正在执行的是“{told(over, rule)}”，文件夹里是“{told(folder, rule)}”", written(over, rule)


def dropped(folder: Programme, before: Laid, after: Laid) -> dict[str, str]:
    """What the act says of rules that were changed and are the folder's again."""
    was, now = programme_in_force(folder, before), programme_in_force(folder, after)
    gone = [rule for rule in before.rules if getattr(was, rule) != getattr(now, rule)]
    return {f"{rule}:before": told(was, rule) for rule in gone} | {f"{rule}:after": told(now, rule) for rule in gone}
