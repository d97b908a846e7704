"""An administrator's account and the learner's account of the same person: whether their link still holds.

It stands in the administrator's account only, and what ends it is told from both accounts' own facts: whichever is
disabled, handed over or given a new password by somebody else after the link was made ends it for good.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from grader.domain.people.account import Account, Link, Role, login_form


def linked_to(office: Account, learner: Account, at: datetime) -> Account:
    """The administrator's account with the link; its telephone stands on the learner's account from now on."""
    return replace(office, linked=Link(account=learner.id, at=at), telephone="")


def holds(office: Account, learner: Account) -> bool:
    """Whether these two are linked now."""
    link = office.linked
    return (
        link is not None
        and link.account == learner.id
        and (office.role is not Role.LEARNER and learner.role is Role.LEARNER)
        and all(_is_undisturbed(account, link.at) for account in (office, learner))
    )


def may_be_one_person(one: Account, other: Account) -> bool:
    """Whether these may be the same person's, as far as accounts tell: the same, linked, or of one name."""
    links = {(account.id, account.linked.account) for account in (one, other) if account.linked}
    return (
        one.id == other.id
        or bool(links & {(one.id, other.id), (other.id, one.id)})
        or login_form(one.name) == login_form(other.name)
    )


def _is_undisturbed(account: Account, since: datetime) -> bool:
    """Whether it is 有效 and was neither disabled nor given a password by others since."""
    ended = any(not switch.active and switch.at >= since for switch in account.switches)
    return (
        account.is_active
        and not ended
        and not any(act.action == "reset-password" and act.at >= since for act in account.acts)
    )
