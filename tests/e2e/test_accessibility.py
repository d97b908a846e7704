"""axe over every template: light, dark and large text, on a phone and on a wide screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import NOW
from tests.e2e.server import Clock, running

pytestmark = pytest.mark.browser
REPOSITORY = Path(__file__).parents[2]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COURSE = (
    "",
    "lessons/minfadian-01/",
    "lessons/jiguan-01/",
    "essentials/",
    "guide/faq/",
    "guide/editor/",
    "notices/2026/",
)
EVERYBODY = ("my/sign-in", "verify/", "verify/nothing")
LEARNER = ("my/", "my/password", "exam/", "my/practice/", "my/messages/")
OFFICE = ("admin/", "admin/roster")
OWN = "xuefa2026"
"""The password of the demonstration's accounts."""


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with running(folder, Clock(NOW)) as served:
        yield served


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("mode", ["light", "dark", "large"])
def test_axe_finds_nothing(chromium: Browser, address: str, mode: str, width: int) -> None:
    page = opened(chromium, mode, width)
    context = page.context
    found: dict[str, list[str]] = {}

    look(page, address, COURSE + EVERYBODY, found)
    sign_in(page, address, "zhouzunfa")
    look(page, address, LEARNER, found)
    context.clear_cookies()
    sign_in(page, address, "weijingfa")
    sit(page, address, found)
    context.clear_cookies()
    sign_in(page, address, "9000010000")
    look(page, address, OFFICE, found)
    context.close()

    assert found == {}


@pytest.mark.parametrize(("mode", "width"), [("large", 360), ("dark", 1280)])
def test_axe_finds_nothing_on_any_page_of_the_office(chromium: Browser, address: str, mode: str, width: int) -> None:
    page = opened(chromium, mode, width)
    found: dict[str, list[str]] = {}

    sign_in(page, address, "9000010000")
    seen = walk(page, address, "/admin/", found)
    page.context.close()

    assert len(seen) > 30
    assert found == {}


def opened(chromium: Browser, mode: str, width: int) -> Page:
    """A page of a browser of its own, of that width, in that mode."""
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if mode == "dark" else "light", bypass_csp=True
    )
    if mode == "large":
        context.add_init_script("localStorage.setItem('xuefa.large-text', '1')")
    return context.new_page()


def walk(page: Page, address: str, start: str, found: dict[str, list[str]]) -> set[str]:
    """Run axe on a page and on those that links lead to from there, one of each kind; gives the kinds seen."""
    seen, waiting = {kind_of(start)}, [start]
    while waiting:
        look(page, address, (waiting.pop(0).removeprefix("/"),), found)
        for link in page.eval_on_selector_all("main a[href]", PATHS):
            if link.startswith(start) and not FILE.search(link) and kind_of(link) not in seen:
                seen.add(kind_of(link))
                waiting.append(link)
    return seen


PATHS = "links => links.filter(a => a.origin === location.origin).map(a => a.pathname + a.search)"
FILE = re.compile(r"\.[a-z]{3,4}(\?|$)|/form(\?|$)|/(xlsx|csv|pdf|json)(\?|$)")


def kind_of(path: str) -> str:
    """A page's address without its question, and without whose page it is."""
    return re.sub(r"/[^/]*[0-9][^/]*", "/*", path.partition("?")[0])


def look(page: Page, address: str, paths: tuple[str, ...], found: dict[str, list[str]]) -> None:
    """Run axe on each page, scripts settled; what it finds and what is wider than the screen goes to `found`."""
    for path in paths:
        page.goto(f"{address}/{path}", wait_until="networkidle")
        check(page, path, found)


def check(page: Page, name: str, found: dict[str, list[str]]) -> None:
    """Run axe on what is shown now."""
    results = Axe().run(page, options=RULES)
    told = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in results.response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        told.append("wider than the screen")
    if told:
        found[name] = told


def sit(page: Page, address: str, found: dict[str, list[str]]) -> None:
    """The exam room of an attempt under way, its answer sheet and the question before handing in."""
    page.goto(f"{address}/exam/")
    page.get_by_role("button", name="继续考试").click()
    page.wait_for_selector("html.live")
    check(page, "room", found)
    if page.locator("#open-sheet").is_visible():
        page.locator("#open-sheet").click()
        check(page, "answer sheet", found)
        page.locator("#close-sheet").click()
    page.locator("#finish").click()
    check(page, "dialog", found)


def sign_in(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/my/sign-in")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", OWN)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
