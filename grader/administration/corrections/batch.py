"""学时补录 of a list: checked line by line, then asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from grader.administration.corrections.supplements import BadSupplement, Request, ask, obstacle
from grader.administration.lists import Line, lines_of, person_of
from grader.course import Course
from grader.domain.errors import Refusal
from grader.domain.people.account import Account, AccountId
from grader.dossiers import dossier_of
from grader.store.base import Store
from grader.units import units_of
from quizgen.lesson import Lesson


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedLesson:
    """A line of the list: whose hours of which lesson, or the sentence why nothing can be asked for."""

    line: int
    number: str
    name: str
    lesson: Lesson | None = None
    proof: str = ""
    id: AccountId | None = None
    why: str = ""


def check_list(
    store: Store, course: Course, administrator: Account, text: str, *, reason: str, proof: str, now: datetime
) -> list[ListedLesson]:
    """What the list `学法账号 姓名 课程 依据` would ask for; `proof` holds where a line has none.

    Raises NotAllowed, BadFile, or BadSupplement where there is no reason.
    """
    if not reason.strip():
        raise BadSupplement(why="请填写原因。")
    units = units_of(store, administrator)
    found: list[ListedLesson] = []
    seen: dict[tuple[AccountId, str], int] = {}
    for line in lines_of(text):
        listed = _listed(store, course, person_of(store, units, line), line, proof=proof, now=now)
        if listed.id and listed.lesson:
            first = seen.setdefault((listed.id, listed.lesson.id), line.number)
            if first != line.number:
                listed = replace(listed, why=f"与第 {first} 行重复。")
        found.append(listed)
    return found


def ask_list(
    store: Store,
    course: Course,
    administrator: Account,
    listed: Sequence[ListedLesson],
    *,
    reason: str,
    now: datetime,
    new_id: Callable[[], str],
) -> list[ListedLesson]:
    """Ask for what of the list can be; gives all, those that were refused now with the sentence why."""
    done = []
    for entry in listed:
        why = entry.why
        if entry.id and entry.lesson and not why:
            request = Request(lesson=entry.lesson.id, reason=reason, proof=entry.proof)
            try:
                ask(store, course, administrator, entry.id, request, now=now, new_id=new_id)
            except Refusal as refused:
                why = str(refused)
        done.append(replace(entry, why=why))
    return done


def _listed(
    store: Store, course: Course, found: Account | str, line: Line, *, proof: str, now: datetime
) -> ListedLesson:
    entry = ListedLesson(line=line.number, number=line.cell(0)[:40], name=line.cell(1)[:40])
    if isinstance(found, str):
        return replace(entry, why=found)
    lesson = _lesson(course, line.cell(2))
    if lesson is None:
        told = (
            f"没有课名（或编号）是“{line.cell(2)[:40]}”的课，请照课程表填写。" if line.cell(2) else "请填写课名或编号。"
        )
        return replace(entry, why=told)
    own_proof = line.cell(3) or proof.strip()
    if not own_proof:
        return replace(entry, why="请填写依据。")
    why = obstacle(course, found, dossier_of(store, course.content.programme.id, found.id), lesson.id, now=now)
    return replace(entry, id=found.id, lesson=lesson, proof=own_proof, why=why)


def _lesson(course: Course, text: str) -> Lesson | None:
    wanted = "".join(text.strip("《》").split())
    lessons = course.content.lessons
    return next((lesson for lesson in lessons if wanted in ("".join(lesson.title.split()), lesson.id)), None)
