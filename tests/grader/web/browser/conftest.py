"""Real Chromium over a served application, and what people do in it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from grader.domain.people.account import AccountId
from grader.store.kinds import ATTEMPT, DOSSIER, dossier_id
from tests.chromium import PATIENCE
from tests.grader.web.conftest import PASSWORD, Site
from tests.grader_factories import dossier

PHONE, OFFICE, DESK = (390, 844), (1024, 768), (1280, 900)
HOURS_MET = {"xianfa-01": 600}
LEARNER = AccountId("learner")
PAPER = re.compile(r"/exam/[0-9a-f]+$")
RESULT = re.compile(r"/exam/[0-9a-f]+/result$")


@contextmanager
def serving(site: Site) -> Iterator[str]:
    """The application on a free port, in a thread."""
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=5)
        server.server_close()


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    site.store.save(DOSSIER, dossier_id("2026", LEARNER), dossier(seconds=HOURS_MET, account=LEARNER), expected=0)
    with serving(site) as address:
        yield address


@pytest.fixture
def open_context(chromium: Browser, address: str) -> Iterator[Callable[..., BrowserContext]]:
    """Gives browsers of a size, with scripts or without, that know the service's address."""
    opened: list[BrowserContext] = []

    def make(size: tuple[int, int] = DESK, *, scripts: bool = True) -> BrowserContext:
        viewport = {"width": size[0], "height": size[1]}
        context = chromium.new_context(
            viewport=viewport,  # type: ignore[arg-type]  # a ViewportSize
            java_script_enabled=scripts,
            base_url=address,
            locale="zh-CN",
        )
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


def sign_in(page: Page, site: Site, person: str = "learner") -> None:
    page.goto("/my/sign-in")
    page.get_by_label("账号").fill(site.people[person].number)
    page.locator("#password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="登录").click()
    page.wait_for_url(re.compile("/(my|admin)/$"))


def begin_exam(page: Page, site: Site) -> None:
    sign_in(page, site)
    page.goto("/exam/")
    page.get_by_role("button", name="开始考试").click()
    page.wait_for_url(PAPER)
    page.wait_for_selector("html.live")


def tick(page: Page, number: int, option: int = 0) -> None:
    page.locator(f"#item-{number} .option").nth(option).click()


def kept(site: Site) -> dict[int, int]:
    """What the server holds of the only attempt: number of the item → place of the option ticked."""
    (row,) = site.store.list(ATTEMPT)
    stored = site.store.load(ATTEMPT, row.id)
    assert stored
    places, given = stored.value.paper.items, stored.value.responses
    return {
        number: place.options.index(next(iter(given[place.item].options)))
        for number, place in enumerate(places, 1)
        if place.item in given and given[place.item].options
    }
