"""The built site in Chromium, below a sub-path, under the strictest policy, with a stand-in for the service."""

from __future__ import annotations

import functools
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pypdfium2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from quizgen.site.build import build_site
from tests.chromium import PATIENCE
from tests.course_project import copy_project, last_lesson

pytestmark = pytest.mark.browser
BOARD: dict[str, object] = {
    "sponsor": "示例县普法办",
    "icp": "示备1号",
    "police": "",
    "police_number": "",
    "contacts": "联系电话见花名册",
    "picture": None,
    "picture_label": "",
    "announcements": [{"title": "补考安排", "text": "第一段\n\n第二段", "at": "2026-11-20T02:00:00+00:00"}],
}
"""What `GET /api/board` answers."""
PREFIX = "/xuefa"
LESSON = "lessons/xianfa-01/"
PAGES = ("", LESSON, "lessons/minfadian-01/", "lessons/xuanxiu-01/", "notices/2026/", "guide/learner/")
PHONE = {"width": 390, "height": 844}
SIGNED_OUT: dict[str, object] = {"signed_in": False, "sign_in": f"{PREFIX}/my/sign-in"}
BACK_TO_LESSON = "my/sign-in?next=%2Flessons%2Fxianfa-01%2F"
DESKTOP = {"width": 1280, "height": 900}


def _counted(**changes: object) -> dict[str, object]:
    standing = {"page": 7, "counted": 30, "lesson_seconds": 600, "lesson_length": 2700, "elective": False}
    words = {"total_hours": 1.2, "required_hours": 6.0, "reason": "", "message": "正在计时", "next": 30}
    return {**standing, **words, **changes}


def _account(**changes: object) -> dict[str, object]:
    signed_in = {"signed_in": True, "key": "a1", "name": "赵学法", "learner": True, "initial": False}
    signed_in["home"] = f"{PREFIX}/my/"
    return {**signed_in, **changes}


