"""What a page carries from a dry run to its confirmation, as plain values: the rows and what they were shown to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from typing import Any

from grader.administration.roster.rows import PersonRow, Plan, Roster, UnitRow
from grader.domain.people.account import Role
from quizgen.model import TierId

_ROLE, _TIER = (
    [field.name for field in fields(PersonRow)].index(name) for name in ("role", "tier")
)  # the two that are more than texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """The rows that were checked, for which programme, and the digests of what was shown (`Plan.lines`)."""

    roster: Roster
    programme: str
    shown: Mapping[str, str]


def packed(plan: Plan) -> dict[str, Any]:
    """The plan as values of JSON, short."""
    return {
        "programme": plan.terms.programme,
        "units": [astuple(row) for row in plan.roster.units],
        "people": [astuple(row) for row in plan.roster.people],
        "shown": plan.lines,
    }


def unpacked(values: Mapping[str, Any]) -> Carried:
    """What `packed` was given; of values that this program packed itself."""
    units = (UnitRow(**_named(UnitRow, row)) for row in values["units"])
    people = (_person(row) for row in values["people"])
    return Carried(
        roster=Roster(units=tuple(units), people=tuple(people)),
        programme=values["programme"],
        shown=values["shown"],
    )


def _person(row: list[Any]) -> PersonRow:
    row = list(row)
    row[_ROLE], row[_TIER] = Role(row[_ROLE]), TierId(row[_TIER])
    return PersonRow(**_named(PersonRow, row))


def _named(type: Any, row: list[Any]) -> dict[str, Any]:
    return {field.name: value for field, value in zip(fields(type), row, strict=True)}
