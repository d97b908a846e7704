"""Slips once more for those who have not signed in yet: one-time passwords are drawn anew, as none is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from grader.accounts.slips import issue_slip
from grader.administration.roster.slips.hand_out import HandOut
from grader.domain.audit.acts import append_act
from grader.domain.errors import NotNow, UnknownLearner
from grader.domain.people.account import Account, AccountSummary, Role, UnitId, change_credential
from grader.domain.people.unit import UnitSummary, in_order
from grader.store.base import Row, Store
from grader.store.kinds import ACCOUNT
from grader.store.update import update_with

MOST = 1_000
"""People of one round: each is a save."""


class TooManySlips(NotNow):
    """So many at once would keep everybody else waiting."""

    code = "too-many-slips"
    sentence = "没有启用的账号有 {count} 个，一次最多 {most} 个。请选择一个单位，分几次办理。"


def renewed_slips(store: Store, units: Mapping[UnitId, UnitSummary], *, by: str, now: datetime) -> list[HandOut]:
    """The slips of everybody in these units who has not signed in yet, unit by unit; earlier ones are worth nothing.

    Whoever signs in with the published password and the telephone keeps that. Raises TooManySlips.
    """
    found = store.list(ACCOUNT, unit=frozenset(units))
    waiting = [row for row in found if _is_waiting(row.summary)]
    if len(waiting) > MOST:
        raise TooManySlips(count=len(waiting), most=MOST)
    places = {id: place for place, (id, _) in enumerate(in_order(units.items()))}
    waiting.sort(key=lambda row: (places[row.summary.unit], row.summary.number))
    slips = (_renewed(store, row, units[row.summary.unit].name, by=by, now=now) for row in waiting)
    return [slip for slip in slips if slip]


def _is_waiting(account: AccountSummary) -> bool:
    return account.initial and account.active and account.role in {Role.LEARNER, Role.UNIT}


def _renewed(store: Store, row: Row[AccountSummary], unit: str, *, by: str, now: datetime) -> HandOut | None:
    """The person's slip; None where the account was claimed just now."""
    password, credential = issue_slip(now=now)

    def renew(before: Account | None) -> tuple[Account, HandOut | None]:
        if before is None:
            raise UnknownLearner
        if not before.credential.initial:
            return before, None
        slip = HandOut(name=before.name, unit=unit, number=before.number, role=before.role)
        if before.credential.expires is None:
            return before, slip
        acts = append_act(before.acts, "reset-password", by=by, at=now)
        after = replace(change_credential(before, credential), acts=acts)
        return after, replace(slip, password=password, expires=credential.expires)

    return update_with(store, ACCOUNT, row.id, renew)[1]
