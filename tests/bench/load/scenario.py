"""What the learners of a load do: requests over HTTP, and how many durable writes each of them needs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

from grader.settings import read_settings
from grader.store import open_store
from grader.store.kinds import DOSSIER, dossier_id
from tests.bench.beat import STUDIED, mid_year
from tests.bench.load.client import Ask, Script
from tests.e2e.process import Deployment


@dataclass(frozen=True, slots=True)
class Person:
    """One learner of a load: place in the deployment's list, and the cookie of a sign-in."""

    number: int
    cookie: str
    port: int

    def post(self, path: str, body: bytes, *, type: str = "application/json") -> bytes:
        """A request by POST as a browser on this very site sends it."""
        return self._request("POST", path, f"Content-Type: {type}\r\nContent-Length: {len(body)}\r\n") + body

    def get(self, path: str) -> bytes:
        """A request by GET."""
        return self._request("GET", path, "")

    def _request(self, method: str, path: str, headers: str) -> bytes:
        host = f"127.0.0.1:{self.port}"
        return (
            f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: xuefa={self.cookie}\r\n"
            f"{headers}\r\n"
        ).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One row of the table.

    `prepare` fills the store before the service starts and gives a document's bytes, which the floor writes `writes`
    times for each request that counts. `script` is what a learner then does.
    """

    name: str
    writes: int
    prepare: Callable[[Deployment], bytes]
    script: Callable[[Person, Deployment], Script]
    learners: int = 0
    """At least so many are in the store, where more come than there are clients."""
    pause: float = 0
    """Seconds from an answer to the next request, on average; 0 where nobody thinks."""
    seconds: float = 8.0
    """Of each turn."""
    turns: int = 3


def floor_script(person: Person) -> Script:
    """The floor's request: a beat's, whatever is measured beside it."""
    ask = Ask(person.post("/api/beat", _BEAT))
    while True:
        yield ask


def _beats(person: Person, _deployment: Deployment) -> Script:
    return floor_script(person)


def _fill_mid_year(deployment: Deployment) -> bytes:
    """Everybody has a lesson open."""
    with closing(open_store(read_settings(deployment.data).store, exclusive=True)) as store:
        now = datetime.now(UTC)
        for learner in deployment.learners:
            dossier = mid_year(deployment, learner, now)
            store.save(DOSSIER, dossier_id(dossier.programme, learner.id), dossier, expected=0)
    return next((deployment.data / "store/documents/dossier").rglob("*.json")).read_bytes()


_BEAT = b'{"lesson":"%s","page":%d}' % (STUDIED[-1].encode(), len(STUDIED))
BEATS = Scenario(name="beats", writes=1, prepare=_fill_mid_year, script=_beats)
