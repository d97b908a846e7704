"""An exam as learners sit it: rules, start, saving, handing in, late responses, further attempts, the make-up."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest
from werkzeug.test import TestResponse

from grader.administration.publish import publish
from grader.domain.errors import AttemptFinished, OtherAccount
from grader.domain.learning.dossier import Allowance, Outcome, WindowName
from grader.domain.people.account import Exemption
from quizgen.model import ItemType
from quizgen.programme import Gate, KeysShown
from tests.grader.web.conftest import ORIGIN, Browser, Site, said, texts
from tests.grader_factories import AGENCY, NOON, content, milestones, outcome, programme, start, tier, window

RIGHT = {ItemType.SINGLE: "B", ItemType.JUDGEMENT: "T"}
EXEMPT = Exemption(programme="2026", kind="near_retirement", at=NOON)
FINISHED = (409, AttemptFinished.sentence)


@pytest.fixture
def ready(site: Site) -> Site:
    """The learner has studied enough."""
    site.keep("learner", seconds={"xianfa-01": 600})
    return site


@pytest.fixture
def browser(ready: Site) -> Browser:
    """The learner's, signed in."""
    return ready.browser("learner")


def begin(browser: Browser) -> str:
    """Start or go on; the attempt's address."""
    location = browser.send("/exam/start").headers["Location"]
    assert re.fullmatch("/exam/[0-9a-f]{20}", location)
    return location


def save(
    browser: Browser, path: str, fields: Mapping[str, str] | None = None, *, sequence: int = 1, action: str = "save"
) -> TestResponse:
    """Send the paper's form."""
    return browser.send(path, sequence=str(sequence), action=action, **(fields or {}))


def items(site: Site, path: str) -> list[str]:
    """The paper's items: two single ones, then a judgement."""
    return [place.item for place in site.attempt(path.rpartition("/")[2]).paper.items]


def right(site: Site, path: str) -> dict[str, str]:
    """The form of somebody who knows everything."""
    paper = site.attempt(path.rpartition("/")[2]).paper
    return {f"item-{place.item}": RIGHT[place.type] for place in paper.items}


def kept(site: Site, path: str) -> dict[str, str]:
    """The responses as the store has them."""
    responses = site.attempt(path.rpartition("/")[2]).responses
    return {item: "".join(sorted(given.options)) for item, given in responses.items()}


def ticked(browser: Browser, path: str) -> dict[str, str]:
    """The responses as the page shows them."""
    found = re.findall(r'name="item-([^"]+)" value="(\w)" checked', browser.open(path).text)
    return dict(found)


def told(page: TestResponse) -> list[str]:
    """What the page says first about sitting an exam now."""
    return texts(page, r'<h2 id="now">.*?</h2>\s*<p>(.*?)</p>')


def result(browser: Browser, path: str) -> list[str]:
    return texts(browser.open(f"{path}/result"), r'class="result__\w+">(.*?)</p>')


def test_rules_are_told_before_the_start(ready: Site) -> None:
    page = ready.browser("learner").open("/exam/")

    assert "开始考试</button>" in page.text
    assert texts(page, r"<tr[^>]*>(<th scope=\"row\">.*?)</tr>") == [
        "单选题 2 题 30 分 60 分",
        "判断题 1 题 40 分 40 分",
        "全卷 3 题 100 分",
    ]
    assert "合格线 60 分" in page.text
    assert "2026年10月1日至2026年11月30日" in page.text


