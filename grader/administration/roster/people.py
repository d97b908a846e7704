"""The people of a roster import: what each row would create or change, and what is refused.

Somebody known only by telephone or QQ number must have the same name: a telephone may have passed to somebody else,
who must not inherit the dossier. Somebody known only by name must not have another telephone or QQ number: that may
be a namesake.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from grader.administration.roster.match import Match, holder, match_people
from grader.administration.roster.rows import ROLE_TITLES, FieldChange, PersonChange, PersonRow, RefusedRow
from grader.domain.account import (
    Account,
    AccountId,
    AccountSummary,
    Exemption,
    Placement,
    Role,
    UnitId,
    login_form,
)
from grader.domain.unit import UnitSummary
from grader.store.base import Store
from grader.store.kinds import ACCOUNT, UNIT


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePlan:
    """Changes and refused rows, each in the order of the file; `unchanged` counts rows."""

    changes: tuple[PersonChange, ...]
    refused: tuple[RefusedRow, ...]
    unchanged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What planning reads of the store, read once."""

    store: Store
    ids: Mapping[str, UnitId]
    """Units by code."""
    units: Mapping[UnitId, UnitSummary]
    new_units: frozenset[str]
    accounts: Mapping[AccountId, AccountSummary]
    scope: frozenset[UnitId] | None
    programme: str
    now: datetime
    titles: Mapping[str, str]

    def is_in_scope(self, unit: UnitId) -> bool:
        return self.scope is None or unit in self.scope

    def unit_name(self, unit: UnitId) -> str:
        return self.units[unit].name if unit in self.units else unit

    def title(self, id: str) -> str:
        return self.titles.get(id, id)


def plan_people(
    store: Store,
    rows: Sequence[PersonRow],
    *,
    new_units: frozenset[str],
    programme: str,
    now: datetime,
    scope: frozenset[UnitId] | None,
    titles: Mapping[str, str],
) -> PeoplePlan:
    """What the rows of 花名册 would create and change; `new_units` are codes that the same import creates."""
    units = {UnitId(row.id): row.summary for row in store.list(UNIT)}
    view = _View(
        store=store,
        ids={unit.code: id for id, unit in units.items()},
        units=units,
        new_units=new_units,
        accounts={AccountId(row.id): row.summary for row in store.list(ACCOUNT)},
        scope=scope,
        programme=programme,
        now=now,
        titles=titles,
    )
    changes, refused = [], []
    matches = match_people(store, rows, units=view.ids, accounts=view.accounts)
    for match in matches:
        if _is_as_listed(view, match):
            continue
        planned = _plan_person(view, match)
        if isinstance(planned, str):
            refused.append(refusal(match.row, planned))
        elif planned.id is None or planned.fields:
            changes.append(planned)
    unchanged = len(matches) - len(changes) - len(refused)
    return PeoplePlan(changes=tuple(changes), refused=tuple(refused), unchanged=unchanged)


def _is_as_listed(view: _View, match: Match) -> bool:
    """Whether the account's summary alone tells that the row is sound and would change nothing."""
    row, known = match.row, view.accounts.get(match.id) if match.id else None
    if known is None or match.why:
        return False
    held = known.exemption(view.programme, view.now)
    return (
        view.is_in_scope(known.unit)
        and (view.ids.get(row.unit), row.role, row.name, row.tier) == (known.unit, known.role, known.name, known.tier)
        and row.rank in {"", known.rank}
        and row.telephone in {"", known.telephone}
        and row.qq in {"", known.qq}
        and row.order_number in {None, known.order_number}
        and row.exemption == (held.kind if held else "")
        and login_form(row.number) in {"", login_form(known.number)}
    )


def _plan_person(view: _View, match: Match) -> PersonChange | str:
    """The change, or the sentence that refuses it."""
    row = match.row
    stored = view.store.load(ACCOUNT, match.id) if match.id else None
    account = stored.value if stored else None
    why = (
        match.why
        or _unit_fault(view, row.unit)
        or (_account_fault(view, row, account) if account else "")
        or _name_fault(view, row, account)
    )
    if why:
        return why
    if account is None:
        return PersonChange(row=row, id=None, fields=_first_fields(view, row))
    if match.by_name and (differing := _differing(row, account)):
        return (
            f"本单位已有同名的“{row.name}”（学法账号 {account.number}），{differing}不同，不能确定是不是同一人。"
            "是同一人换了号码的，请填写该学法账号；不是同一人的，请把两人都列入花名册，并为原有的一位填写学法账号。"
        )
    fields = _field_changes(view, row, account)
    if fields and match.by_name and not account.is_active:
        return (
            f"本单位的“{row.name}”（学法账号 {account.number}）已失效，不能确定是不是同一人。"
            "是同一人的，请填写该学法账号；不是同一人的，请把两人都列入花名册，并为已失效的一位填写学法账号。"
        )
    return PersonChange(row=row, id=account.id, number=account.number, fields=fields)


def _unit_fault(view: _View, code: str) -> str:
    if code in view.new_units:
        return ""
    if code not in view.ids:
        return f"没有代码为“{code}”的单位（或者该单位这次没有导入），请核对单位代码，或在“单位”表中加上该单位。"
    if not view.is_in_scope(view.ids[code]):
        return f"单位“{code}”不在您管理的范围内，请删去这一行，或请上级单位导入。"
    return ""