@dataclass
class Service:
    """What the service answers, and what it was told."""

    account: dict[str, object] | None = None
    answers: list[tuple[int, dict[str, object]]] = field(default_factory=list)
    told: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    base: str = ""
    out: int = 200
    """The status that answers who signs out."""

    def sign_in(self) -> None:
        self.account = _account()

    def answer(self, path: str, body: dict[str, object]) -> tuple[int, dict[str, object]]:
        self.told.append((path, body))
        if path == "/api/sign-out" and self.out == 200:
            self.account = SIGNED_OUT
        if path == "/api/sign-out":
            return self.out, {}
        if path != "/api/beat":
            return 200, {}
        return self.answers.pop(0) if self.answers else (200, _counted())

    @property
    def beats(self) -> list[object]:
        """The page numbers that beats have named so far."""
        return [body["page"] for path, body in self.told if path == "/api/beat"]


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *args: Any, service: Service, policy: str, **kwargs: Any) -> None:
        self.service, self.policy = service, policy
        super().__init__(*args, **kwargs)

    def log_message(self, *_: object) -> None:
        pass

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", self.policy)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def _json(self, status: int, body: dict[str, object]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if status == 200 else "application/problem+json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if not path.startswith(f"{PREFIX}/"):
            self.send_error(404)
            return
        self.path = self.path.removeprefix(PREFIX)
        if path == f"{PREFIX}/api/me" and self.service.account:
            self._json(200, self.service.account)
        elif path == f"{PREFIX}/api/board" and self.service.account:
            self._json(200, BOARD)
        elif path == f"{PREFIX}/api/lessons" and self.service.account:
            self._json(200, {"lessons": {}, "next": ""})
        else:
            super().do_GET()

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, answer = self.service.answer(self.path.removeprefix(PREFIX), body)
        self._json(status, answer)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kit's site under a programme that credits time; the lesson's questions are all free practice."""
    folder = tmp_path_factory.mktemp("site")
    config, out = copy_project(folder), folder / "site"
    lesson, programme = (
        folder / "content" / path for path in (f"course/{LESSON.rstrip('/')}.md", "programmes/2026.yml")
    )
    text = re.sub(r"::: practice \d\n.*?:::\n", "", lesson.read_text("utf-8"), flags=re.DOTALL)
    lesson.write_text(f"{text}\n::: practice\n:::\n", "utf-8")
    programme.write_text(programme.read_text("utf-8").replace("credit_by: sections", "credit_by: time"), "utf-8")
    assert build_site(config, out, laws=out / "none") == []
    return out


def _policy(site: Path) -> str:
    hashes = json.loads((site / "csp.json").read_text())
    script, style = (" ".join(["'self'", *(f"'{hash}'" for hash in hashes[kind])]) for kind in ("script", "style"))
    rest = "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    return f"default-src 'self'; script-src {script}; style-src {style}; {rest}"


@pytest.fixture
def service(site: Path) -> Iterator[Service]:
    service = Service()
    handler = functools.partial(_Handler, directory=str(site), service=service, policy=_policy(site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    service.base = f"http://127.0.0.1:{server.server_port}{PREFIX}/"
    yield service
    server.shutdown()
    server.server_close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def _open(page: Page, service: Service, path: str, size: dict[str, int] | None = None) -> None:
    if size:
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
    page.goto(service.base + path)
    page.wait_for_load_state("networkidle")


def _until(page: Page, condition: Callable[[], bool]) -> None:
    """Waits in real time, which a frozen page clock doesn't stop."""
    for _ in range(PATIENCE // 20):
        if condition():
            return
        page.wait_for_timeout(20)
    pytest.fail("waited in vain")


@pytest.mark.parametrize("path", PAGES)
def test_no_request_leaves_the_origin_and_nothing_is_blocked(page: Page, service: Service, path: str) -> None:
    service.sign_in()
    faults: list[str] = []
    origin = service.base.removesuffix(f"{PREFIX}/")
    page.on("request", lambda request: faults.append(request.url) if not request.url.startswith(origin) else None)
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.add_init_script("addEventListener('securitypolicyviolation', e => console.error(e.violatedDirective))")

    _open(page, service, path)
    page.mouse.wheel(0, 3000)
    page.wait_for_timeout(100)

    assert faults == []


def test_board_of_the_county_stands_on_the_home_page(page: Page, service: Service) -> None:
    service.sign_in()

    _open(page, service, "", PHONE)
    page.click(".board-notice summary")

    assert page.inner_text(".board-line").split("\n") == ["主办单位：示例县普法办", "示备1号"]
    assert page.inner_text(".board-notice").split("\n")[0] == "补考安排"
    assert page.locator(".board-notice .board-text").all_inner_texts() == ["第一段", "第二段"]
    assert page.inner_text(".board-contacts .board-text") == "联系电话见花名册"


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("path", PAGES)
def test_phone_needs_no_sideways_scroll(page: Page, service: Service, path: str, large: bool) -> None:
    service.sign_in()
    if large:
        page.add_init_script("localStorage.setItem('xuefa.large-text', '1')")

    _open(page, service, path, PHONE)

    assert page.evaluate("document.documentElement.scrollWidth") == 390


CONTRAST = """() => {
    const numbers = text => text.match(/[\\d.]+/g).map(Number);
    const over = (top, below) => below.map((value, at) => value * (1 - (top[3] ?? 1)) + top[at] * (top[3] ?? 1));
    const light = color => color.map(value => value / 255)
        .map(value => value <= .03928 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4)
        .reduce((sum, value, at) => sum + value * [.2126, .7152, .0722][at], 0);
    const ground = node => node
        ? over(numbers(getComputedStyle(node).backgroundColor), ground(node.parentElement)) : [255, 255, 255];
    const faint = [];
    const texts = document.createTreeWalker(document.querySelector('.md-container'), NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        const node = text.parentElement;
        if (!text.data.trim() || !node.offsetParent || node.closest('.home-hero')) continue;
        const below = ground(node);
        const two = [light(over(numbers(getComputedStyle(node).color), below)), light(below)].sort((a, b) => a - b);
        const ratio = (two[1] + .05) / (two[0] + .05);
        if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${node.className} ${text.data.trim().slice(0, 20)}`);
    }
    return faint;
}"""


@pytest.mark.parametrize("path", ["", LESSON, "guide/editor/"])
def test_text_stands_out_from_its_ground(page: Page, service: Service, path: str) -> None:
    service.sign_in()
    _open(page, service, path)
    if path == LESSON:
        _choose(page, right=False)

    assert page.evaluate(CONTRAST) == []


def _pixels(page: Page, selector: str) -> float:
    return float(page.eval_on_selector(selector, "node => parseFloat(getComputedStyle(node).fontSize)"))


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_law_text_is_never_smaller_than_the_body(page: Page, service: Service, size: dict[str, int]) -> None:
    _open(page, service, LESSON, size)

    body = _pixels(page, "article > p:not([class])")
    assert body >= 17
    assert _pixels(page, ".law > p:not(.admonition-title)") >= body
    assert _pixels(page, ".law > .admonition-title") >= body
    assert _pixels(page, ".admonition:not(.law) > p:not(.admonition-title)") >= body


def test_large_text_holds_from_the_first_paint_on_every_page(page: Page, service: Service) -> None:
    _open(page, service, LESSON)
    page.click("text=大字")

    page.goto(service.base + "guide/learner/", wait_until="commit")
    page.wait_for_selector("body", state="attached")

    assert "large-text" in str(page.get_attribute("html", "class"))
    assert _pixels(page, "article > p") >= 21
    page.wait_for_selector(".course-tool--size[aria-pressed=true]")


TARGETS = """() => [...document.querySelectorAll(
    'button, summary, .course-tool, .course-button, .practice-option, .md-header label, .home-module a, .home-list a, '
    + '.md-footer__link, .study a, .md-nav--primary > .md-nav__list a.md-nav__link')]
  .filter(node => node.offsetParent && !node.closest('.md-sidebar--primary'))
  .filter(node => getComputedStyle(node).visibility !== 'hidden')
  .map(node => [node.className + ' ' + node.textContent.trim().slice(0, 20), node.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < LEAST - .5 || box.height < LEAST - .5))
  .map(([name, box]) => `${name}: ${Math.round(box.width)} x ${Math.round(box.height)}`)"""


@pytest.mark.parametrize(("large", "least"), [(False, 44), (True, 60)])
@pytest.mark.parametrize("path", ["", LESSON, "guide/learner/"])
def test_targets_are_large_enough_for_fingers(page: Page, service: Service, path: str, large: bool, least: int) -> None:
    service.account = SIGNED_OUT
    if large:
        page.add_init_script("localStorage.setItem('xuefa.large-text', '1')")

    _open(page, service, path, PHONE)

    assert page.evaluate(TARGETS.replace("LEAST", str(least))) == []


@pytest.mark.parametrize(("large", "least"), [(False, 44), (True, 60)])
def test_drawer_opens_by_keyboard_and_its_links_are_large_enough(
    page: Page, service: Service, large: bool, least: int
) -> None:
    if large:
        page.add_init_script("localStorage.setItem('xuefa.large-text', '1')")
    _open(page, service, LESSON, PHONE)

    page.focus(".course-drawer")
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)

    assert page.is_checked("#__drawer")
    links = ".md-nav--primary a.md-nav__link"
    assert [round(h) for h in page.eval_on_selector_all(links, HEIGHTS) if 0 < h < least - 0.5] == []


