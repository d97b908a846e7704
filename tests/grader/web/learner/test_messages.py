"""投诉建议 and 题目纠错 from writing to the answer, with everybody who may and may not see them."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from grader.domain.message import Message
from grader.store.kinds import MESSAGE
from quizgen.evidence.reading import text_digest
from tests.grader.web.conftest import Browser, Site, said, texts
from tests.grader_factories import NOON, content

PRACTICE, EXAM = "xianfa-01-001", "xianfa-01-101"
TEXT = "这道题的依据好像不对，请核对。"


def write(browser: Browser, text: str = TEXT, **fields: str) -> TestResponse:
    return browser.send("/my/messages/", page="/my/messages/", text=text, **fields)


def kept(site: Site) -> list[Message]:
    found = [site.store.load(MESSAGE, row.id) for row in site.store.list(MESSAGE)]
    return sorted((stored.value for stored in found if stored), key=lambda message: message.at)


def shown(page: TestResponse) -> list[str]:
    return texts(page, r'<li class="letter">(.*?)</li>')


def test_message_reaches_the_county_and_the_answer_its_writer(site: Site) -> None:
    learner, county = site.browser("learner"), site.browser("county")
    write(learner, "希望手机上字再大一些。")
    (message,) = kept(site)
    site.clock.pass_(hours=1)

    listed = county.open("/admin/messages")
    answered = county.send(f"/admin/messages/{message.id}", page=f"/admin/messages/{message.id}", text="已经改大。")

    assert "希望手机上字再大一些。" in listed.text
    assert "赵学法" in listed.text
    assert answered.headers["Location"] == f"/admin/messages/{message.id}"
    assert shown(learner.open("/my/messages/")) == [
        "投诉建议 2026年10月9日 12:00 ✓ 已答复 希望手机上字再大一些。 答复，2026年10月9日 13:00 已经改大。"
    ]
    assert "您的意见有 1 条已经答复。" in learner.open("/my/").text
    assert "没有等待答复的意见。" in county.open("/admin/messages").text
    assert "希望手机上字再大一些。" in county.open("/admin/messages?state=answered").text


def test_answer_is_told_of_for_a_month(site: Site) -> None:
    learner, county = site.browser("learner"), site.browser("county")
    write(learner)
    path = f"/admin/messages/{kept(site)[0].id}"
    county.send(path, page=path, text="已经核对，没有问题。")

    site.clock.pass_(days=31)

    assert "已经答复" not in site.browser("learner").open("/my/").text


def test_message_about_an_item_keeps_its_revision_and_page(site: Site) -> None:
    learner = site.browser("learner")
    form = learner.open(f"/my/messages/?item={PRACTICE}&from=/lessons/xianfa-01/").text

    write(learner, item=PRACTICE, **{"from": "/lessons/xianfa-01/"})

    (message,) = kept(site)
    item = content().practice_item(message.item) if message.item else None
    assert item
    assert re.findall(r'name="(item|from)" value="(.*?)"', form) == [
        ("item", PRACTICE),
        ("from", "/lessons/xianfa-01/"),
    ]
    assert (message.item, message.revision, message.page) == (PRACTICE, text_digest(item), "/lessons/xianfa-01/")
    page = site.browser("county").open(f"/admin/messages/{message.id}").text
    assert f"试题 {PRACTICE}，提交时的版本 {message.revision}，页面 /lessons/xianfa-01/。" in page


def test_exam_item_may_be_named_only_by_whoever_had_it(site: Site) -> None:
    site.keep("learner", seconds={"xianfa-01": 600})
    learner, other = site.browser("learner"), site.browser("other")
    path = learner.send("/exam/start").headers["Location"]
    had = site.attempt(path.rpartition("/")[2]).paper.items[0].item

    assert write(learner, item=had).status_code == 302
    assert said(write(other, item=had)) == (404, f"没有编号为“{had}”的练习题。")
    assert said(other.open(f"/my/messages/?item={had}"))[0] == 404
    assert [message.account for message in kept(site)] == ["learner"]


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"text": "短"}, 400, "没有提交：内容应为 5 至 1000 个字，现在是 1 个字。"),
        ({"text": "长" * 1001}, 400, "没有提交：内容应为 5 至 1000 个字，现在是 1001 个字。"),
        ({"text": TEXT, "item": "none"}, 404, "没有编号为“none”的练习题。"),
    ],
)
def test_refused_message_is_not_kept_and_stands_in_the_form_again(
    site: Site, fields: dict[str, str], status: int, sentence: str
) -> None:
    answer = write(site.browser("learner"), **fields)

    assert said(answer) == (status, sentence)
    assert f">{fields['text']}</textarea>" in answer.text
    assert kept(site) == []


def test_eleventh_message_of_a_day_is_refused(site: Site) -> None:
    learner = site.browser("learner")
    for _ in range(10):
        write(learner)
    eleventh = write(learner)
    site.clock.pass_(hours=24)
    learner = site.browser("learner")

    assert said(eleventh)[0] == 409
    assert write(learner).status_code == 302
    assert len(kept(site)) == 11


def test_markup_in_a_message_is_shown_as_text(site: Site) -> None:
    write(site.browser("learner"), "<script>alert(1)</script>{{7*7}}")

    for page in (site.browser("learner").open("/my/messages/"), site.browser("county").open("/admin/messages")):
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page.text


def test_learners_see_their_own_messages_only(site: Site) -> None:
    write(site.browser("learner"))

    assert shown(site.browser("other").open("/my/messages/")) == []


def test_county_narrows_the_list_by_topic_and_sees_what_waits_longest_first(site: Site) -> None:
    learner, county = site.browser("learner"), site.browser("county")
    for number, item in enumerate(("", PRACTICE, "")):
        write(learner, f"第 {number} 条意见在这里。", item=item)
        site.clock.pass_(minutes=1)

    def numbers(query: str) -> list[str]:
        return re.findall("第 (.) 条意见", county.open(f"/admin/messages{query}").text)

    assert numbers("") == ["0", "1", "2"]
    assert numbers("?topic=item") == ["1"]
    assert numbers("?state=all&topic=general") == ["2", "0"]
    assert numbers("?state=nonsense&topic=nonsense&page=9") == ["0", "1", "2"]


@pytest.mark.parametrize("id", ["none", "0" * 20])
def test_unknown_message_is_not_found(site: Site, id: str) -> None:
    county = site.browser("county")

    assert said(county.open(f"/admin/messages/{id}")) == (404, "没有找到这条意见。")
    assert county.send(f"/admin/messages/{id}", text="已经改正。").status_code == 404


def test_answer_that_is_refused_stands_in_the_form_again(site: Site) -> None:
    write(site.browser("learner"))
    path = f"/admin/messages/{kept(site)[0].id}"

    answer = site.browser("county").send(path, text="好")

    assert said(answer) == (400, "没有提交：内容应为 5 至 1000 个字，现在是 1 个字。")
    assert ">好</textarea>" in answer.text
    assert not kept(site)[0].answered
    assert kept(site)[0].at == NOON
