"""A county's page and the start of its service, at 5,000 and 50,000 learners on the embedded store."""

from __future__ import annotations

import re
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

from flask import Flask
from flask.testing import FlaskClient
from psutil import Process

from grader.domain.learning.dossier import Dossier, Milestone, Outcome
from grader.domain.people.account import Account, AccountId, Credential, Placement, Role, UnitId
from grader.domain.people.unit import Unit
from grader.settings import read_settings
from grader.store import open_store
from grader.store.base import Store
from grader.store.codec import seal
from grader.store.kinds import ACCOUNT, DOSSIER, UNIT, dossier_id
from grader.store.tiny.file import stored_text
from grader.store.tiny.folder import document_path
from grader.store.update import update
from grader.web.app import create_app
from quizgen.words.system import uncollected
from tests.bench.beat import mid_year
from tests.bench.measure import Figure, compared, medians, unsynced
from tests.e2e.process import OFFICE, TIER, Deployment, Server, deploy

SIZES = (5_000, 50_000)
PAGE_GOALS = {5_000: 0.05, 50_000: 0.1}
REPORT_GOALS = {5_000: 0.05, 50_000: 0.3}
START_GOALS = {5_000: 1.0, 50_000: 5.0}
MEMORY_GOALS = {5_000: 150, 50_000: 400}
A_UNIT = 100
"""Learners of one unit."""
ROUNDS = 15
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder with a name that nobody knows is made in it
_ID, _NAME, _NUMBER, _TELEPHONE, _UNIT, _ORDER = "ID0", "NAME0", "NUMBER0", "TELEPHONE0", "UNIT0", 987_654
BARE = (
    "import sys, flask, waitress; app = flask.Flask('bare'); app.get('/api/health')(lambda: 'ok'); "
    "waitress.serve(app, host='127.0.0.1', port=int(sys.argv[2]))"
)


