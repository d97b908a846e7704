"""年度设置 and 参学名单确认: whom the pages reach, and the button."""

from __future__ import annotations

from werkzeug.test import TestResponse

from grader.store.kinds import UNIT
from tests.grader.web.conftest import ORIGIN, Browser, Site, texts


def send(browser: Browser, unit: str, people: object) -> TestResponse:
    data = {"token": browser.token(), "unit": unit, "people": people}
    return browser.client.post("/admin/confirmations", data=data, headers=ORIGIN, follow_redirects=True)


def confirmed(site: Site, unit: str) -> int:
    stored = site.store.load(UNIT, unit)
    assert stored
    return len(stored.value.confirmations)


def test_unit_confirms_its_roster_and_the_county_sees_who_has_not(site: Site) -> None:
    browser = site.browser("unit")
    page = browser.open("/admin/confirmations")
    [people] = texts(page, r'name="people" value="(\d+)"')

    answer = send(browser, "u1", people)

    assert "已确认示例单位u1的年度参学名单" in answer.text
    missing = site.browser("county").open("/admin/confirmations?missing=yes")
    assert texts(missing, r'<th scope="row">([^<]*)</th>') == ["示例单位county", "示例单位u2"]
    assert "2 个单位还没有确认" in missing.text


def test_roster_that_has_changed_is_not_confirmed(site: Site) -> None:
    browser = site.browser("unit")

    answers = [send(browser, "u1", people) for people in (99, "nonsense", "")]

    assert [answer.status_code for answer in answers] == [409] * 3
    assert "刚刚变动过" in answers[0].text
    assert confirmed(site, "u1") == 0


def test_other_unit_answers_like_none(site: Site) -> None:
    browser = site.browser("unit")

    other, nobody = send(browser, "u2", 1), send(browser, "none", 1)

    assert (other.status_code, other.text) == (404, nobody.text)
    assert confirmed(site, "u2") == 0


def test_reader_sees_and_cannot_confirm(site: Site) -> None:
    page = site.browser("reader").open("/admin/confirmations")

    assert "示例单位u2" in page.text
    assert "确认本年度参学名单<" not in page.text


def test_rules_stand_on_one_page(site: Site) -> None:
    page = site.browser("unit").open("/admin/settings")

    assert ("合格所需学时" in page.text, "改好方案文件" in page.text) == (True, False)
    assert "改好方案文件" in site.browser("county").open("/admin/settings").text
