"""An application over the memory store with a clock of its own, and browsers that keep their cookies."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

from grader.accounts.passwords import hash_password
from grader.administration.publish import publish
from grader.domain.exam.attempt import Attempt
from grader.domain.learning.dossier import Dossier
from grader.domain.people.account import Account, AccountId, Credential, Placement, Role, UnitId
from grader.settings import Settings
from grader.store.kinds import ACCOUNT, ATTEMPT, DOSSIER, UNIT, dossier_id
from grader.store.memory import MemoryStore
from grader.store.update import update
from grader.web.app import create_app
from quizgen.model import TierId
from tests.grader_factories import NOON, account, content, dossier, keep_dossier, unit

PASSWORD = "xuefa2026"
HASH = hash_password(PASSWORD)
INITIAL_HASH = hash_password("888888")
TAIL = "0003"
"""The last digits of the telephone of whoever has not signed in yet."""
ORIGIN = {"Origin": "http://localhost"}


class Compiled(BytecodeCache):
    """Templates compiled once for all applications of a run: that is most of what a page costs a fresh one."""

    def __init__(self) -> None:
        self._codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (code := self._codes.get(bucket.key)) is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


@dataclass
class Clock:
    """A clock that a test moves."""

    time: datetime = NOON

    def __call__(self) -> datetime:
        return self.time

    def pass_(self, **amount: float) -> None:
        """Let time pass: seconds=, minutes=, days= …."""
        self.time += timedelta(**amount)


@dataclass
class Site:
    """An application with what a test wants to reach behind it."""

    app: Flask
    store: MemoryStore
    clock: Clock
    settings: Settings
    people: dict[str, Account] = field(default_factory=dict)

    def change(self, person: str, **fields: object) -> None:
        """Give the person's account other fields."""

        def changed(before: Account | None) -> Account:
            assert before
            return replace(before, **fields)  # type: ignore[arg-type]  # fields of an account, by name

        self.people[person] = update(self.store, ACCOUNT, person, changed)

    def account(self, person: str) -> Account:
        """The person's account as the store has it."""
        stored = self.store.load(ACCOUNT, person)
        assert stored
        return stored.value

    def keep(self, person: str, **fields: Any) -> None:
        """Put a dossier of 2026 with these fields in place of the person's."""
        keep_dossier(self.store, dossier(account=AccountId(person), **fields))

    def dossier(self, person: str = "learner") -> Dossier:
        """The person's dossier of 2026; an empty one where there is none."""
        stored = self.store.load(DOSSIER, dossier_id("2026", AccountId(person)))
        return stored.value if stored else dossier(account=AccountId(person))

    def attempt(self, id: str) -> Attempt:
        """The attempt as the store has it."""
        stored = self.store.load(ATTEMPT, id)
        assert stored
        return stored.value

    def browser(self, person: str = "") -> Browser:
        """A fresh browser, signed in as this person."""
        browser = Browser(self.app.test_client(), self.settings.base_path)
        if person:
            browser.sign_in(self.people[person].number)
        return browser


@dataclass
class Browser:
    """A client that sends forms with the token of the page and JSON with an origin, as real ones do.

    Paths are those below the sub-path `base`.
    """

    client: FlaskClient
    base: str = ""

    def open(self, path: str, **headers: str) -> TestResponse:
        """GET without following redirects; `If_None_Match="…"` sends that header."""
        return self.client.get(self.base + path, headers={name.replace("_", "-"): v for name, v in headers.items()})

    def token(self, page: str = "/my/sign-in") -> str:
        """The form token of this browser's session."""
        found = re.search(
            r'name="token" value="([0-9a-f]+)"', self.client.get(self.base + page, follow_redirects=True).text
        )
        assert found
        return found[1]

    def send(self, path: str, *, page: str = "/my/password", **fields: str) -> TestResponse:
        """POST a form with the token of `page`."""
        return self.client.post(self.base + path, data={"token": self.token(page), **fields}, headers=ORIGIN)

    def call(self, path: str, **fields: object) -> TestResponse:
        """POST a JSON object."""
        return self.client.post(self.base + path, json=fields, headers=ORIGIN)

    def sign_in(self, name: str, password: str = PASSWORD) -> TestResponse:
        """Through the sign-in form."""
        return self.send("/my/sign-in", page="/my/sign-in", name=name, password=password)

    def sign_in_first(self, name: str, tail: str = TAIL) -> TestResponse:
        """With the published first password, then the last digits of the telephone."""
        assert self.sign_in(name, "888888").status_code == 200
        return self.send("/my/first-sign-in", page="/my/sign-in", name=name, tail=tail)