HEIGHTS = "nodes => nodes.map(node => node.getBoundingClientRect().height)"


def test_tables_stack_on_phones_under_their_headings(page: Page, service: Service) -> None:
    _open(page, service, "lessons/minfadian-01/", PHONE)

    cell = page.locator("table td[data-label]").nth(1)

    assert cell.evaluate("node => getComputedStyle(node).display") == "block"
    heading = cell.evaluate("node => getComputedStyle(node, '::before').content")
    assert heading == f'"{cell.get_attribute("data-label")}"'


@pytest.mark.parametrize("large", [False, True])
def test_phone_shows_the_whole_name_of_the_site(page: Page, service: Service, large: bool) -> None:
    service.sign_in()
    if large:
        page.add_init_script("localStorage.setItem('xuefa.large-text', '1')")

    _open(page, service, "", PHONE)

    name = page.locator(".md-header__topic .md-ellipsis").first
    assert name.is_visible()
    assert name.evaluate("node => node.scrollWidth <= node.clientWidth")
    assert name.evaluate("node => node.scrollHeight < node.clientHeight + 5")  # a glyph may stand out of its line
    assert name.evaluate("node => node.getBoundingClientRect().height <= node.closest('header').offsetHeight")


def test_reader_on_a_shared_computer_signs_out_from_a_lesson(page: Page, service: Service) -> None:
    service.sign_in()
    _open(page, service, LESSON)

    page.click("text=退出")
    page.wait_for_selector("text=登录后学习才能计入学时")

    assert ("/api/sign-out", {}) in service.told
    assert not page.is_visible(".course-tool--out")


