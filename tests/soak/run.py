"""Rounds of use and `kill -9`: after each the service comes back and keeps everything that it had acknowledged."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from grader.domain.exam.attempt import Attempt
from grader.domain.people.account import AccountId
from grader.settings import read_settings
from grader.store import open_store
from grader.store.base import Store
from grader.store.kinds import ATTEMPT, DOSSIER, dossier_id
from tests.e2e.process import Deployment, Server, deploy
from tests.soak.learner import Learner
from tests.soak.ledger import Ledger


@dataclass
class Summary:
    """What a soak came to; `losses` are sentences, empty when every promise was kept."""

    kills: int = 0
    restarts: list[float] = field(default_factory=list)
    """Seconds until the service answered again after each kill."""
    answered: int = 0
    unanswered: int = 0
    beats: int = 0
    seconds: int = 0
    responses: int = 0
    sittings: int = 0
    submitted: int = 0
    losses: list[str] = field(default_factory=list)


def soak(
    folder: Path,
    *,
    learners: int,
    seed: int,
    goes_on: Callable[[Summary], bool],
    longest: int = 30,
    store: str = "tiny:store",
) -> Summary:
    """Serve, use and kill while `goes_on`, then stop the service properly.

    A life ends after a random number of the learners' steps, up to `longest` for each of them.
    """
    deployment, summary = deploy(folder, learners=learners, store=store), Summary()
    rng = random.Random(seed)  # noqa: S311 - a soak can be repeated by its seed
    server = Server(deployment.data)
    people = [
        Learner(person, server.address, seed=seed * 1000 + number) for number, person in enumerate(deployment.learners)
    ]
    with server:
        while goes_on(summary) and not summary.losses:
            _live_until_killed(server, people, steps=rng.randint(1, longest * learners))
            summary.kills += 1
            summary.restarts.append(server.start())
            summary.losses += losses(deployment, people)
        if code := server.interrupt():
            summary.losses.append(f"the service ended with {code} when it was interrupted")
    summary.losses += losses(deployment, people)
    if "Traceback" in (log := server.log.read_text("utf-8")):
        summary.losses.append(f"the service logged a fault:\n{log[log.index('Traceback') - 200 :][:4000]}")
    summary.losses = list(dict.fromkeys(summary.losses))
    _add_up(summary, people)
    return summary


def _live_until_killed(server: Server, people: list[Learner], *, steps: int) -> None:
    ending = Event()
    threads = [Thread(target=person.live, args=(ending,), daemon=True) for person in people]
    goal = sum(person.answered for person in people) + steps
    for thread in threads:
        thread.start()
    while sum(person.answered for person in people) < goal and all(thread.is_alive() for thread in threads):
        time.sleep(0.002)
    for person, thread in zip(people, threads, strict=True):
        if not thread.is_alive() and not person.faults:
            person.faults.append(f"{person.ledger.account}: the connection broke while the service was running")
    server.kill()
    ending.set()
    for thread in threads:
        thread.join()


def losses(deployment: Deployment, people: Sequence[Learner]) -> list[str]:
    """What the learners saw go wrong, and what the store on the disk lacks of what they were promised."""
    store = open_store(read_settings(deployment.data).store, exclusive=False)
    keys = {item.id: item.key for item in deployment.content.items}
    found = [fault for person in people for fault in person.faults]
    try:
        for person in people:
            ledger = person.ledger
            dossier = store.load(DOSSIER, dossier_id(deployment.content.programme.id, AccountId(ledger.account)))
            found += ledger.losses(dossier.value if dossier else None, _attempts(store, ledger), keys)
    finally:
        store.close()
    return found


def _attempts(store: Store, ledger: Ledger) -> dict[str, Attempt]:
    rows = store.list(ATTEMPT, account=ledger.account)
    stored = {row.id: store.load(ATTEMPT, row.id) for row in rows}
    return {id: attempt.value for id, attempt in stored.items() if attempt}


def _add_up(summary: Summary, people: list[Learner]) -> None:
    ledgers = [person.ledger for person in people]
    summary.answered = sum(person.answered for person in people)
    summary.unanswered = sum(person.unanswered for person in people)
    summary.beats = sum(ledger.beats for ledger in ledgers)
    summary.seconds = sum(sum(ledger.lesson_seconds.values()) for ledger in ledgers)
    sittings = [sitting for ledger in ledgers for sitting in ledger.sittings.values()]
    summary.sittings = len(sittings)
    summary.submitted = sum(sitting.is_submitted for sitting in sittings)
    summary.responses = sum(len(sitting.acknowledged) for sitting in sittings)
