"""Every 学时补录 of some units, from summaries alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from grader.administration.corrections.supplements import county_accounts
from grader.administration.paging import Page, page_of
from grader.course import Course
from grader.domain.figures import LearnerEntry
from grader.domain.learning.supplement import Ruling, SupplementState, supplement_states
from grader.domain.people.account import AccountId, AccountSummary, UnitId
from grader.domain.people.unit import UnitSummary
from grader.store.base import Store


class Phase(StrEnum):
    """Which requests a list shows."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        """The name on the screen."""
        return "待审核" if self is Phase.WAITING else Ruling(self.value).label


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementRow:
    """One request in a list, with the titles of unit and lesson and the hours that the lesson is worth.

    `is_direct` where a county account asked for it.
    """

    id: AccountId
    account: AccountSummary
    unit: str
    lesson: str
    hours: float
    state: SupplementState
    is_direct: bool = False

    @property
    def phase(self) -> Phase:
        """Where the request is."""
        return Phase(self.state.ruling.ruling.value) if self.state.ruling else Phase.WAITING


def supplements_page(
    store: Store,
    course: Course,
    units: Mapping[UnitId, UnitSummary],
    *,
    phase: Phase | None,
    name: str,
    page: int,
) -> Page[SupplementRow]:
    """The requests for the learners of these units, those first that wait, then the latest."""
    entries = store.learners(course.content.programme.id, list(units))
    rows = [row for entry in entries for row in _rows(course, entry, units) if phase in (None, row.phase)]
    named = [row for row in rows if name in row.account.name or name.casefold() in row.account.number.casefold()]
    named.sort(key=lambda row: row.state.supplement.at, reverse=True)
    shown, county = page_of(sorted(named, key=lambda row: row.phase is not Phase.WAITING), page), county_accounts(store)
    marked = [replace(row, is_direct=row.state.supplement.by in county) for row in shown.rows]
    return replace(shown, rows=marked)


def _rows(course: Course, entry: LearnerEntry, units: Mapping[UnitId, UnitSummary]) -> Iterator[SupplementRow]:
    if entry.dossier is None or not entry.dossier.supplements:
        return
    for state in supplement_states(entry.dossier.supplements, entry.dossier.rulings):
        lesson = course.content.lesson(state.supplement.lesson)
        yield SupplementRow(
            id=entry.id,
            account=entry.account,
            unit=units[entry.account.unit].name,
            lesson=lesson.title if lesson else state.supplement.lesson,
            hours=lesson.hours if lesson else 0,
            state=state,
        )
