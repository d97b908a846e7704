"""A real server with a clock of its own, and people who use it over HTTP as browsers do."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import requests

from grader.operation.serve import listen, make_server
from grader.settings import read_settings
from grader.store import open_store
from grader.web.app import create_app


@dataclass
class Clock:
    """The server's clock, moved by the test."""

    time: datetime

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **amount: float) -> None:
        self.time += timedelta(**amount)


@contextmanager
def running(data: Path, clock: Clock) -> Iterator[str]:
    """`grader serve` over the data folder, in a thread; gives its address, and closes the store at the end."""
    settings = read_settings(data)
    store = open_store(settings.store, exclusive=True)
    listener = listen("127.0.0.1", 0)
    server = make_server(create_app(settings, store, now=clock), listener)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.close()
        thread.join(timeout=5)
        store.close()


@dataclass
class Person:
    """Somebody with a browser: cookies are kept, forms carry the token of their page, JSON carries the origin."""

    address: str
    session: requests.Session = field(default_factory=requests.Session)

    def open(self, path: str) -> requests.Response:
        return self.session.get(self.address + path, timeout=20)

    def submit(
        self, page: str, path: str, *, files: dict[str, bytes] | None = None, **fields: str
    ) -> requests.Response:
        form = self.open(page)
        if form.status_code == 503:
            return form
        token = re.search(r'name="token" value="([0-9a-f]+)"', form.text)
        assert token, f"no form on {page}"
        named = {name: (f"{name}.xlsx", content) for name, content in (files or {}).items()}
        return self.session.post(
            self.address + path,
            data={"token": token[1], **fields},
            files=named or None,
            headers={"Origin": self.address},
            timeout=60,
        )

    def call(self, path: str, **body: object) -> requests.Response:
        return self.session.post(self.address + path, json=body, headers={"Origin": self.address}, timeout=20)

    def sign_in(self, name: str, password: str) -> requests.Response:
        return self.submit("/my/sign-in", "/my/sign-in", name=name, password=password)

    def choose_password(self, old: str, new: str) -> requests.Response:
        return self.submit("/my/password", "/my/password", old=old, new=new, again=new)
