"""安全记录: sign-ins, failures, refusals and what was done to accounts, for the county."""

from __future__ import annotations

from datetime import date

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.accounts.security import MOST_FOUND, Happening
from grader.administration.paging import page_of
from grader.web.access import Access, allow
from grader.web.admin.frame import LONGEST_WORD, bp, page_number
from grader.web.service import service


@bp.get("/security")
@allow(Access.COUNTY)
def security() -> ResponseReturnValue:
    """The newest entries, by account, kind and day; paged."""
    account = request.args.get("account", "").strip()[:LONGEST_WORD]
    happening, day = request.args.get("happening", ""), _day(request.args.get("day", ""))
    wanted = Happening(happening) if happening in set(Happening) else None
    found = service().security.found(account=account, happening=wanted, day=day)

    def link(number: int) -> str:
        return url_for("admin.security", account=account, happening=wanted or "", day=day or "", page=number)

    return render_template(
        "admin/security.html",
        shown=page_of(found, page_number("page")),
        most=MOST_FOUND,
        account=account,
        wanted=wanted,
        day=day or "",
        happenings=list(Happening),
        link=link,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
