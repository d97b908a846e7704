"""Exempting the people of a list: checked line by line, then recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from grader.administration.exemptions.decide import Decision, checked, exempt
from grader.administration.lists import Line, lines_of, person_of
from grader.course import Course
from grader.domain.errors import Refusal
from grader.domain.people.account import Account, AccountId
from grader.store.base import Store
from grader.units import units_of
from quizgen.programme import Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPerson:
    """A line of the list: who it is, of which kind, or the sentence why nothing can be recorded."""

    line: int
    number: str
    name: str
    kind: str = ""
    note: str = ""
    id: AccountId | None = None
    why: str = ""


def check_list(
    store: Store, course: Course, administrator: Account, text: str, common: Decision, *, now: datetime
) -> list[ListedPerson]:
    """What the list `学法账号 姓名 情形 说明` would record; the kind and note of `common` hold where a line has none.

    Raises NotAllowed, BadFile or BadExemption (the approval that all share).
    """
    programme = course.content.programme
    checked(programme, replace(common, kind=common.kind or next(iter(programme.exemptions), "")), now=now)
    units = units_of(store, administrator)
    listed = [_listed(programme, person_of(store, units, line), line, common, now=now) for line in lines_of(text)]
    return _once(listed)


def apply_list(
    store: Store,
    course: Course,
    administrator: Account,
    people: Sequence[ListedPerson],
    common: Decision,
    *,
    now: datetime,
) -> list[ListedPerson]:
    """Record those of the list that can be; gives all, those that were refused now with the sentence why."""
    done = []
    for person in people:
        why = person.why
        if person.id and not why:
            decision = replace(common, kind=person.kind, note=person.note)
            try:
                exempt(store, course, administrator, person.id, decision, now=now)
            except Refusal as refused:
                why = str(refused)
        done.append(replace(person, why=why))
    return done


def _listed(programme: Programme, found: Account | str, line: Line, common: Decision, *, now: datetime) -> ListedPerson:
    person = ListedPerson(line=line.number, number=line.cell(0)[:40], name=line.cell(1)[:40])
    if isinstance(found, str):
        return replace(person, why=found)
    kinds = {title: id for id, title in programme.exemptions.items()}
    kind = kinds.get(line.cell(2), "") if line.cell(2) else common.kind
    if not kind:
        return replace(person, why=f"情形应为{'、'.join(kinds)}之一，现在是“{line.cell(2)[:40]}”。")
    held = found.exemption(programme.id, now)
    if held and held.kind != kind:
        return replace(person, why=f"已经是可不参加（{programme.exemptions.get(held.kind, held.kind)}）。请先撤销。")
    note = line.cell(3) or (held.note if held else "") or common.note
    return replace(person, id=found.id, kind=kind, note=note)


def _once(people: list[ListedPerson]) -> list[ListedPerson]:
    """With a person's second line refused."""
    seen: dict[str, int] = {}
    once = []
    for person in people:
        first = seen.setdefault(person.id, person.line) if person.id else person.line
        once.append(person if first == person.line else replace(person, why=f"与第 {first} 行是同一个人。"))
    return once
