"""学员统计报表: the learners of some units with where each of them stands, now or at a past date.

From summaries alone; only what a page shows is worked out in full.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from typing import Any

from grader.administration.corrections.supplements import county_accounts
from grader.administration.paging import Page, page_of
from grader.administration.reports.asked import ANYBODY, Asked, Order, last_day
from grader.administration.reports.table import Column, Form, Table, table_of
from grader.course import Course, Glance, Then
from grader.domain.figures import Figures, LearnerEntry, figures_of, placement_at, rank_at
from grader.domain.learning.dossier import DossierSummary
from grader.domain.learning.standing import Standing, State, credited_hours, glance, standing
from grader.domain.learning.supplement import supplement_states
from grader.domain.people.account import AccountId, AccountSummary, UnitId
from grader.domain.people.unit import UnitSummary, unit_name_at
from grader.domain.reports.past import entry_at, state_at
from grader.store.base import Store
from quizgen.model import TierId
from quizgen.programme import CreditBy

_HOURS_DUE = "学时还没有达到要求"


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerRow:
    """One learner in a list, with the name of the unit; `account` and `standing` are those of the cut-off.

    `hours` is None where it is not known how many there were at a past date; of those entered by hand a county account
    asked for `county_hours`. `is_own` unless the person has left the
    units of whoever asks since then.
    """

    id: AccountId
    account: AccountSummary
    unit: str
    tier: str
    standing: Standing
    hours: float | None
    county_hours: float
    band: str
    attempts: int
    missing: str
    is_own: bool = True

    @property
    def state(self) -> str:
        """Where the learner is; that somebody exempt has qualified, or an account is not in use, is said too."""
        label = self.standing.state.label
        if self.standing.exempt and self.standing.state is State.QUALIFIED:
            label += "（可不参加）"
        return label if self.account.active else f"{label}（失效）"


COLUMNS: tuple[Column[LearnerRow], ...] = (
    Column(label="姓名", width=5, value=lambda row: row.account.name),
    Column(label="单位", width=14, value=lambda row: row.unit),
    Column(label="人员层次", width=9, value=lambda row: row.tier),
    Column(label="职务级别", width=8, value=lambda row: row.account.rank or None),
    Column(label="学法账号", width=8, value=lambda row: row.account.number),
    Column(label="学时", width=4, form=Form.NUMBER, value=lambda row: row.hours),
    Column(label="其中补录", width=4, form=Form.NUMBER, value=lambda row: row.standing.supplemented_hours or None),
    Column(label="县级填报", width=4, form=Form.NUMBER, value=lambda row: row.county_hours or None),
    Column(label="最好成绩", width=4, form=Form.NUMBER, value=lambda row: row.standing.best),
    Column(label="等次", width=4, value=lambda row: row.band or None),
    Column(label="考试次数", width=4, form=Form.NUMBER, value=lambda row: row.attempts),
    Column(label="完成情况", width=7, value=lambda row: row.state),
    Column(label="还差什么", width=14, value=lambda row: row.missing or None),
)
"""The columns of 学员统计报表, on the screen and in every file."""


class View:
    """How the learners of a programme look as of a cut-off; what is found of them now is remembered by the course."""

    def __init__(
        self,
        course: Course,
        *,
        now: datetime,
        at: datetime | None = None,
        county: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        """`county` gives the accounts of the county; it is asked where somebody has hours that were entered by hand."""
        self.course, self.now, self.at = course, now, at
        self._county = cache(county)
        self.programme = course.content.programme
        self.cut_off = at or now
        self._day = last_day(self.programme, self.cut_off)
        self._nothing = DossierSummary(programme=self.programme.id, account=AccountId(""))

    def seen(self, entry: LearnerEntry) -> LearnerEntry:
        """The learner as of the cut-off."""
        return entry_at(entry, at=self.at, day=self._day) if self.at else entry

    def glances(self, entries: Iterable[LearnerEntry]) -> Iterator[Glance]:
        """State, hours and figures of each of them now, in their order."""
        known_of = self.course.states
        for entry in entries:
            known = known_of.get(entry.id)
            # Asked in this order, for it is done for 50,000 at a time: few have exemptions.
            if (
                known is None
                or known.entry is not entry
                or (entry.account.exemptions and self._is_exempt(entry) is not known.exempt)
            ):
                known = known_of[entry.id] = self._found(entry)
            yield known

    def _thens(self, entries: Iterable[LearnerEntry], at: datetime) -> Iterator[Then]:
        """State and figures of each of them at that date, in their order."""
        known_of = self.course.then(at)
        for entry in entries:
            known = known_of.get(entry.id)
            if known is None or known.entry is not entry:
                state = state_at(entry, at=at, exempt=self._is_exempt(entry))
                known = Then(entry=entry, state=state, figures=figures_of(entry, self.programme.id, at=at))
                known_of[entry.id] = known
            yield known

    def states(self, entries: Iterable[LearnerEntry]) -> Iterator[tuple[LearnerEntry, State]]:
        """Each with the state."""
        return ((one.entry, one.state) for one in self._looks(entries))

    def figures(self, entries: Iterable[LearnerEntry]) -> Iterator[tuple[LearnerEntry, Figures]]:
        """Each with the share in the figures."""
        return ((one.entry, one.figures) for one in self._looks(entries))

    def _looks(self, entries: Iterable[LearnerEntry]) -> Iterator[Glance | Then]:
        return self._thens(entries, self.at) if self.at else self.glances(entries)

    def tier(self, entry: LearnerEntry) -> TierId:
        """The tier of the learner."""
        place = placement_at(entry.account, self.cut_off) if self.at else None
        return place.tier if place else entry.account.tier

    def rank(self, entry: LearnerEntry) -> str:
        """The rank of the learner."""
        return rank_at(entry.account, self.cut_off) if self.at else entry.account.rank

    def hours_then(self, entries: Iterable[LearnerEntry], at: datetime) -> Iterator[tuple[LearnerEntry, float]]:
        """Each with the hours that are known of that date, in their order."""
        known_of, alike = self.course.hours_then(at), dict[object, float]()
        for entry in entries:
            known = known_of.get(entry.id)
            if known is None or known[0] is not entry:
                known = known_of[entry.id] = entry, self._hours_then(entry, alike)
            yield known

    def _hours_then(self, entry: LearnerEntry, alike: dict[object, float]) -> float:
        """The same lessons come to the same hours in the same tier: most people of a county are `alike`."""
        dossier = entry.dossier or self._nothing
        done = frozenset(lesson for lesson, day in dossier.completed.items() if day <= self._day)
        key = (self.tier(entry), done, dossier.supplements and entry.id)
        if key not in alike:
            seen = self.seen(entry)
            alike[key] = credited_hours(self.course.content, seen.account.tier, seen.dossier or self._nothing)
        return alike[key]

    def row(self, entry: LearnerEntry, units: Mapping[UnitId, UnitSummary]) -> LearnerRow:
        """The learner's line."""
        seen = self.seen(entry)
        dossier, account = seen.dossier or self._nothing, seen.account
        exempt = self._is_exempt(entry)
        found = standing(self.course.content, account.tier, dossier, exempt=exempt, now=self.cut_off)
        if self.at:
            found = replace(found, state=state_at(entry, at=self.at, exempt=exempt))
        hours = found.hours if self.at is None or self.programme.credit_by is CreditBy.SECTIONS else None
        tier = self.programme.tiers.get(account.tier)
        return LearnerRow(
            id=entry.id,
            account=account,
            unit=unit_name_at(units[account.unit], self.cut_off) if account.unit in units else "",
            tier=tier.title if tier else account.tier,
            standing=found,
            hours=hours,
            county_hours=self._county_hours(found, dossier) if dossier.supplements else 0,
            band="" if found.best is None else self.programme.result(found.best, passed=found.passed),
            attempts=dossier.exam_starts + dossier.makeup_starts,
            missing=_missing(found, knows_hours=hours is not None),
            is_own=entry.account.unit in units,
        )

    def _county_hours(self, found: Standing, dossier: DossierSummary) -> float:
        """Of the hours entered by hand those that a county account asked for."""
        county = self._county()
        states = supplement_states(dossier.supplements, dossier.rulings)
        lessons = {one.supplement.lesson for one in states if one.is_approved and one.supplement.by in county}
        return found.supplemented_hours_of(lessons)

    def _is_exempt(self, entry: LearnerEntry) -> bool:
        account = entry.account
        return bool(account.exemptions) and account.exemption(self.programme.id, self.cut_off) is not None

    def _found(self, entry: LearnerEntry) -> Glance:
        dossier, exempt = entry.dossier or self._nothing, self._is_exempt(entry)
        state, hours = glance(self.course.content, entry.account.tier, dossier, exempt=exempt)
        figures = figures_of(entry, self.programme.id, at=self.now)
        return Glance(entry=entry, exempt=exempt, state=state, hours=hours, figures=figures)


