"""Which account each row of a roster means.

A row's own login names decide (学法账号, then telephone, then QQ number); whoever is left is known by unit, role and
name, where that is exactly one account and exactly one row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from grader.administration.roster.rows import PersonRow
from grader.domain.people.account import AccountId, AccountSummary, Role, UnitId, login_form
from grader.store.base import Name, Store
from grader.store.kinds import ACCOUNT, LINKED, LOGIN

_Place = tuple[str, str, Role]
"""Unit code, name and role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The account that a row means (`id` None: a new one), or why that cannot be told."""

    row: PersonRow
    id: AccountId | None = None
    by_name: bool = False
    why: str = ""
    is_shared: bool = False
    """Telephone or QQ number stand on the same person's other account, the administrator's or the learner's."""


def holder(store: Store, text: str) -> AccountId | None:
    """The account that may sign in with this text, or None."""
    found = store.find(ACCOUNT, Name(LOGIN, login_form(text))) if text else None
    return AccountId(found) if found else None


def match_people(
    store: Store,
    rows: Sequence[PersonRow],
    *,
    units: Mapping[str, UnitId],
    accounts: Mapping[AccountId, AccountSummary],
) -> list[Match]:
    """One match a row, in their order; `units` are ids by code, `accounts` all there are."""
    matches: dict[int, Match] = {}
    claimed: dict[AccountId, PersonRow] = {}
    waiting: defaultdict[_Place, list[int]] = defaultdict(list)
    given, rows = rows, [_without_shared(store, row, accounts) for row in rows]
    shared = {index for index, row in enumerate(rows) if row != given[index]}
    for index, row in enumerate(rows):
        if (id := _named(store, row)) is None:
            waiting[row.unit, row.name, row.role].append(index)
        elif id in claimed:
            matches[index] = Match(row=row, why=f"这一行与第 {claimed[id].row} 行指的是同一个账号，请删去一行或改正。")
        else:
            claimed[id] = row
            matches[index] = Match(row=row, id=id)
    free = _free_accounts(accounts, units, claimed)
    for place, indexes in waiting.items():
        group = [rows[index] for index in indexes]
        matches.update(zip(indexes, _match_namesakes(group, free.get(place, []), accounts), strict=True))
    return [replace(matches[index], is_shared=index in shared) for index in range(len(rows))]


def _without_shared(store: Store, row: PersonRow, accounts: Mapping[AccountId, AccountSummary]) -> PersonRow:
    """The row of a clerk without what stands on the same person's account in the other role: it stands once."""

    def is_shared(text: str) -> bool:
        id = holder(store, text)
        known = accounts.get(id) if id else None
        if id is None or known is None or {known.role, row.role} != {Role.LEARNER, Role.UNIT}:
            return False
        office = accounts.get(AccountId(store.find(ACCOUNT, Name(LINKED, id)) or ""))
        return row.name in {known.name, office.name if office else known.name}

    return replace(
        row, telephone="" if is_shared(row.telephone) else row.telephone, qq="" if is_shared(row.qq) else row.qq
    )


def _named(store: Store, row: PersonRow) -> AccountId | None:
    found = (holder(store, text) for text in (row.number, row.telephone, row.qq))
    return next((id for id in found if id), None)


def _free_accounts(
    accounts: Mapping[AccountId, AccountSummary],
    units: Mapping[str, UnitId],
    claimed: Mapping[AccountId, PersonRow],
) -> dict[_Place, list[AccountId]]:
    codes = {id: code for code, id in units.items()}
    free: defaultdict[_Place, list[AccountId]] = defaultdict(list)
    for id, account in accounts.items():
        if id not in claimed and account.unit in codes:
            free[codes[account.unit], account.name, account.role].append(id)
    return free


def _match_namesakes(
    rows: list[PersonRow], free: list[AccountId], accounts: Mapping[AccountId, AccountSummary]
) -> list[Match]:
    """Rows of one unit, role and name without a known login name, against the accounts like them that no row named."""
    if len(rows) == len(free) == 1:
        return [Match(row=rows[0], id=free[0], by_name=True)]
    if free:
        numbers = "、".join(sorted(accounts[id].number for id in free))
        why = f"单位里已有同名人员（学法账号 {numbers}），不能确定是哪一位。请把同名的都列出，并填写已有的学法账号。"
        return [Match(row=row, why=why) for row in rows]
    nameless = [row for row in rows if not (row.number or row.telephone or row.qq)]
    if len(nameless) < 2:
        return [Match(row=row) for row in rows]
    places = "、".join(str(row.row) for row in nameless)
    why = f"第 {places} 行单位和姓名相同，又都没有手机号、QQ号，以后无法区分。请至少填写其中一项，或删去重复的行。"
    return [Match(row=row, why=why if row in nameless else "") for row in rows]
