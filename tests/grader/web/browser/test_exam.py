"""An exam in real Chromium: saving, time, handing in, bad networks, two pages, no scripts, keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from grader.store.kinds import ATTEMPT
from tests.grader.web.browser.conftest import OFFICE, PAPER, PHONE, RESULT, begin_exam, kept, sign_in, tick
from tests.grader.web.conftest import PASSWORD, Site

pytestmark = pytest.mark.browser


def test_paper_saves_each_response_and_shows_it_after_a_reload(
    site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    page = open_context().new_page()
    begin_exam(page, site)

    tick(page, 1, 2)
    tick(page, 3, 1)
    page.wait_for_selector("#saved[data-state=saved]")
    page.reload()

    assert kept(site) == {1: 2, 3: 1}
    expect(page.locator("#item-1 input").nth(2)).to_be_checked()
    expect(page.locator("#item-3 input").nth(1)).to_be_checked()
    assert page.locator("[data-sheet] [data-word]").all_inner_texts() == ["已作答", "未作答", "已作答"]
    assert page.locator(".bar__count").inner_text() == "已答 2/3"


def test_paper_counts_down_by_the_servers_time(site: Site, open_context: Callable[..., BrowserContext]) -> None:
    page = open_context().new_page()
    page.clock.install()
    begin_exam(page, site)
    assert page.locator("#clock").inner_text() == "1:00:00"

    page.clock.fast_forward(61_000)
    expect(page.locator("#clock")).to_have_text("58:59")
    site.clock.pass_(minutes=50, seconds=30)
    tick(page, 1)
    page.wait_for_selector("#saved[data-state=saved]")
    page.clock.fast_forward(1000)

    expect(page.locator("#clock")).to_have_text("09:29")
    expect(page.locator("#announcement")).to_have_text("距离自动交卷还有不到 10 分钟。")


def test_paper_hands_itself_in_when_the_time_is_over(site: Site, open_context: Callable[..., BrowserContext]) -> None:
    page = open_context().new_page()
    begin_exam(page, site)
    tick(page, 2, 1)
    page.wait_for_selector("#saved[data-state=saved]")

    site.clock.pass_(minutes=59, seconds=58)
    page.reload()
    page.wait_for_url(RESULT)

    assert kept(site) == {2: 1}
    assert "未合格" in page.inner_text("main")


def test_dialog_names_the_unanswered_items_and_leads_back(
    site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    page = open_context(PHONE).new_page()
    begin_exam(page, site)
    tick(page, 2)

    page.get_by_role("button", name="交卷").click()
    dialog = page.get_by_role("dialog", name="确定要交卷吗？")
    expect(dialog).to_contain_text("还有 2 题没有作答，没有作答的题不得分。")
    assert dialog.locator("li").all_inner_texts() == ["1", "3"]
    dialog.get_by_role("link", name="第3题").click()

    expect(dialog).to_be_hidden()
    expect(page.locator("#item-3")).to_be_in_viewport()
    assert page.url.endswith("#item-3")


def test_handing_in_leads_to_the_result(site: Site, open_context: Callable[..., BrowserContext]) -> None:
    page = open_context().new_page()
    begin_exam(page, site)
    for number in (1, 2, 3):
        tick(page, number)

    page.get_by_role("button", name="交卷").click()
    page.get_by_role("button", name="确认交卷").click()
    page.wait_for_url(RESULT)

    assert kept(site) == {1: 0, 2: 0, 3: 0}
    (row,) = site.store.list(ATTEMPT)
    assert row.summary.finished


def test_lost_network_is_said_and_what_was_ticked_is_saved_later(
    site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    page = open_context().new_page()
    begin_exam(page, site)

    page.route("**/api/**", lambda route: route.abort())
    tick(page, 1, 1)
    tick(page, 1, 3)
    tick(page, 2, 2)
    expect(page.locator("#saved")).to_have_text("未保存，将自动重试")
    assert kept(site) == {}
    page.unroute("**/api/**")

    page.wait_for_selector("#saved[data-state=saved]")
    assert kept(site) == {1: 3, 2: 2}


def test_unsaved_responses_are_handed_in_with_the_form(site: Site, open_context: Callable[..., BrowserContext]) -> None:
    page = open_context().new_page()
    begin_exam(page, site)

    page.route("**/api/**", lambda route: route.abort())
    tick(page, 1, 2)
    page.get_by_role("button", name="交卷").click()
    page.get_by_role("button", name="确认交卷").click()
    page.wait_for_url(RESULT)

    assert kept(site) == {1: 2}


def test_ended_sign_in_is_said_and_saving_goes_on_after_it(
    site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    context = open_context()
    page = context.new_page()
    begin_exam(page, site)
    context.clear_cookies()

    tick(page, 1, 1)
    expect(page.locator("#alert")).to_contain_text("登录已过期，作答暂时没有保存")
    sign_in_again(page, site)

    page.wait_for_selector("#saved[data-state=saved]")
    assert kept(site) == {1: 1}
    expect(page.locator("#alert")).to_be_hidden()


def sign_in_again(page: Page, site: Site) -> None:
    """Follow the link of the alert and sign in on the page that it opens."""
    with page.context.expect_page() as opened:
        page.locator("#alert").get_by_role("link", name="重新登录").click()
    again = opened.value
    again.get_by_label("账号").fill(site.people["learner"].number)
    again.locator("#password").fill(PASSWORD)
    again.locator("main").get_by_role("button", name="登录").click()
    again.wait_for_url(PAPER)


def test_paper_is_handed_in_after_a_new_sign_in(site: Site, open_context: Callable[..., BrowserContext]) -> None:
    page = open_context().new_page()
    begin_exam(page, site)
    tick(page, 1, 1)
    page.wait_for_selector("#saved[data-state=saved]")
    page.context.clear_cookies()

    hand_in(page)
    expect(page.locator("#alert")).to_contain_text("登录已过期，交卷没有成功。")
    sign_in_again(page, site)
    hand_in(page)
    page.wait_for_url(RESULT)

    assert kept(site) == {1: 1}


def test_of_two_open_pages_the_later_change_holds(site: Site, open_context: Callable[..., BrowserContext]) -> None:
    first = open_context().new_page()
    first.clock.install()
    begin_exam(first, site)
    site.clock.pass_(minutes=5)
    second = open_context(PHONE).new_page()
    sign_in(second, site)
    second.goto(first.url)
    tick(second, 1, 1)
    second.wait_for_selector("#saved[data-state=saved]")

    site.clock.pass_(minutes=1)
    first.clock.fast_forward(360_000)
    tick(first, 1, 3)
    first.wait_for_selector("#saved[data-state=saved]")

    assert kept(site) == {1: 3}


def hand_in(page: Page) -> None:
    page.get_by_role("button", name="交卷").click()
    page.get_by_role("button", name="确认交卷").click()


def run_out(page: Page) -> None:
    page.clock.fast_forward(3_600_000)


@pytest.mark.parametrize("end", [hand_in, run_out])
def test_page_left_open_hands_in_what_it_has_not_saved_and_nothing_else(
    end: Callable[[Page], None], site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    left_open = open_context().new_page()
    left_open.clock.install()
    begin_exam(left_open, site)
    tick(left_open, 1, 1)
    left_open.wait_for_selector("#saved[data-state=saved]")
    other = open_context(PHONE).new_page()
    sign_in(other, site)
    other.goto(left_open.url)
    site.clock.pass_(minutes=5)
    tick(other, 1, 3)
    tick(other, 2, 2)
    other.wait_for_selector("#saved[data-state=saved]")

    left_open.route("**/api/**", lambda route: route.abort())
    tick(left_open, 3, 0)
    end(left_open)
    left_open.wait_for_url(RESULT)

    assert kept(site) == {1: 3, 2: 2, 3: 0}


def test_busy_server_is_asked_again(site: Site, open_context: Callable[..., BrowserContext]) -> None:
    page = open_context().new_page()
    begin_exam(page, site)
    answers = iter([503, 503])

    def busy(route: Route) -> None:
        status = next(answers, None)
        if status:
            route.fulfill(status=status)
        else:
            route.continue_()

    page.route("**/api/**", busy)
    tick(page, 3, 0)

    page.wait_for_selector("#saved[data-state=failed]")
    page.wait_for_selector("#saved[data-state=saved]")
    assert kept(site) == {3: 0}


def test_plain_form_sits_a_whole_exam_without_scripts(site: Site, open_context: Callable[..., BrowserContext]) -> None:
    page = open_context(PHONE, scripts=False).new_page()
    sign_in(page, site)
    page.get_by_role("link", name="开始考试").click()
    page.get_by_role("button", name="开始考试").click()
    page.wait_for_load_state()  # the text that is shown depends on the style sheet
    assert page.locator(".bar").inner_text().split("\n")[0] == "13:00 截止"

    tick(page, 1, 1)
    page.get_by_role("button", name="保存作答").first.click()
    page.wait_for_url("**#section-1")
    assert kept(site) == {1: 1}
    assert page.locator(".bar__saved.plain-only").all_inner_texts() == ["已保存 1 题"]
    expect(page.locator("#section-1")).to_be_in_viewport()
    expect(page.locator("#item-1 input").nth(1)).to_be_checked()
    tick(page, 3, 0)
    page.locator("summary", has_text="交卷").click()
    page.get_by_role("button", name="确认交卷").click()
    page.wait_for_url(RESULT)

    assert kept(site) == {1: 1, 3: 0}


@pytest.mark.parametrize("size", [PHONE, OFFICE], ids=["phone", "office"])
def test_answer_sheet_leads_to_an_item(
    size: tuple[int, int], site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    page = open_context(size).new_page()
    begin_exam(page, site)

    if size is PHONE:
        page.get_by_role("link", name="答题卡").click()
        expect(page.get_by_role("navigation", name="答题卡")).to_be_in_viewport(ratio=0.9)
    page.locator("[data-sheet]").nth(2).click()

    expect(page.locator("#item-3")).to_be_in_viewport()
    top = page.locator("#item-3").evaluate("item => item.getBoundingClientRect().top")
    bar = page.locator("#bar").evaluate("bar => bar.getBoundingClientRect().bottom")
    bottom = page.evaluate("scrollY + innerHeight >= document.documentElement.scrollHeight - 1")
    assert top >= bar or bottom


def test_keyboard_alone_answers_an_item(site: Site, open_context: Callable[..., BrowserContext]) -> None:
    page = open_context().new_page()
    begin_exam(page, site)

    page.locator("#item-1 input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#saved[data-state=saved]")

    assert kept(site) == {1: 1}
    assert PAPER.search(page.url)