@pytest.mark.parametrize(
    ("seconds", "now", "exemptions", "sentence"),
    [
        (600, "2026-09-30T23:59:59", (), "现在不在考试时间内。考试将于 2026年10月1日 00:00 开始。"),
        (600, "2027-01-01T00:00:00", (), "现在不在考试时间内。本年度考试已经全部结束。"),
        (599, "2026-10-09T12:00:00", (), "学时还没有达到要求（已有 0.9 学时，需要 1 学时），达到后即可考试。"),
        (0, "2026-10-09T12:00:00", (), "学时还没有达到要求（已有 0 学时，需要 1 学时），达到后即可考试。"),
        (0, "2026-10-09T12:00:01", (EXEMPT,), "学时还没有达到要求（已有 0 学时，需要 1 学时），达到后即可考试。"),
    ],
)
def test_obstacle_is_told_on_the_page_and_holds_for_the_form(
    site: Site, seconds: int, now: str, exemptions: tuple[Exemption, ...], sentence: str
) -> None:
    site.keep("learner", seconds={"xianfa-01": seconds})
    site.change("learner", exemptions=exemptions)
    site.clock.time = datetime.fromisoformat(f"{now}+08:00")
    browser = site.browser("learner")

    page = browser.open("/exam/")

    assert (told(page), "开始考试</button>" in page.text) == ([sentence], False)
    assert (said(browser.send("/exam/start")), site.dossier().starts) == ((409, sentence), ())


def owed(page: TestResponse) -> list[str]:
    """What the page says is still missing, line by line."""
    return texts(page, r'<ul class="owed">(.*?)</ul>')


def test_what_is_missing_before_the_exam_is_told_with_the_way_to_the_next_step(site: Site) -> None:
    site.clock.time = datetime.fromisoformat("2026-09-19T12:00:00+08:00")

    page = site.browser("learner").open("/exam/")

    assert " / ".join(owed(page)).split("。 ") == [
        "还差 10 分钟学习时间（需要 1 学时） ：再学完 1 课就够了，必修课还有 1 课没有学完",
        "第一课（xianfa-01） 还差 12 天 ：考试将于 2026年10月1日 00:00 开始。",
    ]
    assert texts(page, '<a class="button" href="/lessons/xianfa-01/">(.*?)</a>') == ["继续学习"]


@pytest.mark.parametrize(
    ("passed", "day", "heading"),
    [
        (False, "2026-09-30", "现在还不能考试"),
        (False, "2027-01-01", "本年度考试已经结束"),
        (True, "2026-12-20", "考试已经合格"),
        (True, "2027-01-01", "考试已经合格"),
    ],
)
def test_heading_says_whether_an_exam_is_still_to_come(site: Site, passed: bool, day: str, heading: str) -> None:
    past = {"starts": (start("t0"),), "outcomes": (outcome("t0", 70),)} if passed else {}
    site.keep("learner", seconds={"xianfa-01": 600}, **past)
    site.clock.time = datetime.fromisoformat(f"{day}T12:00:00+08:00")

    assert texts(site.browser("learner").open("/exam/"), r'<h2 id="now">(.*?)</h2>') == [heading]


def test_closed_year_offers_no_lesson_that_earns_nothing_any_more(site: Site) -> None:
    site.clock.time = datetime.fromisoformat("2027-01-01T12:00:00+08:00")
    browser = site.browser("learner")

    pages = [browser.open("/exam/").text, browser.open("/my/").text]

    assert [word in page for page in pages for word in ("继续学习</a>", "开始学习</a>")] == [False] * 4


def test_whoever_has_the_hours_is_told_the_days_to_the_window(ready: Site) -> None:
    ready.clock.time = datetime.fromisoformat("2026-09-30T12:00:00+08:00")

    page = ready.browser("learner").open("/exam/")

    assert owed(page) == ["✓ 学时已达到要求 还差 1 天 ：考试将于 2026年10月1日 00:00 开始。"]


def test_granted_time_is_told_in_the_rules_and_counted_on_the_paper(ready: Site, browser: Browser) -> None:
    granted = Allowance(at=NOON, by="unit", reason="视力障碍", window=WindowName.EXAM, minutes=30, attempts=1)
    ready.keep("learner", seconds={"xianfa-01": 600}, allowances=(granted,), milestones=milestones("hours_met"))

    page = browser.open("/exam/").text

    assert "考试时长 90 分钟（其中为您延长 30 分钟）" in page
    assert "考试时长 90 分钟。已考 0 次，最多 3 次" in browser.open("/my/").text
    assert "您还可以考 3 次（已考 0 次，最多 3 次）" in page
    assert 'data-seconds-left="5400"' in browser.open(begin(browser)).text


