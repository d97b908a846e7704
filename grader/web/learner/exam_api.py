"""What the paper's page calls: one response kept, the attempt as the server has it. JSON in, JSON out."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from grader.domain.exam.attempt import Attempt, is_finished
from grader.exam import own_attempt, save_responses
from grader.web.access import Access, allow, require_account_of_page, signed_in
from grader.web.body import body, flag_field, letters_field, number_field, text_field
from grader.web.service import service
from quizgen.model import ItemId

bp = Blueprint("exam_api", __name__, url_prefix="/api/exam")


@bp.get("/<attempt>")
@allow(Access.LEARNER)
def state(attempt: str) -> ResponseReturnValue:
    """The time left and every response as kept, so that a page which slept or stands beside another can catch up."""
    now = service().now()
    require_account_of_page()
    found = own_attempt(service().store, service().courses, signed_in(), attempt, now=now)
    return jsonify(
        finished=is_finished(found, now),
        seconds_left=_seconds_left(found, now),
        responses={
            item: {"response": sorted(given.options), "marked": given.marked, "sequence": given.sequence}
            for item, given in found.responses.items()
        },
    )


@bp.post("/<attempt>/responses")
@allow(Access.LEARNER)
def respond(attempt: str) -> ResponseReturnValue:
    """One response of an open attempt; of two, the one with the higher sequence holds.

    `latest` is the highest sequence besides: higher than any that the page knows where another page saved, too.
    """
    fields, now = body(), service().now()
    require_account_of_page()
    item, options = ItemId(text_field(fields, "item")), letters_field(fields, "response")
    sequence = number_field(fields, "sequence")
    marked = frozenset({item} if flag_field(fields, "marked", missing=False) else ())
    saved = save_responses(
        service().store, signed_in(), attempt, {item: options}, sequence=sequence, now=now, marked=marked
    )
    return jsonify(
        saved=item,
        answered=saved.answered,
        items=len(saved.paper.items),
        seconds_left=_seconds_left(saved, now),
        latest=saved.latest_beside(sequence),
    )


def _seconds_left(attempt: Attempt, now: datetime) -> int:
    return max(int((attempt.deadline - now).total_seconds()), 0)
