"""Answers to sections over HTTP: what the page sends and is told, and what is refused with nothing recorded."""

from __future__ import annotations

import re

import pytest

from grader.administration.publish import publish
from grader.domain.people.account import AccountId
from grader.store.kinds import DOSSIER, NOTEBOOK
from tests.grader.test_lessons import by_sections
from tests.grader.web.conftest import ORIGIN, Browser, Site, said
from tests.grader_factories import NOON

ANSWERS = "/api/lessons/xianfa-01/answers"
MALFORMED = "提交的内容格式不正确，未作记录："
MEASURED = re.compile(r"\d+ ?(分钟|秒)|时长")


@pytest.fixture
def learner(site: Site) -> Browser:
    """A learner where sections earn credit."""
    publish(site.store, by_sections(), by="editor", now=NOON)
    return site.browser("learner")


def test_answers_are_graded_and_told_with_what_is_left(learner: Browser) -> None:
    told = learner.call(ANSWERS, **{"xianfa-01-001": ["B"], "xianfa-01-002": "A"})

    assert told.get_json() == {
        "lesson": "xianfa-01",
        "results": {"xianfa-01-001": True, "xianfa-01-002": False},
        "left": [1, 2, 1],
        "right": ["xianfa-01-001"],
        "sections_left": 3,
        "completed": False,
        "hours": 0,
        "lesson_hours": 1,
        "elective": False,
        "total_hours": 0,
        "required_hours": 1,
        "reason": "",
        "message": "还剩3小节",
        "next": "",
    }


def test_page_finds_the_lesson_as_it_was_left(learner: Browser) -> None:
    learner.call(ANSWERS, **{"xianfa-01-005": "B"})

    found = learner.open("/api/lessons/xianfa-01").get_json()

    assert (found["left"], found["results"], found["message"]) == ([2, 2, 0], {}, "还剩2小节")


def test_home_page_finds_all_lessons_of_the_learner(learner: Browser) -> None:
    learner.call(ANSWERS, **{"xianfa-01-005": "B"})

    assert learner.open("/api/lessons").get_json() == {
        "lessons": {
            "xianfa-01": {"completed": False, "begun": True, "sections_left": 2},
            "xuanxiu-01": {"completed": False, "begun": False, "sections_left": 3},
        },
        "next": "lessons/xianfa-01/",
    }


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({}, (400, MALFORMED + "一次应有 1 至 60 道题的作答。")),
        (
            {f"xianfa-01-{n:03d}": "B" for n in range(61)},
            (400, MALFORMED + "一次应有 1 至 60 道题的作答。"),
        ),
        ({"xianfa-01-001": 1}, (400, MALFORMED + "xianfa-01-001 应为选项字母的列表。")),
        ({"xianfa-01-001": ["BB"]}, (400, MALFORMED + "xianfa-01-001 应为选项字母的列表。")),
        ({"xianfa-01-001": "BB"}, (400, MALFORMED + "xianfa-01-001 的选项字母有重复。")),
        ({"xianfa-01-001": "A" * 99}, (400, MALFORMED + "xianfa-01-001 应为选项字母的列表。")),
        ({"x\n": "B"}, (400, MALFORMED + "试题编号 应为文字。")),
        ({"": "B"}, (400, MALFORMED + "试题编号 应为文字。")),
        ({"xianfa-01-001": "Z"}, (400, "试题 xianfa-01-001 没有这样的选项，未保存。")),
        (
            {"xianfa-01-002": "B", "xianfa-01-099": "B"},
            (404, "试题“xianfa-01-099”已不在本课的小节里，没有记录。课程可能已经更新，请刷新本页再答。"),
        ),
    ],
)
def test_nonsense_is_refused_in_words_and_nothing_recorded(
    site: Site, learner: Browser, body: dict[str, object], refusal: tuple[int, str]
) -> None:
    assert said(learner.call(ANSWERS, **body)) == refusal
    assert (site.store.list(DOSSIER), site.store.list(NOTEBOOK)) == ([], [])


def test_unknown_lesson_is_not_found(learner: Browser) -> None:
    refusal = (404, "本年度课程中没有编号为“nothing”的课，没有记录。")

    assert said(learner.call("/api/lessons/nothing/answers", **{"a-001": "B"})) == refusal
    assert said(learner.open("/api/lessons/nothing")) == refusal


def test_page_of_somebody_else_records_nothing(site: Site, learner: Browser) -> None:
    headers = {**ORIGIN, "X-Account": "other"}

    answer = learner.client.post(ANSWERS, json={"xianfa-01-001": "B"}, headers=headers)

    name = site.people["learner"].name
    assert said(answer) == (409, f"这台设备现在登录的是{name}，与打开本页时不同，没有记录。请刷新本页。")
    assert site.store.list(DOSSIER) == []


def test_page_is_told_the_rule_in_force(site: Site, learner: Browser) -> None:
    assert learner.open("/api/me").get_json()["credit"] == "sections"


def test_no_page_tells_measured_time(site: Site, learner: Browser) -> None:
    learner.call(ANSWERS, **{f"xianfa-01-{number}": "B" for number in ("001", "002", "003")})
    county = site.browser("county")

    pages = [learner.open("/my/").text, county.open("/admin/").text]
    lessons = [re.sub(r"考试时长 \d+ 分钟|不表示在线时长", "", page) for page in pages]

    assert [MEASURED.findall(page) for page in lessons] == [[], []]
    assert "还剩 2 小节" in pages[0]
    assert all("学时为课程规定学时，按完成小节计，不表示在线时长。" in page for page in pages)


def test_page_of_a_completed_lesson_says_so(site: Site, learner: Browser) -> None:
    learner.call(ANSWERS, **{f"xianfa-01-00{number}": "B" for number in range(1, 6)})

    page = learner.open("/my/").text

    assert "✓ 已完成" in page
    assert site.dossier("learner").completed
    assert site.dossier("learner").account == AccountId("learner")
