"""What a report's page is asked for by its address, and the addresses of its other views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import request, url_for

from grader.administration.reports.asked import Asked, Order, cut_off, measure_of
from grader.administration.reports.units import By
from grader.domain.learning.standing import State
from grader.domain.people.account import UnitId
from grader.domain.people.unit import UnitSummary
from grader.web.admin.frame import LONGEST_WORD
from quizgen.programme import Programme

FEW_UNITS = 60
"""So many units are offered in a list; of more, one types part of the name or code."""
_FIELDS = ("programme", "unit", "tier", "rank", "kind", "state", "measure", "name", "day", "order", "by")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """The fields of the form, each a text; what makes no sense is left out."""

    programme: str
    unit: str = ""
    tier: str = ""
    rank: str = ""
    kind: str = ""
    state: str = ""
    measure: str = ""
    name: str = ""
    day: str = ""
    order: str = ""
    by: str = ""

    @classmethod
    def of_request(cls, programme: Programme, now: datetime) -> Filter:
        """As the address has it, for this programme."""
        given = {field: request.args.get(field, "").strip()[:LONGEST_WORD] for field in _FIELDS}
        known: dict[str, bool] = {
            "tier": given["tier"] in programme.tiers,
            "state": given["state"] in set(State),
            "measure": measure_of(given["measure"]) is not None,
            "day": cut_off(programme, given["day"], now=now) is not None,
            "order": given["order"] in set(Order) - {Order.ROSTER},
            "by": given["by"] in set(By) - {By.UNIT},
        }
        kept = {field: text for field, text in given.items() if known.get(field, True)}
        return cls(**(kept | {"programme": programme.id}))

    def asked(self, programme: Programme, now: datetime) -> Asked:
        """What it means."""
        return Asked(
            unit=self.unit,
            tier=self.tier,
            rank=self.rank,
            kind=self.kind,
            state=State(self.state) if self.state else None,
            measure=self.measure,
            name=self.name,
            at=cut_off(programme, self.day, now=now),
            order=Order(self.order) if self.order else Order.ROSTER,
        )

    @property
    def grouping(self) -> By:
        """What the rows of the unit report are."""
        return By(self.by) if self.by else By.UNIT

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves anybody out."""
        return any((self.unit, self.tier, self.rank, self.kind, self.state, self.measure, self.name))

    def link(self, endpoint: str, **changes: object) -> str:
        """The address of a page with this filter, changed so."""
        given = {name: value for name, value in asdict(self).items() if value}
        return url_for(endpoint, **{name: value for name, value in (given | changes).items() if value})

    def names_link(self) -> str:
        """The address, seen from the unit report, of the names of the same filter, to be gone on with a group."""
        kept = {name: text for name, text in asdict(self).items() if text and name not in {"by", "measure", "order"}}
        if "programme" not in request.args:
            del kept["programme"]
        return f"learners?{urlencode(kept)}&" if kept else "learners?"

    def told(self, programme: Programme, units: Mapping[UnitId, UnitSummary]) -> str:
        """The filter in words, for the head of a file; "" where it leaves nobody out."""
        unit = units[UnitId(self.unit)].name if self.unit in units else self.unit
        tier = programme.tiers[self.tier].title if self.tier in programme.tiers else ""  # type: ignore[index]
        measure = measure_of(self.measure)
        parts = {
            "单位": unit,
            "人员层次": tier,
            "职务级别": self.rank,
            "单位性质": self.kind,
            "完成情况": State(self.state).label if self.state else "",
            "计入": (measure.counted or measure.label) if measure else "",
            "姓名或账号含": self.name,
        }
        return "，".join(f"{name}：{text}" for name, text in parts.items() if text)
