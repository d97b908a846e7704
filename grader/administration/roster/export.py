"""The roster as it stands, unmasked, and reserved accounts: rows for a workbook that can be imported again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from grader.administration.roster.book.columns import fold
from grader.administration.roster.login_names import LoginNames
from grader.domain.figures import LearnerEntry
from grader.domain.people.account import Role, UnitId
from grader.domain.people.unit import UnitSummary, in_order
from grader.store.base import Store
from grader.store.kinds import ACCOUNT, UNIT
from quizgen.programme import Programme

MOST_RESERVED = 500
"""Reserved accounts of one unit in a template."""


def unit_labels(store: Store, units: Mapping[UnitId, UnitSummary]) -> dict[UnitId, str]:
    """What a roster calls each unit: its name, or its code where another one has the same name."""
    counts = Counter(fold(row.summary.name) for row in store.list(UNIT) if not row.summary.closed)
    return {id: unit.name if counts[fold(unit.name)] <= 1 else unit.code for id, unit in units.items()}


def reserved_rows(store: Store, units: Mapping[UnitId, UnitSummary], *, each: int) -> Iterator[dict[str, str]]:
    """So many accounts of each unit that nobody holds, the lowest first."""
    names, labels = LoginNames(store), unit_labels(store, units)
    for id, unit in in_order(units.items()):
        if not unit.closed:
            for _ in range(min(each, MOST_RESERVED)):
                yield {"账号": names.number(unit.code, Role.LEARNER), "单位": labels[id]}


def people_rows(store: Store, units: Mapping[UnitId, UnitSummary], programme: Programme) -> list[dict[str, str]]:
    """Every learner of these units whose account is 有效, unit by unit in the order of lists."""
    labels = unit_labels(store, units)
    places = {id: place for place, (id, _) in enumerate(in_order(units.items()))}
    found = store.list(ACCOUNT, role=Role.LEARNER, unit=frozenset(units))
    entries = [LearnerEntry(id=row.id, account=row.summary) for row in found if row.summary.active]  # type: ignore[arg-type]
    entries.sort(key=lambda entry: (places[entry.account.unit], entry.place))
    titles = {id: tier.title for id, tier in programme.tiers.items()}
    return [
        {
            "账号": entry.account.number,
            "姓名": entry.account.name,
            "职务级别": entry.account.rank,
            "人员层次": titles.get(entry.account.tier, ""),
            "单位": labels[entry.account.unit],
            "序号": str(entry.account.order_number or ""),
            "手机号码": entry.account.telephone,
            "QQ号": entry.account.qq,
        }
        for entry in entries
    ]


def unit_rows(store: Store, units: Mapping[UnitId, UnitSummary]) -> list[dict[str, str]]:
    """The units that are not closed, with their administrators."""
    codes = {id: unit.code for id, unit in units.items()}
    heads = {row.summary.unit: row.summary for row in store.list(ACCOUNT, role=Role.UNIT) if row.summary.active}
    rows = []
    for id, unit in in_order(units.items()):
        head = heads.get(id)
        if not unit.closed:
            rows.append(
                {
                    "代码": unit.code,
                    "名称": unit.name,
                    "上级代码": codes.get(unit.parent, "") if unit.parent else "",
                    "类型": unit.kind,
                    "序号": str(unit.order_number or ""),
                    "管理员姓名": head.name if head else "",
                    "职务": head.rank if head else "",
                    "手机号码": head.telephone if head else "",
                    "办公电话": unit.telephone,
                }
            )
    return rows
