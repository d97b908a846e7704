"""The pages of 可不参加: whom they reach, the form, two administrators at once, the list, the sheet to print."""

from __future__ import annotations

from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from grader.domain.people.account import Exemption
from tests.grader.web.conftest import ORIGIN, Browser, Site, texts

FORM = {"kind": "near_retirement", "approver": "局党组", "approved": "2026-10-08", "document": "", "note": ""}
PAGE = "/admin/learners/learner/exemption"


def seen(answer: TestResponse) -> str:
    return texts(answer, r'name="seen" value="([^"]*)"')[0]


def send(browser: Browser, path: str = PAGE, **form: str) -> TestResponse:
    data = {"token": browser.token(), "seen": seen(browser.open(PAGE)), **form}
    return browser.client.post(path, data=data, headers=ORIGIN, follow_redirects=True)


def exemptions(site: Site) -> tuple[Exemption, ...]:
    return site.account("learner").exemptions


def test_unit_exempts_withdraws_and_sees_both(site: Site) -> None:
    browser = site.browser("unit")

    done = send(browser, **FORM)
    assert "已记录赵学法可不参加" in done.text
    assert "局党组批准（2026年10月8日）" in done.text
    assert texts(browser.open("/admin/exemptions"), r'<th scope="row">([^<]*)</th>') == ["赵学法"]
    gone = send(browser, action="withdraw", reason="已返岗")

    assert "已撤销赵学法的可不参加" in gone.text
    assert "原因：已返岗" in gone.text
    assert exemptions(site)[0].ends == site.clock()


def test_what_was_typed_stays_when_something_is_missing(site: Site) -> None:
    answer = send(site.browser("unit"), **(FORM | {"approver": "", "note": "明年<三月>"}))

    assert answer.status_code == 400
    assert "请填写批准人" in answer.text
    assert 'value="明年&lt;三月&gt;"' in answer.text
    assert 'value="2026-10-08"' in answer.text
    assert exemptions(site) == ()


def test_change_of_another_administrator_is_shown_and_nothing_is_lost(site: Site) -> None:
    first, second = site.browser("unit"), site.browser("county")
    shown = seen(second.open(PAGE))
    send(first, **FORM)

    answer = send(second, **(FORM | {"seen": shown, "document": "县办〔2026〕3号"}))

    assert answer.status_code == 409
    assert "另一位管理员改动过" in answer.text
    assert "局党组批准" in answer.text
    assert 'value="县办〔2026〕3号"' in answer.text
    assert exemptions(site)[0].document == ""


@pytest.mark.parametrize("path", ["", "/form"])
def test_person_of_another_unit_answers_like_nobody(site: Site, path: str) -> None:
    browser = site.browser("unit")

    other = browser.open(f"/admin/learners/other/exemption{path}")
    nobody = browser.open(f"/admin/learners/nobody/exemption{path}")
    sent = send(browser, "/admin/learners/other/exemption", **FORM)

    assert (other.status_code, other.text) == (404, nobody.text)
    assert sent.status_code == 404
    assert site.account("other").exemptions == ()


def test_sheet_to_print_is_filled(site: Site) -> None:
    browser = site.browser("unit")
    send(browser, **FORM)

    page = browser.open(f"{PAGE}/form")

    assert "可不参加学法考试审批表" in page.text
    assert "☑临近退休" in page.text
    assert "批准：局党组" in page.text


def send_list(browser: Browser, text: str, **form: object) -> TestResponse:
    data = {"token": browser.token(), "list": text, **FORM, **form}
    return browser.client.post("/admin/exemptions/list", data=data, headers=ORIGIN)


def test_list_is_checked_then_recorded(site: Site) -> None:
    browser = site.browser("unit")
    text = "\n".join(f"{site.people[id].number}\t{site.people[id].name}" for id in ("learner", "fresh", "other"))

    checked = send_list(browser, text, action="check")
    assert "可以记录 2 人，有 1 行要改正" in " ".join(checked.text.split()).replace(" ，", "，")
    assert exemptions(site) == ()
    done = send_list(browser, text, action="apply")

    assert "已记录 2 人可不参加" in done.text
    assert [len(site.account(id).exemptions) for id in ("learner", "fresh", "other")] == [1, 1, 0]


def test_bad_list_and_bad_file_are_told_with_the_list_kept(site: Site) -> None:
    browser = site.browser("unit")

    lines = send_list(browser, "a\tb\n" * 2001, action="apply")
    file = send_list(browser, "900\t赵", file=(BytesIO(b"%PDF-1.7"), "名单.xlsx"), action="check")
    bare = send_list(browser, "900\t赵", approver="", action="apply")

    assert "一次最多 2000 行" in lines.text
    assert (file.status_code, bare.status_code) == (400, 400)
    assert "900\t赵</textarea>" in file.text
    assert "请填写批准人" in bare.text
