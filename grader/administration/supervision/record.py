"""What was done to urge a unit on, and what has changed since: acts of the unit, so that they are in the log too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from grader.administration.supervision.stragglers import Lack
from grader.domain.audit.acts import Act, append_act
from grader.domain.errors import Malformed, NotFound
from grader.domain.people.account import Account, UnitId
from grader.domain.people.unit import Unit
from grader.store.base import Store
from grader.store.kinds import UNIT
from grader.store.update import update
from grader.units import units_of
from quizgen.office.sheets_in import tidy

LONGEST_NOTE = 200
"""Characters."""


class Way(StrEnum):
    """How a unit was urged on."""

    TOLD = "told"
    LETTER = "letter"
    CALL = "call"

    @property
    def label(self) -> str:
        """The name on the screen."""
        return {"told": "提示告知", "letter": "发函提醒", "call": "电话督促"}[self.value]


class BadRecord(Malformed):
    """No way was chosen, or the note is too long; nothing was recorded."""

    code = "bad-record"
    sentence = "没有记录：{why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Urged:
    """One entry: when, how, with which note; how many were on each list then."""

    at: datetime
    way: str
    note: str
    then: Mapping[Lack, int]

    def since(self, lack: Lack, now: Mapping[Lack, int]) -> str:
        """Such as 12 → 5."""
        return f"{self.then.get(lack, 0)} → {now.get(lack, 0)}"


def urged(unit: Unit, programme: str) -> list[Urged]:
    """What was recorded for the unit under the programme, the latest first."""
    acts = [act for act in unit.acts if act.action == "supervise" and act.facts.get("programme") == programme]
    return [_read(act) for act in reversed(acts)]


def _read(act: Act) -> Urged:
    counts = {lack: int(act.facts[lack]) for lack in Lack if act.facts.get(lack, "").isdecimal()}
    return Urged(at=act.at, way=act.facts.get("way", ""), note=act.facts.get("note", ""), then=counts)


def record_urging(
    store: Store,
    administrator: Account,
    unit: UnitId,
    *,
    programme: str,
    way: str,
    note: str,
    counts: Counter[Lack],
    now: datetime,
) -> None:
    """Note that the unit was urged on. Raises NotFound for a unit that is not the administrator's, or BadRecord."""
    if unit not in units_of(store, administrator):
        raise NotFound
    words = tidy(note)
    if way not in set(Way):
        raise BadRecord(why="请选择督促的方式。")
    if len(words) > LONGEST_NOTE:
        raise BadRecord(why=f"备注请不超过 {LONGEST_NOTE} 字。")
    facts = {"programme": programme, "way": Way(way).label, "note": words}
    facts |= {lack.value: str(counts[lack]) for lack in Lack}

    def change(before: Unit | None) -> Unit:
        if before is None:
            raise NotFound
        return replace(before, acts=append_act(before.acts, "supervise", by=administrator.id, at=now, facts=facts))

    update(store, UNIT, unit, change)


def unit_of(store: Store, administrator: Account, unit: UnitId) -> Unit:
    """The whole document of one of the administrator's units. Raises NotFound."""
    stored = store.load(UNIT, unit) if unit in units_of(store, administrator) else None
    if stored is None:
        raise NotFound
    return stored.value
