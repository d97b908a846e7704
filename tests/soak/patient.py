"""A learner whose browser comes again when the service asks for it, as the pages' scripts do."""

from __future__ import annotations

import time
from threading import Event

import requests

from tests.soak.learner import Learner, Refused


class ComeAgain(Exception):
    """Answered with 503: nothing was acknowledged."""


class PatientLearner(Learner):
    """One who goes on after a 503; every other answer must be right, and no connection may break."""

    def live(self, ending: Event) -> None:
        """Do one thing after the other until `ending` is set."""
        while not ending.is_set() and not self.faults:
            try:
                self._act()
            except ComeAgain:
                self.unanswered += 1
                time.sleep(0.1)
            except (Refused, requests.RequestException) as fault:
                self.faults.append(f"{self.ledger.account}: {fault!r}")
            else:
                self.answered += 1
                time.sleep(self._rng.uniform(0, 0.05))

    def _expect(self, answer: requests.Response, place: str) -> None:
        _check_patience(answer)
        super()._expect(answer, place)

    def _json(self, answer: requests.Response) -> dict[str, int]:
        _check_patience(answer)
        return super()._json(answer)


def _check_patience(answer: requests.Response) -> None:
    if answer.status_code == 503:
        if "Retry-After" not in answer.headers:
            raise Refused(f"503 at {answer.url} without Retry-After")
        raise ComeAgain
