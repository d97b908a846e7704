"""What learners of an exam do: start an attempt, see the paper, save responses, hand in."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from urllib.parse import urlencode

from grader.course import Courses
from grader.domain.people.account import Account, AccountId
from grader.exam import save_responses, start_attempt
from grader.settings import read_settings
from grader.store import open_store
from quizgen.interaction import interaction
from quizgen.model import Letter
from quizgen.paper import Paper, PaperItem
from tests.bench.load.client import Ask, Script
from tests.bench.load.scenario import Person, Scenario
from tests.e2e.process import NONCE, Deployment

LEARNERS = 6_000
"""Of scenarios in which everybody comes once: enough for their turns at 500 a second."""
_FORM = "application/x-www-form-urlencoded"


class Sitting:
    """The learners of one load; each comes once, whichever client brings them, and no turn brings anybody again."""

    def __init__(self) -> None:
        self._waiting: Iterator[tuple[Account, str]] = iter(())
        self._papers: dict[AccountId, Paper] = {}
        self._token = ""

    def nobody_has_begun(self, deployment: Deployment) -> bytes:
        """The floor writes what the first attempt comes to."""
        return self._prepare(deployment, deployment.learners[:1])

    def everybody_has_begun(self, deployment: Deployment) -> bytes:
        """Half of the responses are saved already."""
        return self._prepare(deployment, deployment.learners)

    def _prepare(self, deployment: Deployment, begun: tuple[Account, ...]) -> bytes:
        settings, now = read_settings(deployment.data), datetime.now(UTC)
        with closing(open_store(settings.store, exclusive=True)) as store:
            course = Courses(store).current(now)
            for learner in begun:
                attempt = start_attempt(store, course, learner, now=now, new_id=f"t-{learner.id}".__str__)
                self._papers[learner.id] = attempt.paper
                half = {place.item: _choice(place) for place in attempt.paper.items[::2]}
                save_responses(store, learner, attempt.id, half, sequence=1, now=now)
        self._token = hmac.new(settings.secret_key.encode(), f"form:{NONCE}".encode(), hashlib.sha256).hexdigest()[:32]
        people = list(zip(deployment.learners, deployment.cookies(now), strict=True))
        self._waiting = iter(people[len(begun) % len(people) :])
        return next((deployment.data / "store/documents/attempt").rglob("*.json")).read_bytes()

    def start(self, client: Person, _deployment: Deployment) -> Script:
        """Draw and freeze a paper."""
        for _, person in self._come(client):
            yield self._start(person)

    def start_and_see(self, client: Person, _deployment: Deployment) -> Script:
        """As `start`; what counts is the paper's page that follows."""
        for _, person in self._come(client):
            answer = yield replace(self._start(person), counts=False)
            yield Ask(person.get(answer.header("location")))

    def respond(self, client: Person, _deployment: Deployment) -> Script:
        """One response after the other in an open attempt."""
        learner, person = next(self._come(client))
        for number in count(2):
            place = self._papers[learner.id].items[number % len(self._papers[learner.id].items)]
            body = {"item": place.item, "response": sorted(_choice(place)), "sequence": number}
            yield Ask(person.post(f"/api/exam/t-{learner.id}/responses", json.dumps(body).encode()))

    def hand_in(self, client: Person, _deployment: Deployment) -> Script:
        """The plain form with every item answered."""
        for learner, person in self._come(client):
            yield self._hand_in(learner, person)

    def hand_in_once(self, client: Person, _deployment: Deployment) -> Script:
        """As `hand_in`, one learner a client."""
        yield self._hand_in(*next(self._come(client)))

    def _come(self, client: Person) -> Iterator[tuple[Account, Person]]:
        for learner, cookie in self._waiting:
            yield learner, replace(client, cookie=cookie)
        raise RuntimeError("nobody is left who has not come: more learners are needed for so many turns")

    def _start(self, person: Person) -> Ask:
        return Ask(person.post("/exam/start", urlencode({"token": self._token}).encode(), type=_FORM), status=302)

    def _hand_in(self, learner: Account, person: Person) -> Ask:
        places = self._papers[learner.id].items
        ticked = {f"item-{place.item}": sorted(_choice(place)) for place in places}
        shown = " ".join(place.item for place in places)
        fields = {"token": self._token, "sequence": 60, "shown": shown, "action": "submit", **ticked}
        body = urlencode(fields, doseq=True).encode()
        return Ask(person.post(f"/exam/t-{learner.id}", body, type=_FORM), status=302)


def _choice(place: PaperItem) -> frozenset[Letter]:
    return frozenset(place.options[: 2 if interaction(place.type).takes_several else 1])


_STARTS, _SHOWS, _RESPONSES, _SUBMITS = (Sitting() for _ in range(4))
STARTS = Scenario(
    name="starts",
    writes=2,
    learners=LEARNERS,
    seconds=4.0,
    turns=2,
    prepare=_STARTS.nobody_has_begun,
    script=_STARTS.start,
)
SHOWS = Scenario(
    name="starts with the paper's page",
    writes=2,
    learners=LEARNERS,
    seconds=4.0,
    turns=2,
    prepare=_SHOWS.nobody_has_begun,
    script=_SHOWS.start_and_see,
)
RESPONSES = Scenario(
    name="responses",
    writes=1,
    learners=LEARNERS // 10,
    seconds=4.0,
    turns=2,
    prepare=_RESPONSES.everybody_has_begun,
    script=_RESPONSES.respond,
)
SUBMITS = Scenario(
    name="submits of 50",
    writes=2,
    learners=LEARNERS,
    seconds=4.0,
    turns=2,
    prepare=_SUBMITS.everybody_has_begun,
    script=_SUBMITS.hand_in,
)