def _missing(found: Standing, *, knows_hours: bool) -> str:
    """What is still owed; nothing by who is exempt."""
    if found.exempt:
        return ""
    missing = list(found.missing)
    if not knows_hours and not found.hours_met:
        missing[0] = _HOURS_DUE
    return "；".join(missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Learners:
    """The learners found, in order, before any of them is looked at closely."""

    view: View
    entries: Sequence[LearnerEntry]
    units: Mapping[UnitId, UnitSummary]

    def page(self, number: int) -> Page[LearnerRow]:
        """One page of them."""
        shown = page_of(self.entries, number)
        rows = [self.view.row(entry, self.units) for entry in shown.rows]
        return Page(rows=rows, number=shown.number, pages=shown.pages, found=shown.found)

    def rows(self) -> Iterator[LearnerRow]:
        """All of them."""
        return (self.view.row(entry, self.units) for entry in self.entries)


def find_learners(
    store: Store, course: Course, units: Mapping[UnitId, UnitSummary], *, now: datetime, asked: Asked = ANYBODY
) -> Learners:
    """The learners of these units who are asked for: by unit, order number and account number, or as asked."""
    view = View(course, now=now, at=asked.at, county=partial(county_accounts, store))
    found = store.learners(view.programme.id, list(asked.units(units)), at=asked.at)
    for takes in _tests(view, asked):
        found = [entry for entry in found if takes(entry)]
    if asked.measure:
        found = [entry for entry, figures in view.figures(found) if getattr(figures, asked.measure)]
    if asked.state:
        found = [entry for entry, state in view.states(found) if state is asked.state]
    return Learners(view=view, entries=_sorted(view, found, asked.order), units=units)


def learner_table(found: Learners, *, facts: tuple[str, ...], unit: str) -> Table:
    """学员统计报表 of all learners found, for a file."""
    note = found.view.programme.credit_by.note
    return table_of(COLUMNS, found.rows(), title="学员统计报表", facts=facts, unit=unit, notes=(note,) if note else ())


_Test = Callable[[LearnerEntry], bool]


def _tests(view: View, asked: Asked) -> Iterator[_Test]:
    """What a learner has to meet, apart from how far he or she is."""
    if asked.name:
        wanted, folded = asked.name, asked.name.casefold()
        yield lambda entry: wanted in entry.account.name or folded in entry.account.number.casefold()
    if asked.rank:
        yield lambda entry: asked.takes_rank(view.rank(entry))
    if asked.tier:
        yield lambda entry: view.tier(entry) == asked.tier


def _sorted(view: View, found: Sequence[LearnerEntry], order: Order) -> Sequence[LearnerEntry]:
    if order is Order.ROSTER:
        return found
    if order is Order.STATE:
        place = {state: number for number, state in enumerate(State)}
        return [entry for entry, _ in sorted(view.states(found), key=lambda pair: place[pair[1]])]
    if order is Order.HOURS and view.at:
        return [entry for entry, _ in sorted(view.hours_then(found, view.at), key=lambda pair: pair[1])]
    if order is Order.HOURS:
        return [one.entry for one in sorted(view.glances(found), key=lambda one: one.hours)]
    keys: dict[Order, Callable[[LearnerEntry], Any]] = {
        Order.NAME: lambda entry: by_pinyin(entry.account.name),
        Order.NUMBER: lambda entry: entry.account.number,
    }
    return sorted(found, key=keys[order])


def by_pinyin(text: str) -> bytes:
    """What Chinese texts are sorted by: GB 2312, within GB 18030, has the common characters in the order of pinyin."""
    return text.encode("gb18030")
