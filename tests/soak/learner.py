"""A learner with a browser who studies and sits exams until the service is gone, and notes what was acknowledged."""

from __future__ import annotations

import random
import re
import time
from threading import Event

import requests

from grader.domain.people.account import Account
from quizgen.model import ItemId, LessonId, Letter
from tests.e2e.notice_2024 import REQUIRED
from tests.e2e.process import PASSWORD, TIER
from tests.e2e.server import Person
from tests.soak.ledger import Ledger, Response

_LETTERS = {"single": "ABCD", "multiple": "ABCD", "judgement": "TF"}


class Refused(Exception):
    """The service answered with something that a learner who does nothing wrong must never see."""


class Learner:
    """One person; what is known of the service outlives its crashes, and so does the browser."""

    def __init__(self, person: Account, address: str, *, seed: int) -> None:
        self.ledger = Ledger(person.id)
        self.faults: list[str] = []
        self.unanswered = 0
        self.answered = 0
        self._number = person.number
        self._browser = Person(address)
        self._rng = random.Random(seed)  # noqa: S311 - a soak can be repeated by its seed
        self._page: tuple[LessonId, int] | None = None
        self._attempt = ""
        self._items: list[ItemId] = []
        self._sequence = 0
        self._is_signed_in = False
        self._is_handing_in = False
        """Whether the attempt was handed in, perhaps without an answer: it may be over then."""
        self._has_attempts = True

    def live(self, ending: Event) -> None:
        """Do one thing after the other until the connection breaks or `ending` is set."""
        try:
            while not ending.is_set():
                self._act()
                self.answered += 1
                time.sleep(self._rng.uniform(0, 0.05))
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
            self.unanswered += 1
        except (Refused, requests.RequestException) as fault:
            self.faults.append(f"{self.ledger.account}: {fault!r}")

    def _act(self) -> None:
        if not self._is_signed_in or self._rng.random() < 0.02:
            self._sign_in()
        elif self._rng.random() < 0.4 or not self._has_attempts:
            self._beat()
        elif not self._attempt:
            self._start()
        elif self._rng.random() < 0.03:
            self._submit()
        else:
            self._respond()

    def _sign_in(self) -> None:
        answer = self._browser.sign_in(self._number, PASSWORD)
        if answer.status_code == 503:  # many sign in at once; another time
            return
        self._expect(answer, "/my/")
        self._is_signed_in = True

    def _beat(self) -> None:
        ledger = self.ledger
        ledger.first_beat = ledger.first_beat or time.monotonic()
        if self._page is None or self._rng.random() < 0.05:
            lesson = LessonId(self._rng.choice(REQUIRED[TIER]))
            number = int(self._json(self._browser.call("/api/beat", lesson=lesson, page=None))["page"])
            self._page, ledger.page = (lesson, number), number
        lesson, number = self._page
        counted = self._json(self._browser.call("/api/beat", lesson=lesson, page=number))
        ledger.lesson_seconds[lesson] = int(counted["lesson_seconds"])
        ledger.beats += 1

    def _start(self) -> None:
        self.ledger.starts_sent += 1
        answer = self._browser.submit("/exam/", "/exam/start")
        if answer.status_code == 409 and "机会已经用完" in answer.text:
            self._has_attempts = False
            return
        self._expect(answer, "/exam/")
        self._attempt = answer.url.rpartition("/")[2]
        self._items = [ItemId(id) for id in dict.fromkeys(re.findall(r'name="item-([a-z]+-\d+-\d+)"', answer.text))]
        if len(self._items) != 50:
            raise Refused(f"{answer.url} shows {len(self._items)} items")
        self.ledger.begin(self._attempt)

    def _respond(self) -> None:
        sitting, item = self.ledger.sittings[self._attempt], self._rng.choice(self._items)
        self._sequence += 1
        response = Response(sequence=self._sequence, options=self._choice(item))
        sitting.sent[item].add(response)
        answer = self._browser.call(
            f"/api/exam/{self._attempt}/responses",
            item=item,
            response=sorted(response.options),
            sequence=response.sequence,
        )
        if answer.status_code == 409 and answer.json()["code"] == "attempt-finished" and self._is_handing_in:
            self._submit()
            return
        self._json(answer)
        sitting.acknowledged[item] = response

    def _choice(self, item: ItemId) -> frozenset[Letter]:
        number = int(item.rpartition("-")[2])
        type = "single" if number <= 104 else "multiple" if number <= 106 else "judgement"
        count = self._rng.randint(1, 4) if type == "multiple" else 1
        return frozenset(map(Letter, self._rng.sample(_LETTERS[type], count)))

    def _submit(self) -> None:
        self._is_handing_in = True
        answer = self._browser.submit(
            f"/exam/{self._attempt}", f"/exam/{self._attempt}", action="submit", sequence=str(self._sequence + 1)
        )
        self._expect(answer, "/result")
        self.ledger.sittings[self._attempt].is_submitted = True
        self._attempt, self._is_handing_in = "", False

    def _expect(self, answer: requests.Response, place: str) -> None:
        if answer.status_code != 200 or place not in answer.url:
            raise Refused(f"{answer.status_code} at {answer.url}, expected {place}")

    def _json(self, answer: requests.Response) -> dict[str, int]:
        if answer.status_code != 200:
            raise Refused(f"{answer.status_code} at {answer.url}: {answer.text}")
        fields: dict[str, int] = answer.json()
        return fields