def test_programme_without_a_gate_asks_for_no_hours(make_site: Callable[..., Site]) -> None:
    rules = programme(tiers={AGENCY: tier(gate=Gate.NONE)})
    browser = make_site(content=content(programme=rules)).browser("learner")

    assert browser.open(begin(browser)).status_code == 200


def test_opening_the_pages_starts_nothing(ready: Site, browser: Browser) -> None:

    browser.open("/exam/")
    browser.client.head("/exam/")
    browser.open("/exam/start")

    assert ready.dossier().starts == ()


def test_second_start_goes_on_with_the_same_attempt_on_any_device(ready: Site) -> None:
    first, second = ready.browser("learner"), ready.browser("learner")

    path = begin(first)

    assert (begin(second), begin(first)) == (path, path)
    assert len(ready.dossier().starts) == 1
    assert f'href="{path}"' in second.open("/my/").text
    assert told(second.open("/exam/"))[0].startswith("第 1 次考试，2026年10月9日 13:00 截止，到时自动交卷。")


def test_saved_form_is_ticked_again_when_the_paper_is_resumed(ready: Site, browser: Browser) -> None:
    path = begin(browser)
    single, _, judgement = items(ready, path)

    answer = save(browser, path, {f"item-{single}": "C", f"item-{judgement}": "F"})

    assert answer.headers["Location"] == path
    assert ticked(ready.browser("learner"), path) == {single: "C", judgement: "F"}
    assert 'name="sequence" value="2"' in browser.open(path).text


def test_everything_right_is_full_score(ready: Site, browser: Browser) -> None:
    path = begin(browser)

    answer = save(browser, path, right(ready, path), action="submit")

    assert answer.headers["Location"] == f"{path}/result"
    assert result(browser, path) == ["100 分", "合格"]
    assert texts(browser.open("/my/"), r'class="stage__state">(.*?)</span>') == ["已达到", "已合格", "可以打印"]


def test_nothing_ticked_is_no_score(ready: Site, browser: Browser) -> None:
    path = begin(browser)

    save(browser, path, action="submit")

    assert result(browser, path) == ["0 分", "未合格"]
    assert "还可以考 1 次" in browser.open(f"{path}/result").text


def test_handing_in_twice_is_handing_in_once(ready: Site, browser: Browser) -> None:
    save(browser, path := begin(browser), action="submit")

    again = save(browser, path, right(ready, path), sequence=9, action="submit")

    assert again.headers["Location"] == f"{path}/result"
    assert (result(browser, path), kept(ready, path)) == (["0 分", "未合格"], {})
    assert len(ready.dossier().outcomes) == 1


def test_older_page_never_overwrites_a_newer_one(ready: Site, browser: Browser) -> None:
    path = begin(browser)
    item = items(ready, path)[0]
    save(browser, path, {f"item-{item}": "B"}, sequence=5)

    save(browser, path, {f"item-{item}": "A"}, sequence=4)
    older = browser.call(f"/api{path}/responses", item=item, response=["A"], sequence=5)

    assert older.json == {"saved": item, "answered": 1, "items": 3, "seconds_left": 3600, "latest": 0}
    assert kept(ready, path) == {item: "B"}


def test_mark_is_kept_without_an_answer_and_shown_on_any_device(ready: Site, browser: Browser) -> None:
    path = begin(browser)
    first, second, _ = items(ready, path)

    save(browser, path, {f"mark-{first}": "1", f"item-{second}": "B", "shown": f"{first} {second}"})
    browser.call(f"/api{path}/responses", item=second, response=["B"], marked=True, sequence=2)

    page = ready.browser("learner").open(path).text
    assert kept(ready, path) == {first: "", second: "B"}
    assert re.findall(r'name="mark-([^"]+)" value="1" checked', page) == [first, second]
    assert re.findall("<span data-word>(.*?)</span>", page) == ["未作答，已标记", "已作答，已标记", "未作答"]


