"""What requests leave in the security log."""

from __future__ import annotations

from flask import request

from grader.accounts.security import Entry, Happening
from grader.accounts.sources import source_of
from grader.domain.people.account import Account
from grader.web.service import service
from grader.web.session import caller


def note(happening: Happening, account: Account | None = None, *, what: str = "") -> None:
    """Note it, from where this request comes; `by` is who is signed in, if somebody else."""
    by = caller()
    entry = Entry(
        at=service().now(),
        happening=happening,
        account=account.number if account else "",
        by=by.number if by and (account is None or by.id != account.id) else "",
        source=source_of(request.remote_addr or ""),
        what=what,
    )
    service().security.note(entry)


def note_refusal(account: Account) -> None:
    """Somebody signed in asked for what the role or scope does not reach; the rule is noted, not the address."""
    rule = request.url_rule.rule if request.url_rule else ""
    entry = Entry(
        at=service().now(),
        happening=Happening.REFUSED,
        account=account.number,
        source=source_of(request.remote_addr or ""),
        what=f"{request.method} {rule}",
    )
    service().security.note(entry)
