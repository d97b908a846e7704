"""In real Chromium, with the real service: the home page tells where the learner is and leads back to the paragraph."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, Route, expect

from quizgen.content import read_content
from quizgen.model import TierId
from tests.course_project import REPOSITORY
from tests.e2e.conftest import sign_in

pytestmark = pytest.mark.browser
KIT, _ = read_content(REPOSITORY / "content")
PATH = f"lessons/{KIT.programmes[0].tiers[TierId('agency')].required[9]}/"
"""Required of every tier, and of none of those whom this file signs in done or next."""
WATCH = """
window.shifted = 0;
new PerformanceObserver(list => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) shifted += one.value;
}).observe({type: "layout-shift", buffered: true});
"""


def read_to(page: Page, address: str, number: int) -> str:
    """Read a lesson up to a paragraph by wheel and keys alone; returns what it begins with."""
    page.goto(f"{address}/{PATH}")
    page.wait_for_selector("#section-3.is-live")
    paragraph = page.locator("article > p").nth(number)
    paragraph.evaluate("node => node.scrollIntoView()")
    words = paragraph.inner_text()[:20]
    page.wait_for_function("words => JSON.stringify(localStorage).includes(words)", arg=words)
    return words


def at_top(page: Page) -> str:
    """What the paragraph below the header begins with."""
    return str(page.evaluate("document.querySelector('.is-place').innerText.slice(0, 20)"))


def states(page: Page) -> dict[str, str]:
    rows = page.locator(".home-module [data-lesson]")
    return dict(rows.evaluate_all("rows => rows.map(row => [row.dataset.lesson, row.lastElementChild.textContent])"))


def test_home_page_tells_where_the_learner_is_in_each_lesson(page: Page, address: str) -> None:
    page.add_init_script(WATCH)
    sign_in(page, address, "sunshoufa", then="/")

    page.get_by_text("✓ 已完成").first.wait_for()
    told = set(states(page).values())
    shifted = page.evaluate("shifted")

    assert told == {"✓ 已完成", "还剩 1 小节", "未学", "1学时"}
    assert shifted <= 0.02


@pytest.mark.parametrize("account", ["", "9000010000"])
def test_home_page_tells_nothing_of_lessons_to_whoever_is_no_learner(page: Page, address: str, account: str) -> None:
    page.goto(address)
    built = states(page)
    if account:
        sign_in(page, address, account)

    page.goto(address, wait_until="networkidle")

    assert states(page) == built
    assert page.locator(".home-module__done").all_inner_texts() == [""] * page.locator(".home-module").count()


def test_reader_goes_on_at_the_paragraph_from_the_home_page(page: Page, address: str) -> None:
    sign_in(page, address, "qianzhifa")
    words = read_to(page, address, 12)
    page.goto(address)
    page.locator(".home-hero__place", has_text="上次读到").wait_for()

    page.get_by_role("link", name="继续学习").click()
    page.wait_for_selector(".is-place")

    assert at_top(page) == words
    assert page.url == f"{address}/{PATH}"
    expect(page.locator(".is-place")).to_be_in_viewport()
    expect(page.locator(".is-place")).to_be_focused()


def test_reader_goes_on_at_the_paragraph_from_the_own_page(page: Page, address: str) -> None:
    sign_in(page, address, "qianzhifa")
    words = read_to(page, address, 15)
    page.goto(f"{address}/my/")

    page.locator(".step__place").get_by_role("link", name="继续学习").click()
    page.wait_for_selector(".is-place")

    assert at_top(page) == words


def test_place_follows_its_paragraph_when_the_text_before_it_changes(page: Page, address: str) -> None:
    words = read_to(page, address, 12)

    def longer(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("<h2", "<p>新增的一段。</p>\n<h2"))

    page.goto(address)
    page.route(f"**/{PATH}", longer)
    page.goto(f"{address}/{PATH}#read-on")
    page.wait_for_selector(".is-place")

    assert at_top(page) == words


def test_lesson_opens_at_its_top_or_anchor_unless_it_is_asked_to_read_on(page: Page, address: str) -> None:
    read_to(page, address, 12)
    other = page.locator("article h2[id]").last.get_attribute("id")

    page.goto(address)
    page.goto(f"{address}/{PATH}", wait_until="networkidle")
    top = page.evaluate("pageYOffset")
    page.goto(address)
    page.goto(f"{address}/{PATH}#{other}", wait_until="networkidle")

    assert (top, page.locator(".is-place").count()) == (0, 0)
    expect(page.locator("article h2[id]").last).to_be_in_viewport()


def test_bar_leads_to_the_place_in_the_section_under_way(page: Page, address: str) -> None:
    sign_in(page, address, "qianzhifa")
    words = read_to(page, address, 4)
    page.goto(address)
    page.goto(f"{address}/{PATH}")

    link = page.get_by_role("region", name="学习记录").get_by_role("link", name="继续学习")
    link.click()

    target = page.locator(link.get_attribute("href") or "#nothing")
    assert target.inner_text()[:20] == words
    expect(target).to_be_in_viewport()


def test_who_shares_a_computer_never_finds_the_place_of_another(page: Page, address: str) -> None:
    sign_in(page, address, "qianzhifa")
    read_to(page, address, 12)

    page.goto(f"{address}/my/")
    page.locator("header").get_by_role("button", name="退出").click()
    page.goto(address, wait_until="networkidle")
    guest = page.locator(".home-hero__place").inner_text()
    sign_in(page, address, "zhouzunfa")
    here = page.locator(".step__place:visible").count()
    page.goto(address, wait_until="networkidle")

    assert (guest, here) == ("", 0)
    assert "上次读到" not in page.locator(".home-hero__place").inner_text()


def test_place_is_told_to_nobody_and_knows_no_time(page: Page, address: str) -> None:
    sent: list[str] = []
    sign_in(page, address, "qianzhifa")
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    words = read_to(page, address, 12)
    page.goto(address, wait_until="networkidle")
    kept = page.evaluate("Object.entries(localStorage).find(([name]) => name.includes('xuefa.place'))[1]")

    assert not [one for one in sent if words[:6] in one or "read-on" in one]
    assert {name for place in json.loads(kept).values() for name in place} == {"words", "heading"}