def test_state_tells_the_time_left_and_what_is_kept(ready: Site, browser: Browser) -> None:
    path = begin(browser)
    first, _, judgement = items(ready, path)
    browser.call(f"/api{path}/responses", item=first, response=["C"], marked=True, sequence=7)
    browser.call(f"/api{path}/responses", item=judgement, response=["T"], sequence=9)
    ready.clock.pass_(minutes=10)

    running = browser.open(f"/api{path}").json
    ready.clock.pass_(hours=1)
    over = browser.open(f"/api{path}").json

    responses = {
        first: {"response": ["C"], "marked": True, "sequence": 7},
        judgement: {"response": ["T"], "marked": False, "sequence": 9},
    }
    assert running == {"finished": False, "seconds_left": 3000, "responses": responses}
    assert over == {"finished": True, "seconds_left": 0, "responses": responses}


def test_page_of_somebody_else_who_used_this_device_keeps_nothing(ready: Site, browser: Browser) -> None:
    path = begin(browser)
    fields = {"item": items(ready, path)[0], "response": ["B"], "sequence": 1}

    saved = browser.client.post(f"/api{path}/responses", json=fields, headers={**ORIGIN, "X-Account": "other"})
    state = browser.open(f"/api{path}", X_Account="other")

    sentence = OtherAccount.sentence.format(name=ready.people["learner"].name)
    assert (said(saved), said(state)) == ((409, sentence), (409, sentence))
    assert kept(ready, path) == {}


def test_handing_in_without_scripts_asks_once_and_lists_what_is_open(ready: Site, browser: Browser) -> None:
    path = begin(browser)
    first, second, _ = items(ready, path)

    asked = save(browser, path, {f"item-{first}": "B", f"mark-{first}": "1", f"mark-{second}": "1"}, action="review")
    page = browser.open(asked.headers["Location"])
    done = browser.send(path, page=f"{path}/hand-in", sequence="2", action="submit")

    assert asked.headers["Location"] == f"{path}/hand-in"
    assert kept(ready, path) == {first: "B", second: ""}
    lists = texts(page, r'<ul class="sheet__grid">(.*?)</ul>')
    assert lists == ["第 2 题 第 3 题", "第 1 题 第 2 题"]
    assert f'href="{path}#item-3"' in page.text
    assert done.headers["Location"] == f"{path}/result"
    assert browser.open(f"{path}/hand-in").headers["Location"] == f"{path}/result"


def test_nothing_is_listed_where_all_is_answered(ready: Site, browser: Browser) -> None:
    path = begin(browser)

    save(browser, path, right(ready, path), action="review")

    page = browser.open(f"{path}/hand-in")
    assert "作答已经保存，全部 3 题都已作答。" in page.text
    assert "sheet__grid" not in page.text


@pytest.mark.parametrize("action", ["save", "review", "submit"])
def test_form_that_came_too_late_is_told_by_its_items(ready: Site, browser: Browser, action: str) -> None:
    path = begin(browser)
    first, second, judgement = items(ready, path)
    save(browser, path, {f"item-{first}": "B", f"item-{second}": "A"})

    ready.clock.pass_(hours=1, seconds=11)
    late = {f"item-{first}": "B", f"item-{second}": "B", f"item-{judgement}": "T", "shown": f"{first} {second}"}
    save(browser, path, late, sequence=2, action=action)

    sentence = "这次提交到达时，考试已经结束，第 2、3 题的作答没有计入成绩。"
    assert said(browser.open(f"{path}/result")) == (200, sentence)
    assert sentence not in browser.open(f"{path}/result").text


