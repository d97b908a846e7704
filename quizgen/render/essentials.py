"""The page of the laws and rules that officials must know, with its gaps named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from quizgen.essentials import Essential, Essentials
from quizgen.law.register import Register, in_title_marks
from quizgen.lesson import Lesson
from quizgen.model import LessonId
from quizgen.render.templates import ENVIRONMENT
from quizgen.words.days import day_text


class _Row(NamedTuple):
    title: str
    href: str
    facts: str
    lessons: list[tuple[str, str]]
    """Address and title of each."""


def render_essentials(
    essentials: Essentials, *, register: Register, lessons: Iterable[Lesson], address: Callable[[str], str]
) -> str:
    """The page's HTML. `address`: where a statute (by its id; empty: no text) or a lesson (by its path) is read."""
    known = {lesson.id: lesson for lesson in lessons}
    groups = [
        (group.title, [_row(entry, register, known, address) for entry in group.entries]) for group in essentials.groups
    ]
    count, gaps = len(essentials.entries), [_title(entry, register) for entry in essentials.gaps]
    return ENVIRONMENT.get_template("essentials.html").render(
        title=essentials.title, note=essentials.note, groups=groups, count=count, taught=count - len(gaps), gaps=gaps
    )


def _row(
    entry: Essential, register: Register, lessons: Mapping[LessonId, Lesson], address: Callable[[str], str]
) -> _Row:
    taught = [lessons[id] for id in entry.lessons if id in lessons]
    href = address(entry.source) if entry.source in register.statutes else ""
    facts = "，".join(_facts(entry, register))
    return _Row(_title(entry, register), href, facts, [(address(lesson.path), lesson.title) for lesson in taught])


def _title(entry: Essential, register: Register) -> str:
    if statute := register.statutes.get(entry.source):
        return in_title_marks(statute.title)
    document = register.documents.get(entry.source.removeprefix("doc:"))
    return document.title if document else in_title_marks(entry.title or entry.source)


def _facts(entry: Essential, register: Register) -> Iterator[str]:
    if statute := register.statutes.get(entry.source):
        yield f"现行文本{day_text(statute.effective)}起施行"
    elif document := register.documents.get(entry.source.removeprefix("doc:")):
        yield f"{document.issuer}，{day_text(document.date)}"
    elif entry.since:
        yield f"{day_text(entry.since)}起施行"
