"""错题本, 收藏 and 模拟考试 as a learner uses them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from grader.domain.learning.notebook import Notebook
from grader.practice import notebook_of
from quizgen.model import ItemType
from tests.grader.web.conftest import ORIGIN, Browser, Site, said, texts
from tests.grader_factories import content, lesson
from tests.quizgen_factories import item

ITEMS = ("xianfa-01-001", "xianfa-01-002", "xianfa-01-003")
ELECTIVE = "xuanxiu-01-001"


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    """Three single items (key B) of 宪法, a judgement and one of the electives."""
    practice = (*map(item, ITEMS), item("xianfa-01-004", type=ItemType.JUDGEMENT), item(ELECTIVE))
    return make_site(content=content(practice=practice, lessons=(lesson(), lesson("xuanxiu-01"))))


@pytest.fixture
def browser(site: Site) -> Browser:
    return site.browser("learner")


def notebook(site: Site) -> Notebook:
    return notebook_of(site.store, site.people["learner"])


def answer(browser: Browser, id: str, letter: str, **fields: str) -> Any:
    """Answer, and go where that leads."""
    answered = browser.send("/my/practice/", page="/my/practice/", item=id, **{f"item-{id}": letter, **fields})
    return browser.open(answered.headers["Location"])


def listed(browser: Browser, query: str = "") -> list[str]:
    return re.findall('<div class="item" id="(.*?)">', browser.open(f"/my/practice/{query}").text)


def test_wrong_answer_is_told_with_the_key_and_listed_by_module(site: Site, browser: Browser) -> None:
    page = answer(browser, ITEMS[0], "A")
    answer(browser, ELECTIVE, "C")

    assert texts(page, '<h2 id="answered-title">(.*?)</h2>') == ["✗ 回答错误"]
    assert texts(page, r'<p class="solution__facts">(.*?)</p>') == ["您的作答： A 正确答案： B 得分：0/1 ✗ 不得分"]
    assert listed(browser) == [ITEMS[0]]
    assert listed(browser, "?module=xuanxiu") == [ELECTIVE]
    assert texts(browser.open("/my/practice/"), '<ul class="tags">(.*?)</ul>') == ["宪法（1） 选修课程（1）"]
    assert 'href="/my/practice/">错题本</a>' in browser.open("/my/").text


def test_item_leaves_after_right_answers_on_two_days(site: Site, browser: Browser) -> None:
    answer(browser, ITEMS[0], "A")
    first = answer(browser, ITEMS[0], "B").text
    answer(browser, ITEMS[0], "B")
    still = listed(browser)
    site.clock.pass_(days=1)
    browser = site.browser("learner")

    last = answer(browser, ITEMS[0], "B").text

    assert "今天已经答对；改天再答对一次，就移出错题本。" in first
    assert "这道题已经在两个不同的日子答对，移出错题本。" in last
    assert (still, listed(browser)) == ([ITEMS[0]], [])
    assert "错题本里没有题。" in browser.open("/my/practice/").text


def test_favourites_are_kept_from_the_page_and_from_a_lesson(site: Site, browser: Browser) -> None:
    answer(browser, ITEMS[0], "A")
    kept = browser.send("/my/practice/favourites", item=ITEMS[0], wanted="yes", book="wrong", module="xianfa")
    told = browser.call("/api/practice/favourites", item=ELECTIVE, wanted=True)

    assert kept.headers["Location"] == "/my/practice/?book=wrong&module=xianfa"
    assert told.json == {"item": ELECTIVE, "favourite": True}
    assert browser.open("/api/practice/favourites").json == {"items": sorted([ITEMS[0], ELECTIVE])}
    assert listed(browser, "?book=favourites") == [ITEMS[0]]
    assert listed(browser, "?book=favourites&module=xuanxiu") == [ELECTIVE]
    browser.call("/api/practice/favourites", item=ELECTIVE, wanted=False)
    assert notebook(site).favourites == {ITEMS[0]}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"item": "none"}, (404, "没有编号为“none”的练习题。")),
        ({"item": "xianfa-01-101", "item-xianfa-01-101": "B"}, (404, "没有编号为“xianfa-01-101”的练习题。")),
        ({"item": ITEMS[0], f"item-{ITEMS[0]}": "E"}, (400, f"试题 {ITEMS[0]} 没有这样的选项，未保存。")),
    ],
)
def test_answer_that_cannot_be_is_refused_and_not_kept(
    site: Site, browser: Browser, fields: dict[str, str], expected: tuple[int, str]
) -> None:
    assert said(browser.send("/my/practice/", **fields)) == expected
    assert notebook(site).items == {}


def test_nothing_ticked_is_said_beside_the_item(site: Site, browser: Browser) -> None:
    answer(browser, ITEMS[0], "A")

    told = browser.send("/my/practice/", page="/my/practice/", item=ITEMS[0], book="wrong", module="xianfa")

    assert told.headers["Location"].endswith(f"#{ITEMS[0]}")
    assert "请先选择选项。" in browser.open(told.headers["Location"]).text
    assert [seen.tries for seen in notebook(site).items.values()] == [1]


@pytest.mark.parametrize("fields", [{"item": "xianfa-01-101"}, {"item": "none"}])
def test_only_practice_items_can_be_favourites(site: Site, browser: Browser, fields: dict[str, str]) -> None:
    refused = browser.call("/api/practice/favourites", **fields, wanted=True)

    assert said(refused)[0] == 404
    assert notebook(site).favourites == frozenset()


def begin(browser: Browser) -> str:
    location = browser.send("/my/practice/mock", page="/my/practice/").headers["Location"]
    assert re.fullmatch("/my/practice/mock/[0-9a-f]{20}", location)
    return location


def content_of(browser: Browser, path: str) -> str:
    (digest,) = texts(browser.open(path), 'name="content" value="(.*?)"')
    return digest


def test_rehearsal_has_the_exams_shape_and_is_graded_at_once(site: Site, browser: Browser) -> None:
    path = begin(browser)
    page = browser.open(path)
    asked = re.findall('name="item-(.*?)" value="B"', page.text)
    given = {f"item-{asked[0]}": "B", f"item-{asked[1]}": "A", "content": content_of(browser, path)}

    result = browser.open(browser.send(path, page=path, **given).headers["Location"])

    assert texts(page, '<h2 id="section-.">(.*?)</h2>') == [
        "一、单选题（共 2 题，每题 30 分）",
        "二、判断题（共 1 题，每题 40 分）",
    ]
    assert texts(result, '<p class="result__score">(.*?)</p>') == ["30 分"]
    assert "这个得分为未合格" in result.text
    assert texts(result, "<tbody>(.*?)</tbody>") == ["宪法 30 分 100 分 1/3 题 合计 30 分 100 分 1/3 题"]
    assert (notebook(site).wrong, len(notebook(site).items)) == ((asked[1],), 2)
    assert (site.dossier().starts, site.dossier().outcomes) == ((), ())


def test_result_of_a_rehearsal_may_be_opened_again_and_counts_nothing_twice(site: Site, browser: Browser) -> None:
    path = begin(browser)
    first = re.findall('name="item-(.*?)" value="B"', browser.open(path).text)[0]
    result = browser.send(path, content=content_of(browser, path), **{f"item-{first}": "B"}).headers["Location"]

    shown, again = browser.open(result).text, browser.open(result).text

    assert (shown == again, "<strong>30</strong> 分" in shown) == (True, True)
    assert [seen.tries for seen in notebook(site).items.values()] == [1]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("answers=..", (409, "课程更新了，这份模拟试卷的结果不能再显示，可以再做一份。")),
        ("content={}&answers=B", (400, "提交的内容格式不正确，未作记录：网址不完整。")),
        ("content={}", (400, "提交的内容格式不正确，未作记录：网址不完整。")),
        ("content={}&answers=Z..", (400, "试题 {} 没有这样的选项，未保存。")),
    ],
)
def test_result_of_no_rehearsal_is_refused(browser: Browser, query: str, expected: tuple[int, str]) -> None:
    path = begin(browser)
    first = re.findall('name="item-(.*?)" value="[BT]"', browser.open(path).text)[0]

    answer = browser.open(f"{path}/result?{query.format(content_of(browser, path))}")

    assert said(answer) == (expected[0], expected[1].format(first))


def test_answered_item_is_told_again_after_a_reload_and_counted_once(site: Site, browser: Browser) -> None:
    form = {"token": browser.token(), "item": ITEMS[0], f"item-{ITEMS[0]}": "A", "module": "xianfa", "page": "2"}

    done = browser.client.post("/my/practice/", data=form, headers=ORIGIN)
    pages = [browser.open(done.headers["Location"]).text for _ in range(2)]

    assert done.headers["Location"] == (
        f"/my/practice/?book=wrong&module=xianfa&page=2&answered={ITEMS[0]}&response=A#answered"
    )
    assert ["✗ 回答错误" in page for page in pages] == [True, True]
    assert [seen.tries for seen in notebook(site).items.values()] == [1]


@pytest.mark.parametrize(
    "query", ["answered=none&response=A", f"answered={ITEMS[0]}", f"answered={ITEMS[0]}&response=ZZ"]
)
def test_address_that_names_no_answer_shows_none(browser: Browser, query: str) -> None:
    assert "answered-title" not in browser.open(f"/my/practice/?{query}").text


def test_rehearsal_is_the_same_when_it_is_opened_again(browser: Browser) -> None:
    path = begin(browser)

    first, again = browser.open(path).text, browser.open(path).text

    assert re.findall("item-[a-z0-9-]+", first) == re.findall("item-[a-z0-9-]+", again)


def test_rehearsal_of_content_that_has_changed_is_not_graded(site: Site, browser: Browser) -> None:
    path = begin(browser)

    answer = browser.send(path, content="0" * 40, **{f"item-{ITEMS[0]}": "A"})

    assert said(answer) == (409, "作答期间课程更新了，这份模拟试卷不能再评分，没有记录。请重新开始。")
    assert notebook(site).items == {}


def test_impossible_letter_in_a_rehearsal_is_refused_and_not_kept(site: Site, browser: Browser) -> None:
    path = begin(browser)
    first = re.findall('name="item-(.*?)" value="B"', browser.open(path).text)[0]

    answer = browser.send(path, content=content_of(browser, path), **{f"item-{first}": "Z"})

    assert said(answer) == (400, f"试题 {first} 没有这样的选项，未保存。")
    assert notebook(site).items == {}


def test_rehearsal_without_practice_items_says_so(make_site: Callable[..., Site]) -> None:
    browser = make_site(content=content(practice=())).browser("learner")

    assert "没有可以抽取的练习题" in browser.open(begin(browser)).text


def test_request_that_does_not_say_what_is_wanted_takes_no_favourite_away(site: Site, browser: Browser) -> None:
    browser.call("/api/practice/favourites", item=ITEMS[0], wanted=True)

    answers = [
        browser.call("/api/practice/favourites", item=ITEMS[0]),
        browser.send("/my/practice/favourites", item=ITEMS[0], wanted="maybe"),
    ]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert notebook(site).favourites == {ITEMS[0]}


def test_page_opened_by_somebody_else_changes_no_favourites(site: Site, browser: Browser) -> None:
    fields = {"item": ITEMS[0], "wanted": True}
    answer = browser.client.post("/api/practice/favourites", json=fields, headers={**ORIGIN, "X-Account": "other"})

    assert answer.status_code == 409
    assert notebook(site).favourites == frozenset()