def test_form_in_time_is_not_called_late_although_another_device_knows_better(ready: Site, browser: Browser) -> None:
    path = begin(browser)
    first = items(ready, path)[0]
    browser.call(f"/api{path}/responses", item=first, response=["C"], sequence=900)

    save(browser, path, {f"item-{first}": "B"}, sequence=1, action="submit")

    assert "没有计入成绩" not in browser.open(f"{path}/result").text
    assert kept(ready, path) == {first: "C"}


def test_untick_is_kept_where_the_form_showed_the_item(ready: Site, browser: Browser) -> None:
    path = begin(browser)
    first, second, _ = items(ready, path)
    save(browser, path, {f"item-{first}": "B", f"item-{second}": "B"})

    save(browser, path, {"shown": first}, sequence=2)

    assert kept(ready, path) == {first: "", second: "B"}
    assert ticked(browser, path) == {second: "B"}


@pytest.mark.parametrize("sequence", ["", "-1", "1.5", "1e3", "x", "9" * 10])
def test_form_without_a_sound_sequence_is_refused_and_nothing_kept(
    ready: Site, browser: Browser, sequence: str
) -> None:
    path = begin(browser)

    answer = browser.send(path, sequence=sequence, action="submit", **right(ready, path))

    assert said(answer) == (400, "提交的内容格式不正确，未作记录：缺少页面序号，请刷新页面。")
    assert (kept(ready, path), ready.attempt(path.rpartition("/")[2]).submitted) == ({}, None)


@pytest.mark.parametrize("letters", ["E", "b", "AB", "T", "甲", "<"])
def test_form_with_an_impossible_response_is_refused_whole(ready: Site, browser: Browser, letters: str) -> None:
    path = begin(browser)
    first, second, _ = items(ready, path)
    fields: dict[str, Any] = {f"item-{first}": "B", f"item-{second}": list(letters), "sequence": "1"}

    answer = browser.send(path, **fields)

    assert said(answer) == (400, f"试题 {second} 没有这样的选项，未保存。")
    assert kept(ready, path) == {}


def test_items_of_other_papers_are_not_kept(ready: Site, browser: Browser) -> None:
    path = begin(browser)
    other = next(id for id in (f"xianfa-01-{n}" for n in range(101, 107)) if id not in items(ready, path))

    saved = save(browser, path, {f"item-{other}": "B"})
    refused = browser.call(f"/api{path}/responses", item=other, response=["B"], sequence=1)

    assert saved.status_code == 302
    assert said(refused) == (400, f"试题 {other} 不在这份试卷上，未保存。")
    assert kept(ready, path) == {}


def test_response_within_the_grace_counts_and_a_later_one_does_not(ready: Site, browser: Browser) -> None:
    path = begin(browser)
    first, second, _ = items(ready, path)

    ready.clock.pass_(hours=1, seconds=10)
    in_time = browser.call(f"/api{path}/responses", item=first, response=["B"], sequence=1)
    ready.clock.pass_(seconds=1)
    late = browser.call(f"/api{path}/responses", item=second, response=["B"], sequence=2)

    assert in_time.json == {"saved": first, "answered": 1, "items": 3, "seconds_left": 0, "latest": 0}
    assert (said(late), kept(ready, path)) == (FINISHED, {first: "B"})
    assert result(browser, path) == ["30 分", "未合格"]


def test_form_sent_after_the_end_is_not_counted_and_leads_to_the_result(ready: Site, browser: Browser) -> None:
    path = begin(browser)
    first = items(ready, path)[0]
    save(browser, path, {f"item-{first}": "B"})

    ready.clock.pass_(hours=1, seconds=11)
    saved = save(browser, path, right(ready, path), sequence=2)
    submitted = save(browser, path, right(ready, path), sequence=3, action="submit")

    assert (saved.headers["Location"], submitted.headers["Location"]) == (path, f"{path}/result")
    assert browser.open(path).headers["Location"] == f"{path}/result"
    assert result(browser, path) == ["30 分", "未合格"]


