"""单位管理: the tree, units added, renamed, merged and closed, handed over; reports of before stay as they were."""

from __future__ import annotations

from datetime import datetime

import pytest
from werkzeug.test import TestResponse

from grader.administration.reports.units import By, unit_report
from grader.course import Courses
from grader.domain.figures import placement_at
from grader.domain.people.account import Role, UnitId
from grader.domain.people.unit import UnitSummary, summarise_unit, unit_name_at
from grader.store.kinds import ACCOUNT, UNIT
from tests.grader.web.admin.test_roster import confirm, faults
from tests.grader.web.conftest import Browser, Site, said, texts

SLIP = r'<strong class="serial">([^<]*)</strong>'


def kept(site: Site, id: str):  # type: ignore[no-untyped-def]  # a unit as the store has it
    stored = site.store.load(UNIT, id)
    assert stored
    return stored.value


def shown(browser: Browser, query: str = "") -> list[str]:
    return texts(browser.open(f"/admin/units{query}"), r'<th scope="row">(.*?)</th>')


def test_administrator_sees_exactly_the_own_subtree(site: Site) -> None:
    assert shown(site.browser("county")) == ["示例单位county", "示例单位u1", "示例单位u2"]
    assert shown(site.browser("county"), "?text=u2") == ["示例单位u2"]
    assert shown(site.browser("unit")) == ["示例单位u1"]


@pytest.mark.parametrize("path", ["", "/close", "/merge", "/hand-over"])
def test_units_of_others_answer_like_unknown_ones(site: Site, path: str) -> None:
    browser = site.browser("unit")

    answers = [browser.send(f"/admin/units/{id}{path}", 名称="改过的", into="u1", name="甲") for id in ("u2", "none")]

    assert [said(answer) for answer in answers] == [(404, "您管理的范围内没有这个单位。")] * 2
    assert browser.open("/admin/units/u2").status_code == 404
    assert kept(site, "u2").acts == ()


def test_unit_is_added_by_the_form_with_its_administrator(site: Site) -> None:
    browser = site.browser("county")

    wrong = browser.send("/admin/units/new", 代码="u1-1", 名称="新局")
    checked = browser.send("/admin/units/new", 代码="u101", 名称="新局", 管理员姓名="吴管法", 办公电话="0000-1234567")
    done = confirm(browser, checked)

    assert list(faults(wrong)) == ["代码"]
    [made] = [row.summary for row in site.store.list(UNIT) if row.summary.code == "u101"]
    assert (made.name, made.parent, made.telephone) == ("新局", "u1", "0000-1234567")
    assert "u1010000" in done.text


def test_control_characters_of_a_form_are_not_kept(site: Site) -> None:
    browser = site.browser("county")

    confirm(browser, browser.send("/admin/units/u1", 名称="改名\x00的\x1b单位", 类型="党政\x07机关"))

    assert (kept(site, "u1").name, kept(site, "u1").kind) == ("改名的单位", "党政机关")


def test_renamed_unit_keeps_its_name_in_reports_of_before(site: Site) -> None:
    browser = site.browser("county")
    before = site.clock()
    site.clock.pass_(minutes=5)

    confirm(browser, browser.send("/admin/units/u1", 名称="改名的单位"))

    summary = summarise_unit(kept(site, "u1"))
    assert [unit_name_at(summary, at) for at in (before, site.clock())] == ["示例单位u1", "改名的单位"]


def test_unit_closes_only_when_nobody_is_in_it(site: Site) -> None:
    browser = site.browser("county")

    full = browser.send("/admin/units/u2/close")
    site.change("other", placements=site.people["learner"].placements)
    empty = browser.send("/admin/units/u2/close")

    assert said(full) == (409, "“示例单位u2”还有 1 人，请先办理调出、设为失效，或改用合并。没有办理。")
    assert (empty.status_code, kept(site, "u2").closed) == (302, site.clock())
    assert shown(browser) == ["示例单位county", "示例单位u1"]
    assert shown(browser, "?closed=1") == ["示例单位county", "示例单位u1", "示例单位u2 已撤销"]
    assert browser.open("/admin/units/u2").status_code == 409


def test_merged_units_people_move_and_reports_of_before_do_not(site: Site) -> None:
    browser = site.browser("county")
    before = site.clock()
    site.clock.pass_(minutes=5)

    answer = browser.send("/admin/units/u1/merge", into="示例单位u2")

    assert answer.status_code == 302
    [learner] = [row.summary for row in site.store.list(ACCOUNT) if row.id == "learner"]
    was = placement_at(learner, before)
    assert (learner.unit, was and was.unit) == ("u2", "u1")
    assert (kept(site, "u1").closed, kept(site, "u1").successor) == (site.clock(), UnitId("u2"))
    assert site.account("unit").is_active is False
    assert site.account("learner").acts[-1].action == "merge-unit"


