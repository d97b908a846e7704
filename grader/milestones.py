"""Milestones that learners reach without an act of their own: by milder rules, or in another tier.

Study, exams and certificates date what they bring about themselves.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from functools import partial

from grader.course import content_in_force
from grader.domain.content import PublishedContent
from grader.domain.errors import NotFound
from grader.domain.learning.credit import has_unnoted
from grader.domain.learning.dossier import Dossier, Milestone
from grader.domain.learning.standing import mark_milestones, standing
from grader.store.base import Store
from grader.store.kinds import ACCOUNT, ACTIVE, DOSSIER
from grader.store.update import update
from quizgen.model import TierId


def date_reached(
    store: Store, content: PublishedContent, *, now: datetime, among: Collection[str] | None = None
) -> None:
    """Date what learners (all, or `among` these accounts) have reached under the content's rules for their tiers."""
    tiers = {row.id: row.summary.tier for row in store.list(ACCOUNT) if among is None or row.id in among}
    for row in store.list(DOSSIER, programme=content.programme.id):
        tier, reached = tiers.get(row.summary.account), row.summary.milestones
        if tier is None or Milestone.QUALIFIED in reached:
            continue
        found = standing(content, tier, row.summary, exempt=False, now=now)
        is_news = (found.hours_met and Milestone.HOURS_MET not in reached) or found.qualified
        if is_news or has_unnoted(content, row.summary):
            with suppress(NotFound):  # erased meanwhile
                update(store, DOSSIER, row.id, partial(_dated, content=content, tier=tier, now=now))


def date_moved(store: Store, *, now: datetime) -> None:
    """Date what learners who have changed tiers have reached by that, in every programme that is not over.

    It asks where people have been, not who moved just now: what a crash left undated is dated by the next import.
    """
    moved = {row.id for row in store.list(ACCOUNT) if len({place.tier for place in row.summary.placements}) > 1}
    for pointer in store.list(ACTIVE) if moved else ():
        content = content_in_force(store, pointer.summary)
        if content is not None and now < content.programme.closes:
            date_reached(store, content, now=now, among=moved)


def _dated(before: Dossier | None, *, content: PublishedContent, tier: TierId, now: datetime) -> Dossier:
    if before is None:
        raise NotFound
    return mark_milestones(before, content, tier, now=now)
