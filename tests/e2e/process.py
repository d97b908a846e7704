"""The real `grader`: run a command, serve a data folder as a process, kill it; and a deployment full of learners."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from io import StringIO
from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from grader.accounts.passwords import hash_password
from grader.administration.publish import check_folder, content_of, publish
from grader.cli import main
from grader.demo.county import open_now
from grader.domain.content import PublishedContent
from grader.domain.people.account import Account, AccountId, Credential, Placement, UnitId
from grader.operation.deployment import set_up
from grader.settings import read_settings
from grader.store import open_store
from grader.store.kinds import ACCOUNT
from quizgen.model import TierId
from quizgen.programme import Gate
from tests.e2e.notice_2024 import write_content
from tests.grader_factories import account

GRADER = (sys.executable, "-c", "from grader.cli import main; raise SystemExit(main())")
PASSWORD = "Liulan7qiao"
OFFICE = "900001"
TIER = TierId("agency")
ATTEMPTS = 200
"""So many that no soak runs out of them soon."""
_ENVIRONMENT = os.environ | {"PYTHONIOENCODING": "utf-8"}
_SLOWEST_START = 60.0
NONCE = "n"
"""Of the sign-ins that `Deployment.cookies` gives; a form's token follows from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A data folder ready to be served, the programme open today, and the learners who may sign in with `PASSWORD`."""

    data: Path
    content: PublishedContent
    learners: tuple[Account, ...]

    def cookies(self, now: datetime) -> list[str]:
        """A signed-in `xuefa` cookie for each learner, in order."""
        app = Flask("cookies")
        app.secret_key = read_settings(self.data).secret_key
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert signer
        begun = {"nonce": NONCE, "issued": int(now.timestamp()), "seen": int(now.timestamp())}
        return [str(signer.dumps({"account": p.id, "epoch": p.epoch, **begun})) for p in self.learners]


def deploy(folder: Path, *, learners: int, store: str = "tiny:store") -> Deployment:
    """The notice's year, open now and with an exam that asks for no hours, in `folder`/data and `store`."""
    data, now = folder / "data", datetime.now(UTC)
    source = write_content(folder / "content")
    set_up(
        data,
        title="某县学法考试",
        address="http://127.0.0.1",
        county="某县普法办",
        code=OFFICE,
        site=folder / "site",
        content=source,
        now=now,
        store=store,
    )
    checked = check_folder(source).source
    programme = open_now(checked.programmes[0], now)
    tiers = {id: replace(tier, gate=Gate.NONE, attempts=ATTEMPTS) for id, tier in programme.tiers.items()}
    content = content_of(checked, replace(programme, tiers=tiers))
    credential = Credential(hash=hash_password(PASSWORD), initial=False)
    people = tuple(
        account(
            f"learner-{number}",
            number=f"{OFFICE}{number:06d}",
            credential=credential,
            placements=(Placement(at=now, unit=UnitId(OFFICE), tier=TIER),),
        )
        for number in range(1, learners + 1)
    )
    opened = open_store(read_settings(data).store, exclusive=True)
    try:
        publish(opened, content, by="test", now=now)
        for person in people:
            opened.save(ACCOUNT, AccountId(person.id), person, expected=0)
    finally:
        opened.close()
    return Deployment(data=data, content=content, learners=people)


def run_grader(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """One command to its end, in this process."""
    command = [*map(str, arguments)]
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as told:
        status = main(command)
    return subprocess.CompletedProcess(command, status, out.getvalue(), told.getvalue())


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """`grader serve` on a data folder, or another command that serves; its output is appended to `log`."""

    data: Path
    port: int = field(default_factory=free_port)
    arguments: tuple[str, ...] | None = None
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Of the process that runs."""
        assert self.process is not None
        return self.process.pid

    @property
    def log(self) -> Path:
        return self.data.parent / f"{self.data.name}.log"

    def start(self, path: str = "/api/health") -> float:
        """Start it and wait until `path` answers; gives the seconds that took."""
        command = self.arguments or (*GRADER, "serve", "--data", str(self.data))
        begun = time.perf_counter()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port)],
                env=_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.wait_for(path)
        return time.perf_counter() - begun

    def wait_for(self, path: str) -> None:
        """Ask until it is answered with 200."""
        give_up = time.perf_counter() + _SLOWEST_START
        while not self._answers(path):
            assert self.process is not None
            if self.process.poll() is not None or time.perf_counter() > give_up:
                raise RuntimeError(f"the service does not answer:\n{self.log.read_text('utf-8')}")
            time.sleep(0.01)

    def _answers(self, path: str) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """As `kill -9`: no chance to tidy up."""
        self._end(signal.SIGKILL)

    def interrupt(self) -> int:
        """As Ctrl+C; gives the exit code."""
        return self._end(signal.SIGINT)

    def _end(self, sent: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(sent)
        return self.process.wait(timeout=30)

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()