def test_unit_with_people_on_the_way_or_units_below_is_not_merged(site: Site) -> None:
    browser = site.browser("county")
    learner = site.people["learner"]
    browser.send("/admin/transfers", kind="out", number=learner.number, name=learner.name, unit="u2")

    waiting = browser.send("/admin/units/u1/merge", into="u2")
    below = browser.send("/admin/units/county/merge", into="u2")

    assert said(waiting) == (409, "“示例单位u1”还有 1 人的调动没有办完，请先办完或撤回。没有办理。")
    assert said(below)[1].startswith("“示例单位county”还有下属单位（示例单位u1、示例单位u2）")


def test_successor_gets_a_slip_and_the_administrator_of_before_is_signed_out(site: Site) -> None:
    old, county = site.browser("unit"), site.browser("county")

    answer = county.send("/admin/units/u1/hand-over", name="吴管法", post="主任", telephone="19900000007")

    [password] = texts(answer, SLIP)
    assert (site.account("unit").is_active, old.open("/admin/units").status_code) == (False, 302)
    [head] = [row.summary for row in site.store.list(ACCOUNT, role=Role.UNIT) if row.summary.active]
    assert (head.name, head.rank, head.telephone, head.unit) == ("吴管法", "主任", "19900000007", "u1")
    assert site.browser().sign_in("19900000007", password).headers["Location"] == "/my/password"
    assert site.account("unit").acts[-1].action == "hand-over"


def heads(site: Site) -> list[str]:
    found = [row.summary for row in site.store.list(ACCOUNT, role=Role.UNIT) if row.summary.active]
    return [head.name for head in found]


def test_hand_over_to_a_former_administrator_gives_that_account_back(site: Site) -> None:
    county = site.browser("county")
    county.send("/admin/units/u1/hand-over", name="吴管法", post="主任", telephone="19900000007")

    answer = county.send("/admin/units/u1/hand-over", name="李用法", post="副主任")

    [password] = texts(answer, SLIP)
    assert heads(site) == ["李用法"]
    assert site.browser().sign_in(site.people["unit"].number, password).headers["Location"] == "/my/password"


def test_successor_does_not_bring_the_administrator_of_before_back(site: Site) -> None:
    [password] = texts(site.browser("county").send("/admin/units/u1/hand-over", name="吴管法"), SLIP)
    [number] = [row.summary.number for row in site.store.list(ACCOUNT, role=Role.UNIT) if row.summary.active]
    successor = site.browser()
    successor.sign_in(number, password)
    successor.send("/my/password", new="hao-mima-2026-xin", again="hao-mima-2026-xin")

    [shown] = texts(successor.open("/admin/people/unit"), r'name="shown" value="([^"]+)"')[:1]
    answer = successor.send("/admin/people/unit/act", act="enable", shown=shown)

    assert said(answer)[0] == 409
    assert said(answer)[1].startswith(f"该单位已有管理员“吴管法”（账号 {number}），一个单位只设一名，没有办理。")
    assert heads(site) == ["吴管法"]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"name": ""}, "请填写新管理员的姓名。"),
        ({"name": "李用法"}, "“李用法”就是现在的管理员，不需要移交。没有办理。"),
        ({"name": "吴9"}, "姓名“吴9”中有数字，请改正；同名的人员不必编号，填写手机号即可区分。"),
    ],
)
def test_hand_over_that_cannot_be_changes_nothing(site: Site, fields: dict[str, str], why: str) -> None:
    answer = site.browser("county").send("/admin/units/u1/hand-over", **fields)

    assert said(answer)[1] == why
    assert site.account("unit").is_active


SPLIT = "/admin/units/u1/split"
NEW = {"代码": "u9", "名称": "新局"}


def split(browser: Browser, *lines: str, **fields: str) -> TestResponse:
    return browser.send(SPLIT, **{**NEW, "list": "\n".join(lines), "action": "apply", **fields})


def line(site: Site, id: str) -> str:
    return f"{site.people[id].number}\t{site.people[id].name}"


def made(site: Site) -> tuple[str, UnitSummary]:
    [found] = [(row.id, row.summary) for row in site.store.list(UNIT) if row.summary.code == "u9"]
    return found


