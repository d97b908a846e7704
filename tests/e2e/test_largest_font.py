"""WeChat's largest font at 360 px, and what a screen reader finds: in real Chromium, with the real service."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import NOW, sign_in
from tests.e2e.server import Clock, running

pytestmark = pytest.mark.browser
ZOOMS = {
    "root": "document.documentElement.style.fontSize = '200%'",
    "adjust": "for (const one of [document.documentElement, document.body]) one.style.webkitTextSizeAdjust = '175%'",
}
"""How WeChat enlarges: all that counts in rem, or texts alone."""
OFF_SCREEN = """() => [...document.querySelectorAll("h1, h2, p, a, button, label, input, strong")].filter((node) => {
  const box = node.getBoundingClientRect();
  const hides = (one) => getComputedStyle(one).overflow !== "visible" && one !== document.body;
  for (let one = node.parentElement; one && one !== document.documentElement; one = one.parentElement) {
    if (hides(one)) return false; // what scrolls by itself or is there for screen readers alone
  }
  const isShown = box.width > 1 && box.height > 1 && getComputedStyle(node).visibility !== "hidden";
  const isApart = node.closest(".skip, .md-skip, .md-sidebar, .unseen");
  return isShown && !isApart && (box.left < -1 || box.right > innerWidth + 1);
}).map((node) => `${node.tagName} ${node.textContent.trim().slice(0, 20)}`)"""
OVERLAPS = """selector => {
  const all = [...document.querySelectorAll(selector)].map((node) => node.getBoundingClientRect());
  const boxes = all.filter((box) => box.width);
  return boxes.flatMap((one, at) => boxes.slice(at + 1).filter((other) => one.left < other.right - 1 &&
    other.left < one.right - 1 && one.top < other.bottom - 1 && other.top < one.bottom - 1)).length;
}"""

CUT = """() => [...document.querySelectorAll(".md-header__topic:first-child .md-ellipsis, .header__title span")].filter(
  (node) => node.clientWidth < 50 || node.scrollHeight > node.clientHeight + 2 ||
    node.getBoundingClientRect().bottom > node.closest("header").getBoundingClientRect().bottom
).map((node) => node.textContent)"""
"""Names of the site that are not whole in the header."""


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with running(folder, Clock(NOW)) as served:
        yield served


@pytest.mark.parametrize("zoom", ZOOMS)
def test_largest_font_leaves_all_on_the_screen_and_nothing_overlaps(chromium: Browser, address: str, zoom: str) -> None:
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True, locale="zh-CN"
    )
    context.add_init_script(f"addEventListener('DOMContentLoaded', () => {{ {ZOOMS[zoom]} }})")
    page, found = context.new_page(), {}

    def look(name: str, apart: str) -> None:
        page.wait_for_load_state("networkidle")
        found[name] = (page.evaluate(OFF_SCREEN), page.evaluate(OVERLAPS, apart), page.evaluate(CUT))

    page.goto(f"{address}/my/sign-in")
    look("sign-in", ".header__title, .tool")
    sign_in(page, address, "weijingfa")
    look("my", ".header__title, .header .tool")
    page.goto(f"{address}/exam/")
    page.get_by_role("button", name="继续考试").click()
    page.wait_for_selector("html.live")
    look("room", "#clock, #open-sheet, #finish")
    page.goto(address)
    look("home", ".course-header button, .course-header a, .md-header__title")
    page.goto(f"{address}/lessons/minfadian-01/")
    page.wait_for_selector("#section-3.is-live")
    look("lesson", ".study__state, .study__action, .study__lesson, .study__total")
    context.close()

    assert found == dict.fromkeys(("sign-in", "my", "room", "home", "lesson"), ([], 0, []))


def test_screen_reader_finds_landmarks_and_labels_of_the_sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/my/sign-in")

    expect(page.locator("main")).to_match_aria_snapshot("""
      - main:
        - heading "登录" [level=1]
        - paragraph:
          - textbox "账号"
        - paragraph:
          - textbox "密码"
          - button "显示密码"
        - checkbox "在这台设备上保持登录30天"
        - paragraph:
          - button "登录"
    """)


def test_screen_reader_finds_the_timer_quiet_and_the_questions_named(page: Page, address: str) -> None:
    sign_in(page, address, "weijingfa")
    page.goto(f"{address}/exam/")
    page.get_by_role("button", name="继续考试").click()
    page.wait_for_selector("html.live")

    expect(page.get_by_role("timer", name="剩余时间")).to_have_attribute("aria-live", "off")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    page.get_by_role("link", name="答题卡").click()
    expect(page.get_by_role("navigation", name="答题卡")).to_be_visible()
    page.get_by_role("button", name="收起").click()
    expect(page.locator("fieldset").first).to_match_aria_snapshot("""
      - group /1/:
        - radio /A/
        - radio /B/
    """)
    assert page.locator("[aria-live=assertive]").count() == 0


def test_screen_reader_finds_the_parts_of_a_lesson_in_order(page: Page, address: str) -> None:
    page.goto(f"{address}/lessons/minfadian-01/")
    page.wait_for_selector("#section-3.is-live")

    levels = page.locator("article").locator("h1, h2, h3, h4").evaluate_all("all => all.map(one => +one.tagName[1])")

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    expect(page.get_by_role("region", name="学习记录")).to_be_visible()
    expect(page.get_by_role("main")).to_have_count(1)
    expect(
        page.locator("form[data-item]").first.get_by_role("radio").or_(page.get_by_role("checkbox")).first
    ).to_be_attached()
