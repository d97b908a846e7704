"""意见反馈: what learners wrote, and the answers to it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.administration.paging import page_of
from grader.domain.errors import Refusal
from grader.domain.message import LONGEST, SHORTEST, BadMessage, Topic
from grader.domain.people.account import Role
from grader.messages import listed, received, reply
from grader.web.access import Access, allow, signed_in
from grader.web.admin.frame import bp, page_number
from grader.web.problems import status_of
from grader.web.service import service

_STATES = {"open": ("等待答复", False), "answered": ("已答复", True), "all": ("全部", None)}
"""What the list may be narrowed to: the word on the screen, and whether answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the address says of the list."""

    state: str
    topic: str

    @classmethod
    def of_request(cls) -> _Asked:
        """The open ones of every topic where it says nothing or nonsense."""
        state, topic = request.values.get("state", ""), request.values.get("topic", "")
        return cls(state=state if state in _STATES else "open", topic=topic if topic in set(Topic) else "")

    def link(self, page: int) -> str:
        """The address of a page of the list."""
        return url_for("admin.messages", state=self.state, topic=self.topic or None, page=page)


@bp.get("/messages")
@allow(Access.EDITOR)
def messages() -> ResponseReturnValue:
    """The list, those that wait first; editors see what is about items."""
    asked, account = _Asked.of_request(), signed_in()
    store, now = service().store, service().now()
    course = service().courses.current(now)
    rows = listed(store, account, answered=_STATES[asked.state][1], topic=Topic(asked.topic) if asked.topic else None)
    shown = page_of(rows, page_number("page"))
    return render_template(
        "admin/messages.html",
        programme=course.content.programme,
        asked=asked,
        states={name: word for name, (word, _) in _STATES.items()},
        topics=list(Topic) if account.role is Role.COUNTY else [],
        shown=shown,
        letters=[received(store, course, account, row.id) for row in shown.rows],
    )


@bp.get("/messages/<id>")
@allow(Access.EDITOR)
def message(id: str) -> ResponseReturnValue:
    """One message with its item, and the form for an answer."""
    return _page(id)


@bp.post("/messages/<id>")
@allow(Access.EDITOR)
def message_action(id: str) -> ResponseReturnValue:
    """Answer; a text that is refused stands in the form again."""
    text = request.form.get("text", "")
    try:
        reply(service().store, signed_in(), id, text, now=service().now())
    except BadMessage as refused:
        return _page(id, text=text, refused=refused), status_of(refused)
    flash("已经答复，学员会在“我的”页面看到。")
    return redirect(url_for("admin.message", id=id))


def _page(id: str, *, text: str = "", refused: Refusal | None = None) -> str:
    course = service().courses.current(service().now())
    return render_template(
        "admin/message.html",
        programme=course.content.programme,
        letter=received(service().store, course, signed_in(), id),
        text=text,
        refusal=str(refused) if refused else "",
        shortest=SHORTEST,
        longest=LONGEST,
    )
