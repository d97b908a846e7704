"""Files with personal values in full that somebody took out: each is an act of the unit of whoever took it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from grader.domain.audit.acts import append_act
from grader.domain.errors import NotFound
from grader.domain.people.account import UnitId
from grader.domain.people.unit import Unit
from grader.store.base import Store
from grader.store.kinds import UNIT
from grader.store.update import update


def note_export(store: Store, unit: UnitId, action: str, people: int, *, by: str, now: datetime) -> None:
    """Record that the telephones (and QQ numbers) of so many people left the system. Raises NotFound."""

    def noted(before: Unit | None) -> Unit:
        if before is None:
            raise NotFound
        return replace(before, acts=append_act(before.acts, action, by=by, at=now, facts={"people": str(people)}))

    update(store, UNIT, unit, noted)
