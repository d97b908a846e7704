"""Every page in real Chromium: policy, sizes, contrast, larger text, passwords shown, scanned certificates."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from grader.certificates.certify import award_certificate
from grader.certificates.statement import Statement, sign_statement
from grader.course import Courses
from grader.domain.learning.dossier import AttemptStart, Outcome, WindowName, begin_attempt, record_outcome
from grader.domain.serial import Serial
from grader.exam import save_responses, start_attempt, submit_attempt
from grader.store.kinds import DOSSIER, dossier_id
from quizgen.model import Letter
from quizgen.programme import KeysShown
from tests.grader.web.browser.conftest import HOURS_MET, LEARNER, OFFICE, PHONE, begin_exam, serving, tick
from tests.grader.web.browser.measures import CONTRAST, FINE, measure
from tests.grader.web.conftest import PASSWORD, TAIL, Site
from tests.grader_factories import NOON, content, dossier, programme

pytestmark = pytest.mark.browser


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
                if person == "fresh":
                    page.get_by_label("登记手机号码后四位").fill(TAIL)
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
    page.get_by_role("link", name="答题卡").click()

    expect(page.get_by_role("button", name="大字显示")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("localStorage.getItem('xuefa.large-text')") == "1"
    assert measure(page, target=60, text=21) == FINE


COVERED = """() => {
  const bar = document.querySelector(".bottom-bar"), focused = document.activeElement;
  const isApart = focused === document.body || bar.contains(focused);
  return !isApart && focused.getBoundingClientRect().bottom > bar.getBoundingClientRect().top;
}"""


def test_bar_at_the_bottom_covers_nothing_that_the_keyboard_reaches(lived: Site, chromium: Browser) -> None:
    with serving(lived) as address:
        page = chromium.new_page(viewport={"width": 360, "height": 480}, base_url=address)
        page.goto("/my/sign-in")
        page.get_by_label("账号").fill(lived.people["learner"].number)
        page.locator("#password").fill(PASSWORD)
        page.locator("main").get_by_role("button", name="登录").click()
        page.wait_for_url(re.compile("/my/$"))

        covered, steps = [], ["Tab"] * 25 + ["Shift+Tab"] * 25
        for step in steps:
            page.keyboard.press(step)
            page.wait_for_timeout(300)  # the bar follows the page's scrolling
            if page.evaluate(COVERED):
                covered.append(page.evaluate("document.activeElement.textContent.trim()"))
        page.close()

    assert covered == []


def test_password_can_be_shown_and_hidden(open_context: Callable[..., BrowserContext]) -> None:
    page = open_context().new_page()
    page.goto("/my/sign-in")
    page.locator("#password").fill("xuefa2026")

    page.get_by_role("button", name="显示密码").click()
    expect(page.locator("#password")).to_have_attribute("type", "text")
    page.get_by_role("button", name="隐藏密码").click()
    expect(page.locator("#password")).to_have_attribute("type", "password")


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
            assert page.locator("#statement, #verdict").first.get_attribute("id") == "statement"
        page.close()

    assert words == ["签名核验通过", "签名与证书编号不一致", "签名核验未通过"]
