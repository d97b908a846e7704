"""The log of administrators' acts: searched by the county and by units, verified by the county."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from threading import Thread

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.administration.audit.log import Asked, acts_page
from grader.administration.audit.verify import (
    begin_verification,
    finish_verification,
    last_verification,
    noted_head,
)
from grader.domain.audit.acts import ACTIONS
from grader.domain.people.account import Role
from grader.web.access import Access, allow, signed_in
from grader.web.admin.frame import LONGEST_WORD, bp, page_number
from grader.web.service import service

_PATIENCE = 2.0
"""Seconds that the page waits for a verification; a small deployment's is done by then."""


@bp.get("/audit")
@allow(Access.UNIT)
def audit() -> ResponseReturnValue:
    """The log, filtered and paged; for the county also what the last verification came to."""
    now, asked = service().now(), _Asked.of_request()
    programme = service().courses.current(now).content.programme
    administrator = signed_in()
    page = page_number("page")
    shown = acts_page(service().store, administrator, asked.asked, page=page, zone=programme.zone)
    is_county = administrator.role is Role.COUNTY
    return render_template(
        "admin/audit.html",
        programme=programme,
        shown=shown,
        asked=asked,
        actions=ACTIONS,
        is_county=is_county,
        last=last_verification(service().store) if is_county else None,
    )


@bp.post("/audit/verify")
@allow(Access.COUNTY)
def verify() -> ResponseReturnValue:
    """Begin to verify all acts; who looks again a little later finds what it came to."""
    store, clock, now = service().store, service().now, service().now()
    programme = service().courses.current(now).content.programme
    noted = noted_head(request.form.get("noted", "")[:LONGEST_WORD])
    begin_verification(store, signed_in(), now=now, told=programme.clock_text)

    def finish() -> None:
        finish_verification(store, noted=noted, clock=clock)

    job = Thread(target=finish, name="verify-acts", daemon=True)
    job.start()
    job.join(_PATIENCE)
    if job.is_alive():
        flash("正在核对，操作记录多时要几分钟。可以离开本页，过一会儿再来看结果。")
    return redirect(url_for("admin.audit", _anchor="verify"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the filter says; the fields are those of the form."""

    person: str
    by: str
    unit: str
    action: str
    since: str
    until: str

    @classmethod
    def of_request(cls) -> _Asked:
        """As the address has it; what is no day or no action asks for nothing."""
        given = {
            name: request.args.get(name, "").strip()[:LONGEST_WORD]
            for name in ("person", "by", "unit", "action", "since", "until")
        }
        if given["action"] not in ACTIONS:
            given["action"] = ""
        for name in ("since", "until"):
            given[name] = str(_day(given[name]) or "")
        return cls(**given)

    @property
    def asked(self) -> Asked:
        """The same for the use case."""
        texts = {name: text for name, text in asdict(self).items() if name not in {"since", "until"}}
        return Asked(**texts, since=_day(self.since), until=_day(self.until))

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves anything out."""
        return any(asdict(self).values())

    def link(self, page: int) -> str:
        """The address of a page of the log with this filter."""
        given = {name: text for name, text in asdict(self).items() if text}
        return url_for("admin.audit", page=page, **given)


def _day(text: str) -> date | None:
    """The day, as a date field writes it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2200 else None
