"""我的 in every state of the year, and the learner's own certificate."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

import pytest

from grader.certificates.certify import revoke_certificate
from grader.domain.errors import CertificateRevoked
from grader.domain.learning.notebook import Notebook, record_practice
from grader.domain.learning.standing import State
from grader.domain.people.account import Exemption
from grader.domain.serial import format_serial
from grader.store.kinds import NOTEBOOK
from quizgen.model import ItemId, LessonId
from tests.grader.web.conftest import PASSWORD, Site, said, texts
from tests.grader_factories import NOON, outcome, start

EXEMPT = Exemption(programme="2026", kind="near_retirement", at=NOON)
MET, HALF = {"xianfa-01": 600}, {"xianfa-01": 300}
PASSED, FAILED = outcome("t0", 70), outcome("t0", 30)
EARLIER = (start("t0"),)


@dataclass(frozen=True)
class Year:
    """A dossier, the three steps as 我的 names their state, and the buttons offered."""

    steps: list[str]
    buttons: list[str]
    dossier: dict[str, Any] = field(default_factory=dict)
    exemptions: tuple[Exemption, ...] = ()


YEARS = {
    State.NOT_STARTED: Year(["还没有达到", "还没有考试", "还不能打印"], ["开始学习", "查看考试规则"]),
    State.STUDYING: Year(["还没有达到", "还没有考试", "还不能打印"], ["继续学习", "查看考试规则"], {"seconds": HALF}),
    State.EXAM_DUE: Year(["已达到", "还没有考试", "还不能打印"], ["开始考试"], {"seconds": MET}),
    State.FAILED: Year(
        ["已达到", "还没有合格", "还不能打印"],
        ["再考一次"],
        {"seconds": MET, "starts": EARLIER, "outcomes": (FAILED,)},
    ),
    State.HOURS_DUE: Year(
        ["还没有达到", "已合格", "还不能打印"],
        ["继续学习", "查看考试规则"],
        {"seconds": HALF, "starts": EARLIER, "outcomes": (PASSED,)},
    ),
    State.QUALIFIED: Year(
        ["已达到", "已合格", "可以打印"],
        ["再考一次", "打印证书"],
        {"seconds": MET, "starts": EARLIER, "outcomes": (PASSED,)},
    ),
    State.EXEMPT: Year(
        ["还没有达到", "还没有考试", "还不能打印"],
        ["继续学习", "查看考试规则"],
        {"seconds": HALF},
        exemptions=(EXEMPT,),
    ),
}


def test_every_state_has_its_page() -> None:
    assert set(YEARS) == set(State)


@pytest.mark.parametrize("state", YEARS)
def test_page_of_each_state_tells_what_is_done_and_offers_what_is_next(site: Site, state: State) -> None:
    year = YEARS[state]
    site.keep("learner", **year.dossier)
    site.change("learner", exemptions=year.exemptions)

    page = site.browser("learner").open("/my/")
    [stages] = re.findall(r'<(?:ol class="stages|section class="card stage).*?</(?:ol|section)>', page.text, re.DOTALL)

    assert texts(page, r'class="stage__state">(.*?)</span>') == year.steps
    assert re.findall(r'class="button[^"]*"[^>]*>([^<]+)<', stages) == year.buttons


@pytest.mark.parametrize("state", YEARS)
def test_administrator_sees_the_same_state(site: Site, state: State) -> None:
    year = YEARS[state]
    site.keep("learner", **year.dossier)
    site.change("learner", exemptions=year.exemptions)

    shown = texts(
        site.browser("unit").open(f"/admin/?state={state}"), r'(<th scope="row">(?:<a[^>]*>)?赵学法<.*?)</td>\s*</tr>'
    )

    assert [state.label in row for row in shown] == [True]


def test_what_is_missing_is_said_in_full(site: Site) -> None:
    site.keep("learner", seconds=HALF, starts=EARLIER, outcomes=(FAILED,))

    page = site.browser("learner").open("/my/")

    missing = texts(page, r'<ul class="list">(.*?)</ul>')
    assert missing == ["还差 5 分钟学习时间（需要 1 学时） 考试还没有合格"]


def test_exempted_learner_is_asked_for_nothing(site: Site) -> None:
    site.change("learner", exemptions=(EXEMPT,))

    page = site.browser("learner").open("/my/")

    assert texts(page, r'id="exempt">(.*?)</h2>') == ["✓ 本年度可不参加 临近退休"]
    assert [word for word in ("还差", "还没有", "必修", "达到以下要求") if word in page.text] == []


def test_exempted_learner_who_takes_part_gets_the_certificate(site: Site) -> None:
    site.change("learner", exemptions=(EXEMPT,))
    site.keep("learner", **YEARS[State.QUALIFIED].dossier)
    browser = site.browser("learner")

    page = browser.open("/my/")
    answer = browser.send("/my/certificate")

    assert "您本年度可不参加学法考试（临近退休）" in page.text
    assert "打印证书" in page.text
    assert answer.status_code == 302
    assert site.dossier().award is not None


def test_learner_reads_the_own_unit_beside_tier_and_account(site: Site) -> None:
    page = site.browser("learner").open("/my/")

    assert texts(page, r'<p class="facts">(.*?)</p>') == [
        "2026年度学法考试 示例单位u1 国家机关工作人员 学法账号 900001001learner"
    ]


def test_study_record_tells_days_as_people_write_them(site: Site) -> None:
    study = {LessonId("xianfa-01"): {date(2026, 10, 8): 300, date(2026, 10, 9): 300}}
    site.keep("learner", study=study, completed={LessonId("xuanxiu-01"): date(2026, 9, 30)})

    page = site.browser("learner").open("/my/record")

    assert texts(page, r'data-label="完成日期">(.*?)</td>') == ["2026年10月8日至2026年10月9日", "2026年9月30日"]


def test_elective_time_is_shown_apart_and_does_not_count(site: Site) -> None:
    site.keep("learner", seconds={"xuanxiu-01": 600})

    page = site.browser("learner").open("/my/")

    assert texts(page, r'<p class="figure">(.*?)</p>') == ["0 / 1 学时"]
    assert "另有选修 1 学时，不计入合格学时" in page.text


def test_wrong_practice_items_are_named_at_their_lesson(site: Site) -> None:
    notebook = Notebook(account=site.people["learner"].id)
    site.store.save(
        NOTEBOOK,
        "learner",
        record_practice(notebook, ItemId("xianfa-01-001"), right=False, now=NOON, day=NOON.date()),
        expected=0,
    )

    page = site.browser("learner").open("/my/")

    assert [title for title in texts(page, r'class="lesson__title">(.*?)</span>\s*<progress') if "再练" in title] == [
        "第一课（xianfa-01） 练习再练 1 题"
    ]


@pytest.mark.parametrize("person", ["unit", "county"])
def test_administrators_are_sent_to_their_own_page(site: Site, person: str) -> None:
    assert site.browser(person).open("/my/").headers["Location"] == "/admin/"


def qualify(site: Site) -> None:
    site.keep("learner", seconds=MET, starts=EARLIER, outcomes=(PASSED,))


def test_certificate_is_issued_once_and_printed_the_same_each_time(site: Site) -> None:
    qualify(site)
    browser = site.browser("learner")

    first = browser.send("/my/certificate").headers["Location"]
    site.clock.pass_(days=100)
    browser = site.browser("learner")
    second = browser.send("/my/certificate").headers["Location"]
    papers = [browser.open(first), browser.open(second)]

    [award] = site.dossier().awards
    assert (first, second) == (f"/my/certificate/{award.serial}.pdf",) * 2
    assert papers[0].data == papers[1].data
    assert papers[0].data.startswith(b"%PDF-")
    assert {name: papers[0].headers[name] for name in ("Content-Type", "Cache-Control")} == {
        "Content-Type": "application/pdf",
        "Cache-Control": "no-store",
    }
    assert quote("学法考试合格证书-赵学法.pdf") in papers[0].headers["Content-Disposition"]


def test_certificate_says_what_the_learner_has_reached(site: Site) -> None:
    qualify(site)

    browser = site.browser("learner")
    browser.send("/my/certificate")

    [award] = site.dossier().awards
    assert (award.name, award.unit, award.tier, award.programme, award.hours, award.score, award.issued) == (
        "赵学法",
        "示例单位u1",
        "国家机关工作人员",
        "2026年度学法考试",
        1.0,
        70,
        NOON,
    )
    assert texts(browser.open("/my/"), r'<strong class="serial">(.*?)</strong>') == [format_serial(award.serial)]


def test_certificate_is_found_by_any_spelling_of_its_serial(site: Site) -> None:
    qualify(site)
    browser = site.browser("learner")
    browser.send("/my/certificate")
    [award] = site.dossier().awards

    assert browser.open(f"/my/certificate/{format_serial(award.serial).lower()}.pdf").content_type == "application/pdf"


@pytest.mark.parametrize(
    ("dossier", "missing"),
    [
        ({}, "还差 10 分钟学习时间（需要 1 学时）；还没有参加考试"),
        ({"seconds": MET}, "还没有参加考试"),
        ({"seconds": MET, "starts": EARLIER, "outcomes": (FAILED,)}, "考试还没有合格"),
        ({"seconds": HALF, "starts": EARLIER, "outcomes": (PASSED,)}, "还差 5 分钟学习时间（需要 1 学时）"),
    ],
)
def test_certificate_is_refused_with_what_is_missing(site: Site, dossier: dict[str, Any], missing: str) -> None:
    site.keep("learner", **dossier)

    answer = site.browser("learner").send("/my/certificate")

    assert (said(answer), site.dossier().awards) == ((409, f"还不能打印证书：{missing}。"), ())


@pytest.mark.parametrize("serial", ["0000-0000-0000-0000", "none", "甲", "65J0NSRT5G1GDKCD"])
def test_certificate_of_nobody_is_not_found(site: Site, serial: str) -> None:
    qualify(site)

    answer = site.browser("learner").open(f"/my/certificate/{serial}.pdf")

    assert said(answer) == (404, f"没有查到编号为“{serial}”的证书，请核对编号后再试。")


def test_name_with_a_character_that_no_font_has_is_told_and_no_certificate_issued(site: Site) -> None:
    site.change("learner", name="赵\ue000")
    qualify(site)
    browser = site.browser("learner")

    status, sentence = said(browser.send("/my/certificate"))

    assert (status, sentence.partition("，")[0]) == (409, "证书字库里没有“\ue000”（U+E000）")
    assert "请核对姓名、单位等的写法" in sentence
    assert site.dossier().awards == ()


def test_revoked_certificate_is_named_with_day_and_reason(site: Site) -> None:
    qualify(site)
    browser = site.browser("learner")
    browser.send("/my/certificate")
    serial = site.dossier().awards[0].serial

    revoke_certificate(site.store, serial, by="county", reason="姓名有误", now=NOON)

    page = browser.open("/my/").text
    assert f"编号 {format_serial(serial)} 的证书已于 2026年10月9日 作废，原因：姓名有误。需要换发的" in page
    assert "打印证书</button>" not in page


def test_revoked_certificate_is_neither_printed_again_nor_replaced_by_the_learner(site: Site) -> None:
    qualify(site)
    browser = site.browser("learner")
    location = browser.send("/my/certificate").headers["Location"]
    [award] = site.dossier().awards
    revoke_certificate(site.store, award.serial, by="county", reason="姓名有误", now=NOON)

    answers = [browser.open(location), browser.send("/my/certificate")]

    sentence = CertificateRevoked.sentence.format(serial=format_serial(award.serial))
    assert [said(answer) for answer in answers] == [(409, sentence), (409, sentence)]
    assert site.dossier().awards == (award,)


def test_certificate_of_a_closed_year_is_still_printed(site: Site) -> None:
    qualify(site)
    location = site.browser("learner").send("/my/certificate").headers["Location"]

    site.clock.time = datetime.fromisoformat("2029-01-01T00:00:00+08:00")

    assert site.browser("learner").client.get(location).content_type == "application/pdf"


LAST = r"<span>(上次登录：.*?)</span>"


def test_own_page_tells_the_last_sign_in_and_whether_it_was_on_this_device(site: Site) -> None:
    own = site.browser("learner")
    first = texts(own.open("/my/"), LAST)
    own.send("/my/sign-out")
    site.clock.pass_(days=1)
    own.sign_in(site.people["learner"].number)

    assert (first, texts(own.open("/my/"), LAST)) == ([], ["上次登录：2026年10月9日 12:00，这台设备"])
    assert "不是您本人登录的" not in own.open("/my/").text


def test_own_page_tells_whoever_stays_signed_in_of_a_sign_in_elsewhere_since(site: Site) -> None:
    own = site.browser("learner")
    site.clock.pass_(minutes=30)
    stranger = site.browser("learner")

    told = [texts(browser.open("/my/"), LAST) for browser in (own, stranger)]

    assert told == [["上次登录：2026年10月9日 12:30，其他设备"], ["上次登录：2026年10月9日 12:00，其他设备"]]
    assert "不是您本人登录的" in own.open("/my/").text


def test_own_sign_in_is_not_told_after_a_new_password(site: Site) -> None:
    own = site.browser("learner")
    site.clock.pass_(minutes=5)
    own.send("/my/password", old=PASSWORD, new="xuexi20262026", again="xuexi20262026")

    assert texts(own.open("/my/"), LAST) == []
    assert site.account("learner").epoch == 1


def test_sign_in_is_kept_without_anything_of_the_person_or_the_place(site: Site) -> None:
    own = site.browser("learner")
    cookie = own.client.get_cookie("xuefa_device")
    (kept,) = site.account("learner").sign_ins

    assert kept.at == NOON
    assert re.fullmatch("[0-9a-f]{16}", kept.device)
    assert cookie
    assert kept.device not in cookie.value
