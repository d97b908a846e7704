"""Several processes and hosts on one database: they share everything that matters, and outlive its crashes."""

from __future__ import annotations

import re
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import psutil
import pytest

from grader.administration.publish import publish
from grader.domain.audit.acts import is_chain
from grader.domain.people.account import AccountId
from grader.settings import read_settings
from grader.store import open_store
from grader.store.base import Store
from grader.store.kinds import ACCOUNT
from tests.e2e.notice_2024 import REQUIRED
from tests.e2e.process import GRADER, OFFICE, PASSWORD, TIER, Deployment, Server, deploy, run_grader
from tests.e2e.server import Person
from tests.postgres_server import Server as Postgres
from tests.postgres_server import fresh_database
from tests.soak.patient import PatientLearner
from tests.soak.run import losses

pytestmark = [pytest.mark.serial, pytest.mark.skipif(sys.platform == "win32", reason="gunicorn and kills by signal")]

LESSONS = REQUIRED[TIER]


@pytest.fixture(scope="module")
def own() -> Iterator[Postgres]:
    """A server that may be killed."""
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def county(own: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with fresh_database(own.address) as database:
        yield deploy(tmp_path_factory.mktemp("county"), learners=10, store=database.address)


@pytest.fixture(scope="module")
def hosts(county: Deployment) -> Iterator[tuple[Server, Server]]:
    """Two hosts, each with a copy of the settings and nothing else in common but the database."""
    other = county.data.parent / "other-host"
    other.mkdir()
    shutil.copy(county.data / "settings.toml", other)
    with Server(county.data) as first, Server(other) as second:
        yield first, second


@pytest.fixture
def store(county: Deployment) -> Iterator[Store]:
    opened = open_store(read_settings(county.data).store, exclusive=False)
    yield opened
    opened.close()


def at(person: Person, host: Server) -> Person:
    """The same browser, sent to this host."""
    return Person(host.address, session=person.session)


def signed_in(county: Deployment, number: int, host: Server) -> Person:
    person = Person(host.address)
    person.sign_in(county.learners[number].number, PASSWORD).raise_for_status()
    return person


def is_signed_in(person: Person, host: Server) -> bool:
    return bool(at(person, host).open("/api/me").json()["signed_in"])


def test_sign_in_at_one_host_holds_at_the_other_and_a_reset_ends_it_at_both(
    county: Deployment, hosts: tuple[Server, Server]
) -> None:
    person = signed_in(county, 0, hosts[0])
    before = [is_signed_in(person, host) for host in hosts]

    done = run_grader("reset-password", county.learners[0].number, "--data", county.data)

    assert (before, done.returncode) == ([True, True], 0)
    assert [is_signed_in(person, host) for host in hosts] == [False, False]


def test_wrong_passwords_add_up_across_hosts(county: Deployment, hosts: tuple[Server, Server]) -> None:
    number = county.learners[1].number

    wrong = [Person(hosts[turn % 2].address).sign_in(number, "wrong") for turn in range(5)]
    shown = run_grader("account", "show", number, "--data", county.data).stdout

    assert [answer.status_code for answer in wrong] == [401] * 5
    assert "输错 5 次" in shown


def test_newer_page_at_another_host_takes_over(county: Deployment, hosts: tuple[Server, Server]) -> None:
    person = signed_in(county, 2, hosts[0])
    older = at(person, hosts[0]).call("/api/beat", lesson=LESSONS[0], page=None).json()["page"]
    newer = at(person, hosts[1]).call("/api/beat", lesson=LESSONS[0], page=None).json()["page"]

    told = at(person, hosts[0]).call("/api/beat", lesson=LESSONS[0], page=older).json()

    assert (newer, told["reason"]) == (older + 1, "superseded")


def test_attempt_begun_at_one_host_is_gone_on_with_at_the_other(
    county: Deployment, hosts: tuple[Server, Server]
) -> None:
    person = signed_in(county, 3, hosts[0])
    begun = at(person, hosts[0]).submit("/exam/", "/exam/start")
    path = "/exam/" + begun.url.rpartition("/")[2]
    item = re.search(r'name="item-([a-z]+-\d+-\d+)"', begun.text)
    assert item

    again = at(person, hosts[1]).submit("/exam/", "/exam/start")
    saved = at(person, hosts[1]).call(f"/api{path}/responses", item=item[1], response=["A"], sequence=1)
    handed_in = at(person, hosts[0]).submit(path, path, action="submit", sequence="2")

    assert again.url == hosts[1].address + path
    assert (saved.status_code, handed_in.url) == (200, f"{hosts[0].address}{path}/result")


def test_acts_of_both_hosts_are_one_chain(county: Deployment, hosts: tuple[Server, Server], store: Store) -> None:
    person = county.learners[4]
    for _ in hosts:
        run_grader("reset-password", person.number, "--data", county.data)

    stored = store.load(ACCOUNT, AccountId(person.id))
    assert stored
    assert [act.action for act in stored.value.acts] == ["reset-password"] * 2
    assert is_chain(stored.value.acts)


def test_both_hosts_follow_what_is_published_within_seconds(
    county: Deployment, hosts: tuple[Server, Server], store: Store
) -> None:
    person = signed_in(county, 5, hosts[0])
    title = "改名后的学法考试"
    programme = replace(county.content.programme, title=title)

    publish(store, replace(county.content, programme=programme), by="test", now=datetime.now(UTC))

    give_up = time.monotonic() + 6
    while not all(title in at(person, host).open("/my/").text for host in hosts):
        assert time.monotonic() < give_up
        time.sleep(0.2)


def test_unit_report_counts_what_was_studied_at_another_host(county: Deployment, hosts: tuple[Server, Server]) -> None:
    person = signed_in(county, 6, hosts[0])
    page = at(person, hosts[0]).call("/api/beat", lesson=LESSONS[1], page=None).json()["page"]
    time.sleep(1.1)
    at(person, hosts[0]).call("/api/beat", lesson=LESSONS[1], page=page).raise_for_status()
    slip = re.search(r"密码  (\S+)", run_grader("reset-password", f"{OFFICE}0000", "--data", county.data).stdout)
    assert slip
    office = Person(hosts[1].address)
    office.sign_in(f"{OFFICE}0000", slip[1]).raise_for_status()
    office.choose_password(slip[1], PASSWORD).raise_for_status()

    report = office.open("/admin/").text

    participation = re.search(r"(\d+)/10）", report)
    assert participation
    assert int(participation[1]) >= 1


def test_workers_lose_nothing_while_the_database_is_killed_again_and_again(own: Postgres, tmp_path: Path) -> None:
    with fresh_database(own.address) as database:
        deployment = deploy(tmp_path, learners=8, store=database.address)
        server = Server(deployment.data, arguments=(*GRADER, "serve", "--data", str(deployment.data), "--workers", "2"))
        with server:
            people = [
                PatientLearner(person, server.address, seed=number) for number, person in enumerate(deployment.learners)
            ]
            _live_through_kills(own, people, kills=3)
            for _ in range(50):
                server.wait_for("/api/health")
            busy = [worker.cpu_times().user > 0 for worker in psutil.Process(server.pid).children()]
            found = losses(deployment, people)
            stopped = server.interrupt()
        log = server.log.read_text("utf-8")

    assert found == []
    assert (busy, stopped) == ([True, True], 0)
    assert sum(person.unanswered for person in people) > 0
    assert sum(person.ledger.beats for person in people) > 50
    assert "Traceback" not in log


def _live_through_kills(own: Postgres, people: list[PatientLearner], *, kills: int) -> None:
    ending = Event()
    threads = [Thread(target=person.live, args=(ending,), daemon=True) for person in people]
    for thread in threads:
        thread.start()
    try:
        for _ in range(kills):
            _wait_for_steps(people, 150)
            own.kill()
            time.sleep(0.3)
            own.start()
        _wait_for_steps(people, 150)
    finally:
        ending.set()
        for thread in threads:
            thread.join(timeout=60)


def _wait_for_steps(people: list[PatientLearner], steps: int) -> None:
    goal, give_up = sum(person.answered for person in people) + steps, time.monotonic() + 60
    while sum(person.answered for person in people) < goal and not any(person.faults for person in people):
        assert time.monotonic() < give_up
        time.sleep(0.01)
