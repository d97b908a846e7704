"""A learner's dossier under one programme: read, changed, judged. What nobody recorded yet is an empty one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from grader.course import Course
from grader.domain.learning.dossier import Dossier, summarise_dossier
from grader.domain.learning.standing import Standing, standing
from grader.domain.people.account import Account, AccountId
from grader.store.base import Store
from grader.store.kinds import DOSSIER, dossier_id
from grader.store.update import update_with

R = TypeVar("R")


def dossier_of(store: Store, programme: str, account: AccountId) -> Dossier:
    """The learner's dossier of the programme."""
    stored = store.load(DOSSIER, dossier_id(programme, account))
    return stored.value if stored else Dossier(programme=programme, account=account)


def change_dossier(
    store: Store, programme: str, account: AccountId, change: Callable[[Dossier], tuple[Dossier, R]]
) -> tuple[Dossier, R]:
    """Apply `change` to the learner's dossier and save it, as `update_with` does; gives what it also said."""

    def from_empty(before: Dossier | None) -> tuple[Dossier, R]:
        return change(before or Dossier(programme=programme, account=account))

    return update_with(store, DOSSIER, dossier_id(programme, account), from_empty)


def standing_of(course: Course, account: Account, dossier: Dossier, *, now: datetime) -> Standing:
    """The learner's standing by the course's rules."""
    exempt = account.exemption(course.content.programme.id, now) is not None
    return standing(course.content, account.tier, summarise_dossier(dossier), exempt=exempt, now=now)
