"""What an attempt came to, as its page shows it: points by module, and items with their keys where these are shown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from grader.course import Course
from grader.domain.attempt import Attempt, ModulePoints, points_by_module, score_attempt
from grader.web.articles import article_address
from quizgen.interaction import interaction
from quizgen.lesson import Lesson
from quizgen.model import ItemId, ItemType
from quizgen.paper import PaperItem
from quizgen.render.cites import cite_title
from quizgen.render.markdown import render_inline, render_stem
from quizgen.render.paper import shown_labels, shown_option, shown_rationale
from quizgen.score import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionView:
    """One item of a finished attempt with its key; no `options` where all are fixed.

    `cites` are titles with their addresses below the site's root, empty where the site has no such page.
    """

    number: int
    id: ItemId
    type: ItemType
    stem: Markup
    options: tuple[tuple[str, Markup], ...]
    points: float
    earned: float
    response: str
    key: str
    rationale: Markup
    cites: tuple[tuple[str, str], ...]
    lesson: Lesson | None

    @property
    def is_full(self) -> bool:
        """Whether it earned all its points."""
        return self.earned >= self.points


def score_of(course: Course, attempt: Attempt) -> Score:
    """The attempt's points by the content it was drawn from."""
    rule = course.content.programme.blueprints[attempt.paper.blueprint].scoring
    return score_attempt(attempt, keys=course.keys, rule=rule)


def modules_of(course: Course, attempt: Attempt) -> list[tuple[str, ModulePoints]]:
    """The points by module, with the modules' titles, in the programme's order."""
    content = course.content
    of_lesson = content.modules
    modules = {place.item: of_lesson[course.items[place.item].lesson] for place in attempt.paper.items}
    found = {one.module: one for one in points_by_module(attempt.paper, score_of(course, attempt), modules=modules)}
    titles = content.programme.modules
    return [(titles.get(id, id), found[id]) for id in dict.fromkeys((*titles, *found)) if id in found]


def solutions_of(course: Course, attempt: Attempt, *, site: Path) -> list[SolutionView]:
    """Every item of the paper with its key, in the order of the paper."""
    score = score_of(course, attempt)
    return [
        _solution(number, place, course=course, attempt=attempt, earned=score.items[place.item], site=site)
        for number, place in enumerate(attempt.paper.items, 1)
    ]


def _solution(
    number: int, place: PaperItem, *, course: Course, attempt: Attempt, earned: float, site: Path
) -> SolutionView:
    item, labels, asked = course.items[place.item], shown_labels(place), interaction(place.type)
    given = attempt.responses.get(place.item)
    register = course.content.register
    return SolutionView(
        number=number,
        id=place.item,
        type=place.type,
        stem=Markup(render_stem(item.stem)),  # noqa: S704 - sanitised by nh3
        options=()
        if asked.fixed
        else tuple((label, _option(shown_option(item, id, labels))) for id, label in labels.items()),
        points=place.points,
        earned=earned,
        response=asked.title(given.options, labels) if given and given.options else "未作答",
        key=asked.title(item.key, labels),
        rationale=shown_rationale(item, labels),
        cites=tuple((cite_title(cite, register), article_address(site, cite)) for cite in item.cites),
        lesson=course.content.lesson(item.lesson),
    )


def _option(text: str) -> Markup:
    return Markup(render_inline(text))  # noqa: S704 - sanitised by nh3
