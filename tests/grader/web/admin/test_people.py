"""单位会员管理 and a person's page: who is listed, what is done, what is refused, what its owner is told."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from grader.accounts.security import Happening, SecurityLog
from grader.administration.accounts.person import AccountChanged, NumberHeld, RoleFixed
from grader.domain.errors import NotAllowed, UnknownLearner
from grader.domain.people.account import Role
from grader.store.kinds import ACCOUNT
from tests.grader.web.conftest import PASSWORD, Browser, Site, said, texts

NOT_YOURS = (404, UnknownLearner.sentence)
SLIP = r'<strong class="serial">(.*?)</strong>'
NAMES = r'<th scope="row"><a [^>]*>(.*?)</a></th>'


def shown(browser: Browser, person: str = "learner") -> str:
    """What the page says it showed."""
    found = re.search(r'name="shown" value="(\w+)"', browser.open(f"/admin/people/{person}").text)
    assert found
    return found[1]


def do(browser: Browser, act: str, person: str = "learner", **fields: str) -> TestResponse:
    """Press a button of the person's page, ticked."""
    given = {"shown": shown(browser, person), "sure": "1", "act": act} | fields
    return browser.send(f"/admin/people/{person}/act", **given)


def edited(browser: Browser, **fields: str) -> dict[str, str]:
    """The form of 赵学法 with these fields typed."""
    form = {"name": "赵学法", "rank": "", "tier": "agency", "order_number": "0", "telephone": "", "qq": ""}
    return form | {"shown": shown(browser)} | fields


def test_list_has_the_own_people_and_can_be_narrowed(site: Site) -> None:
    unit, county = site.browser("unit"), site.browser("county")

    assert texts(unit.open("/admin/people"), NAMES) == ["孙守法", "赵学法"]
    assert texts(unit.open("/admin/people?state=unclaimed"), NAMES) == ["孙守法"]
    assert texts(unit.open("/admin/people?text=0003"), NAMES) == ["孙守法"]
    assert texts(county.open("/admin/people?unit=u2"), NAMES) == ["钱学法"]
    assert texts(county.open("/admin/people?role=unit&state=bad&page=x"), NAMES) == ["李用法"]


def test_edit_is_kept_and_told(site: Site) -> None:
    browser = site.browser("unit")

    answer = browser.send(
        "/admin/people/learner", **edited(browser, rank="科\x00\x1b长 ", telephone=" １９９００００００４２ ")
    )

    assert answer.headers["Location"] == "/admin/people/learner"
    assert (site.account("learner").rank, site.account("learner").telephone) == ("科长", "19900000042")
    assert texts(browser.open("/admin/people/learner"), r'role="status"><p>(.*?)</p>') == ["已保存。"]


@pytest.mark.parametrize(
    ("field", "text", "why"),
    [
        ("name", "", "姓名空着"),
        ("telephone", "12", "手机号“12”不正确"),
        ("qq", "abc", "QQ号“abc”不正确"),
        ("order_number", "x", "序号“x”不正确"),
        ("tier", "emperor", "请选择人员层次"),
    ],
)
def test_wrong_field_is_named_and_what_was_typed_comes_back(site: Site, field: str, text: str, why: str) -> None:
    browser, before = site.browser("unit"), site.account("learner")

    answer = browser.send("/admin/people/learner", **edited(browser, **({"rank": "科长"} | {field: text})))

    assert answer.status_code == 422
    assert why in said(answer)[1]
    assert 'name="rank" value="科长"' in answer.text
    assert site.account("learner") == before


def test_second_of_two_administrators_sees_the_newer_values_beside_the_own(site: Site) -> None:
    browser = site.browser("unit")
    form = edited(browser, rank="局长")
    site.change("learner", rank="科长")

    answer = browser.send("/admin/people/learner", **form)

    assert said(answer) == (409, AccountChanged.sentence)
    assert 'name="rank" value="局长"' in answer.text
    assert "现在登记的是：科长" in answer.text
    assert site.account("learner").rank == "科长"


def test_number_of_somebody_else_is_refused_and_kept_in_the_form(site: Site) -> None:
    browser = site.browser("unit")

    answer = browser.send("/admin/people/learner", **edited(browser, telephone="19900000003"))

    assert said(answer) == (409, NumberHeld.sentence.format(text="19900000003"))
    assert 'name="telephone" value="19900000003"' in answer.text


def test_who_is_disabled_is_out_at_once_and_may_be_enabled_again(site: Site) -> None:
    learner, unit = site.browser("learner"), site.browser("unit")

    do(unit, "disable", reason="retired")
    assert learner.open("/my/").status_code == 302
    assert "失效（退休）" in unit.open("/admin/people/learner").text
    do(unit, "enable")

    assert site.browser().sign_in("900001001learner").status_code == 302


