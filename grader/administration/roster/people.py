"""The people of a roster import: what each row would create or change, and what is refused.

Somebody known only by telephone or QQ number must have the same name: a telephone may have passed to somebody else,
who must not inherit the dossier. Somebody known only by name must not have another telephone or QQ number: that may
be a namesake.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from grader.administration.roster.match import Match, holder, match_people
from grader.administration.roster.rows import ROLE_TITLES, FieldChange, PersonChange, PersonRow, RefusedRow, Terms
from grader.domain.people.account import (
    Account,
    AccountId,
    AccountSummary,
    Exemption,
    Placement,
    Role,
    UnitId,
    login_form,
    of_rank,
)
from grader.domain.people.unit import UnitSummary
from grader.store.base import Store
from grader.store.kinds import ACCOUNT, UNIT
from quizgen.model import TierId


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
    terms: Terms
    now: datetime

    def is_in_scope(self, unit: UnitId) -> bool:
        return self.terms.scope is None or unit in self.terms.scope

    def unit_name(self, unit: UnitId) -> str:
        return self.units[unit].name if unit in self.units else unit

    def title(self, id: str) -> str:
        return self.terms.titles.get(id, id)


class _Refused(Exception):
    """The row is not imported: about which column, and why."""

    def __init__(self, label: str, why: str) -> None:
        super().__init__(why)
        self.label, self.why = label, why


def plan_people(
    store: Store, rows: Sequence[PersonRow], *, new_units: frozenset[str], terms: Terms, now: datetime
) -> PeoplePlan:
    """What the rows of 花名册 would create and change; `new_units` are codes that the same import creates."""
    units = {UnitId(row.id): row.summary for row in store.list(UNIT)}
    view = _View(
        store=store,
        ids={unit.code: id for id, unit in units.items()},
        units=units,
        new_units=new_units,
        accounts={AccountId(row.id): row.summary for row in store.list(ACCOUNT)},
        terms=terms,
        now=now,
    )
    changes, refused = [], []
    headed: set[str] = set()
    matches = match_people(store, rows, units=view.ids, accounts=view.accounts)
    for match in matches:
        if _is_as_listed(view, match):
            continue
        try:
            planned = _plan_person(view, match)
            _check_only_one(planned, headed)
        except _Refused as why:
            refused.append(refusal(match.row, why.why, label=why.label))
        else:
            if planned.id is None or planned.fields:
                changes.append(planned)
    unchanged = len(matches) - len(changes) - len(refused)
    return PeoplePlan(changes=tuple(changes), refused=tuple(refused), unchanged=unchanged)


def _is_as_listed(view: _View, match: Match) -> bool:
    """Whether the account's summary alone tells that the row is sound and would change nothing."""
    row, known = match.row, view.accounts.get(match.id) if match.id else None
    if known is None or match.why:
        return False
    held = known.exemption(view.terms.programme, view.now)
    return (
        view.is_in_scope(known.unit)
        and (view.ids.get(row.unit), row.role, row.name) == (known.unit, known.role, known.name)
        and row.tier in {known.tier, ""}
        and row.rank in {"", known.rank}
        and row.telephone in {"", known.telephone}
        and row.qq in {"", known.qq}
        and row.order_number in {None, known.order_number}
        and row.exemption in {None, held.kind if held else ""}
        and login_form(row.number) in {"", login_form(known.number)}
    )


