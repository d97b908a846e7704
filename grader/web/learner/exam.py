"""The exam's pages: rules and start, the paper as a plain form, the result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from flask import Blueprint, flash, get_template_attribute, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from grader.course import Course
from grader.domain import errors
from grader.domain.attempt import Attempt, Sheet, is_finished, score_attempt
from grader.exam import (
    may_see_keys,
    own_attempt,
    save_sheet,
    settle_open,
    situation,
    start_attempt,
    submit_attempt,
)
from grader.web.access import Access, allow, signed_in
from grader.web.service import service
from quizgen.interaction import Interaction, interaction, names
from quizgen.model import Item, ItemId, ItemType, Letter
from quizgen.paper import PaperItem
from quizgen.render.cites import cite_title
from quizgen.render.markdown import render_inline, render_stem
from quizgen.render.paper import shown_labels, shown_option, shown_rationale

bp = Blueprint("exam", __name__, url_prefix="/exam")

_ITEM = "item-"
"""Before an item's id this names its inputs in the form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """One item of the form; nothing of the key. `inputs` are its options."""

    number: int
    id: ItemId
    stem: Markup
    inputs: Markup
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """The items of one type, and how they are asked."""

    type: ItemType
    asked: Interaction
    points: float
    items: list[ItemView]


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionView:
    """One item of a finished attempt with its key, once the programme shows keys; no `options` where all are fixed."""

    number: int
    type: ItemType
    stem: Markup
    options: tuple[tuple[str, Markup], ...]
    points: float
    earned: float
    response: str
    key: str
    rationale: Markup
    cites: tuple[str, ...]


@bp.get("/")
@allow(Access.LEARNER)
def home() -> ResponseReturnValue:
    """What the exam is like, whether it can be begun now, and earlier attempts."""
    account, now = signed_in(), service().now()
    store, courses = service().store, service().courses
    here = situation(store, courses, courses.current(now), account, now=now)
    blueprint = here.course.content.blueprint(here.tier)
    return render_template(
        "exam_home.html",
        programme=here.programme,
        tier=here.tier,
        blueprint=blueprint,
        several=names(lambda asked: asked.takes_several, (section.type for section in blueprint.sections)),
        standing=here.standing,
        dossier=here.dossier,
        outcomes={outcome.attempt: outcome for outcome in here.dossier.outcomes},
        obstacle=here.obstacle,
        closes=_closes(here.course, now),
    )


@bp.post("/start")
@allow(Access.LEARNER)
def start() -> ResponseReturnValue:
    """Begin an attempt, or go on with the open one."""
    account, now = signed_in(), service().now()
    store, courses = service().store, service().courses
    course = courses.current(now)
    settle_open(store, courses, course, account, now=now)
    attempt = start_attempt(store, course, account, now=now, new_id=service().new_id)
    return redirect(url_for("exam.paper", id=attempt.id))


@bp.get("/<id>")
@allow(Access.LEARNER)
def paper(id: str) -> ResponseReturnValue:
    """The paper with what has been answered; a finished one gives its result."""
    now, courses = service().now(), service().courses
    attempt = own_attempt(service().store, courses, signed_in(), id, now=now)
    if is_finished(attempt, now):
        return redirect(url_for("exam.result", id=id))
    return render_template(
        "paper.html",
        attempt=attempt,
        programme=courses.of_programme(attempt.programme, now).content.programme,
        sections=_sections(courses.by_digest(attempt.paper.content), attempt),
        seconds_left=max(int((attempt.deadline - now).total_seconds()), 0),
        refusal="",
    )


@bp.post("/<id>")
@allow(Access.LEARNER)
def paper_action(id: str) -> ResponseReturnValue:
    """The plain form: keep everything that is ticked, and hand it in if that was the button."""
    account, now = signed_in(), service().now()
    store, courses, sheet = service().store, service().courses, _sheet()
    if request.form.get("action") == "submit":
        submit_attempt(store, courses, account, id, sheet=sheet, now=now)
        return redirect(url_for("exam.result", id=id))
    attempt = save_sheet(store, courses, account, id, sheet, now=now)
    flash(f"已保存 {attempt.answered} 题")
    return redirect(url_for("exam.paper", id=id))