def test_split_moves_who_was_chosen_and_reports_of_before_tell_the_old_unit(site: Site) -> None:
    before = site.clock()
    site.clock.pass_(days=1)
    browser = site.browser("county")

    checked = split(browser, line(site, "learner"), action="check")
    nothing = [row.summary.code for row in site.store.list(UNIT)]
    answer = split(browser, line(site, "learner"))

    assert "将分出“新局”（代码 u9），转入 1 人，原单位还有 1 人" in checked.text
    assert (nothing, answer.status_code) == (["county", "u1", "u2"], 302)
    id, new = made(site)
    assert (new.name, new.parent, new.origin) == ("新局", "county", "u1")
    [learner] = [row.summary for row in site.store.list(ACCOUNT) if row.id == "learner"]
    was = placement_at(learner, before)
    assert (learner.unit, was and was.unit) == (id, "u1")
    assert [site.account(one).unit for one in ("fresh", "unit")] == ["u1", "u1"]


def test_report_of_before_the_split_does_not_list_the_new_unit(site: Site) -> None:
    course = Courses(site.store).current(site.clock())
    before = site.clock()
    site.clock.pass_(days=1)
    split(site.browser("county"), line(site, "learner"))
    units = {UnitId(row.id): row.summary for row in site.store.list(UNIT)}

    def told(at: datetime) -> dict[str, int]:
        report = unit_report(site.store, course, units, by=By.UNIT, at=at)
        return {row.name: row.figures.enrolled for row in report.rows}

    assert told(before) == {"示例单位county": 0, "示例单位u1": 2, "示例单位u2": 1}
    assert told(site.clock()) == {"示例单位county": 0, "示例单位u1": 1, "示例单位u2": 1, "新局": 1}


def test_split_says_who_cannot_go_and_leaves_them(site: Site) -> None:
    browser = site.browser("county")
    lines = (line(site, "learner"), line(site, "learner"), line(site, "other"), "nobody\t某人", "赵学法")

    checked = split(browser, *lines, action="check")

    assert texts(checked, r'data-label="结果"><span>(.*?)</span>') == [
        "名单里已经有这个人。",
        "此人不在这个单位。",
        "您管理的范围内没有账号是“nobody”的学员。",
        "请写学法账号和姓名，中间用制表符或逗号隔开。",
        "转入新单位",
    ]


def test_person_on_the_way_elsewhere_does_not_go(site: Site) -> None:
    browser, learner = site.browser("county"), site.people["learner"]
    browser.send("/admin/transfers", kind="out", number=learner.number, name=learner.name, unit="u2")

    answer = split(browser, line(site, "learner"))

    assert "此人的调动没有办完" in answer.text
    assert [row.id for row in site.store.list(UNIT)] == ["county", "u1", "u2"]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"代码": "u2"}, "已有这个代码的单位"),
        ({"代码": ""}, "代码"),
        ({"名称": ""}, "名称"),
        ({"上级代码": "u77"}, "没有代码为“u77”的"),
        ({"list": ""}, "请选择转到新单位的人"),
    ],
)
def test_bad_split_is_refused_with_what_was_typed(site: Site, fields: dict[str, str], why: str) -> None:
    answer = split(site.browser("county"), line(site, "learner"), **fields)

    assert answer.status_code == 422
    assert why in answer.text
    assert fields.get("名称", "新局") in answer.text
    assert [row.id for row in site.store.list(UNIT)] == ["county", "u1", "u2"]


def test_split_again_with_the_same_code_moves_the_rest(site: Site) -> None:
    browser = site.browser("county")
    split(browser, line(site, "learner"))

    again = split(browser, line(site, "fresh"))

    id, _ = made(site)
    assert again.status_code == 302
    assert [site.account(one).unit for one in ("learner", "fresh")] == [id, id]
    assert [act.action for act in kept(site, "u1").acts] == ["split-unit", "split-unit"]
    assert site.account("fresh").acts[-1].facts == {"unit:before": "u1", "unit:after": id}


def test_split_of_unknown_and_closed_units_is_refused(site: Site) -> None:
    browser = site.browser("county")
    browser.send("/admin/units/u1/merge", into="u2")

    assert browser.open("/admin/units/none/split").status_code == 404
    assert browser.open(SPLIT).status_code == 409
    assert split(browser, line(site, "learner")).status_code == 409


def test_people_of_a_small_unit_are_ticked(site: Site) -> None:
    browser = site.browser("county")
    ticks = texts(browser.open(SPLIT), r'name="person" value="([^"]*)"')

    answer = browser.send(SPLIT, **NEW, person="learner", action="check")

    assert sorted(ticks) == ["fresh", "learner"]
    assert "900001001learner\t赵学法</textarea>" in answer.text