@pytest.mark.parametrize("page", ["/my/", "/exam/"])
def test_attempt_whose_time_passed_unseen_is_scored_by_whichever_page_comes_next(
    ready: Site, browser: Browser, page: str
) -> None:
    path = begin(browser)
    save(browser, path, right(ready, path))

    ready.clock.pass_(hours=1, minutes=30)
    browser.open(page)

    id = path.rpartition("/")[2]
    ended = ready.attempt(id).deadline
    assert ready.dossier().outcomes == (Outcome(attempt=id, points=100, possible=100, passed=True, ended=ended),)
    assert texts(browser.open("/my/"), r'class="stage__state">(.*?)</span>') == ["已达到", "已合格", "可以打印"]


def test_result_of_an_attempt_under_way_leads_back_to_the_paper(ready: Site, browser: Browser) -> None:
    path = begin(browser)

    assert browser.open(f"{path}/result").headers["Location"] == path


def test_window_that_shuts_ends_an_attempt_early(ready: Site) -> None:
    ready.clock.time = datetime.fromisoformat("2026-11-30T23:50:00+08:00")
    browser = ready.browser("learner")
    path = begin(browser)

    assert 'data-seconds-left="600"' in browser.open(path).text
    ready.clock.pass_(minutes=10, seconds=11)
    assert browser.open(path).headers["Location"] == f"{path}/result"


def test_attempts_are_used_up_one_by_one(ready: Site, browser: Browser) -> None:
    for _ in range(2):
        path = begin(browser)
        save(browser, path, action="submit")

    refusal = browser.send("/exam/start")

    assert said(refusal) == (409, "本次考试的 2 次机会已经用完。")
    assert told(browser.open("/exam/")) == ["本次考试的 2 次机会已经用完。"]
    assert (
        "本次考试的 2 次机会已经用完。您还可以参加补考：2026年12月1日 00:00 至 2026年12月31日 24:00，最多 1 次"
        in browser.open(f"{path}/result").text
    )


def test_later_attempt_brings_other_items_and_the_best_counts(ready: Site, browser: Browser) -> None:
    save(browser, first := begin(browser), right(ready, first), action="submit")
    save(browser, second := begin(browser), action="submit")

    assert set(items(ready, first)) & set(items(ready, second)) == set()
    assert (result(browser, first), result(browser, second)) == (["100 分", "合格"], ["0 分", "未合格"])
    assert "您的最好成绩是 100 分" in browser.open(f"{second}/result").text


def test_makeup_is_for_those_who_have_not_passed(ready: Site, browser: Browser) -> None:
    for _ in range(2):
        save(browser, begin(browser), action="submit")
    ready.clock.time = datetime.fromisoformat("2026-12-01T09:00:00+08:00")
    again = ready.browser("learner")

    path = begin(again)
    save(again, path, right(ready, path), action="submit")

    assert texts(again.open(f"{path}/result"), '<p class="facts">(.*?)</p>') == [
        "2026年度学法考试 第 3 次考试（补考） 2026年12月1日 09:00 结束"
    ]
    assert said(again.send("/exam/start")) == (409, "您的考试已经合格，不需要参加补考。")


def test_makeup_has_its_own_number_of_attempts(ready: Site) -> None:
    ready.clock.time = datetime.fromisoformat("2026-12-01T09:00:00+08:00")
    browser = ready.browser("learner")
    save(browser, path := begin(browser), action="submit")

    assert said(browser.send("/exam/start")) == (409, "本次补考的 1 次机会已经用完。")
    assert "本次补考的 1 次机会已经用完。有疑问请联系本单位学法管理员。" in browser.open(f"{path}/result").text


