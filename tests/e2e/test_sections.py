"""In real Chromium, with the real service: a lesson's three sections, with wrong answers, offline, and as a guest."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from grader.domain.learning.dossier import Answered, Dossier
from grader.domain.people.account import AccountId
from grader.store import open_store
from grader.store.kinds import ACCOUNT, DOSSIER, dossier_id
from quizgen.content import read_content
from quizgen.model import LessonId, TierId
from tests.course_project import REPOSITORY
from tests.e2e.conftest import sign_in as somebody

pytestmark = pytest.mark.browser
KIT, _ = read_content(REPOSITORY / "content")
LESSON = KIT.programmes[0].tiers[TierId("agency")].required[3]
"""Required of every tier; whoever has studied three lessons has not begun it."""
LAST = KIT.programmes[0].tiers[TierId("agency")].required[round(KIT.programmes[0].required_hours) - 1]
"""The lesson that brings the hours owed, one hour each."""
OWED = f"{KIT.programmes[0].required_hours:g}"
SECTIONS = [
    [item[-3:] for item in section.items]
    for lesson in KIT.lessons
    if lesson.id == LESSON
    for section in lesson.sections
]
"""What the kit's lesson asks for in each section, by the last figures of the items' ids."""


def kept(folder: Path, name: str) -> Dossier:
    """The learner's dossier; only while nobody serves the folder."""
    store = open_store(f"tiny:{folder / 'store'}", exclusive=False)
    account = next(AccountId(row.id) for row in store.list(ACCOUNT) if row.summary.name == name)
    stored = store.load(DOSSIER, dossier_id("2026", account))
    store.close()
    assert stored
    return stored.value


def open_lesson(page: Page, address: str) -> None:
    page.goto(f"{address}/lessons/{LESSON}/")
    page.wait_for_selector("#section-3.is-live")


def sign_in(page: Page, address: str, name: str) -> None:
    somebody(page, address, name, then=f"/lessons/{LESSON}/")
    page.wait_for_selector("#section-3.is-live")


def question(page: Page, number: str) -> Locator:
    return page.locator(f"form[data-item='{LESSON}-{number}']")


def answer(page: Page, number: str, *, right: bool = True) -> None:
    """Answer a question; a wrong answer ticks the first option that is no key."""
    form = question(page, number)
    key = form.locator("details").get_attribute("data-key") or ""
    letters = form.locator("input").evaluate_all("inputs => inputs.map((input) => input.value)")
    for letter in key if right else [next(letter for letter in letters if letter not in key)]:
        form.locator(f"input[value={letter}]").check()
    form.get_by_role("button", name="提交").click()


def bar(page: Page) -> Locator:
    return page.get_by_role("region", name="学习记录")


def test_lesson_is_done_section_by_section(page: Page, address: str, folder: Path) -> None:
    sign_in(page, address, "qianzhifa")
    bar(page).get_by_text("还剩 3 小节").wait_for()

    for section in SECTIONS[:2]:
        for number in section:
            answer(page, number)
    bar(page).get_by_text("还剩 1 小节").wait_for()
    page.reload()
    page.locator("#section-1.is-done.is-folded").wait_for()
    assert bar(page).get_by_role("link").inner_text() == "接着学第3小节"
    for number in SECTIONS[2]:
        answer(page, number)

    bar(page).get_by_text("✓ 本课已完成，计 1 学时").wait_for()
    assert f"累计 4 / {OWED} 学时" in bar(page).inner_text()
    page.goto(f"{address}/my/")
    assert "✓ 已完成 1 学时" in page.locator(f"a.lesson[href*={LESSON}]").inner_text()
    assert "学时为课程规定学时，按完成小节计，不表示在线时长。" in page.inner_text("main")
    assert kept(folder, "钱知法").completed[LessonId(LESSON)] == date(2026, 11, 23)


def test_wrong_question_returns_after_the_others_with_its_options_in_another_order(page: Page, address: str) -> None:
    sign_in(page, address, "jiangdongfa")
    first, *others = SECTIONS[0]
    order = "options => options.map((option) => option.value)"
    before = question(page, first).locator("input").evaluate_all(order)

    answer(page, first, right=False)
    assert question(page, first).locator(".practice-rationale").is_visible()
    place = question(page, first).get_by_role("link", name="回到课文").get_attribute("href") or ""
    text = page.locator(f"[id='{place[1:]}']").inner_text()
    question(page, first).get_by_role("button", name="放到后面再答").click()

    forms = page.locator("#section-1 form").evaluate_all("forms => forms.map((form) => form.dataset.item)")
    after = question(page, first).locator("input").evaluate_all(order)
    assert text.strip()
    assert [id[-3:] for id in forms] == [*others, first]
    assert (sorted(after), after != before) == (sorted(before), True)
    for number in (*others, first):
        answer(page, number)
    page.locator("#section-1.is-done").wait_for()


def test_answers_given_offline_wait_and_are_sent_when_the_network_is_back(
    page: Page, address: str, folder: Path
) -> None:
    sign_in(page, address, "sunshoufa")
    page.goto(f"{address}/lessons/{LAST}/")
    bar(page).get_by_text("还剩 1 小节").wait_for()
    page.context.set_offline(True)

    for form in page.locator("#section-3 form").all():
        for letter in form.locator("details").get_attribute("data-key") or "":
            form.locator(f"input[value={letter}]").check()
        form.get_by_role("button", name="提交").click()

    bar(page).get_by_text("道作答待提交").wait_for()
    assert page.inner_text("#section-3 .practice-progress") == "本小节已答完，待提交"
    page.context.set_offline(False)
    bar(page).get_by_text("✓ 本课已完成，计 1 学时").wait_for()


