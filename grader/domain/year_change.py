"""What the county changes in a running year's rules: facts laid over the published programme.

`programme_in_force` is the one place where both come together. Windows open earlier or close later, never the other
way round, so that no change takes from a learner what the rules of before gave; a make-up that has not begun may move.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from grader.domain.errors import Malformed, NotNow
from quizgen.programme import Programme, Window

LONGEST_CONTACTS = 500
"""Characters of the contacts."""
FARTHEST = timedelta(days=366)
"""How far one change may move a closing time: whoever moves it farther has mistaken the year."""


class Rule(StrEnum):
    """A rule of the programme that may be changed while the year runs; the value is its field there."""

    STUDY = "study"
    EXAM = "exam"
    MAKEUP = "makeup"
    CONTACTS = "contacts"

    @property
    def label(self) -> str:
        """What the screen calls it."""
        return {"study": "学习时间", "exam": "考试时间", "makeup": "补考时间", "contacts": "联系方式"}[self.value]


WINDOWS = (Rule.STUDY, Rule.EXAM, Rule.MAKEUP)
"""Those that are windows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """What lies over the published programme, rule by rule; None where nothing does."""

    study: Window | None = None
    exam: Window | None = None
    makeup: Window | None = None
    contacts: str | None = None

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that are laid over."""
        return tuple(rule for rule in Rule if getattr(self, rule) is not None)

    def without(self, rules: Set[Rule]) -> Laid:
        """The same without these rules."""
        return replace(self, **dict.fromkeys(rules, None))


@dataclass(frozen=True, slots=True, kw_only=True)
class YearChange:
    """One change with the reason and the number of the document that says so (文号)."""

    at: datetime
    by: str
    reason: str
    document: str
    laid: Laid


class BadYearChange(Malformed):
    """The change cannot be; `why` says what is wrong and the way out."""

    code = "bad-year-change"
    sentence = "没有修改：{why}"


class YearOver(NotNow):
    """The programme is over: its windows stay as they were."""

    code = "windows-over"
    sentence = "{title}已经全部结束，答案可能已经公布，不能再改时间。"


def laid_by(changes: Sequence[YearChange]) -> Laid:
    """What the changes come to: of each rule the last."""
    laid = Laid()
    for change in changes:
        laid = replace(laid, **{rule: getattr(change.laid, rule) for rule in change.laid.rules})
    return laid


def without(changes: Sequence[YearChange], rules: Set[Rule]) -> tuple[YearChange, ...]:
    """The changes of the other rules."""
    left = (replace(change, laid=change.laid.without(rules)) for change in changes)
    return tuple(change for change in left if change.laid.rules)


def programme_in_force(published: Programme, laid: Laid) -> Programme:
    """The programme with what is laid over it; windows are written in the programme's own zone, as published ones."""
    return replace(
        published,
        study=_in_zone(laid.study, published) or published.study,
        exam=_in_zone(laid.exam, published) or published.exam,
        makeup=_in_zone(laid.makeup, published) or published.makeup,
        contacts=published.contacts if laid.contacts is None else laid.contacts,
    )


def _in_zone(window: Window | None, programme: Programme) -> Window | None:
    zone = programme.zone
    return window and Window(opens=window.opens.astimezone(zone), closes=window.closes.astimezone(zone))


def differing(programme: Programme, laid: Laid) -> tuple[Rule, ...]:
    """The laid rules that this programme has otherwise."""
    over = programme_in_force(programme, laid)
    return tuple(rule for rule in laid.rules if getattr(over, rule) != getattr(programme, rule))


def told(programme: Programme, rule: Rule) -> str:
    """The programme's rule in words; a window with its last moment as 24:00 of the day before a midnight."""
    value = getattr(programme, rule)
    return span_text(programme, value) if isinstance(value, Window) else value or "没有"


def span_text(programme: Programme, window: Window) -> str:
    """Such as 2026年3月1日 00:00 至 2026年12月31日 24:00; the end itself is out, so midnight ends the day before."""
    return f"{programme.clock_text(window.opens)} 至 {programme.cut_off_text(window.closes)}"


def written(programme: Programme, rule: Rule) -> str:
    """The line that says the rule in the programme's file, for whoever puts a change there."""
    value = getattr(programme, rule)
    if isinstance(value, Window):
        opens, closes = (f"{at.astimezone(programme.zone):%Y-%m-%d %H:%M}" for at in (value.opens, value.closes))
        return f"{rule}: {{opens: {opens}, closes: {closes}}}"
    return f"{rule}: {value}"


def check_change(before: Programme, wanted: Laid, *, now: datetime) -> Programme:
    """The programme after the change. Raises BadYearChange, or YearOver where a window is changed too late.

    Only those of the wanted rules count that differ from `before`, the programme in force.
    """
    after = programme_in_force(before, wanted)
    changed = differing(before, wanted)
    if not changed:
        raise BadYearChange(why="没有改动任何一项。")
    windows = [rule for rule in WINDOWS if rule in changed]
    if windows and now >= before.closes:
        raise YearOver(title=before.title)
    for rule in windows:
        _check_window(before, after, rule, now=now)
    check_order(after)
    if Rule.CONTACTS in changed and not 0 < len(after.contacts.strip()) <= LONGEST_CONTACTS:
        raise BadYearChange(why=f"请填写联系方式，不超过 {LONGEST_CONTACTS} 字。")
    return after


def check_order(programme: Programme) -> None:
    """The make-up begins when the exam is over. Raises BadYearChange."""
    exam, makeup = programme.exam, programme.makeup
    if makeup and makeup.opens < exam.closes:
        spans = f"考试 {span_text(programme, exam)}，补考 {span_text(programme, makeup)}"
        raise BadYearChange(
            why=f"考试和补考的时间重叠（{spans}）。补考还没有开始的，请同时推后补考；已经开始的，请只延长补考。"
        )


def _check_window(before: Programme, after: Programme, rule: Rule, *, now: datetime) -> None:
    old, new = getattr(before, rule), getattr(after, rule)
    label = rule.label
    if new.closes <= new.opens:
        raise BadYearChange(why=f"{label}的截止时间不晚于开始时间，请核对。")
    if new.closes <= now:
        raise BadYearChange(why=f"{label}的截止时间已经过去，请核对。")
    if new.closes - (old or before.exam).closes > FARTHEST:
        raise BadYearChange(why=f"{label}比原来推后了一年以上，请核对年份。")
    if old is not None:
        _check_wider(before, rule, old, new, now=now)


def _check_wider(before: Programme, rule: Rule, old: Window, new: Window, *, now: datetime) -> None:
    """Nobody loses time that the window of before gave."""
    label = rule.label
    if new.closes < old.closes:
        span = span_text(before, old)
        raise BadYearChange(why=f"{label}不能提前截止（现在是 {span}），只能延长：学员已经按原来的时间作了安排。")
    if new.opens != old.opens and old.opens <= now:
        raise BadYearChange(why=f"{label}已经开始，开始时间不能再改。")
    if new.opens > old.opens and rule is not Rule.MAKEUP:
        raise BadYearChange(why=f"{label}不能推后开始（现在是 {span_text(before, old)}）。只能提前开始或者延长。")