def test_attempt_claimed_before_a_crash_gets_its_paper_at_the_next_start(ready: Site) -> None:
    ready.keep("learner", seconds={"xianfa-01": 600}, starts=(start("claimed"),), milestones=milestones("hours_met"))
    browser = ready.browser("learner")

    answer = browser.send("/exam/start")

    assert answer.headers["Location"] == "/exam/claimed"
    assert 'data-seconds-left="3600"' in browser.open("/exam/claimed").text


@pytest.mark.parametrize(
    ("shown", "when"),
    [
        (KeysShown.NEVER, "本次考试不公布正确答案和解析。"),
        (KeysShown.CLOSED, "全部考试在 2026年12月31日 24:00 结束，之后可以在这里查看每道题的正确答案和解析。"),
    ],
)
def test_result_says_when_keys_are_shown(make_site: Callable[..., Site], shown: KeysShown, when: str) -> None:
    site = make_site(content=content(programme=programme(keys_shown=shown)))
    site.keep("learner", seconds={"xianfa-01": 600})
    browser = site.browser("learner")
    save(browser, path := begin(browser), action="submit")

    assert texts(browser.open(f"{path}/result"), r'<h2 id="keys">.*?</h2>(.*?)</section>') == [when]


def hand_in_one(site: Site) -> str:
    """The learner fails an exam; the attempt's address."""
    site.keep("learner", seconds={"xianfa-01": 600})
    browser = site.browser("learner")
    save(browser, path := begin(browser), action="submit")
    return path


def publish_rules(site: Site, **changes: Any) -> None:
    """The programme with these changes comes into force."""
    publish(site.store, content(programme=programme(**changes)), by="test", now=site.clock())
    site.clock.pass_(seconds=5)


@pytest.mark.parametrize(
    ("before", "after", "now", "told"),
    [
        (KeysShown.SUBMITTED, {"keys_shown": KeysShown.NEVER}, "2026-10-10", "本次考试不公布正确答案和解析。"),
        (
            KeysShown.CLOSED,
            {"makeup": window("2026-12-01", "2027-02-01")},
            "2027-01-15",
            "全部考试在 2027年1月31日 24:00 结束，之后可以在这里查看每道题的正确答案和解析。",
        ),
    ],
    ids=["never after all", "make-up extended"],
)
def test_keys_wait_for_what_the_programme_in_force_says(
    make_site: Callable[..., Site], before: KeysShown, after: dict[str, Any], now: str, told: str
) -> None:
    site = make_site(content=content(programme=programme(keys_shown=before)))
    path = hand_in_one(site)

    publish_rules(site, **after)
    site.clock.time = datetime.fromisoformat(f"{now}T12:00:00+08:00")

    page = site.browser("learner").open(f"{path}/result")
    assert texts(page, r'<h2 id="keys">.*?</h2>(.*?)</section>') == [told]


def test_result_keeps_its_pass_mark_and_offers_what_the_rules_in_force_allow(ready: Site) -> None:
    path = hand_in_one(ready)

    publish_rules(ready, tiers={AGENCY: tier(pass_mark=80, attempts=5)})

    page = ready.browser("learner").open(f"{path}/result").text
    assert "合格线 60 分" in page
    assert "还可以考 4 次" in page


@pytest.mark.parametrize(
    ("now", "sentences"),
    [
        ("2026-11-30", ["这次没有合格，不要着急，还可以考 1 次，取最好成绩。建议先回到课程，把不熟悉的内容再看一遍。"]),
        ("2026-12-01", ["现在不在考试时间内。补考将于 2026年12月10日 00:00 开始。有疑问请联系本单位学法管理员。"]),
        ("2026-12-10", ["这次没有合格，不要着急，还可以考 1 次，取最好成绩。建议先回到课程，把不熟悉的内容再看一遍。"]),
        ("2027-01-01", ["现在不在考试时间内。本年度考试已经全部结束。有疑问请联系本单位学法管理员。"]),
    ],
)
def test_result_offers_another_attempt_only_while_one_may_be_begun(
    make_site: Callable[..., Site], now: str, sentences: list[str]
) -> None:
    site = make_site(content=content(programme=programme(makeup=window("2026-12-10", "2027-01-01"))))
    path = hand_in_one(site)

    site.clock.time = datetime.fromisoformat(f"{now}T12:00:00+08:00")

    page = site.browser("learner").open(f"{path}/result")
    assert texts(page, r'<h2 id="next">.*?</h2>\s*<p>(.*?)</p>') == sentences
    assert ("再考一次" in page.text) is sentences[0].startswith("这次没有合格")


