"""The page of the log of acts: what each role sees, what it is searched by, its verification."""

from __future__ import annotations

from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from grader.domain.audit.acts import append_act
from grader.domain.audit.verification import Audit, Verification
from grader.store.kinds import ACCOUNT, AUDIT, UNIT
from tests.grader.web.conftest import ORIGIN, Browser, Site, texts
from tests.grader_factories import NOON


@pytest.fixture
def site(site: Site) -> Site:
    """Acts on a person and a unit of u1, and on a person of u2, each a day after the other."""
    site.clock.pass_(hours=1)
    for person, by, action in (
        ("learner", "unit", "reset-password"),
        ("other", "county", "reset-password"),
        ("learner", "county", "import-change"),
    ):
        stored = site.store.load(ACCOUNT, person)
        assert stored
        facts = {"rank:before": "科员", "rank:after": "主任<b>"} if action == "import-change" else {}
        acts = append_act(stored.value.acts, action, by=by, at=site.clock(), facts=facts)
        site.store.save(ACCOUNT, person, replace(stored.value, acts=acts), expected=stored.version)
        site.clock.pass_(days=1)
    stored_unit = site.store.load(UNIT, "u1")
    assert stored_unit
    acts = append_act((), "import-change", by="county", at=site.clock())
    site.store.save(UNIT, "u1", replace(stored_unit.value, acts=acts), expected=stored_unit.version)
    return site


def acts(answer: TestResponse) -> list[tuple[str, str]]:
    """What was done to whom."""
    assert answer.status_code == 200
    done = texts(answer, r'<th scope="row">([^<]*)</th>\s*<td data-label="时间">')
    whom = texts(answer, r'<td data-label="对象"><span>([^<（]*)')
    return list(zip(done, whom, strict=True))


def verify(browser: Browser, **form: str) -> TestResponse:
    data = {"token": browser.token(), **form}
    return browser.client.post("/admin/audit/verify", data=data, headers=ORIGIN, follow_redirects=True)


def test_county_sees_every_act_the_latest_first(site: Site) -> None:
    answer = site.browser("county").open("/admin/audit")

    assert acts(answer) == [
        ("导入修改", "单位 示例单位u1"),
        ("导入修改", "赵学法"),
        ("重置密码", "钱学法"),
        ("重置密码", "赵学法"),
        ("发布内容", "年度学法考试方案 2026"),
    ]
    assert "职务级别：科员 → 主任&lt;b&gt;" in answer.text
    assert "李用法（" in answer.text


def test_unit_sees_acts_on_its_own_only(site: Site) -> None:
    answer = site.browser("unit").open("/admin/audit")

    assert acts(answer) == [("导入修改", "单位 示例单位u1"), ("导入修改", "赵学法"), ("重置密码", "赵学法")]
    assert "以前抄下的核对码" not in answer.text


def test_unit_cannot_search_beyond_its_own(site: Site) -> None:
    other = site.people["other"].number
    browser = site.browser("unit")

    assert acts(browser.open(f"/admin/audit?person={other}")) == []
    assert acts(browser.open("/admin/audit?unit=示例单位u2")) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("action=reset-password", 2),
        ("unit=单位u2", 1),
        ("by=命令行", 0),
        ("by=nobody", 0),
        ("since=2026-10-10&until=2026-10-11", 2),
        ("since=yesterday&until=0001-01-01&action=nonsense&page=99", 5),
    ],
)
def test_log_is_searched(site: Site, query: str, found: int) -> None:
    assert len(acts(site.browser("county").open(f"/admin/audit?{query}"))) == found


def test_log_is_searched_by_person_and_administrator(site: Site) -> None:
    browser, people = site.browser("county"), site.people

    assert len(acts(browser.open(f"/admin/audit?person={people['learner'].number}"))) == 2
    assert len(acts(browser.open(f"/admin/audit?by={people['unit'].number}"))) == 1


def test_long_log_comes_in_pages_that_keep_the_filter(site: Site) -> None:
    stored = site.store.load(ACCOUNT, "other")
    assert stored
    many = stored.value.acts
    for _ in range(40):
        many = append_act(many, "grant", by="county", at=site.clock())
    site.store.save(ACCOUNT, "other", replace(stored.value, acts=many), expected=stored.version)
    browser = site.browser("county")

    first, second = (browser.open(f"/admin/audit?action=grant&page={page}") for page in (1, 2))

    assert (len(acts(first)), len(acts(second))) == (30, 10)
    assert "action=grant" in first.text
    assert len(first.data) < 60_000


def test_county_verifies_the_acts(site: Site) -> None:
    browser = site.browser("county")

    answer = verify(browser)

    assert "全部相符" in answer.text
    [head] = texts(answer, r'核对码：<code class="code">([^<]*)</code>')
    assert "与填写的核对码一致" in verify(browser, noted=head).text


def test_verification_tells_of_an_act_that_was_removed(site: Site) -> None:
    stored = site.store.load(ACCOUNT, "learner")
    assert stored
    site.store.save(ACCOUNT, "learner", replace(stored.value, acts=stored.value.acts[:-1]), expected=stored.version)

    answer = verify(site.browser("county"))

    assert "有不符之处" in answer.text
    assert "操作记录被删除：<code>account/learner</code> 第 2 条" in answer.text


def test_what_is_no_head_is_said(site: Site) -> None:
    answer = verify(site.browser("county"), noted="<x>")

    assert answer.status_code == 400
    assert "“&lt;x&gt;”不是核对码" in answer.text


def test_verification_under_way_is_said(site: Site) -> None:
    site.store.save(AUDIT, "acts", Audit(last=Verification(begun=site.clock(), by="county")), expected=0)
    browser = site.browser("county")

    assert "开始的核对正在进行" in browser.open("/admin/audit").text
    refused = verify(browser)
    assert refused.status_code == 409
    assert "还没有做完" in refused.text
    assert site.clock() > NOON
