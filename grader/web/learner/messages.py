"""投诉建议 and 题目纠错: what the learner wrote with the answers, and the form for more."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.domain.errors import Refusal
from grader.domain.message import LONGEST, SHORTEST
from grader.messages import item_for, own_messages, write
from grader.web.access import Access, allow, signed_in
from grader.web.problems import status_of
from grader.web.service import service
from quizgen.model import ItemId

bp = Blueprint("messages", __name__, url_prefix="/my/messages")


@bp.get("/")
@allow(Access.LEARNER)
def home() -> ResponseReturnValue:
    """The form, for an item where the address names one, and earlier messages."""
    item = request.args.get("item", "")
    if not item:
        return _page()
    course = service().courses.current(service().now())
    found = item_for(service().store, course, signed_in(), ItemId(item))
    is_public = course.content.practice_item(found.id) is not None
    return _page(item=found.id, page=request.args.get("from", ""), stem=found.stem if is_public else "")


@bp.post("/")
@allow(Access.LEARNER)
def action() -> ResponseReturnValue:
    """Keep a message; what is refused stands in the form again."""
    text, item, page = (request.form.get(name, "") for name in ("text", "item", "from"))
    now, store = service().now(), service().store
    course = service().courses.current(now)
    try:
        write(
            store,
            course,
            signed_in(),
            text=text,
            item=ItemId(item) if item else None,
            page=page,
            now=now,
            new_id=service().new_id,
        )
    except Refusal as refused:
        return _page(text=text, item=item, page=page, refusal=str(refused)), status_of(refused)
    flash("已经提交。答复以后，会在这里和“我的”页面告诉您。")
    return redirect(url_for("messages.home"))


def _page(*, text: str = "", item: str = "", page: str = "", stem: str = "", refusal: str = "") -> str:
    store, now = service().store, service().now()
    return render_template(
        "messages.html",
        programme=service().courses.current(now).content.programme,
        messages=own_messages(store, signed_in()),
        text=text,
        item=item,
        page=page,
        stem=stem,
        refusal=refusal,
        shortest=SHORTEST,
        longest=LONGEST,
    )
