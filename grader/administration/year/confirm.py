"""确认本年度参学名单: a unit says that its people are right; the county sees who has not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from grader.course import Course
from grader.domain.audit.acts import append_act
from grader.domain.errors import NotNow, UnknownUnit
from grader.domain.figures import Figures
from grader.domain.people.account import Account, UnitId
from grader.domain.people.unit import Confirmation, Unit, UnitSummary
from grader.store.base import Store
from grader.store.kinds import UNIT
from grader.store.update import update
from grader.units import units_of


class RosterClosed(NotNow):
    """The programme is over."""

    code = "roster-closed"
    sentence = "{title}已经全部结束，不用再确认名单。"


class RosterChanged(NotNow):
    """The number of people is another than the page showed."""

    code = "roster-changed"
    sentence = "{unit}的名单刚刚变动过（现在 {people} 人），所以没有确认。请核对后再确认。"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRoster:
    """A unit with its people under the programme, and when the roster was confirmed."""

    id: UnitId
    unit: UnitSummary
    figures: Figures
    confirmation: Confirmation | None

    @property
    def has_changed(self) -> bool:
        """Whether there are more or fewer people since it was confirmed."""
        return self.confirmation is not None and self.confirmation.people != self.figures.enrolled


def rosters(
    store: Store, course: Course, units: Mapping[UnitId, UnitSummary], *, now: datetime, missing_only: bool = False
) -> list[UnitRoster]:
    """These units that are not closed, with their rosters; or those only that have not confirmed."""
    programme = course.content.programme.id
    figures = store.figures(programme, at=now, units=units)
    found = [
        UnitRoster(id=id, unit=unit, figures=figures.get(id, Figures()), confirmation=unit.confirmation(programme))
        for id, unit in units.items()
        if unit.closed is None
    ]
    return [roster for roster in found if not (missing_only and roster.confirmation)]


def confirm_roster(
    store: Store, course: Course, administrator: Account, unit: UnitId, *, people: int, now: datetime
) -> Unit:
    """The unit's roster is right, with as many `people` as the page showed; again after a change.

    Raises NotAllowed, UnknownUnit, RosterClosed or RosterChanged.
    """
    programme, units = course.content.programme, units_of(store, administrator)
    if unit not in units:
        raise UnknownUnit
    if now >= programme.closes:
        raise RosterClosed(title=programme.title)
    roster = next(iter(rosters(store, course, {unit: units[unit]}, now=now)), None)
    if roster is None:
        raise UnknownUnit
    if roster.figures.enrolled != people:
        raise RosterChanged(unit=roster.unit.name, people=roster.figures.enrolled)
    made = Confirmation(programme=programme.id, at=now, by=administrator.id, people=people)
    facts = {"programme": programme.id, "people": str(people)}

    def confirm(before: Unit | None) -> Unit:
        if before is None:
            raise UnknownUnit
        acts = append_act(before.acts, "confirm-roster", by=administrator.id, at=now, facts=facts)
        return replace(before, confirmations=(*before.confirmations, made), acts=acts)

    return update(store, UNIT, unit, confirm)
