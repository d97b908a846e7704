"""What learners of a course by sections do: answer its questions, each rightly and once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

from grader.administration.publish import publish
from grader.course import Courses
from grader.domain.content import PublishedContent
from grader.lessons import answer_sections
from grader.settings import read_settings
from grader.store import open_store
from quizgen.lesson import SECTIONS, LessonSection
from quizgen.model import Item, LessonId, Letter
from quizgen.programme import CreditBy
from tests.bench.load.client import Ask, Script
from tests.bench.load.scenario import Person, Scenario
from tests.e2e.process import Deployment
from tests.quizgen_factories import item

LESSONS = 90
"""Of twelve questions each; a learner who has answered all of them makes room for the next."""
ASKED = 4
"""Questions of a section."""


def _questions(lesson: LessonId) -> list[Item]:
    """Key B, as all of the factory's."""
    return [item(f"{lesson}-{number:03d}") for number in range(1, SECTIONS * ASKED + 1)]


def by_sections(content: PublishedContent) -> PublishedContent:
    """The content with many lessons in three sections, all of them electives of every tier."""
    first = content.lessons[0]
    lessons, practice = [], []
    for number in range(LESSONS):
        id = LessonId(f"{first.module}-s{number:02d}")
        asked = _questions(id)
        parts = [tuple(one.id for one in asked[start : start + ASKED]) for start in range(0, len(asked), ASKED)]
        sections = tuple(LessonSection(items=part) for part in parts)
        lessons.append(replace(first, id=id, path=f"lessons/{id}/", sections=sections))
        practice += asked
    ids = tuple(lesson.id for lesson in lessons)
    tiers = {id: replace(tier, electives=ids) for id, tier in content.programme.tiers.items()}
    programme = replace(content.programme, credit_by=CreditBy.SECTIONS, tiers=tiers)
    return replace(content, programme=programme, lessons=(*content.lessons, *lessons), practice=tuple(practice))


class Answering:
    """The learners of one load: whichever client brings one, nobody is asked a question twice."""

    def __init__(self) -> None:
        self._waiting: Iterator[str] = iter(())

    def prepare(self, deployment: Deployment) -> bytes:
        """Everybody has answered a lesson; the floor writes what the first dossier is."""
        now = datetime.now(UTC)
        with closing(open_store(read_settings(deployment.data).store, exclusive=True)) as store:
            content = by_sections(deployment.content)
            publish(store, content, by="bench", now=now)
            course = Courses(store).current(now)
            lesson = _lesson(deployment, 0)
            answers = {one.id: frozenset({Letter("B")}) for one in _questions(lesson)}
            for learner in deployment.learners:
                answer_sections(store, course, learner, lesson=lesson, responses=answers, now=now)
        self._waiting = iter(deployment.cookies(now))
        return next((deployment.data / "store/documents/dossier").rglob("*.json")).read_bytes()

    def answer(self, client: Person, deployment: Deployment) -> Script:
        """One question after the other; where a learner has answered all, the next one comes."""
        for cookie in self._waiting:
            person = replace(client, cookie=cookie)
            for number in range(1, LESSONS):
                lesson = _lesson(deployment, number)
                for question in _questions(lesson):
                    body = json.dumps({question.id: ["B"]}).encode()
                    yield Ask(person.post(f"/api/lessons/{lesson}/answers", body))
        raise RuntimeError("nobody is left who has not come: more learners are needed for so many turns")


def _lesson(deployment: Deployment, number: int) -> LessonId:
    return LessonId(f"{deployment.content.lessons[0].module}-s{number:02d}")


ANSWERS = Scenario(name="answers", writes=2, learners=2_000, prepare=(_all := Answering()).prepare, script=_all.answer)
PACED_ANSWERS = Scenario(
    name="answers at a human pace",
    writes=2,
    pause=10.0,
    seconds=30.0,
    turns=1,
    learners=500,
    prepare=(_paced := Answering()).prepare,
    script=_paced.answer,
)
