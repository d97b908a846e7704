"""An exam in real Chromium: saving, time, handing in, bad networks, two pages, no scripts, keyboard."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from grader.store.kinds import ATTEMPT
from tests.grader.web.browser.conftest import OFFICE, PAPER, PHONE, RESULT, begin_exam, kept, sign_in, tick
from tests.grader.web.conftest import PASSWORD, Site

pytestmark = pytest.mark.browser
NO_STORAGE = "Object.defineProperty(window, 'localStorage', {get() { throw new Error(); }})"


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
    assert page.locator("[data-answered]").all_text_contents() == ["2", "2"]


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
    assert dialog.locator("#confirm-list li").all_inner_texts() == ["1", "3"]
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
    expect(page.locator("#saved")).to_have_text("2 题待发送")
    expect(page.locator("#alert")).to_contain_text("网络不通。作答存在这台设备上，可以接着作答")
    assert kept(site) == {}
    page.unroute("**/api/**")

    page.wait_for_selector("#saved[data-state=saved]")
    assert kept(site) == {1: 3, 2: 2}
    expect(page.locator("#note")).to_have_text("作答已全部保存。")
    expect(page.locator("#alert")).to_be_hidden()


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


def test_answers_given_offline_outlive_a_reload_and_are_sent_in_order(
    site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    page = open_context().new_page()
    begin_exam(page, site)
    sent: list[int] = []

    def note(request: Request) -> None:
        if request.post_data:
            sent.append(json.loads(request.post_data)["sequence"])

    page.route("**/responses", lambda route: route.abort())
    tick(page, 2, 1)
    tick(page, 1, 0)
    tick(page, 2, 3)
    expect(page.locator("#saved")).to_have_text("2 题待发送")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.wait_for_selector("html.live")
    expect(page.locator("#item-2 input").nth(3)).to_be_checked()
    page.unroute("**/responses")
    page.on("request", note)

    page.wait_for_selector("#saved[data-state=saved]")

    assert kept(site) == {1: 0, 2: 3}
    assert sent == sorted(sent)
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('xuefa.exam'))") == []


def test_answer_that_came_too_late_is_told_on_the_result(
    site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    page = open_context().new_page()
    begin_exam(page, site)
    tick(page, 1, 1)
    page.wait_for_selector("#saved[data-state=saved]")
    page.route("**/responses", lambda route: route.abort())
    tick(page, 2, 1)
    tick(page, 3, 0)
    expect(page.locator("#saved")).to_have_text("2 题待发送")

    site.clock.pass_(hours=1, seconds=11)
    page.unroute("**/responses")
    page.wait_for_url(RESULT)

    words = "第 2、3 题在这台设备上的最后作答，到考试结束时还没有发到系统，没有计入成绩。"
    expect(page.locator("#late")).to_have_text(words)
    assert kept(site) == {1: 1}
    page.reload()
    expect(page.locator("#late")).to_be_hidden()


@pytest.mark.parametrize(
    "storage", ["", "Object.defineProperty(window, 'localStorage', {get() { throw new Error(); }})"]
)
def test_answers_handed_in_too_late_are_told_once(
    site: Site, open_context: Callable[..., BrowserContext], storage: str
) -> None:
    context = open_context()
    context.add_init_script(storage)
    page = context.new_page()
    begin_exam(page, site)
    page.route("**/responses", lambda route: route.abort())
    tick(page, 2, 1)
    expect(page.locator("#saved")).to_have_text("1 题待发送")

    site.clock.pass_(hours=1, seconds=11)
    hand_in(page)
    page.wait_for_url(RESULT)
    page.wait_for_load_state("networkidle")

    told = page.locator("[role=alert]:visible")
    expect(told).to_have_text("这次提交到达时，考试已经结束，第 2 题的作答没有计入成绩。")
    assert kept(site) == {}


def test_answer_whose_receipt_was_lost_is_not_called_late(
    site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    page = open_context().new_page()
    begin_exam(page, site)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/responses", lose)
    tick(page, 1, 1)
    expect(page.locator("#saved")).to_have_text("1 题待发送")
    page.unroute("**/responses")
    page.on("dialog", lambda dialog: dialog.accept())
    site.clock.pass_(hours=1, seconds=11)
    page.goto("/exam/")
    page.get_by_role("link", name="查看第 1 次考试的结果").click()
    page.wait_for_url(RESULT)
    page.wait_for_function("Object.keys(localStorage).every((key) => !key.startsWith('xuefa.exam'))")

    assert kept(site) == {1: 1}
    expect(page.locator("#late")).to_be_hidden()


def test_older_window_takes_over_what_a_newer_one_saved_and_says_so(
    site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    older = open_context().new_page()
    begin_exam(older, site)
    newer = open_context(PHONE).new_page()
    sign_in(newer, site)
    newer.goto(older.url)
    newer.wait_for_selector("html.live")
    site.clock.pass_(seconds=30)
    newer.reload()
    tick(newer, 1, 2)
    newer.locator("#item-2 .mark").click()
    newer.wait_for_selector("#saved[data-state=saved]")

    tick(older, 3, 0)

    expect(older.locator("#note")).to_have_text("本场考试在另一处也打开着，那里较新的作答（2 题）已经显示在本页。")
    expect(older.locator("#item-1 .option input").nth(2)).to_be_checked()
    expect(older.locator("#item-2 .mark input")).to_be_checked()
    older.wait_for_selector("#saved[data-state=saved]")
    assert kept(site) == {1: 2, 3: 0}


def test_page_that_saves_later_than_another_takes_over_what_that_one_saved(
    site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    first = open_context().new_page()
    first.clock.install()
    begin_exam(first, site)
    tick(first, 1, 0)
    first.wait_for_selector("#saved[data-state=saved]")
    second = open_context(PHONE).new_page()
    sign_in(second, site)
    site.clock.pass_(minutes=1)
    second.goto(first.url)
    tick(second, 1, 2)
    second.wait_for_selector("#saved[data-state=saved]")

    site.clock.pass_(minutes=1)
    first.clock.fast_forward(120_000)
    tick(first, 3, 0)

    expect(first.locator("#note")).to_have_text("本场考试在另一处也打开着，那里较新的作答（1 题）已经显示在本页。")
    expect(first.locator("#item-1 .option input").nth(2)).to_be_checked()
    first.wait_for_selector("#saved[data-state=saved]")
    assert kept(site) == {1: 2, 3: 0}


def test_window_left_open_leaves_for_the_result_once_another_has_handed_in(
    site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    context = open_context()
    older = context.new_page()
    begin_exam(older, site)
    newer = context.new_page()
    newer.goto(older.url)
    newer.wait_for_selector("html.live")
    hand_in(newer)
    newer.wait_for_url(RESULT)

    older.bring_to_front()
    older.evaluate("window.dispatchEvent(new Event('focus'))")

    older.wait_for_url(RESULT)


def test_double_click_begins_and_hands_in_one_attempt(site: Site, open_context: Callable[..., BrowserContext]) -> None:
    page = open_context().new_page()
    sign_in(page, site)
    page.goto("/exam/")

    page.get_by_role("button", name="开始考试").dblclick()
    page.wait_for_url(PAPER)
    page.wait_for_selector("html.live")
    page.get_by_role("button", name="交卷").dblclick()
    page.get_by_role("button", name="确认交卷").dblclick()
    page.wait_for_url(RESULT)
    page.go_back()

    page.wait_for_url(re.compile("/exam/$|/result$"))
    assert len(site.dossier().starts) == len(site.dossier().outcomes) == 1


def test_wrong_clock_of_the_device_does_not_move_the_timer(
    site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    page = open_context().new_page()
    page.clock.install()
    begin_exam(page, site)

    page.evaluate("const real = Date.now; Date.now = () => real() + 7_200_000")
    page.clock.run_for(2000)

    expect(page.locator("#clock")).to_have_text(re.compile("59:5[0-9]|1:00:00"))
    assert PAPER.search(page.url)


def test_time_is_announced_at_thirty_ten_five_and_one_minutes_only(
    site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    page = open_context().new_page()
    page.clock.install()
    begin_exam(page, site)
    page.evaluate(
        "window.said = []; new MutationObserver(() => said.push(document.getElementById('announcement').textContent))"
        ".observe(document.getElementById('announcement'), {childList: true})"
    )

    for _ in range(59):
        page.clock.run_for(60_000)

    assert page.evaluate("said") == [f"距离自动交卷还有不到 {minutes} 分钟。" for minutes in (30, 10, 5, 1)]
    assert page.locator("#clock").get_attribute("aria-live") == "off"


def test_marks_are_kept_shown_in_the_sheet_and_listed_before_handing_in(
    site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    page = open_context().new_page()
    begin_exam(page, site)
    tick(page, 1)
    page.get_by_label("标记第2题，稍后再看").check()
    page.get_by_label("标记第1题，稍后再看").check()
    page.wait_for_selector("#saved[data-state=saved]")
    page.reload()
    page.wait_for_selector("html.live")

    words = page.locator("[data-sheet] [data-word]").all_inner_texts()
    assert words == ["已作答，已标记", "未作答，已标记", "未作答"]
    page.get_by_role("button", name="交卷").click()
    dialog = page.get_by_role("dialog", name="确定要交卷吗？")
    assert dialog.locator("#confirm-marks li").all_inner_texts() == ["1", "2"]
    dialog.get_by_role("link", name="第2题").last.click()
    expect(page.locator("#item-2")).to_be_focused()


def test_answers_are_not_kept_for_somebody_else_who_signs_in_on_the_same_device(
    site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    context = open_context()
    page = context.new_page()
    begin_exam(page, site)
    context.clear_cookies()
    sign_in(context.new_page(), site, "other")

    tick(page, 1, 1)

    expect(page.locator("#alert")).to_contain_text("请不要关闭本页，在新页面用您自己的账号登录后回到这里")
    expect(page.locator("#saved")).to_have_text("1 题待发送")
    assert kept(site) == {}

    context.clear_cookies()
    sign_in(context.new_page(), site)
    page.evaluate("dispatchEvent(new Event('focus'))")

    page.wait_for_selector("#saved[data-state=saved]")
    assert kept(site) == {1: 1}


def test_sheet_is_opened_walked_and_closed_by_keyboard_on_a_narrow_screen(
    site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    page = open_context(PHONE).new_page()
    begin_exam(page, site)

    page.locator("#open-sheet").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#sheet")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#open-sheet")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#item-2")).to_be_focused()
    expect(page.locator("#item-2")).to_be_in_viewport()


@pytest.mark.parametrize("width", [360, 390])
@pytest.mark.parametrize("text", ["0", "1"], ids=["normal", "large"])
def test_header_is_one_slim_row_on_a_phone(
    width: int, text: str, site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    context = open_context((width, 800))
    context.add_init_script(f"localStorage.setItem('xuefa.large-text', '{text}')")
    page = context.new_page()
    begin_exam(page, site)
    tick(page, 1)
    page.wait_for_selector("#saved[data-state=saved]")

    bar = page.locator("#bar").bounding_box()
    button = page.locator("#finish").bounding_box()
    page.evaluate("scrollTo(0, 0)")
    heading = page.locator("#section-1").bounding_box()
    assert bar
    assert button
    assert heading
    assert bar["height"] < button["height"] * 1.3
    assert heading["y"] < bar["height"] * 2
    row = page.locator(".bar__inner > :visible").evaluate_all(
        "all => all.map((one) => one.scrollWidth - one.clientWidth)"
    )
    assert max(row) <= 0


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
    page.locator("button[value=review]").click()
    page.wait_for_url("**/hand-in")
    assert page.locator(".sheet__grid li").all_text_contents() == ["第2题"]
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
