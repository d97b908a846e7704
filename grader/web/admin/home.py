"""The first page: figures of every unit in scope, and the learners, filtered and paged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from flask import get_flashed_messages, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.administration.report import Wanted, learners, page_of, snapshot_of, unit_report
from grader.domain.account import Role, UnitId
from grader.domain.figures import MEASURES, RATES
from grader.domain.standing import State
from grader.domain.unit import UnitSummary
from grader.units import units_of
from grader.web.access import Access, allow, signed_in
from grader.web.admin.frame import LONGEST_WORD, bp, course_asked, page_number
from grader.web.service import service

_FEW_UNITS = 60
"""So many units are offered in a list; of more, one types part of the name or code."""


@bp.get("/")
@allow(Access.OFFICE)
def home() -> ResponseReturnValue:
    """Figures of every unit in the administrator's scope, and the learners, filtered by unit, state and name; paged."""
    account, now = signed_in(), service().now()
    if account.role is Role.EDITOR:
        return redirect(url_for("admin.content"))
    store, course = service().store, course_asked(now)
    units = units_of(store, account)
    asked = _Asked.of_request(course.content.programme.id)
    chosen = _chosen(units, asked.unit)
    report = unit_report(store, course, units, at=now)
    programme = course.content.programme
    return render_template(
        "admin/home.html",
        account=account,
        programme=programme,
        programmes=[other.content.programme for other in service().courses.programmes(now)],
        tiers=programme.tiers,
        report=report,
        measures=MEASURES,
        rates=RATES,
        shown=page_of([row for row in report.rows if row.unit in chosen], page_number("units")),
        units=units,
        few=len(units) <= _FEW_UNITS,
        learners=learners(store, course, chosen, now=now, wanted=asked.wanted, page=page_number("page")),
        states=list(State),
        asked=asked,
        snapshot=snapshot_of(store, programme.id),
        closed=now >= programme.closes,
        message="".join(map(str, get_flashed_messages())),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the filter of the learners says; the fields are those of the form."""

    programme: str
    unit: str
    state: str
    name: str

    @classmethod
    def of_request(cls, programme: str) -> _Asked:
        """As the address has it, for this programme."""
        unit, name = (request.args.get(field, "").strip()[:LONGEST_WORD] for field in ("unit", "name"))
        state = request.args.get("state", "")
        return cls(programme=programme, unit=unit, state=state if state in set(State) else "", name=name)

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves anybody out."""
        return bool(self.unit or self.state or self.name)

    @property
    def wanted(self) -> Wanted:
        """Whom to list."""
        return Wanted(name=self.name, state=State(self.state) if self.state else None)

    def link(self, **changes: object) -> str:
        """The address of the page with this filter, changed so."""
        given = {name: value for name, value in asdict(self).items() if value}
        return url_for("admin.home", **(given | changes))


def _chosen(units: Mapping[UnitId, UnitSummary], asked: str) -> dict[UnitId, UnitSummary]:
    """The unit of this id, or those whose name or code contains what was typed; all where nothing was."""
    if asked in units:
        return {UnitId(asked): units[UnitId(asked)]}
    return {id: unit for id, unit in units.items() if asked in unit.name or asked in unit.code}
