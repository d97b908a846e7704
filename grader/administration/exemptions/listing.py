"""Who is exempt from a programme, or was: a list, and one person's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from grader.administration.paging import Page, page_of
from grader.course import Course
from grader.domain.figures import LearnerEntry
from grader.domain.learning.dossier import Milestone
from grader.domain.people.account import Account, AccountId, AccountSummary, Exemption, UnitId
from grader.domain.people.unit import UnitSummary
from grader.store.base import Store


class Phase(StrEnum):
    """Which exemptions a list shows."""

    HOLDS = "holds"
    UNAPPROVED = "unapproved"
    WITHDRAWN = "withdrawn"
    TOOK_PART = "took-part"

    @property
    def label(self) -> str:
        """The name on the screen."""
        return {
            "holds": "可不参加",
            "unapproved": "缺审批信息",
            "withdrawn": "已撤销",
            "took-part": "照样参加并合格",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedExemptions:
    """Whose name or account number contains `name`; of this kind; in this phase."""

    name: str = ""
    kind: str = ""
    phase: Phase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExemptionRow:
    """One person's latest exemption from the programme; `qualified` where the person took part all the same."""

    id: AccountId
    account: AccountSummary
    unit: str
    exemption: Exemption
    holds: bool
    qualified: bool

    def is_in(self, phase: Phase) -> bool:
        """Whether a list of that phase shows it."""
        return {
            Phase.HOLDS: self.holds,
            Phase.UNAPPROVED: self.holds and not self.exemption.is_approved,
            Phase.WITHDRAWN: not self.holds,
            Phase.TOOK_PART: self.holds and self.qualified,
        }[phase]


def exemptions_page(
    store: Store,
    course: Course,
    units: Mapping[UnitId, UnitSummary],
    *,
    now: datetime,
    wanted: WantedExemptions,
    page: int,
) -> Page[ExemptionRow]:
    """The exempt learners of these units and those who were, in the order of lists."""
    programme = course.content.programme.id
    spared = [entry for entry in store.learners(programme, list(units)) if entry.account.exemptions]
    rows = filter(None, (_row(entry, programme, units, now=now) for entry in spared))
    return page_of([row for row in rows if _is_wanted(row, wanted)], page)


def history_of(account: Account, programme: str) -> list[Exemption]:
    """The person's exemptions from the programme, the latest first."""
    return [exemption for exemption in reversed(account.exemptions) if exemption.programme == programme]


def _row(
    entry: LearnerEntry, programme: str, units: Mapping[UnitId, UnitSummary], *, now: datetime
) -> ExemptionRow | None:
    own = [exemption for exemption in entry.account.exemptions if exemption.programme == programme]
    if not own:
        return None
    held = entry.account.exemption(programme, now)
    return ExemptionRow(
        id=entry.id,
        account=entry.account,
        unit=units[entry.account.unit].name,
        exemption=held or own[-1],
        holds=held is not None,
        qualified=entry.dossier is not None and Milestone.QUALIFIED in entry.dossier.milestones,
    )


def _is_wanted(row: ExemptionRow, wanted: WantedExemptions) -> bool:
    account, name = row.account, wanted.name
    return (
        wanted.kind in ("", row.exemption.kind)
        and (wanted.phase is None or row.is_in(wanted.phase))
        and (name in account.name or name.casefold() in account.number.casefold())
    )
