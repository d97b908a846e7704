"""What an attempt came to, as its page shows it: points by module, and items with their keys where these are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from grader.course import Course
from grader.domain.content import PublishedContent
from grader.domain.exam.attempt import Attempt, ModulePoints, points_by_module, score_attempt
from grader.web.articles import article_address
from quizgen.interaction import interaction
from quizgen.lesson import Lesson
from quizgen.model import Item, ItemId, ItemType, Letter
from quizgen.paper import Paper, PaperItem
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Sat:
    """A paper that was sat, at an exam or a rehearsal: its items, what was answered, what that earned."""

    paper: Paper
    items: Mapping[ItemId, Item]
    responses: Mapping[ItemId, frozenset[Letter]]
    score: Score
    content: PublishedContent


def sitting_of(course: Course, attempt: Attempt) -> Sat:
    """An attempt, scored by the content it was drawn from."""
    rule = course.content.programme.blueprints[attempt.paper.blueprint].scoring
    return Sat(
        paper=attempt.paper,
        items=course.items,
        responses={item: given.options for item, given in attempt.responses.items()},
        score=score_attempt(attempt, keys=course.keys, rule=rule),
        content=course.content,
    )


def modules_of(sat: Sat) -> list[tuple[str, ModulePoints]]:
    """The points by module, with the modules' titles, in the programme's order."""
    of_lesson, titles = sat.content.modules, sat.content.programme.modules
    modules = {place.item: of_lesson[sat.items[place.item].lesson] for place in sat.paper.items}
    found = {one.module: one for one in points_by_module(sat.paper, sat.score, modules=modules)}
    return [(titles.get(id, id), found[id]) for id in dict.fromkeys((*titles, *found)) if id in found]


def solutions_of(sat: Sat, *, site: Path) -> list[SolutionView]:
    """Every item of the paper with its key, in the order of the paper."""
    return [
        solution_view(
            number,
            place,
            sat.items[place.item],
            response=sat.responses.get(place.item, frozenset()),
            earned=sat.score.items[place.item],
            content=sat.content,
            site=site,
        )
        for number, place in enumerate(sat.paper.items, 1)
    ]


def solution_view(
    number: int,
    place: PaperItem,
    item: Item,
    *,
    response: frozenset[Letter],
    earned: float,
    content: PublishedContent,
    site: Path,
) -> SolutionView:
    """One item with its key beside what was answered."""
    labels, asked = shown_labels(place), interaction(place.type)
    options = (
        () if asked.fixed else tuple((label, _option(shown_option(item, id, labels))) for id, label in labels.items())
    )
    return SolutionView(
        number=number,
        id=item.id,
        type=place.type,
        stem=Markup(render_stem(item.stem)),  # noqa: S704 - sanitised by nh3
        options=options,
        points=place.points,
        earned=earned,
        response=asked.title(response, labels) or "未作答",
        key=asked.title(item.key, labels),
        rationale=shown_rationale(item, labels),
        cites=tuple((cite_title(cite, content.register), article_address(site, cite)) for cite in item.cites),
        lesson=content.lesson(item.lesson),
    )


def _option(text: str) -> Markup:
    return Markup(render_inline(text))  # noqa: S704 - sanitised by nh3