def _plan_person(view: _View, match: Match) -> PersonChange:
    """The change. Raises _Refused."""
    row = match.row
    _check_unit(view, row)
    if match.why:
        raise _Refused(_NAME[row.role], match.why)
    stored = view.store.load(ACCOUNT, match.id) if match.id else None
    account = stored.value if stored else None
    _check_exemption(view, row, account)
    if account is None:
        return _creation(view, row, is_shared=match.is_shared)
    _check_account(view, row, account)
    if account.unit != view.ids.get(row.unit):
        return _request(view, row, account)
    _check_login_names(view, row, account)
    if match.by_name and row.role is Role.LEARNER and (differing := _differing(row, account)):
        raise _Refused(
            "姓名",
            f"本单位已有同名的“{row.name}”（学法账号 {account.number}），{differing}不同，不能确定是不是同一人。"
            "是同一人换了号码的，请填写该学法账号；不是同一人的，请把两人都列入花名册，并为原有的一位填写学法账号。",
        )
    row = replace(row, tier=_tier(view, row, account))
    fields = _field_changes(view, row, account)
    if fields and match.by_name and not account.is_active:
        raise _Refused(
            "姓名",
            f"本单位的“{row.name}”（学法账号 {account.number}）已失效，不能确定是不是同一人。"
            "是同一人的，请填写该学法账号；不是同一人的，请把两人都列入花名册，并为已失效的一位填写学法账号。",
        )
    return PersonChange(row=row, id=account.id, number=account.number, fields=fields)


def _check_exemption(view: _View, row: PersonRow, account: Account | None) -> None:
    """A roster says no approval, so that only the county's may exempt, or end an exemption. Raises _Refused."""
    held = account.exemption(view.terms.programme, view.now) if account else None
    if view.terms.scope is not None and row.exemption not in {None, held.kind if held else ""}:
        raise _Refused(
            "可不参加",
            "可不参加要有批准人和批准日期，不能用花名册办理。请在“可不参加”页面办理或撤销（人多的用“按名单办理”），"
            "并删去花名册里的这一列。",
        )


_NAME = {Role.LEARNER: "姓名", Role.UNIT: "管理员姓名"}


def _creation(view: _View, row: PersonRow, *, is_shared: bool) -> PersonChange:
    """A new account, where the row says enough of it. Raises _Refused."""
    _check_login_names(view, row, None)
    if row.number and not re.fullmatch(re.escape(row.unit) + "[0-9]{4}", row.number):
        raise _Refused(
            "账号",
            f"没有“{row.number}”这个账号；新增人员的账号应为单位代码加四位数字（如 {row.unit}0001）。"
            "请核对（前面的 0 是否丢了），或把这一格空着，由系统分配。",
        )
    if row.number.endswith("0000") and row.role is Role.LEARNER and row.number == f"{row.unit}0000":
        raise _Refused("账号", f"“{row.number}”留给单位管理员使用，请改用其他账号，或把这一格空着，由系统分配。")
    if row.role is Role.UNIT and (held := _administrator(view, row.unit)):
        raise _Refused(
            "管理员姓名",
            f"该单位已有管理员“{held.name}”（账号 {held.number}），一个单位只设一名。更换的，请在单位管理页面移交。",
        )
    row = replace(row, tier=_first_tier(view, row))
    fields = _first_fields(view, row)
    if is_shared:
        other = "管理员账号" if row.role is Role.LEARNER else "学员账号"
        fields += (FieldChange(label="手机号码", before="", after=f"已登记在本人的{other}上，不重复登记"),)
    return PersonChange(row=row, id=None, fields=fields)


def _check_only_one(planned: PersonChange, headed: set[str]) -> None:
    """One file makes one administrator a unit, too. Raises _Refused."""
    if planned.id is None and planned.row.role is Role.UNIT:
        if planned.row.unit in headed:
            raise _Refused("管理员姓名", "这份文件里该单位已有另一名管理员，一个单位只设一名，请只保留一名。")
        headed.add(planned.row.unit)


def _administrator(view: _View, code: str) -> AccountSummary | None:
    unit = view.ids.get(code)
    found = (known for known in view.accounts.values() if known.role is Role.UNIT and known.active)
    return next((known for known in found if known.unit == unit), None)


def _first_tier(view: _View, row: PersonRow) -> TierId:
    """The tier of a new account. Raises _Refused."""
    tier = row.tier or view.terms.ranks.get(row.rank, TierId(""))
    if not tier and row.role is Role.LEARNER:
        told = f"职务级别“{row.rank}”也没有默认的层次" if row.rank else "职务级别也空着，没有默认的层次"
        raise _Refused("人员层次", f"人员层次空着，{told}。请填写人员层次，或从下拉列表中选择职务级别。")
    return tier or next(iter(view.terms.ranks.values()), TierId(""))