def test_sign_out_that_fails_does_not_pretend(page: Page, service: Service) -> None:
    service.sign_in()
    service.out = 503
    _open(page, service, LESSON)

    page.click("text=退出")
    _until(page, lambda: page.inner_text(".course-tool--out") == "没有退出，请重试")

    assert page.is_enabled(".course-tool--out")


def test_service_that_is_absent_leaves_no_trace(page: Page, service: Service) -> None:
    _open(page, service, LESSON)

    assert not page.is_visible("#study")
    assert not page.is_visible(".course-tool--me")
    assert service.told == []


def test_signed_out_reader_is_asked_to_sign_in(page: Page, service: Service) -> None:
    service.account = SIGNED_OUT

    _open(page, service, LESSON)

    assert page.inner_text("#study .study__state") == "登录后学习才能计入学时"
    assert page.get_attribute("#study a", "href") == service.base + BACK_TO_LESSON
    assert page.get_attribute(".course-tool--me", "href") == service.base + BACK_TO_LESSON
    assert service.beats == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"learner": False}, "当前账号不是学员账号，不记录学习时间"),
        ({"initial": True}, "请先修改初始密码，再开始学习"),
    ],
)
def test_account_that_cannot_study_is_told_so(
    page: Page, service: Service, changes: dict[str, object], words: str
) -> None:
    service.account = _account(**changes)

    _open(page, service, LESSON)

    assert page.inner_text(".study__state") == words
    assert service.beats == []


def test_first_beat_names_no_page_and_shows_what_was_counted(page: Page, service: Service) -> None:
    service.sign_in()

    _open(page, service, LESSON)

    assert service.told == [("/api/beat", {"lesson": "xianfa-01", "page": None})]
    assert page.inner_text(".study__state") == "正在计时"
    assert page.inner_text(".study__lesson") == "本课已计 10分 / 45分"
    assert page.inner_text(".study__total") == "累计 1.2 / 6 学时"
    assert page.inner_text(".course-tool--me") == "赵学法"


def test_next_beat_comes_when_the_service_asks_and_names_the_page(page: Page, service: Service) -> None:
    service.sign_in()
    page.clock.install()
    page.goto(service.base + LESSON)
    _until(page, lambda: page.inner_text(".study__lesson") != "")

    page.clock.run_for(29_000)
    page.wait_for_timeout(100)
    early = list(service.beats)
    page.clock.run_for(2_000)
    _until(page, lambda: len(service.beats) == 2)

    assert (early, service.beats) == ([None], [None, 7])


def test_idle_reader_is_paused_and_continues_with_a_new_page(page: Page, service: Service) -> None:
    service.sign_in()
    service.answers = [(200, _counted(next=600))]
    page.clock.install()
    page.goto(service.base + LESSON)
    _until(page, lambda: page.inner_text(".study__lesson") != "")

    page.clock.run_for(182_000)
    _until(page, lambda: service.beats == [None, 7])
    paused = page.inner_text(".study__state")
    page.clock.run_for(120_000)
    page.mouse.wheel(0, 200)
    _until(page, lambda: len(service.beats) == 3)

    assert paused == "较长时间没有操作，已暂停计时；滚动或点一下页面就会继续"
    assert service.beats == [None, 7, None]


HIDE = """hidden => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
}"""


def test_hidden_page_sends_a_last_beat_and_starts_anew_when_shown(page: Page, service: Service) -> None:
    service.sign_in()
    _open(page, service, LESSON)

    page.evaluate(HIDE, True)
    _until(page, lambda: service.beats == [None, 7])
    page.evaluate(HIDE, False)
    _until(page, lambda: len(service.beats) == 3)

    assert service.beats == [None, 7, None]


def test_leaving_the_page_sends_a_last_beat(page: Page, service: Service) -> None:
    service.sign_in()
    _open(page, service, LESSON)

    page.goto("about:blank")
    _until(page, lambda: len(service.beats) == 2)

    assert service.beats == [None, 7]


def test_older_page_stops_until_the_reader_takes_over(page: Page, service: Service) -> None:
    service.sign_in()
    service.answers = [(200, _counted(reason="superseded", message="您已在另一页面学习"))]
    _open(page, service, LESSON)
    stopped = page.inner_text(".study__state")
    page.mouse.wheel(0, 200)

    page.click("text=在本页继续学习")
    _until(page, lambda: page.inner_text(".study__state") == "正在计时")

    assert stopped == "您已在另一页面学习，本页暂停计时"
    assert service.beats == [None, None]


