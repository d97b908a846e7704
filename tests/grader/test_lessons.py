"""Answers to sections: graded by the content in force, recorded once, told with what is left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from grader.administration.publish import publish
from grader.course import Course, Courses
from grader.domain.content import PublishedContent
from grader.domain.errors import BadResponse, OutdatedItem, UnknownLesson
from grader.domain.learning.dossier import Answered, Dossier, Milestone
from grader.domain.people.account import Account
from grader.lessons import Progress, answer_sections, progress_of
from grader.practice import notebook_of
from grader.store.base import Store
from grader.store.kinds import DOSSIER, NOTEBOOK, dossier_id
from grader.store.memory import MemoryStore
from grader.study import Reason, record_beat
from quizgen.model import ItemId, LessonId, Letter
from quizgen.programme import CreditBy
from tests.grader_factories import NOON, WatchedStore, account, content, lesson, programme, sectioned
from tests.quizgen_factories import item

LESSON = LessonId("xianfa-01")
ALL = ("001", "002", "003", "004", "005")


def by_sections(**changes: Any) -> PublishedContent:
    """A required lesson and an elective in sections; of every item B is right."""
    lessons = (sectioned(), sectioned("xuanxiu-01"))
    practice = tuple(item(f"{one.id}-{number}") for one in lessons for number in ALL)
    values = {"programme": programme(credit_by=CreditBy.SECTIONS), "lessons": lessons, "practice": practice}
    return content(**(values | changes))


class Crash(Exception):
    """What ends a process between two saves."""


class World:
    """A store with a published content, and a learner who answers."""

    def __init__(self, store: Store | None = None, **changes: Any) -> None:
        self.store = store or MemoryStore()
        self.learner: Account = account()
        self.publish(by_sections(**changes))

    def publish(self, rules: PublishedContent) -> None:
        publish(self.store, rules, by="editor", now=NOON)

    @property
    def course(self) -> Course:
        return Courses(self.store).current(NOON)

    def answer(self, *numbers: str, key: str = "B", lesson: str = LESSON, now: datetime = NOON) -> Progress:
        responses = {ItemId(f"{lesson}-{number}"): frozenset(map(Letter, key)) for number in numbers}
        return answer_sections(
            self.store, self.course, self.learner, lesson=LessonId(lesson), responses=responses, now=now
        )

    @property
    def dossier(self) -> Dossier | None:
        stored = self.store.load(DOSSIER, dossier_id("2026", self.learner.id))
        return stored.value if stored else None


def test_right_answer_is_recorded_and_told_with_what_is_left() -> None:
    world = World()

    told = world.answer("001")

    assert world.dossier
    assert world.dossier.answered == {LESSON: Answered(items=(ItemId("xianfa-01-001"),))}
    assert world.dossier.milestones == {Milestone.STARTED: NOON}
    assert (told.results, told.lesson.left, told.right) == (
        {"xianfa-01-001": True},
        (1, 2, 1),
        ("xianfa-01-001",),
    )
    assert (told.message, told.hours) == ("还剩3小节", 0)


def test_last_answer_completes_the_lesson_on_its_day_with_its_hours() -> None:
    world = World()
    world.answer("001", "002", "003", "004")

    told = world.answer("005", now=NOON + timedelta(days=2))

    assert world.dossier
    assert world.dossier.completed == {LESSON: (NOON + timedelta(days=2)).date()}
    assert world.dossier.study == {}
    assert world.dossier.milestones[Milestone.HOURS_MET] == NOON + timedelta(days=2)
    assert (told.message, told.hours, told.lesson.left) == ("本课已完成，计1学时", 1, (0, 0, 0))


def test_wrong_answer_goes_to_the_notebook_alone() -> None:
    world = World()

    told = world.answer("001", key="A")

    assert (told.results, told.lesson.left) == ({"xianfa-01-001": False}, (2, 2, 1))
    assert world.dossier is None
    assert notebook_of(world.store, world.learner).wrong == ("xianfa-01-001",)


def test_wrong_answer_may_be_mended_as_often_as_it_takes() -> None:
    world = World()

    results = [world.answer("001", key=key).results[ItemId("xianfa-01-001")] for key in ("A", "A", "B")]

    assert results == [False, False, True]
    assert notebook_of(world.store, world.learner).items[ItemId("xianfa-01-001")].tries == 3


def test_dossier_is_saved_before_the_notebook_and_nothing_new_saves_nothing() -> None:
    saved: list[str] = []
    world = World(WatchedStore(saved.append))
    saved.clear()

    world.answer("001")
    world.answer("001")

    assert saved == [DOSSIER.name, NOTEBOOK.name]


def test_crash_between_the_two_saves_loses_no_credit() -> None:
    def crash(kind: str) -> None:
        if kind == NOTEBOOK.name:
            raise Crash

    world = World(WatchedStore(crash))

    with pytest.raises(Crash):
        world.answer("001")

    assert world.dossier
    assert world.dossier.answered == {LESSON: Answered(items=(ItemId("xianfa-01-001"),))}


def test_answers_after_completion_change_nothing() -> None:
    world = World()
    world.answer(*ALL)
    before = world.dossier

    told = world.answer("001", key="A", now=NOON + timedelta(days=1))

    assert world.dossier == before
    assert (told.results, told.lesson.is_complete) == ({"xianfa-01-001": False}, True)


def test_elective_hours_are_kept_apart() -> None:
    world = World()

    told = world.answer(*ALL, lesson="xuanxiu-01")

    assert (told.lesson.elective, told.hours, told.lesson.earned) == (True, 0, 1)


def test_completed_lesson_stays_so_when_it_is_published_anew() -> None:
    world = World()
    world.answer("001", "002", "003")
    rewritten = sectioned(items=(("001", "005"), ("003", "004"), ("002",)))

    world.publish(by_sections(lessons=(rewritten, sectioned("xuanxiu-01"))))
    told = progress_of(world.store, world.course, world.learner, lesson=LESSON, now=NOON)

    assert told.lesson.left == (0, 1, 1)


@pytest.mark.parametrize(
    ("lesson", "number", "key", "refusal"),
    [
        ("xianfa-09", "001", "B", UnknownLesson),
        (LESSON, "099", "B", OutdatedItem),
        (LESSON, "001", "", BadResponse),
        (LESSON, "001", "Z", BadResponse),
        (LESSON, "001", "AB", BadResponse),
    ],
)
def test_nonsense_is_refused_and_nothing_recorded(lesson: str, number: str, key: str, refusal: type[Exception]) -> None:
    world = World()

    with pytest.raises(refusal):
        world.answer("002", number, key=key, lesson=lesson)

    assert (world.dossier, notebook_of(world.store, world.learner).items) == (None, {})


def test_item_of_another_lesson_is_stale() -> None:
    world = World()
    responses = {ItemId("xuanxiu-01-001"): frozenset({Letter("B")})}

    with pytest.raises(OutdatedItem) as stale:
        answer_sections(world.store, world.course, world.learner, lesson=LESSON, responses=responses, now=NOON)

    assert "请刷新本页" in str(stale.value)


@pytest.mark.parametrize(
    ("changes", "lesson", "now", "reason", "message"),
    [
        ({}, LESSON, NOON + timedelta(days=400), Reason.CLOSED, "现在不在学习时间内，可以练习，不计学时"),
        (
            {"lessons": (sectioned(), sectioned("xianfa-02")), "practice": (item("xianfa-02-001"),)},
            "xianfa-02",
            NOON,
            Reason.NOT_IN_TIER,
            "本课不在您的学习范围内，可以练习，不计学时",
        ),
        ({"programme": programme()}, LESSON, NOON, Reason.BY_TIME, "本年度按学习时间计学时，小节的试题供练习"),
    ],
)
def test_answer_that_earns_nothing_says_why_and_is_practice(
    changes: dict[str, Any], lesson: str, now: datetime, reason: Reason, message: str
) -> None:
    world = World(**changes)

    told = world.answer("001", lesson=lesson, now=now)

    assert (told.results, told.reason, told.message) == ({f"{lesson}-001": True}, reason, message)
    assert world.dossier is None
    assert list(notebook_of(world.store, world.learner).items) == [f"{lesson}-001"]


def test_beat_records_no_time_where_sections_count() -> None:
    world = World()

    told = record_beat(world.store, world.course, world.learner, lesson=LESSON, page=None, now=NOON)

    assert (told.page, told.reason, told.message) == (None, Reason.BY_SECTIONS, "本年度按小节计学时，不统计学习时间")
    assert (told.lesson_seconds, told.lesson_length, world.dossier) == (0, 0, None)


def test_lesson_without_sections_asks_nothing() -> None:
    world = World(lessons=(lesson(), sectioned("xuanxiu-01")))

    with pytest.raises(OutdatedItem):
        world.answer("001")
