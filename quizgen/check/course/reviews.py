"""Review dates that can't be true, judged without a clock: by the last exam of all programmes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from quizgen.check.faults import error, items_of, warning
from quizgen.content import Content, last_exam_day, review_limit
from quizgen.diagnostics import Diagnostic, Span
from quizgen.model import Item


class _Review(NamedTuple):
    day: date
    span: Span
    what: str
    item: Item | None = None


def reviews_are_not_in_the_future(content: Content) -> Iterator[Diagnostic]:
    """Q291: nothing was reviewed a year and more after the last exam of all programmes; Q292: or later than it.

    Q292 is told once, at the first place: whoever works for a year whose programme is not written yet is told to
    write it.
    """
    last, limit = last_exam_day(content), review_limit(content)
    late = [review for review in _reviews(content) if last and review.day > last]
    near = [review for review in late if limit and review.day <= limit]
    for review in late:
        if limit and review.day > limit:
            message = f"{review.what}的审核日期{review.day}比所有方案的考试（到{last}为止）晚一年以上"
            yield error("Q291", review.span, message, hint="年份多半写错了，请改正", item=review.item)
    if near:
        first = min(near, key=lambda review: review.span)
        message = f"有{len(near)}处审核日期晚于所有方案的考试（到{last}为止），如{first.day}"
        hint = "年份写错的请改正；已经在为下一年度审核的，请用 quizgen rollover 生成下一年度的方案"
        yield warning("Q292", first.span, message, hint=hint, item=first.item)


def _reviews(content: Content) -> Iterator[_Review]:
    for item in items_of(content):
        yield _Review(item.reviewed, item.places.get("reviewed", item.where), "试题", item)
    for lesson in content.lessons:
        yield _Review(lesson.reviewed, lesson.where, "课程")
