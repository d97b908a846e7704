"""The roster as rows, and what importing it would do, as values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from grader.domain.people.account import AccountId, Role, UnitId
from quizgen.model import TierId

UNITS_SHEET = "单位"
_NO_TIER = TierId("")
PEOPLE_SHEET = "花名册"
ROLE_TITLES = {Role.LEARNER: "学员", Role.UNIT: "单位管理员"}
"""人员类别: the roles that a roster may give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One row of 单位; `parent` is a unit code. "" and None leave what an existing unit has.

    `administrator` is the person's name, with `post` and `telephone`; `office` is the telephone of the office.
    """

    row: int
    code: str
    name: str
    parent: str = ""
    kind: str = ""
    order_number: int | None = None
    administrator: str = ""
    post: str = ""
    telephone: str = ""
    office: str = ""
    sheet: str = UNITS_SHEET


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One row of 花名册; `unit` is a unit code.

    "" and None leave what an existing account has, except for `exemption`: "" withdraws it. A new learner without
    `tier` is of the rank's default tier.
    """

    row: int
    unit: str
    name: str
    tier: TierId = _NO_TIER
    role: Role = Role.LEARNER
    rank: str = ""
    telephone: str = ""
    qq: str = ""
    number: str = ""
    order_number: int | None = None
    exemption: str | None = None
    sheet: str = PEOPLE_SHEET


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """All sound rows of one file, in its order."""

    units: tuple[UnitRow, ...] = ()
    people: tuple[PersonRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field that would change; `label` is its column, the values are as shown ("" for none)."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChange:
    """A unit to create (`id` None) or to change in these fields."""

    row: UnitRow
    id: UnitId | None
    parent: str
    """The code of the unit above, blank rows resolved; "" for the county office itself."""
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChange:
    """An account to create (`id` None), to change or to ask for.

    `number` is the 学法账号 that it has; "" for somebody of another unit whom the row names otherwise. `fields` are
    what would change; of a new account what it would be, as far as a clerk should look at it again. Who belongs to
    another unit is only asked for (`is_request`, 申请调入): nothing of the account changes.
    """

    row: PersonRow
    id: AccountId | None
    number: str = ""
    fields: tuple[FieldChange, ...] = ()
    is_request: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that is not imported; `why` is the Chinese sentence with the way out, `label` the column it is about."""

    sheet: str
    row: int
    name: str
    why: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What rows are judged by: the programme that exemptions are for, its ranks with their default tiers.

    `titles` are those of tiers and exemptions by id, `scope` the units that the caller answers for (None: all).
    """

    programme: str
    scope: frozenset[UnitId] | None = None
    ranks: Mapping[str, TierId] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What importing `roster` would do, for a dry run; only rows that would change something are listed.

    `unchanged` counts people.
    """

    roster: Roster
    terms: Terms
    units: tuple[UnitChange, ...] = ()
    people: tuple[PersonChange, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    unchanged: int = 0

    @property
    def created(self) -> tuple[PersonChange, ...]:
        """The accounts that would be created."""
        return tuple(change for change in self.people if change.id is None)

    @property
    def new_administrators(self) -> tuple[PersonChange, ...]:
        """Those of `created` that are no learners."""
        return tuple(change for change in self.created if change.row.role is Role.UNIT)

    @property
    def changed(self) -> tuple[PersonChange, ...]:
        """The accounts that would be changed."""
        return tuple(change for change in self.people if change.id is not None and not change.is_request)

    @property
    def requests(self) -> tuple[PersonChange, ...]:
        """The people of other units who would be asked for."""
        return tuple(change for change in self.people if change.is_request)

    @property
    def lines(self) -> dict[str, str]:
        """A digest of what would become of each row that would change something or is refused, by sheet and row.

        What was shown and what is done are the same where these are equal.
        """
        units = [(change.row.sheet, change.row.row, "unit", change) for change in self.units]
        people = [(change.row.sheet, change.row.row, "person", change) for change in self.people]
        refused = [(one.sheet, one.row, "refused", one) for one in self.refused]
        return {
            f"{sheet} {row} {kind}": hashlib.sha256(repr(one).encode()).hexdigest()[:16]
            for sheet, row, kind, one in (*units, *people, *refused)
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """Somebody for whom an import created an account: whom to tell which 学法账号. `unit` is a unit code.

    `password` is the one-time slip and `expires` when it does; "" and None where the published first password does.
    """

    name: str
    number: str
    unit: str
    role: Role
    password: str = ""
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What an import did: the new accounts, numbers of people, then of units, and every row that was not imported."""

    new: tuple[NewAccount, ...] = ()
    changed: int = 0
    requested: int = 0
    unchanged: int = 0
    units_created: int = 0
    units_changed: int = 0
    refused: tuple[RefusedRow, ...] = ()

    @property
    def created(self) -> int:
        """How many accounts were created."""
        return len(self.new)
