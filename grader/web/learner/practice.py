"""错题本, 收藏 and 模拟考试: practice items once more, graded at once, for the learner alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.administration.paging import page_of
from grader.course import Course
from grader.domain.errors import Malformed, UnknownItem
from grader.domain.learning.notebook import Notebook
from grader.practice import Shelf, by_module, notebook_of, practise, set_favourite
from grader.rehearsal import grade_rehearsal, practice_items, rehearsal_paper
from grader.web.access import Access, allow, signed_in
from grader.web.learner.paper import ItemView, as_practice, item_view, sections_of, ticked_letters
from grader.web.learner.result import Sat, SolutionView, modules_of, solution_view, solutions_of
from grader.web.service import service
from quizgen.interaction import Interaction, interaction
from quizgen.model import ItemId

bp = Blueprint("practice", __name__, url_prefix="/my/practice")


class Book(StrEnum):
    """Which items the page has."""

    WRONG = "wrong"
    FAVOURITES = "favourites"

    @property
    def label(self) -> str:
        """The name on the screen."""
        return {"wrong": "错题本", "favourites": "收藏"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Which book and module the address or form names; "" is the first module that has items."""

    book: Book
    module: str

    @classmethod
    def of_request(cls) -> _Asked:
        """The wrong items where it says nothing or nonsense."""
        book = request.values.get("book", "")
        return cls(book=Book(book) if book in set(Book) else Book.WRONG, module=request.values.get("module", ""))


@bp.get("/")
@allow(Access.LEARNER)
def home() -> ResponseReturnValue:
    """The items of one module to practise again."""
    return _page()


@bp.post("/")
@allow(Access.LEARNER)
def answer() -> ResponseReturnValue:
    """One try: right or wrong at once, with key, rationale and articles."""
    now = service().now()
    course, item = service().courses.current(now), ItemId(request.form.get("item", ""))
    response = ticked_letters().get(item, frozenset())
    found = course.content.practice_item(item)
    if found is None:
        raise UnknownItem(item=item)
    if not response:
        return _page(empty=item)
    right = practise(service().store, course, signed_in(), item=item, response=response, now=now)
    solution = solution_view(
        1,
        as_practice(found),
        found,
        response=response,
        earned=float(right),
        content=course.content,
        site=service().settings.site,
    )
    return _page(solution=solution)


@bp.post("/favourites")
@allow(Access.LEARNER)
def favourite() -> ResponseReturnValue:
    """Put an item among the favourites, or take it away, and go back to the page."""
    asked, item = _Asked.of_request(), ItemId(request.form.get("item", ""))
    course = service().courses.current(service().now())
    wanted = request.form.get("wanted", "")
    if wanted not in {"yes", "no"}:
        raise Malformed(why="没有写明是收藏还是取消收藏。")
    set_favourite(service().store, course, signed_in(), item=item, wanted=wanted == "yes")
    return redirect(url_for("practice.home", book=asked.book, module=asked.module))


def _page(*, solution: SolutionView | None = None, empty: str = "") -> str:
    asked, store = _Asked.of_request(), service().store
    course = service().courses.current(service().now())
    notebook = notebook_of(store, signed_in())
    shelves = by_module(course, notebook.favourites if asked.book is Book.FAVOURITES else notebook.wrong)
    shelf = next((one for one in shelves if one.module == asked.module), shelves[0] if shelves else None)
    text = request.args.get("page", "")
    shown = page_of(_views(shelf), int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 1)
    return render_template(
        "practice.html",
        asked=asked,
        books=list(Book),
        counts=_counts(course, notebook),
        shelves=shelves,
        shelf=shelf,
        shown=shown,
        favourites=notebook.favourites,
        history=notebook.items,
        solution=solution,
        empty=empty,
    )


def _counts(course: Course, notebook: Notebook) -> dict[Book, int]:
    ids = {Book.WRONG: notebook.wrong, Book.FAVOURITES: tuple(notebook.favourites)}
    return {book: sum(course.content.practice_item(id) is not None for id in those) for book, those in ids.items()}


def _views(shelf: Shelf | None) -> Sequence[tuple[ItemView, Interaction]]:
    """Items with their form and how they are asked."""
    items = shelf.items if shelf else ()
    return [
        (item_view(number, as_practice(item), item), interaction(item.type)) for number, item in enumerate(items, 1)
    ]


@bp.post("/mock")
@allow(Access.LEARNER)
def mock_start() -> ResponseReturnValue:
    """A fresh rehearsal."""
    return redirect(url_for("practice.mock", id=service().new_id()))


@bp.get("/mock/<id>")
@allow(Access.LEARNER)
def mock(id: str) -> ResponseReturnValue:
    """The rehearsal of this seed."""
    course = service().courses.current(service().now())
    paper = rehearsal_paper(course, signed_in(), seed=id)
    return render_template(
        "mock.html",
        id=id,
        content=course.digest,
        paper=paper,
        minutes=course.content.tier(signed_in().tier).exam_minutes,
        sections=sections_of(paper, practice_items(course)),
    )


@bp.post("/mock/<id>")
@allow(Access.LEARNER)
def mock_action(id: str) -> ResponseReturnValue:
    """Grade the rehearsal; nothing of it is kept but the tries."""
    now = service().now()
    course = service().courses.current(now)
    if request.form.get("content") != course.digest:
        return render_template("mock_stale.html"), 409
    paper, responses = rehearsal_paper(course, signed_in(), seed=id), ticked_letters()
    score = grade_rehearsal(service().store, course, signed_in(), paper, responses, now=now)
    sat = Sat(paper=paper, items=practice_items(course), responses=responses, score=score, content=course.content)
    programme, solutions = course.content.programme, solutions_of(sat, site=service().settings.site)
    pass_mark = course.content.tier(signed_in().tier).pass_mark
    return render_template(
        "mock_result.html",
        score=score,
        word=programme.result(score.points, passed=score.points >= pass_mark),
        pass_mark=pass_mark,
        modules=modules_of(sat),
        solutions=[solution for solution in solutions if not solution.is_full] + [s for s in solutions if s.is_full],
    )
