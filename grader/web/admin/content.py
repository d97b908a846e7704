"""What is in force, and publishing the content folder; statistics of the items."""

from __future__ import annotations

from io import BytesIO

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue

from grader.administration.statistics import count_attempts
from grader.domain import errors
from grader.web.access import Access, allow, signed_in
from grader.web.admin.frame import bp
from grader.web.service import service
from quizgen.evidence.statistics import render_statistics


@bp.get("/content")
@allow(Access.EDITOR)
def content() -> ResponseReturnValue:
    """What is in force, and the button that publishes the content folder."""
    return render_template(
        "admin/content.html",
        courses=service().courses.programmes(service().now()),
        diagnostics=(),
        published=(),
        refusal="",
        differences=(),
    )


@bp.post("/content")
@allow(Access.COUNTY)
def content_action() -> ResponseReturnValue:
    """Check the content folder and publish every programme in it; with faults or a refusal nothing is published."""
    from grader.administration.publish import Published, check_folder, publish_folder
    from grader.administration.year.change import ChangesInForce, LaidChanges

    now, store, courses = service().now(), service().store, service().courses
    checked = check_folder(service().settings.content)
    published: list[Published] = []
    status, refusal = (200 if checked.is_sound else 422), ""
    differences: tuple[tuple[str, str], ...] = ()
    if checked.is_sound:
        allow_sample, way = request.form.get("allow_sample") == "yes", request.form.get("changes", "")
        changes = LaidChanges(way) if way in set(LaidChanges) else LaidChanges.REFUSE
        try:
            published = publish_folder(
                store, checked, by=signed_in().id, now=now, allow_sample=allow_sample, changes=changes
            )
        except ChangesInForce as refused:
            status, refusal, differences = 409, refused.short, refused.differences
        except (errors.NotNow, errors.Malformed) as refused:
            status, refusal = 409, str(refused)
        courses.forget_pointers()
    page = render_template(
        "admin/content.html",
        courses=courses.programmes(now),
        diagnostics=checked.diagnostics,
        published=published,
        refusal=refusal,
        differences=differences,
    )
    return page, status


@bp.get("/statistics/<programme>.json")
@allow(Access.EDITOR)
def statistics(programme: str) -> ResponseReturnValue:
    """What learners made of the programme's items, for the content folder; it names no person."""
    found = count_attempts(service().store, programme, now=service().now()).statistics
    stream = BytesIO(render_statistics(found).encode())
    return send_file(stream, "application/json", as_attachment=True, download_name=f"{found.programme}.json")