def _account_fault(view: _View, row: PersonRow, account: Account) -> str:
    """Why the row may not change this account; "" if it may."""
    if not view.is_in_scope(account.unit):
        return "此人的账号现在属于您管理范围以外的单位，请联系上级主管部门办理调入。"
    if account.role is Role.COUNTY:
        return f"账号 {account.number} 是主管部门的管理员，不能通过花名册修改。请删去这一行。"
    if row.number and login_form(row.number) != login_form(account.number):
        return f"“{account.name}”的学法账号是 {account.number}，与所填的“{row.number}”不一致，请改正后再导入。"
    if not row.number and row.name != account.name:
        return (
            f"所填的手机号或QQ号现由“{account.name}”（学法账号 {account.number}）使用。"
            "是同一人改名的，请填写该学法账号；不是同一人的，请改正手机号、QQ号。"
        )
    if row.role is not account.role:
        now_is, other = ROLE_TITLES[account.role], ROLE_TITLES[row.role]
        return (
            f"账号 {account.number} 是{now_is}，不能改为{other}。请另列一行{other}，手机号、QQ号和学法账号留空或另填。"
        )
    return ""


def _name_fault(view: _View, row: PersonRow, account: Account | None) -> str:
    """Which of the row's login names somebody else holds; "" if none."""
    for label, text in (("手机号", row.telephone), ("QQ号", row.qq), ("学法账号", row.number)):
        found = holder(view.store, text)
        if found is None or (account and found == account.id):
            continue
        known = view.accounts.get(found)
        if known and view.is_in_scope(known.unit):
            return f"{label}“{text}”已由“{known.name}”（学法账号 {known.number}）使用，请核对改正。"
        return f"{label}“{text}”已被其他账号使用，请核对改正。"
    return ""


def _differing(row: PersonRow, account: Account) -> str:
    """Of telephone and QQ number, those that both sides have and that differ."""
    compared = (("手机号", row.telephone, account.telephone), ("QQ号", row.qq, account.qq))
    return "、".join(label for label, new, old in compared if new and old and new != old)


def _first_fields(view: _View, row: PersonRow) -> tuple[FieldChange, ...]:
    shown = (
        ("人员类别", ROLE_TITLES[row.role]),
        ("人员层次", view.title(row.tier) if row.role is Role.LEARNER else ""),
        ("手机号", row.telephone),
        ("QQ号", row.qq),
        ("学法账号", row.number),
        ("可不参加", view.title(row.exemption)),
    )
    return tuple(FieldChange(label=label, before="", after=text) for label, text in shown if text)


def _field_changes(view: _View, row: PersonRow, account: Account) -> tuple[FieldChange, ...]:
    unit = view.ids.get(row.unit, UnitId(row.unit))
    after = revised(account, row, unit=unit, programme=view.programme, now=view.now)
    compared = (
        ("单位", view.unit_name(account.unit), view.unit_name(after.unit), account.unit != after.unit),
        ("姓名", account.name, after.name, account.name != after.name),
        ("人员层次", view.title(account.tier), view.title(after.tier), account.tier != after.tier),
        ("职务级别", account.rank, after.rank, account.rank != after.rank),
        ("手机号", account.telephone, after.telephone, account.telephone != after.telephone),
        ("QQ号", account.qq, after.qq, account.qq != after.qq),
        ("序号", str(account.order_number), str(after.order_number), account.order_number != after.order_number),
        ("可不参加", _exemption(view, account), _exemption(view, after), account.exemptions != after.exemptions),
    )
    return tuple(FieldChange(label=label, before=old, after=new) for label, old, new, differs in compared if differs)


def _exemption(view: _View, account: Account) -> str:
    held = account.exemption(view.programme, view.now)
    return view.title(held.kind) if held else ""


def revised(account: Account, row: PersonRow, *, unit: UnitId, programme: str, now: datetime) -> Account:
    """The account as the row wants it, equal to the one before where nothing differs; the act is the caller's."""
    placements = account.placements
    if (account.unit, account.tier) != (unit, row.tier):
        placements = (*placements, Placement(at=now, unit=unit, tier=row.tier))
    return replace(
        account,
        name=row.name,
        telephone=row.telephone or account.telephone,
        qq=row.qq or account.qq,
        rank=row.rank or account.rank,
        order_number=account.order_number if row.order_number is None else row.order_number,
        placements=placements,
        exemptions=_exemptions(account, row.exemption, programme=programme, now=now),
    )


def _exemptions(account: Account, kind: str, *, programme: str, now: datetime) -> tuple[Exemption, ...]:
    before = account.exemption(programme, now)
    if (before.kind if before else "") == kind:
        return account.exemptions
    ended = tuple(replace(known, ends=now) if known is before else known for known in account.exemptions)
    return (*ended, Exemption(programme=programme, kind=kind, at=now)) if kind else ended


def refusal(row: PersonRow, why: str) -> RefusedRow:
    """The row as one that is not imported."""
    return RefusedRow(sheet=row.sheet, row=row.row, name=row.name, why=why)