def _tier(view: _View, row: PersonRow, account: Account) -> TierId:
    """A blank tier stays as it is, but follows a new rank where it was the old rank's default."""
    ranks = view.terms.ranks
    is_default = ranks.get(account.rank) == account.tier
    if not row.tier and row.rank not in {"", account.rank} and is_default:
        return ranks.get(row.rank, account.tier)
    return row.tier or account.tier


def _request(view: _View, row: PersonRow, account: Account) -> PersonChange:
    """申请调入: asked for by the row's unit; no change where it was asked for already. Raises _Refused."""
    if account.role is not Role.LEARNER:
        raise _Refused(
            "管理员姓名", f"“{row.name}”的管理员账号属于另一个单位，请为本单位另设管理员账号（手机号码空着）。"
        )
    to = view.ids.get(row.unit)
    if to is None:
        raise _Refused(
            "单位", f"“{row.name}”现在属于“{view.unit_name(account.unit)}”。请先建好单位“{row.unit}”，再申请调入。"
        )
    under_way = account.transfer
    if under_way and under_way.to != to:
        raise _Refused("单位", f"“{row.name}”正在办理调往其他单位的手续，请与原单位联系。")
    fields = (FieldChange(label="单位", before=view.unit_name(account.unit), after=view.unit_name(to)),)
    number = account.number if view.is_in_scope(account.unit) else row.number
    return PersonChange(row=row, id=account.id, number=number, fields=() if under_way else fields, is_request=True)


def _check_unit(view: _View, row: PersonRow) -> None:
    if row.unit in view.new_units:
        return
    if row.unit not in view.ids:
        why = f"没有代码为“{row.unit}”的单位（或者该单位这次没有导入），请核对，或先建好该单位。"
        raise _Refused("单位", why)
    if not view.is_in_scope(view.ids[row.unit]):
        why = f"单位“{row.unit}”不在您管理的范围内，请删去这一行，或请上级单位导入。"
        raise _Refused("单位", why)
    if view.units[view.ids[row.unit]].closed:
        raise _Refused("单位", f"单位“{view.unit_name(view.ids[row.unit])}”已经撤销，请改填现在的单位。")


def _check_account(view: _View, row: PersonRow, account: Account) -> None:
    """Whether the row may speak of this account. Raises _Refused."""
    is_office = account.role not in {Role.LEARNER, Role.UNIT}
    is_other_number = bool(row.number) and login_form(row.number) != login_form(account.number)
    is_strange = is_office or is_other_number or (row.name, row.role) != (account.name, account.role)
    if is_strange and not view.is_in_scope(account.unit):
        told = "" if row.name == account.name else "，姓名也不相同"
        raise _Refused(_named_by(row), f"所填的账号、手机号码或QQ号已由其他单位的人员使用{told}，请核对改正。")
    if is_office:
        raise _Refused("账号", f"账号 {account.number} 不是学员账号，不能通过花名册修改。请删去这一行。")
    if is_other_number:
        why = f"“{account.name}”的学法账号是 {account.number}，与所填的“{row.number}”不一致，请改正后再导入。"
        raise _Refused("账号", why)
    if not row.number and row.name != account.name:
        raise _Refused(
            _named_by(row),
            f"所填的手机号码或QQ号现由“{account.name}”（学法账号 {account.number}）使用。"
            "是同一人改名的，请填写该学法账号；不是同一人的，请改正手机号码、QQ号。",
        )
    if row.name != account.name and _differing(row, account):
        raise _Refused(
            "账号",
            f"账号 {account.number} 是“{account.name}”的，姓名和号码都与所填的“{row.name}”不同，像是另一个人。"
            "账号不能转给他人：请把这一格空着作为新增人员；确是同一人的，请分两次修改姓名和号码。",
        )
    if row.role is not account.role:
        now_is, other = ROLE_TITLES[account.role], ROLE_TITLES[row.role]
        why = f"账号 {account.number} 是{now_is}，不能改为{other}。请另列一行{other}，手机号码、QQ号和账号留空或另填。"
        raise _Refused("账号", why)


