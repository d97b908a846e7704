"""The administrators' pages: whom they reach, publishing, the year's end."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from html import unescape

import pytest
from werkzeug.test import TestResponse

from grader.administration.publish import publish
from grader.domain.people.account import Role, Switch, UnitId
from grader.exam import sweep
from grader.store.kinds import ACCOUNT, SNAPSHOT, UNIT
from tests.grader.web.conftest import Site, said, texts
from tests.grader_factories import account, content, outcome, placed, programme, start, unit, window

NOT_YOURS = (404, "您管理的范围内没有这名学员。")
CLOSED = datetime.fromisoformat("2027-01-01T00:00:00+08:00")


def people(answer: TestResponse) -> list[str]:
    """The learners listed."""
    return texts(
        answer,
        r'<th scope="row"><a [^>]*>([^<]*)</a></th>\s*<td data-label="单位">[^<]*</td>\s*<td data-label="人员层次">',
    )


def units(answer: TestResponse) -> list[str]:
    """The units whose figures are shown."""
    return texts(answer, r'<th scope="row">(?:<a[^>]*>)?([^<]*)(?:</a>)?</th>\s*<td data-label="名单人数">')


@pytest.mark.parametrize(
    ("person", "shown_units", "shown_people"),
    [
        ("unit", ["示例单位u1"], ["孙守法", "赵学法"]),
        ("county", ["示例单位county", "示例单位u1", "示例单位u2", "合计"], ["孙守法", "赵学法", "钱学法"]),
    ],
)
def test_administrator_sees_the_own_unit_and_those_below(
    site: Site, person: str, shown_units: list[str], shown_people: list[str]
) -> None:
    answer = site.browser(person).open("/admin/")

    assert (units(answer), people(answer)) == (shown_units, shown_people)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("unit=u1", ["孙守法", "赵学法"]),
        ("unit=u2", ["钱学法"]),
        ("unit=county", []),
        ("unit=none", []),
        ("state=studying", ["赵学法"]),
        ("state=not_started", ["孙守法", "钱学法"]),
        ("unit=u2&state=not_started", ["钱学法"]),
        ("unit=u2&state=studying", []),
        ("state=%3Cscript%3E", ["孙守法", "赵学法", "钱学法"]),
        ("page=2", ["孙守法", "赵学法", "钱学法"]),
        ("page=%3Cscript%3E", ["孙守法", "赵学法", "钱学法"]),
        ("page=" + "9" * 5000, ["孙守法", "赵学法", "钱学法"]),
        ("unit=示例单位u2", ["钱学法"]),
        ("name=赵", ["赵学法"]),
        ("name=%20学法%20", ["赵学法", "钱学法"]),
        ("name=900001001OTHER", ["钱学法"]),
        ("name=学法&unit=u1&state=studying", ["赵学法"]),
        ("name=李", []),
    ],
)
def test_list_is_narrowed_by_unit_state_and_name(site: Site, query: str, shown: list[str]) -> None:
    site.keep("learner", seconds={"xianfa-01": 60})

    assert people(site.browser("county").open(f"/admin/?{query}")) == shown


def test_unit_leads_to_its_learners(site: Site) -> None:
    browser = site.browser("county")

    [link] = texts(browser.open("/admin/"), r'<th scope="row"><a href="([^"]*)">示例单位u2</a>')
    answer = browser.open(unescape(link))

    assert (units(answer), people(answer)) == (["示例单位u2"], ["钱学法"])


def keep_learners(site: Site, *units: str) -> None:
    """A learner in each of these units: 学员00, 学员01 … in that order."""
    for n, unit_id in enumerate(units):
        person = account(f"l{n:03}", name=f"学员{n:02}", number=f"9{n:09}", order_number=n + 1)
        site.store.save(ACCOUNT, person.id, placed(person, (site.clock(), unit_id)), expected=0)


def test_long_lists_come_in_pages_that_keep_the_filter(site: Site) -> None:
    keep_learners(site, *("u2" for _ in range(70)))
    browser = site.browser("county")

    first = browser.open("/admin/?unit=u2&name=学员")
    [link] = texts(first, r'href="([^"]*page=[^"]*)">下一页')
    second = browser.open(unescape(link))

    assert people(first) == [f"学员{n:02}" for n in range(30)]
    assert people(second) == [f"学员{n:02}" for n in range(30, 60)]
    assert "第 2 页，共 3 页" in second.text
    assert "共 70 人" in second.text
    assert people(browser.open("/admin/?unit=u2&name=学员&page=9")) == [f"学员{n:02}" for n in range(60, 70)]


def test_page_of_many_units_and_learners_is_small(site: Site) -> None:
    for n in range(200):
        below = unit(f"n{n:03}", name=f"示例县第{n}示例单位", parent=UnitId("county"))
        site.store.save(UNIT, below.id, below, expected=0)
    keep_learners(site, *(f"n{n:03}" for n in range(200)))

    answer = site.browser("county").open("/admin/")

    assert (len(units(answer)), len(people(answer))) == (31, 30)
    assert len(answer.data) <= 60_000
    assert people(site.browser("county").open("/admin/?unit=第199示例")) == ["学员199"]


def test_unit_is_asked_for_only_where_there_are_several(site: Site) -> None:
    pages = [site.browser(person).open("/admin/").text for person in ("unit", "county")]

    assert ["全部单位" in page for page in pages] == [False, True]


def test_filter_reaches_no_unit_of_others(site: Site) -> None:
    answer = site.browser("unit").open("/admin/?unit=u2")

    assert people(answer) == []
    assert "钱学法" not in answer.text


def test_page_shows_no_message_that_a_link_brings(site: Site) -> None:
    assert "请把密码发给我" not in site.browser("county").open("/admin/?message=请把密码发给我").text


def test_county_sees_who_administers_each_unit(site: Site) -> None:
    site.change("other", role=Role.UNIT, switches=(Switch(at=site.clock(), active=False),))
    county = site.browser("county").open("/admin/people?role=unit")

    people = texts(county, r"<tr>\s*(<th scope=\"row\">.*?)</tr>")
    assert people == [
        "李用法 示例单位u1 单位管理员 — 900001001unit 已启用",
        "钱学法 示例单位u2 单位管理员 — 900001001other 失效",
    ]


SLIP = r'<strong class="serial">(.*?)</strong>'


def test_county_lets_a_unit_administrator_in_again(site: Site) -> None:
    browser = site.browser("county")
    [ask] = re.findall(r'href="(/admin/learners/unit/reset-password)"', browser.open("/admin/people/unit").text)
    [form] = re.findall(r'<form method="post" action="(/admin/learners/[^"]*)"', browser.open(ask).text)

    [slip] = texts(browser.send(form), SLIP)

    assert site.browser().sign_in("900001001unit", slip).headers["Location"] == "/my/password"


def test_reset_shows_a_slip_once_and_keeps_only_its_hash(site: Site) -> None:
    browser = site.browser("unit")

    answer = browser.send("/admin/learners/learner/reset-password")

    [slip] = texts(answer, SLIP)
    assert texts(answer, r"<dt>有效期</dt><dd>(.*?)</dd>") == ["2026年10月12日 12:00 前"]
    assert slip not in browser.open("/admin/").text
    assert slip not in repr(site.account("learner"))
    credential = site.account("learner").credential
    assert (credential.initial, credential.hash != site.people["learner"].credential.hash) == (True, True)
    assert [(act.action, act.by) for act in site.account("learner").acts] == [("reset-password", "unit")]


@pytest.mark.parametrize(
    ("person", "target"),
    [("unit", "other"), ("unit", "county"), ("county", "county"), ("unit", "nobody"), ("county", "nobody")],
)
def test_reset_outside_the_scope_is_refused_and_changes_nothing(site: Site, person: str, target: str) -> None:
    browser = site.browser(person)
    before = site.store.list(ACCOUNT)

    answer = browser.send(f"/admin/learners/{target}/reset-password")

    assert (said(answer), site.store.list(ACCOUNT)) == (NOT_YOURS, before)


def test_unit_administrator_reaches_no_county_administrator_even_in_the_own_unit(site: Site) -> None:
    place = site.people["unit"].placements
    site.change("county", placements=place)
    before = site.account("county")

    answer = site.browser("unit").send("/admin/learners/county/reset-password")

    assert (said(answer), site.account("county")) == (NOT_YOURS, before)


def test_transfer_hands_the_learner_over_to_the_other_administrator(site: Site) -> None:
    site.change("unit", placements=(replace(site.people["unit"].placements[0], unit=UnitId("u2")),))
    theirs = site.browser("unit")
    refused = theirs.send("/admin/learners/learner/reset-password")

    moved = replace(site.people["learner"].placements[0], at=site.clock(), unit=UnitId("u2"))
    site.change("learner", placements=(*site.people["learner"].placements, moved))

    assert said(refused) == NOT_YOURS
    assert len(texts(theirs.send("/admin/learners/learner/reset-password"), SLIP)) == 1
    assert people(theirs.open("/admin/")) == ["赵学法", "钱学法"]


def test_unit_below_a_unit_is_within_its_administrators_scope(site: Site) -> None:
    stored = site.store.load(UNIT, "u2")
    assert stored
    site.store.save(UNIT, "u2", replace(stored.value, parent=UnitId("u1")), expected=stored.version)

    browser = site.browser("unit")

    assert people(browser.open("/admin/")) == ["孙守法", "赵学法", "钱学法"]
    assert len(texts(browser.send("/admin/learners/other/reset-password"), SLIP)) == 1


def test_year_is_frozen_only_after_it_has_closed(site: Site) -> None:
    browser = site.browser("county")

    answer = browser.send("/admin/freeze")

    assert said(answer) == (409, "2026年度学法考试要到 2026年12月31日 24:00 才全部结束，结束后才能存档。")
    assert site.store.load(SNAPSHOT, "2026") is None
    assert "年终存档</button>" not in browser.open("/admin/snapshots").text


def test_frozen_year_is_shown_and_stays_as_it_was(site: Site) -> None:
    site.keep("learner", seconds={"xianfa-01": 600}, starts=(start("t0"),), outcomes=(outcome("t0", 70),))
    site.clock.time = CLOSED
    browser = site.browser("county")
    assert "年终存档</button>" in browser.open("/admin/snapshots").text

    answer = browser.send("/admin/freeze")
    page = browser.client.get(answer.headers["Location"])
    first = site.store.load(SNAPSHOT, "2026")
    site.clock.pass_(minutes=1)
    browser.send("/admin/freeze")

    assert texts(page, r'role="status"><p>(.*?)</p>') == ["2026年度学法考试的年终报表已存档。"]
    assert "统计截止时间 2026年12月31日 24:00" in page.text
    assert (first is not None, site.store.load(SNAPSHOT, "2026")) == (True, first)
    assert "年终存档</button>" not in browser.open("/admin/snapshots").text


def test_last_year_is_frozen_after_the_next_has_begun(site: Site) -> None:
    site.clock.time = CLOSED
    following = programme(id="2027", title="2027年度学法考试", study=window("2027-01-01", "2028-01-01"))
    publish(site.store, content(programme=following), by="test", now=CLOSED)
    site.app.extensions["grader"].courses.forget_pointers()
    browser = site.browser("county")

    last_year = texts(browser.open("/admin/snapshots"), r'href="(/admin/snapshots\?programme=2026)"')
    answer = browser.send("/admin/freeze", programme="2026")

    assert last_year == ["/admin/snapshots?programme=2026"]
    assert answer.headers["Location"] == "/admin/snapshots?programme=2026"
    assert [row.id for row in site.store.list(SNAPSHOT)] == ["2026"]


def test_year_is_not_frozen_while_an_attempt_waits_for_its_outcome(site: Site) -> None:
    site.keep("learner", seconds={"xianfa-01": 600})
    site.browser("learner").send("/exam/start")
    site.clock.time = CLOSED
    browser = site.browser("county")

    refused = browser.send("/admin/freeze")
    sweep(site.store, site.app.extensions["grader"].courses, now=site.clock())
    answer = browser.send("/admin/freeze")

    assert said(refused)[0] == 409
    assert "还有 1 人的考试正在结算" in said(refused)[1]
    assert answer.status_code == 302


def test_read_only_account_is_offered_nothing_that_it_may_not_do(site: Site) -> None:
    page = site.browser("reader").open("/admin/").text

    assert "赵学法" in page
    assert "重置密码" not in page
    assert "/exemption" not in page
    assert "重置密码" in site.browser("unit").open("/admin/").text


@pytest.mark.parametrize(("person", "page"), [("county", "/admin/"), ("unit", "/admin/"), ("editor", "/admin/content")])
def test_administrator_is_told_the_sign_in_before_this_one(site: Site, person: str, page: str) -> None:
    own = site.browser(person)
    site.clock.pass_(minutes=30)
    stranger = site.browser(person)

    told = [texts(browser.open(page), r"<span>(上次登录：.*?)</span>") for browser in (own, stranger)]

    assert told == [["上次登录：2026年10月9日 12:30，其他设备"], ["上次登录：2026年10月9日 12:00，其他设备"]]
    assert "不是您本人登录的" in own.open(page).text