@bp.get("/<id>/result")
@allow(Access.LEARNER)
def result(id: str) -> ResponseReturnValue:
    """What the attempt came to, and the keys once the programme shows them.

    Items, keys and points are those of the content it was drawn from; all else follows the programme in force.
    """
    account, now = signed_in(), service().now()
    store, courses = service().store, service().courses
    attempt = own_attempt(store, courses, account, id, now=now)
    if attempt.outcome is None:
        return redirect(url_for("exam.paper", id=id))
    drawn = courses.by_digest(attempt.paper.content)
    here = situation(store, courses, courses.of_programme(attempt.programme, now), account, now=now)
    programme = here.programme
    return render_template(
        "result.html",
        attempt=attempt,
        outcome=attempt.outcome,
        pass_mark=drawn.content.tier(attempt.tier).pass_mark,
        programme=programme,
        tier=here.tier,
        standing=here.standing,
        obstacle=here.obstacle,
        makeup=programme.makeup if programme.makeup and now < programme.makeup.opens else None,
        solutions=_solutions(drawn, attempt) if may_see_keys(programme, attempt, now=now) else (),
    )


def _closes(course: Course, now: datetime) -> datetime | None:
    programme = course.content.programme
    window = next((w for w in (programme.exam, programme.makeup) if w and w.is_open(now)), None)
    return window.closes.astimezone(programme.zone) if window else None


def _sequence() -> int:
    text = request.form.get("sequence", "")
    if not text.isdecimal() or not 0 < len(text) < 10:
        raise errors.Malformed(why="缺少页面序号，请刷新页面。")
    return int(text)


def _sheet() -> Sheet:
    """What the form says; whether its items and letters are the paper's is for the attempt to judge."""
    ticked = {
        ItemId(name.removeprefix(_ITEM)): frozenset(map(Letter, letters))
        for name, letters in request.form.lists()
        if name.startswith(_ITEM)
    }
    shown = frozenset(map(ItemId, request.form.get("shown", "").split()))
    return Sheet(ticked=ticked, shown=shown, sequence=_sequence())


def _sections(course: Course, attempt: Attempt) -> list[SectionView]:
    sections: list[SectionView] = []
    for number, place in enumerate(attempt.paper.items, 1):
        if not sections or sections[-1].type is not place.type:
            asked = interaction(place.type)
            sections.append(SectionView(type=place.type, asked=asked, points=place.points, items=[]))
        given = attempt.responses.get(place.item)
        view = _item_view(number, place, course.items[place.item], chosen=given.options if given else frozenset())
        sections[-1].items.append(view)
    return sections


def _item_view(number: int, place: PaperItem, item: Item, *, chosen: frozenset[Letter]) -> ItemView:
    asked, labels = interaction(place.type), shown_labels(place)
    inputs: list[str] = []
    for letter in place.options:
        inputs += (
            _opening(asked.control, place.item, letter),
            " checked" if letter in chosen else "",
            _ending("" if asked.fixed else f"{labels[letter]}. ", shown_option(item, letter, labels)),
        )
    return ItemView(
        number=number,
        id=place.item,
        stem=Markup(render_stem(item.stem)),  # noqa: S704 - sanitised by nh3
        inputs=Markup("".join(inputs)),  # noqa: S704 - from templates that escape
        answered=bool(chosen),
    )


@lru_cache(maxsize=16_384)
def _opening(control: str, item: ItemId, letter: Letter) -> str:
    """An option up to the word that ticks it."""
    return str(get_template_attribute("option.html", "opening")(control, item, letter))


@lru_cache(maxsize=65_536)
def _ending(label: str, text: str) -> str:
    """The rest of an option; the same texts stand on thousands of papers."""
    return str(get_template_attribute("option.html", "ending")(label, _option(text)))


def _option(text: str) -> Markup:
    return Markup(render_inline(text))  # noqa: S704 - sanitised by nh3


def _solutions(course: Course, attempt: Attempt) -> list[SolutionView]:
    rule = course.content.programme.blueprints[attempt.paper.blueprint].scoring
    score = score_attempt(attempt, keys=course.keys, rule=rule)
    return [
        _solution(number, place, course=course, attempt=attempt, earned=score.items[place.item])
        for number, place in enumerate(attempt.paper.items, 1)
    ]


def _solution(number: int, place: PaperItem, *, course: Course, attempt: Attempt, earned: float) -> SolutionView:
    item, labels, asked = course.items[place.item], shown_labels(place), interaction(place.type)
    given = attempt.responses.get(place.item)
    return SolutionView(
        number=number,
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
        cites=tuple(cite_title(cite, course.content.register) for cite in item.cites),
    )