@pytest.mark.parametrize("act", ["disable", "end-sign-ins", "unbind-telephone", "change-role"])
def test_weighty_deed_asks_for_a_tick(site: Site, act: str) -> None:
    browser, before = site.browser("county"), site.account("learner")

    answer = browser.send("/admin/people/learner/act", act=act, shown=shown(browser), reason="retired", role="unit")

    assert (answer.status_code, site.account("learner")) == (422, before)


def test_unlock_lets_the_owner_in_at_once(site: Site) -> None:
    for _ in range(5):
        site.browser().sign_in("900001001learner", "wrong")
    assert site.browser().sign_in("900001001learner").status_code == 429

    do(site.browser("unit"), "unlock")

    assert site.browser().sign_in("900001001learner").status_code == 302


def test_cookie_from_before_a_change_of_role_is_worth_nothing(site: Site) -> None:
    browser = site.browser("unit")
    cookie = browser.client.get_cookie("xuefa")
    assert cookie

    assert do(site.browser("county"), "change-role", "unit", role="editor").status_code == 302
    browser.client.set_cookie("xuefa", cookie.value)

    assert browser.open("/admin/people").headers["Location"].startswith("/my/sign-in")
    again = site.browser("unit")
    assert said(again.open("/admin/people")) == (403, NotAllowed.sentence)


def test_unit_changes_no_role_and_a_learner_becomes_no_administrator(site: Site) -> None:
    site.change("fresh", role=Role.UNIT)

    assert said(do(site.browser("unit"), "change-role", "fresh", role="county"))[0] == 403
    refused = do(site.browser("county"), "change-role", "learner", role="county")
    assert said(refused) == (409, RoleFixed.sentence)
    assert (site.account("fresh").role, site.account("learner").role) == (Role.UNIT, Role.LEARNER)


@pytest.mark.parametrize("target", ["other", "county", "reader", "unit", "nobody"])
@pytest.mark.parametrize("act", ["disable", "unlock", "enable", "end-sign-ins", "unbind-qq", "change-role", "edit"])
def test_another_units_person_answers_like_nobody(site: Site, target: str, act: str) -> None:
    browser, before = site.browser("unit"), site.store.list(ACCOUNT)
    form = {"act": act, "shown": "x", "sure": "1", "reason": "retired", "role": "county", "name": "x"}

    answer = browser.send(f"/admin/people/{target}" + ("" if act == "edit" else "/act"), **form)

    assert (said(answer), site.store.list(ACCOUNT)) == (NOT_YOURS, before)
    assert said(browser.open(f"/admin/people/{target}")) == NOT_YOURS


def test_administrator_for_the_office_is_made_and_signs_in(site: Site) -> None:
    answer = site.browser("county").send("/admin/people/new-administrator", name="审计局", role="reader", code="county")

    [slip] = texts(answer, SLIP)
    [number] = texts(answer, r"<dt>学法账号</dt><dd>(.*?)</dd>")
    assert site.browser().sign_in(number, slip).headers["Location"] == "/my/password"


@pytest.mark.parametrize(
    "form",
    [
        {"name": "", "code": "u1"},
        {"name": "甲", "code": "none"},
        {"name": "甲", "code": "u1", "role": "learner"},
        {"name": "甲", "code": "u1"},
    ],
)
def test_unfit_administrator_is_not_made_and_the_form_is_kept(site: Site, form: dict[str, str]) -> None:
    county = site.browser("county")
    before = site.store.list(ACCOUNT)

    answer = county.send("/admin/people/new-administrator", **({"role": "reader"} | form))

    assert (answer.status_code, site.store.list(ACCOUNT)) == (422, before)
    assert f'name="code" value="{form["code"]}"' in answer.text


def test_account_for_the_whole_county_stands_at_its_top(site: Site) -> None:
    refused = do(site.browser("county"), "change-role", "unit", role="county")

    assert said(refused) == (409, "县级管理员只能设在最上级单位。请改选单位，或者在最上级单位新建账号。")
    assert site.account("unit").role is Role.UNIT


def told(browser: Browser, path: str) -> list[str]:
    return texts(browser.open(path), r'id="account-notices".*?<ul class="list">(.*?)</ul>')