def test_keys_are_shown_beside_what_was_answered_with_the_labels_of_the_learners_own_paper(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(content=content(programme=programme(keys_shown=KeysShown.SUBMITTED)))
    site.keep("learner", seconds={"xianfa-01": 600})
    browser = site.browser("learner")
    path = begin(browser)
    first, second, judgement = site.attempt(path.rpartition("/")[2]).paper.items
    answers = {f"item-{first.item}": "B", f"item-{second.item}": "C", f"item-{judgement.item}": "F"}
    save(browser, path, answers, action="submit")

    labels = [dict(zip(map(str, place.options), "ABCD", strict=True)) for place in (first, second)]
    facts = texts(browser.open(f"{path}/result"), r'<p class="solution__facts">(.*?)</p>')
    assert facts == [
        f"您的作答： {labels[0]['B']} 正确答案： {labels[0]['B']} 得分：30/30 ✓ 正确",
        f"您的作答： {labels[1]['C']} 正确答案： {labels[1]['B']} 得分：0/30 ✗ 不得分",
        "您的作答： 错误 正确答案： 正确 得分：0/40 ✗ 不得分",
    ]


def open_keys(make_site: Callable[..., Site], **items: Any) -> tuple[Site, Browser, str]:
    """An attempt of which the first single item and the judgement are right, keys shown; its address."""
    site = make_site(content=content(programme=programme(keys_shown=KeysShown.SUBMITTED), **items))
    site.keep("learner", seconds={"xianfa-01": 600})
    browser = site.browser("learner")
    path = begin(browser)
    answers = right(site, path)
    answers[list(answers)[1]] = "A"
    save(browser, path, answers, action="submit")
    return site, browser, path


def test_result_gives_the_points_of_each_module(make_site: Callable[..., Site]) -> None:
    _, browser, path = open_keys(make_site)

    rows = texts(browser.open(f"{path}/result"), r'<section aria-labelledby="modules">.*?<tbody>(.*?)</tbody>')

    assert rows == ["宪法 70 分 100 分 2/3 题 合计 70 分 100 分 2/3 题"]


def test_solutions_can_be_narrowed_to_those_answered_wrong(make_site: Callable[..., Site]) -> None:
    _, browser, path = open_keys(make_site)

    every, wrong = browser.open(f"{path}/result"), browser.open(f"{path}/result?wrong=1")

    assert texts(every, r'<li class="solution[^"]*" id="item-(\d)">') == ["1", "2", "3"]
    assert texts(wrong, r'<li class="solution[^"]*" id="item-(\d)">') == ["2"]
    assert "只看答错的题（1 题）" in every.text
    assert "看全部 3 题" in wrong.text


def test_solutions_lead_to_the_lesson_and_to_the_article_where_the_site_has_it(make_site: Callable[..., Site]) -> None:
    site, browser, path = open_keys(make_site)
    without = browser.open(f"{path}/result").text
    (site.settings.site / "laws" / "xianfa" / "t1").mkdir(parents=True)
    (site.settings.site / "laws" / "xianfa" / "index.html").write_text("宪法", encoding="utf-8")

    page = browser.open(f"{path}/result").text

    assert ('href="/laws/' in without, 'href="/lessons/xianfa-01/"' in without) == (False, True)
    assert '<a href="/laws/xianfa/t1/#t67">《宪法》第六十七条</a>' in page