def test_what_is_not_counted_is_explained(page: Page, service: Service) -> None:
    service.sign_in()
    service.answers = [(200, _counted(counted=0, reason="full", message="本课已学满，不再增加"))]

    _open(page, service, LESSON)

    assert page.inner_text(".study__state") == "本课已学满，不再增加"


def test_expired_sign_in_offers_a_way_back(page: Page, service: Service) -> None:
    service.sign_in()
    service.answers = [(401, {"detail": "请先登录"})]

    _open(page, service, LESSON)

    assert page.inner_text(".study__state") == "登录已过期，本页暂停计时"
    link = page.locator("#study a", has_text="重新登录")
    assert link.get_attribute("href") == service.base + BACK_TO_LESSON


COMPLETE = {"lesson_seconds": 2700, "reason": "complete", "message": "本课学习时间已计满"}
LAST_LESSON = f"lessons/{last_lesson()}/"


@pytest.mark.parametrize(
    ("path", "changes", "onward"),
    [
        (LESSON, {}, []),
        (LESSON, COMPLETE, [("下一课", "lessons/xianfa-02/")]),
        (LAST_LESSON, COMPLETE, [("查看还差哪些", "my/")]),
        (LESSON, COMPLETE | {"total_hours": 6.0}, [("去考试", "exam/")]),
        (LESSON, {"total_hours": 6.5}, [("去考试", "exam/")]),
    ],
)
def test_bar_offers_what_comes_next(
    page: Page, service: Service, path: str, changes: dict[str, object], onward: list[tuple[str, str]]
) -> None:
    service.sign_in()
    service.answers = [(200, _counted(**changes))]

    _open(page, service, path)
    page.wait_for_selector(".study__figures:not(.is-empty)")

    links = page.locator("#study a").all()
    assert [(link.inner_text(), link.get_attribute("href")) for link in links] == [
        (words, service.base + address) for words, address in onward
    ]


def test_offer_keeps_the_focus_through_beats_and_stays_in_a_pause(page: Page, service: Service) -> None:
    service.sign_in()
    service.answers = [(200, _counted(total_hours=6.0))] * 3
    page.clock.install()
    page.goto(service.base + LESSON)
    page.wait_for_selector("#study a")
    page.focus("#study a")

    page.clock.run_for(31_000)
    _until(page, lambda: len(service.beats) == 2)
    page.wait_for_timeout(100)
    focused = page.evaluate("document.activeElement.textContent")
    page.evaluate(HIDE, True)

    assert focused == "去考试"
    assert page.inner_text("#study a") == "去考试"


BAR_STATES: list[tuple[dict[str, object], list[tuple[int, dict[str, object]]]]] = [
    (SIGNED_OUT, []),
    (_account(initial=True), []),
    (_account(), [(200, _counted())]),
    (_account(), [(200, _counted(total_hours=6.0))]),
    (_account(), [(200, _counted(**COMPLETE))]),
    (_account(), [(200, _counted(reason="superseded"))]),
    (_account(), [(200, _counted(reason="closed", message="现在不在学习时间内，可以阅读，不计时"))]),
    (_account(), [(401, {"detail": "请先登录"})]),
]


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_bar_is_as_high_in_every_state_with_its_button_at_the_right(
    context: BrowserContext, service: Service, size: dict[str, int], large: bool
) -> None:
    if large:
        context.add_init_script("localStorage.setItem('xuefa.large-text', '1')")

    heights, gaps = set(), set()
    for account, answers in BAR_STATES:
        page = context.new_page()
        service.account, service.answers = account, list(answers)
        _open(page, service, LESSON, size)
        page.wait_for_selector(".study__state:not(:empty)")
        heights.add(page.evaluate("document.querySelector('#study').offsetHeight"))
        gaps.add(page.evaluate(BUTTON_GAP))
        page.goto("about:blank")
        page.wait_for_timeout(100)  # for the last beat, which must not take the next page's answer
        page.close()

    assert len(heights) == 1
    assert all(gap is None or abs(gap) <= 1 for gap in gaps)


BUTTON_GAP = """() => {
    const [bar, button] = ['#study', '.study__action > *'].map(name => document.querySelector(name));
    const inner = bar.getBoundingClientRect().right - parseFloat(getComputedStyle(bar).paddingRight);
    return button && Math.round(inner - button.getBoundingClientRect().right);
}"""


