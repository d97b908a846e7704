"""What the pages share that take many people at once from a list."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from flask import render_template, request

from grader.administration.lists import text_of_workbook
from grader.web.admin.frame import chosen_file, course_asked
from grader.web.service import service


def list_sent() -> tuple[str, bool]:
    """The list that was pasted or uploaded, and whether to do what it says: an uploaded one is only checked.

    Raises BadFile and ReadersBusy.
    """
    if uploaded := chosen_file():
        return text_of_workbook(BytesIO(uploaded.read())), False
    return request.form.get("list", ""), request.form.get("action") == "apply"


def list_page(
    template: str,
    fields: Sequence[str],
    *,
    text: str | None = None,
    listed: Sequence[object] | None = None,
    done: bool = False,
    refusal: str = "",
) -> str:
    """The page, which extends `admin/by_list.html`, with what was typed and what came of each line."""
    return render_template(
        template,
        programme=course_asked(service().now()).content.programme,
        text=request.form.get("list", "") if text is None else text,
        listed=listed,
        done=done,
        refusal=refusal,
        typed={name: request.form.get(name, "") for name in fields},
    )