def said(answer: TestResponse) -> tuple[int, str]:
    """The status and the sentence of a refusal, of a problem document or on a page."""
    if answer.is_json:
        return answer.status_code, str(answer.json["detail"] if answer.json else "")
    found = re.search(r'role="alert"><p>(.*?)</p>', answer.text)
    return answer.status_code, html.unescape(found[1]) if found else ""


def texts(answer: TestResponse, pattern: str) -> list[str]:
    """What `pattern` captures in the page, without tags, in single spaces."""
    found = re.findall(pattern, answer.text, re.DOTALL)
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split()) for text in found]


@pytest.fixture
def make_site(tmp_path: Path) -> Callable[..., Site]:
    """Gives applications; `make_site(content=…)` publishes another content than the factory's."""

    def make(**changes: object) -> Site:
        clock, store = Clock(), MemoryStore()
        site = tmp_path / "site"
        (site / "lessons" / "xianfa-01").mkdir(parents=True, exist_ok=True)
        (site / "index.html").write_text("<h1>课程</h1>", encoding="utf-8")
        (site / "lessons" / "xianfa-01" / "index.html").write_text("<h1>第一课</h1>", encoding="utf-8")
        values: dict[str, object] = {
            "data": tmp_path,
            "title": "某县学法考试",
            "address": "http://localhost",
            "store": "memory:",
            "site": site,
            "content": tmp_path / "content",
            "secret_key": "a secret of the tests",
            "signing_key": Ed25519PrivateKey.from_private_bytes(bytes(32)),
        }
        given = changes.pop("content", None) or content()
        settings = Settings(**(values | changes))  # type: ignore[arg-type]  # values are checked by the tests that use them
        publish(store, given, by="test", now=clock())  # type: ignore[arg-type]  # a Content, whatever the test gave
        app = create_app(settings, store, now=clock)
        app.jinja_env.bytecode_cache = COMPILED
        made = Site(app, store, clock, settings)
        _populate(made)
        return made

    return make


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    """The factory's content, two units below a county office, people of every role."""
    return make_site()


def _populate(site: Site) -> None:
    for id, parent in (("county", None), ("u1", "county"), ("u2", "county")):
        made = unit(id, parent=UnitId(parent) if parent else None)
        site.store.save(UNIT, made.id, made, expected=0)
    own, initial = Credential(hash=HASH, initial=False), Credential(hash=INITIAL_HASH, initial=True)
    people = [
        account("learner", name="赵学法", credential=own),
        account("other", name="钱学法", credential=own),
        account("fresh", name="孙守法", credential=initial, telephone=f"1990000{TAIL}"),
        account("unit", name="李用法", credential=own, role=Role.UNIT),
        account("county", name="周尊法", credential=own, role=Role.COUNTY),
        account("reader", name="吴阅法", credential=own, role=Role.READER),
        account("editor", name="郑编法", credential=own, role=Role.EDITOR),
    ]
    for person in people:
        place = "county" if person.id in {"county", "reader", "editor"} else "u2" if person.id == "other" else "u1"
        tier = TierId("agency" if person.role is Role.LEARNER else "")
        placed = replace(person, placements=(Placement(at=person.created, unit=UnitId(place), tier=tier),))
        site.people[person.id] = placed
        site.store.save(ACCOUNT, person.id, placed, expected=0)
