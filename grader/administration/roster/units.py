"""The units of a roster import: parents before children, loops and foreign units refused."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from grader.administration.roster.facts import unit_facts
from grader.administration.roster.rows import FieldChange, RefusedRow, UnitChange, UnitRow
from grader.domain.audit.acts import Seal, append_act, facts_of_change
from grader.domain.people.account import UnitId
from grader.domain.people.unit import Unit, UnitSummary, in_order, of_kind, renamed
from grader.sealing import act_key
from grader.store.base import Name, NameTaken, Store
from grader.store.kinds import CODE, UNIT
from grader.store.update import update

_LOOP = "沿上级单位代码往上找会绕回来，找不到主管单位。请改正上级单位代码。"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsPlan:
    """Changes with parents before children, and the refused rows by row number."""

    changes: tuple[UnitChange, ...]
    refused: tuple[RefusedRow, ...]


def plan_units(store: Store, rows: Sequence[UnitRow], *, scope: frozenset[UnitId] | None) -> UnitsPlan:
    """What the rows of 单位 would create and change."""
    if not rows:
        return UnitsPlan(changes=(), refused=())
    existing = {row.summary.code: (UnitId(row.id), row.summary) for row in store.list(UNIT)}
    planner = _Planner(existing, rows, scope)
    planner.walk()
    return UnitsPlan(
        changes=tuple(planner.changes), refused=tuple(sorted(planner.refused.values(), key=lambda refused: refused.row))
    )


class _Planner:
    """Walks the tree that the rows would make from the top down: a parent is settled before its children."""

    def __init__(
        self,
        existing: Mapping[str, tuple[UnitId, UnitSummary]],
        rows: Iterable[UnitRow],
        scope: frozenset[UnitId] | None,
    ) -> None:
        self._existing = existing
        self._codes = {id: unit.code for id, unit in existing.values()}
        self._rows = {row.code: row for row in rows}
        self._scope = scope
        self._tops = [unit.code for _, unit in in_order(existing.values()) if unit.parent is None][:1]
        self._blank = [row.row for row in self._rows.values() if not row.parent and row.code not in existing]
        self._settled: set[str] = set()
        """Codes of units that will stand, those within the scope only."""
        self.changes: list[UnitChange] = []
        self.refused: dict[str, RefusedRow] = {}

    def walk(self) -> None:
        """Plan every row."""
        parents = {code: self._parent(code) for code in {**self._existing, **self._rows}}
        children: dict[str, list[str]] = {}
        for code, parent in parents.items():
            children.setdefault(parent, []).append(code)
        waiting = deque(code for parent, codes in children.items() if parent not in parents for code in codes)
        reached: set[str] = set()
        while waiting:
            code = waiting.popleft()
            reached.add(code)
            self._settle(code, parents[code])
            waiting.extend(children.get(code, ()))
        for code in self._rows.keys() - reached:
            self._refuse(code, _LOOP)

    def _parent(self, code: str) -> str:
        """The code of the unit above; "" for none."""
        row, (_, unit) = self._rows.get(code), self._existing.get(code, (None, None))
        if row and row.parent:
            return row.parent
        if unit:
            return self._codes.get(unit.parent, "") if unit.parent else ""
        return self._by_prefix(code) or (self._tops[0] if self._tops else "")

    def _by_prefix(self, code: str) -> str:
        """The longest code of another unit that this one begins with; "" for none."""
        heads = (code[:length] for length in range(len(code) - 1, 0, -1))
        return next((head for head in heads if head in self._existing or head in self._rows), "")

    def _settle(self, code: str, parent: str) -> None:
        id, unit = self._existing.get(code, (None, None))
        row = self._rows.get(code)
        if row and (why := self._fault(row, id, parent)):
            self._refuse(code, why)
        elif row:
            fields = _field_changes(row, unit, self._parent_before(unit), parent) if unit else ()
            if not unit or fields:
                self.changes.append(UnitChange(row=row, id=id, parent=parent, fields=fields))
        if (id is None and code not in self.refused) or (id and self._is_in_scope(id)):
            self._settled.add(code)

    def _fault(self, row: UnitRow, id: UnitId | None, parent: str) -> str:
        if id and not self._is_in_scope(id):
            return f"单位“{row.code}”不在您管理的范围内，请删去这一行，或请上级单位导入。"
        if id and self._existing[row.code][1].closed:
            return f"单位“{row.code}”已经撤销，不能再修改。请删去这一行。"
        return self._parent_fault(row, id, parent)

    def _parent_fault(self, row: UnitRow, id: UnitId | None, parent: str) -> str:
        if id is None and not parent and len(self._blank) > 1:
            places = "、".join(map(str, self._blank))
            return f"第 {places} 行的上级单位代码都空着，不能确定哪个是主管单位。只能有一个单位空着，请为其他单位填写。"
        if parent in self.refused and parent not in self._existing:
            return f"上级单位“{parent}”没有导入，请先改正第 {self.refused[parent].row} 行。"
        if parent and parent not in self._existing and parent not in self._rows:
            return f"没有代码为“{parent}”的上级单位，请核对上级单位代码，或在“单位”表中加上该单位。"
        moves = id is None or parent != self._parent_before(self._existing[row.code][1])
        if moves and self._scope is not None and parent not in self._settled:
            return "上级单位不在您管理的范围内，请把上级单位代码改为本单位或下属单位的代码。"
        return ""

    def _parent_before(self, unit: UnitSummary | None) -> str:
        return self._codes.get(unit.parent, "") if unit and unit.parent else ""

    def _is_in_scope(self, id: UnitId) -> bool:
        return self._scope is None or id in self._scope

    def _refuse(self, code: str, why: str) -> None:
        row = self._rows[code]
        self.refused[code] = RefusedRow(sheet=row.sheet, row=row.row, name=row.name, why=why)


def _field_changes(row: UnitRow, unit: UnitSummary, parent_before: str, parent: str) -> tuple[FieldChange, ...]:
    order_number = unit.order_number if row.order_number is None else row.order_number
    compared = (
        ("名称", unit.name, row.name),
        ("上级代码", parent_before, parent),
        ("类型", unit.kind, row.kind or unit.kind),
        ("序号", str(unit.order_number), str(order_number)),
        ("办公电话", unit.telephone, row.office or unit.telephone),
    )
    return tuple(FieldChange(label=label, before=old, after=new) for label, old, new in compared if old != new)


def save_units(
    store: Store, changes: Sequence[UnitChange], *, by: str, now: datetime, new_id: Callable[[], str]
) -> list[RefusedRow]:
    """Create and change the units, each with its act; returns the rows that somebody else forestalled."""
    refused, key = [], act_key(store)
    for change in changes:
        row = change.row
        parent = store.find(UNIT, Name(CODE, change.parent)) if change.parent else None
        if change.parent and parent is None:
            refused.append(_refusal(row, f"上级单位“{change.parent}”没有导入，请再导入一次。"))
            continue
        try:
            _save_unit(store, change, UnitId(parent) if parent else None, by=by, now=now, new_id=new_id, key=key)
        except NameTaken:
            refused.append(_refusal(row, f"单位代码“{row.code}”刚刚由他人建立，请再导入一次。"))
    return refused


def _save_unit(
    store: Store,
    change: UnitChange,
    parent: UnitId | None,
    *,
    by: str,
    now: datetime,
    new_id: Callable[[], str],
    key: Seal,
) -> None:
    row, id = change.row, change.id or UnitId(new_id())

    def revised(before: Unit | None) -> Unit:
        unit = before or Unit(id=id, code=row.code, name=row.name, created=now, parent=parent, kind=row.kind)
        order_number = unit.order_number if row.order_number is None else row.order_number
        after = replace(
            of_kind(renamed(unit, row.name, at=now), row.kind or unit.kind, at=now),
            parent=parent,
            order_number=order_number,
            telephone=row.office or unit.telephone,
        )
        if before is None:
            return replace(after, acts=append_act((), "import-create", by=by, at=now))
        if after == before:
            return before
        facts = facts_of_change(unit_facts(before), unit_facts(after), key=key, personal=frozenset())
        return replace(after, acts=append_act(before.acts, "import-change", by=by, at=now, facts=facts))

    update(store, UNIT, id, revised)


def _refusal(row: UnitRow, why: str) -> RefusedRow:
    return RefusedRow(sheet=row.sheet, row=row.row, name=row.name, why=why)
