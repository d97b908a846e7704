"""网站信息: notices, contacts, the group's QR picture and the footer, changed by the county without a new build."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.administration.board import (
    board_of,
    save_announcement,
    save_lines,
    save_picture,
    withdraw_announcement,
)
from grader.domain.board import LARGEST_PICTURE, Announcement
from grader.domain.errors import Malformed
from grader.web.access import Access, allow, signed_in
from grader.web.admin.frame import bp, chosen_file, refuses_uploads_with
from grader.web.service import service

_LINES = ("sponsor", "icp", "police", "contacts", "picture_label")
_LARGEST_FORM = LARGEST_PICTURE + 64 * 1024
"""Bytes of the picture's form."""


@bp.get("/board")
@allow(Access.COUNTY)
def board() -> ResponseReturnValue:
    """What stands on every page, and the forms that change it."""
    return _page()


@bp.post("/board")
@allow(Access.COUNTY)
def board_action() -> ResponseReturnValue:
    """Change the footer's lines and the contacts."""
    typed = {name: request.form.get(name, "").strip().replace("\r\n", "\n") for name in _LINES}
    return _answer(
        lambda: save_lines(service().store, typed, by=signed_in().id, now=service().now()), "网站信息已保存。", typed
    )


@bp.post("/board/picture")
@allow(Access.COUNTY, largest_body=_LARGEST_FORM)
def board_picture() -> ResponseReturnValue:
    """Change the QR picture; without a file it is taken away."""
    uploaded = chosen_file()
    picture = uploaded.read() if uploaded else b""
    if not picture and request.form.get("action") != "remove":
        return _page(refusal="没有选择图片。"), 422
    return _answer(
        lambda: save_picture(service().store, picture, by=signed_in().id, now=service().now()),
        "二维码图片已更新。" if picture else "二维码图片已撤下。",
    )


@bp.post("/board/announcements")
@allow(Access.COUNTY)
def announce() -> ResponseReturnValue:
    """Show one more notice."""
    typed = {name: request.form.get(name, "").strip().replace("\r\n", "\n") for name in ("title", "text")}
    new = Announcement(id=service().new_id(), title=typed["title"], text=typed["text"], at=service().now())
    return _answer(lambda: save_announcement(service().store, new, by=signed_in().id), "通知已发布。", typed)


@bp.post("/board/announcements/<id>/withdraw")
@allow(Access.COUNTY)
def withdraw(id: str) -> ResponseReturnValue:
    """Show a notice no more."""
    withdraw_announcement(service().store, id, by=signed_in().id, now=service().now())
    flash("通知已撤下。")
    return redirect(url_for("admin.board"))


def _answer(change: Callable[[], object], done: str, typed: dict[str, str] | None = None) -> ResponseReturnValue:
    """The page again, with what was done; where it was refused, with what was typed and why."""
    try:
        change()
    except Malformed as refused:
        return _page(refusal=str(refused.fields["why"]), typed=typed), 422
    flash(done)
    return redirect(url_for("admin.board"))


def _page(*, refusal: str = "", typed: dict[str, str] | None = None) -> str:
    programmes = service().courses.programmes(service().now())
    return render_template(
        "admin/board.html",
        board=board_of(service().store),
        refusal=refusal,
        typed=typed or {},
        programme=programmes[0].content.programme if programmes else None,
    )


@refuses_uploads_with("board_picture")
def _too_large(_why: str) -> str:
    return _page(refusal=f"二维码图片最大 {LARGEST_PICTURE // 1024} KB，请裁剪或缩小后再上传。")
