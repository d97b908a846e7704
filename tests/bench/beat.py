"""What a beat costs, whatever the number of learners: the use case, and the whole request through the application."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

from werkzeug.test import EnvironBuilder

from grader.course import Courses
from grader.domain.learning.dossier import Dossier, Milestone, OpenPage
from grader.domain.people.account import Account
from grader.settings import read_settings
from grader.store import open_store
from grader.store.base import Store
from grader.store.kinds import DOSSIER, dossier_id
from grader.study import record_beat
from grader.web.app import create_app
from quizgen.model import LessonId
from tests.bench.measure import Figure, Work, compared, durable_write, medians, unsynced
from tests.e2e.notice_2024 import REQUIRED
from tests.e2e.process import TIER, Deployment, deploy

FEW, MANY = 50, 5_000
ROUNDS = 400
GOAL_RATIO = 1.25
STUDIED = tuple(map(LessonId, REQUIRED[TIER][:10]))
"""Lessons that everybody has studied a little, so that dossiers have the size of mid-year."""


@dataclass
class Clock:
    """A clock that the bench moves."""

    time: datetime

    def __call__(self) -> datetime:
        return self.time


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """An open tiny store whose learners all have a lesson open, each as page `len(STUDIED)`."""

    deployment: Deployment
    store: Store
    clock: Clock


def measure() -> Iterator[Figure]:
    """Two stores in the same run; the floor is one file of a dossier's size, written durably."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        few, many = (county_of(folder / str(count), count, stack) for count in (FEW, MANY))
        sample = next((few.deployment.data / "store/documents/dossier").rglob("*.json")).read_bytes()
        small, large, request, floor = medians(
            _beats(few), _beats(many), requests_of(many), lambda: durable_write(folder / "floor", sample), rounds=ROUNDS
        )
    name, yardstick = f"beat: record_beat, {MANY:,} learners", f"the same, {FEW} learners"
    yield compared(name, (large, small), yardstick=yardstick, most_ratio=GOAL_RATIO)
    yardstick = f"write, fsync, rename of {len(sample)} bytes"
    yield compared("beat: record_beat", (large, floor), yardstick=yardstick)
    yield compared("beat: whole request through WSGI", (request, floor), yardstick=yardstick)


def county_of(folder: Path, learners: int, stack: ExitStack) -> County:
    """A deployment of so many learners in mid-year; its store is closed with the stack."""
    with unsynced():
        deployment, clock = deploy(folder, learners=learners), Clock(datetime.now(UTC))
        store = open_store(read_settings(deployment.data).store, exclusive=True)
        stack.enter_context(closing(store))
        for person in deployment.learners:
            dossier = mid_year(deployment, person, clock())
            store.save(DOSSIER, dossier_id(dossier.programme, person.id), dossier, expected=0)
    return County(deployment=deployment, store=store, clock=clock)


def mid_year(deployment: Deployment, person: Account, now: datetime) -> Dossier:
    return Dossier(
        programme=deployment.content.programme.id,
        account=person.id,
        study={lesson: {now.date() - timedelta(days=day): 1200} for day, lesson in enumerate(STUDIED)},
        page=OpenPage(number=len(STUDIED), lesson=STUDIED[-1], counted_to=now),
        milestones={Milestone.STARTED: now - timedelta(days=30)},
    )


def _beats(county: County) -> Work:
    """A beat of somebody by chance."""
    course, rng = Courses(county.store).current(county.clock()), Random(1)  # noqa: S311 - the same in every run

    def beat() -> None:
        county.clock.time += timedelta(seconds=1)
        person = rng.choice(county.deployment.learners)
        record_beat(county.store, course, person, lesson=STUDIED[-1], page=len(STUDIED), now=county.clock())

    return beat


def requests_of(county: County) -> Work:
    """The beats of everybody in turn as the application gets them from waitress, signed in a moment ago."""
    settings = read_settings(county.deployment.data)
    app = create_app(settings, county.store, now=county.clock)
    body = b'{"lesson":"%s","page":%d}' % (STUDIED[-1].encode(), len(STUDIED))
    environments = cycle([_environment(body, cookie) for cookie in county.deployment.cookies(county.clock())])

    def request() -> None:
        environment = next(environments) | {"wsgi.input": BytesIO(body)}
        statuses: list[str] = []
        answer = b"".join(app(environment, _recorder(statuses)))
        if statuses != ["200 OK"]:
            raise RuntimeError(f"a beat was answered with {statuses}: {answer.decode()}")

    return request


def _environment(body: bytes, cookie: str) -> dict[str, Any]:
    headers = [("Origin", "http://localhost"), ("Cookie", f"xuefa={cookie}")]
    builder = EnvironBuilder("/api/beat", method="POST", data=body, content_type="application/json", headers=headers)
    return dict(builder.get_environ())


def _recorder(statuses: list[str]) -> Callable[..., Callable[[bytes], object]]:
    def start_response(status: str, _headers: object, _fault: object = None) -> Callable[[bytes], object]:
        statuses.append(status)
        return lambda _: None

    return start_response