def _named_by(row: PersonRow) -> str:
    """The column by which the row was found."""
    return "账号" if row.number else "手机号码" if row.telephone else "QQ号"


def _check_login_names(view: _View, row: PersonRow, account: Account | None) -> None:
    """Whether somebody else holds one of the row's login names. Raises _Refused."""
    for label, text in (("手机号码", row.telephone), ("QQ号", row.qq), ("账号", row.number)):
        found = holder(view.store, text)
        if found is None or (account and found == account.id):
            continue
        known = view.accounts.get(found)
        if known and view.is_in_scope(known.unit):
            raise _Refused(label, f"{label}“{text}”已由“{known.name}”（学法账号 {known.number}）使用，请核对改正。")
        raise _Refused(label, f"{label}“{text}”已被其他账号使用，请核对改正。")


def _differing(row: PersonRow, account: Account) -> str:
    """Of telephone and QQ number, those that both sides have and that differ."""
    compared = (("手机号码", row.telephone, account.telephone), ("QQ号", row.qq, account.qq))
    return "、".join(label for label, new, old in compared if new and old and new != old)


def _first_fields(view: _View, row: PersonRow) -> tuple[FieldChange, ...]:
    shown = (
        ("人员类别", ROLE_TITLES[row.role] if row.role is not Role.LEARNER else ""),
        ("职务级别", row.rank),
        ("人员层次", view.title(row.tier) if row.role is Role.LEARNER else ""),
        ("手机号码", row.telephone),
        ("QQ号", row.qq),
        ("账号", row.number),
        ("可不参加", view.title(row.exemption or "")),
    )
    return tuple(FieldChange(label=label, before="", after=text) for label, text in shown if text)


def _field_changes(view: _View, row: PersonRow, account: Account) -> tuple[FieldChange, ...]:
    after = revised(account, row, programme=view.terms.programme, now=view.now)
    compared = (
        ("姓名", account.name, after.name, account.name != after.name),
        ("人员层次", view.title(account.tier), view.title(after.tier), account.tier != after.tier),
        ("职务级别", account.rank, after.rank, account.rank != after.rank),
        ("手机号码", account.telephone, after.telephone, account.telephone != after.telephone),
        ("QQ号", account.qq, after.qq, account.qq != after.qq),
        ("序号", str(account.order_number), str(after.order_number), account.order_number != after.order_number),
        ("可不参加", _exemption(view, account), _exemption(view, after), account.exemptions != after.exemptions),
    )
    return tuple(FieldChange(label=label, before=old, after=new) for label, old, new, differs in compared if differs)


def _exemption(view: _View, account: Account) -> str:
    held = account.exemption(view.terms.programme, view.now)
    return view.title(held.kind) if held else ""


def revised(account: Account, row: PersonRow, *, programme: str, now: datetime) -> Account:
    """The account as the row wants it, equal to the one before where nothing differs; the act is the caller's.

    The row names a tier; the unit stays.
    """
    placements = account.placements
    if account.tier != row.tier:
        placements = (*placements, Placement(at=now, unit=account.unit, tier=row.tier))
    return replace(
        of_rank(account, row.rank or account.rank, at=now),
        name=row.name,
        telephone=row.telephone or account.telephone,
        qq=row.qq or account.qq,
        order_number=account.order_number if row.order_number is None else row.order_number,
        placements=placements,
        exemptions=_exemptions(account, row.exemption, programme=programme, now=now),
    )


def _exemptions(account: Account, kind: str | None, *, programme: str, now: datetime) -> tuple[Exemption, ...]:
    before = account.exemption(programme, now)
    if kind is None or (before.kind if before else "") == kind:
        return account.exemptions
    ended = tuple(replace(known, ends=now) if known is before else known for known in account.exemptions)
    return (*ended, Exemption(programme=programme, kind=kind, at=now)) if kind else ended


def refusal(row: PersonRow, why: str, *, label: str = "") -> RefusedRow:
    """The row as one that is not imported."""
    return RefusedRow(sheet=row.sheet, row=row.row, name=row.name, why=why, label=label)
