"""The service's pages in real Chromium: the exam with and without scripts, policy, sizes, contrast, larger text."""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright
from werkzeug.serving import make_server

from grader.certificate.statement import Statement, sign_statement
from grader.certify import award_certificate
from grader.course import Courses
from grader.domain.account import AccountId
from grader.domain.dossier import AttemptStart, Outcome, WindowName, begin_attempt, record_outcome
from grader.domain.serial import Serial
from grader.exam import save_responses, start_attempt, submit_attempt
from grader.store.kinds import ATTEMPT, DOSSIER, dossier_id
from quizgen.model import Letter
from quizgen.programme import KeysShown
from tests.grader.web.conftest import PASSWORD, Site
from tests.grader_factories import NOON, content, dossier, programme

pytestmark = pytest.mark.browser
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
PHONE, OFFICE, DESK = (390, 844), (1024, 768), (1280, 900)
HOURS_MET = {"xianfa-01": 600}
LEARNER = AccountId("learner")
PAPER = re.compile(r"/exam/[0-9a-f]+$")
RESULT = re.compile(r"/exam/[0-9a-f]+/result$")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        message = "no Chromium on PATH (chromium, chromium-browser, google-chrome, chrome)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


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
        context.set_default_timeout(8000)
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
    with context.expect_page() as opened:
        page.locator("#alert").get_by_role("link", name="重新登录").click()
    again = opened.value
    again.get_by_label("账号").fill(site.people["learner"].number)
    again.locator("#password").fill(PASSWORD)
    again.locator("main").get_by_role("button", name="登录").click()
    again.wait_for_url(PAPER)

    page.wait_for_selector("#saved[data-state=saved]")
    assert kept(site) == {1: 1}
    expect(page.locator("#alert")).to_be_hidden()


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
    assert page.locator(".bar").inner_text().split("\n")[0] == "13:00 截止"

    tick(page, 1, 1)
    page.get_by_role("button", name="保存作答").first.click()
    page.wait_for_url(PAPER)
    assert kept(site) == {1: 1}
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


SIZES = """
() => {
  const shown = (node) => node.getClientRects().length && !node.closest(".unseen, .skip");
  const targets = "button, .button, .tabs a, .footer a, .tool, .lesson, select, .option, summary, .sheet a,"
    + "input:not([type=hidden]):not([type=radio]):not([type=checkbox])";
  const low = Array.from(document.querySelectorAll(targets)).filter(shown)
    .filter((node) => node.getBoundingClientRect().height < TARGET - .5)
    .map((node) => `${node.tagName} ${node.textContent.trim().slice(0, 12)} ${node.getBoundingClientRect().height}`);
  return {
    low,
    body: parseFloat(getComputedStyle(document.body).fontSize) >= TEXT,
    sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
}
"""
FINE: dict[str, object] = {"low": [], "body": True, "sideways": 0}

CONTRAST = """
() => {
  const channels = (text) => text.match(/[\\d.]+/g).map(Number);
  const luminance = (rgb) => rgb.slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const over = (front, back) => front.slice(0, 3).map((c, i) => c * (front[3] ?? 1) + back[i] * (1 - (front[3] ?? 1)));
  const ground = (node) => {
    if (!node) return [255, 255, 255];
    const own = channels(getComputedStyle(node).backgroundColor);
    return (own[3] ?? 1) === 1 ? own : over(own, ground(node.parentElement));
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const weak = [];
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.getClientRects().length || node.closest(".skip, .unseen")) continue;
    const style = getComputedStyle(node), back = ground(node);
    const [a, b] = [luminance(over(channels(style.color), back)), luminance(back)].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 600);
    const ratio = (a + .05) / (b + .05);
    if (ratio < (large ? 3 : 4.5)) weak.push(`${walker.currentNode.data.trim().slice(0, 12)} ${ratio.toFixed(2)}`);
  }
  return weak;
}
"""


def measure(page: Page, *, target: float, text: float) -> object:
    return page.evaluate(SIZES.replace("TARGET", str(target)).replace("TEXT", str(text)))


def _sit(site: Site, *, letter: str) -> str:
    """An attempt handed in with this letter, where the item has it, as the answer to every item; gives its id."""
    courses, now = Courses(site.store), site.clock()
    course, learner = courses.current(now), site.people["learner"]
    attempt = start_attempt(site.store, course, learner, now=now, new_id=lambda: f"{letter.lower()}" * 8)
    options = {place.item: frozenset({Letter(letter)} & set(place.options)) for place in attempt.paper.items}
    given = {item: chosen or frozenset({Letter("T")}) for item, chosen in options.items()}
    save_responses(site.store, learner, attempt.id, given, sequence=1, now=now)
    submit_attempt(site.store, courses, learner, attempt.id, now=now)
    return attempt.id


