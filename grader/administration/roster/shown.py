"""What a check of a roster tells, as lines for its pages: what is wrong, what to look at, what would change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from grader.administration.roster.book.records import Fault
from grader.administration.roster.rows import FieldChange, PersonChange, Plan, RefusedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLine:
    """One line: whom or what it is about, where that stands in the file, what happens, and the particulars."""

    name: str = ""
    place: str = ""
    what: str = ""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """All lines of a check, and how many people and units they come to.

    `created` counts learners, `administrators` the new accounts of units.
    """

    wrong: tuple[ToldLine, ...] = ()
    notes: tuple[ToldLine, ...] = ()
    changes: tuple[ToldLine, ...] = ()
    created: int = 0
    administrators: int = 0
    changed: int = 0
    requests: int = 0
    unchanged: int = 0
    units: int = 0

    def packed(self) -> dict[str, Any]:
        """As values of JSON."""
        return asdict(self)


def shown_of(faults: Iterable[Fault], plan: Plan | None = None) -> Shown:
    """What is told of a checked file."""
    faults = tuple(faults)
    notes = tuple(_fault(fault) for fault in faults if fault.is_note)
    wrong = [_fault(fault) for fault in faults if not fault.is_note]
    if plan is None:
        return Shown(wrong=tuple(wrong), notes=notes)
    administrators = len(plan.new_administrators)
    return Shown(
        wrong=(*wrong, *map(_refused, plan.refused)),
        notes=notes,
        changes=tuple(_changes(plan)),
        created=len(plan.created) - administrators,
        administrators=administrators,
        changed=len(plan.changed),
        requests=len(plan.requests),
        unchanged=plan.unchanged,
        units=len(plan.units),
    )


def unpacked_shown(values: Mapping[str, Any]) -> Shown:
    """What `packed` was called on."""
    lines = {name: tuple(ToldLine(**line) for line in values[name]) for name in ("wrong", "notes", "changes")}
    return Shown(**{**values, **lines})


def _fault(fault: Fault) -> ToldLine:
    return ToldLine(place=f"{fault.sheet} {fault.cell}".strip(), text=fault.message)


def _refused(row: RefusedRow) -> ToldLine:
    column = f"“{row.label}”列" if row.label else ""
    return ToldLine(place=f"{row.sheet} 第 {row.row} 行{column} {row.name}".rstrip(), text=row.why)


def _changes(plan: Plan) -> Iterator[ToldLine]:
    for unit in plan.units:
        what = "变更单位" if unit.id else "新建单位"
        text = differences(unit.fields) if unit.id else f"单位代码 {unit.row.code}"
        yield ToldLine(name=unit.row.name, place=f"{unit.row.sheet} 第 {unit.row.row} 行", what=what, text=text)
    for change in plan.people:
        what = "申请调入" if change.is_request else "变更" if change.id else "新增"
        place = f"{change.row.sheet} 第 {change.row.row} 行"
        yield ToldLine(name=change.row.name, place=place, what=what, text=_person(change))


def _person(change: PersonChange) -> str:
    if change.id is None:
        given = (f"{field.label} {field.after}" for field in change.fields)
        return "；".join((f"单位代码 {change.row.unit}", *given))
    return (f"账号 {change.number}：" if change.number else "") + differences(change.fields)


def differences(fields: Iterable[FieldChange]) -> str:
    """职务级别由“空”改为“科长”, field by field."""
    return "；".join(f"{field.label}由“{field.before or '空'}”改为“{field.after or '空'}”" for field in fields)