def test_owner_is_told_of_a_reset_once_until_confirmed_and_the_unit_sees_it(site: Site) -> None:
    [slip] = texts(site.browser("unit").send("/admin/learners/learner/reset-password"), SLIP)
    site.clock.pass_(minutes=5)
    learner = site.browser()
    learner.sign_in("900001001learner", slip)
    learner.send("/my/password", new="shanhe2027x", again="shanhe2027x")

    first = told(learner, "/my/")
    [until] = texts(learner.open("/my/"), r'name="until" value="(.*?)"')
    learner.send("/my/notices", until=until)
    site.clock.pass_(minutes=5)
    again = site.browser()
    again.sign_in("900001001learner", "shanhe2027x")

    assert first == ["2026年10月9日 12:00：重置密码"]
    assert told(learner, "/my/") == []
    assert told(again, "/my/") == ["2026年10月9日 12:05：首次启用账号"]
    rows = texts(site.browser("unit").open("/admin/people/happenings"), r"<tr>\s*(<th scope=\"row\">.*?)</tr>")
    assert rows == ["赵学法 示例单位u1 900001001learner 首次启用账号 2026年10月9日 12:05"]


def test_security_log_tells_who_came_from_where_without_what_was_typed(site: Site) -> None:
    site.change("learner", telephone="19900000042")
    site.browser().sign_in("19900000042", "Geheim123")
    site.browser().sign_in("13800000000", "Geheim123")
    site.browser("unit").open("/admin/people/other")
    site.browser("learner").open("/admin/people")
    do(site.browser("unit"), "end-sign-ins")

    found = SecurityLog(site.settings.data / "security").found()

    assert [(entry.happening, entry.account, entry.by, entry.what) for entry in found] == [
        (Happening.ENDED, "900001001learner", "900001001unit", ""),
        (Happening.SIGN_IN, "900001001unit", "", ""),
        (Happening.REFUSED, "900001001learner", "", "GET /admin/people"),
        (Happening.SIGN_IN, "900001001learner", "", ""),
        (Happening.REFUSED, "900001001unit", "", "GET /admin/people/<id>"),
        (Happening.SIGN_IN, "900001001unit", "", ""),
        (Happening.FAILED, "", "", ""),
        (Happening.FAILED, "900001001learner", "", ""),
    ]
    kept = "".join(path.read_text() for path in (site.settings.data / "security").glob("*"))
    assert not [word for word in ("Geheim", "1990000", "1380000", "赵学法") if word in kept]


def test_security_page_searches_by_account_kind_and_day(site: Site) -> None:
    site.browser().sign_in("900001001learner", "wrong")
    county = site.browser("county")

    def kinds(query: str) -> list[str]:
        return texts(county.open(f"/admin/security{query}"), r'<th scope="row">(.*?)</th>')

    assert kinds("") == ["登录", "账号或密码错误"]
    assert kinds("?account=900001001learner") == ["账号或密码错误"]
    assert kinds("?happening=sign-in&day=2026-10-09") == ["登录"]
    assert kinds("?day=2026-10-08") == []
    assert kinds("?day=nonsense&happening=x&page=9") == ["登录", "账号或密码错误"]


def test_outsider_with_a_unit_number_reads_nobody(site: Site) -> None:
    """As it once went: `<unit>0000` with the published password, then the unit's people, a reset, an administrator."""
    head = replace(site.people["unit"], number="9000010010000")
    site.store.save(ACCOUNT, "unit", head, expected=1)
    outsider = site.browser()

    answers = [outsider.sign_in_first("9000010010000", tail) for tail in ("0000", "8888", "1234")]

    assert {answer.status_code for answer in answers} == {401}
    assert outsider.open("/admin/people").status_code == 302
    assert outsider.open("/admin/people/learner").status_code == 302
    assert site.account("unit").credential == head.credential


def test_numbers_in_sequence_with_one_password_are_stopped(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.accounts.sources.FREE_FAILURES", 12)
    monkeypatch.setattr("grader.accounts.sources._is_own", lambda _: False)

    statuses = [site.browser().sign_in(f"900001001{number:04d}", "qwer1234").status_code for number in range(15)]
    firsts = [site.browser().sign_in_first(f"900001001{number:04d}", "0000").status_code for number in range(3)]

    assert statuses == [401] * 12 + [429] * 3
    assert firsts == [429] * 3
    assert site.browser().sign_in("900001001learner", PASSWORD).status_code == 429


def test_persons_page_leads_to_dossier_exemption_hours_and_transfer(site: Site) -> None:
    browser = site.browser("unit")
    page = browser.open("/admin/people/learner").text

    [doors] = re.findall('<ul class="doors no-print".*?</ul>', page, re.DOTALL)
    answers = [browser.open(html.unescape(link)) for link in re.findall('href="([^"#]*)', doors)]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert 'value="赵学法"' in answers[3].text
    assert browser.open("/admin/transfers?person=other").status_code == 404


def test_administrators_page_says_nothing_of_learners(site: Site) -> None:
    page = site.browser("county").open("/admin/people/unit").text

    assert "应参加人数" not in page
    assert "学法档案" not in page
    assert "不再担任单位管理员" in page
