"""The log of acts as people read it: searched, with names for ids, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from grader.accounts.signin import account_named
from grader.administration.paging import PAGE, Page
from grader.domain.audit.act_log import ActsFound, ActsWanted, LoggedAct
from grader.domain.audit.acts import ACTIONS, OPERATOR, Change, changes_of
from grader.domain.people.account import Account, AccountId, Role, UnitId
from grader.domain.people.unit import UnitSummary
from grader.store.base import Store, Unusable
from grader.store.kinds import ACCOUNT, UNIT
from grader.units import units_of

OPERATOR_LABEL = "命令行"
_NOBODY = "?"
"""No id: asked for, it finds nothing."""
KIND_LABELS = {
    "account": "账号",
    "active": "年度学法考试方案",
    "audit": "操作记录核对",
    "dossier": "学法档案",
    "snapshot": "年终存档报表",
    "unit": "单位",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody looks for: login names of the person and the administrator, part of a unit's name or code.

    `action` is one of ACTIONS; both days count.
    """

    person: str = ""
    by: str = ""
    unit: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRow:
    """One act as it is shown: who, when, what, to whom or what, of which unit, and what changed."""

    at: datetime
    by: str
    action: str
    about: str
    unit: str
    changes: list[Change]
    late: bool


def acts_page(store: Store, administrator: Account, asked: Asked, *, page: int, zone: ZoneInfo) -> Page[ActRow]:
    """The acts that the administrator may see: the county's all, a unit's those on its own subtree and its people.

    Raises NotAllowed for whoever administers nothing.
    """
    is_county = administrator.role is Role.COUNTY
    wanted = _wanted(store, asked, units_of(store, administrator), zone=zone, is_all=is_county)
    found = store.acts(wanted, most=PAGE, skip=(max(page, 1) - 1) * PAGE)
    pages = max(-(-found.found // PAGE), 1)
    if page > pages:
        return acts_page(store, administrator, asked, page=pages, zone=zone)
    return Page(rows=_rows(store, found), number=max(page, 1), pages=pages, found=found.found)


def log_lines(store: Store, asked: Asked, *, most: int, zone: ZoneInfo) -> Page[ActRow]:
    """The latest acts of all units, for the command line."""
    units = {UnitId(row.id): row.summary for row in store.list(UNIT)}
    found = store.acts(_wanted(store, asked, units, zone=zone, is_all=True), most=most)
    return Page(rows=_rows(store, found), number=1, pages=1, found=found.found)


def _wanted(
    store: Store, asked: Asked, units: Mapping[UnitId, UnitSummary], *, zone: ZoneInfo, is_all: bool
) -> ActsWanted:
    named = [id for id, unit in units.items() if asked.unit in unit.name or asked.unit in unit.code]
    return ActsWanted(
        by=OPERATOR if asked.by == OPERATOR_LABEL else _id_of(store, asked.by),
        action=asked.action,
        account=_id_of(store, asked.person),
        since=_midnight(asked.since, zone),
        until=_midnight(asked.until + timedelta(days=1), zone) if asked.until else None,
        units=None if is_all and not asked.unit else frozenset(named),
    )


def _id_of(store: Store, name: str) -> str:
    """The account with this login name; "" for no name."""
    if not name:
        return ""
    account = account_named(store, name)
    return account.id if account else _NOBODY


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), zone) if day else None


def _rows(store: Store, found: ActsFound) -> list[ActRow]:
    row = _reader(store)
    return [row(logged) for logged in found.acts]


def _reader(store: Store) -> Callable[[LoggedAct], ActRow]:
    """Makes rows; what several rows name is read once."""

    @cache
    def person(id: str) -> Account | None:
        return _loaded_account(store, id)

    @cache
    def unit(id: str) -> str:
        stored = store.load(UNIT, id) if id else None
        return f"{stored.value.name}（{stored.value.code}）" if stored else ""

    def row(logged: LoggedAct) -> ActRow:
        owner = person(logged.account) if logged.account else None
        return ActRow(
            at=logged.act.at,
            by=_by(logged.act.by, person),
            action=ACTIONS.get(logged.act.action, logged.act.action),
            about=_about(logged, owner, unit),
            unit=unit(owner.unit) if owner else "",
            changes=changes_of(logged.act),
            late=logged.late,
        )

    return row


def _loaded_account(store: Store, id: str) -> Account | None:
    try:
        stored = store.load(ACCOUNT, AccountId(id))
    except Unusable:  # its document is damaged; the log is not
        return None
    return stored.value if stored else None


def _by(id: str, person: Callable[[str], Account | None]) -> str:
    if id == OPERATOR:
        return OPERATOR_LABEL
    account = person(id)
    return f"{account.name}（{account.number}）" if account else id


def _about(logged: LoggedAct, owner: Account | None, unit: Callable[[str], str]) -> str:
    if owner:
        name = f"{owner.name}（{owner.number}）"
        return name if logged.kind == "account" else f"{name}的{KIND_LABELS.get(logged.kind, logged.kind)}"
    named = unit(UnitId(logged.unit)) if logged.unit else logged.id
    return f"{KIND_LABELS.get(logged.kind, logged.kind)} {named}"
