"""The roster as rows, and what importing it would do, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from grader.domain.account import AccountId, Role, UnitId
from quizgen.model import TierId

UNITS_SHEET = "单位"
PEOPLE_SHEET = "花名册"
ROLE_TITLES = {Role.LEARNER: "学员", Role.UNIT: "单位管理员"}
"""人员类别: the roles that a roster may give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One row of 单位; `parent` is a unit code. "" and None leave what an existing unit has."""

    row: int
    code: str
    name: str
    parent: str = ""
    kind: str = ""
    order_number: int | None = None
    sheet: str = UNITS_SHEET


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One row of 花名册; `unit` is a unit code.

    "" and None leave what an existing account has, except for `exemption`: "" withdraws it.
    """

    row: int
    unit: str
    name: str
    tier: TierId
    role: Role = Role.LEARNER
    rank: str = ""
    telephone: str = ""
    qq: str = ""
    number: str = ""
    order_number: int | None = None
    exemption: str = ""
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
    """An account to create (`id` None) or to change; `number` is the 学法账号 that it has.

    `fields` are what would change; of a new account what it would be, as far as a clerk should look at it again.
    """

    row: PersonRow
    id: AccountId | None
    number: str = ""
    fields: tuple[FieldChange, ...] = ()

    @property
    def is_transfer(self) -> bool:
        """Whether the person moves to another unit (调出 there, 调入 here)."""
        return any(change.label == "单位" for change in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that is not imported; `why` is the Chinese sentence with the way out."""

    sheet: str
    row: int
    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What importing `roster` would do, for a dry run; only rows that would change something are listed.

    `unchanged` counts people. `programme` is the one that exemptions are for.
    """

    roster: Roster
    programme: str
    scope: frozenset[UnitId] | None = None
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
        """The accounts that would be changed, transfers among them."""
        return tuple(change for change in self.people if change.id is not None)

    @property
    def transfers(self) -> tuple[PersonChange, ...]:
        """The people who would move to another unit."""
        return tuple(change for change in self.people if change.is_transfer)


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
    unchanged: int = 0
    units_created: int = 0
    units_changed: int = 0
    refused: tuple[RefusedRow, ...] = ()

    @property
    def created(self) -> int:
        """How many accounts were created."""
        return len(self.new)
