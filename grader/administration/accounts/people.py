"""The people of some units: found by name, number or telephone, by state and role; and what happened to accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from grader.administration.paging import PAGE, Page, page_of
from grader.domain.people.account import AccountId, AccountSummary, Role, UnitId, login_form
from grader.domain.people.unit import UnitSummary
from grader.store.base import Row, Store
from grader.store.kinds import ACCOUNT

_SHORTEST_TAIL = 4
"""Digits by which a telephone is looked for."""


class Condition(StrEnum):
    """How an account stands; `label` as lists say it."""

    ACTIVE = "active"
    UNCLAIMED = "unclaimed"
    LOCKED = "locked"
    INACTIVE = "inactive"

    @property
    def label(self) -> str:
        """The condition in Chinese."""
        return {"active": "已启用", "unclaimed": "未启用", "locked": "暂停登录", "inactive": "失效"}[self.value]


def condition(person: AccountSummary, now: datetime) -> Condition:
    """How the account stands now."""
    if not person.active:
        return Condition.INACTIVE
    if person.is_locked(now):
        return Condition.LOCKED
    return Condition.UNCLAIMED if person.initial else Condition.ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whom to list; what is empty leaves nobody out. `text` is part of a name or number, or a telephone's end."""

    text: str = ""
    condition: Condition | None = None
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One person of a list; `days` is for how long the account has been 未启用."""

    id: AccountId
    person: AccountSummary
    unit: str
    condition: Condition
    days: int = 0


def people(
    store: Store, units: Mapping[UnitId, UnitSummary], wanted: Wanted, *, now: datetime, page: int
) -> Page[Listed]:
    """A page of the people of these units: unit by unit in the order given, then by order number and number."""
    wanted = replace(wanted, text=login_form(wanted.text))
    groups: dict[UnitId, list[Row[AccountSummary]]] = defaultdict(list)
    for row in store.list(ACCOUNT):
        if row.summary.unit in units and _is_wanted(row.summary, wanted, now):
            groups[row.summary.unit].append(row)
    found = sum(map(len, groups.values()))
    pages = max(-(-found // PAGE), 1)
    number = min(max(page, 1), pages)
    rows = _slice([groups[unit] for unit in units if unit in groups], (number - 1) * PAGE)
    return Page(rows=[_listed(row, units, now) for row in rows], number=number, pages=pages, found=found)


def _slice(groups: list[list[Row[AccountSummary]]], skipped: int) -> Iterator[Row[AccountSummary]]:
    """PAGE rows after so many; only the groups that are shown are sorted."""
    left = PAGE
    for group in groups:
        if skipped >= len(group):
            skipped -= len(group)
            continue
        shown = sorted(group, key=_place)[skipped : skipped + left]
        yield from shown
        skipped, left = 0, left - len(shown)
        if not left:
            return


def _place(row: Row[AccountSummary]) -> tuple[bool, int, str]:
    return not row.summary.order_number, row.summary.order_number, row.summary.number


def _is_wanted(person: AccountSummary, wanted: Wanted, now: datetime) -> bool:
    if wanted.role is not None and person.role is not wanted.role:
        return False
    if wanted.condition is not None and condition(person, now) is not wanted.condition:
        return False
    return not wanted.text or _is_called(person, wanted.text)


def _is_called(person: AccountSummary, text: str) -> bool:
    """`text` is as login names are compared. Only names of several words are brought into that form: it takes long."""
    if text in person.name or text in person.number:
        return True
    is_tail = len(text) >= _SHORTEST_TAIL and text.isdecimal() and person.telephone.endswith(text)
    return is_tail or text in person.number.lower() or (not person.name.isalpha() and text in login_form(person.name))


def _listed(row: Row[AccountSummary], units: Mapping[UnitId, UnitSummary], now: datetime) -> Listed:
    person = row.summary
    return Listed(
        id=AccountId(row.id),
        person=person,
        unit=units[person.unit].name,
        condition=condition(person, now),
        days=(now - person.waiting).days if person.waiting else 0,
    )


def happenings(store: Store, units: Mapping[UnitId, UnitSummary], *, now: datetime, page: int) -> Page[Listed]:
    """账号动态: to whose account something happened, the latest first, each with what was last."""
    rows = [row for row in store.list(ACCOUNT) if row.summary.unit in units and row.summary.latest]
    rows.sort(key=lambda row: row.summary.latest.at if row.summary.latest else now, reverse=True)
    shown = page_of(rows, page)
    listed = [_listed(row, units, now) for row in shown.rows]
    return Page(rows=listed, number=shown.number, pages=shown.pages, found=shown.found)
