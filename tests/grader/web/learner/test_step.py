"""下一步 in every state of the year: one sentence and one button."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest

from grader.certificates.certify import revoke_certificate
from tests.grader.web.conftest import Site
from tests.grader_factories import NOON, outcome, start

MET, HALF = {"seconds": {"xianfa-01": 600}}, {"seconds": {"xianfa-01": 300}}
FAILED = {"starts": (start("t0"),), "outcomes": (outcome("t0", 30),)}
PASSED = {"starts": (start("t0"),), "outcomes": (outcome("t0", 70),)}
ALL_USED = {"starts": (start("t0"), start("t1")), "outcomes": (outcome("t0", 30), outcome("t1", 20))}
RULES, PAPER, RECORD, LESSON = (
    ("查看考试规则", "/exam/"),
    "/exam/t0",
    ("查看学习记录", "/my/record"),
    "/lessons/xianfa-01/",
)
BEFORE_STUDY, STUDY, EXAM, MAKEUP, OVER = "2026-02-01", "2026-09-01", "2026-10-09", "2026-12-20", "2027-02-01"


def step(site: Site, day: str) -> tuple[str, str, str]:
    """The sentence, the button's label and its address at noon of the day."""
    site.clock.time = datetime.fromisoformat(f"{day}T12:00:00+08:00")
    page = site.browser("learner").open("/my/").text
    [shown] = re.findall(r'<section class="card card--lead step.*?</section>', page, re.DOTALL)
    found = re.search(r'<p>(.*?)</p>.*?<a class="button" href="(.*?)">(.*?)</a>', shown, re.DOTALL)
    assert found
    return found[1], found[3], found[2]


@pytest.mark.parametrize(
    ("year", "day", "sentence", "label", "address"),
    [
        ({}, STUDY, "还差 10 分钟学习时间（需要 1 学时），接着学《第一课（xianfa-01）》。", "开始学习", LESSON),
        (HALF, EXAM, "还差 5 分钟学习时间（需要 1 学时），接着学《第一课（xianfa-01）》。", "继续学习", LESSON),
        (HALF, OVER, "学习期已经结束，还差 5 分钟学习时间（需要 1 学时）。", *RECORD),
        (HALF | PASSED, OVER, "学习期已经结束，还差 5 分钟学习时间（需要 1 学时）。", *RECORD),
        (MET, STUDY, "现在不在考试时间内。考试将于 2026年10月1日 00:00 开始。", *RULES),
        (MET, EXAM, "学时已达到要求，可以考试了。", "去考试", "/exam/"),
        (MET, MAKEUP, "学时已达到要求，可以参加补考了。", "去考试", "/exam/"),
        (MET, OVER, "本年度考试已经全部结束，您没有合格的成绩。", *RECORD),
        (MET | FAILED, EXAM, "考试还没有合格，还可以考 1 次，取最好成绩。", "再考一次", "/exam/"),
        (MET | FAILED, MAKEUP, "考试还没有合格，可以参加补考，还可以考 1 次。", "再考一次", "/exam/"),
        (
            MET | ALL_USED,
            EXAM,
            "本次考试的 2 次机会已经用完。补考将于 2026年12月1日 00:00 开始。",
            *RULES,
        ),
        (MET | FAILED, OVER, "本年度考试已经全部结束，您没有合格的成绩。", *RECORD),
        (MET | PASSED, EXAM, "学时和考试都已达到要求。", "打印证书", "#certificate"),
        (MET | PASSED, OVER, "学时和考试都已达到要求。", "打印证书", "#certificate"),
    ],
)
def test_next_step_is_one_sentence_and_one_button(
    site: Site, year: dict[str, Any], day: str, sentence: str, label: str, address: str
) -> None:
    site.keep("learner", **year)

    assert step(site, day) == (sentence, label, address)


def test_next_step_before_the_study_period_promises_no_hours(site: Site) -> None:
    assert step(site, BEFORE_STUDY)[0].endswith("开始，现在可以先读课文，不计学时。")


def test_next_step_leads_back_to_the_open_paper(site: Site) -> None:
    site.keep("learner", **MET)
    site.browser("learner").send("/exam/start")
    [begun] = site.dossier().starts

    assert step(site, EXAM) == ("您有一场考试正在进行，时间还在走。", "继续考试", f"/exam/{begun.attempt}")


def test_next_step_after_a_revocation_promises_no_certificate(site: Site) -> None:
    site.keep("learner", **MET | PASSED)
    site.browser("learner").send("/my/certificate")
    revoke_certificate(site.store, site.dossier().awards[0].serial, by="county", reason="姓名有误", now=NOON)

    assert step(site, EXAM) == (
        "您的证书已经作废，需要换发的，请联系本单位学法管理员。",
        "查看作废原因",
        "#certificate",
    )