def test_guests_answers_are_somebodys_only_when_claimed(page: Page, address: str, folder: Path) -> None:
    open_lesson(page, address)
    for number in SECTIONS[0]:
        answer(page, number)
    assert "登录后学习才能计入学时" in bar(page).inner_text()

    sign_in(page, address, "wuchongfa")
    claim = bar(page).get_by_role("button", name="计入吴崇法的学时")
    claim.wait_for()
    page.reload()
    claim.wait_for()
    bar(page).get_by_text(f"累计 {OWED} / {OWED} 学时").wait_for()
    bar(page).get_by_role("button", name="不是我答的").click()
    claim.wait_for(state="hidden")
    page.reload()
    bar(page).get_by_text("本课已完成").wait_for()
    claim.wait_for(state="hidden")


def test_guests_answers_count_for_who_claims_them(page: Page, address: str, folder: Path) -> None:
    open_lesson(page, address)
    for number in SECTIONS[1]:
        answer(page, number)

    sign_in(page, address, "jiangdongfa")
    bar(page).get_by_role("button", name="计入蒋懂法的学时").click()

    page.locator("#section-2.is-done").wait_for()
    answered = kept(folder, "蒋懂法").answered[LessonId(LESSON)]
    assert 2 in answered.sections
    assert isinstance(answered, Answered)


def test_answers_are_never_recorded_for_somebody_who_signed_in_since(page: Page, address: str, folder: Path) -> None:
    sign_in(page, address, "jiangdongfa")
    other = page.context.new_page()
    page.context.clear_cookies()
    sign_in(other, address, "liyongfa")
    before = kept(folder, "李用法")

    answer(page, SECTIONS[2][0])

    bar(page).get_by_text("这台设备现在登录的是李用法").wait_for()
    assert kept(folder, "李用法") == before
    assert kept(folder, "蒋懂法").answered.get(LessonId(LESSON), Answered()).items == ()


def test_page_without_the_service_grades_for_itself(page: Page, address: str) -> None:
    page.route("**/api/**", lambda route: route.fulfill(status=404, body=""))
    open_lesson(page, address)

    for number in SECTIONS[0]:
        answer(page, number)

    bar(page).get_by_text("还剩 2 小节，作答保存在本机").wait_for()
    page.reload()
    page.locator("#section-1.is-done").wait_for()


def test_page_that_could_not_ask_at_first_asks_again(page: Page, address: str) -> None:
    sign_in(page, address, "qianzhifa")
    page.route("**/api/lessons/**", lambda route: route.abort())
    open_lesson(page, address)
    bar(page).get_by_text("网络不稳，稍后自动更新").wait_for()

    page.unroute("**/api/lessons/**")
    page.evaluate("window.dispatchEvent(new Event('online'))")

    bar(page).get_by_text(f"/ {OWED} 学时").wait_for()
    assert "网络不稳" not in bar(page).inner_text()


def test_page_that_could_not_ask_who_is_signed_in_asks_again(page: Page, address: str, folder: Path) -> None:
    sign_in(page, address, "jiangdongfa")
    page.route("**/api/**", lambda route: route.fulfill(status=502, body="bad gateway"))
    open_lesson(page, address)
    answer(page, SECTIONS[2][0])
    bar(page).get_by_text("网络不稳，还剩 3 小节，作答先保存在本机").wait_for()

    page.unroute("**/api/**")
    bar(page).get_by_role("button", name="计入蒋懂法的学时").click()

    bar(page).get_by_text("累计").wait_for()
    assert kept(folder, "蒋懂法").answered[LessonId(LESSON)].items == (f"{LESSON}-{SECTIONS[2][0]}",)


@pytest.mark.parametrize("width", [360, 768, 900])
def test_lesson_is_no_wider_than_the_screen(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})

    sign_in(page, address, "qianzhifa")
    bar(page).wait_for()

    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_question_is_kept_among_the_favourites_and_a_fault_in_it_reported(page: Page, address: str) -> None:
    sign_in(page, address, "jiangdongfa")
    bar(page).get_by_text("累计").wait_for()  # what was answered before is settled
    number = SECTIONS[2][1]
    answer(page, number, right=False)
    form = question(page, number)

    form.get_by_role("button", name="☆ 收藏").click()
    form.get_by_role("button", name="★ 已收藏").wait_for()
    open_lesson(page, address)
    bar(page).get_by_text("累计").wait_for()
    answer(page, number, right=False)
    form.get_by_role("button", name="收藏").wait_for()
    again = form.get_by_role("button", name="收藏").inner_text()
    form.get_by_role("link", name="题目纠错").click()
    page.get_by_label("内容").fill("这道题的依据好像不对，请核对。")
    page.get_by_role("button", name="提交").click()
    page.get_by_text("等待答复").wait_for()
    words = page.inner_text(".letter")
    page.goto(f"{address}/my/practice/?book=favourites")

    assert again == "★ 已收藏"
    assert f"题目纠错：试题 {LESSON}-{number}" in words
    assert page.locator(".item").get_attribute("id") == f"{LESSON}-{number}"