def measure() -> Iterator[Figure]:
    """Each size by itself; the yardsticks are a county of 100 learners and a bare Flask that starts.

    The files are kept in memory where the system lets: nothing here is written, and what is read was just written.
    """
    with tempfile.TemporaryDirectory(prefix="bench-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        small = fill(Path(folder, "small"), A_UNIT)
        for size in SIZES:
            county = fill(Path(folder, str(size)), size)
            yield from _pages(small, county, size)
            yield from _start(county, size)


def fill(folder: Path, learners: int) -> Deployment:
    """A data folder in mid-year: everybody has studied, a third have sat, a third of these are through.

    The learners' documents are written as plain files, which a store finds when it starts; each is a sealed sample with
    the words of one learner.
    """
    with unsynced():
        made, now = deploy(folder, learners=0), datetime.now(UTC)
        with closing(store_of(made)) as store:
            units = [_unit(store, number, now) for number in range(-(-learners // A_UNIT))]
            for row in store.list(ACCOUNT, role=Role.COUNTY):
                update(store, ACCOUNT, row.id, settled_in)
        person, dossiers = _learner(now), [_dossier(made, _learner(now), number, now) for number in range(9)]
        texts = [
            (seal(ACCOUNT, person.id, person, version=1)[0], seal(DOSSIER, _dossier_id(made, _ID), one, version=1)[0])
            for one in dossiers
        ]
        for number in range(learners):
            words, (account, dossier) = _words(number, units[number // A_UNIT]), texts[number % 9]
            _write(document_path(made.data / "store", ACCOUNT.name, words[_ID]), account, words)
            _write(document_path(made.data / "store", DOSSIER.name, _dossier_id(made, words[_ID])), dossier, words)
    with uncollected():
        store_of(made).close()  # all was read: the index is written down
    return made


def _unit(store: Store, number: int, now: datetime) -> UnitId:
    id = UnitId(f"{OFFICE}{number + 1:03d}")
    office = UnitId(OFFICE)
    made = Unit(id=id, code=id, name=f"示例县第{number + 1}示例工作局", created=now, parent=office, order_number=number)
    store.save(UNIT, id, made, expected=0)
    return id


def _learner(now: datetime) -> Account:
    """Everybody's sample."""
    return Account(
        id=AccountId(_ID),
        role=Role.LEARNER,
        name=_NAME,
        number=_NUMBER,
        credential=Credential(hash="x", initial=False),
        placements=(Placement(at=now - timedelta(days=60), unit=UnitId(_UNIT), tier=TIER),),
        created=now,
        telephone=_TELEPHONE,
        rank="科员",
        order_number=_ORDER,
    )


def _words(number: int, unit: UnitId) -> dict[str, str]:
    """What stands in one learner's documents where the samples have the names of these words."""
    return {
        str(_ORDER): str(number % A_UNIT + 1),  # first, for it may stand in an id that is drawn
        _ID: f"{number:05d}{secrets.token_hex(7)}",
        _NAME: "赵钱孙李周吴郑王"[number % 8] + "学法守法用法尊法"[number % 7 : number % 7 + 2],
        _NUMBER: f"{unit}{number % A_UNIT + 1:04d}",
        _TELEPHONE: f"1000{number:07d}",
        _UNIT: unit,
    }


def _dossier(made: Deployment, person: Account, number: int, now: datetime) -> Dossier:
    dossier = mid_year(made, person, now)
    if number % 3:
        return dossier
    passed = number % 9 == 0
    sat = Outcome(attempt="t", points=80 if passed else 40, possible=100, passed=passed, ended=now)
    return replace(dossier, outcomes=(sat,), milestones={**dossier.milestones, Milestone.EXAMINED: now})


def _dossier_id(made: Deployment, account: str) -> str:
    return dossier_id(made.content.programme.id, AccountId(account))


def _write(file: Path, text: str, words: dict[str, str]) -> None:
    for word, own in words.items():
        text = text.replace(word, own)
    try:
        file.write_text(stored_text(text), "utf-8")
    except FileNotFoundError:
        file.parent.mkdir(parents=True)
        file.write_text(stored_text(text), "utf-8")


def settled_in(before: Account | None) -> Account:
    """The county's administrator with a password of their own."""
    if before is None:
        raise LookupError
    return replace(before, credential=replace(before.credential, initial=False))


def _pages(small: Deployment, county: Deployment, size: int) -> Iterator[Figure]:
    queries = {"page": "", "page, one state": "?state=exam_due", "page, one name": "?name=守法&page=3"}
    with closing(store_of(small)) as few, closing(store_of(county)) as many:
        browsers = browser_of(small, few), browser_of(county, many)
        for title, query in queries.items():
            times = medians(*(partial(_opened, browser, query) for browser in reversed(browsers)), rounds=ROUNDS)
            kilobytes = len(_opened(browsers[1], query)) / 1000
            yield compared(
                f"county: {title} of {kilobytes:.0f} kB, {size:,} learners",
                times,
                yardstick=f"the same, {A_UNIT} learners",
                most=PAGE_GOALS[size],
            )
        programme, now = county.content.programme.id, datetime.now(UTC)
        reports = medians(
            lambda: many.figures(programme, at=now),
            lambda: many.figures(programme, at=now - timedelta(days=20)),
            rounds=ROUNDS,
        )
        yield compared(
            f"county: unit report, {size:,} learners", reports, yardstick="of three weeks ago", most=REPORT_GOALS[size]
        )


def store_of(made: Deployment) -> Store:
    return open_store(read_settings(made.data).store, exclusive=True)


def browser_of(made: Deployment, store: Store) -> FlaskClient:
    app: Flask = create_app(read_settings(made.data), store)
    [administrator] = [row.id for row in store.list(ACCOUNT, role=Role.COUNTY)]
    stored = store.load(ACCOUNT, administrator)
    if stored is None:
        raise LookupError
    client = app.test_client()
    cookie = replace(made, learners=(stored.value,)).cookies(datetime.now(UTC))[0]
    client.set_cookie("xuefa", cookie, domain="127.0.0.1")
    return client


def _opened(browser: FlaskClient, query: str) -> bytes:
    answer = browser.get(f"/admin/{query}", base_url="http://127.0.0.1")
    if answer.status_code != 200 or not re.search(rb'<td data-label="', answer.data):
        raise RuntimeError(f"the page came with {answer.status}")
    data: bytes = answer.data
    return data


def _start(county: Deployment, size: int) -> Iterator[Figure]:
    """From the command to the first answer, by the index's checkpoint, and the memory that the process has then."""
    grader, bare = Server(county.data), Server(county.data, arguments=(sys.executable, "-c", BARE))
    sizes: list[float] = []

    def start() -> None:
        grader.start()
        sizes.append(Process(grader.pid).memory_info().rss / 1e6)
        grader.interrupt()

    def start_bare() -> None:
        bare.start()
        bare.kill()

    taken, memory = medians(start, start_bare, rounds=3), median(sizes)
    title = f"county: first answer after start, {size:,} learners"
    yield compared(title, taken, yardstick="bare Flask on waitress", most=START_GOALS[size])
    yield Figure(
        name=f"county: memory then, {size:,} learners",
        figure=f"{memory:.0f} MB",
        yardstick="-",
        goal=f"≤ {MEMORY_GOALS[size]} MB",
        met=memory <= MEMORY_GOALS[size],
    )