@pytest.mark.parametrize("status", [409, 503])
def test_trouble_is_told_and_tried_again(page: Page, service: Service, status: int) -> None:
    service.sign_in()
    service.answers = [(status, {"detail": "忙"})]
    page.clock.install()
    page.goto(service.base + LESSON)
    _until(page, lambda: page.inner_text(".study__state") == "网络不稳，稍后自动续记")

    page.clock.run_for(8_000)
    _until(page, lambda: page.inner_text(".study__state") == "正在计时")

    assert service.beats == [None, None]


def test_refusal_is_told_in_the_words_of_the_service(page: Page, service: Service) -> None:
    service.sign_in()
    service.answers = [(403, {"detail": "<b>学习时间已经截止</b>"})]

    _open(page, service, LESSON)

    assert page.inner_text(".study__state") == "<b>学习时间已经截止</b>"


def _count(page: Page) -> int:
    """How many questions the block has."""
    return page.locator(".practice form[data-item]").count()


def _choose(page: Page, right: bool) -> str:
    """Answers the lesson's first practice item and returns its id."""
    form = page.locator("form[data-item]", has_text="（单选题）").first
    key = str(form.locator("details").get_attribute("data-key"))
    letter = key if right else next(other for other in "ABCD" if other != key)
    form.locator(f"input[value={letter}]").check()
    form.locator("text=提交").click()
    return str(form.get_attribute("data-item"))


@pytest.mark.parametrize(("right", "feedback"), [(True, "✓ 回答正确"), (False, "✗ 回答错误")])
def test_practice_tells_right_from_wrong_and_opens_the_rationale(
    page: Page, service: Service, right: bool, feedback: str
) -> None:
    _open(page, service, LESSON)

    id = _choose(page, right)

    form = page.locator(f"form[data-item='{id}']")
    assert form.locator(".practice-feedback").inner_text() == feedback
    assert form.locator(".practice-rationale").is_visible()
    assert page.inner_text(".practice-progress") == f"已答 1/{_count(page)}，答对 {int(right)}"
    assert service.told == []


def test_wrong_multiple_choice_tells_the_learners_own_choices(page: Page, service: Service) -> None:
    _open(page, service, LESSON)
    form = page.locator("form[data-item]", has_text="（多选题）").first
    key = str(form.locator("details").get_attribute("data-key"))
    wrong = next(letter for letter in "ABCDE" if letter not in key)
    form.locator(f"input[value={key[0]}]").check()
    form.locator(f"input[value={wrong}]").check()

    form.locator("text=提交").click()

    def marks(letter: str) -> list[str]:
        option = form.locator(".practice-option", has=page.locator(f"input[value={letter}]"))
        return option.locator(".practice-mark").all_inner_texts()

    assert [marks(key[0]), marks(key[1]), marks(wrong)] == [["正确答案", "您的选择"], ["正确答案"], ["您的选择"]]


def test_practice_is_kept_apart_for_namesakes_and_told_to_the_service(page: Page, service: Service) -> None:
    service.sign_in()
    _open(page, service, LESSON)
    id = _choose(page, right=True)
    _until(page, lambda: any(path == "/api/practice" for path, _ in service.told))

    page.reload()
    page.wait_for_selector(".practice-progress")
    kept = page.inner_text(".practice-progress")
    service.account = _account(key="b2")
    page.reload()
    page.wait_for_selector(".practice-progress")

    (told,) = [body for path, body in service.told if path == "/api/practice"]
    assert told["item"] == id
    assert kept == f"已答 1/{_count(page)}，答对 1"
    assert page.inner_text(".practice-progress") == f"已答 0/{_count(page)}，答对 0"


def test_practice_can_be_tried_again(page: Page, service: Service) -> None:
    _open(page, service, LESSON)
    id = _choose(page, right=False)

    page.click(f"form[data-item='{id}'] >> text=重做")

    assert page.inner_text(".practice-progress") == f"已答 0/{_count(page)}，答对 0"
    assert not page.locator(f"form[data-item='{id}'] .practice-rationale").is_visible()


def test_page_without_scripts_still_shows_practice_answers(chromium: Browser, service: Service) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(service.base + LESSON)

    page.click("form[data-item] summary >> nth=0")

    assert page.is_visible(".practice-rationale >> nth=0")
    assert not page.is_visible(".course-search")
    assert page.inner_text("noscript") == "本页需要开启 JavaScript 才能记录学习。试题和答案都可以照常阅读。"
    context.close()