@pytest.fixture
def lived(make_site: Callable[..., Site]) -> Site:
    """A year in which the learner failed, passed and got a certificate; keys are shown after each attempt."""
    site = make_site(content=content(programme=programme(keys_shown=KeysShown.SUBMITTED, notice="请按时完成。")))
    site.store.save(DOSSIER, dossier_id("2026", LEARNER), dossier(seconds=HOURS_MET, account=LEARNER), expected=0)
    _sit(site, letter="A")
    _sit(site, letter="B")
    course = Courses(site.store).current(site.clock())
    award_certificate(site.store, course, site.people["learner"], now=site.clock(), bits=lambda _: 12345)
    other = site.people["other"].id
    begun = AttemptStart(attempt="c" * 8, number=1, window=WindowName.EXAM, at=NOON, deadline=NOON)
    failed = Outcome(attempt="c" * 8, points=30, possible=100, passed=False, ended=NOON)
    examined = record_outcome(begin_attempt(dossier(seconds={"xianfa-01": 300}, account=other), begun), failed)
    site.store.save(DOSSIER, dossier_id("2026", other), replace(examined, account=other), expected=0)
    return site


def _serial(site: Site) -> str:
    (serial,) = [row.summary.serial for row in site.store.list(DOSSIER) if row.summary.serial]
    return serial


def _pages(site: Site) -> dict[str, list[str]]:
    """Every page of the service, by who may see it."""
    return {
        "": ["/my/sign-in", "/verify/", f"/verify/{_serial(site)}", "/verify/0000-0000-0000-0000"],
        "fresh": ["/my/password"],
        "learner": ["/my/", "/exam/", "/exam/aaaaaaaa/result", "/exam/bbbbbbbb/result", "/my/password", "/exam/none"],
        "county": ["/admin/", "/admin/?state=qualified", "/admin/roster", "/admin/content"],
    }


@pytest.mark.parametrize("size", [PHONE, OFFICE], ids=["phone", "office"])
def test_every_page_keeps_policy_sizes_and_contrast(size: tuple[int, int], lived: Site, chromium: Browser) -> None:
    found: dict[str, object] = {}
    faults: list[str] = []
    with serving(lived) as address:
        for person, paths in _pages(lived).items():
            context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, base_url=address)
            page = context.new_page()
            page.on("console", lambda message: faults.append(message.text) if "Policy" in message.text else None)
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("request", lambda request: faults.append(request.url) if address not in request.url else None)
            if person:
                page.goto("/my/sign-in")
                page.get_by_label("账号").fill(lived.people[person].number)
                page.locator("#password").fill("888888" if person == "fresh" else PASSWORD)
                page.locator("main").get_by_role("button", name="登录").click()
                page.wait_for_url(re.compile("/(my|admin)/(password)?$"))
            for path in paths:
                page.goto(path)
                found[path] = [measure(page, target=44, text=17), page.evaluate(CONTRAST)]
            context.close()

    assert found == {path: [FINE, []] for paths in _pages(lived).values() for path in paths}
    assert faults == []


def test_paper_keeps_policy_sizes_and_contrast_on_a_phone(
    site: Site, open_context: Callable[..., BrowserContext], address: str
) -> None:
    page = open_context(PHONE).new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("request", lambda request: faults.append(request.url) if address not in request.url else None)
    begin_exam(page, site)
    tick(page, 1)
    page.wait_for_selector("#saved[data-state=saved]")

    assert measure(page, target=44, text=17) == FINE
    assert page.evaluate(CONTRAST) == []
    page.get_by_role("link", name="答题卡").click()
    assert measure(page, target=44, text=17) == FINE
    assert faults == []


def test_large_text_is_kept_from_page_to_page(site: Site, open_context: Callable[..., BrowserContext]) -> None:
    page = open_context(PHONE).new_page()
    page.goto("/my/sign-in")
    toggle = page.get_by_role("button", name="大字显示")
    expect(toggle).to_have_attribute("aria-pressed", "false")

    toggle.click()
    begin_exam(page, site)

    expect(page.get_by_role("button", name="大字显示")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("localStorage.getItem('xuefa.large-text')") == "1"
    assert measure(page, target=60, text=21) == FINE


def test_password_can_be_shown_and_hidden(open_context: Callable[..., BrowserContext]) -> None:
    page = open_context().new_page()
    page.goto("/my/sign-in")
    page.locator("#password").fill("xuefa2026")

    page.get_by_role("button", name="显示密码").click()
    expect(page.locator("#password")).to_have_attribute("type", "text")
    page.get_by_role("button", name="隐藏密码").click()
    expect(page.locator("#password")).to_have_attribute("type", "password")


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


def test_scanned_statement_is_compared_with_the_serial(lived: Site, chromium: Browser) -> None:
    serial = _serial(lived)
    said = Statement(
        serial=Serial(serial),
        name="赵学法",
        unit="示例单位u1",
        tier="国家机关工作人员",
        programme="2026",
        programme_title="2026年度学法考试",
        hours=1,
        score=100,
        issued=date(2026, 10, 9),
        issuer="某县普法办",
    )
    other = replace(said, serial=Serial("0123456789ABCDEF"))
    fragments = [sign_statement(which, lived.settings.signing_key) for which in (said, other)]
    words = []
    with serving(lived) as address:
        page = chromium.new_page()
        for fragment in (*fragments, "forged.forged"):
            page.goto("about:blank")
            page.goto(f"{address}/verify/{serial}#{fragment}")
            page.wait_for_selector("#statement:not([hidden])")
            words.append(page.locator("#statement").inner_text().partition("：")[0])
        page.close()

    assert words == ["签名核验通过", "签名与证书编号不一致", "签名核验未通过"]