def _search(page: Page, query: str) -> list[str]:
    page.fill("#course-query", "")
    page.fill("#course-query", query)
    _until(page, lambda: page.is_visible(".course-search__panel"))
    return page.locator(".course-search__list a").all_text_contents()


@pytest.mark.parametrize(
    ("query", "literal"),
    [
        ("宪法第三十三条", "第三十三条"),
        ("宪法 33", "第三十三条"),
        ("民法典第1034条", "第一千零三十四条"),
        ("民法典 1034", "第一千零三十四条"),
    ],
)
def test_search_jumps_to_sections_that_cite_the_article(page: Page, service: Service, query: str, literal: str) -> None:
    _open(page, service, "guide/learner/")

    found = _search(page, query)

    assert found != []
    assert all(literal in text for text in found)


def test_search_puts_the_text_of_an_article_first_and_ranges_last(page: Page, service: Service) -> None:
    _open(page, service, "")

    found = _search(page, "法治宣传教育法第十三条")

    assert "《中华人民共和国法治宣传教育法》第十三条第二款" in found[0]
    assert ["第十三条至" in text for text in found] == sorted("第十三条至" in text for text in found)


def test_examples_of_searches_find_something(page: Page, service: Service) -> None:
    _open(page, service, "guide/learner/")
    (line,) = [text for text in page.locator("article li").all_inner_texts() if "法名和条文号" in text]
    examples = line.split("“")[1:]
    placeholder = str(page.get_attribute("#course-query", "placeholder")).partition("：")[2]

    found = [_search(page, query) for query in (placeholder, *(example.partition("”")[0] for example in examples))]

    assert len(found) == 3
    assert all(found)


@pytest.mark.parametrize("query", ["宪法第三十三条", "民法典 1034"])
def test_contents_list_points_at_the_section_that_a_search_led_to(page: Page, service: Service, query: str) -> None:
    _open(page, service, "")
    _search(page, query)

    page.press("#course-query", "Enter")
    page.wait_for_url("**/lessons/**")

    marked = ".md-sidebar--secondary .md-nav__link--active"
    page.wait_for_selector(marked)
    _until(page, lambda: page.eval_on_selector(marked, "node => node.hash === location.hash"))


def test_search_wants_every_term_as_written(page: Page, service: Service) -> None:
    _open(page, service, "")

    assert _search(page, "根本法 最高的法律效力") != []
    assert _search(page, "根本法 量子纠缠") == []


def test_search_index_comes_with_the_first_focus_only(page: Page, service: Service) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "search.json" in request.url else None)
    _open(page, service, LESSON)
    before = list(asked)

    page.focus("#course-query")
    _search(page, "宪法")
    _search(page, "公民")

    assert (before, len(asked)) == ([], 1)


def test_search_result_is_reached_by_keyboard(page: Page, service: Service) -> None:
    _open(page, service, "")
    _search(page, "宪法第三十三条")

    page.press("#course-query", "ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/lessons/**")

    assert urlsplit(page.url).path.startswith(f"{PREFIX}/lessons/")
    assert urlsplit(page.url).fragment != ""


def test_search_holds_no_practice(page: Page, service: Service) -> None:
    _open(page, service, LESSON)
    stem = page.inner_text(".practice-stem >> nth=0")[:24]

    assert _search(page, stem) == []


def test_print_hides_the_tools_and_keeps_the_text(page: Page, service: Service) -> None:
    service.sign_in()
    _open(page, service, LESSON)

    page.emulate_media(media="print")

    shown = [name for name in (".md-header", "#study", ".md-footer", ".practice-actions") if page.is_visible(name)]
    assert shown == []
    assert page.is_visible(".law >> nth=0")
    assert page.is_visible(".practice-option >> nth=0")
    assert not page.is_visible(".practice-key >> nth=0")


def test_paper_shows_only_the_answers_that_the_reader_has_opened(page: Page, service: Service) -> None:
    _open(page, service, LESSON)
    unread = _text_on_paper(page)

    _choose(page, right=True)

    assert (unread.count("正确答案："), _text_on_paper(page).count("正确答案：")) == (0, 1)


def _text_on_paper(page: Page) -> str:
    document = pypdfium2.PdfDocument(page.pdf(format="A4"))
    return "".join(sheet.get_textpage().get_text_range() for sheet in document)
